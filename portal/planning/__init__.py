"""Planning: which money pays what has been promised, so that the least of it lapses. The region looks ahead."""
