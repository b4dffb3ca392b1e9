"""Coming in and going out: sign-in links, links to a question, signing out, and whether the service is up."""

from flask import Blueprint

blueprint = Blueprint("access", __name__)

from portal.web.access import entry, health  # noqa: E402

__all__ = ["blueprint", "entry", "health"]
