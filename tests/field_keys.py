"""The keys with which the tests and benchmarks seal fields: one ring for all, so that a database is read by whoever copies it."""

from __future__ import annotations

FIELD_KEYS = f"index={'1d' * 32} t0={'2e' * 32}"
