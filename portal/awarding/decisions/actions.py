"""Decisions: approve a proposal in one unit of work or not at all, reject an application, refer a question elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from matching.problem import Problem
from matching.problem.proposal import Share
from portal.awarding.caps import caps_of_award
from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate, DecisionOutcome, SchemeOutcome
from portal.awarding.decisions.queries import (
    Checks,
    Misfit,
    MixNoLongerFits,
    application_to_decide,
    canonical,
    parts_of_mix,
    require_authority,
    require_checks,
)
from portal.awarding.decisions.queries import fitting_problem as _fitting_problem
from portal.awarding.order_of_receipt.actions import keep_order_of_receipt
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import stored_proposal
from portal.awarding.shares_elsewhere.actions import await_shares
from portal.cases.applications.models import Application
from portal.cases.applications.queries import schemes_applied_for
from portal.cases.hearings.actions import require_hearing
from portal.cases.hearings.models import RefusalGround
from portal.cases.questions.actions import advisor_only, move_question, tell_asker
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.catalogue.queries import SchemeInForce
from portal.framework.funding.queries import funding_lines
from portal.ledger.actions import BudgetExhausted, CapExhausted, Reservation, reserve
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import PortalError, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.actions import VoucherPart, issue_award, revoke_voucher
from portal.spending.vouchers.models import Award
from portal.spending.vouchers.queries import vouchers_of_question


def approve_proposal(
    session: Session,
    *,
    question: DevelopmentQuestion,
    proposal: ProposalRecord,
    shares: Sequence[Share] | None,
    rationale: str,
    checks: Checks,
    actor: Actor,
    now: datetime,
    rejections: Mapping[str, str] | None = None,
    ground: RefusalGround = RefusalGround.OWN_FACTS,
    prepared_by: str | None = None,
    replaces: bool = False,
) -> Decision:
    """Award what the mix says: decision, awards, vouchers, reservations, letter and audit together, or nothing at all.

    `shares` is the advisor's own mix; None takes the proposal as it is. A scheme that was applied for and pays nothing is
    rejected in the same decision, with its reason in `rejections` or else the rationale, and `ground` says on whose facts.
    `prepared_by` is the first person where four eyes are needed; with `replaces` it takes the place of an earlier decision, whose
    unused vouchers are taken back. Raises ``Refusal`` for what the advisor must still do or has no mandate for,
    ``MixNoLongerFits`` when the mix breaks a rule now or the last euros are gone.
    """
    advisor_only(actor)
    require_checks(rationale, checks)
    application = application_to_decide(session, question)
    if proposal.question_id != question.id:
        raise Refusal("other_proposal", _l("Dit voorstel hoort bij een andere vraag."))
    proposed = stored_proposal(proposal).shares
    mix = tuple(proposed if shares is None else shares)
    try:
        # A savepoint, so that a caller that goes on after a refusal has nothing half-done in its transaction.
        with session.begin_nested():
            _take_up(session, question, actor, now, again=replaces)
            if replaces:
                take_back_awards(session, question=question, actor=actor, now=now)
            problem = _fitting_problem(session, question, proposal, mix, local_date(now))
            parts = parts_of_mix(session, problem, mix)
            mandates = _may_award(session, question, application, parts, ground, prepared_by, actor, now)
            decision = _decision(
                question, proposal, problem, mix, application, set(parts), rationale, checks, actor, now
            )
            decision.amended = canonical(mix) != canonical(proposed)
            session.add(decision)
            session.flush()
            _keep_mandates(session, decision, mandates, prepared_by)
            _award(session, question, application, decision, parts, rejections or {}, actor, now)
            await_shares(
                session, question=question, decision_id=decision.id, problem=problem, shares=mix, actor=actor, now=now
            )
    except PortalError:
        session.refresh(question)
        raise
    _tell(session, question, decision, now)
    record(
        session,
        actor=actor,
        action="question.approved",
        object_kind="question",
        object_id=question.id,
        now=now,
        fields=("rationale", "mix", "checks") if decision.amended else ("rationale", "checks"),
    )
    return decision


def _take_up(session: Session, question: DevelopmentQuestion, actor: Actor, now: datetime, again: bool = False) -> None:
    """Make the question a decided one; whoever comes second gets a ``Conflict``."""
    decided = (QuestionState.DECIDED, QuestionState.CLOSED)
    reopened = {"closed_at": None, "closed_by": None, "close_reason": None} if again else {}
    move_question(
        session,
        question=question,
        to=QuestionState.DECIDED,
        allowed=decided if again else (QuestionState.APPLIED,),
        **reopened,
        decided_at=now,
        decided_by=actor.reference,
        responded_at=question.responded_at or now,
        changed_at=now,
    )


def take_back_awards(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    """Revoke the vouchers of earlier decisions on a question: another decision takes their place.

    Raises ``Refusal`` when one was used already: what was paid is corrected by settling it.
    """
    for voucher in vouchers_of_question(session, question=question, actor=Actor.system()):
        if voucher.redeemed_cents:
            message = _l("Een voucher is al gebruikt. Een nieuw besluit kan die niet vervangen.")
            raise Refusal("voucher_in_use", message)
        if voucher.is_live:
            reason = str(_l("Er is een nieuw besluit genomen."))
            revoke_voucher(session, voucher=voucher, reason=reason, actor=actor, now=now)


def _may_award(
    session: Session,
    question: DevelopmentQuestion,
    application: Application,
    parts: Mapping[str, Sequence[VoucherPart]],
    ground: RefusalGround,
    prepared_by: str | None,
    actor: Actor,
    now: datetime,
) -> dict[str, int]:
    """The mandates for these awards. Raises ``Refusal`` for what the law or the scheme wants first."""
    if not parts:
        raise Refusal("nothing_to_award", _l("Deze mix kent niets toe. Wijs de aanvraag af, of pas de mix aan."))
    mandates = _mandates(session, question, application, parts, actor, now, prepared_by)
    if set(application.schemes) - set(parts):
        require_hearing(session, question=question, ground=ground)
    return mandates


def _mandates(
    session: Session,
    question: DevelopmentQuestion,
    application: Application,
    parts: Mapping[str, Sequence[VoucherPart]],
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> dict[str, int]:
    """Per scheme the mandate under which the actor decides. Raises ``Refusal`` without one, or without a second person."""
    schemes = schemes_applied_for(session, question=question, application=application)
    found = {}
    for slug in application.schemes:
        cents = sum(part.amount_cents for part in parts.get(slug, ()))
        mandate = require_authority(
            session, scheme=schemes[slug], cents=cents, actor=actor, prepared_by=prepared_by, on=local_date(now)
        )
        found[slug] = mandate.id
    return found


def _keep_mandates(
    session: Session, decision: Decision, mandates: Mapping[str, int], prepared_by: str | None = None
) -> None:
    session.add_all(
        DecisionMandate(decision_id=decision.id, scheme=slug, mandate_id=mandate_id, prepared_by=prepared_by)
        for slug, mandate_id in mandates.items()
    )


def _award(
    session: Session,
    question: DevelopmentQuestion,
    application: Application,
    decision: Decision,
    parts: Mapping[str, Sequence[VoucherPart]],
    rejections: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> None:
    """Outcomes per scheme, awards with their vouchers, and last the money: the guards have the last word."""
    schemes = schemes_applied_for(session, question=question, application=application)
    _outcomes(session, decision, application, schemes, parts, rejections, decision.rationale)
    awards = [
        issue_award(
            session,
            question=question,
            application=application,
            decision_id=decision.id,
            scheme=schemes[slug],
            parts=parts[slug],
            actor=actor,
            now=now,
        )
        for slug in sorted(parts)
    ]
    _reserve(session, awards, schemes, application, question, decision, actor, now)


def _decision(
    question: DevelopmentQuestion,
    proposal: ProposalRecord,
    problem: Problem,
    shares: Sequence[Share],
    application: Application,
    awarded: set[str],
    rationale: str,
    checks: Checks,
    actor: Actor,
    now: datetime,
) -> Decision:
    mix = {"format": "ontwikkelloket/mix/1", "shares": canonical(shares)}
    return Decision(
        question_id=question.id,
        proposal_id=proposal.id,
        kind=DecisionKind.APPROVED if awarded >= set(application.schemes) else DecisionKind.PARTLY,
        rationale=rationale.strip(),
        identity_checked=checks.identity,
        purpose_checked=checks.purpose,
        costs_checked=checks.costs,
        nothing_paid_twice_checked=checks.nothing_paid_twice,
        shares_json=json.dumps(mix, sort_keys=True, separators=(",", ":")),
        problem_json=problem.model_dump_json(by_alias=True),
        decided_at=now,
        decided_by=actor.reference,
        decided_by_name=actor.signature,
    )


def _outcomes(
    session: Session,
    decision: Decision,
    application: Application,
    schemes: Mapping[str, SchemeInForce],
    parts: Mapping[str, Sequence[VoucherPart]],
    rejections: Mapping[str, str],
    rationale: str,
) -> None:
    for slug in application.schemes:
        scheme = schemes[slug]
        cents = sum(part.amount_cents for part in parts.get(slug, ()))
        body = scheme.definition.deciding_body
        session.add(
            DecisionOutcome(
                decision_id=decision.id,
                scheme=slug,
                scheme_version=scheme.version,
                outcome=SchemeOutcome.AWARDED if cents else SchemeOutcome.REJECTED,
                amount_cents=cents,
                reason=None if cents else (rejections.get(slug) or rationale).strip(),
                deciding_body_nl=body.nl if body is not None else "",
                deciding_body_en=body.en if body is not None else "",
            )
        )
    session.flush()
    session.refresh(decision, ["outcomes"])


def _reserve(
    session: Session,
    awards: Sequence[Award],
    schemes: Mapping[str, SchemeInForce],
    application: Application,
    question: DevelopmentQuestion,
    decision: Decision,
    actor: Actor,
    now: datetime,
) -> None:
    """Reserve the money of all awards at once; the guards in the write have the last word."""
    reservations = []
    for award in awards:
        assert award.voucher is not None
        caps = caps_of_award(session, schemes[award.scheme], application, question, award)
        by_line: dict[int, int] = {}
        for part in award.parts:
            by_line[part.funding_line_id] = by_line.get(part.funding_line_id, 0) + part.amount_cents
        for line_id, cents in sorted(by_line.items()):
            version_id, key = schemes[award.scheme].version_id, f"award:{award.id}:{line_id}"
            reservations.append(Reservation(line_id, cents, award.voucher.id, version_id, caps, key))
    at_stake: dict[int, int] = {}
    for wanted in reservations:
        at_stake[wanted.funding_line_id] = at_stake.get(wanted.funding_line_id, 0) + wanted.amount_cents
    keep_order_of_receipt(session, application=application, cents_by_funding_line=at_stake, now=now)
    try:
        reserve(session, reservations=reservations, decision_id=decision.id, actor_id=actor.reference, now=now)
    except BudgetExhausted as gone:
        slugs = {line.id: line.slug for line in funding_lines(session)}
        misfit = Misfit(
            "above_available", None, None, slugs.get(gone.funding_line_id), gone.asked_cents - gone.available_cents
        )
        raise MixNoLongerFits([misfit]) from gone
    except CapExhausted as gone:
        raise MixNoLongerFits(
            [Misfit("above_cap", gone.cap.scheme, cents=gone.asked_cents - gone.available_cents)]
        ) from gone


# Rejecting and referring -----------------------------------------------------------------------------------------------


def reject_question(
    session: Session,
    *,
    question: DevelopmentQuestion,
    rationale: str,
    actor: Actor,
    now: datetime,
    reasons: Mapping[str, str] | None = None,
    ground: RefusalGround = RefusalGround.OWN_FACTS,
) -> Decision:
    """Reject an application in full, with the reasons (Awb 3:46). `reasons` may say it per scheme, `ground` on whose facts.

    Raises ``Refusal`` without a mandate, or when the applicant must be heard first (Awb 4:7).
    """
    advisor_only(actor)
    if not rationale.strip():
        raise Refusal("rationale_missing", _l("Schrijf op waarom u dit besluit neemt."), field="rationale")
    application = application_to_decide(session, question)
    mandates = _mandates(session, question, application, {}, actor, now)
    require_hearing(session, question=question, ground=ground)
    _take_up(session, question, actor, now)
    decision = _plain_decision(question, DecisionKind.REJECTED, rationale, actor, now)
    session.add(decision)
    session.flush()
    _keep_mandates(session, decision, mandates)
    schemes = schemes_applied_for(session, question=question, application=application)
    _outcomes(session, decision, application, schemes, {}, reasons or {}, rationale)
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
    decision = _plain_decision(question, DecisionKind.REFERRED, explanation, actor, now)
    decision.referred_to = referred_to.strip()
    session.add(decision)
    session.flush()
    _tell(session, question, decision, now)
    record(session, actor=actor, action="question.referred", object_kind="question", object_id=question.id, now=now)
    return decision


def _plain_decision(
    question: DevelopmentQuestion, kind: DecisionKind, rationale: str, actor: Actor, now: datetime
) -> Decision:
    return Decision(
        question_id=question.id,
        kind=kind,
        rationale=rationale.strip(),
        decided_at=now,
        decided_by=actor.reference,
        decided_by_name=actor.signature,
        outcomes=[],
    )


def _tell(session: Session, question: DevelopmentQuestion, decision: Decision, now: datetime) -> None:
    """Queue the decision letter, which makes the decision known (Awb 3:41).

    By e-mail to who agreed to that, else on paper, also to who wants to be called.
    """
    template = f"decision/{decision.kind.value}"
    tell_asker(session, question=question, template=template, now=now, version=decision.id, in_writing=True)
