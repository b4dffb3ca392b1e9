"""All steps in one transaction: each is the act that it is elsewhere, and one that is refused leaves nothing of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.cases.applications.models import Application
from portal.cases.appointments.actions import miss_talk, replan_talk
from portal.cases.conversations.actions import cancel_conversation, plan_conversation, record_conversation
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.conversations.queries import begun_talk
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent
from portal.platform.database import Base
from portal.platform.errors import Conflict
from portal.second_look.in_one_go import HeldTalk, OneGo, Step, StepRefused, settle_in_one_go
from portal.second_look.preparations.actions import decide_prepared
from portal.second_look.preparations.models import Preparation
from tests.factories import ADVISOR, ALL_CHECKED, NOW, SAM, SECOND, a_mandate, a_question, a_region, an_application
from tests.portal.cases.owners.test_owning import ada

WANTED = OneGo("Past bij de vraag naar technici.", ALL_CHECKED, schemes=("leervoucher",), applicant=SAM, confirmed=True)


def fine(_: ProposalRecord) -> None:
    """Whatever the proposal says."""


def moved(_: ProposalRecord) -> None:
    """It is not what was seen."""
    raise Conflict("seen_otherwise", "Anders.")


def decider(session: Session, **limits: Any) -> Actor:
    """An advisor with an account and a mandate."""
    me = ada(session)
    a_mandate(session, me, **limits)
    return me


def settled(session: Session, question: DevelopmentQuestion, wanted: OneGo = WANTED, **more: Any) -> Any:
    values: dict[str, Any] = {"agree": fine, "now": NOW} | more
    return settle_in_one_go(session, question=question, wanted=wanted, **values)


def rows(session: Session) -> dict[str, int]:
    """How many rows every table has."""
    session.flush()
    counts = [
        select(func.count()).select_from(table).scalar_subquery().label(table.name)
        for table in Base.metadata.sorted_tables
    ]
    return dict(session.execute(select(*counts)).one()._mapping)


def test_all_steps_are_done_and_each_is_in_the_log(session: Session) -> None:
    question = a_question(session)
    me = decider(session)
    decision = settled(session, question, actor=me)
    assert isinstance(decision, Decision) and question.state is QuestionState.DECIDED
    acts = session.scalars(
        select(AuditEvent.action).where(AuditEvent.object_kind == "question").order_by(AuditEvent.id)
    ).all()
    assert [
        one for one in acts if one.partition(".")[2] in ("claimed", "received", "completed", "made", "approved")
    ] == [
        "case.claimed",
        "application.completed",
        "application.received",
        "proposal.made",
        "question.approved",
    ]
    with pytest.raises(StepRefused) as again:
        settled(session, question, actor=me)
    assert again.value.code == "question_moved_on"


def _not_complete(session: Session) -> DevelopmentQuestion:
    question = an_application(session)
    session.scalars(select(Application).where(Application.question_id == question.id)).one().completed_at = None
    session.flush()
    return question


REFUSED: dict[str, tuple[Step, str, Callable[[Session], DevelopmentQuestion], OneGo, dict[str, Any]]] = {
    "nobody": (Step.TAKE, "not_yours", a_question, WANTED, {"actor": replace(ADVISOR, account_id=None)}),
    "no applicant": (Step.APPLY, "name_missing", a_question, replace(WANTED, applicant=None), {}),
    "not confirmed": (Step.APPLY, "not_confirmed", a_question, replace(WANTED, confirmed=False), {}),
    "not in": (Step.COMPLETE, "evidence_not_in", _not_complete, WANTED, {}),
    "no costs": (Step.PROPOSE, "no_costs", lambda s: a_question(s, costs=()), WANTED, {}),
    "other mix": (Step.PROPOSE, "seen_otherwise", a_question, WANTED, {"agree": moved}),
    "not checked": (
        Step.DECIDE,
        "not_checked",
        a_question,
        replace(WANTED, checks=replace(ALL_CHECKED, costs=False)),
        {},
    ),
    "no reason": (Step.DECIDE, "rationale_missing", a_question, replace(WANTED, rationale=" "), {}),
}


def test_a_step_that_is_refused_leaves_nothing_of_the_others(session: Session) -> None:
    a_region(session)
    me = decider(session)
    for name, (step, code, made, wanted, more) in REFUSED.items():
        question = made(session)
        before, state = rows(session), (question.state, question.revision)
        with pytest.raises(StepRefused) as refused:
            settled(session, question, wanted, **({"actor": me} | more))
        assert (refused.value.step, refused.value.code) == (step, code), name
        session.expire_all()
        assert rows(session) == before and (question.state, question.revision) == state, name


def test_above_the_limit_a_second_person_decides_what_the_first_laid_down(session: Session) -> None:
    question = a_question(session)
    me = decider(session, up_to_cents=100_000)
    before = rows(session)
    with pytest.raises(StepRefused) as refused:
        settled(session, question, actor=me)
    assert (refused.value.step, refused.value.code) == (Step.DECIDE, "no_mandate")
    assert rows(session) == before
    laid = settled(session, question, replace(WANTED, lay_down=True), actor=me)
    assert isinstance(laid, Preparation) and question.state is QuestionState.APPLIED
    decided = decide_prepared(session, preparation=laid, checks=ALL_CHECKED, actor=SECOND, now=NOW)
    assert decided.question_id == question.id and question.state is QuestionState.DECIDED


def test_a_proposal_that_still_stands_is_the_one_that_is_decided(session: Session) -> None:
    question = an_application(session)
    me = decider(session)
    proposal = make_proposal(session, question=question, actor=me, now=NOW)
    decision = settled(session, question, replace(WANTED, applicant=None), actor=me)
    assert decision.proposal_id == proposal.id
    assert session.scalar(select(func.count()).select_from(ProposalRecord)) == 1


# The talk itself -------------------------------------------------------------------------------------------------------

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def planned(session: Session, question: DevelopmentQuestion, at: timedelta) -> Conversation:
    """A talk that was planned yesterday, so long after now."""
    return plan_conversation(
        session, question=question, planned_for=NOW + at, way="desk", place="2", actor=ADVISOR, now=NOW - DAY
    )


def shown(talk: Conversation) -> OneGo:
    """What comes along of a page with this talk, as it is now."""
    return replace(WANTED, held=HeldTalk(talk, talk.sequence, "Wil technicus worden."))


@pytest.mark.parametrize(("at", "held"), [(-HOUR, NOW - HOUR), (timedelta(0), NOW), (4 * HOUR, NOW)])
def test_the_talk_is_recorded_first_and_who_came_early_was_there_now(
    session: Session, at: timedelta, held: Any
) -> None:
    question = a_question(session)
    me = decider(session)
    talk = planned(session, question, at)
    assert begun_talk(session, question=question, actor=me, now=NOW) is talk
    settled(session, question, shown(talk), actor=me)
    assert (talk.state, talk.held_at, talk.held_by) == (ConversationState.HELD, held, me.reference)
    assert talk.notes == "Wil technicus worden."
    acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert acts.index("conversation.held") < acts.index("case.claimed")
    assert begun_talk(session, question=question, actor=me, now=NOW) is None


def test_of_several_talks_the_last_one_that_may_be_held_is_shown(session: Session) -> None:
    question = a_question(session)
    me = decider(session)
    assert begun_talk(session, question=question, actor=me, now=NOW) is None
    planned(session, question, 24 * HOUR)
    assert begun_talk(session, question=question, actor=me, now=NOW) is None, "tomorrow is not today"
    planned(session, question, -HOUR)
    today = planned(session, question, 2 * HOUR)
    assert begun_talk(session, question=question, actor=me, now=NOW) is today


def _cancelled(session: Session, talk: Conversation) -> None:
    cancel_conversation(session, conversation=talk, actor=ADVISOR, now=NOW)


def _held_by_another(session: Session, talk: Conversation) -> None:
    record_conversation(session, conversation=talk, notes="Ander.", held_at=NOW - HOUR, actor=SECOND, now=NOW)


def _missed(session: Session, talk: Conversation) -> None:
    miss_talk(session, talk=talk, actor=ADVISOR, now=NOW)


def _moved(session: Session, talk: Conversation) -> None:
    replan_talk(session, talk=talk, planned_for=NOW + HOUR, place="2", actor=ADVISOR, now=NOW)


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        (_cancelled, "talk_moved"),
        (_moved, "talk_moved"),
        (_held_by_another, "talk_not_planned"),
        (_missed, "talk_not_planned"),
    ],
)
def test_a_talk_that_is_not_as_it_was_shown_refuses_all_of_it(
    session: Session, meanwhile: Callable[[Session, Conversation], None], code: str
) -> None:
    question = a_question(session)
    me = decider(session)
    talk = planned(session, question, -HOUR)
    wanted = shown(talk)
    meanwhile(session, talk)
    before, state = rows(session), (talk.state, talk.notes)
    with pytest.raises(StepRefused) as refused:
        settled(session, question, wanted, actor=me)
    assert (refused.value.step, refused.value.code) == (Step.RECORD, code)
    session.expire_all()
    assert rows(session) == before and (talk.state, talk.notes) == state
    assert isinstance(settled(session, question, actor=me), Decision), "without the talk all the rest is done"


def test_a_talk_of_another_question_or_of_tomorrow_or_none_is_refused(session: Session) -> None:
    question, other = a_question(session), a_question(session)
    me = decider(session)
    for wanted, code in (
        (shown(planned(session, other, -HOUR)), "talk_gone"),
        (replace(WANTED, held=HeldTalk(None, 0, "Niets.")), "talk_gone"),
        (shown(planned(session, question, 24 * HOUR)), "talk_in_the_future"),
    ):
        with pytest.raises(StepRefused) as refused:
            settled(session, question, wanted, actor=me)
        assert (refused.value.step, refused.value.code, refused.value.field) == (Step.RECORD, code, "held")


def test_a_later_step_that_is_refused_leaves_the_talk_planned(session: Session) -> None:
    question = a_question(session)
    me = decider(session)
    talk = planned(session, question, -HOUR)
    before = rows(session)
    with pytest.raises(StepRefused) as refused:
        settled(session, question, replace(shown(talk), rationale=" "), actor=me)
    assert refused.value.step is Step.DECIDE
    session.expire_all()
    assert rows(session) == before and (talk.state, talk.notes) == (ConversationState.PLANNED, None)
