"""Rebalancing: all open awards against all budgets as one optimum, asked for by one, worked out apart, carried out by another."""
