"""Forecasts that were kept: what of every budget will be used, when it runs out and what lapses, with bands and a back-test."""
