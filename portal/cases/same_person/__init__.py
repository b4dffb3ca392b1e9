"""Which applications are of one and the same person, as an advisor confirmed it."""
