"""Walking through the questions as a person does: open the page, fill in what it asks, press the button."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from lxml.etree import tostring
from lxml.html import HtmlElement, document_fromstring
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import create_app
from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.requirements import Checks
from portal.awarding.proposals.actions import make_proposal
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_public_id
from portal.framework.loading import load_region
from portal.people.actor import Actor, Audience
from portal.platform.clock import now, today
from portal.platform.database import load_models, make_engine, unit_of_work
from tests.factories import complete
from tests.web import kept
from tests.web.apps import borrowed_app, settings_for
from tests.web.browser import SYSTEM, Browser, decider
from tests.web.shown_names import ids_in

CATALOGUE = Path(__file__).parents[2] / "schemes" / "catalogue" / "stedendriehoek"

START = f"1-2-{today().year + 1}"
"""A day on which a training begins, ahead of the real clock."""
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
    "begin": {"answer": START},
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
    "begin": {"answer": START},
    "kosten": {
        "lines-0-category": "tuition",
        "lines-0-amount": "3.630",
        "lines-0-amount_without_vat": "3.000",
        "lines-1-category": "wage",
        "lines-1-amount": "1.000",
    },
    "gegevens/de_minimis_used_cents": {"answer": "0"},
    "groep": {"numbers": "", "aid": ""},
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


def engine_on_copy(template: Path, folder: Path) -> Engine:
    """An engine on a copy of the template."""
    path = folder / "own.db"
    shutil.copyfile(template, path)
    return make_engine(f"sqlite:///{path}")


def app_on_copy(template: Path, folder: Path) -> tuple[Flask, Engine]:
    """An application of one's own on a copy of the template."""
    engine = engine_on_copy(template, folder)
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

        def walk() -> None:
            self.start()
            while last_part(self.path) != "controle":
                part = last_part(self.path)
                assert part in self.answers, f"no answer for {part}"
                assert part not in self.seen, f"asked twice: {part}"
                self.seen.append(part)
                self.answer(self.answers[part])

        self.walked("to check", walk)
        assert self.browser.last is not None
        return self.browser.last

    def walked(self, name: str, walk: Callable[[], object]) -> None:
        """Walk a part of the way; from where somebody walked it before with the same answers, be at its end at once.

        `name` says which part. See `tests.web.kept`.
        """

        def keep(_: object) -> tuple[Any, ...]:
            cookie = self.browser.client.get_cookie("loket")
            return tuple(self.seen), cookie.value if cookie is not None else None, self.browser.last

        def give(found: tuple[Any, ...]) -> None:
            seen, cookie, self.browser.last = found
            self.seen = list(seen)
            if cookie is not None:
                self.browser.client.set_cookie("loket", cookie)

        browser = self.browser
        here = self.path if browser.last is not None else None
        before = browser.client.get_cookie("loket")
        step = (name, self.door, repr(self.answers), here, before.value if before is not None else None)
        kept.again(browser.engine, (*step, browser.app.secret_key), walk, keep=keep, give=give)

    def go(self, name: str) -> TestResponse:
        """Open another page of the same question."""
        return self.browser.get(re.sub(r"(/(?:werkgever/)?vraag/[^/]+).*", rf"\1/{name}", self.path))


def soup_of(answer: TestResponse) -> BeautifulSoup:
    """The page as a tree, read as browsers do."""
    return BeautifulSoup(answer.text, "lxml")


# What an advisor does meanwhile ----------------------------------------------------------------------------------------

CONTACT = {"name": "Jo Jansen", "way": "email", "email": "jo@voorbeeld.example"}
APPLICANT = {
    "schemes": "ontwikkelfonds-individueel",
    "name": "Jo Jansen",
    "birth_date": "31-12-1985",
    "street": "Dorpsstraat",
    "house_number": "12a",
    "postcode": "7311ab",
    "city": "Apeldoorn",
    "confirmed": "y",
}


def question_of(engine: Engine, path: str) -> DevelopmentQuestion:
    """The question of an address."""
    public_id = re.sub(r"^/(?:vraag|werkgever/vraag|mijn)/([^/]+).*", r"\1", path)

    def work(session: Session) -> DevelopmentQuestion:
        found = question_by_public_id(session, public_id=public_id, actor=Actor.system())
        return (
            found
            or session.scalars(select(DevelopmentQuestion).where(DevelopmentQuestion.public_id == public_id)).one()
        )

    return unit_of_work(engine, work)


def act(engine: Engine, path: str, work: Callable[[Session, DevelopmentQuestion], Any]) -> Any:
    """Do something with the question of an address, as staff would."""

    def inside(session: Session) -> Any:
        question = session.get_one(DevelopmentQuestion, question_of(engine, path).id)
        return work(session, question)

    return unit_of_work(engine, inside)


def approve(engine: Engine, path: str) -> None:
    """Compute the mix and approve it."""

    def work(session: Session, question: DevelopmentQuestion) -> None:
        complete(session, question, actor=decider(session), now=now())
        proposal = make_proposal(session, question=question, actor=SYSTEM, now=now())
        checks = Checks(identity=True, purpose=True, costs=True, nothing_paid_twice=True)
        approve_proposal(
            session,
            question=question,
            draft=Draft(proposal=proposal, rationale="De opleiding past bij uw doel.", checks=checks),
            actor=decider(session),
            now=now(),
        )

    act(engine, path, work)


# Fixtures: import them in a conftest ------------------------------------------------------------------------------------


