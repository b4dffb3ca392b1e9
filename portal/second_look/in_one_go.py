"""A talk that settles everything: recorded, the case taken, applied, completed, proposed and decided, or nothing of it at all.

Each step is the act that it is elsewhere, with its guards, its record and its line in the log. Above the limit of who decides the
decision is laid before a colleague instead.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

import matching
from matching.problem import Problem
from matching.problem.proposal import Proposal, Share
from portal.awarding.answering import fresh_problem
from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.requirements import Checks, canonical, parts_of_mix, require_authority
from portal.awarding.proposals.actions import computed_proposal, keep_proposal
from portal.awarding.proposals.models import ProposalKind, ProposalRecord
from portal.awarding.proposals.queries import latest_proposal, stored_proposal
from portal.cases.applications.actions import ApplicantDetails, apply_for_awards
from portal.cases.applications.completeness import declare_complete
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question, schemes_applied_for
from portal.cases.conversations.actions import record_conversation
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.conversations.queries import may_be_held
from portal.cases.evidence.queries import waiting_evidence
from portal.cases.handing_in import accept_evidence
from portal.cases.hearings.models import RefusalGround
from portal.cases.owners.actions import claim_case
from portal.cases.owners.queries import owner_of
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import SchemeInForce
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.preparations.actions import prepare_decision
from portal.second_look.preparations.models import Preparation


class Step(enum.StrEnum):
    """One step of the whole, in this order."""

    RECORD = "record"
    TAKE = "take"
    APPLY = "apply"
    COMPLETE = "complete"
    PROPOSE = "propose"
    DECIDE = "decide"


@dataclass(frozen=True)
class HeldTalk:
    """A talk that was held, as the page showed it; without a talk none was there to show."""

    talk: Conversation | None
    sequence: int
    """How often it had been moved when it was shown."""
    notes: str


@dataclass(frozen=True)
class OneGo:
    """What somebody wrote down to settle everything. What was done before is not looked at again."""

    rationale: str
    checks: Checks
    ground: RefusalGround | None = None
    """On whose facts a refusal in the mix rests; needed when there is one."""
    schemes: Sequence[str] = ()
    applicant: ApplicantDetails | None = None
    """Who applies; needed while there is no application."""
    confirmed: bool = False
    """The applicant wants this application now."""
    evidence_in: bool = False
    """All that the schemes ask for is in; what was handed in and nobody looked at is right."""
    received_at: datetime | None = None
    """When it was, for an application that was there already; None is now."""
    lay_down: bool = False
    """Lay the decision before a colleague."""
    held: HeldTalk | None = None
    """The talk to record; None leaves talks as they are."""


class StepRefused(Refusal):
    """A step was refused, and nothing was done: the refusal of the step, with which step it was."""

    def __init__(self, step: Step, why: Refusal) -> None:
        super().__init__(why.code, why.message, field=why.field, params=why.params)
        self.step, self.why = step, why


def settle_in_one_go(
    session: Session,
    *,
    question: DevelopmentQuestion,
    wanted: OneGo,
    agree: Callable[[ProposalRecord], None],
    actor: Actor,
    now: datetime,
) -> Decision | Preparation:
    """Do all steps that are still to be done. `agree` is called with the proposal before it is kept: it may refuse it.

    Raises ``StepRefused`` with what the act of a step raises, and then nothing was done.
    """
    advisor_only(actor)
    hold(session, question)
    with session.begin_nested():
        with _step(Step.RECORD):
            if wanted.held is not None:
                _record(session, question, wanted.held, actor, now)
        with _step(Step.TAKE):
            if owner_of(session, question=question) is None:
                claim_case(session, question=question, actor=actor, now=now)
        with _step(Step.APPLY):
            application = _application(session, question, wanted, actor, now)
        with _step(Step.COMPLETE):
            _complete(session, question, application, wanted, actor, now)
        with _step(Step.PROPOSE):
            record = _proposal(session, question, agree, actor, now)
            _require_applied(record, application)
        draft = Draft(record, wanted.rationale, wanted.checks, ground=wanted.ground)
        with _step(Step.DECIDE):
            decide = prepare_decision if wanted.lay_down else approve_proposal
            return decide(session, question=question, draft=draft, actor=actor, now=now)


@contextmanager
def _step(step: Step) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise StepRefused(step, refusal) from refusal


def _record(session: Session, question: DevelopmentQuestion, held: HeldTalk, actor: Actor, now: datetime) -> None:
    """Record the talk as it was shown: held when it was planned, or now for who came early."""
    talk = held.talk
    if talk is None or talk.question_id != question.id:
        message = _l("Er is geen gesprek om vast te leggen. Haal het vinkje weg, of plan eerst een gesprek.")
        raise Conflict("talk_gone", message, field="held")
    hold(session, talk)
    if talk.sequence != held.sequence:
        message = _l("Dit gesprek is intussen verzet of afgezegd. Kijk wat er nu staat.")
        raise Conflict("talk_moved", message, field="held")
    if talk.state is ConversationState.PLANNED and not may_be_held(talk, now):
        raise Refusal("talk_in_the_future", _l("Dit gesprek is nog niet geweest."), field="held")
    held_at = min(talk.planned_for, now)
    record_conversation(session, conversation=talk, notes=held.notes, held_at=held_at, actor=actor, now=now)


def _application(
    session: Session, question: DevelopmentQuestion, wanted: OneGo, actor: Actor, now: datetime
) -> Application:
    """The application, made when there is none."""
    found = application_by_question(session, question=question)
    if found is not None:
        return found
    if wanted.applicant is None:
        raise Refusal("name_missing", _l("Vul dit in. Wij hebben het nodig voor uw aanvraag."), field="name")
    return apply_for_awards(
        session,
        question=question,
        schemes=wanted.schemes,
        applicant=wanted.applicant,
        confirmed=wanted.confirmed,
        actor=actor,
        now=now,
    )


def _complete(
    session: Session,
    question: DevelopmentQuestion,
    application: Application,
    wanted: OneGo,
    actor: Actor,
    now: datetime,
) -> None:
    """Say that everything is in and right, unless the desk saw that itself or it was said before."""
    waiting = waiting_evidence(session, question=question)
    if application.completed_at is not None and not waiting:
        return
    if not wanted.evidence_in:
        message = _l("Kijk of alles binnen is, en zet daarna het vinkje.")
        raise Refusal("evidence_not_in", message, field="evidence_in")
    for one in waiting:
        accept_evidence(session, evidence=one, actor=actor, now=now)
    if application.completed_at is None:
        at = wanted.received_at or now
        declare_complete(session, question=question, application=application, received_at=at, actor=actor, now=now)


def _proposal(
    session: Session,
    question: DevelopmentQuestion,
    agree: Callable[[ProposalRecord], None],
    actor: Actor,
    now: datetime,
) -> ProposalRecord:
    """The proposal that still stands, or else a new one; whoever asked for all this agrees with it first."""
    session.refresh(question)
    standing = standing_proposal(session, question=question, actor=actor, today=local_date(now))
    if standing is not None:
        agree(standing)
        return standing
    first = latest_proposal(session, question=question, actor=actor) is None
    kind = ProposalKind.COMPUTED if first else ProposalKind.RENEWED
    made = computed_proposal(session, question=question, actor=actor, now=now, kind=kind)
    agree(made)
    return keep_proposal(session, row=made, actor=actor, now=now)


def _require_applied(record: ProposalRecord, application: Application) -> None:
    """Raise ``Refusal`` when a scheme pays that is not applied for."""
    problem = Problem.model_validate_json(record.problem_json)
    here = {offer.id: offer.scheme for offer in problem.offers if offer.administered == "here"}
    pays = {here[share.offer] for share in stored_proposal(record).shares if share.offer in here}
    if pays - set(application.schemes):
        message = _l(
            "Een regeling betaalt mee waarvoor geen aanvraag is. Kies die regeling ook, of pas eerst de verdeling aan."
        )
        raise Refusal("not_applied", message, field="schemes")


# What it comes down to -------------------------------------------------------------------------------------------------


def standing_proposal(
    session: Session, *, question: DevelopmentQuestion, actor: Actor, today: date
) -> ProposalRecord | None:
    """The newest proposal while it is about the question as it is and still fits; None when it has to be made anew."""
    record = latest_proposal(session, question=question, actor=actor)
    if record is None or record.question_revision != question.revision:
        return None
    problem = fresh_problem(session, question=question, today=today)
    return None if matching.violations(problem, stored_proposal(record).shares) else record


def mark_of_mix(mix: Proposal, problem: Problem, versions: Mapping[str, str]) -> str:
    """What a mix is recognised by: who pays which cents of what, what is left, and by which versions (hashes, by scheme)."""
    schemes = {offer.id: offer.scheme for offer in problem.offers}
    paying = {schemes[share.offer] for share in mix.shares if share.offer in schemes}
    told = {
        "shares": canonical(mix.shares),
        "own": mix.own_contribution_cents,
        "employer": mix.employer_contribution_cents,
        "status": mix.status,
        "versions": {scheme: versions.get(scheme) for scheme in sorted(paying)},
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def why_not_alone(
    session: Session,
    *,
    problem: Problem,
    shares: Sequence[Share],
    schemes: Mapping[str, SchemeInForce],
    actor: Actor,
    on: date,
) -> Refusal | None:
    """Why this advisor may not decide this mix alone: a limit, or no mandate; None when the advisor may."""
    parts = parts_of_mix(session, problem, shares)
    for slug in sorted(schemes):
        cents = sum(part.amount_cents for part in parts.get(slug, ()))
        try:
            require_authority(session, scheme=schemes[slug], cents=cents, actor=actor, prepared_by=None, on=on)
        except Refusal as refusal:
            return refusal
    return None


def schemes_of(session: Session, question: DevelopmentQuestion) -> Mapping[str, SchemeInForce]:
    """The schemes that were applied for, in the version that counts; none without an application."""
    found = application_by_question(session, question=question)
    return schemes_applied_for(session, question=question, application=found) if found is not None else {}
