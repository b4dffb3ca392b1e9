"""The demonstration lets everybody in as anybody, so it answers on its own machine and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal import create_app
from portal.people.accounts.models import Role
from tests.web.apps import settings_for
from tests.web.browser import Browser, make_account

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FROM_ELSEWHERE = {
    "another name": {"headers": {"Host": "loket.example.nl"}},
    "another address": {"headers": {"Host": "192.0.2.7:8000"}},
    "a name that begins like ours": {"headers": {"Host": "localhost.example.nl"}},
    "no name": {"headers": {"Host": "[bad"}},
    "another machine": {"environ_overrides": {"REMOTE_ADDR": "192.0.2.9"}},
    "a proxy that says so": {"headers": {"X-Forwarded-For": "192.0.2.9"}},
    "a proxy that says its name": {"headers": {"X-Forwarded-Host": "loket.example.nl"}},
    "a proxy with the new header": {"headers": {"Forwarded": "for=192.0.2.9"}},
    "a proxy on the way": {"headers": {"Via": "1.1 proxy"}},
    "a silent proxy": {"headers": {"Origin": "https://loket.example.nl"}},
}


@pytest.fixture
def demo(engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    yield create_app(settings_for(tmp_path, portal_env="demo"), engine=engine)


@pytest.mark.parametrize("how", FROM_ELSEWHERE)
def test_nobody_from_elsewhere_enters_the_demonstration(demo: Flask, engine: Engine, how: str) -> None:
    """The attack as it was found: with a public address everybody entered as administrator."""
    admin, browser = make_account(engine, Role.ADMIN), Browser(demo)
    path = f"/inloggen/proef/{admin.public_id}"
    for answer in (
        browser.post(path, **FROM_ELSEWHERE[how]),
        browser.get("/", **FROM_ELSEWHERE[how]),
        browser.get("/healthz", **FROM_ELSEWHERE[how]),
    ):
        assert answer.status_code == 421 and "proefomgeving" in answer.text
        assert "Set-Cookie" not in answer.headers and len(answer.text.splitlines()) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "demo.localhost"])
def test_on_its_own_machine_one_enters(demo: Flask, engine: Engine, host: str) -> None:
    admin, browser = make_account(engine, Role.ADMIN), Browser(demo)
    assert browser.get("/inloggen", headers={"Host": host}).status_code == 200
    origin = {"Origin": f"http://{host}"}
    assert browser.post(f"/inloggen/proef/{admin.public_id}", headers=origin).location == "/beheer/"


@pytest.mark.parametrize("how", [how for how in FROM_ELSEWHERE if how != "no name"])
def test_a_desk_that_is_no_demonstration_answers_all_of_them(app: Flask, how: str) -> None:
    assert Browser(app).get("/healthz", **FROM_ELSEWHERE[how]).status_code == 200
