"""Screens of the training provider: use a voucher, and what was used."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

blueprint = Blueprint("provider", __name__, url_prefix="/opleider")

for _screens in ("invoices", "vouchers", "registering"):
    import_module(f"{__name__}.{_screens}")
