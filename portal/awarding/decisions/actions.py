"""Decisions: approve a proposal in one unit of work or not at all, reject an application, refer a question elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from matching.problem import Problem
from portal.awarding.decisions.drafts import CaseToDecide, Decider, Draft
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_questions import (
    decision_on_mix,
    decision_without_mix,
    keep_mandates,
    keep_outcomes,
)
from portal.awarding.decisions.requirements import (
    application_to_decide,
    fitting_problem,
    parts_of_mix,
    require_authority,
    require_checks,
    require_complete,
    require_looked_at,
)
from portal.awarding.decisions.reserving import reserve_awards
from portal.awarding.held_money import used_by_scheme
from portal.awarding.shares_elsewhere.actions import await_shares
from portal.cases.applications.queries import schemes_applied_for
from portal.cases.employers.actions import know_awarded_address
from portal.cases.hearings.actions import require_hearing
from portal.cases.hearings.models import RefusalGround
from portal.cases.identifying.actions import require_identified
from portal.cases.questions.actions import advisor_only, move_question, tell_asker
from portal.cases.questions.models import DECIDED_STATES, DevelopmentQuestion, QuestionState
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import PortalError, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.invoices.decided_first import require_decided
from portal.spending.vouchers.actions import AwardedScheme, VoucherPart, issue_award, revoke_voucher
from portal.spending.vouchers.holding import hold_award
from portal.spending.vouchers.queries import vouchers_of_question

Parts = Mapping[str, Sequence[VoucherPart]]
"""Per scheme administered here what it pays."""


def approve_proposal(
    session: Session,
    *,
    question: DevelopmentQuestion,
    draft: Draft,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> Decision:
    """Award what the mix says: decision, awards, vouchers, reservations, letter and audit together, or nothing at all.

    A scheme that was applied for and pays nothing is rejected in the same decision. `prepared_by` is the first person where four
    eyes are needed. Raises ``Refusal`` for what the advisor must still do or has no mandate for, ``MixNoLongerFits`` when the mix
    breaks a rule now or the last euros are gone.
    """
    return decide_on_mix(session, question=question, draft=draft, by=Decider(actor, now, prepared_by))


def decide_on_mix(
    session: Session, *, question: DevelopmentQuestion, draft: Draft, by: Decider, replaces: bool = False
) -> Decision:
    """As ``approve_proposal``; with `replaces` in the place of an earlier decision, of which the rest is taken back."""
    advisor_only(by.actor)
    require_checks(draft.rationale, draft.checks)
    case = _case(session, question)
    if draft.proposal.question_id != question.id:
        raise Refusal("other_proposal", _l("Dit voorstel hoort bij een andere vraag."))
    try:
        # A savepoint, so that a caller that goes on after a refusal has nothing half-done in its transaction.
        with session.begin_nested():
            require_looked_at(session, question)
            _take_up(session, question, by, again=replaces)
            if replaces:
                take_back_awards(session, question=question, actor=by.actor, now=by.now)
            problem = fitting_problem(session, question, draft.proposal, draft.mix, by.today)
            decision = _award(session, case, draft, problem, by)
    except PortalError:
        session.refresh(question)
        raise
    _tell(session, question, decision, by.now)
    number = case.application.kvk_number
    know_awarded_address(session, question=question, kvk_number=number, actor=by.actor, now=by.now)
    record(
        session,
        actor=by.actor,
        action="question.approved",
        object_kind="question",
        object_id=question.id,
        now=by.now,
        fields=("rationale", "mix", "checks") if decision.amended else ("rationale", "checks"),
    )
    return decision


def _case(session: Session, question: DevelopmentQuestion) -> CaseToDecide:
    application = application_to_decide(session, question)
    return CaseToDecide(question, application, schemes_applied_for(session, question=question, application=application))


def _take_up(session: Session, question: DevelopmentQuestion, by: Decider, again: bool = False) -> None:
    """Make the question a decided one; whoever comes second gets a ``Conflict``."""
    reopened = {"closed_at": None, "closed_by": None, "close_reason": None} if again else {}
    move_question(
        session,
        question=question,
        to=QuestionState.DECIDED,
        allowed=DECIDED_STATES if again else (QuestionState.APPLIED,),
        **reopened,
        decided_at=by.now,
        decided_by=by.actor.reference,
        responded_at=question.responded_at or by.now,
        changed_at=by.now,
    )


def take_back_awards(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    """Revoke what is open on the vouchers of earlier decisions on a question: another decision takes their place.

    What was used stays (see `portal.awarding.held_money`). Raises ``Conflict`` while an invoice waits.
    """
    for voucher in vouchers_of_question(session, question=question, actor=Actor.system()):
        hold_award(session, voucher)
        if voucher.is_live:
            require_decided(session, voucher=voucher)
        if voucher.is_live:
            reason = str(_l("Er is een nieuw besluit genomen."))
            revoke_voucher(session, voucher=voucher, reason=reason, actor=actor, now=now)


def _award(session: Session, case: CaseToDecide, draft: Draft, problem: Problem, by: Decider) -> Decision:
    """The decision with its outcomes per scheme, the awards with their vouchers, and last the money: the guards decide."""
    parts = parts_of_mix(session, problem, draft.mix)
    awarded = _whole(parts, used_by_scheme(draft.mix))
    mandates = _may_award(session, case, parts, awarded, draft.ground, by)
    require_identified(session, question=case.question, schemes=awarded)
    decision = decision_on_mix(case, draft, problem, set(awarded), by)
    session.add(decision)
    session.flush()
    keep_mandates(session, decision, mandates, by.prepared_by)
    keep_outcomes(session, decision, case, awarded, draft.rejections)
    awards = [
        issue_award(
            session,
            question=case.question,
            application=case.application,
            decision_id=decision.id,
            awarded=AwardedScheme(case.schemes[slug], parts[slug]),
            actor=by.actor,
            now=by.now,
        )
        for slug in sorted(parts)
    ]
    reserve_awards(session, case, awards, decision, by)
    await_shares(
        session,
        question=case.question,
        decision_id=decision.id,
        problem=problem,
        shares=draft.mix,
        actor=by.actor,
        now=by.now,
    )
    return decision


def _whole(parts: Parts, used: Mapping[str, int]) -> dict[str, int]:
    """Per scheme what it pays in all, in cents: what is awarded now, and what was used already of an earlier voucher."""
    slugs = {*parts, *used}
    return {slug: sum(part.amount_cents for part in parts.get(slug, ())) + used.get(slug, 0) for slug in slugs}


def _may_award(
    session: Session,
    case: CaseToDecide,
    parts: Parts,
    awarded: Mapping[str, int],
    ground: RefusalGround | None,
    by: Decider,
) -> dict[str, int]:
    """The mandates for these awards. Raises ``Refusal`` for what the law or the scheme wants first."""
    if not parts:
        raise Refusal("nothing_to_award", _l("Deze mix kent niets toe. Wijs de aanvraag af, of pas de mix aan."))
    require_complete(session, case.application)
    mandates = _mandates(session, case, awarded, by)
    if set(case.application.schemes) - set(awarded):
        require_hearing(session, question=case.question, ground=ground)
    return mandates


def _mandates(session: Session, case: CaseToDecide, awarded: Mapping[str, int], by: Decider) -> dict[str, int]:
    """Per scheme the mandate under which is decided. Raises ``Refusal`` without one, or without a second person."""
    found = {}
    for slug in case.application.schemes:
        cents = awarded.get(slug, 0)
        mandate = require_authority(
            session,
            scheme=case.schemes[slug],
            cents=cents,
            actor=by.actor,
            prepared_by=by.prepared_by,
            on=by.today,
        )
        found[slug] = mandate.id
    return found


# Rejecting and referring -----------------------------------------------------------------------------------------------


def reject_question(
    session: Session,
    *,
    question: DevelopmentQuestion,
    rationale: str,
    ground: RefusalGround,
    actor: Actor,
    now: datetime,
    reasons: Mapping[str, str] | None = None,
) -> Decision:
    """Reject an application in full, with the reasons (Awb 3:46), on whose facts `ground` says. `reasons` may say it per scheme.

    Raises ``Refusal`` without a mandate, or when the applicant must be heard first (Awb 4:7).
    """
    advisor_only(actor)
    if not rationale.strip():
        raise Refusal("rationale_missing", _l("Schrijf op waarom u dit besluit neemt."), field="rationale")
    case, by = _case(session, question), Decider(actor, now)
    mandates = _mandates(session, case, {}, by)
    require_hearing(session, question=question, ground=ground)
    require_looked_at(session, question)
    _take_up(session, question, by)
    decision = decision_without_mix(question, DecisionKind.REJECTED, rationale, by)
    session.add(decision)
    session.flush()
    keep_mandates(session, decision, mandates)
    keep_outcomes(session, decision, case, {}, reasons or {})
    _tell(session, question, decision, now)
    record(session, actor=actor, action="question.rejected", object_kind="question", object_id=question.id, now=now)
    return decision


def refer_question(
    session: Session, *, question: DevelopmentQuestion, referred_to: str, explanation: str, actor: Actor, now: datetime
) -> Decision:
    """Send the person on to another body. With an application this is refused: that must be decided or withdrawn first."""
    advisor_only(actor)
    if not referred_to.strip():
        raise Refusal("referred_to_missing", _l("Schrijf op waar de vrager naartoe kan."), field="referred_to")
    if not explanation.strip():
        raise Refusal("explanation_missing", _l("Leg uit waarom."), field="explanation")
    if question.applied_at is not None:
        raise Refusal(
            "application_undecided",
            _l("Er is een aanvraag. Neem eerst een besluit, of laat de aanvrager de aanvraag intrekken."),
        )
    move_question(
        session,
        question=question,
        to=QuestionState.REFERRED,
        allowed=(QuestionState.SUBMITTED, QuestionState.WAITING),
        referred_at=now,
        referred_by=actor.reference,
        waiting_since=None,
        responded_at=question.responded_at or now,
        changed_at=now,
    )
    decision = decision_without_mix(question, DecisionKind.REFERRED, explanation, Decider(actor, now))
    decision.referred_to = referred_to.strip()
    session.add(decision)
    session.flush()
    _tell(session, question, decision, now)
    record(session, actor=actor, action="question.referred", object_kind="question", object_id=question.id, now=now)
    return decision


def _tell(session: Session, question: DevelopmentQuestion, decision: Decision, now: datetime) -> None:
    """Queue the decision letter, which makes the decision known (Awb 3:41).

    By e-mail to who agreed to that, else on paper, also to who wants to be called.
    """
    template = f"decision/{decision.kind.value}"
    tell_asker(session, question=question, template=template, now=now, version=decision.id, in_writing=True)
