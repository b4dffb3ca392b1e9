"""Trainings of the region in files: reading a list, seeing what would change, taking it in, and giving the same list back."""
