"""After the fork no process has a connection of another one: the real desk, forked with the hook of `deploy/gunicorn.conf.py`.

Beside it the same without the hook, which shares the connection, and with one that closes it, which takes it from the parent.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from portal.platform.config import CHECKOUT
from tests.conftest import create_database

PROCESSES = 3
PROGRAM = """
import json, os, runpy, sys
from types import SimpleNamespace
from sqlalchemy import text
from portal.commands.wsgi import desk
from portal.platform.database import reading, unit_of_work

app = desk()
engine = app.extensions["engine"]
HOOKS = {
    "ours": runpy.run_path("deploy/gunicorn.conf.py")["post_fork"],
    "none": lambda server, worker: None,
    "closes": lambda server, worker: engine.dispose(),
}

def backend(of):
    with of.connect() as connection:
        return connection.execute(text("SELECT pg_backend_pid()")).scalar_one()

def right():
    asked = ((n, unit_of_work(engine, lambda s: s.scalar(text(f"SELECT {os.getpid()} + {n}")))) for n in range(30))
    return all(came == os.getpid() + n for n, came in asked)

def work(hook, out):
    HOOKS[hook](SimpleNamespace(SIG_QUEUE=None), SimpleNamespace(app=SimpleNamespace(wsgi=lambda: app), pid=os.getpid()))
    found = [backend(engine), backend(reading(engine)), hook == "ours" and right()]
    os.write(out, json.dumps(found).encode())
    os._exit(0)

def forked(hook):
    mine, children = backend(engine), []  # something that is read once before the fork opens a connection
    for _ in range(int(sys.argv[1])):
        reads, writes = os.pipe()
        child = os.fork()
        if child == 0:
            work(hook, writes)
        os.close(writes)
        children.append((child, reads))
        if hook != "ours":
            os.waitpid(child, 0)  # on one connection they would wait for each other's answers
    said = [json.loads(os.read(reads, 4096)) for _, reads in children]
    if hook == "ours":
        for child, _ in children:
            os.waitpid(child, 0)
    try:
        with engine.pool.connect() as kept:  # not asked first whether it lives
            still = kept.cursor().execute("SELECT pg_backend_pid()").fetchone()[0]
    except Exception as error:
        still = type(error).__name__
    engine.dispose()
    return {"parent": mine, "children": said, "still": still}

print(json.dumps({"opened": engine.pool.checkedin(), **{hook: forked(hook) for hook in HOOKS}}))
"""


@pytest.fixture(scope="module")
def found(
    postgresql_server: str, postgresql_migrated: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What the parent and its processes say of their connections, per hook: one start of the desk."""
    folder = tmp_path_factory.mktemp("forked")
    settings = {
        "PORTAL_ENV": "demo",
        "STATE_DIR": str(folder / "var"),
        "DATABASE_URL": create_database(postgresql_server, f"forked_{worker_name}", template=postgresql_migrated),
        "PYTHONPATH": str(CHECKOUT),
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "counted"),
    }
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(PROCESSES)],
        cwd=CHECKOUT, env={**os.environ, **settings}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return said


def test_after_the_fork_every_process_has_its_own_connection_and_the_parent_keeps_its(found: dict[str, Any]) -> None:
    assert found["opened"] == 0, "the start itself leaves nothing open"
    ours = found["ours"]
    assert len({ours["parent"], *(writing for writing, _, _ in ours["children"])}) == PROCESSES + 1
    assert all(writing == reading and right for writing, reading, right in ours["children"])
    assert ours["still"] == ours["parent"]


def test_control_without_the_hook_they_share_the_connection_of_the_parent(found: dict[str, Any]) -> None:
    none = found["none"]
    assert [writing for writing, _, _ in none["children"]] == [none["parent"]] * PROCESSES


def test_control_a_hook_that_closes_takes_the_connection_from_the_parent(found: dict[str, Any]) -> None:
    closes = found["closes"]
    assert closes["parent"] not in [writing for writing, _, _ in closes["children"]]
    assert closes["still"] != closes["parent"]
