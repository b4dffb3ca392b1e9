"""Rounds: a scheme whose money is divided over all applications at once, by ranking, by lot or in proportion."""
