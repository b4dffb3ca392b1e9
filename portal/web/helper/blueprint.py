"""The blueprint that the screens of who helps hang on."""

from flask import Blueprint

blueprint = Blueprint("helper", __name__, url_prefix="/hulp")
