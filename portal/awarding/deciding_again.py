"""Acts that decide again: a new proposal as if the unused awards were taken back, and the decision that takes their place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import decide_on_mix, take_back_awards
from portal.awarding.decisions.drafts import Decider, Draft
from portal.awarding.decisions.models import Decision
from portal.awarding.proposals.actions import computed_proposal, keep_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.shares_elsewhere.actions import follow_up
from portal.awarding.shares_elsewhere.models import Sequel, ShareOutcome
from portal.awarding.shares_elsewhere.queries import shares_elsewhere
from portal.awarding.waiting_list.actions import keep_waiting_for_the_rest
from portal.cases.questions.actions import move_question
from portal.cases.questions.models import DECIDED_STATES, DevelopmentQuestion, QuestionState
from portal.people.actor import Actor
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l


def propose_again(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> ProposalRecord:
    """A new proposal on a question that was decided, with the money and rules of now, as if the rest of its vouchers came back.

    What was used stays in the mix as it is; the rest is divided anew. The taking back is tried inside a savepoint that is undone;
    the proposal that was computed there is stored after it. Raises ``Conflict`` when the question was not decided, ``Refusal``
    when what was used does not fit in any mix by the rules of now.
    """
    from matching.solver.solve import LockConflict

    if question.state not in DECIDED_STATES:
        raise Conflict("not_decided", _l("Over deze vraag is nog geen besluit genomen."))
    trial = session.begin_nested()
    try:
        move_question(
            session,
            question=question,
            to=QuestionState.APPLIED,
            allowed=DECIDED_STATES,
            decided_at=None,
            decided_by=None,
            closed_at=None,
            closed_by=None,
            close_reason=None,
        )
        take_back_awards(session, question=question, actor=actor, now=now)
        proposal = computed_proposal(session, question=question, actor=actor, now=now)
    except LockConflict as clash:
        message = _l(
            "Wat al is gebruikt, past niet in een nieuwe verdeling. Pas eerst de kosten of de gegevens van de vraag aan."
        )
        raise Refusal("used_does_not_fit", message) from clash
    finally:
        trial.rollback()
        session.expire_all()
    return keep_proposal(session, row=proposal, actor=actor, now=now)


def decide_again(
    session: Session,
    *,
    question: DevelopmentQuestion,
    draft: Draft,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> Decision:
    """Decide again on the same application: what is open on the vouchers of before is taken back, new ones come in their place.

    Shares elsewhere that were refused are closed by it. Who waits for the rest is told whether there still is one. Raises as
    ``approve_proposal``; then the old awards stand untouched.
    """
    by = Decider(actor, now, prepared_by)
    decision = decide_on_mix(session, question=question, draft=draft, by=by, replaces=True)
    for share in shares_elsewhere(session, question=question):
        less = share.outcome in (ShareOutcome.PARTLY, ShareOutcome.REFUSED) and share.sequel is None
        if less and share.decision_id != decision.id:
            follow_up(session, share=share, sequel=Sequel.DECIDED_AGAIN, actor=actor, now=now)
    keep_waiting_for_the_rest(session, question=question, decision_id=decision.id, actor=actor, now=now)
    return decision
