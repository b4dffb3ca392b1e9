"""The blueprint that the screens of acts of two people hang on."""

from flask import Blueprint

blueprint = Blueprint("two_people", __name__, url_prefix="/tweede-persoon")
