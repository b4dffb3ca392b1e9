"""Words of screens alone."""
