"""The demo region on a database of its own."""

from tests.web.walking import desk, desk_engine, region_template, shared_desk

__all__ = ["desk", "desk_engine", "region_template", "shared_desk"]
