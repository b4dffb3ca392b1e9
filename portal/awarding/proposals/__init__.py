"""Proposals: the mix computed for a question at one moment, with everything that went in, kept unchanged."""
