"""The office in Proefland, and standing still in time."""

from tests.web.office import office, shared_office, still

__all__ = ["office", "shared_office", "still"]
