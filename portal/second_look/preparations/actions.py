"""Acts on prepared decisions: prepare one, decide it as the second person, send it back with a reason, take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matching.problem import Problem
from portal.awarding.deciding_again import decide_again
from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Decider, Draft
from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.requirements import (
    Checks,
    application_to_decide,
    canonical,
    fitting_problem,
    parts_of_mix,
    require_checks,
    require_complete,
)
from portal.awarding.hearing_first.models import LeftOut
from portal.awarding.held_money import used_by_scheme
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.top_ups import TopUpDraft, check_top_up, top_up
from portal.cases.hearings.actions import require_hearing
from portal.cases.hearings.models import RefusalGround
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import DECIDED_STATES, DevelopmentQuestion, QuestionState
from portal.framework.funding.models import FundingLine
from portal.paying.settlements.actions import SettlementDraft, check_settlement, settle_voucher
from portal.paying.settlements.lowering import LoweringDraft, check_lowering, lower_settlement
from portal.paying.settlements.models import SettlementGround
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import require_none_of
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.preparations.models import Preparation, PreparationKind, PreparationState
from portal.second_look.preparations.queries import preparation_of, shares_of
from portal.spending.vouchers.actions import staff_with_reason
from portal.spending.vouchers.models import Voucher

WHY = _l("Schrijf op waarom u dit besluit neemt.")


def prepare_decision(
    session: Session, *, question: DevelopmentQuestion, draft: Draft, actor: Actor, now: datetime
) -> Preparation:
    """Lay the first decision before a second person. It must fit now, but nothing is reserved, sent or decided by it.

    Raises ``Refusal`` for what the first person must still do, ``MixNoLongerFits``, or ``Conflict`` when one waits already.
    """
    advisor_only(actor)
    require_checks(draft.rationale, draft.checks)
    hold(session, question)
    application = application_to_decide(session, question)
    if question.state is not QuestionState.APPLIED:
        raise Conflict("question_moved_on", _l("Deze vraag is intussen veranderd. Bekijk de vraag opnieuw."))
    problem = fitting_problem(session, question, draft.proposal, draft.mix, local_date(now))
    parts = parts_of_mix(session, problem, draft.mix)
    if not parts:
        raise Refusal("nothing_to_award", _l("Deze mix kent niets toe. Wijs de aanvraag af, of pas de mix aan."))
    require_complete(session, application)
    if set(application.schemes) - set(parts):
        require_hearing(session, question=question, ground=draft.ground)
    return _lay_down_mix(session, question, PreparationKind.AWARDED, draft, actor, now)


def prepare_deciding_again(
    session: Session, *, question: DevelopmentQuestion, draft: Draft, actor: Actor, now: datetime
) -> Preparation:
    """Lay a new decision in the place of an earlier one before a second person. The earlier one stands until then."""
    advisor_only(actor)
    require_checks(draft.rationale, draft.checks)
    hold(session, question)
    if question.state not in DECIDED_STATES:
        raise Conflict("not_decided", _l("Over deze vraag is nog geen besluit genomen."))
    if draft.proposal.question_id != question.id:
        raise Refusal("other_proposal", _l("Dit voorstel hoort bij een andere vraag."))
    application = application_to_decide(session, question)
    require_complete(session, application)
    problem = Problem.model_validate_json(draft.proposal.problem_json)
    paying = {*parts_of_mix(session, problem, draft.mix), *used_by_scheme(draft.mix)}
    if set(application.schemes) - paying:
        require_hearing(session, question=question, ground=draft.ground)
    return _lay_down_mix(session, question, PreparationKind.DECIDED_AGAIN, draft, actor, now)


def prepare_settlement(
    session: Session, *, voucher: Voucher, draft: SettlementDraft, actor: Actor, now: datetime
) -> Preparation:
    """Lay a settlement before a second person. Raises ``Refusal`` and ``Conflict`` as ``settle_voucher``; needs no mandate."""
    staff_with_reason(actor, draft.reason, WHY)
    _hold_case(session, voucher)
    check_settlement(session, voucher, draft)
    return _lay_down(
        session,
        voucher.question_id,
        PreparationKind.SETTLED,
        draft.reason,
        actor,
        now,
        voucher_id=voucher.id,
        amount_cents=draft.amount_cents,
        ground=draft.ground.value,
        **_left_out(draft.left_out),
    )


def prepare_lowering(
    session: Session, *, voucher: Voucher, draft: LoweringDraft, actor: Actor, now: datetime
) -> Preparation:
    """Lay before a second person that a settlement is revoked or lowered. Raises as ``lower_settlement``; needs no mandate."""
    staff_with_reason(actor, draft.reason, WHY)
    _hold_case(session, voucher)
    check_lowering(session, voucher, draft, local_date(now))
    return _lay_down(
        session,
        voucher.question_id,
        PreparationKind.LOWERED_LATER,
        draft.reason,
        actor,
        now,
        voucher_id=voucher.id,
        amount_cents=draft.amount_cents,
        ground=draft.ground.value,
        breached_on=draft.breached_on,
        **_left_out(draft.left_out),
    )


def _left_out(left_out: LeftOut | None) -> dict[str, Any]:
    why, reason = (left_out.why, left_out.reason.strip()) if left_out is not None else (None, None)
    return {"left_out": why, "left_out_reason": reason}


def prepare_top_up(
    session: Session, *, voucher: Voucher, draft: TopUpDraft, actor: Actor, now: datetime
) -> Preparation:
    """Lay a supplementary award before a second person: it fits now, but nothing is reserved. Raises as ``top_up``."""
    staff_with_reason(actor, draft.reason, WHY)
    _hold_case(session, voucher)
    check_top_up(session, voucher=voucher, draft=draft, now=now)
    return _lay_down(
        session,
        voucher.question_id,
        PreparationKind.TOPPED_UP,
        draft.reason,
        actor,
        now,
        voucher_id=voucher.id,
        amount_cents=draft.amount_cents,
        line_key=draft.line_key,
        funding_line_id=draft.funding_line.id,
    )


def _hold_case(session: Session, voucher: Voucher) -> None:
    """Who lays down or decides something about the same question or voucher waits, and then sees this."""
    hold(session, session.get_one(DevelopmentQuestion, voucher.question_id))
    hold(session, voucher)


def _lay_down_mix(
    session: Session, question: DevelopmentQuestion, kind: PreparationKind, draft: Draft, actor: Actor, now: datetime
) -> Preparation:
    return _lay_down(
        session,
        question.id,
        kind,
        draft.rationale,
        actor,
        now,
        proposal_id=draft.proposal.id,
        shares=None if draft.shares is None else canonical(draft.shares),
        rejections=dict(draft.rejections),
        ground=draft.ground.value if draft.ground is not None else "",
    )


def _lay_down(
    session: Session,
    question_id: int,
    kind: PreparationKind,
    rationale: str,
    actor: Actor,
    now: datetime,
    **values: Any,
) -> Preparation:
    """Keep a prepared decision. One that waits for the first decision on a case that was decided otherwise gives way."""
    waiting = preparation_of(session, question_id=question_id)
    if waiting is not None and waiting.kind is PreparationKind.AWARDED and kind is not PreparationKind.AWARDED:
        withdraw_preparation(session, preparation=waiting, actor=actor, now=now)
    elif waiting is not None:
        raise Conflict("already_prepared", _l("Er ligt al een besluit over deze vraag klaar voor een collega."))
    row = Preparation(
        question_id=question_id,
        kind=kind,
        rationale=rationale.strip(),
        prepared_at=now,
        prepared_by=actor.reference,
        prepared_by_name=actor.signature,
        **values,
    )
    session.add(row)
    session.flush()
    _note(session, row, "decision.prepared", actor, now)
    return row


# The second person -----------------------------------------------------------------------------------------------------


def decide_prepared(
    session: Session, *, preparation: Preparation, actor: Actor, now: datetime, checks: Checks | None = None
) -> Decision:
    """Decide what another person prepared, checked anew in full. `checks` are needed for a mix.

    Raises as the act itself, and ``Conflict`` when it is not waiting any more.
    """
    advisor_only(actor)
    if preparation.state is not PreparationState.WAITING:
        raise _not_waiting()
    by = Decider(actor, now, prepared_by=preparation.prepared_by)
    if preparation.voucher_id is None:
        decision = _on_mix(session, preparation, checks or Checks(), by)
    else:
        decision = _on_voucher(session, preparation, session.get_one(Voucher, preparation.voucher_id), by)
    _close(session, preparation, PreparationState.DECIDED, actor, now, decision_id=decision.id)
    return decision


def _on_mix(session: Session, preparation: Preparation, checks: Checks, by: Decider) -> Decision:
    draft = Draft(
        session.get_one(ProposalRecord, preparation.proposal_id),
        preparation.rationale,
        checks,
        shares=shares_of(preparation),
        rejections={slug: str(text) for slug, text in preparation.rejections.items()},
        ground=RefusalGround(preparation.ground) if preparation.ground else None,
    )
    question = session.get_one(DevelopmentQuestion, preparation.question_id)
    decide = decide_again if preparation.kind is PreparationKind.DECIDED_AGAIN else approve_proposal
    return decide(session, question=question, draft=draft, actor=by.actor, now=by.now, prepared_by=by.prepared_by)


def _on_voucher(session: Session, preparation: Preparation, voucher: Voucher, by: Decider) -> Decision:
    who: dict[str, Any] = {"actor": by.actor, "now": by.now, "prepared_by": by.prepared_by}
    cents, reason = preparation.amount_cents or 0, preparation.rationale
    left_out = None
    if preparation.left_out is not None:
        left_out = LeftOut(preparation.left_out, preparation.left_out_reason or "")
    if preparation.kind is PreparationKind.SETTLED:
        settled = SettlementDraft(cents, SettlementGround(preparation.ground), reason, left_out)
        made: Any = settle_voucher(session, voucher=voucher, draft=settled, **who)
    elif preparation.kind is PreparationKind.LOWERED_LATER:
        ground, day = SettlementGround(preparation.ground), preparation.breached_on
        lowered = LoweringDraft(cents, ground, reason, day, left_out)
        made = lower_settlement(session, voucher=voucher, draft=lowered, **who)
    else:
        line = session.get_one(FundingLine, preparation.funding_line_id)
        more = TopUpDraft(preparation.line_key or "", line, cents, reason)
        made = top_up(session, voucher=voucher, draft=more, **who)
    return session.get_one(Decision, made.decision_id)


def send_back(session: Session, *, preparation: Preparation, reason: str, actor: Actor, now: datetime) -> None:
    """The second person does not agree: back to who prepared it, with a reason. Nothing was decided."""
    advisor_only(actor)
    own = Refusal("own_preparation", _l("U hebt dit besluit voorbereid. Een collega met mandaat besluit."))
    require_none_of(actor, earlier=(preparation.prepared_by,), own=own)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u het besluit teruggeeft."), field="reason")
    _close(session, preparation, PreparationState.SENT_BACK, actor, now, sent_back_reason=reason.strip())
    _note(session, preparation, "decision.sent_back", actor, now)


def withdraw_preparation(session: Session, *, preparation: Preparation, actor: Actor, now: datetime) -> None:
    """Take back what was prepared, to do it otherwise. Who prepared it may, and any colleague when that person is away."""
    advisor_only(actor)
    _close(session, preparation, PreparationState.WITHDRAWN, actor, now)
    _note(session, preparation, "decision.preparation_withdrawn", actor, now)


def _note(session: Session, preparation: Preparation, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="question", object_id=preparation.question_id, now=now)


def _not_waiting() -> Conflict:
    return Conflict("not_waiting", _l("Dit voorbereide besluit is al afgehandeld."))


def _close(
    session: Session, preparation: Preparation, to: PreparationState, actor: Actor, now: datetime, **values: object
) -> None:
    """Close a prepared decision, guarded in the write: of two people at once only one gets through."""
    waiting = Preparation.state == PreparationState.WAITING
    by = {"closed_at": now, "closed_by": actor.reference}
    write_guarded(session, preparation, waiting, otherwise=_not_waiting(), state=to, **by, **values)
