"""Winding down: the money of one funder ends, in five steps that are closed one by one, each when nothing of it is open."""
