"""Screens of the owner of schemes: the own definitions in plain words, and the budgets that can pay them."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

blueprint = Blueprint("owner", __name__, url_prefix="/eigenaar")

import_module(f"{__name__}.schemes")
import_module(f"{__name__}.editor.screens")
import_module(f"{__name__}.editor.exchange")
import_module(f"{__name__}.review")
import_module(f"{__name__}.packages")
