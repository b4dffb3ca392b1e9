"""Scenarios: a change to rules or money, lived through the years ahead beside how it is now; kept under a name."""
