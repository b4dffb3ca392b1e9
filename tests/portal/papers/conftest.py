"""A desk and an office: what is made to be kept is also looked at on screen."""

from tests.web.conftest import app
from tests.web.walking import region_template, shared_desk

__all__ = ["app", "region_template", "shared_desk"]
