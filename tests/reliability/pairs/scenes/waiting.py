"""Applications that wait for money: for which there is none, on the waiting list, and offered a place."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.waiting_list.actions import join_waiting_list, leave_waiting_lists, offer_freed_money
from portal.cases.conversations.requests import ask_more
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.actions import lower_budget, raise_budget
from portal.framework.funding.queries import funding_lines
from portal.ledger.queries import available_cents
from tests.factories import ADVISOR, NOW, SYSTEM, a_mandate, an_application
from tests.portal.awarding.waiting_list.region import load_with_list
from tests.reliability.pairs.acts import FIRST_OF_REGION, PROGRAM, REGIONS, THIRD, Scene, row
from tests.reliability.pairs.scenes.awarding import ASKER, DAY, LINE, case, draft, first, rejecting


def only(session: Session, cents: int) -> None:
    """Leave so much on one line and nothing on the other."""
    lines = funding_lines(session)
    left = available_cents(session, funding_line_ids=[one.id for one in lines])
    for one in lines:
        keep = cents if one.slug == "rijk-leren" else 0
        if left[one.id] > keep:
            lower_budget(
                session, line=one, amount_cents=left[one.id] - keep, reason="Weg.", actor=SYSTEM, now=NOW - DAY
            )


def _list(session: Session) -> None:
    with tempfile.TemporaryDirectory() as folder:
        load_with_list(session, Path(folder) / "proefland")
    a_mandate(session, THIRD)
    only(session, 0)


def _wants_to_wait(session: Session) -> None:
    _list(session)
    an_application(session)


WAITS = {"scheme": "leervoucher", "agreed_on": NOW.date()}
raising = row(
    raise_budget, line=LINE, amount_cents=120_000, reason="Meer geld.", actor=REGIONS, prepared_by=FIRST_OF_REGION
)
NO_MONEY = Scene(
    "an application for which there is no money",
    _wants_to_wait,
    (
        case(join_waiting_list, **WAITS),
        case(withdraw_question, reason=None, actor=ASKER),
        case(ask_more, text="Offerte?", answer_by=NOW.date() + 14 * DAY),
        raising,
        rejecting,
    ),
)


def _waiting_list(session: Session) -> None:
    _list(session)
    for _ in range(2):
        question = an_application(session)
        join_waiting_list(session, question=question, actor=ADVISOR, now=NOW, **WAITS)  # type: ignore[arg-type]
    line_of_state = LINE.look(session, 0)
    raise_budget(session, line=line_of_state, amount_cents=150_000, reason="Meer.", actor=SYSTEM, now=NOW)
    for question in session.scalars(select(DevelopmentQuestion).order_by(DevelopmentQuestion.id)):
        make_proposal(session, question=question, actor=ADVISOR, now=NOW)


ON_THE_LIST = Scene(
    "two applications on a waiting list, and money for one",
    _waiting_list,
    (
        row(offer_freed_money, actor=PROGRAM),
        case(leave_waiting_lists, actor=ASKER),
        row(approve_proposal, "the first", question=first, draft=draft(0)),
        case(withdraw_question, reason=None, actor=ASKER),
        raising,
        row(
            lower_budget,
            line=LINE,
            amount_cents=100_000,
            reason="Minder geld.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
        ),
    ),
)


def _offered(session: Session) -> None:
    _waiting_list(session)
    offer_freed_money(session, now=NOW, actor=SYSTEM)


OFFERED = Scene(
    "a place on a waiting list that was offered",
    _offered,
    (
        case(leave_waiting_lists, actor=ASKER),
        row(approve_proposal, "the first", question=first, draft=draft(0)),
        case(withdraw_question, reason=None, actor=ASKER),
        row(
            lower_budget,
            line=LINE,
            amount_cents=100_000,
            reason="Minder geld.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
        ),
        raising,
    ),
)


SCENES = (NO_MONEY, ON_THE_LIST, OFFERED)
