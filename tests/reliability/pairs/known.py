"""Pairs of which is known that they do not come out right, each with the reason why that is left so. Who mends one takes it out."""

from __future__ import annotations

KNOWN: dict[tuple[str, str], str] = {}
"""Per scene and pair of acts, why."""
