"""The demonstration: two invented years and the fund of the source, made with the actions of the screens; ways to enter both."""

from portal.demo.doors import doors
from portal.demo.filling import fill, opening

__all__ = ["doors", "fill", "opening"]
