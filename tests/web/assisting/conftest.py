"""The office with everybody who works there."""

from tests.web.office import office, still

__all__ = ["office", "still"]
