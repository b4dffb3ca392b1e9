"""``loket demo``: what it prints, that every door opens, and that it stays away from a real desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from flask import Flask, url_for
from sqlalchemy import Engine

from portal import create_app, demo
from portal.commands.cli import main
from portal.demo.staff import OF_ONE_TEAM
from portal.people.accounts.models import Role
from portal.people.accounts.queries import accounts
from portal.platform.clock import frozen, now
from portal.platform.database import unit_of_work
from portal.web.edge.navigation import MENU
from tests.portal.demo.conftest import NOW, VAULT, FilledDesk, once, open_region
from tests.web.apps import settings_for
from tests.web.browser import Browser
from tests.web.walking import soup_of

Run = Callable[..., Result]


@pytest.fixture
def loket(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the command on the test's database, in demo mode."""
    from portal import migrations
    from portal.commands import opening

    monkeypatch.setenv("PORTAL_ENV", "demo")
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setattr(opening, "make_engine", lambda _url: engine)
    monkeypatch.setattr(migrations, "require_head", lambda _engine: None)  # the tables are there without a migration
    yield lambda *args: CliRunner().invoke(main, args)


def test_every_door_lets_its_audience_in(copied_desk: FilledDesk, tmp_path: Path) -> None:
    engine = copied_desk.engine
    app = create_app(settings_for(tmp_path, portal_env="demo"), engine=engine)
    with frozen(NOW):
        enter_by_every_door(app, demo.doors(engine, address="http://127.0.0.1:8000", now=NOW))


def enter_by_every_door(app: Flask, doors: list[tuple[str, str]]) -> None:
    assert len(doors) == 21
    for label, address in doors:
        path = urlsplit(address).path
        browser = Browser(app)
        assert browser.get(path).status_code == 200, label
        if "/inloggen/" in path or "/toegang/" in path:
            assert browser.submit(path).status_code == 303, label
            while browser.follow().status_code == 303:
                continue
        assert browser.last is not None
        assert browser.last.status_code == 200, label
        for link in soup_of(browser.last).select("header nav a"):
            page = browser.get(str(link["href"]), follow_redirects=True)
            empty = (
                soup_of(page).select("main .empty") if OF_ONE_TEAM not in label else []
            )  # who sees less may have nothing
            assert page.status_code == 200 and not empty, (label, link["href"])
    used = Browser(app)
    single_use = next(address for label, address in doors if label.startswith("Advisor"))
    assert used.get(urlsplit(single_use).path).status_code == 404


@once
def test_an_empty_desk_still_has_doors_for_everybody_with_an_account(engine: Engine) -> None:
    open_region(engine, at=now())
    demo.fill(engine, now=now(), vault=VAULT, questions=0)
    labels = [label for label, _ in demo.doors(engine, address="http://x", now=now())]
    assert [label.split(",")[0] for label in labels] == [
        "Resident",
        "Employer",
        "Advisor",
        "Advisor",
        "Advisor",
        "Scheme owner",
        "Scheme owner",
        "Region",
        "Region",
        "Administrator",
        "Administrator",
        "Helper",
        "Funder",
        "Controller",
        "Auditor",
        "Anybody with an account",
    ]


@once
def test_pages_of_an_empty_desk_say_what_will_come(engine: Engine, tmp_path: Path) -> None:
    open_region(engine, at=now())
    demo.fill(engine, now=now(), vault=VAULT, questions=0)
    app = create_app(settings_for(tmp_path, portal_env="demo"), engine=engine)
    pages, silent = 0, []
    for account in unit_of_work(engine, lambda s: accounts(s), read_only=True):
        browser = Browser(app).enter(account=account)
        with app.test_request_context():
            addresses = [url_for(endpoint) for _, endpoint in MENU[account.role.audience]]
        for address in addresses:
            answer = browser.get(address)
            assert answer.status_code == 200, address
            pages += 1
            begins = soup_of(answer).select_one("main form.form") is not None
            if account.role is Role.ADVISOR and not begins and 'class="empty"' not in answer.text:
                silent.append(address)
    assert pages >= 15
    assert silent == []


@once
def test_load_fills_the_desk_once(loket: Run) -> None:
    first = loket("demo", "load", "--questions", "2", "--seed", "4")
    assert first.exit_code == 0, first.output
    assert "Loading the region" in first.stdout
    assert first.stdout.endswith("2 questions added\n")
    second = loket("demo", "load", "--questions", "2")
    assert second.exit_code == 0
    assert second.stdout.startswith("Nothing added")
    printed = loket("demo", "doors").stdout
    assert re.search(r"Advisor, Anja Adviseur +http://127\.0\.0\.1:8000/inloggen/\S+\n", printed)


@once
@pytest.mark.parametrize("command", ["load", "doors"])
def test_a_desk_that_is_no_demonstration_stays_as_it_is(
    loket: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("PORTAL_ENV", "test")
    refused = loket("demo", command)
    assert refused.exit_code == 2
    assert "PORTAL_ENV" in refused.stderr


@once
@pytest.mark.parametrize(
    "words", [["--questions", "5001"], ["--questions", "-1"], ["--questions", "veel"], ["--seed", "x"]]
)
def test_a_wrong_number_is_a_readable_refusal(loket: Run, words: list[str]) -> None:
    refused = loket("demo", "load", *words)
    assert refused.exit_code == 2
    assert "Invalid value" in refused.stderr
