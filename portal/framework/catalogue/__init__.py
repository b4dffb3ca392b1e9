"""The catalogue: the region with its facts and lists, and the versions of its schemes."""
