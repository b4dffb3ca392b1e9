"""What the case and the own page say about a round: when it is decided on, and what it gave to this application and how."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.awarding.divisions.models import AwardRound
from portal.awarding.rounds.actions import keep_division, open_round
from portal.awarding.rounds.queries import divided, round_input
from portal.cases.applications.models import Application
from portal.people.actor import Audience
from portal.platform import clock
from portal.platform.database import unit_of_work
from portal.platform.i18n import use_locale
from portal.web.intake.round_words import round_sentences
from tests.factories import NOW, an_application
from tests.portal.awarding.divided import AFTER, ALL, PLANNER, UNTIL, divided_by
from tests.web.browser import Browser
from tests.web.office import Office, said

WAITS = "De ronde van Leervoucher wordt verdeeld na 9 maart 2026. Daarna volgt het besluit."


def opened(session: Session) -> AwardRound:
    return open_round(session, scheme="leervoucher", received_until=UNTIL, actor=PLANNER, now=NOW)


def keep(session: Session) -> None:
    one = session.scalars(select(AwardRound)).one()
    division = divided(round_input(session, round_=one, on=AFTER.date()))
    keep_division(session, award_round=one, division=division, actor=PLANNER, now=AFTER)


def told(session: Session, language: str = "nl") -> list[str]:
    application = session.scalars(select(Application).order_by(Application.id)).first()
    assert application is not None
    with use_locale(language):
        return [one.replace("\xa0", " ") for one in round_sentences(session, application=application, title=str.title)]


@pytest.mark.parametrize(
    ("method", "cents", "nl", "en"),
    [
        (
            "lottery",
            ALL,
            "De ronde van Leervoucher gaf € 1.200, door loting: plaats 1.",
            "The round of Leervoucher gave €1,200, by lot: place 1.",
        ),
        (
            "ranking",
            ALL,
            "De ronde van Leervoucher gaf € 1.200, op volgorde van punten: plaats 1.",
            "The round of Leervoucher gave €1,200, in order of points: place 1.",
        ),
        (
            "pro_rata",
            ALL // 2,
            "De ronde van Leervoucher gaf € 600. Gevraagd was € 1.200; iedereen kreeg hetzelfde deel.",
            "The round of Leervoucher gave €600. €1,200 was asked; everybody got the same part.",
        ),
    ],
)
def test_what_a_round_gave_is_told_with_how_it_was_divided(
    session: Session, tmp_path: Path, method: str, cents: int, nl: str, en: str
) -> None:
    divided_by(session, tmp_path / "proefland", method, cents=cents)
    an_application(session)
    assert told(session) == [], "no round yet"
    opened(session)
    assert told(session) == [WAITS]
    keep(session)
    assert told(session) == [nl] and told(session, "en") == [en]


def test_who_comes_after_the_last_day_or_is_not_complete_is_told_that(session: Session, tmp_path: Path) -> None:
    divided_by(session, tmp_path / "proefland", "lottery")
    an_application(session)
    opened(session)
    application = session.scalars(select(Application)).one()
    application.completed_at = None
    assert "Alleen wie dan compleet is" in told(session)[0]
    application.completed_at = AFTER + timedelta(days=1)
    assert "hoort bij een volgende ronde" in told(session)[0]


def test_the_case_and_the_own_page_say_so(app: Flask, engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, lambda session: divided_by(session, tmp_path / "proefland", "lottery"))
    office = Office(app, engine)
    question = office.made(an_application)
    unit_of_work(engine, opened)
    own = Browser(app).enter(question_id=question.id, audience=Audience.RESIDENT)
    case, page = f"/adviseur/vraag/{question.public_id}", f"/mijn/{question.public_id}"
    assert WAITS in said(office.browser("advisor").get(case)) and WAITS in said(own.get(page))
    unit_of_work(engine, keep)
    with clock.frozen(AFTER):
        mine = Browser(app).enter(question_id=question.id, audience=Audience.RESIDENT)
        for answer in (office.colleague("advisor").get(case), mine.get(page)):
            assert "gaf € 1.200, door loting: plaats 1." in said(answer).replace("\xa0", " ")
