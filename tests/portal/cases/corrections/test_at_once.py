"""Two people who correct, take back or answer at the same moment: one after the other, and nobody overwrites what was not seen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.cases.asked import asked_of
from portal.cases.corrections.actions import confirm_correction, correct, take_back
from portal.cases.corrections.models import Correction, OnWord
from portal.cases.corrections.queries import corrections_by_question, replayed, undone
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.database import unit_of_work
from tests.factories import ADVISOR, NOW, SECOND, a_question, resident
from tests.portal.at_once import Act, at_once


def corrects(number: int, **changes: Any) -> Act:
    def act(session: Session) -> Any:
        question = session.get_one(DevelopmentQuestion, number)
        asked_of(session, question)
        return lambda: correct(session, question=question, changes=changes, on_word=OnWord.TOLD, actor=SECOND, now=NOW)

    return act


def takes_back(number: int) -> Act:
    def act(session: Session) -> Any:
        row = session.get_one(Correction, number)
        return lambda: take_back(session, correction=row, actor=SECOND, now=NOW)

    return act


def confirms(number: int) -> Act:
    def act(session: Session) -> Any:
        row = session.get_one(Correction, number)
        me = resident(session.get_one(DevelopmentQuestion, row.question_id))
        return lambda: confirm_correction(session, correction=row, actor=me, now=NOW)

    return act


def begins(engine: Engine) -> tuple[DevelopmentQuestion, int]:
    """A question with one correction."""

    def work(session: Session) -> tuple[DevelopmentQuestion, int]:
        question = a_question(session)
        [row] = correct(
            session, question=question, changes={"wish": "Eerst dit"}, on_word=OnWord.TOLD, actor=ADVISOR, now=NOW
        )
        return question, row.id

    return unit_of_work(engine, work)


def test_two_corrections_at_once_follow_each_other_and_replay(engine: Engine) -> None:
    question, _ = begins(engine)
    pledge = {"kind": "fixed", "amount_cents": 20_000, "categories": None}
    both = corrects(question.id, wish="Een", pledge=pledge), corrects(question.id, wish="Twee", borrow_up_to=5_000)
    assert at_once(engine, *both) == ["done", "done"]

    def look(session: Session) -> None:
        now = asked_of(session, session.get_one(DevelopmentQuestion, question.id))
        rows = corrections_by_question(session, question=question)
        assert replayed(undone(now, rows), rows) == now
        chain = [(row.was, row.becomes) for row in rows if row.subject == "wish"]
        assert [was for was, _ in chain[1:]] == [becomes for _, becomes in chain[:-1]]
        assert (now["pledge"], now["borrow_up_to"]) == (pledge, 5_000)

    unit_of_work(engine, look)


def test_one_of_two_takes_it_back(engine: Engine) -> None:
    _, number = begins(engine)
    assert sorted(at_once(engine, takes_back(number), takes_back(number))) == ["done", "taken_back"]


def test_who_confirms_meets_what_stands(engine: Engine) -> None:
    question, number = begins(engine)
    confirmed, corrected = at_once(engine, confirms(number), corrects(question.id, wish="Anders"))
    assert corrected == "done"
    assert confirmed in ("done", "changed_again")
    assert at_once(engine, confirms(number)) == ["changed_again"]
