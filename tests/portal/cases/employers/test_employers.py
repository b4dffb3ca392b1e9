"""Who may come in for an employer, what it sees then, and one application for several employees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.of_employer import aid_year, room_for_aid, rows_of_employer, years_of_employer
from portal.cases.applications.actions import AppliedFor, apply_together
from portal.cases.applications.models import Application
from portal.cases.bundles.actions import replace_trainings, send_together
from portal.cases.bundles.models import TrainingInput
from portal.cases.employers.actions import admit_address, dismiss_address
from portal.cases.employers.queries import addresses_on_question, as_employer, known_employer, last_question
from portal.cases.own_links import end_own_links
from portal.cases.pledges.actions import ask_pledge
from portal.cases.pledges.queries import pledge_requests
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.people.accounts.actions import LinkUnusable, consume_access_link, grant_access_link
from portal.people.accounts.models import AddressProof
from portal.people.accounts.queries import kvk_numbers_of
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Refusal
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, COMPANY, MAIL, NOW, a_decision, a_draft, a_question, asker, resident

HR = "hr@bakkerij.example"
START = (NOW + timedelta(days=60)).date().isoformat()


def came_in(session: Session, email: str) -> Actor:
    """Who came in by a link to this address."""
    return as_employer(session, Actor(Audience.EMPLOYER, employer_email=email))


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done inside is refused for this reason."""
    with pytest.raises(Refusal) as said:
        yield
    assert said.value.code == code


def together(session: Session, number: int = 2) -> list[DevelopmentQuestion]:
    """Questions that an employer sent in one go."""
    draft = a_draft(session, route=Route.EMPLOYER)
    trainings = [
        TrainingInput(f"m{place}", "Lassen", None, {"training_start": START}, (CostInput("tuition", 50_000),))
        for place in range(1, number + 1)
    ]
    replace_trainings(session, question=draft, trainings=trainings, actor=asker(draft), now=NOW)
    return send_together(session, question=draft, contact=MAIL, actor=asker(draft), now=NOW)


def mails(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.template).order_by(OutboxMessage.id)))


def test_a_kvk_number_that_somebody_typed_opens_nothing_and_an_address_that_an_advisor_put_there_opens_all_of_it(
    session: Session,
) -> None:
    question, draft = a_question(session, route=Route.EMPLOYER), a_draft(session, route=Route.EMPLOYER)
    other = a_question(session, route=Route.EMPLOYER)
    other.employer_kvk = "87654321"
    session.flush()
    assert MAIL.email is not None
    for email in (MAIL.email, HR):
        assert came_in(session, email).questions == frozenset() and not known_employer(session, email=email)
    made = admit_address(session, question=question, email=f" {HR.upper()} ", actor=ADVISOR, now=NOW)
    assert (made.email, made.kvk_number, made.proof) == (HR, "12345678", AddressProof.ADVISOR)
    me = came_in(session, HR)
    assert me.questions == {question.id} and not me.may_act_for(draft.id) and not me.may_act_for(other.id)
    assert [row.question.id for row in rows_of_employer(session, actor=me)] == [question.id]
    last = last_question(session, actor=me)
    assert last is not None and last.id == question.id and last_question(session, actor=asker(question)) is None
    assert came_in(session, MAIL.email).questions == frozenset()
    with refused("address_there"):
        admit_address(session, question=question, email=HR, actor=ADVISOR, now=NOW)
    for who in (asker(question), resident(question)):
        with refused("not_yours"):
            admit_address(session, question=question, email="ik@elders.example", actor=who, now=NOW)
    with refused("other_employer"):
        dismiss_address(session, question=other, address=made, actor=ADVISOR, now=NOW)
    dismiss_address(session, question=question, address=made, actor=ADVISOR, now=NOW)
    assert came_in(session, HR).questions == frozenset() and addresses_on_question(session, question=question) == []
    with refused("address_ended"):
        dismiss_address(session, question=question, address=made, actor=ADVISOR, now=NOW)
    acts = select(AuditEvent.action).where(AuditEvent.object_kind == "employer_address").order_by(AuditEvent.id)
    assert list(session.scalars(acts)) == ["employer.address_added", "employer.address_ended"]
    assert mails(session)[-1] == "employer/opened"


def test_the_address_of_an_application_that_was_awarded_speaks_for_the_employer_until_an_advisor_takes_it_away(
    session: Session,
) -> None:
    a_decision(session)
    assert MAIL.email is not None and kvk_numbers_of(session, email=MAIL.email) == [], "a resident has no KvK number"
    question, _ = a_decision(session, route=Route.EMPLOYER)
    assert kvk_numbers_of(session, email=MAIL.email) == ["12345678"]
    (address,) = addresses_on_question(session, question=question)
    assert address.proof is AddressProof.AWARD
    dismiss_address(session, question=question, address=address, actor=ADVISOR, now=NOW)
    again = replace(COMPANY, learner_name="Bo Bakker")
    a_decision(session, route=Route.EMPLOYER, applicant=again)
    assert kvk_numbers_of(session, email=MAIL.email) == [], "an award does not undo what an advisor did"
    admit_address(session, question=question, email=HR, actor=ADVISOR, now=NOW)
    admit_address(session, question=question, email=MAIL.email, actor=ADVISOR, now=NOW)
    assert mails(session)[-2:] == ["employer/opened", "employer/joined"], "who could come in already is told"


