"""Writing down a decision about a question: its mix, its outcome per scheme, and by which mandates. The act is its caller's."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy.orm import Session

from matching.problem import Problem
from portal.awarding.decisions.drafts import CaseToDecide, Decider, Draft
from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate, DecisionOutcome, SchemeOutcome
from portal.awarding.decisions.requirements import canonical
from portal.cases.questions.models import DevelopmentQuestion


def decision_on_mix(case: CaseToDecide, draft: Draft, problem: Problem, awarded: set[str], by: Decider) -> Decision:
    """The decision that awards what a mix says, with the problem that the mix was checked against; not kept yet."""
    mix = {"format": "ontwikkelloket/mix/1", "shares": canonical(draft.mix)}
    return Decision(
        question_id=case.question.id,
        proposal_id=draft.proposal.id,
        kind=DecisionKind.APPROVED if awarded >= set(case.application.schemes) else DecisionKind.PARTLY,
        rationale=draft.rationale.strip(),
        identity_checked=draft.checks.identity,
        purpose_checked=draft.checks.purpose,
        costs_checked=draft.checks.costs,
        nothing_paid_twice_checked=draft.checks.nothing_paid_twice,
        amended=canonical(draft.mix) != canonical(draft.proposed),
        shares_json=json.dumps(mix, sort_keys=True, separators=(",", ":")),
        problem_json=problem.model_dump_json(by_alias=True),
        decided_at=by.now,
        decided_by=by.actor.reference,
        decided_by_name=by.actor.signature,
    )


def decision_without_mix(question: DevelopmentQuestion, kind: DecisionKind, rationale: str, by: Decider) -> Decision:
    """The decision that awards nothing: a rejection or a referral; not kept yet."""
    return Decision(
        question_id=question.id,
        kind=kind,
        rationale=rationale.strip(),
        decided_at=by.now,
        decided_by=by.actor.reference,
        decided_by_name=by.actor.signature,
        outcomes=[],
    )


def keep_mandates(
    session: Session, decision: Decision, mandates: Mapping[str, int], prepared_by: str | None = None
) -> None:
    """Keep in whose name was decided on every scheme (Awb 10:3); `mandates` has the id of the mandate per scheme."""
    session.add_all(
        DecisionMandate(decision_id=decision.id, scheme=slug, mandate_id=mandate_id, prepared_by=prepared_by)
        for slug, mandate_id in mandates.items()
    )


def keep_outcomes(
    session: Session,
    decision: Decision,
    case: CaseToDecide,
    awarded: Mapping[str, int],
    rejections: Mapping[str, str],
    otherwise: SchemeOutcome = SchemeOutcome.REJECTED,
) -> None:
    """Keep what was decided on every scheme that was applied for: its cents, or why not (its own reason, or the rationale).

    `otherwise` is what becomes of a scheme that pays nothing.
    """
    for slug in case.application.schemes:
        scheme = case.schemes[slug]
        cents = awarded.get(slug, 0)
        body = scheme.definition.deciding_body
        session.add(
            DecisionOutcome(
                decision_id=decision.id,
                scheme=slug,
                scheme_version=scheme.version,
                outcome=SchemeOutcome.AWARDED if cents else otherwise,
                amount_cents=cents,
                reason=None if cents else (rejections.get(slug) or decision.rationale).strip(),
                deciding_body_nl=body.nl if body is not None else "",
                deciding_body_en=body.en if body is not None else "",
            )
        )
    session.flush()
    session.refresh(decision, ["outcomes"])
