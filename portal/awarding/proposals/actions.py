"""Making proposals: compute the best mix for a question as it is now, and keep it unchanged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from matching.offers.question import Question
from matching.problem import Locks, Problem
from matching.problem.proposal import Proposal
from matching.receipt import model_used
from matching.what_if.override import price
from portal.awarding.answering import Fixing, QuestionAnswer, compute_answer
from portal.awarding.held_money import HELD, HELD_TITLE, used_cells, with_used
from portal.awarding.proposals.models import ProposalKind, ProposalRecord
from portal.awarding.proposals.queries import StoredOverride
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import as_json, catalogue
from portal.framework.funding.queries import funding_lines
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from schemes.facts.outcome import PAST_AWARDS


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
    """Compute the best mix and store it with everything that went in. Raises as `computed_proposal`."""
    row = computed_proposal(session, question=question, actor=actor, now=now, kind=kind, locks=locks, reason=reason)
    return keep_proposal(session, row=row, actor=actor, now=now)


def keep_proposal(session: Session, *, row: ProposalRecord, actor: Actor, now: datetime) -> ProposalRecord:
    """Store a computed proposal; who decides at the same moment waits for it, or went first.

    Raises ``Conflict`` when what was asked changed while it was computed.
    """
    question = session.get_one(DevelopmentQuestion, row.question_id)
    changed = Conflict("question_changed", _l("De vraag is intussen veranderd. Maak het voorstel opnieuw."))
    hold(session, question, DevelopmentQuestion.revision == row.question_revision, otherwise=changed)
    session.add(row)
    session.flush()
    record(session, actor=actor, action="proposal.made", object_kind="question", object_id=row.question_id, now=now)
    return row


def computed_proposal(
    session: Session,
    *,
    question: DevelopmentQuestion,
    actor: Actor,
    now: datetime,
    kind: ProposalKind = ProposalKind.COMPUTED,
    locks: Locks | None = None,
    reason: str | None = None,
) -> ProposalRecord:
    """The best mix with everything that went in, as a proposal that is not stored yet; what was used of earlier vouchers stays.

    Only money that the employer confirmed counts. With `locks` it is the best mix that keeps what the advisor fixed, and the
    proposal is an amended one with a `reason`. Raises ``Refusal`` when there are no costs yet or locks without a reason,
    ``Conflict`` when the question is not open, ``matching.solver.solve.LockConflict`` when the locks clash.
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
    answer = compute_answer(
        session,
        question=question,
        on=on,
        confirmed_only=True,
        funding_on=today,
        fixing=_fixing(session, question, locks),
    )
    mix = answer.proposal
    assert isinstance(mix, Proposal)
    return ProposalRecord(
        question_id=question.id,
        question_revision=question.revision,
        kind=ProposalKind.AMENDED if locks is not None else kind,
        made_at=now,
        made_by=actor.reference,
        reference_date=on,
        problem_json=answer.problem.model_dump_json(by_alias=True),
        answer_json=_as_stored(
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


def _fixing(session: Session, question: DevelopmentQuestion, locks: Locks | None) -> Fixing | None:
    """What is fixed: what the advisor says, and what was used of the vouchers of earlier decisions."""
    used = used_cells(session, question=question)
    if locks is None and not used:
        return None

    def fixed(problem: Problem) -> Problem:
        held = problem if locks is None else Problem.model_validate({**dict(problem), "locks": locks})
        return with_used(held, used)

    return fixed


def _override(problem: Problem, locks: Locks | None, reason: str | None) -> StoredOverride | None:
    return None if locks is None else StoredOverride((reason or "").strip(), price(problem, locks))


def _funding_titles(session: Session) -> dict[str, dict[str, str]]:
    titles = {line.slug: {"nl": line.title_nl, "en": line.title_en} for line in funding_lines(session)}
    return {**titles, HELD: HELD_TITLE}


def renew_proposal(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> ProposalRecord:
    """A new proposal after "the mix no longer fits": with the money and the rules as they are now."""
    return make_proposal(session, question=question, actor=actor, now=now, kind=ProposalKind.RENEWED)


def _as_stored(
    answer: QuestionAnswer,
    *,
    question: DevelopmentQuestion,
    funding: Mapping[str, Mapping[str, str]],
    override: StoredOverride | None = None,
) -> str:
    """The answer as it is stored: question, mix, verdicts, reasons, what explains it further, and what a receipt needs beside.

    `funding` are the titles of funding lines in both languages; `override` is why an advisor wanted another mix.
    """
    found = answer.insight()
    assert answer.proposal is not None and answer.explanation is not None and found is not None
    mix = answer.proposal
    model = model_used(answer.problem.settings, mix.solver, mix.parameters)
    return json.dumps(
        {
            "receipt": {
                "model": model.model_dump(mode="json"),
                "looked_up": _looked_up(answer.question, question),
                "facts_looked_up": _facts_looked_up(answer, question),
                "funding": {line.id: funding[line.id] for line in answer.problem.funding_lines},
            },
            "question": answer.question.model_dump(mode="json"),
            "facts": {key: as_json(value) for key, value in sorted(answer.facts.items()) if key != PAST_AWARDS},
            "proposal": answer.proposal.model_dump(mode="json"),
            "verdicts": [verdict.as_dict() for verdict in answer.verdicts],
            "explanation": answer.explanation.as_dict(),
            "alternatives": [one.as_dict() for one in found.alternatives],
            "insight": found.as_dict(),
            **(
                {}
                if override is None
                else {"override_reason": override.reason, "override_price": override.price.as_dict()}
            ),
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _looked_up(asked: Question, question: DevelopmentQuestion) -> list[str]:
    """The schemes of which the earlier awards come from the books of this desk, and not from what was declared."""
    declared = {(entry["scheme"], entry["amount_cents"], entry["awarded_on"]) for entry in question.had_before}
    found = {(entry.scheme, entry.amount_cents, entry.awarded_on.isoformat()) for entry in asked.had_before}
    return sorted({scheme for scheme, _, _ in found - declared})


def _facts_looked_up(answer: QuestionAnswer, question: DevelopmentQuestion) -> list[str]:
    """The fact about state aid, when what this desk awarded was added to what was declared."""
    used = answer.known.region.settings.de_minimis.used_fact
    counted = answer.question.facts.get(used)
    return [used] if counted is not None and counted != question.facts.get(used) else []
