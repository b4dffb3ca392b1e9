"""Where the screens of this audience are registered."""

from flask import Blueprint

blueprint = Blueprint("region", "portal.web.region", url_prefix="/regio")
