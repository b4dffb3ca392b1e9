"""The demonstration: an invented history of two years, made with the same actions as the screens, and ways to enter it."""

from portal.demo.doors import doors
from portal.demo.filling import fill, opening

__all__ = ["doors", "fill", "opening"]
