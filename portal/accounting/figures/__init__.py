"""Figures of the accounts: one registry of what each is, and one way to compute, break down and open it."""
