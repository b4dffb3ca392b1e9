"""Whatever is laid before a second person: one at a time, never decided by who prepared it, sent back or taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.paying.settlements.actions import settle_voucher
from portal.paying.settlements.lowering import LoweringDraft
from portal.paying.settlements.models import SettlementGround
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict
from portal.second_look.preparations.actions import (
    decide_prepared,
    prepare_deciding_again,
    prepare_decision,
    prepare_lowering,
    prepare_settlement,
    prepare_top_up,
    send_back,
    withdraw_preparation,
)
from portal.second_look.preparations.models import Preparation, PreparationKind, PreparationState
from portal.second_look.preparations.queries import preparation_of, waiting_preparations
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, ALL_CHECKED, NOW, SECOND, UNHEARD, approve
from tests.portal.second_look.preparations.laying import (
    NEXT,
    NOVICE,
    a_first,
    awarded,
    refused_with,
    right,
    settlement_of,
    to_decide_again,
    top_up_of,
    use,
    used,
)


def lowering(session: Session) -> dict[str, Any]:
    """Settled as used, and lowered on facts of later."""
    voucher = used(session, 90_000)
    settle_voucher(session, **settlement_of(voucher, 90_000), actor=ADVISOR, now=NOW, prepared_by=SECOND.reference)
    return {"voucher": voucher, "draft": LoweringDraft(50_000, SettlementGround.NEW_FACTS, "Niet af.", None, UNHEARD)}


Prepare = Callable[..., Preparation]
KINDS: dict[PreparationKind, tuple[Prepare, Callable[[Session], dict[str, Any]]]] = {
    PreparationKind.AWARDED: (prepare_decision, a_first),
    PreparationKind.SETTLED: (prepare_settlement, lambda session: settlement_of(used(session, 90_000), 50_000)),
    PreparationKind.LOWERED_LATER: (prepare_lowering, lowering),
    PreparationKind.TOPPED_UP: (prepare_top_up, lambda session: top_up_of(session, awarded(session), 10_000)),
    PreparationKind.DECIDED_AGAIN: (prepare_deciding_again, to_decide_again),
}


@pytest.mark.parametrize("kind", PreparationKind)
def test_one_at_a_time_waits_and_is_sent_back_or_taken_back_and_then_decided_by_a_second_person(
    session: Session, kind: PreparationKind
) -> None:
    prepare, made = KINDS[kind]
    wanted = made(session)
    before = session.scalar(select(func.count()).select_from(Decision))
    row = prepare(session, **wanted, actor=ADVISOR, now=NEXT)
    assert (row.kind, row.state, waiting_preparations(session)) == (kind, PreparationState.WAITING, [row])
    with pytest.raises(Conflict):
        prepare(session, **wanted, actor=SECOND, now=NEXT)

    def back(reason: str, actor: Actor) -> None:
        send_back(session, preparation=row, reason=reason, actor=actor, now=NEXT)

    refused_with("own_preparation", session, lambda: back("Zelf terug.", ADVISOR))
    refused_with("reason_missing", session, lambda: back(" ", SECOND))
    back("Bewijs ontbreekt.", SECOND)
    assert (row.state, row.sent_back_reason) == (PreparationState.SENT_BACK, "Bewijs ontbreekt.")
    again = prepare(session, **wanted, actor=ADVISOR, now=NEXT)
    withdraw_preparation(session, preparation=again, actor=SECOND, now=NEXT)
    assert preparation_of(session, question_id=row.question_id) is None
    assert session.scalar(select(func.count()).select_from(Decision)) == before
    last = prepare(session, **wanted, actor=ADVISOR, now=NEXT)

    def decide(actor: Actor) -> Decision:
        return decide_prepared(session, preparation=last, checks=ALL_CHECKED, actor=actor, now=NEXT)

    refused_with("own_preparation", session, lambda: decide(ADVISOR))
    refused_with("no_mandate", session, lambda: decide(NOVICE))
    assert last.state is PreparationState.WAITING
    decision = decide(SECOND)
    assert (last.state, last.decision_id) == (PreparationState.DECIDED, decision.id) and right(session)
    for act in (
        lambda: decide(SECOND),
        lambda: send_back(session, preparation=last, reason="Toch niet.", actor=SECOND, now=NEXT),
        lambda: withdraw_preparation(session, preparation=last, actor=ADVISOR, now=NEXT),
    ):
        with pytest.raises(Conflict):
            act()
    noted = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("decision.")))
    assert Counter(noted) == {"decision.prepared": 3, "decision.sent_back": 1, "decision.preparation_withdrawn": 1}


def test_the_database_itself_wants_two_people_and_lets_one_wait(session: Session) -> None:
    row = prepare_settlement(session, **settlement_of(used(session, 90_000), 90_000), actor=ADVISOR, now=NOW)
    decision_id = session.scalars(select(Decision.id)).first()
    with pytest.raises(IntegrityError, match="four_eyes"), session.begin_nested():
        session.execute(
            update(Preparation)
            .where(Preparation.id == row.id)
            .values(state=PreparationState.DECIDED, closed_at=NOW, closed_by=ADVISOR.reference, decision_id=decision_id)
        )
    other = Preparation(
        question_id=row.question_id,
        kind=PreparationKind.SETTLED,
        voucher_id=row.voucher_id,
        amount_cents=1,
        rationale="Nog een.",
        prepared_at=NOW,
        prepared_by=ADVISOR.reference,
        prepared_by_name="Ada",
    )
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(other)
        session.flush()


def test_a_first_decision_that_can_no_longer_be_taken_gives_way_to_a_later_one(session: Session) -> None:
    wanted = a_first(session)
    left = prepare_decision(session, **wanted, actor=ADVISOR, now=NOW)
    approve(session, wanted["question"])
    with pytest.raises(Conflict), session.begin_nested():
        decide_prepared(session, preparation=left, checks=ALL_CHECKED, actor=SECOND, now=NOW)
    voucher = session.scalars(select(Voucher)).one()
    use(session, voucher, 90_000)
    row = prepare_settlement(session, **settlement_of(voucher, 50_000), actor=SECOND, now=NOW)
    assert (left.state, left.closed_by) == (PreparationState.WITHDRAWN, SECOND.reference)
    assert waiting_preparations(session) == [row]
