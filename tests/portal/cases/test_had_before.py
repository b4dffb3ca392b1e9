"""What an advisor notes as had before elsewhere: one by one, in order, and none lost when two write at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.cases.contents import add_had_before, remove_had_before
from portal.cases.questions.models import DevelopmentQuestion, HadBeforeInput
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, a_decision, an_application
from tests.portal.at_once import Act, at_once

ENTRY = HadBeforeInput("leervoucher", 200_000, date(2026, 1, 5))
OTHER = HadBeforeInput("leervoucher", 10_000, date(2026, 2, 5))


def test_what_is_added_stands_there_until_it_is_taken_away(session: Session) -> None:
    question = an_application(session)
    before = question.revision
    for entry in (ENTRY, OTHER):
        add_had_before(session, question=question, entry=entry, actor=ADVISOR, now=NOW)
    assert [one["amount_cents"] for one in question.had_before] == [200_000, 10_000]
    assert question.revision == before + 2, "what was proposed before does not hold any more"
    remove_had_before(session, question=question, entry=ENTRY, actor=ADVISOR, now=NOW)
    assert [one["amount_cents"] for one in question.had_before] == [10_000]


@pytest.mark.parametrize(
    ("entry", "code", "field"),
    [
        (replace(ENTRY, amount_cents=0), "amount_out_of_range", "amount"),
        (replace(ENTRY, amount_cents=100_000_001), "amount_out_of_range", "amount"),
        (replace(ENTRY, awarded_on=NOW.date() + timedelta(days=1)), "after_application", "awarded_on"),
        (OTHER, "declared_already", "amount"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(session: Session, entry: HadBeforeInput, code: str, field: str) -> None:
    question = an_application(session)
    add_had_before(session, question=question, entry=OTHER, actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal) as refused:
        add_had_before(session, question=question, entry=entry, actor=ADVISOR, now=NOW)
    assert (refused.value.code, refused.value.field) == (code, field)
    add_had_before(session, question=question, entry=replace(ENTRY, awarded_on=NOW.date()), actor=ADVISOR, now=NOW)
    assert len(question.had_before) == 2, "the control: the day of the application itself"


def test_what_is_not_there_is_not_taken_away_and_after_the_decision_nothing_changes(session: Session) -> None:
    question = an_application(session)
    with pytest.raises(Conflict) as gone:
        remove_had_before(session, question=question, entry=ENTRY, actor=ADVISOR, now=NOW)
    assert gone.value.code == "not_declared"
    decided, _ = a_decision(session)
    with pytest.raises(Conflict) as late:
        add_had_before(session, question=decided, entry=ENTRY, actor=ADVISOR, now=NOW)
    assert late.value.code == "question_moved_on"


def adds(question_id: int, entry: HadBeforeInput) -> Act:
    def read(session: Session) -> Callable[[], object]:
        question = session.get_one(DevelopmentQuestion, question_id)
        return lambda: add_had_before(session, question=question, entry=entry, actor=ADVISOR, now=NOW)

    return read


def noted_at_once(engine: Engine) -> list[int]:
    """What stands there after two advisors noted something at the same moment."""
    question_id = unit_of_work(engine, lambda session: an_application(session).id)
    assert at_once(engine, adds(question_id, ENTRY), adds(question_id, OTHER)) == ["done", "done"]
    with Session(engine) as session:
        kept = session.get_one(DevelopmentQuestion, question_id).had_before
        return sorted(one["amount_cents"] for one in kept)


def test_of_two_who_note_something_at_once_both_stay(engine: Engine) -> None:
    assert noted_at_once(engine) == [10_000, 200_000]


# A writer holds the only lock of SQLite from its first statement, so that two can never have looked before one has written.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_without_the_lock_one_of_them_is_lost(engine: Engine) -> None:
    with patch("portal.cases.contents._hold"):
        assert len(noted_at_once(engine)) == 1
