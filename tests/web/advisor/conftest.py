"""The office in Proefland, and standing still in time."""

from tests.web.office import office, shared_office, still
from tests.web.walking import desk, region_template, shared_desk

__all__ = ["desk", "office", "region_template", "shared_desk", "shared_office", "still"]
