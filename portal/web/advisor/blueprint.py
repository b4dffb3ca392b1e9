"""Where the screens of this audience are registered."""

from flask import Blueprint

blueprint = Blueprint("advisor", "portal.web.advisor", url_prefix="/adviseur")
