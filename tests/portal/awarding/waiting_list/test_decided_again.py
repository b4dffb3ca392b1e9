"""A new decision in the place of one that awarded a part: who waits for the rest keeps the place, or is told that it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import decide_again, propose_again
from portal.awarding.decisions.drafts import Draft
from portal.awarding.order_of_receipt.models import PlaceState, WaitingPlace
from portal.awarding.order_of_receipt.queries import rests
from portal.awarding.waiting_list.actions import join_waiting_list, offer_freed_money
from portal.awarding.waiting_list.queries import places_of, waiting_list
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.actions import fund
from portal.ledger.invariants import verify
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, ALL_CHECKED, NOW, an_application, approve
from tests.portal.awarding.order_of_receipt.money import leave
from tests.portal.awarding.waiting_list.region import with_waiting_list

DAY = timedelta(days=1)


@pytest.fixture
def question(session: Session, tmp_path: Path) -> DevelopmentQuestion:
    """Of € 1,200 was awarded € 500, all there was; since the next day one waits for the rest of € 700."""
    with_waiting_list(session, tmp_path / "proefland", cents=50_000)
    question = an_application(session)
    approve(session, question)
    wait(session, question, NOW + DAY)
    return question


def wait(session: Session, question: DevelopmentQuestion, at: datetime) -> None:
    join_waiting_list(session, question=question, scheme="leervoucher", agreed_on=at.date(), actor=ADVISOR, now=at)


def more_money(session: Session, cents: int) -> None:
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    fund(session, funding_line_id=line.id, amount_cents=cents, actor_id="tests", now=NOW, key=f"more-{cents}")


def decided_again(session: Session, question: DevelopmentQuestion, at: datetime) -> None:
    proposal = propose_again(session, question=question, actor=ADVISOR, now=at)
    draft = Draft(proposal, "Opnieuw bekeken.", ALL_CHECKED)
    decide_again(session, question=question, draft=draft, actor=ADVISOR, now=at)


def told(session: Session) -> list[str]:
    rest = OutboxMessage.template.like("application/rest%")
    return list(session.scalars(select(OutboxMessage.template).where(rest).order_by(OutboxMessage.id)))


@pytest.mark.parametrize("offered", [False, True], ids=["waiting", "offered"])
def test_the_place_for_the_rest_is_kept_while_there_is_a_rest(
    session: Session, question: DevelopmentQuestion, offered: bool
) -> None:
    if offered:
        more_money(session, 70_000)
        assert offer_freed_money(session, now=NOW + 2 * DAY) == 1
        leave(session, {"rijk-leren": 20_000})
    else:
        more_money(session, 20_000)
    decided_again(session, question, NOW + 3 * DAY)
    [row] = waiting_list(session, actor=ADVISOR)
    assert (row.wanted_cents, row.state, row.position) == (50_000, PlaceState.WAITING, 1)
    assert [asked.id for _, asked in rests(session)] == [question.id], "it still goes before who came later"
    assert told(session) == ["application/rest_kept"]
    assert session.scalar(select(AuditEvent.id).where(AuditEvent.action == "waiting.kept")) is not None
    with pytest.raises(Conflict):
        wait(session, question, NOW + 4 * DAY)
    more_money(session, 50_000)
    assert offer_freed_money(session, now=NOW + 5 * DAY) == 1
    assert verify(session) == []


def test_who_gets_everything_is_told_that_the_place_ends(session: Session, question: DevelopmentQuestion) -> None:
    more_money(session, 70_000)
    decided_again(session, question, NOW + 3 * DAY)
    assert places_of(session, question=question, actor=ADVISOR) == [] and rests(session) == []
    assert session.scalars(select(WaitingPlace)).one().state is PlaceState.LEFT
    assert told(session) == ["application/rest_left"]


def test_a_second_new_decision_tells_it_again(session: Session, question: DevelopmentQuestion) -> None:
    more_money(session, 20_000)
    decided_again(session, question, NOW + 3 * DAY)
    decided_again(session, question, NOW + 4 * DAY)
    assert [row.wanted_cents for row in waiting_list(session, actor=ADVISOR)] == [50_000]
    assert told(session) == ["application/rest_kept", "application/rest_kept"]


def test_control_a_place_from_before_the_first_decision_does_not_come_back_with_the_second(
    session: Session, tmp_path: Path
) -> None:
    with_waiting_list(session, tmp_path / "proefland")
    question = an_application(session)
    wait(session, question, NOW + timedelta(hours=1))
    more_money(session, 50_000)
    approve(session, question, now=NOW + DAY)
    assert waiting_list(session, actor=ADVISOR) == []
    more_money(session, 20_000)
    decided_again(session, question, NOW + 3 * DAY)
    assert waiting_list(session, actor=ADVISOR) == [] and told(session) == []
