"""How long something is kept: never too short, laid down by two people, and seen before it is done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.cases.questions.actions import withdraw_question
from portal.oversight.privacy.kinds import Kept, KeptFor, TermUnit
from portal.oversight.privacy.retention.actions import (
    WantedTerm,
    confirm_term,
    end_hold,
    hold_case,
    lay_down_term,
    plan_erasures,
    take_back_term,
)
from portal.oversight.privacy.retention.models import TermState
from portal.oversight.privacy.retention.queries import draft_days, is_held, preview, stands
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_question, resident

SECOND_REGION = Actor(Audience.REGION, account_id=912, display_name="Tweede Persoon")
ONE_YEAR = KeptFor(1, TermUnit.YEARS)
WANTED = WantedTerm(Kept.UNAPPLIED, ONE_YEAR, "Taak", "Selectielijst")
LATER = NOW + timedelta(days=366)


def end_of_term(day: date, term: KeptFor) -> date:
    """The last day of a term that begins after a day, as people count it: month by month."""
    months = term.number * (12 if term.unit is TermUnit.YEARS else 1)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for length in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, length)
        except ValueError:
            continue
    raise AssertionError


def test_nothing_goes_before_its_term_is_over_and_all_of_it_within_three_days_after() -> None:
    for term in (ONE_YEAR, KeptFor(1, TermUnit.MONTHS), KeptFor(18, TermUnit.MONTHS), KeptFor(10, TermUnit.YEARS)):
        for number in range(0, 1500, 7):
            ended = date(2023, 1, 29) + timedelta(days=number)
            over = end_of_term(ended, term)
            assert ended > term.cut(over - timedelta(days=1)), (term, ended)
            assert ended <= term.cut(over + timedelta(days=3)), (term, ended)
    assert KeptFor(30, TermUnit.DAYS).cut(date(2026, 3, 31)) == date(2026, 3, 1)


def test_a_term_takes_two_people_of_the_region_and_replaces_the_one_before(session: Session) -> None:
    laid = lay_down_term(session, wanted=WANTED, actor=REGION, now=NOW)
    with pytest.raises(Conflict):
        lay_down_term(session, wanted=WANTED, actor=SECOND_REGION, now=NOW)
    with pytest.raises(Refusal) as own:
        confirm_term(session, laid=laid, actor=REGION, now=NOW)
    assert own.value.code == "own_preparation" and stands(session)[1].in_force is None
    confirm_term(session, laid=laid, actor=SECOND_REGION, now=NOW)
    longer = lay_down_term(
        session,
        wanted=WantedTerm(Kept.UNAPPLIED, KeptFor(2, TermUnit.YEARS), "Taak", "Lijst"),
        actor=SECOND_REGION,
        now=NOW,
    )
    confirm_term(session, laid=longer, actor=REGION, now=NOW)
    assert (laid.state, longer.state) == (TermState.REPLACED, TermState.IN_FORCE)
    waiting = lay_down_term(session, wanted=WANTED, actor=REGION, now=NOW)
    take_back_term(session, laid=waiting, actor=REGION, now=NOW)
    with pytest.raises(Conflict):
        confirm_term(session, laid=waiting, actor=SECOND_REGION, now=NOW)
    assert draft_days(session, today=local_date(NOW)) == 30


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (WantedTerm(Kept.LOGS, KeptFor(0, TermUnit.DAYS), "Taak", "Lijst"), "number"),
        (WantedTerm(Kept.LOGS, KeptFor(51, TermUnit.YEARS), "Taak", "Lijst"), "number"),
        (WantedTerm(Kept.LOGS, ONE_YEAR, " ", "Lijst"), "basis"),
        (WantedTerm(Kept.LOGS, ONE_YEAR, "Taak", "x" * 301), "source"),
    ],
)
def test_a_term_without_ground_or_out_of_range_is_refused_at_its_field(
    session: Session, wanted: WantedTerm, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        lay_down_term(session, wanted=wanted, actor=REGION, now=NOW)
    assert refused.value.field == field
    with pytest.raises(Refusal):
        lay_down_term(session, wanted=WANTED, actor=ADVISOR, now=NOW)


def test_what_would_go_is_seen_before_by_number_and_a_held_case_is_not_in_it(session: Session) -> None:
    question = a_question(session)
    withdraw_question(session, question=question, reason=None, actor=resident(question), now=NOW)
    before = preview(session, kind=Kept.UNAPPLIED, term=ONE_YEAR, today=local_date(NOW + timedelta(days=364)))
    seen = preview(session, kind=Kept.UNAPPLIED, term=ONE_YEAR, today=local_date(LATER))
    assert (before.number, seen.number, seen.examples) == (0, 1, (question.reference_number,))
    with pytest.raises(Refusal) as short:
        hold_case(session, question=question, reason="zomaar", until=None, actor=REGION, now=NOW)
    assert short.value.field == "reason"
    reason = "Er loopt een zaak bij de rechter over deze vraag."
    held = hold_case(session, question=question, reason=reason, until=None, actor=REGION, now=NOW)
    assert preview(session, kind=Kept.UNAPPLIED, term=ONE_YEAR, today=local_date(LATER)).number == 0
    end_hold(session, held=held, actor=REGION, now=NOW)
    assert not is_held(session, question_id=question.id, today=local_date(NOW))
    assert plan_erasures(session, actor=SYSTEM, now=LATER) == 0, "two people laid no term down"
    laid = lay_down_term(session, wanted=WANTED, actor=REGION, now=NOW)
    confirm_term(session, laid=laid, actor=SECOND_REGION, now=NOW)
    assert [plan_erasures(session, actor=SYSTEM, now=LATER) for _ in range(2)] == [1, 0], "planned once a day"
