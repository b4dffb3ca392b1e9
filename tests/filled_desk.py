"""The demonstration, filled once in a run: the test process that needs it first does it, every other one takes a copy."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from portal import demo
from portal.commands.opening import load_region_once, vault_of
from portal.platform.config import load_settings
from portal.platform.database import load_models, make_engine
from tests.day import FIRST_MOMENT

CATALOGUE = Path(__file__).parents[1] / "schemes" / "catalogue" / "stedendriehoek"
DATABASE = "desk.db"
NOW: datetime = FIRST_MOMENT
"""Up to when its history runs: the clock of the tests goes on from there."""


def copy_of_filled_desk(folders: pytest.TempPathFactory, worker_name: str) -> Path:
    """The state of a desk that was filled as `make run` does: its database, its secret, and the files sealed with that."""
    own = folders.mktemp("filled-desk") / "state"
    shutil.copytree(_filled_once(folders, worker_name), own)
    return own


def _filled_once(folders: pytest.TempPathFactory, worker_name: str) -> Path:
    """The folder of this run with the filled desk. Who comes while it is being filled waits; nobody sees a part of it."""
    run = folders.getbasetemp() if worker_name == "main" else folders.getbasetemp().parent
    filled = run / "the-filled-desk"
    with (run / "the-filled-desk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # it ends with the process that holds it, also when that dies half way
        if not filled.exists():
            making = Path(tempfile.mkdtemp(prefix="filling-", dir=run))
            fill_desk(making)
            making.rename(filled)
    return filled


def fill_desk(folder: Path) -> None:
    """Load the region into an empty folder and let the whole history happen."""
    engine = make_engine(f"sqlite:///{folder / DATABASE}")
    load_models().create_all(engine)
    load_region_once(engine, CATALOGUE, at=demo.opening(NOW))
    assert demo.fill(engine, now=NOW, vault=vault_of(load_settings(portal_env="demo", state_dir=folder))) > 0
    engine.dispose()  # the last connection that closes leaves everything in the one file
