"""The screens that the application consists of, one blueprint per audience."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

SCREENS = (
    "access",
    "resident",
    "employer",
    "advisor",
    "owner",
    "region",
    "accounting",
    "provider",
    "admin",
    "assisting",
    "two_people",
    "api",
)


def register(app: Flask) -> None:
    """Register the blueprint of every package in `SCREENS`."""
    for name in SCREENS:
        import_module(f"portal.web.{name}")  # each screen adds itself
        app.register_blueprint(import_module(f"portal.web.{name}.blueprint").blueprint)
