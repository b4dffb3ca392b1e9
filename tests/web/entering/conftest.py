"""An office in Proefland on both databases, always, and standing still in time: who comes in, by which way, and how often."""

from tests.conftest import database
from tests.web.office import office, shared_office, still

__all__ = ["database", "office", "shared_office", "still"]
