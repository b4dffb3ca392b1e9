"""Asking what became of it, and writing down the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.oversight.outcomes.models import Moment, TrainingEnd, TrainingOutcome, WithoutFund, Work
from portal.oversight.outcomes.queries import due_outcomes
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class HolderAnswer:
    """What the holder says."""

    result: TrainingEnd
    work_before: Work | None
    work_after: Work
    without_fund: WithoutFund


def ask_outcomes(session: Session, *, now: datetime, at_most: int = 500) -> int:
    """Ask the holders whose training ended a week, half a year or a year ago; returns how many were asked.

    Each is asked once per moment, however often this runs; a moment that was missed is asked when it is found, but never two
    at once: the newest that is due.
    """
    actor = Actor.system("outcomes")
    asked = 0
    for voucher, moment in due_outcomes(session, today=local_date(now), limit=at_most):
        outcome = TrainingOutcome(voucher_id=voucher.id, moment=moment, asked_at=now)
        if not write_new(session, outcome, otherwise=None):
            continue  # somebody else asked a moment ago
        question = session.get_one(DevelopmentQuestion, voucher.question_id)
        tell_asker(session, question=question, template="outcome/asked", now=now, version=outcome.id)
        record(session, actor=actor, action="outcome.asked", object_kind="voucher", object_id=voucher.id, now=now)
        asked += 1
    return asked


def answer_outcome(
    session: Session, *, outcome: TrainingOutcome, answer: HolderAnswer, actor: Actor, now: datetime
) -> TrainingOutcome:
    """The holder (or an advisor who heard it) answers, once. Raises ``Refusal`` at the field, ``Conflict`` after that."""
    if not (actor.may_act_for(outcome.voucher.question_id) or actor.audience is Audience.ADVISOR):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    answered = Conflict("outcome_answered", _l("U hebt deze vragen al beantwoord. Dank u wel."))
    hold(session, outcome, TrainingOutcome.answered_at.is_(None), otherwise=answered)
    if outcome.moment is Moment.WEEK and answer.work_before is None:
        message = _l("Kies wat u deed voor de opleiding.")
        raise Refusal("work_before", message, field="work_before")
    outcome.result, outcome.work_after = answer.result, answer.work_after
    outcome.work_before = answer.work_before.value if answer.work_before is not None else None
    outcome.without_fund, outcome.answered_at, outcome.answered_by = answer.without_fund, now, actor.reference
    session.flush()
    record(
        session, actor=actor, action="outcome.answered", object_kind="voucher", object_id=outcome.voucher_id, now=now
    )
    return outcome
