"""Applications over the database of a test, from those that this process made before: their hundreds of addresses are compiled once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine

from portal import create_app
from portal.platform.brake import THREADS, Brake
from portal.platform.config import Settings, load_settings
from portal.web.edge.session import DatabaseSessions

_FREE: list[Flask] = []


def settings_for(folder: Path, **changes: object) -> Settings:
    """Settings for a test: no network, state in a folder of the test."""
    return load_settings(**{"portal_env": "test", "state_dir": folder, "log_level": "error", **changes})


@contextmanager
def borrowed_app(folder: Path, engine: Engine) -> Iterator[Flask]:
    """An application in test mode over an engine, with its state in a folder.

    What a test changes in its settings is put back; whoever adds addresses makes an application of its own.
    """
    settings = settings_for(folder)
    app = _FREE.pop() if _FREE else create_app(settings, engine=engine)
    config, extensions = dict(app.config), dict(app.extensions)
    app.extensions.update(settings=settings, engine=engine, brake=Brake(threads=THREADS))
    app.session_interface = DatabaseSessions(engine, secure=settings.secure_cookies)
    try:
        yield app
    finally:
        app.config.clear()
        app.config.update(config)
        app.extensions.clear()
        app.extensions.update(extensions)
        _FREE.append(app)
