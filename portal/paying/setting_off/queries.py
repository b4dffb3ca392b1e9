"""Reads of setting off: against what a claim can be set off, and what was set off."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.collecting.decided import told_of_relief
from portal.paying.collecting.models import CollectionCharge, InterestUndone
from portal.paying.payments.models import PayeeKind
from portal.paying.payments.queries import Payable, payables
from portal.paying.setting_off.models import SetOff, SetOffGround, SetOffUndone
from portal.paying.settlements.models import Debtor, Recovery, RecoveryState
from portal.people.actor import Actor, Audience
from portal.spending.vouchers.models import Award, Voucher


def may_be_set_off(session: Session, *, recovery: Recovery) -> list[Payable]:
    """The bills that wait to be paid to who owes this claim, and are in no payment; oldest first.

    Of a provider its invoices; of a holder the bills that this holder paid, of other vouchers than that of the claim.
    """
    return [one for one in payables(session) if one.redemption is not None and _same_debtor(session, recovery, one)]


def grounds_for(session: Session, *, recovery: Recovery, payable: Payable) -> list[SetOffGround]:
    """On which grounds a claim can be set off against a bill: 4:57 only within one scheme, a rule of the scheme always."""
    if recovery.debtor is Debtor.PROVIDER:
        return [SetOffGround.PRIVATE_LAW]
    assert payable.redemption is not None, "only a bill is set off"
    claimed = session.get_one(Voucher, recovery.voucher_id)
    same = claimed.scheme == payable.redemption.voucher.scheme
    return [*([SetOffGround.SAME_ACTIVITIES] if same else []), SetOffGround.REGULATION]


def _same_debtor(session: Session, recovery: Recovery, payable: Payable) -> bool:
    assert payable.redemption is not None, "only a bill is set off"
    if recovery.debtor is Debtor.PROVIDER:
        return payable.payee is PayeeKind.PROVIDER and payable.provider_id == recovery.provider_id
    claimed, paid = session.get_one(Voucher, recovery.voucher_id), payable.redemption.voucher
    return payable.payee is PayeeKind.HOLDER and claimed.id != paid.id and _holder(claimed.award) == _holder(paid.award)


def _holder(award: Award) -> tuple[str | None, str | None]:
    """Who holds an award: an employer, or else a person."""
    return (None, award.employer_key) if award.employer_key is not None else (award.person_key, None)


def set_offs_of(session: Session, *, recovery: Recovery) -> list[SetOff]:
    """What was set off of a claim, oldest first."""
    return list(session.scalars(select(SetOff).where(SetOff.recovery_id == recovery.id).order_by(SetOff.id)))


def set_off_undone(session: Session, *, done: SetOff) -> SetOffUndone | None:
    """That a set-off was undone after an objection; None while it stands."""
    return session.scalar(select(SetOffUndone).where(SetOffUndone.set_off_id == done.id))


def told_of_claim(session: Session, *, decision: Decision) -> list[tuple[str, int]]:
    """The message that makes a decision about a claim known, by its template and version; empty for another decision."""
    rows: list[tuple[str, Select[int]]] = [
        ("recovery/set_off", select(SetOff.id).where(SetOff.decision_id == decision.id)),
        ("recovery/set_off_undone", select(SetOffUndone.id).where(SetOffUndone.decision_id == decision.id)),
        ("recovery/interest", select(CollectionCharge.id).where(CollectionCharge.decision_id == decision.id)),
        ("recovery/interest_undone", select(InterestUndone.id).where(InterestUndone.decision_id == decision.id)),
    ]
    found = ((template, session.scalar(made)) for template, made in rows)
    told = [(template, number) for template, number in found if number is not None][:1]
    return told or told_of_relief(session, decision=decision)


def set_off_of_question(session: Session, *, question: DevelopmentQuestion, set_off_id: int) -> SetOff | None:
    """What was set off of a claim on the holder of this question; None for another question."""
    rows = select(SetOff).join(Recovery, Recovery.id == SetOff.recovery_id)
    rows = rows.join(Voucher, Voucher.id == Recovery.voucher_id)
    return session.scalar(rows.where(SetOff.id == set_off_id, Voucher.question_id == question.id))


def set_off_undone_of_question(
    session: Session, *, question: DevelopmentQuestion, undone_id: int
) -> tuple[SetOffUndone, Recovery] | None:
    """That what was set off on the holder of this question was undone, with the claim; None for another question."""
    rows = select(SetOffUndone, Recovery).join(SetOff, SetOff.id == SetOffUndone.set_off_id)
    rows = rows.join(Recovery, Recovery.id == SetOff.recovery_id).join(Voucher, Voucher.id == Recovery.voucher_id)
    found = session.execute(rows.where(SetOffUndone.id == undone_id, Voucher.question_id == question.id)).one_or_none()
    return (found[0], found[1]) if found is not None else None


def set_off_of_decision(session: Session, *, decision: Decision) -> SetOff | None:
    """What was set off by this decision; None for another decision."""
    return session.scalar(select(SetOff).where(SetOff.decision_id == decision.id))


def claims_now(session: Session, *, actor: Actor, limit: int = 500) -> list[Recovery]:
    """Everything that is still to come back, oldest first, for who keeps the money; empty for others."""
    if actor.audience is not Audience.REGION:
        return []
    rows = select(Recovery).where(Recovery.state == RecoveryState.OPEN).order_by(Recovery.id)
    return list(session.scalars(rows.limit(limit)))


def claim_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Recovery | None:
    """A claim, open or closed, for who keeps the money; None for others."""
    if actor.audience is not Audience.REGION:
        return None
    return session.scalar(select(Recovery).where(Recovery.public_id == public_id))
