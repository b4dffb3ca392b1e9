"""The demo region on a database of its own."""

from tests.web.walking import desk, region_template, shared_desk

__all__ = ["desk", "region_template", "shared_desk"]
