"""Screens of acts that take two people: what waits for a second person, and doing it, whoever of the desk that is."""

from portal.web.two_people import powers, waiting

__all__ = ["powers", "waiting"]
