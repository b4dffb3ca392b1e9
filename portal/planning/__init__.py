"""What the money of the region will do, and which of it pays what was promised, so that least of it lapses; a second person carries that out."""
