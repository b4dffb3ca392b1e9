"""Employers that declared to be one group have one room for state aid: in both directions, through others, and at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from matching.problem.proposal import Share
from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.state_aid import aid_of
from portal.awarding.undertakings import group_of
from portal.cases.applications.queries import application_by_question
from portal.cases.linked.actions import GroupSaid, correct_group, declare_group, same_group
from portal.cases.linked.queries import declarations_of, group_of_question
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.funding.actions import add_funding_line
from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from schemes.region.funding import FundingLineDefinition
from tests.factories import ADVISOR, ALL_CHECKED, NOW, SYSTEM, a_draft, approve, employer
from tests.portal.at_once import Act, at_once
from tests.portal.awarding.aid_region import MOST, with_aid
from tests.portal.awarding.test_state_aid import ROOM, asked, awarded, full, refused, voucher_of

A, B, C, D = "12345678", "87654321", "11112222", "33334444"


@pytest.fixture(autouse=True)
def aid(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, lambda session: with_aid(session, tmp_path / "proefland"))


def of(
    session: Session, kvk: str, cents: int, *others: str, room: int | None = ROOM, aid: int = 0
) -> DevelopmentQuestion:
    """A question of an employer that declares to be one with others, which had so much aid together."""
    question = asked(session, cents, kvk=kvk, room=room)
    question.employer_kvk = kvk
    if others:
        declare_group(session, question=question, group=GroupSaid(others, aid), actor=SYSTEM, now=NOW)
    return question


def left(session: Session, question: DevelopmentQuestion) -> int | None:
    application = application_by_question(session, question=question)
    found = aid_of(session, question=question, application=application, on=NOW.date(), own_too=False)
    return found.left_cents if found is not None else None


@pytest.mark.parametrize("declares_first", [True, False], ids=["who has it declares", "who asks declares"])
def test_what_one_of_the_group_was_awarded_takes_room_of_the_other(session: Session, declares_first: bool) -> None:
    approve(session, of(session, A, 60_000, *([B] if declares_first else []), room=ROOM))
    second = of(session, B, 100_000, *([] if declares_first else [A]), room=MOST)
    assert left(session, second) == 40_000
    refused(session, lambda: approve(session, second, shares=full(40_001)))
    approve(session, second)
    assert voucher_of(session, second).amount_cents == 40_000 and awarded(session) == ROOM


def test_control_who_declared_no_group_has_a_room_of_its_own(session: Session) -> None:
    approve(session, of(session, A, 60_000, C))
    second = of(session, B, 100_000)
    assert left(session, second) == ROOM


def test_a_group_reaches_through_others(session: Session) -> None:
    approve(session, of(session, A, 60_000, B, room=MOST))
    of(session, C, 10_000, B, D, room=MOST)
    last = of(session, D, 100_000, room=ROOM)
    assert group_of(session, D) == {A, B, C, D} == group_of(session, A)
    assert left(session, last) == 40_000


@pytest.mark.parametrize(
    ("said", "others", "counted"),
    [
        ((10_000, 0), 0, 10_000),
        ((10_000, 0), 5_000, 15_000),
        ((10_000, 20_000), 0, 30_000),
        ((10_000, 20_000), 5_000, 30_000),
        ((10_000, 20_000), 25_000, 35_000),
    ],
)
def test_what_the_group_declared_counts_together_and_what_two_declared_counts_once(
    session: Session, said: tuple[int, int], others: int, counted: int
) -> None:
    first = of(session, A, 1_000, B, room=MOST - said[0], aid=others)
    second = of(session, B, 1_000, room=MOST - said[1])
    assert [left(session, one) for one in (first, second)] == [MOST - counted] * 2


def test_an_advisor_corrects_the_group_with_a_reason_and_what_was_said_before_stays(session: Session) -> None:
    first = of(session, A, 60_000, C)
    approve(session, first)
    second = of(session, B, 100_000, room=MOST)
    assert left(session, second) == MOST
    for reason, actor, code in ((" ", ADVISOR, "reason_missing"), ("Dochter.", employer(first), "not_yours")):
        with pytest.raises(Refusal) as refusal:
            correct_group(
                session, question=first, group=GroupSaid([B], 0), own_number=A, reason=reason, actor=actor, now=NOW
            )
        assert refusal.value.code == code
    correct_group(
        session, question=first, group=GroupSaid([B], 0), own_number=A, reason="Dochter.", actor=ADVISOR, now=NOW
    )
    assert left(session, second) == 40_000
    assert [(one.numbers, one.reason) for one in declarations_of(session, question=first)] == [
        ((B,), "Dochter."),
        ((C,), None),
    ]
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "question.group")).all()
    revision = second.revision
    correct_group(session, question=second, group=GroupSaid([], 0), own_number=B, reason="Los.", actor=ADVISOR, now=NOW)
    assert second.revision == revision + 1, "a proposal of before is outdated"
    assert left(session, second) == 40_000, "the other still says so"


def test_a_group_that_cannot_be_is_refused_at_its_field(session: Session) -> None:
    question = a_draft(session, route=Route.EMPLOYER)
    for numbers, aid, code, field in (
        (["1234567"], 0, "kvk_number", "numbers"),
        (["1234567a"], 0, "kvk_number", "numbers"),
        (["１２３４５６７９"], 0, "kvk_number", "numbers"),
        ([A], 0, "own_number", "numbers"),
        ([B, B], 0, "number_twice", "numbers"),
        ([f"{number:08d}" for number in range(51)], 0, "too_many_numbers", "numbers"),
        ([B], -1, "amount_out_of_range", "aid"),
        ([], 1, "aid_of_nobody", "numbers"),
    ):
        with pytest.raises(Refusal) as refusal:
            declare_group(session, question=question, group=GroupSaid(numbers, aid), actor=employer(question), now=NOW)
        assert (refusal.value.code, refusal.value.field) == (code, field)
    assert group_of_question(session, question=question) is None


def test_who_asks_declares_until_the_question_is_sent_and_a_sister_question_says_the_same(session: Session) -> None:
    question, other = a_draft(session, route=Route.EMPLOYER), a_draft(session, route=Route.EMPLOYER)
    by: dict[str, Any] = {"actor": employer(question), "now": NOW}
    declare_group(session, question=question, group=GroupSaid([C, B], 500), **by)
    same_group(session, question=other, of=question, now=NOW)
    copied = group_of_question(session, question=other)
    assert copied is not None and (copied.numbers, copied.aid_cents) == ((C, B), 500)
    sent = of(session, A, 1_000)
    with pytest.raises(Conflict):
        declare_group(session, question=sent, group=GroupSaid([B], 0), actor=employer(sent), now=NOW)


def another_line(session: Session) -> None:
    """A second budget for companies, so that two awards do not wait for each other's money."""
    wanted = {
        "id": "tweede-budget",
        "funder": "provincie",
        "title": {"nl": "Tweede budget", "en": "Second budget"},
        "amount_cents": 1_000_000,
        "earmark": {},
        "period": {"from": "2026-01-01", "to": "2027-12-31"},
    }
    definition = FundingLineDefinition.model_validate_json(json.dumps(wanted))
    add_funding_line(session, definition=definition, actor=SYSTEM, now=NOW)


