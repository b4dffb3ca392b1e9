"""Where the screens of this audience are registered."""

from flask import Blueprint

blueprint = Blueprint("admin", "portal.web.admin", url_prefix="/beheer")
