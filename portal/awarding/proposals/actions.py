"""Making proposals: compute the best mix for a question as it is now, and keep it unchanged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from matching.problem import Locks, Problem
from matching.problem.proposal import Proposal
from matching.what_if.override import price
from portal.awarding.proposals.models import ProposalKind, ProposalRecord
from portal.awarding.proposals.queries import StoredOverride, answer_as_json, compute_answer
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import catalogue
from portal.framework.funding.queries import funding_lines
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l


def make_proposal(
    session: Session,
    *,
    question: DevelopmentQuestion,
    actor: Actor,
    now: datetime,
    kind: ProposalKind = ProposalKind.COMPUTED,
    locks: Locks | None = None,
    reason: str | None = None,
) -> ProposalRecord:
    """Compute the best mix and store it with everything that went in. Only money that the employer confirmed counts.

    With `locks` it is the best mix that keeps what the advisor fixed, and the proposal is an amended one with a `reason`. Raises
    ``Refusal`` when there are no costs yet or locks without a reason, ``Conflict`` when the question is not open,
    ``matching.solver.solve.LockConflict`` when the locks clash.
    """
    advisor_only(actor)
    if locks is not None and not (reason or "").strip():
        raise Refusal("override_without_reason", _l("Schrijf op waarom u van de beste verdeling afwijkt."))
    if not question.is_open:
        raise Conflict("question_moved_on", _l("Deze vraag is nog niet verstuurd of al afgerond."))
    if not question.cost_lines:
        raise Refusal("no_costs", _l("Vul eerst de kosten van de opleiding in."))
    today = local_date(now)
    on = question.reference_date or today
    answer = compute_answer(session, question=question, on=on, confirmed_only=True, funding_on=today, locks=locks)
    mix = answer.proposal
    assert isinstance(mix, Proposal)
    row = ProposalRecord(
        question_id=question.id,
        question_revision=question.revision,
        kind=ProposalKind.AMENDED if locks is not None else kind,
        made_at=now,
        made_by=actor.reference,
        reference_date=on,
        problem_json=answer.problem.model_dump_json(by_alias=True),
        answer_json=answer_as_json(
            answer,
            question=question,
            funding=_funding_titles(session),
            override=_override(answer.problem, locks, reason),
        ),
        problem_hash=mix.problem_hash,
        status=mix.status,
        own_contribution_cents=mix.own_contribution_cents,
        scheme_versions={
            slug: {"version": scheme.version, "hash": scheme.content_hash} for slug, scheme in answer.schemes.items()
        },
        catalogue_hash=catalogue(session).content_hash,
        solver=mix.solver,
    )
    session.add(row)
    session.flush()
    record(session, actor=actor, action="proposal.made", object_kind="question", object_id=question.id, now=now)
    return row


def _override(problem: Problem, locks: Locks | None, reason: str | None) -> StoredOverride | None:
    return None if locks is None else StoredOverride((reason or "").strip(), price(problem, locks))


def _funding_titles(session: Session) -> dict[str, dict[str, str]]:
    return {line.slug: {"nl": line.title_nl, "en": line.title_en} for line in funding_lines(session)}


def renew_proposal(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> ProposalRecord:
    """A new proposal after "the mix no longer fits": with the money and the rules as they are now."""
    return make_proposal(session, question=question, actor=actor, now=now, kind=ProposalKind.RENEWED)
