"""An office in Proefland for tests of the screens of staff: records by the actions, browsers by role, and a clock that stands still."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from lxml.html import document_fromstring
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.questions.models import DevelopmentQuestion
from portal.people.accounts.models import Account, Organisation, Role
from portal.platform import clock
from portal.platform.database import make_engine, unit_of_work
from tests import factories
from tests.factories import NOW, a_region
from tests.web import kept
from tests.web.apps import borrowed_app
from tests.web.browser import Browser, make_account
from tests.web.walking import soup_of, words_of

Made = TypeVar("Made")


@dataclass
class Office:
    """The application, its database, and who works there."""

    app: Flask
    engine: Engine
    people: dict[Role, Account] = field(default_factory=dict)

    def do(self, work: Callable[[Session], Made]) -> Made:
        """Do something in one unit of work. What depends on nothing but the database is put back the second time."""
        name = getattr(work, "__qualname__", "<lambda>")
        if "<lambda>" in name or getattr(work, "__closure__", None):
            return unit_of_work(self.engine, work)
        return kept.again(self.engine, ("done", work.__module__, name), lambda: unit_of_work(self.engine, work))

    def made(self, factory: Callable[..., Made], **more: Any) -> Made:
        """What a factory of `tests.factories` makes."""

        def make() -> Made:
            return self.do(lambda session: factory(session, **more))

        if factory.__module__ != factories.__name__:
            return make()
        return kept.again(self.engine, ("made", factory.__name__, pickle.dumps(more)), make)

    def account(self, role: Role) -> Account:
        """The one person of a role."""
        if role not in self.people:
            self.people[role] = kept.again(self.engine, ("account", role), lambda: make_account(self.engine, role))
        return self.people[role]

    def browser(self, role: Role | str, account: Account | None = None) -> Browser:
        """A browser of somebody of this role."""
        return Browser(self.app).enter(account=account or self.account(Role(role)))

    def colleague(self, role: Role | str) -> Browser:
        """A browser of another one of this role, in the same organisation."""
        mine = self.account(Role(role))
        slug = self.do(lambda session: session.get_one(Organisation, mine.organisation_id).slug)
        return self.browser(role, make_account(self.engine, role, organisation=slug, name="Tom Tweede"))

    def done_by_another(self, role: Role | str) -> TestResponse:
        """Another one of this role does what was laid down last, as the pages say it; the answer to that."""
        browser = self.colleague(role)
        where = soup_of(browser.get("/tweede-persoon/")).select_one("main table a[href^='/tweede-persoon/']")
        assert where is not None, "something waits"
        assert "Akkoord, doe dit" in browser.get(str(where["href"])).text
        return browser.submit(str(where["href"]), {})

    def again(self, question: DevelopmentQuestion) -> DevelopmentQuestion:
        """The question as it is now."""
        return self.do(lambda session: session.get_one(DevelopmentQuestion, question.id))


@pytest.fixture(autouse=True)
def still() -> Iterator[datetime]:
    """Monday 2 March 2026, 10:00 in Amsterdam, also for the screens."""
    with clock.frozen(NOW) as moment:
        yield moment


@pytest.fixture
def office(app: Flask, engine: Engine) -> Office:
    """An office with a region and no questions; runs on both databases."""
    kept.again(engine, "proefland", lambda: unit_of_work(engine, a_region))
    return Office(app, engine)


@pytest.fixture(scope="module")
def shared_office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for many tests that do not get in each other's way."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copyfile(sqlite_template, folder / "desk.db")
    engine = make_engine(f"sqlite:///{folder / 'desk.db'}")
    with clock.frozen(NOW):
        unit_of_work(engine, a_region)
    with borrowed_app(folder, engine) as app:
        yield Office(app, engine)
    engine.dispose()


def said(answer: TestResponse) -> str:
    """The words of a page, with single spaces."""
    page = document_fromstring(answer.text or "<p>")
    main = page.find(".//main")
    return words_of(page if main is None else main)


def figures_of(answer: TestResponse, caption: str) -> list[list[str]]:
    """The cells of a table, row by row, foot left out."""
    for table in soup_of(answer).find_all("table"):
        if table.caption is not None and table.caption.get_text(strip=True) == caption:
            return [[_text(cell) for cell in row.find_all(["th", "td"])] for row in table.tbody.find_all("tr")]
    raise AssertionError(f"no table {caption}")


def _text(cell: Any) -> str:
    return " ".join(cell.get_text(" ", strip=True).replace("\xa0", " ").split())


def links_of(page: BeautifulSoup | Any) -> dict[str, str]:
    """The links of a part of a page: address by text."""
    return {_text(link): str(link["href"]) for link in page.find_all("a", href=True)}
