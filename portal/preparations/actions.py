"""Acts on prepared decisions: prepare, decide as the second person, send back with a reason, take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from matching.proposal import Share
from portal.accounts.access import Actor
from portal.audit.actions import record
from portal.clock import local_date
from portal.decisions.actions import Checks, approve_proposal
from portal.decisions.models import Decision
from portal.decisions.queries import application_to_decide, canonical, fitting_problem, parts_of_mix, require_checks
from portal.errors import Conflict, Refusal
from portal.hearings.actions import require_hearing
from portal.hearings.models import Ground
from portal.i18n import lazy_gettext as _l
from portal.preparations.models import Preparation, PreparationState
from portal.preparations.queries import preparation_of, shares_of
from portal.proposals.models import ProposalRecord
from portal.proposals.queries import stored_proposal
from portal.questions.actions import advisor_only
from portal.questions.models import DevelopmentQuestion, QuestionState


def prepare_decision(
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
    ground: Ground = Ground.OWN_FACTS,
) -> Preparation:
    """Lay a decision before a second person. It must fit now, but nothing is reserved, sent or decided by it.

    Raises ``Refusal`` for what the first person must still do, ``MixNoLongerFits``, or ``Conflict`` when one waits already.
    """
    advisor_only(actor)
    require_checks(rationale, checks)
    application = application_to_decide(session, question)
    if question.state is not QuestionState.APPLIED or preparation_of(session, question=question) is not None:
        raise Conflict("question_moved_on", _l("Deze vraag is intussen veranderd. Bekijk de vraag opnieuw."))
    mix = tuple(stored_proposal(proposal).shares if shares is None else shares)
    problem = fitting_problem(session, question, proposal, mix, local_date(now))
    parts = parts_of_mix(session, problem, mix)
    if not parts:
        raise Refusal("nothing_to_award", _l("Deze mix kent niets toe. Wijs de aanvraag af, of pas de mix aan."))
    if set(application.schemes) - set(parts):
        require_hearing(session, question=question, ground=ground)
    row = Preparation(
        question_id=question.id, proposal_id=proposal.id, shares=None if shares is None else canonical(shares),
        rationale=rationale.strip(), rejections=dict(rejections or {}), ground=ground.value,
        state=PreparationState.WAITING, prepared_at=now, prepared_by=actor.reference,
        prepared_by_name=actor.display_name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(session, actor=actor, action="decision.prepared", object_kind="question", object_id=question.id, now=now)
    return row


def decide_prepared(
    session: Session,
    *,
    preparation: Preparation,
    checks: Checks,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Decide what another person prepared, after checking it anew.

    Raises as ``approve_proposal``, and ``Conflict`` when it is not waiting any more.
    """
    question = session.get_one(DevelopmentQuestion, preparation.question_id)
    _waiting(preparation)
    decision = approve_proposal(
        session, question=question, proposal=session.get_one(ProposalRecord, preparation.proposal_id),
        shares=shares_of(preparation), rationale=preparation.rationale, checks=checks, actor=actor, now=now,
        rejections={key: str(text) for key, text in preparation.rejections.items()},
        ground=Ground(preparation.ground), prepared_by=preparation.prepared_by,
    )  # fmt: skip
    _close(session, preparation, PreparationState.DECIDED, actor, now, decision_id=decision.id)
    return decision


def send_back(session: Session, *, preparation: Preparation, reason: str, actor: Actor, now: datetime) -> None:
    """The second person does not agree: back to who prepared it, with a reason. Nothing was decided."""
    advisor_only(actor)
    if preparation.prepared_by == actor.reference:
        raise Refusal("own_preparation", _l("U hebt dit besluit voorbereid. Een collega met mandaat besluit."))
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u het besluit teruggeeft."), field="reason")
    _close(session, preparation, PreparationState.SENT_BACK, actor, now, sent_back_reason=reason.strip())
    record(
        session, actor=actor, action="decision.sent_back", object_kind="question", object_id=preparation.question_id,
        now=now,
    )  # fmt: skip


def withdraw_preparation(session: Session, *, preparation: Preparation, actor: Actor, now: datetime) -> None:
    """Take back what was prepared, to do it otherwise. Who prepared it may, and any colleague when that person is away."""
    advisor_only(actor)
    _close(session, preparation, PreparationState.WITHDRAWN, actor, now)
    record(
        session, actor=actor, action="decision.preparation_withdrawn", object_kind="question",
        object_id=preparation.question_id, now=now,
    )  # fmt: skip


def _waiting(preparation: Preparation) -> None:
    if preparation.state is not PreparationState.WAITING:
        raise Conflict("not_waiting", _l("Dit voorbereide besluit is al afgehandeld."))


def _close(
    session: Session, preparation: Preparation, to: PreparationState, actor: Actor, now: datetime, **values: object
) -> None:
    """Close a prepared decision, guarded in the write: of two people at once only one gets through."""
    session.flush()
    done = session.execute(
        update(Preparation)
        .where(Preparation.id == preparation.id, Preparation.state == PreparationState.WAITING)
        .values(state=to, closed_at=now, closed_by=actor.reference, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(preparation)
    if getattr(done, "rowcount", 0) != 1:
        raise Conflict("not_waiting", _l("Dit voorbereide besluit is al afgehandeld."))
