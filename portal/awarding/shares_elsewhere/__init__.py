"""Shares that another body decides on: what was expected, what came of it, and what an award here does meanwhile."""
