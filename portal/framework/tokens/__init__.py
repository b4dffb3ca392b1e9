"""Tokens: the keys with which programs use the interface, in the name of one account and for named purposes."""
