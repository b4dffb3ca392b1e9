"""Several trainings of one employer, asked together."""
