"""The screens that the application consists of, one blueprint per audience."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

SCREENS = ("access", "resident", "employer", "advisor", "owner", "region", "provider", "admin")


def register(app: Flask) -> None:
    """Register the blueprint of every package in `SCREENS`."""
    for name in SCREENS:
        package = f"portal.web.{name}"
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            app.register_blueprint(import_module(package).blueprint)
