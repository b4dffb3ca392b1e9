"""Where the screens of this audience are registered."""

from flask import Blueprint

blueprint = Blueprint("access", "portal.web.access")
