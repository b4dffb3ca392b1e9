"""How people find the desk: campaigns of the region, how many came to the door, and what who asked says about it."""
