"""Where the screens of this audience are registered."""

from flask import Blueprint

blueprint = Blueprint("provider", "portal.web.provider", url_prefix="/opleider")
