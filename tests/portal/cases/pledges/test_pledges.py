"""The employer's money: expected, asked, given or declined; and what an employer may see."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.cases.pledges.actions import (
    Contribution,
    ask_pledge,
    decline_pledge,
    expect_no_pledge,
    expect_pledge,
    give_pledge,
)
from portal.cases.pledges.models import PledgeState
from portal.cases.pledges.queries import pledge_of, pledge_request
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.papers.correspondence import compose
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, NOBODY, NOW, REGION, a_draft, a_question, employer, resident


def asked(session: Session) -> DevelopmentQuestion:
    question = a_question(session, costs=[CostInput("tuition", 90_000), CostInput("wage", 50_000)])
    ask_pledge(
        session,
        question=question,
        employer_name="Staal bv",
        employer_email="hr@staal.example",
        actor=resident(question),
        now=NOW,
    )
    return question


def give(session: Session, question: DevelopmentQuestion, **more: object) -> object:
    money: dict[str, Any] = {"kind": "fixed", "amount_cents": 30_000, "categories": ["tuition"]}
    given: dict[str, Any] = {"name": "Bea Baas", "function": "Directeur", "actor": employer(question), "now": NOW}
    changed_money = Contribution(**{name: more.pop(name, value) for name, value in money.items()})
    return give_pledge(session, question=question, money=changed_money, **given | more)


def test_what_is_expected_is_kept_and_can_be_taken_back(session: Session) -> None:
    draft = a_draft(session)
    me = resident(draft)
    expect_pledge(session, question=draft, money=Contribution("up_to", 5_000), actor=me, now=NOW)
    pledge = pledge_of(session, question=draft, actor=me)
    assert pledge is not None and (pledge.state, pledge.counts) == (PledgeState.EXPECTED, False)
    expect_no_pledge(session, question=draft, actor=me, now=NOW)
    session.expire_all()
    assert pledge_of(session, question=draft, actor=me) is None


def test_asking_sends_the_employer_a_mail_and_may_be_done_again(session: Session) -> None:
    question = asked(session)
    ask_pledge(
        session, question=question, employer_name="Staal bv", employer_email="hr@staal.example", actor=ADVISOR, now=NOW
    )
    mails = session.query(OutboxMessage).filter_by(template="pledge/asked").all()
    assert [mail.version for mail in mails] == [1, 2]
    assert {mail.recipient.value for mail in mails} == {"employer"}


def test_the_employer_sees_the_training_and_its_costs_and_nothing_else(session: Session) -> None:
    question = asked(session)
    seen = pledge_request(session, public_id=question.public_id, actor=employer(question))
    assert seen is not None and seen.open
    assert [(line.category, line.amount_cents) for line in seen.lines] == [("tuition", 90_000)], "not its own wage line"
    shown = set(vars(seen))
    assert not shown & {"wish", "facts", "contact", "goals"}
    for actor in (resident(question), ADVISOR, REGION, NOBODY, employer(a_question(session))):
        assert pledge_request(session, public_id=question.public_id, actor=actor) is None
    own = a_question(session, route=Route.EMPLOYER)
    assert pledge_request(session, public_id=own.public_id, actor=employer(own)) is None
    unasked = a_question(session)
    assert pledge_request(session, public_id=unasked.public_id, actor=employer(unasked)) is None


def test_giving_and_declining_can_be_changed_until_the_question_is_finished(session: Session) -> None:
    question = asked(session)
    revision = question.revision
    give(session, question)
    pledge = pledge_of(session, question=question, actor=ADVISOR)
    assert pledge is not None and pledge.counts and pledge.given_by_function == "Directeur"
    assert question.revision == revision + 1, "a proposal made before no longer holds"
    decline_pledge(session, question=question, name="Bea Baas", actor=employer(question), now=NOW)
    assert (pledge.state, pledge.amount_cents, pledge.given_at) == (PledgeState.DECLINED, None, None)
    give(session, question, kind="up_to", categories=None)
    assert pledge.state is PledgeState.GIVEN and pledge.declined_at is None
    withdraw_question(session, question=question, reason=None, actor=resident(question), now=NOW)
    with pytest.raises(Conflict):
        give(session, question)


@pytest.mark.parametrize(
    ("more", "field"),
    [({"amount_cents": 0}, "amount"), ({"categories": ["yacht"]}, "categories"), ({"name": " "}, "name")],
)
def test_wrong_input_of_the_employer_is_refused_at_the_field(
    session: Session, more: dict[str, object], field: str
) -> None:
    question = asked(session)
    with pytest.raises(Refusal) as refused:
        give(session, question, **more)
    assert refused.value.field == field


def test_only_the_employer_that_was_asked_answers(session: Session) -> None:
    question, other = asked(session), a_question(session)
    for actor in (resident(question), employer(other), REGION):
        with pytest.raises(Refusal):
            give(session, question, actor=actor)
    with pytest.raises(Refusal) as refused:
        give(session, other)
    assert refused.value.code == "pledge_not_asked"


def test_a_draft_cannot_ask_and_an_employers_own_question_needs_no_pledge(session: Session) -> None:
    draft, own = a_draft(session), a_question(session, route=Route.EMPLOYER)
    for question, actor in ((draft, resident(draft)), (own, ADVISOR)):
        with pytest.raises(Refusal):
            ask_pledge(
                session, question=question, employer_name="X", employer_email="x@y.example", actor=actor, now=NOW
            )
    with pytest.raises(Refusal) as refused:
        ask_pledge(session, question=a_question(session), employer_name="X", employer_email=" ", actor=ADVISOR, now=NOW)
    assert refused.value.field == "employer_email"


def test_an_answered_pledge_is_not_overwritten_by_an_expectation(session: Session) -> None:
    question = asked(session)
    give(session, question)
    with pytest.raises(Conflict):
        expect_pledge(session, question=question, money=Contribution("fixed", 1), actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        ask_pledge(session, question=question, employer_name="X", employer_email="x@y.example", actor=ADVISOR, now=NOW)


def test_the_mail_that_asks_an_employer_speaks_of_the_question_and_not_of_a_question_of_its_own(
    session: Session,
) -> None:
    question = asked(session)
    told = {one.template: one for one in session.query(OutboxMessage).filter_by(object_id=question.id)}

    def says(template: str, words: str) -> bool:
        made = compose(session, message=told[template], address="https://loket", now=NOW, preview=True)
        return f"Het nummer van {words} vraag is {question.reference_number}." in made.body

    assert says("pledge/asked", "de") and not says("pledge/asked", "uw")
    # The control: who asked has a question.
    assert says("question/received", "uw")
