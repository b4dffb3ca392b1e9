"""The blueprint that the screens of who helps hang on."""

from flask import Blueprint

blueprint = Blueprint("assisting", __name__, url_prefix="/hulp")
