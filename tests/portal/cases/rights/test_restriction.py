"""Restriction (AVG 18): from when it is granted the case is only kept, and it is lifted when the person was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.rights.actions import answer_right, ask_right, lift_restriction, tell_of_lifting
from portal.cases.rights.models import PrivacyRequest, Right
from portal.cases.rights.restricted import MAY, STILL_SENT, TOLD_FIRST, Ground, may_leave, restriction_of
from portal.oversight.privacy.retention.due import due_cases
from portal.oversight.privacy.retention.queries import Kept, is_held
from portal.papers.letter_content import ensure_letter
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, OnHold, Refusal
from portal.platform.jobs.actions import ATTEMPTS, Job, run_jobs
from portal.platform.jobs.models import JobItem, JobState
from portal.post.letters.actions import DrawnLetter, keep_letter, post_letters
from portal.post.letters.queries import posted_on, print_queue, print_queue_size
from portal.post.messages.actions import claim_next
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage
from portal.words.message_labels import MESSAGES
from tests.factories import ADVISOR, NOW, OWN_FACTS, REGION, SYSTEM, a_question, an_application, resident

TODAY = local_date(NOW)
WHY = "Wij hebben uw geboortedatum bekeken. Die klopte."
YEARS = timedelta(days=4000)


def asked(session: Session, question: DevelopmentQuestion) -> PrivacyRequest:
    return ask_right(
        session,
        question=question,
        kind=Right.RESTRICTION,
        text="Mijn geboortedatum klopt niet.",
        asked_on=TODAY,
        actor=resident(question),
        now=NOW,
    )


def restrict(session: Session, question: DevelopmentQuestion, granted: bool = True) -> PrivacyRequest:
    """The person asks, and an advisor answers."""
    request = asked(session, question)
    answer_right(session, request=request, granted=granted, answer=WHY, actor=ADVISOR, now=NOW)
    return request


def left(session: Session, template: str) -> None:
    """Everything of this kind was sent."""
    sent = update(OutboxMessage).where(OutboxMessage.template == template)
    session.execute(sent.values(state=MessageState.SENT, sent_at=NOW))


@pytest.mark.parametrize("granted", [True, False], ids=["granted", "refused"])
def test_only_what_was_granted_holds_the_case(session: Session, granted: bool) -> None:
    question = an_application(session)
    request = asked(session, question)
    assert restriction_of(session, question=question) is None, "asking holds nothing"
    answer_right(session, request=request, granted=granted, answer=WHY, actor=ADVISOR, now=NOW)
    assert (restriction_of(session, question=question) is request) is granted
    if not granted:
        reject_question(session, question=question, rationale=WHY, ground=OWN_FACTS, actor=ADVISOR, now=NOW)
        return
    with pytest.raises(OnHold):
        reject_question(session, question=question, rationale=WHY, ground=OWN_FACTS, actor=ADVISOR, now=NOW)


def test_it_is_lifted_when_the_message_about_it_has_left_and_not_before(session: Session) -> None:
    question = a_question(session)
    request = restrict(session, question)
    with pytest.raises(Refusal, match="De aanvrager hoort het eerst"):
        lift_restriction(session, request=request, actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal):
        tell_of_lifting(session, request=request, reason="ja", actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal):
        tell_of_lifting(session, request=request, reason=WHY, actor=REGION, now=NOW)
    tell_of_lifting(session, request=request, reason=WHY, actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        tell_of_lifting(session, request=request, reason=WHY, actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal, match="De aanvrager hoort het eerst"):
        lift_restriction(session, request=request, actor=ADVISOR, now=NOW + timedelta(days=13))
    assert restriction_of(session, question=question) is request, "telling lifts nothing"
    left(session, TOLD_FIRST)
    lift_restriction(session, request=request, actor=ADVISOR, now=NOW)
    assert restriction_of(session, question=question) is None
    assert (request.lift_reason, request.lifted_by) == (WHY, ADVISOR.reference)
    with pytest.raises(Conflict):
        lift_restriction(session, request=request, actor=ADVISOR, now=NOW)


def test_a_message_that_never_leaves_holds_it_up_for_two_weeks_at_most(session: Session) -> None:
    request = restrict(session, a_question(session))
    tell_of_lifting(session, request=request, reason=WHY, actor=ADVISOR, now=NOW)
    lift_restriction(session, request=request, actor=ADVISOR, now=NOW + timedelta(days=14))
    assert request.lifted_at is not None


def test_the_person_lets_the_desk_go_on_at_any_moment_and_nobody_elses_person_does(session: Session) -> None:
    question, other = a_question(session), a_question(session)
    request = restrict(session, question)
    with pytest.raises(Refusal):
        lift_restriction(session, request=request, actor=resident(other), now=NOW)
    with pytest.raises(Conflict):
        asked(session, question)
    lift_restriction(session, request=request, actor=resident(question), now=NOW)
    assert restriction_of(session, question=question) is None
    assert asked(session, question).is_open, "and may ask it again"


def test_what_the_person_does_goes_on_and_another_case_too(session: Session) -> None:
    question, other = a_question(session), an_application(session)
    restrict(session, question)
    reject_question(session, question=other, rationale=WHY, ground=OWN_FACTS, actor=ADVISOR, now=NOW)
    withdraw_question(session, question=question, reason=None, actor=resident(question), now=NOW)


def test_no_message_or_letter_leaves_but_what_is_said_of_the_restriction(session: Session) -> None:
    question = a_question(session)
    queued = set(session.scalars(select(OutboxMessage.template)))
    request = restrict(session, question)
    session.execute(update(OutboxMessage).values(kind=MessageKind.LETTER))
    assert {one.template for one in print_queue(session, may_leave=may_leave())} <= STILL_SENT
    assert print_queue_size(session) > print_queue_size(session, may_leave=may_leave())
    waits = session.scalars(select(OutboxMessage).where(OutboxMessage.template.in_(queued))).first()
    assert waits is not None and waits.template not in STILL_SENT
    with pytest.raises(OnHold):
        ensure_letter(session, message=waits, dated=TODAY, actor=ADVISOR, now=NOW)
    claimed = []
    while (one := claim_next(session, now=NOW, kind=MessageKind.LETTER, may_leave=may_leave())) is not None:
        claimed.append(one.template)
    assert claimed == ["question/privacy_answered"]
    lift_restriction(session, request=request, actor=resident(question), now=NOW)
    assert claim_next(session, now=NOW, kind=MessageKind.LETTER, may_leave=may_leave()) is waits, "it waited"


def test_a_letter_that_was_drawn_is_not_noted_as_posted_from_the_day_of_the_restriction_on(session: Session) -> None:
    question, other = a_question(session), a_question(session)
    session.execute(update(OutboxMessage).values(kind=MessageKind.LETTER))
    drawn_on = TODAY - timedelta(days=2)
    words: dict[str, object] = {"title": "Uw vraag is binnen", "content": {}, "pdf": b"%PDF", "dated": drawn_on}
    waiting = {one.object_id: one for one in print_queue(session)}
    held, free = (
        keep_letter(session, message=waiting[one.id], drawn=DrawnLetter(**words), actor_id="account:1", now=NOW)  # type: ignore[arg-type]
        for one in (question, other)
    )
    request = restrict(session, question)

    def post(days_ago: int) -> int:
        on = TODAY - timedelta(days=days_ago)
        by = {"may_leave": may_leave(on), "actor_id": "account:1", "now": NOW}
        return post_letters(session, letters=[held, free], on=on, **by)  # type: ignore[arg-type]

    assert post(days_ago=0) == 1
    assert posted_on(session, letter=free) == TODAY, "that of another case goes"
    assert posted_on(session, letter=held) is None
    assert waiting[question.id].state is MessageState.QUEUED, "no term runs"
    assert post(days_ago=1) == 1
    assert posted_on(session, letter=held) == TODAY - timedelta(days=1), "what was posted before is kept as it went"
    assert request.restricts


def test_a_letter_that_waited_is_posted_when_the_restriction_is_lifted(session: Session) -> None:
    question = a_question(session)
    session.execute(update(OutboxMessage).values(kind=MessageKind.LETTER))
    [message] = print_queue(session)
    drawn = DrawnLetter("Uw vraag is binnen", {}, b"%PDF", TODAY)
    letter = keep_letter(session, message=message, drawn=drawn, actor_id="account:1", now=NOW)
    request = restrict(session, question)
    by = {"letters": [letter], "on": TODAY, "actor_id": "account:1", "now": NOW}
    assert post_letters(session, may_leave=may_leave(TODAY), **by) == 0  # type: ignore[arg-type]
    lift_restriction(session, request=request, actor=resident(question), now=NOW)
    assert post_letters(session, may_leave=may_leave(TODAY), **by) == 1  # type: ignore[arg-type]


def test_what_the_desk_does_by_itself_waits_for_the_case_and_comes_back(engine: Engine) -> None:
    def begin(session: Session) -> tuple[int, int]:
        question = a_question(session)
        return question.id, restrict(session, question).id

    question_id, request_id = unit_of_work(engine, begin)

    def act(session: Session, item: str, at: object) -> None:
        record(session, actor=SYSTEM, action="question.reminded", object_kind="question", object_id=int(item), now=NOW)

    job, at = Job("remind", lambda _session, _at: [str(question_id)], act), NOW
    for _ in range(ATTEMPTS + 2):
        run = run_jobs(engine, jobs=[job], now=at)
        assert (run.done, run.failed, run.dead) == ({}, {}, {}), "neither done nor a trouble"
        at += timedelta(days=1)
    item = unit_of_work(engine, lambda session: session.scalars(select(JobItem)).one())
    assert (item.state, item.trouble) == (JobState.FAILED, "restricted")

    def lift(session: Session) -> None:
        question = session.get_one(DevelopmentQuestion, question_id)
        request = session.get_one(PrivacyRequest, request_id)
        lift_restriction(session, request=request, actor=resident(question), now=NOW)

    unit_of_work(engine, lift)
    assert run_jobs(engine, jobs=[job], now=at).done == {"remind": 1}


def test_no_term_erases_a_case_that_is_restricted(session: Session) -> None:
    question = a_question(session)
    request = restrict(session, question)
    withdraw_question(session, question=question, reason=None, actor=resident(question), now=NOW)
    later = TODAY + YEARS
    due = due_cases(Kept.UNAPPLIED, cut=later, today=later)
    assert list(session.scalars(due)) == [] and is_held(session, question_id=question.id, today=later)
    lift_restriction(session, request=request, actor=resident(question), now=NOW)
    assert list(session.scalars(due)) == [question.id], "and then it goes"


def test_every_ground_is_used_and_every_message_that_still_leaves_exists() -> None:
    assert set(MAY.values()) == set(Ground)
    assert set(MESSAGES) >= STILL_SENT
