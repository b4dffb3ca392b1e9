"""Acts on further decisions: prepare one, decide as the second person, send back with a reason, take back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.accounts.access import Actor
from portal.audit.actions import record
from portal.decisions.queries import Checks, require_checks
from portal.errors import Conflict, Refusal
from portal.funding.models import FundingLine
from portal.funding.queries import funding_line_by_slug
from portal.further_decisions.models import FurtherKind, FurtherPreparation, FurtherState
from portal.further_decisions.queries import waiting_further_of
from portal.hearings.models import Ground as FactsGround
from portal.i18n import lazy_gettext as _l
from portal.proposals.models import ProposalRecord
from portal.questions.actions import advisor_only
from portal.questions.models import DevelopmentQuestion
from portal.revisions.actions import DECIDED, revise_decision
from portal.settlements.actions import check_settlement, settle_voucher
from portal.settlements.models import Ground
from portal.supplements.actions import check_top_up, top_up
from portal.vouchers.models import Voucher


def prepare_settlement(
    session: Session, *, voucher: Voucher, amount_cents: int, ground: Ground, reason: str, actor: Actor, now: datetime
) -> FurtherPreparation:
    """Lay a settlement before a second person. Raises ``Refusal`` and ``Conflict`` as ``settle_voucher``; needs no mandate."""
    _reason_given(actor, reason)
    check_settlement(session, voucher, amount_cents, ground)
    return _keep(
        session, session.get_one(DevelopmentQuestion, voucher.question_id), FurtherKind.SETTLED, reason, actor, now,
        voucher_id=voucher.id, amount_cents=amount_cents, ground=ground.value, details={},
    )  # fmt: skip


def prepare_top_up(
    session: Session,
    *,
    voucher: Voucher,
    line_key: str,
    funding_line: FundingLine,
    amount_cents: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> FurtherPreparation:
    """Lay a supplementary award before a second person: it fits now, but nothing is reserved. Raises as ``top_up``."""
    _reason_given(actor, reason)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    check_top_up(
        session, voucher=voucher, question=question, line_key=line_key, line=funding_line, cents=amount_cents, now=now
    )
    return _keep(
        session, question, FurtherKind.SUPPLEMENTED, reason, actor, now, voucher_id=voucher.id, ground="",
        amount_cents=amount_cents, details={"line": line_key, "funding_line": funding_line.slug},
    )  # fmt: skip


def prepare_revision(
    session: Session,
    *,
    question: DevelopmentQuestion,
    proposal: ProposalRecord,
    rationale: str,
    checks: Checks,
    actor: Actor,
    now: datetime,
    rejections: Mapping[str, str] | None = None,
    ground: FactsGround = FactsGround.OWN_FACTS,
) -> FurtherPreparation:
    """Lay a new decision in the place of an earlier one before a second person. The earlier one stands until then."""
    advisor_only(actor)
    require_checks(rationale, checks)
    if question.state not in DECIDED:
        raise Conflict("not_decided", _l("Over deze vraag is nog geen besluit genomen."))
    if proposal.question_id != question.id:
        raise Refusal("other_proposal", _l("Dit voorstel hoort bij een andere vraag."))
    return _keep(
        session, question, FurtherKind.REVISED, rationale, actor, now, proposal_id=proposal.id, ground=ground.value,
        details={"rejections": dict(rejections or {})},
    )  # fmt: skip


def decide_further(
    session: Session, *, preparation: FurtherPreparation, actor: Actor, now: datetime, checks: Checks | None = None
) -> int:
    """Decide what another person prepared, checked anew in full; the id of the decision. `checks` are needed for a revision.

    Raises as the act itself, ``Conflict`` when it does not wait any more.
    """
    advisor_only(actor)
    if preparation.state is not FurtherState.WAITING:
        raise _not_waiting()
    by: dict[str, Any] = {"actor": actor, "now": now, "prepared_by": preparation.prepared_by}
    if preparation.kind is FurtherKind.REVISED:
        decision_id = _revise(session, preparation, checks or Checks(), by)
    else:
        decision_id = _on_voucher(session, preparation, by)
    _close(session, preparation, FurtherState.DECIDED, actor, now, decision_id=decision_id)
    return decision_id


def _revise(session: Session, preparation: FurtherPreparation, checks: Checks, by: dict[str, Any]) -> int:
    return revise_decision(
        session,
        question=session.get_one(DevelopmentQuestion, preparation.question_id),
        proposal=session.get_one(ProposalRecord, preparation.proposal_id),
        shares=None,
        rationale=preparation.rationale,
        checks=checks,
        rejections={slug: str(text) for slug, text in preparation.details["rejections"].items()},
        ground=FactsGround(preparation.ground),
        **by,
    ).id


def _on_voucher(session: Session, preparation: FurtherPreparation, by: dict[str, Any]) -> int:
    voucher = session.get_one(Voucher, preparation.voucher_id)
    wanted: dict[str, Any] = {"amount_cents": preparation.amount_cents, "reason": preparation.rationale, **by}
    if preparation.kind is FurtherKind.SETTLED:
        settlement = settle_voucher(session, voucher=voucher, ground=Ground(preparation.ground), **wanted)
        assert settlement.decision_id is not None
        return settlement.decision_id
    line = funding_line_by_slug(session, slug=preparation.details["funding_line"])
    if line is None:
        message = _l("Dit geld is niet voor deze regeling, of niet voor deze periode.")
        raise Refusal("line_does_not_fit", message)
    change = top_up(session, voucher=voucher, line_key=preparation.details["line"], funding_line=line, **wanted)
    assert change.decision_id is not None
    return change.decision_id


def send_back_further(
    session: Session, *, preparation: FurtherPreparation, reason: str, actor: Actor, now: datetime
) -> None:
    """The second person does not agree: back to who prepared it, with a reason. Nothing was decided."""
    advisor_only(actor)
    if preparation.prepared_by == actor.reference:
        raise Refusal("own_preparation", _l("U hebt dit besluit voorbereid. Een collega met mandaat besluit."))
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u het besluit teruggeeft."), field="reason")
    _close(session, preparation, FurtherState.SENT_BACK, actor, now, sent_back_reason=reason.strip())
    _note(session, preparation, "decision.sent_back", actor, now)


def withdraw_further(session: Session, *, preparation: FurtherPreparation, actor: Actor, now: datetime) -> None:
    """Take back what was prepared, to do it otherwise. Who prepared it may, and any colleague when that person is away."""
    advisor_only(actor)
    _close(session, preparation, FurtherState.WITHDRAWN, actor, now)
    _note(session, preparation, "decision.preparation_withdrawn", actor, now)


def _reason_given(actor: Actor, reason: str) -> None:
    advisor_only(actor)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u dit besluit neemt."), field="reason")


def _keep(
    session: Session,
    question: DevelopmentQuestion,
    kind: FurtherKind,
    reason: str,
    actor: Actor,
    now: datetime,
    **values: Any,
) -> FurtherPreparation:
    if waiting_further_of(session, question=question) is not None:
        raise Conflict("already_prepared", _l("Er ligt al een besluit over deze vraag klaar voor een collega."))
    row = FurtherPreparation(
        question_id=question.id, kind=kind, rationale=reason.strip(), state=FurtherState.WAITING, prepared_at=now,
        prepared_by=actor.reference, prepared_by_name=actor.display_name[:100], **values,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, row, "decision.prepared", actor, now)
    return row


def _note(session: Session, preparation: FurtherPreparation, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="question", object_id=preparation.question_id, now=now)


def _not_waiting() -> Conflict:
    return Conflict("not_waiting", _l("Dit voorbereide besluit is al afgehandeld."))


def _close(
    session: Session, preparation: FurtherPreparation, to: FurtherState, actor: Actor, now: datetime, **values: Any
) -> None:
    """Close a prepared decision, guarded in the write: of two people at once only one gets through."""
    session.flush()
    done = session.execute(
        update(FurtherPreparation)
        .where(FurtherPreparation.id == preparation.id, FurtherPreparation.state == FurtherState.WAITING)
        .values(state=to, closed_at=now, closed_by=actor.reference, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(preparation)
    if getattr(done, "rowcount", 0) != 1:
        raise _not_waiting()
