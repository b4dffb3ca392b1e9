"""Where the screens of this audience are registered."""

from flask import Blueprint

blueprint = Blueprint("owner", "portal.web.owner", url_prefix="/eigenaar")
