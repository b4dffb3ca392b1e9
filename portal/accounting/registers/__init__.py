"""Registers of what the accounts are made of: lists to search and filter, whose totals are the sums of their rows."""