def test_an_employer_sees_who_asks_it_to_pay_at_its_own_address_and_nothing_when_that_is_over(session: Session) -> None:
    question, elsewhere = a_question(session), a_question(session)
    for one, email in ((question, "Baas@Staal.example"), (elsewhere, "baas@ijzer.example")):
        ask_pledge(session, question=one, employer_name="Staal", employer_email=email, actor=resident(one), now=NOW)
    me = came_in(session, "baas@staal.example")
    assert me.questions == {question.id} and known_employer(session, email="baas@staal.example")
    (asked,) = pledge_requests(session, actor=me)
    assert (asked.asker_name, asked.training_name) == ("Sam de Vries", "Monteur") and asked.open
    assert rows_of_employer(session, actor=me) == [], "of the question itself it sees nothing"
    assert pledge_requests(session, actor=resident(question)) == []
    withdraw_question(session, question=question, reason=None, actor=resident(question), now=NOW)
    assert came_in(session, "baas@staal.example").questions == frozenset()


def test_a_link_to_one_question_opens_what_was_sent_together_with_it_and_one_message_tells_of_all(
    session: Session,
) -> None:
    first, second, third = together(session, 3)
    alone = a_question(session, route=Route.EMPLOYER)
    assert mails(session) == ["question/received_together", "question/received"]
    ids = {first.id, second.id, third.id}
    for one in (first, third):
        assert as_employer(session, asker(one)).questions == ids
    assert as_employer(session, asker(alone)).questions == frozenset()
    for other in (replace(asker(first), representative_id=7), replace(asker(first), account_id=5)):
        assert as_employer(session, other).questions == frozenset(), "who acts or helps has the one question"
    rows = rows_of_employer(session, actor=as_employer(session, asker(second)))
    assert [(row.person, row.question.id) for row in rows] == [("m1", first.id), ("m2", second.id), ("m3", third.id)]
    assert second.contact is not None
    second.contact.email = "ander@bakkerij.example"
    session.flush()
    assert as_employer(session, asker(first)).questions == {first.id, third.id}, "another person looks after it now"
    assert as_employer(session, asker(second)).questions == {second.id}
    employer = Audience.EMPLOYER
    token = grant_access_link(session, question_id=third.id, audience=employer, actor=ADVISOR, now=NOW)
    assert end_own_links(session, question=first, here=None, actor=asker(first), now=NOW)
    with pytest.raises(LinkUnusable):
        consume_access_link(session, token=token, now=NOW)


def test_an_employer_applies_for_all_at_once_or_for_nobody(session: Session) -> None:
    first, second = together(session)
    me = as_employer(session, asker(first))
    good = AppliedFor(first, ["bedrijfsvoucher"], COMPANY)
    for wrong, field in (
        (replace(COMPANY, learner_name=" "), "learner_name-2"),
        (replace(COMPANY, birth_date=None), "birth_date-2"),
        (replace(COMPANY, kvk_number="1"), "kvk_number"),
    ):
        with pytest.raises(Refusal) as said, session.begin_nested():
            both = [good, AppliedFor(second, ["bedrijfsvoucher"], wrong)]
            apply_together(session, wanted=both, confirmed=True, actor=me, now=NOW)
        assert said.value.field == field
    assert session.scalars(select(Application)).all() == []
    with refused("nobody_chosen"):
        apply_together(session, wanted=[], confirmed=True, actor=me, now=NOW)
    born = date(1991, 4, 5)
    both = [good, AppliedFor(second, ["bedrijfsvoucher"], replace(COMPANY, learner_name="Bo", birth_date=born))]
    made = apply_together(session, wanted=both, confirmed=True, actor=me, now=NOW)
    assert [one.learner_name for one in made] == ["Kim Bakker", "Bo"]
    assert mails(session)[-1:] == ["application/received_together"] and "application/received" not in mails(session)
    with refused("not_yours"):
        apply_together(session, wanted=[good], confirmed=True, actor=resident(first), now=NOW)


def test_the_year_of_an_employer_says_what_it_had_and_the_room_that_is_left(session: Session) -> None:
    question, _ = a_decision(session, route=Route.EMPLOYER)
    numbers = ["12345678"]
    assert (
        years_of_employer(session, kvk_numbers=numbers) == [2026]
        and years_of_employer(session, kvk_numbers=["1"]) == []
    )
    year = aid_year(session, kvk_numbers=numbers, year=2026)
    (row,) = rows_of_employer(session, actor=asker(question))
    assert [one.awarded_cents for one in year.awards] == [row.awarded_cents] and row.awarded_cents > 0
    assert (year.awarded_cents, year.used_cents) == (row.awarded_cents, 0)
    assert aid_year(session, kvk_numbers=numbers, year=2025).awards == ()
    room = room_for_aid(session, kvk_number="12345678", on=NOW.date())
    if room is not None:
        assert room.aid.here_cents == year.de_minimis_cents
        assert room.aid.left_cents == (room.aid.most_cents or 0) - room.aid.here_cents - (room.aid.declared_cents or 0)
    assert room_for_aid(session, kvk_number="87654321", on=NOW.date()) is None
