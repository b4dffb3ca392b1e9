"""Which money pays what was promised, so that least of it lapses: a plan of re-assignments that a second person carries out."""
