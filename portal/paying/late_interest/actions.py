"""Acts on interest that the region owes: deciding on it, and on more of it after an objection (Awb 4:99, 7:11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_penalties import LateBody, decide_on_penalty
from portal.awarding.own_debts.actions import owe_of_own
from portal.awarding.own_debts.models import OwnDebt, OwnDebtKind
from portal.cases.questions.actions import advisor_only, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.late_interest.models import OwnInterest
from portal.paying.late_interest.queries import Owed, interest_on, late_paid, replaced_by
from portal.paying.statutory_interest import NoRate
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import require_other_person
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import lazy_gettext as _l


def determine_own_interest(session: Session, *, owed: Owed, reason: str, actor: Actor, now: datetime) -> OwnInterest:
    """Decide how much interest the region owes over an amount that it paid too late, in the name of the bodies that owed it. The
    amount follows from the law; it is told in a letter and owed by the region itself.

    Raises ``Refusal`` without a reason or mandate, and when no interest is owed; ``Conflict`` the second time.
    """
    advisor_only(actor)
    hold(session, owed)
    if interest_on(session, owed=owed) is not None:
        raise _decided()
    if not reason.strip():
        raise Refusal("rationale_missing", _l("Schrijf op waarom u dit besluit neemt."), field="rationale")
    try:
        late = late_paid(session, owed=owed)
    except NoRate as unknown:
        message = _l(
            "Er is geen wettelijke rente bekend voor %(day)s. Zet die in de regio.", day=format_date(unknown.day)
        )
        raise Refusal("rate_missing", message) from unknown
    is_own = isinstance(owed, OwnDebt)
    if late is None or (isinstance(owed, OwnDebt) and owed.to_another):
        raise Refusal("no_interest_owed", _l("Over dit bedrag is geen rente te betalen, of minder dan € 10."))
    by = Decider(actor, now)
    decision = _decide(session, late.question_id, late.bodies, late.each_cents, reason, by)
    made = OwnInterest(
        repayment_id=None if is_own else owed.id,
        own_debt_id=owed.id if is_own else None,
        number=0,
        question_id=late.question_id,
        decision_id=decision.id,
        over_cents=owed.amount_cents,
        pay_by=late.pay_by,
        first_on=late.first_on,
        last_on=late.last_on,
        paid_on=late.paid_on,
        before_cents=0,
        amount_cents=late.cents,
        reason=reason.strip(),
        decided_at=now,
        decided_by=actor.reference,
        decided_by_name=actor.signature,
    )
    return _kept(session, made, decision, "late/interest", actor, now)


def determine_own_interest_again(
    session: Session,
    *,
    made: OwnInterest,
    amount_cents: int,
    reason: str,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> OwnInterest:
    """Decide that the region owes more interest than was decided first; the difference is owed too.

    Part of a decision on an objection, which says who may take it; in the name of the same bodies. Raises ``Refusal`` without a
    reason or mandate, or when it is not more or cannot be shared among them; ``Conflict`` when it was decided anew before.
    """
    advisor_only(actor)
    hold(session, made)
    if made.number or replaced_by(session, made=made) is not None:
        raise _decided()
    if not reason.strip():
        raise Refusal("rationale_missing", _l("Schrijf op waarom u dit besluit neemt."), field="rationale")
    require_other_person(actor, prepared_by=prepared_by)
    outcomes = session.get_one(Decision, made.decision_id).outcomes
    bodies = [LateBody(one.deciding_body_nl, one.deciding_body_en, one.scheme, one.scheme_version) for one in outcomes]
    if not made.amount_cents < amount_cents <= made.over_cents or amount_cents % len(bodies):
        message = _l(
            "Vul een bedrag in van meer dan %(before)s, dat nu is vastgesteld, en hoogstens %(over)s. Is het van meer besturen? "
            "Dan betaalt elk evenveel.",
            before=format_euros(made.amount_cents, exact=True),
            over=format_euros(made.over_cents, exact=True),
        )
        raise Refusal("amount_out_of_range", message, field="amount")
    by = Decider(actor, now, prepared_by)
    decision = _decide(session, made.question_id, bodies, amount_cents // len(bodies), reason, by)
    again = OwnInterest(
        repayment_id=made.repayment_id,
        own_debt_id=made.own_debt_id,
        number=1,
        question_id=made.question_id,
        decision_id=decision.id,
        over_cents=made.over_cents,
        pay_by=made.pay_by,
        first_on=made.first_on,
        last_on=made.last_on,
        paid_on=made.paid_on,
        before_cents=made.amount_cents,
        amount_cents=amount_cents,
        reason=reason.strip(),
        decided_at=now,
        decided_by=actor.reference,
        decided_by_name=actor.signature,
    )
    return _kept(session, again, decision, "late/interest_again", actor, now)


def _decide(
    session: Session, question_id: int, bodies: Sequence[LateBody], each_cents: int, reason: str, by: Decider
) -> Decision:
    return decide_on_penalty(
        session,
        question_id=question_id,
        bodies=bodies,
        each_cents=each_cents,
        reason=reason,
        by=by,
        kind=DecisionKind.OWN_INTEREST,
    )


def _kept(
    session: Session, made: OwnInterest, decision: Decision, template: str, actor: Actor, now: datetime
) -> OwnInterest:
    """Keep the decision, owe what is more by it, and make it known."""
    write_new(session, made, otherwise=_decided())
    owe_of_own(session, decision=decision, kind=OwnDebtKind.INTEREST, cents=made.more_cents, now=now)
    question = session.get_one(DevelopmentQuestion, made.question_id)
    tell_asker(session, question=question, template=template, now=now, version=made.id, in_writing=True)
    action = "own_interest.decided_again" if made.number else "own_interest.decided"
    record(session, actor=actor, action=action, object_kind="question", object_id=made.question_id, now=now)
    return made


def _decided() -> Conflict:
    return Conflict("interest_decided", _l("Over deze rente is al besloten."))
