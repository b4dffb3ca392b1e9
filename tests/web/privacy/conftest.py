"""The office, for the screens of privacy."""

from tests.web.office import office, shared_office, still

__all__ = ["office", "shared_office", "still"]
