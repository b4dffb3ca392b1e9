"""Decisions: approve a proposal in one unit of work or not at all, reject an application, refer a question elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

import matching
from matching.problem import Problem
from matching.proposal import Share
from portal.accounts.access import Actor
from portal.applications.models import Application
from portal.applications.queries import application_by_question
from portal.audit.actions import record
from portal.catalogue.queries import SchemeInForce, schemes_in_force
from portal.ceilings.queries import ceilings_of_award
from portal.clock import local_date
from portal.decisions.models import Decision, DecisionKind, DecisionOutcome, Outcome
from portal.errors import Conflict, PortalError, Refusal
from portal.funding.queries import funding_lines
from portal.i18n import lazy_gettext as _l
from portal.ledger.actions import BudgetExhausted, CapExhausted, Reservation, reserve
from portal.proposals.models import ProposalRecord
from portal.proposals.queries import fresh_problem, not_applied, stored_proposal
from portal.questions.actions import advisor_only, move_question, tell_asker
from portal.questions.models import DevelopmentQuestion, QuestionState
from portal.vouchers.actions import Part, issue_award
from portal.vouchers.models import Award


@dataclass(frozen=True)
class Checks:
    """What an advisor has checked. All four are needed to award."""

    identity: bool = False
    """Identity, and residence or establishment."""
    purpose: bool = False
    """The training strengthens the person's position on the labour market."""
    costs: bool = False
    """The costs are shown by an offer or quotation."""
    nothing_paid_twice: bool = False
    """No cost is paid twice, and schemes that come first were asked first."""


@dataclass(frozen=True)
class Misfit:
    """One reason why a mix no longer fits: a code of ``matching.violations``, or of the guards, with its figures."""

    code: str
    scheme: str | None = None
    line: str | None = None
    funding_line: str | None = None
    cents: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)


class MixNoLongerFits(Conflict):
    """The mix cannot be decided as it is: rules, money or facts changed. Nothing was written; make a new proposal."""

    def __init__(self, reasons: Sequence[Misfit]) -> None:
        super().__init__(
            "mix_no_longer_fits",
            _l("De mix past niet meer. Er is niets vastgelegd. Bekijk het nieuwe voorstel."),
            params={"codes": [reason.code for reason in reasons]},
        )
        self.reasons = tuple(reasons)


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
) -> Decision:
    """Award what the mix says: decision, awards, vouchers, reservations, letter and audit together, or nothing at all.

    `shares` is the advisor's own mix; None takes the proposal as it is. A scheme that was applied for and pays nothing is
    rejected in the same decision, with its reason in `rejections` or else the rationale. Raises ``Refusal`` for what the advisor
    must still do, ``MixNoLongerFits`` when the mix breaks a rule now or the last euros are gone.
    """
    advisor_only(actor)
    _check(rationale, checks)
    application = _application(session, question)
    if proposal.question_id != question.id:
        raise Refusal("other_proposal", _l("Dit voorstel hoort bij een andere vraag."))
    proposed = stored_proposal(proposal).shares
    mix = tuple(proposed if shares is None else shares)
    try:
        # A savepoint, so that a caller that goes on after a refusal has nothing half-done in its transaction.
        with session.begin_nested():
            _take_up(session, question, actor, now)
            problem = _fitting_problem(session, question, proposal, mix, local_date(now))
            parts = _parts(session, problem, mix)
            if not parts:
                raise Refusal(
                    "nothing_to_award", _l("Deze mix kent niets toe. Wijs de aanvraag af, of pas de mix aan.")
                )
            decision = _decision(
                question, proposal, problem, mix, application, set(parts), rationale, checks, actor, now
            )
            decision.amended = _canonical(mix) != _canonical(proposed)
            session.add(decision)
            session.flush()
            _award(session, question, application, decision, parts, rejections or {}, actor, now)
    except PortalError:
        session.refresh(question)
        raise
    _tell(session, question, f"decision/{decision.kind.value}", now)
    record(
        session, actor=actor, action="question.approved", object_kind="question", object_id=question.id, now=now,
        fields=("rationale", "mix", "checks") if decision.amended else ("rationale", "checks"),
    )  # fmt: skip
    return decision


