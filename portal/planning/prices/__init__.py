"""Prices of budgets: which money is scarce, from sampled years; put in force by a person, one version after the other."""