def approves_from(question_id: int, cents: int, line: str) -> Act:
    def read(session: Session) -> Callable[[], object]:
        question = session.get_one(DevelopmentQuestion, question_id)
        proposal = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
        shares = [Share(line="k1", offer="bedrijfsvoucher", funding_line=line, cents=cents)]
        draft = Draft(proposal, "Past.", ALL_CHECKED, shares=shares)
        return lambda: approve_proposal(session, question=question, draft=draft, actor=ADVISOR, now=NOW)

    return read


@pytest.mark.parametrize(("cents", "done"), [(60_000, 1), (50_000, 2)])
def test_two_questions_of_linked_companies_at_once_do_not_both_take_the_last_room(
    engine: Engine, cents: int, done: int
) -> None:
    def begin(kvk: str, *others: str) -> Callable[[Session], int]:
        return lambda session: of(session, kvk, cents, *others, room=ROOM if kvk == A else MOST).id

    unit_of_work(engine, another_line)
    ids = [unit_of_work(engine, begin(A, C)), unit_of_work(engine, begin(B, C))]
    lines = ("provincie-breed", "tweede-budget")
    outcomes = at_once(engine, *(approves_from(*each) for each in zip(ids, (cents, cents), lines, strict=True)))
    assert outcomes.count("done") == done, outcomes
    with Session(engine) as session:
        assert awarded(session) == done * cents <= ROOM
