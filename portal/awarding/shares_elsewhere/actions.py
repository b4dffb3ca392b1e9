"""Acts on shares elsewhere: wait for them at a decision, record what the other body decided, and say what that means here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.problem import Problem
from matching.problem.proposal import Share
from portal.awarding.shares_elsewhere.models import Sequel, ShareElsewhere, ShareOutcome
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import scheme_version
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.changes.actions import block_voucher, unblock_voucher
from portal.spending.vouchers.models import BlockGround, Voucher
from portal.spending.vouchers.queries import vouchers_of_decision

WHY_BLOCKED = "Een andere organisatie beslist nog over een deel van de kosten."
"""What is kept and told when a voucher waits, and when it can be used. Found again it is by its ground."""


@dataclass(frozen=True)
class OutcomeElsewhere:
    """What another body decided on its share, who did so, and on which day."""

    outcome: ShareOutcome
    granted_cents: int
    by: str
    on: date


def await_shares(
    session: Session,
    *,
    question: DevelopmentQuestion,
    decision_id: int,
    problem: Problem,
    shares: Sequence[Share],
    actor: Actor,
    now: datetime,
) -> list[ShareElsewhere]:
    """Note which shares of a decided mix another body decides on; vouchers whose scheme waits for those are blocked."""
    elsewhere = {offer.id: offer.scheme for offer in problem.offers if offer.administered == "elsewhere"}
    expected: dict[str, int] = {}
    for share in shares:
        if share.offer in elsewhere and share.cents > 0:
            slug = elsewhere[share.offer]
            expected[slug] = expected.get(slug, 0) + share.cents
    rows = [
        ShareElsewhere(question_id=question.id, decision_id=decision_id, scheme=slug, expected_cents=cents)
        for slug, cents in sorted(expected.items())
    ]
    session.add_all(rows)
    session.flush()
    if rows:
        for voucher in vouchers_of_decision(session, decision_id=decision_id):
            if _waits(session, voucher) and not voucher.is_blocked:
                block_voucher(
                    session,
                    voucher=voucher,
                    reason=WHY_BLOCKED,
                    ground=BlockGround.SHARE_ELSEWHERE,
                    actor=actor,
                    now=now,
                )
    return rows


def record_outcome(
    session: Session, *, share: ShareElsewhere, told: OutcomeElsewhere, actor: Actor, now: datetime
) -> None:
    """Record what the other body decided. When all shares of the decision are granted, its blocked vouchers can be used.

    Raises ``Refusal`` at the field that is wrong, ``Conflict`` when it was recorded before.
    """
    advisor_only(actor)
    _check(share, told, local_date(now))
    write_guarded(
        session,
        share,
        ShareElsewhere.outcome.is_(None),
        otherwise=Conflict("outcome_recorded", _l("De uitkomst is al vastgelegd.")),
        outcome=told.outcome,
        granted_cents=told.granted_cents,
        outcome_by=told.by.strip(),
        outcome_on=told.on,
        recorded_at=now,
        recorded_by=actor.reference,
    )
    _unblock_when_done(session, share, actor, now)
    record(
        session,
        actor=actor,
        action=f"share_elsewhere.{told.outcome.value}",
        object_kind="question",
        object_id=share.question_id,
        now=now,
    )


def follow_up(session: Session, *, share: ShareElsewhere, sequel: Sequel, actor: Actor, now: datetime) -> None:
    """Keep what was done about a share that was refused or partly granted: the award is kept, or was revised.

    Kept: the rest is for who owes the costs, and the vouchers can be used. Raises ``Conflict`` when nothing is open.
    """
    advisor_only(actor)
    write_guarded(
        session,
        share,
        ShareElsewhere.outcome.in_((ShareOutcome.REFUSED, ShareOutcome.PARTLY)),
        ShareElsewhere.sequel.is_(None),
        otherwise=Conflict("nothing_to_follow_up", _l("Hier is niets meer over te beslissen.")),
        sequel=sequel,
        sequel_at=now,
        sequel_by=actor.reference,
    )
    if sequel is Sequel.KEPT:
        _unblock_when_done(session, share, actor, now)
    record(
        session,
        actor=actor,
        action=f"share_elsewhere.{sequel.value}",
        object_kind="question",
        object_id=share.question_id,
        now=now,
    )


def _check(share: ShareElsewhere, told: OutcomeElsewhere, today: date) -> None:
    if not told.by.strip():
        raise Refusal("outcome_by_missing", _l("Vul in wie heeft besloten."), field="by")
    if told.on > today:
        raise Refusal("outcome_in_future", _l("Kies vandaag of een eerdere dag."), field="on")
    fits = {
        ShareOutcome.GRANTED: told.granted_cents >= share.expected_cents,
        ShareOutcome.PARTLY: 0 < told.granted_cents < share.expected_cents,
        ShareOutcome.REFUSED: told.granted_cents == 0,
    }
    if not fits[told.outcome]:
        raise Refusal("granted_out_of_range", _l("Dit bedrag past niet bij de uitkomst."), field="granted")


def _unblock_when_done(session: Session, share: ShareElsewhere, actor: Actor, now: datetime) -> None:
    """Let vouchers be used when no share of their decision is open any more, or was refused without anybody looking at it."""
    rows = session.scalars(select(ShareElsewhere).where(ShareElsewhere.decision_id == share.decision_id)).all()
    if any(row.outcome is not ShareOutcome.GRANTED and row.sequel is not Sequel.KEPT for row in rows):
        return
    for voucher in vouchers_of_decision(session, decision_id=share.decision_id):
        if voucher.is_live and voucher.block_reason == BlockGround.SHARE_ELSEWHERE:
            unblock_voucher(session, voucher=voucher, reason=WHY_BLOCKED, actor=actor, now=now)


def _waits(session: Session, voucher: Voucher) -> bool:
    held = scheme_version(session, slug=voucher.scheme, version=voucher.scheme_version)
    rules = held.definition.voucher if held is not None else None
    return rules is not None and rules.share_elsewhere == "waits"
