"""Replay: what a draft would have done to all past questions and to a generated population."""
