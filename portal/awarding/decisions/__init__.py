"""Decisions: the act of a person on behalf of a named body: award, reject, or refer elsewhere, with reasons."""
