"""The small desk of `tests.web.world` in a folder of one's own: made once by a test process, copied from then on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from sqlalchemy import Engine

from portal import create_app
from portal.people.actor import Audience
from portal.platform.clock import frozen
from portal.platform.database import make_engine
from portal.web import blueprints
from portal.web.edge import policy as access
from tests.web.apps import settings_for
from tests.web.asked import NOW
from tests.web.world import World, build_world

_MADE: dict[Path, tuple[Path, World]] = {}
"""Per empty database the world that this process made on it, and a copy of its folder."""


@contextmanager
def a_world(empty: Path, folder: Path) -> Iterator[World]:
    """The world, in an empty folder of one's own, while time stands still. A process makes it once, and copies it from then on."""
    path = folder / "desk.db"
    if empty not in _MADE:
        shutil.copyfile(empty, path)
        with opened(path) as (app, engine):
            world = build_world(app, engine, path)
            made = folder.with_name(f"{folder.name}-made")
            shutil.copytree(folder, made)
            _MADE[empty] = made, world
            yield world
        return
    made, world = _MADE[empty]
    shutil.copytree(made, folder, dirs_exist_ok=True)
    shutil.copyfile(path.with_suffix(".kept"), path)
    with opened(path) as (app, engine):
        yield replace(world, app=app, engine=engine, path=path, entered={}, left=set())


@contextmanager
def opened(path: Path) -> Iterator[tuple[Flask, Engine]]:
    """An application over this file, at the moment at which time stands still in the world."""
    engine = make_engine(f"sqlite:///{path}")
    with frozen(NOW):
        app = create_app(settings_for(path.parent), engine=engine)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app, engine
    engine.dispose()


@contextmanager
def seeded(
    world: World, monkeypatch: pytest.MonkeyPatch, screens: Blueprint, audiences: frozenset[Audience]
) -> Iterator[World]:
    """The same world, served with these screens too, for these audiences: faults that a test has to find."""
    real = blueprints.register

    def register(app: Flask) -> None:
        real(app)
        app.register_blueprint(screens)
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith(f"{screens.name}."):
                monkeypatch.setitem(access.POLICY, rule.endpoint, audiences)

    monkeypatch.setattr(blueprints, "register", register)
    path = world.path.with_name(f"{screens.name}.db")
    shutil.copyfile(world.path.with_suffix(".kept"), path)
    shutil.copyfile(path, path.with_suffix(".kept"))
    with opened(path) as (app, engine):
        yield replace(world, app=app, engine=engine, path=path, entered={}, left=set())
