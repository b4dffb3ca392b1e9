"""A name for addresses made from a title."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 60


def slug_of(title: str) -> str:
    """Small letters, digits and single hyphens; empty when nothing of the title is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].rstrip("-")
