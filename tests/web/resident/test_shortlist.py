"""Trainings to compare: somebody who does not know yet keeps up to five, sees them beside each other, takes the list home, chooses.

Mia is halfway her question and does not know which training. She opens the list of the region, keeps two, sees what each would
cost her, saves the PDF for at home, and chooses one: it stands in her question. Without a question there is nothing to keep one
on, and the list is only read. After sending the list stays; choosing is then done by the advisor. On a telephone: cards.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfua
import pytest
from sqlalchemy.orm import Session

from portal.cases.contents import save_wish
from portal.cases.questions.actions import submit_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.shortlist.actions import shortlist_training
from portal.demo.region_trainings import add_region_trainings
from portal.framework.trainings.models import RegionTraining
from portal.framework.trainings.queries import TrainingSearch, trainings_found
from portal.papers.shortlist_paper import PaperTraining, shortlist_document
from portal.people.actor import Audience
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from portal.platform.documents import pdf
from tests.factories import MAIL, NOW, asker
from tests.web.browser import Browser
from tests.web.office import figures_of, said
from tests.web.walking import Desk, Walk, act, assert_sound, question_of, soup_of

LIST = "/opleidingen"


@pytest.fixture(scope="module")
def desk_with_trainings(shared_desk: Desk) -> Iterator[Desk]:
    """A desk with the invented trainings of the region."""
    unit_of_work(shared_desk.engine, lambda session: add_region_trainings(session, now=now()))
    yield shared_desk


def some(desk: Desk, number: int) -> list[RegionTraining]:
    search = TrainingSearch(words="lassen")
    return unit_of_work(desk.engine, lambda session: trainings_found(session, search=search, limit=number))


def own(path: str) -> str:
    """The address of the shortlist of a draft that is walked through."""
    return f"/mijn/{path.split('/')[2]}/lijst"


def test_two_are_kept_from_the_public_list_compared_and_one_is_chosen(desk_with_trainings: Desk) -> None:
    walk = Walk(desk_with_trainings.app, {})
    walk.start()
    address, known = own(walk.path), some(desk_with_trainings, 2)
    page = walk.browser.get(f"{LIST}?q=lassen")
    assert_sound(page)
    assert soup_of(page).select(f'form[action="{address}"] button[name=add]')
    assert "Uw lijst is nog leeg" in said(walk.browser.get(address))
    for one in known:
        walk.browser.get(f"{LIST}/{one.public_id}")
        assert walk.browser.submit(address, {"add": one.public_id}).status_code == 303
    page = walk.browser.get(address)
    assert_sound(page)
    rows = figures_of(page, "Opleidingen naast elkaar")
    assert len(rows) == 2 and all(row[1].startswith("€ ") and row[-1].startswith("€ ") for row in rows)
    assert walk.browser.get(f"{address}.pdf").data.startswith(b"%PDF-")
    walk.browser.get(address)
    assert walk.browser.submit(address, {"choose": known[1].public_id}).status_code == 303
    question = question_of(desk_with_trainings.engine, walk.path)
    assert question.training_name == known[1].name and question.total_cents == known[1].total_cents
    assert question.training_id == known[1].id
    walk.browser.get(address)
    assert walk.browser.submit(address, {"drop": known[0].public_id}).status_code == 303
    walk.browser.get(address)
    answer = walk.browser.submit(address, {"drop": known[0].public_id})
    assert answer.status_code == 422 and "staat niet meer op de lijst" in said(answer)
    assert_sound(answer)


def test_without_a_question_the_list_is_only_read(desk_with_trainings: Desk) -> None:
    page = Browser(desk_with_trainings.app).get(f"{LIST}?q=lassen")
    assert not soup_of(page).select("main form[method=post]")


def test_after_sending_the_list_stays_and_the_advisor_fills_it_in(desk_with_trainings: Desk) -> None:
    walk = Walk(desk_with_trainings.app, {})
    walk.start()
    address, [known] = own(walk.path), some(desk_with_trainings, 1)

    def send(session: Session, question: DevelopmentQuestion) -> None:
        by: dict[str, Any] = {"question": question, "actor": asker(question), "now": now()}
        save_wish(session, wish="Lassen", goals=[], **by)
        shortlist_training(session, training=session.merge(known), **by)
        submit_question(session, contact=MAIL, **by)

    act(desk_with_trainings.engine, walk.path, send)
    question = question_of(desk_with_trainings.engine, walk.path)
    browser = Browser(desk_with_trainings.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    assert "Uw lijst met opleidingen" in said(browser.get(f"/mijn/{question.public_id}"))
    page = browser.get(address)
    assert_sound(page)
    assert "Zeg het tegen uw adviseur" in said(page) and not soup_of(page).select("button[name=choose]")
    answer = browser.submit(address, {"choose": known.public_id})
    assert answer.status_code == 422 and "U hebt deze vraag al verstuurd" in said(answer)


def test_the_paper_passes_the_machine_checks_and_names_nobody(tmp_path: Path) -> None:
    trainings = [PaperTraining("Lassen", "Vakschool Voorbeeld", [("Kosten", "€ 1.200,00"), ("Zelf", "€ 0,00")])]
    desk = {"name": "Loket Proefland", "phone": "088 123 45 67"}
    file = tmp_path / "lijst.pdf"
    data = shortlist_document(trainings, notes=["Een lening moet u terugbetalen."], desk=desk, made_at=NOW)
    file.write_bytes(pdf("shortlist", data, made_at=NOW))
    assert [one.message for one in pdfua.validate(str(file)).findings] == []
