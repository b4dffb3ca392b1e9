"""Telling of a penalty, and the act after a founded objection: it is decided anew, over more days (Awb 4:19, 7:11)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.on_penalties import decide_on_penalty
from portal.awarding.own_debts.actions import owe_of_own
from portal.awarding.own_debts.models import OwnDebtKind
from portal.cases.questions.actions import advisor_only, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import require_other_person
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import PENALTY_DAYS, penalty_euros
from portal.post.messages.actions import NewMessage, enqueue
from portal.second_look.penalties.models import DefaultNotice, PenaltyAgain
from portal.second_look.penalties.queries import again_of, bodies_of_decision


def settle_penalty_again(
    session: Session,
    *,
    notice: DefaultNotice,
    days: int,
    reason: str,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> PenaltyAgain:
    """Decide that a penalty is due over more days than was decided first; what is due more is owed too.

    Part of a decision on an objection, which says who may take it; in the name of the same bodies. Raises ``Refusal`` without a
    reason or mandate, or when it is not more; ``Conflict`` when it was decided anew before.
    """
    advisor_only(actor)
    hold(session, notice)
    before = Conflict("penalty_settled", _l("Over deze dwangsom is al besloten."))
    if notice.decision_id is None or again_of(session, notice=notice) is not None:
        raise before
    if not reason.strip():
        raise Refusal("rationale_missing", _l("Schrijf op waarom u dit besluit neemt."), field="rationale")
    require_other_person(actor, prepared_by=prepared_by)
    bodies = bodies_of_decision(session.get_one(Decision, notice.decision_id))
    first, each = notice.amount_cents or 0, _cents_over(days)
    if each * len(bodies) <= first:
        message = _l("Vul meer dagen in dan waarover nu een dwangsom is vastgesteld, hoogstens 42.")
        raise Refusal("days_out_of_range", message, field="days")
    by = Decider(actor, now, prepared_by)
    decision = decide_on_penalty(
        session,
        question_id=notice.question_id,
        bodies=bodies,
        each_cents=each,
        reason=reason,
        by=by,
    )
    again = PenaltyAgain(
        notice_id=notice.id,
        decision_id=decision.id,
        penalty_days=days,
        before_cents=first,
        amount_cents=each * len(bodies),
        reason=reason.strip(),
        decided_at=now,
        decided_by=actor.reference,
        decided_by_name=actor.signature,
    )
    write_new(session, again, otherwise=before)
    more, another = again.amount_cents - first, notice.of_another
    owe_of_own(session, decision=decision, kind=OwnDebtKind.PENALTY, cents=more, to_another=another, now=now)
    tell_of_penalty(session, notice, "late/penalty_again", again.id, now)
    what, question_id = "default_notice.settled_again", notice.question_id
    record(session, actor=actor, action=what, object_kind="question", object_id=question_id, now=now)
    return again


def _cents_over(days: int) -> int:
    """What one body owes over so many days; nothing for a number of days that cannot be."""
    return penalty_euros(days) * 100 if 0 < days <= PENALTY_DAYS else 0


def tell_of_penalty(session: Session, notice: DefaultNotice, template: str, version: int, now: datetime) -> None:
    """To who asked, or to another whose objection it is about."""
    details = {"notice": notice.id}
    if not notice.of_another or notice.objection_id is None:
        question = session.get_one(DevelopmentQuestion, notice.question_id)
        tell_asker(
            session, question=question, template=template, now=now, version=version, in_writing=True, details=details
        )
        return
    message = NewMessage(
        kind="letter", template=template, recipient="resident", object_kind="objection", object_id=notice.objection_id,
        version=version, locale="nl", details=details,
    )  # fmt: skip
    enqueue(session, message=message, now=now)
