"""Who may come in is tried on both databases, always."""

from tests.conftest import database

__all__ = ["database"]
