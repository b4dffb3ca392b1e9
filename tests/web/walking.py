"""Walking through the questions as a person does: open the page, fill in what it asks, press the button."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from portal import create_app
from portal.catalogue.actions import load_region
from portal.clock import now
from portal.database import load_models, make_engine, unit_of_work
from tests.web.browser import SYSTEM, Browser
from tests.web.conftest import settings_for

CATALOGUE = Path(__file__).parents[2] / "schemes" / "catalogue" / "stedendriehoek"

WELDER: Mapping[str, Mapping[str, Any]] = {
    "wens": {"wish": "Ik ben lasser en wil monteur worden", "goals": ["other_job", "certificate"]},
    "postcode": {"postcode": "7311 AB"},
    "gemeente": {"answer": "GM0200"},
    "geboortejaar": {"answer": "1985"},
    "werk": {"answer": "employee_permanent"},
    "uitkering": {"answer": "none"},
    "diploma": {"answer": "mbo2"},
    "opleiding": {"known": "yes", "name": "Monteur mechatronica", "provider": "Techniekschool"},
    "vorm": {"answer": "course"},
    "niveau": {"answer": "mbo3"},
    "sector": {"answer": "technology"},
    "begin": {"answer": "1-2-2027"},
    "kosten": {
        "lines-0-category": "tuition",
        "lines-0-amount": "€ 2.500",
        "lines-1-category": "exam",
        "lines-1-amount": "500,00",
        "lines-2-category": "books",
        "lines-2-amount": "150",
    },
    "werkgever": {"contribution": "up_to", "up_to": "500"},
    "gegevens/employer_municipality": {"answer": "GM0200"},
    "gegevens/employer_sector_fund": {"answer": "none"},
    "lenen": {"borrow": "no"},
}
COMPANY: Mapping[str, Mapping[str, Any]] = {
    "wens": {"wish": "Een monteur leert werken met warmtepompen", "goals": ["keep_current_job"]},
    "organisatie": {"name": "Bakkerij De Proef", "kvk_number": "12345678", "contact_name": "Sam"},
    "vestiging": {"answer": "GM0150"},
    "omvang": {"answer": "25"},
    "sectorfonds": {"answer": "none"},
    "opleiding": {"known": "yes", "name": "Warmtepompen", "provider": "Techniekschool"},
    "vorm": {"answer": "course"},
    "niveau": {"answer": "none"},
    "sector": {"answer": "technology"},
    "begin": {"answer": "1-2-2027"},
    "kosten": {
        "lines-0-category": "tuition",
        "lines-0-amount": "3.630",
        "lines-0-amount_without_vat": "3.000",
        "lines-1-category": "wage",
        "lines-1-amount": "1.000",
    },
    "gegevens/employer_owner_is_learner": {"answer": "no"},
}


def make_template(folder: Path) -> Path:
    """An SQLite file with the schema and the demo region."""
    path = folder / "desk.db"
    engine = make_engine(f"sqlite:///{path}")
    load_models().create_all(engine)
    unit_of_work(engine, lambda s: load_region(s, folder=CATALOGUE, actor=SYSTEM, now=now()))
    engine.dispose()
    return path


def app_on_copy(template: Path, folder: Path) -> tuple[Flask, Engine]:
    """An application on a copy of the template."""
    path = folder / "own.db"
    shutil.copyfile(template, path)
    engine = make_engine(f"sqlite:///{path}")
    return create_app(settings_for(folder), engine=engine), engine


def last_part(location: str) -> str:
    """What comes after the id of the question in an address."""
    return re.sub(r"^/(vraag|werkgever/vraag|mijn)/[^/]+/?", "", location.split("?")[0])


class Walk:
    """One person walking through the questions."""

    def __init__(self, app: Flask, answers: Mapping[str, Mapping[str, Any]], door: str = "/vraag") -> None:
        self.browser = Browser(app)
        self.answers = dict(answers)
        self.door = door
        self.seen: list[str] = []

    def start(self) -> TestResponse:
        """Press the button that starts the questions, and open the first."""
        self.browser.get(self.door)
        self.browser.submit(self.door)
        return self.browser.follow()

    @property
    def path(self) -> str:
        """The address of the page we are on."""
        assert self.browser.last is not None
        return self.browser.last.request.path

    def answer(self, data: Mapping[str, Any]) -> TestResponse:
        """Fill in the page we are on and go on."""
        self.browser.submit(self.path, dict(data))
        return self.browser.follow()

    def to_check(self) -> TestResponse:
        """Answer page after page until the check page."""
        self.start()
        while last_part(self.path) != "controle":
            part = last_part(self.path)
            assert part in self.answers, f"no answer for {part}"
            assert part not in self.seen, f"asked twice: {part}"
            self.seen.append(part)
            self.answer(self.answers[part])
        assert self.browser.last is not None
        return self.browser.last

    def go(self, name: str) -> TestResponse:
        """Open another page of the same question."""
        return self.browser.get(re.sub(r"(/(?:werkgever/)?vraag/[^/]+).*", rf"\1/{name}", self.path))


def soup_of(answer: TestResponse) -> BeautifulSoup:
    """The page as a tree, read as browsers do."""
    return BeautifulSoup(answer.text, "html5lib")
