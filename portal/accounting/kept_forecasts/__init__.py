"""Forecasts as they were kept: what of every budget is still expected to be used. They are made in `portal.planning`."""
