"""What every budget will do, and which of them pays what was promised, so that least lapses: a second person carries that out."""
