"""What a round divided stays for who it was divided to, until that application is decided: no other scheme and no later round takes it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.awarding.divisions.queries import Division, promised
from portal.awarding.order_of_receipt import actions as order_of_receipt
from portal.awarding.order_of_receipt.actions import EarlierApplicationFirst
from portal.awarding.rounds.actions import keep_division, open_round
from portal.awarding.rounds.queries import divided, free_cents, round_input
from portal.cases.applications.models import Application
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import DevelopmentQuestion, QuestionState, Route
from portal.platform.errors import Conflict
from tests.factories import ADVISOR, NOW, OWN_FACTS, an_application, approve, asker
from tests.portal.awarding.divided import AFTER, ALL, PLANNER, UNTIL, divided_by
from tests.portal.awarding.order_of_receipt.money import leave

LINE = "provincie-breed"


def of_a_round(session: Session, *, days: int = 0) -> Division:
    """Open a round, let it be over, and keep how its money was divided; so many days later than the first."""
    later = timedelta(days=days)
    one = open_round(session, scheme="leervoucher", received_until=UNTIL + later, actor=PLANNER, now=NOW + later)
    division = divided(round_input(session, round_=one, on=(AFTER + later).date()))
    keep_division(session, award_round=one, division=division, actor=PLANNER, now=AFTER + later)
    return division


def in_a_round(session: Session, folder: Path, *, cents: int = ALL, method: str = "lottery") -> DevelopmentQuestion:
    """Money on one line that two schemes may use; a round of the first divides all of it to one application."""
    divided_by(session, folder, method)
    leave(session, {"rijk-leren": 0, LINE: cents})
    mine = an_application(session)
    of_a_round(session)
    return mine


def number_of(session: Session, question: DevelopmentQuestion) -> str:
    return session.scalars(select(Application.number).where(Application.question_id == question.id)).one()


def of_another_scheme(session: Session) -> DevelopmentQuestion:
    """An application of an employer, that the same line could pay. Complete before the round was divided."""
    return an_application(session, route=Route.EMPLOYER)


def test_another_scheme_does_not_take_what_a_round_divided(session: Session, tmp_path: Path) -> None:
    mine = in_a_round(session, tmp_path / "proefland")
    other = of_another_scheme(session)
    with pytest.raises(EarlierApplicationFirst) as said, session.begin_nested():
        approve(session, other, now=AFTER)
    assert said.value.divided and said.value.number == number_of(session, mine)
    assert "in een ronde verdeeld" in str(said.value)
    session.expire_all()
    approve(session, mine, now=AFTER)
    assert mine.state is QuestionState.DECIDED and promised(session) == {}


def test_control_without_it_the_other_scheme_takes_the_money(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_round(session, tmp_path / "proefland")
    other = of_another_scheme(session)
    monkeypatch.setattr(order_of_receipt, "promised", lambda _session: {})
    approve(session, other, now=AFTER)
    assert other.state is QuestionState.DECIDED
    assert free_cents(session, lines={LINE})[LINE] < 0, "more is divided than there is"


@pytest.mark.parametrize("end", ["rejected", "withdrawn"])
def test_what_nobody_waits_for_any_more_is_free_again(session: Session, tmp_path: Path, end: str) -> None:
    mine = in_a_round(session, tmp_path / "proefland")
    other = of_another_scheme(session)
    if end == "rejected":
        reject_question(session, question=mine, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=AFTER)
    else:
        withdraw_question(session, question=mine, reason=None, actor=asker(mine), now=AFTER)
    approve(session, other, now=AFTER)
    assert other.state is QuestionState.DECIDED


def test_while_there_is_plenty_another_scheme_goes_on(session: Session, tmp_path: Path) -> None:
    in_a_round(session, tmp_path / "proefland", cents=10 * ALL)
    other = of_another_scheme(session)
    approve(session, other, now=AFTER)
    assert other.state is QuestionState.DECIDED


def test_a_second_round_divides_what_the_first_left(session: Session, tmp_path: Path) -> None:
    divided_by(session, tmp_path / "proefland", "pro_rata")
    leave(session, {"rijk-leren": 0, LINE: ALL})
    first, second = an_application(session), an_application(session)
    assert [row.granted_cents for row in of_a_round(session).rows] == [ALL // 2, ALL // 2]
    assert free_cents(session, lines={LINE}) == {LINE: 0}
    reject_question(session, question=second, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=AFTER)
    third = an_application(session, now=AFTER)
    rows = {row.number: row for row in of_a_round(session, days=20).rows}
    asked = {number: row.asked_cents for number, row in rows.items()}
    assert asked == {number_of(session, first): ALL // 2, number_of(session, third): ALL}, "the rest is asked"
    assert sum(row.granted_cents for row in rows.values()) == ALL // 2, "what is free is divided once"


def test_a_division_with_money_that_is_gone_is_not_kept(session: Session, tmp_path: Path) -> None:
    divided_by(session, tmp_path / "proefland", "lottery")
    leave(session, {"rijk-leren": 0, LINE: ALL})
    an_application(session)
    one = open_round(session, scheme="leervoucher", received_until=UNTIL, actor=PLANNER, now=NOW)
    division = divided(round_input(session, round_=one, on=AFTER.date()))
    leave(session, {LINE: ALL - 1})
    with pytest.raises(Conflict, match="intussen minder geld") as said:
        keep_division(session, award_round=one, division=division, actor=PLANNER, now=AFTER)
    assert said.value.code == "less_money" and one.result_json is None
    again = divided(round_input(session, round_=one, on=AFTER.date()))
    keep_division(session, award_round=one, division=again, actor=PLANNER, now=AFTER)
    assert again.cents <= ALL - 1
