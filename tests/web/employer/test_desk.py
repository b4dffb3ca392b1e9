"""The one desk of an employer: trainings sent together are one thing, from the list to the vouchers, the spreadsheet and the year."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.origins.models import HeardFrom, QuestionOrigin
from portal.cases.pledges.actions import ask_pledge
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.clock import now, today
from portal.platform.database import unit_of_work
from portal.post.messages.models import OutboxMessage
from tests.web.browser import SYSTEM, Browser
from tests.web.employer.test_bundle import ROW, started
from tests.web.employers import HR, an_address, came_in_by
from tests.web.walking import CONTACT, Desk, Walk, act, approve, question_of, sound_page, soup_of

FORMULA = "=1+1"
SHARED = {"street": "Kade", "house_number": "3", "postcode": "7411AB", "city": "Deventer", "confirmed": "y"}


def text_of(answer: Any) -> str:
    return " ".join(soup_of(answer).get_text(" ").replace("\xa0", " ").split())


def sent(desk: Desk, *names: str) -> tuple[Walk, str]:
    """Trainings of an employer, sent together; the walk, and the address of the page about all."""
    walk = started(desk)
    for number, name in enumerate(names, start=1):
        walk.go("samen/opleiding/nieuw")
        walk.answer({**ROW, "person": f"medewerker-{number}", "training": name})
    walk.go("samen/versturen")
    walk.answer({**CONTACT, "heard_from": HeardFrom.FLYER.value})
    return walk, walk.path


def by_address(desk: Desk, path: str) -> Browser:
    """A browser that came in by the address of the employer."""

    def work(session: Session) -> str:
        an_address(session, question_of(desk.engine, path).id)
        return came_in_by(session)

    browser = Browser(desk.app)
    browser.client.set_cookie("loket", unit_of_work(desk.engine, work))
    return browser


def sheets(answer: Any) -> dict[str, list[list[Any]]]:
    """The sheets of a spreadsheet, and no formula in it but totals."""
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        formulas = [
            part.split("</f>")[0]
            for name in packed.namelist()
            if "sheet" in name
            for part in packed.read(name).decode().split("<f>")[1:]
        ]
    assert all(one.startswith("SUM(") for one in formulas)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_of_many_employees_each_line_of_what_is_wrong_says_whose_it_is(desk: Desk) -> None:
    walk, path = sent(desk, "Warmtepompen", "Lassen", "Solderen")
    place = f"{path.removesuffix('/samen/verstuurd')}/samen/aanvragen"
    scheme = soup_of(walk.browser.get(place)).select_one("input[name='schemes-1']")["value"]  # type: ignore[index]
    wrong = walk.browser.submit(place, {f"schemes-{n}": scheme for n in (1, 2, 3)} | {"name": "De Proef", **SHARED})
    lines = [one.get_text() for one in soup_of(wrong).select("#error-summary li")]
    named = [line for line in lines if "Vul de naam van" in line or "Vul de geboortedatum van" in line]
    assert len(named) == 6 and len(set(named)) == len(named), lines
    anonymous = [re.sub(r"medewerker-\d+", "uw werknemer", line) for line in named]
    assert len(set(anonymous)) == 2, "the control: without the names they all say the same"


def test_what_was_sent_together_is_one_thing_from_the_message_to_the_vouchers(desk: Desk) -> None:
    walk, path = sent(desk, "Warmtepompen", FORMULA)
    templates = select(OutboxMessage.template).order_by(OutboxMessage.id)
    assert unit_of_work(desk.engine, lambda s: list(s.scalars(templates))) == ["question/received_together"]
    assert unit_of_work(desk.engine, lambda s: [one.heard_from for one in s.scalars(select(QuestionOrigin))]) == [
        HeardFrom.FLYER
    ]
    page = sound_page(walk.browser.get(path))
    assert len(page.select("tbody tr")) == 2 and "Nog geen besluit" in page.text
    head = path.removesuffix("/samen/verstuurd")
    assert "Uw organisatie betaalt" in text_of(walk.browser.get(f"{head}/samen/uitkomst"))
    assert walk.browser.get("/werkgever/mijn").location == path

    form = sound_page(walk.browser.get(f"{head}/samen/aanvragen"))
    assert form.find(id="name")["value"] == "Bakkerij De Proef" and form.find(id="kvk_number")["value"] == "12345678"
    scheme = form.select_one("input[name='schemes-1']")["value"]
    both = {f"schemes-{n}": scheme for n in (1, 2)} | {"name": "Bakkerij De Proef", "kvk_number": "12345678", **SHARED}
    wrong = walk.browser.submit(walk.path, {**both, "learner_name-1": "Kim", "birth_date-1": "1-2-1990"})
    refused = sound_page(wrong)
    assert wrong.status_code == 422 and refused.find(id="learner_name-1")["value"] == "Kim", "what was typed stays"
    assert refused.find(id="learner_name-2")["aria-invalid"] == "true" and not refused.select(
        "[id='learner_name-1'][aria-invalid]"
    )
    born = {"learner_name-1": "Kim", "birth_date-1": "1-2-1990", "learner_name-2": "@Bo", "birth_date-2": "3-4-1991"}
    assert walk.browser.submit(walk.path, {**both, **born}).location == path
    assert "U krijgt één bevestiging." in text_of(walk.browser.follow())
    assert unit_of_work(desk.engine, lambda s: list(s.scalars(templates)))[1:] == ["application/received_together"]
    assert walk.browser.get(f"{head}/samen/aanvragen").location == path, "nobody is left to apply for"

    ids = unit_of_work(
        desk.engine, lambda s: list(s.scalars(select(DevelopmentQuestion.public_id).order_by(DevelopmentQuestion.id)))
    )
    for public_id in ids:
        approve(desk.engine, f"/werkgever/vraag/{public_id}")
    page = sound_page(walk.browser.get(path))
    assert page.text.count("te gebruiken tot en met") == 2 and "Besloten" in page.text
    for address in (f"{head}/samen/overzicht.xlsx", "/werkgever/bedrijf.xlsx"):
        (table,) = sheets(walk.browser.get(address)).values()
        rows = table[1:3]
        assert [row[1:3] for row in rows] == [["Kim", "Warmtepompen"], ["@Bo", FORMULA]]
        assert all(isinstance(row[4], datetime) or hasattr(row[4], "year") for row in rows), "days are days"
        assert [row[5] for row in rows] == [3630.0, 3630.0] and table[3][5] == 7260.0
        assert table[3][10] == sum(row[10] for row in rows) > 0


def test_by_its_address_an_employer_sees_everything_and_its_year(desk: Desk) -> None:
    walk, path = sent(desk, "Warmtepompen")
    public_id = question_of(desk.engine, path).public_id
    resident = desk.walk()
    resident.to_check()
    resident.go("versturen")
    resident.answer(CONTACT)
    act(
        desk.engine,
        resident.path,
        lambda s, q: ask_pledge(s, question=q, employer_name="De Proef", employer_email=HR, actor=SYSTEM, now=now()),
    )
    employer = by_address(desk, path)
    page = sound_page(employer.get("/werkgever/bedrijf"))
    words = " ".join(page.get_text(" ").split())
    first = page.select_one(".todo li")
    assert first is not None and "Jo Jansen vraagt u om mee te betalen" in first.text
    assert "Warmtepompen" in words and "Monteur mechatronica" in words and HR in words
    asked = question_of(desk.engine, resident.path).public_id
    assert "Jo Jansen vraagt u om mee te betalen" in text_of(employer.get(f"/werkgever/bijdrage/{asked}"))
    assert employer.get(f"/vraag/{asked}").status_code == 404 and employer.get(f"/mijn/{asked}").status_code == 404
    assert employer.get(f"/werkgever/bedrijf/jaar/{today().year}").status_code == 404, "nothing was asked for yet"

    head = f"/werkgever/vraag/{public_id}"
    page = sound_page(employer.get(f"{head}/aanvragen"))
    scheme = page.select_one("input[name='schemes']")["value"]
    applied = {"schemes": scheme, "name": "De Proef", "kvk_number": "12345678", "learner_name": "Kim", **SHARED}
    assert employer.submit(f"{head}/aanvragen", {**applied, "birth_date": "1-2-1990"}).status_code == 303
    approve(desk.engine, head)
    year = f"/werkgever/bedrijf/jaar/{today().year}"
    page = sound_page(employer.get(year))
    assert "Kim" in page.text and "Nog ruimte" in page.text
    found = sheets(employer.get(f"{year}/overzicht.xlsx"))
    (awards, room, _said) = found.values()
    assert awards[1][5] > 0 and awards[1][5] == awards[2][5]
    _number, _group, _day, most, here, elsewhere, left = room[1]
    assert here == awards[1][5] and left == most - here - (elsewhere or 0)
    assert walk.browser.get(year).status_code == 404, "by a link to one question there is no year"


def test_an_employer_that_is_in_begins_a_new_question_without_saying_again_who_it_is(desk: Desk) -> None:
    _walk, path = sent(desk, "Warmtepompen")
    employer = by_address(desk, path)
    employer.get("/werkgever")
    employer.submit("/werkgever")
    new = employer.follow()
    public_id = new.request.path.split("/")[3]
    page = soup_of(employer.get(f"/werkgever/vraag/{public_id}/organisatie"))
    assert page.find(id="kvk_number")["value"] == "12345678"
    assert employer.get("/werkgever/bedrijf").status_code == 200, "and is still in for everything"
    assert employer.get(f"/werkgever/vraag/{question_of(desk.engine, path).public_id}").status_code == 200
