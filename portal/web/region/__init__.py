"""Screens of the region: where the money stands, and the transfers behind every figure."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

blueprint = Blueprint("region", __name__, url_prefix="/regio")

import_module(f"{__name__}.money")
