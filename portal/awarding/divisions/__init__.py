"""Divisions: the rounds of a scheme as rows, and what was divided to an application. Below every answer, which follows it."""
