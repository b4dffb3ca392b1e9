"""Who did and who viewed what, when, on which record."""
