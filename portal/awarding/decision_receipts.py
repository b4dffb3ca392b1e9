"""The receipt of a proposal or decision, from what was kept at that moment: the same file every time, to the byte.

Nothing is computed again here. Who may not see the question gets no receipt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.offers import Rules, known_facts
from matching.offers.question import Question
from matching.problem import Problem
from matching.problem.proposal import Share, problem_hash
from matching.receipt import DecisionUsed, ModelUsed, OutcomeUsed, Override, Receipt, model_used
from matching.receipt.decided import overrides_of
from matching.receipt.making import Basis, GivenBy, KeptResult, make_receipt
from portal.awarding.decisions.models import Decision, SchemeOutcome
from portal.awarding.decisions.queries import decided_mix, decision_of
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import latest_proposal, stored_proposal
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_id
from portal.framework.catalogue.queries import catalogue, catalogue_of, scheme_version
from portal.people.actor import Actor
from portal.people.audit.queries import events_of
from portal.platform.clock import local_date
from schemes.basics.values import Text

CHECKS = ("identity", "purpose", "costs", "nothing_paid_twice")
KINDS: Mapping[str, Literal["approved", "partly", "rejected", "referred"]] = {
    "approved": "approved",
    "partly": "partly",
    "rejected": "rejected",
    "referred": "referred",
}
"""The decisions that rest on a computation; of any other there is no receipt."""
LEFT_OUT = "[…]"
"""What stands in a receipt where somebody wrote a name or an address."""
_E_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.,;]+")
_PHONE = re.compile(r"(?<!\d)(?:\+31|0031|0)[\s-]?\d(?:[\s-]?\d){8}(?!\d)")
_POSTCODE = re.compile(r"\b[1-9]\d{3}\s?[A-Z]{2}\b")


def receipt_of_question(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> Receipt | None:
    """The receipt of the decision that stands, else of the newest proposal; None when there is neither."""
    decision = decision_of(session, question=question, actor=actor)
    if decision is not None:
        return receipt_of_decision(session, decision=decision, actor=actor)
    record = latest_proposal(session, question=question, actor=actor)
    return None if record is None else receipt_of_proposal(session, record=record, actor=actor)


def receipt_of_proposal(session: Session, *, record: ProposalRecord, actor: Actor) -> Receipt | None:
    """The receipt of a proposal; None when the actor may not see its question."""
    question = question_by_id(session, question_id=record.question_id, actor=actor)
    return None if question is None else _receipt(session, question, record, None)


def receipt_of_decision(session: Session, *, decision: Decision, actor: Actor) -> Receipt | None:
    """The receipt of a decision, with the proposal that it rests on. A rejection rests on the newest proposal before it.

    None when the actor may not see the question, or when nothing was ever computed for it.
    """
    question = question_by_id(session, question_id=decision.question_id, actor=actor)
    if question is None or decision.kind.value not in KINDS:
        return None
    if decision.proposal_id is not None:
        return _receipt(session, question, session.get_one(ProposalRecord, decision.proposal_id), decision)
    before = select(ProposalRecord).where(
        ProposalRecord.question_id == question.id, ProposalRecord.made_at <= decision.decided_at
    )
    record = session.scalars(before.order_by(ProposalRecord.id.desc()).limit(1)).first()
    return None if record is None else _receipt(session, question, record, decision)


def _receipt(
    session: Session, question: DevelopmentQuestion, record: ProposalRecord, decision: Decision | None
) -> Receipt:
    stored = json.loads(record.answer_json)
    kept = stored.get("receipt", {})
    known = catalogue_of(session, content_hash=record.catalogue_hash) or catalogue(session)
    definitions = {
        slug: held.definition
        for slug, number in sorted(record.scheme_versions.items())
        if (held := scheme_version(session, slug=slug, version=number["version"])) is not None
    }
    asked = Question.model_validate_json(json.dumps(stored["question"]))
    basis = Basis(
        question=asked,
        region=known.region,
        definitions=definitions,
        facts=known.facts,
        references=known.references,
        told=_told(session, question, record.made_at)
        | dict.fromkeys(kept.get("facts_looked_up", ()), GivenBy("looked_up", local_date(record.made_at))),
        number=question.reference_number,
        looked_up=kept.get("looked_up", ()),
        funding_titles={name: Text(**title) for name, title in kept.get("funding", {}).items()},
    )
    problem, proposal = Problem.model_validate_json(record.problem_json), stored_proposal(record)
    mix = decided_mix(decision) if decision is not None else None
    shares = mix.shares if mix is not None else ()
    mask = _Mask(session, question)
    result = KeptResult(
        on=record.reference_date,
        complete=known_facts(asked.raw_facts(), Rules(record.reference_date, known, ()), None),
        verdicts=stored["verdicts"],
        problem=json.loads(record.problem_json),
        proposal=stored["proposal"],
        reasons=stored["explanation"],
        model=_model(kept.get("model"), problem, stored["proposal"]),
        alternatives=stored.get("alternatives", ()),
        overrides=tuple(_overrides(problem, proposal.shares, shares, stored, decision, mask)),
        decision=_decided(decision, shares, mask) if decision is not None else None,
    )
    return make_receipt(basis, result, record.made_at if decision is None else decision.decided_at)


def _model(kept: Mapping[str, Any] | None, problem: Problem, proposal: Mapping[str, Any]) -> ModelUsed:
    """How was computed, as kept; of a proposal from before that was kept: as this software would, without a version."""
    if kept is not None:
        return ModelUsed.model_validate_json(json.dumps(kept))
    made = model_used(problem.settings, proposal["solver"], proposal["parameters"])
    return made.model_copy(update={"version": None})


def _told(session: Session, question: DevelopmentQuestion, until: datetime) -> dict[str, GivenBy]:
    """Who gave each fact and when: who asked, on the day it was sent, unless an advisor corrected it later."""
    asker = question.route.value == "employer"
    sent = None if question.submitted_at is None else local_date(question.submitted_at)
    told = dict.fromkeys(question.facts, GivenBy("employer" if asker else "resident", sent))
    for event in events_of(session, object_kind="question", object_id=question.id):
        if event.action == "question.corrected" and event.at <= until:
            told |= dict.fromkeys(event.fields, GivenBy("advisor", local_date(event.at)))
    return told


def _overrides(
    problem: Problem,
    proposed: tuple[Share, ...],
    decided: tuple[Share, ...],
    stored: Mapping[str, Any],
    decision: Decision | None,
    mask: _Mask,
) -> Iterable[Override]:
    for one in overrides_of(problem, proposed, decided):
        own = one["kind"] == "own_mix" and decision is not None
        reason = decision.rationale if own and decision is not None else stored.get("override_reason")
        yield Override(**one, reason=None if reason is None else mask.without_names(reason))


def _decided(decision: Decision, shares: tuple[Share, ...], mask: _Mask) -> DecisionUsed:
    problem = None if decision.problem_json is None else json.loads(decision.problem_json)
    typed = None if decision.problem_json is None else Problem.model_validate_json(decision.problem_json)
    return DecisionUsed(
        kind=KINDS[decision.kind.value],
        decided_on=local_date(decision.decided_at),
        outcomes=tuple(
            OutcomeUsed(
                scheme=one.scheme,
                version=one.scheme_version,
                outcome="awarded" if one.outcome is SchemeOutcome.AWARDED else "rejected",
                amount_cents=one.amount_cents,
                reason=None if one.reason is None else mask.without_names(one.reason),
                body=Text(nl=one.deciding_body_nl, en=one.deciding_body_en) if one.deciding_body_nl else None,
            )
            for one in decision.outcomes
        ),
        rationale=mask.without_names(decision.rationale),
        checked=tuple(name for name in CHECKS if getattr(decision, f"{name}_checked")),
        amended=decision.amended,
        shares=tuple(share.model_dump(mode="json") for share in shares),
        problem=problem,
        problem_hash=None if typed is None else problem_hash(typed),
    )


class _Mask:
    """Takes out of what an advisor wrote what would tell who it is about: names, addresses, e-mail, telephone."""

    def __init__(self, session: Session, question: DevelopmentQuestion) -> None:
        application, contact = application_by_question(session, question=question), question.contact
        whole = [question.employer_name, question.employer_contact, question.learner_name, question.employer_kvk]
        for who in (contact, application):
            whole += [getattr(who, name, None) for name in ("name", "learner_name", "kvk_number", "email", "phone")]
            street, number = getattr(who, "street", None), getattr(who, "house_number", None)
            whole += [street, f"{street} {number}" if street and number else None]
        names = {text.strip() for text in whole if text and len(text.strip()) > 2}
        parts = {part for name in names for part in name.split() if len(part) > 2 and part[:1].isupper()}
        longest = sorted(names | parts, key=lambda text: (-len(text), text))
        self._names = [re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE) for text in longest]

    def without_names(self, text: str) -> str:
        """The text with every such word replaced."""
        for pattern in (_E_MAIL, _PHONE, _POSTCODE, *self._names):
            text = pattern.sub(LEFT_OUT, text)
        return re.sub(rf"(?:{re.escape(LEFT_OUT)}\s*)+{re.escape(LEFT_OUT)}", LEFT_OUT, text)
