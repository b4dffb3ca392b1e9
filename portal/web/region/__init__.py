"""Screens of the region: where the money stands, the transfers behind every figure, and the budgets themselves."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

blueprint = Blueprint("region", __name__, url_prefix="/regio")

for _screens in ("money", "mandates", "budgets", "reviews", "payments", "payments_outcomes"):
    import_module(f"{__name__}.{_screens}")
