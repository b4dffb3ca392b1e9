"""What tests of screens can ask for: the application on an empty database (SQLite and PostgreSQL), and browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal import create_app
from portal.accounts.models import Account, Role
from portal.config import Settings, load_settings
from tests.web.browser import Browser, make_account


def settings_for(folder: Path, **changes: object) -> Settings:
    """Settings for a test: no network, state in a folder of the test."""
    return load_settings(**{"portal_env": "test", "state_dir": folder, "log_level": "error", **changes})


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    """The application in test mode; runs once on each database."""
    yield create_app(settings_for(tmp_path), engine=engine)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser that nobody is signed in with."""
    return Browser(app)


@pytest.fixture
def account(engine: Engine) -> Callable[[Role | str], Account]:
    """Makes an account with a role."""
    return lambda role: make_account(engine, role)


@pytest.fixture
def staff(app: Flask, engine: Engine) -> Callable[[Role | str], Browser]:
    """Makes a browser that is signed in with a new account of a role."""
    return lambda role: Browser(app).enter(account=make_account(engine, role))
