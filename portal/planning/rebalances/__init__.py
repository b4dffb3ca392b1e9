"""Rebalancing: all open awards against all budgets as one optimum, laid down by one person and carried out by another."""