def _take_up(session: Session, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    """Make the question a decided one; whoever comes second gets a ``Conflict``."""
    move_question(
        session,
        question=question,
        to=QuestionState.DECIDED,
        allowed=(QuestionState.APPLIED,),
        decided_at=now,
        decided_by=actor.reference,
        responded_at=question.responded_at or now,
        changed_at=now,
    )


def _award(
    session: Session,
    question: DevelopmentQuestion,
    application: Application,
    decision: Decision,
    parts: Mapping[str, Sequence[Part]],
    rejections: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> None:
    """Outcomes per scheme, awards with their vouchers, and last the money: the guards have the last word."""
    schemes = _schemes(session, application, question)
    _outcomes(session, decision, application, schemes, parts, rejections, decision.rationale)
    awards = [
        issue_award(
            session, question=question, application=application, decision_id=decision.id, scheme=schemes[slug],
            parts=parts[slug], actor=actor, now=now,
        )
        for slug in sorted(parts)
    ]  # fmt: skip
    _reserve(session, awards, schemes, application, question, decision, actor, now)


def _check(rationale: str, checks: Checks) -> None:
    if not rationale.strip():
        raise Refusal("rationale_missing", _l("Schrijf op waarom u dit besluit neemt."), field="rationale")
    for name, done in vars(checks).items():
        if not done:
            raise Refusal("not_checked", _l("Controleer dit eerst, en zet daarna het vinkje."), field=name)


def _application(session: Session, question: DevelopmentQuestion) -> Application:
    application = application_by_question(session, question=question)
    if application is None:
        raise Refusal("not_applied", _l("Er is nog geen aanvraag. Zonder aanvraag kunt u geen besluit nemen."))
    return application


def _fitting_problem(
    session: Session, question: DevelopmentQuestion, proposal: ProposalRecord, shares: tuple[Share, ...], today: date
) -> Problem:
    """The problem as it is now, with the mix checked against it. Raises ``MixNoLongerFits``."""
    if proposal.question_revision != question.revision:
        raise MixNoLongerFits([Misfit("question_changed")])
    problem = fresh_problem(session, question=question, today=today)
    reasons = [
        Misfit(found.code, found.offer, found.line, found.funding_line, found.cents, found.params)
        for found in matching.violations(problem, shares)
    ]
    reasons += [
        Misfit("not_applied", slug) for slug in not_applied(session, question=question, problem=problem, shares=shares)
    ]
    if reasons:
        raise MixNoLongerFits(reasons)
    return problem


def _parts(session: Session, problem: Problem, shares: Sequence[Share]) -> dict[str, list[Part]]:
    """Per scheme administered here what it pays, per cost line and funding line, in a fixed order."""
    here = {offer.id: offer.scheme for offer in problem.offers if offer.administered == "here"}
    ids = {line.slug: line.id for line in funding_lines(session)}
    parts: dict[str, list[Part]] = {}
    for share in sorted(shares, key=lambda share: (share.offer, share.line, share.funding_line or "")):
        if share.offer in here and share.funding_line is not None:
            parts.setdefault(here[share.offer], []).append(Part(share.line, ids[share.funding_line], share.cents))
    return parts


def _schemes(session: Session, application: Application, question: DevelopmentQuestion) -> dict[str, SchemeInForce]:
    on = question.reference_date or application.applied_on
    held = schemes_in_force(session, on=on, known_at=question.submitted_at)
    return {scheme.slug: scheme for scheme in held if scheme.slug in application.schemes}


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
    mix = {"format": "ontwikkelloket/mix/1", "shares": _canonical(shares)}
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
        decided_by_name=actor.display_name,
    )


def _canonical(shares: Sequence[Share]) -> list[dict[str, Any]]:
    plain = [share.model_dump(mode="json") for share in shares]
    return sorted(plain, key=lambda share: (share["line"], share["offer"], share["funding_line"] or ""))


def _outcomes(
    session: Session,
    decision: Decision,
    application: Application,
    schemes: Mapping[str, SchemeInForce],
    parts: Mapping[str, Sequence[Part]],
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
                outcome=Outcome.AWARDED if cents else Outcome.REJECTED,
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
        caps = ceilings_of_award(session, schemes[award.scheme], application, question, award)
        by_line: dict[int, int] = {}
        for part in award.parts:
            by_line[part.funding_line_id] = by_line.get(part.funding_line_id, 0) + part.amount_cents
        for line_id, cents in sorted(by_line.items()):
            version_id, key = schemes[award.scheme].version_id, f"award:{award.id}:{line_id}"
            reservations.append(Reservation(line_id, cents, award.voucher.id, version_id, caps, key))
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
) -> Decision:
    """Reject an application in full, with the reasons (Awb 3:46). `reasons` may say it per scheme."""
    advisor_only(actor)
    if not rationale.strip():
        raise Refusal("rationale_missing", _l("Schrijf op waarom u dit besluit neemt."), field="rationale")
    application = _application(session, question)
    _take_up(session, question, actor, now)
    decision = _plain_decision(question, DecisionKind.REJECTED, rationale, actor, now)
    session.add(decision)
    session.flush()
    schemes = _schemes(session, application, question)
    _outcomes(session, decision, application, schemes, {}, reasons or {}, rationale)
    _tell(session, question, "decision/rejected", now)
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
    _tell(session, question, "decision/referred", now)
    record(session, actor=actor, action="question.referred", object_kind="question", object_id=question.id, now=now)
    return decision


def _plain_decision(
    question: DevelopmentQuestion, kind: DecisionKind, rationale: str, actor: Actor, now: datetime
) -> Decision:
    return Decision(
        question_id=question.id, kind=kind, rationale=rationale.strip(), decided_at=now, decided_by=actor.reference,
        decided_by_name=actor.display_name, outcomes=[],
    )  # fmt: skip


def _tell(session: Session, question: DevelopmentQuestion, template: str, now: datetime) -> None:
    """Queue the decision letter, which makes the decision known (Awb 3:41).

    By e-mail to who chose that, else on paper, also to who wants to be called.
    """
    tell_asker(session, question=question, template=template, now=now, in_writing=True)
