"""Prepared decisions, the first and every later one on a case: one person prepares, a second, with mandate, decides."""