@dataclass
class Desk:
    """An application with the demo region, and its database."""

    app: Flask
    engine: Engine

    def walk(self, answers: Mapping[str, Mapping[str, Any]] | None = None, door: str = "/vraag") -> Walk:
        """Somebody who is going to answer the questions."""
        return Walk(self.app, answers if answers is not None else WELDER, door)

    def visitor(self, walk: Walk | None = None, *, audience: Audience, path: str | None = None) -> Browser:
        """Another browser, let in as resident or employer of the question of a walk."""
        question = question_of(self.engine, path or (walk.path if walk is not None else ""))
        return Browser(self.app).enter(question_id=question.id, audience=audience)


@pytest.fixture(scope="session")
def region_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the demo region, made once."""
    return make_template(tmp_path_factory.mktemp("region"))


@pytest.fixture(scope="session")
def desk_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on this process's SQLite file, which is put there anew for every desk: what it compiled is compiled once."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('desk') / 'own.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def desk(region_template: Path, desk_engine: Engine, tmp_path: Path) -> Iterator[Desk]:
    """A desk of one's own, on a copy of the region."""
    kept.begin(desk_engine, "region", region_template)
    with borrowed_app(tmp_path, desk_engine) as app:
        yield Desk(app, desk_engine)
    kept.end(desk_engine)
    desk_engine.dispose()


@pytest.fixture(scope="module")
def shared_desk(region_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk for many tests that do not get in each other's way."""
    folder = tmp_path_factory.mktemp("shared")
    engine = engine_on_copy(region_template, folder)
    with borrowed_app(folder, engine) as app:
        yield Desk(app, engine)
    engine.dispose()


# What every page must satisfy -------------------------------------------------------------------------------------------


def sound_page(answer: TestResponse) -> BeautifulSoup:
    """The page as a tree, when it is sound."""
    assert_sound(answer)
    return soup_of(answer)


def assert_sound(answer: TestResponse) -> HtmlElement:
    """One heading, everything labelled, every reference real, nothing inline. Gives the page as lxml reads it: that is quick."""
    assert answer.status_code in (200, 409, 422), f"{answer.request.path}: {answer.status_code}"
    page = document_fromstring(answer.text)
    where = answer.request.path
    assert page.tag == "html" and page.get("lang") == "nl"
    assert page.findtext(".//title", "").strip()
    headings = len(page.findall(".//h1"))
    assert headings == 1, f"{where}: {headings} headings of the first level"
    ids = [str(name) for name in page.xpath("//@id")]
    assert len(ids) == len(set(ids)), f"{where}: an id stands twice: {[name for name in ids if ids.count(name) > 1]}"
    labelled = {str(name) for name in page.xpath("//label/@for")}
    for control in page.iter("input", "select", "textarea"):
        if control.get("type") not in ("hidden", "submit"):
            assert control.get("id") in labelled, f"{where}: no label for {tostring(control, encoding='unicode')}"
        for name in (control.get("aria-describedby") or "").split():
            assert name in ids, f"{where}: nothing has the id {name}"
    for group in page.iter("fieldset"):
        assert group.find(".//legend") is not None, f"{where}: a group without a legend"
    for summary in with_class(page, "error-summary"):
        for link in summary.iter("a"):
            assert link.get("href", "").lstrip("#") in ids, f"{where}: the summary leads to nothing: {link.get('href')}"
    inline = [tag for tag in page.iter("script", "style") if not tag.get("src")]
    assert not inline, f"{where}: something inline"
    assert not page.xpath("//@*[name() = 'style' or starts-with(name(), 'on')]"), f"{where}: something inline"
    if "desk" not in (page.body.get("class") or "").split():
        names = ids_in(page.body.text_content())
        assert not names, f"{where}: names of files stand on the page: {names}"
    return page


def with_class(tag: HtmlElement, name: str, axis: str = "descendant") -> list[HtmlElement]:
    """What lies on an axis of a tag and has a class."""
    found: list[HtmlElement] = tag.xpath(
        f"{axis}::*[contains(concat(' ', normalize-space(@class), ' '), $it)]", it=f" {name} "
    )
    return found


def words_of(tag: HtmlElement) -> str:
    """What a tag says, with single spaces."""
    return " ".join(" ".join(tag.xpath(".//text()[not(parent::script or parent::style)]")).split())


def words_on(answer: TestResponse) -> str:
    """What a whole page says, with single spaces."""
    return words_of(document_fromstring(answer.text or "<p>"))


def assert_refused_kindly(answer: TestResponse, field: str, form: Mapping[str, Any]) -> None:
    """422 with the message at the field and in the summary, and everything else that was typed still there."""
    assert answer.status_code == 422, answer.status_code
    page = assert_sound(answer)
    assert page.findtext(".//title", "").startswith("Fout: ")
    named = page.xpath("//*[@name = $it]", it=field)
    assert named
    boxes = with_class(named[0], "field", "ancestor")
    messages = with_class(boxes[-1], "error") if boxes else []
    assert messages, f"no message at {field}"
    said = words_of(messages[0]).removeprefix("Fout:").strip()
    assert said.endswith(".") and not any(
        word in said.lower() for word in ("ongeldig", "verplicht", "invalid", "not a valid")
    )
    assert said in words_of(with_class(page, "error-summary")[0])
    for name, value in form.items():
        if name != field:
            _assert_kept(page, name, value)


def _assert_kept(page: HtmlElement, name: str, value: Any) -> None:
    controls = page.xpath("//*[@name = $it]", it=name)
    assert controls, f"{name} is gone"
    for wanted in value if isinstance(value, list) else [value]:
        first = controls[0]
        if first.tag == "textarea":
            assert str(wanted) in first.text_content(), name
        elif first.tag == "select":
            assert first.xpath(".//option[@selected][@value = $it]", it=str(wanted)), name
        elif first.get("type") in ("radio", "checkbox"):
            assert [one for one in controls if one.get("value") == wanted and "checked" in one.attrib], name
        else:
            assert first.get("value") == wanted, name
