"""Whose turn it is: the order of receipt of complete applications for the same money."""
