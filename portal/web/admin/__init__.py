"""Screens of the technical admin: accounts, the outbox and the jobs. No case, no person who asks, is ever shown here."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/beheer")

for _name in ("accounts", "jobs", "status"):
    import_module(f"{__name__}.{_name}")
