"""Reads of what was decided about paying later or less: which claim it is about, and in which message it is made known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.collecting.models import CollectionCharge, CollectionStep, StepKind
from portal.paying.collecting.queries import charges_of
from portal.paying.settlements.models import Instalment, Recovery, RecoveryEntry
from portal.spending.vouchers.models import Voucher

PUT_OFF = "recovery/planned"


def claim_of_decision(session: Session, *, decision: Decision) -> Recovery | None:
    """The claim that a decision to pay later or less is about; None for another decision."""
    step = _step_of(session, decision)
    if step is not None:
        return session.get_one(Recovery, step.recovery_id)
    entry = session.scalar(select(RecoveryEntry).where(RecoveryEntry.decision_id == decision.id))
    if entry is not None:
        return session.get_one(Recovery, entry.recovery_id)
    charged = select(CollectionCharge.recovery_id).where(CollectionCharge.waived_decision_id == decision.id)
    found = session.scalar(charged.limit(1))
    return session.get_one(Recovery, found) if found is not None else None


@dataclass(frozen=True)
class PutOff:
    """How a claim may be paid later: in so many instalments, or in one go until a day."""

    instalments: int
    until: date | None


def put_off_by(session: Session, *, decision: Decision) -> PutOff | None:
    """How this decision puts payment off; None for a refusal, and for another decision."""
    step = _step_of(session, decision)
    if step is None or step.kind not in (StepKind.PLANNED, StepKind.DEFERRED):
        return None
    recovery = session.get_one(Recovery, step.recovery_id)
    parts = [one for one in recovery.instalments if one.plan == step.plan] if step.plan is not None else []
    return PutOff(len(parts), step.until_on)


def decision_of_plan(session: Session, *, recovery: Recovery, plan: int) -> int:
    """The id of the decision by which a plan of instalments was agreed on. Raises ``LookupError`` for one without."""
    rows = select(CollectionStep.decision_id).where(
        CollectionStep.recovery_id == recovery.id, CollectionStep.plan == plan
    )
    found = session.scalar(rows)
    if found is None:
        raise LookupError(f"no decision on plan {plan} of recovery {recovery.id}")
    return found


def told_of_relief(session: Session, *, decision: Decision) -> list[tuple[str, int]]:
    """The message that makes a decision to pay later or less known, by its template and version; empty for another decision."""
    step = _step_of(session, decision)
    if step is not None:
        plan = step.kind is StepKind.PLANNED
        return [(f"recovery/{step.kind.value}", step.letter or 0 if plan else step.id)]
    entry = session.scalar(select(RecoveryEntry.id).where(RecoveryEntry.decision_id == decision.id))
    if entry is not None:
        return [("recovery/written_off", entry)]
    recovery = claim_of_decision(session, decision=decision)
    if recovery is None:
        return []
    let_go = [one.id for one in charges_of(session, recovery=recovery) if one.waived_decision_id == decision.id]
    return [("recovery/charges_waived", let_go[-1])]


def relief_told(
    session: Session, *, question: DevelopmentQuestion, template: str, version: int
) -> tuple[Recovery, int | None, list[Instalment]] | None:
    """Of a message about paying later or less: the claim, the id of the decision (None for one of before there was any), and
    the instalments of its plan. None for another question."""
    of_question = select(Recovery).join(Voucher, Voucher.id == Recovery.voucher_id)
    of_question = of_question.where(Voucher.question_id == question.id)
    if template == "recovery/written_off":
        rows = of_question.join(RecoveryEntry, RecoveryEntry.recovery_id == Recovery.id)
        found = session.execute(rows.add_columns(RecoveryEntry.decision_id).where(RecoveryEntry.id == version)).first()
        return (found[0], found[1], []) if found is not None else None
    if template == "recovery/charges_waived":
        rows = of_question.join(CollectionCharge, CollectionCharge.recovery_id == Recovery.id)
        which = rows.add_columns(CollectionCharge.waived_decision_id).where(CollectionCharge.id == version)
        found = session.execute(which).first()
        return (found[0], found[1], []) if found is not None else None
    of_steps = select(Recovery, CollectionStep).join(Voucher, Voucher.id == Recovery.voucher_id)
    of_steps = of_steps.join(CollectionStep, CollectionStep.recovery_id == Recovery.id)
    stepped = of_steps.where(Voucher.question_id == question.id)
    if template == PUT_OFF:
        told = session.execute(stepped.where(CollectionStep.letter == version)).first()
    else:
        told = session.execute(stepped.where(CollectionStep.id == version)).first()
    if told is None:
        return None
    recovery, step = told[0], told[1]
    parts = [one for one in recovery.instalments if one.plan == step.plan] if step.plan is not None else []
    return recovery, step.decision_id, parts


def _step_of(session: Session, decision: Decision) -> CollectionStep | None:
    return session.scalar(select(CollectionStep).where(CollectionStep.decision_id == decision.id))
