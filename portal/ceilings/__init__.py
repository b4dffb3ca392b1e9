"""Ceilings per person and employer: which ones an award counts towards, and what is left of each."""
