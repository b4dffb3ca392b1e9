"""What tests of screens can ask for: the application on an empty database (SQLite and PostgreSQL), and browsers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

from portal import create_app
from portal.people.accounts.models import Account, Role
from portal.platform.config import Settings, load_settings
from portal.web.edge.session import DatabaseSessions
from tests.conftest import DATABASES
from tests.web.browser import Browser, make_account


def settings_for(folder: Path, **changes: object) -> Settings:
    """Settings for a test: no network, state in a folder of the test."""
    return load_settings(**{"portal_env": "test", "state_dir": folder, "log_level": "error", **changes})


@pytest.fixture(params=DATABASES if os.environ.get("PROOF") else DATABASES[:1])
def database(request: pytest.FixtureRequest) -> str:
    """Screens are tried on SQLite; with PROOF=1 (`make proof`) on both. What they do is proven on both where the acts stand."""
    return str(request.param)


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application per test process: its hundreds of addresses are compiled once."""
    return create_app(settings_for(tmp_path_factory.mktemp("desk")), engine=create_engine("sqlite://"))


@pytest.fixture
def app(shared_app: Flask, engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    """The application in test mode, on an empty database and a folder of its own; runs once on each database.

    What a test changes in its settings is put back; whoever adds addresses makes an application of its own.
    """
    settings = settings_for(tmp_path)
    config, extensions = dict(shared_app.config), dict(shared_app.extensions)
    shared_app.extensions.update(settings=settings, engine=engine)
    shared_app.session_interface = DatabaseSessions(engine, secure=settings.secure_cookies)
    yield shared_app
    shared_app.config.clear()
    shared_app.config.update(config)
    shared_app.extensions.clear()
    shared_app.extensions.update(extensions)


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
