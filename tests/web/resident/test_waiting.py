"""Who waits for money sees the place in the order and can stop waiting, after being asked; resident and employer alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal.awarding.waiting_list.actions import join_waiting_list
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.people.actor import Audience
from portal.platform import clock
from portal.platform.database import unit_of_work
from tests.factories import ADVISOR, NOW, a_draft, an_application
from tests.portal.awarding.waiting_list.region import with_waiting_list
from tests.web.browser import Browser
from tests.web.office import said
from tests.web.walking import assert_sound

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("audience", "scheme", "place"),
    [(Audience.RESIDENT, "leervoucher", "/mijn/{}"), (Audience.EMPLOYER, "bedrijfsvoucher", "/werkgever/vraag/{}")],
)
def test_the_place_is_on_the_status_page_and_one_can_stop_waiting(
    app: Flask, engine: Engine, tmp_path: Path, audience: Audience, scheme: str, place: str
) -> None:
    route = Route.EMPLOYER if audience is Audience.EMPLOYER else Route.INDIVIDUAL
    unit_of_work(engine, lambda s: with_waiting_list(s, tmp_path / "proefland"))
    made = [unit_of_work(engine, lambda s: an_application(s, route=route)) for _ in range(2)]
    for question in made:
        unit_of_work(
            engine,
            lambda s, question=question: join_waiting_list(  # type: ignore[misc]
                s, question=s.merge(question), scheme=scheme, agreed_on=NOW.date(), actor=ADVISOR, now=NOW
            ),
        )
    second = made[1]
    with clock.frozen(NOW):
        browser = Browser(app).enter(question_id=second.id, audience=audience)
        status = place.format(second.public_id)
        page = browser.get(status)
        assert_sound(page)
        words = said(page)
        assert "u staat op plaats 2 van de wachtlijst" in words
        assert "U krijgt een besluit uiterlijk op" not in words, "the term stands still"
        page = browser.get(f"{status}/wachtlijst")
        assert_sound(page)
        assert "Ja, ik wil niet meer wachten" in said(page)
        assert browser.submit(f"{status}/wachtlijst").status_code == 303
        words = said(browser.follow())
        assert "U wacht niet meer" in words and "U krijgt een besluit uiterlijk op" in words
        assert browser.get(f"{status}/wachtlijst").status_code == 303, "nothing to leave any more"
        other = Browser(app).enter(question_id=second.id, audience=audience)
        assert other.get(f"{place.format(made[0].public_id)}/wachtlijst").status_code == 404
    again = unit_of_work(engine, lambda s: s.get_one(DevelopmentQuestion, second.id))
    assert again.decide_by is not None


@pytest.mark.parametrize("cents", [0, 120_000])
def test_who_comes_when_the_money_is_gone_reads_that_one_may_wait(
    app: Flask, engine: Engine, tmp_path: Path, cents: int
) -> None:
    unit_of_work(engine, lambda s: with_waiting_list(s, tmp_path / "proefland", cents=cents))
    draft = unit_of_work(engine, a_draft)
    with clock.frozen(NOW):
        page = (
            Browser(app)
            .enter(question_id=draft.id, audience=Audience.RESIDENT)
            .get(f"/vraag/{draft.public_id}/uitkomst")
        )
        assert_sound(page)
    waits = "Er is een wachtlijst. U kunt wel een aanvraag doen en wachten tot er geld vrijkomt."
    assert (waits in said(page)) == (cents == 0)
