"""What tests of screens can ask for: the application on an empty database (SQLite and PostgreSQL), and browsers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal.people.accounts.models import Account, Role
from tests.conftest import DATABASES
from tests.web import kept
from tests.web.apps import borrowed_app
from tests.web.browser import Browser, make_account


@pytest.fixture(params=DATABASES if os.environ.get("PROOF") else DATABASES[:1])
def database(request: pytest.FixtureRequest) -> str:
    """Screens are tried on SQLite; with PROOF=1 (`make proof`) on both. What they do is proven on both where the acts stand."""
    return str(request.param)


@pytest.fixture
def engine(engine: Engine) -> Iterator[Engine]:
    """The empty database of `tests.conftest`, of which is known that it is empty. See `tests.web.kept`."""
    kept.begin(engine, "empty")
    yield engine
    kept.end(engine)


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    """The application in test mode, on an empty database and a folder of its own. See `borrowed_app`."""
    with borrowed_app(tmp_path, engine) as made:
        yield made


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
