"""Coming in and going out: sign-in links, links to a question, signing out, and whether the service is up."""

from portal.web.access import entry, health

__all__ = ["entry", "health"]
