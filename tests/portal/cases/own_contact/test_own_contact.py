"""Who asked changes how they are reached; the old address is told, and its links end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from portal.cases.former_contacts import CHANGED, FormerContact, former_contact
from portal.cases.own_contact.actions import ask_link_by_post, change_own_contact
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.papers import letter_content
from portal.papers.correspondence import compose
from portal.papers.on_paper import NOT_SHOWN
from portal.people.accounts.actions import grant_access_link
from portal.people.accounts.queries import usable_access_link
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Refusal
from portal.post.letters.actions import post_letters, start_batch
from portal.post.messages.models import MessageKind, MessageTopic, OutboxMessage
from portal.post.messages.queries import consents_of
from tests.factories import ADVISOR, NOW, a_question, resident

HOME = "https://loket.example"
LINK = re.compile(rf"{HOME}/toegang/([A-Za-z0-9_-]+)")
NEW = ContactDetails(
    ContactWay.EMAIL, "Sam de Vries", email="nieuw@voorbeeld.example", by_mail=(MessageTopic.DECISION,)
)
CALL = ContactDetails(ContactWay.PHONE, "Sam de Vries", phone="+31612345678")
LETTERS = ContactDetails(
    ContactWay.POST, "Sam", street="Dorpsstraat", house_number="1", postcode="7411 AB", city="Deventer"
)


def change(session: Session, question: DevelopmentQuestion, contact: ContactDetails, **more: Any) -> tuple[str, ...]:
    actor = more.pop("actor", resident(question))
    return change_own_contact(session, question=question, contact=contact, here=None, actor=actor, now=NOW)


def told(session: Session, template: str) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)))


def test_another_address_is_used_from_now_on_and_the_old_one_is_told(session: Session) -> None:
    question = a_question(session)
    old = question.contact.email if question.contact is not None else None
    token = grant_access_link(session, question_id=question.id, audience=Audience.RESIDENT, actor=ADVISOR, now=NOW)
    assert old and usable_access_link(session, token=token, now=NOW) is not None
    revision = question.revision
    assert "email" in change(session, question, NEW)
    assert question.contact is not None and question.contact.email == NEW.email and question.revision == revision
    assert usable_access_link(session, token=token, now=NOW) is None, "who reads the old mail gets in no more"
    [to_old] = told(session, CHANGED)
    said = compose(session, message=to_old, address=HOME, now=NOW)
    assert said.to.email == old and HOME not in said.body and "Bel ons" in said.body
    [to_new] = told(session, "question/new_link")
    assert compose(session, message=to_new, address=HOME, now=NOW).to.email == NEW.email
    assert {one.topic for one in consents_of(session, question_id=question.id)} == set(NEW.agreed)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "contact.changed")).one()
    assert "email" in event.fields and NEW.email not in str(event.fields)


def test_from_mail_to_letters_and_back_each_old_address_is_told_in_its_own_way(session: Session) -> None:
    question = a_question(session)
    change(session, question, LETTERS)
    change(session, question, CALL)
    change(session, question, NEW)
    by_mail, by_letter = told(session, CHANGED)
    assert [by_mail.kind, by_letter.kind] == [MessageKind.EMAIL, MessageKind.LETTER]
    former = former_contact(session, question_id=question.id, former_id=by_letter.version)
    assert former is not None and former.street == "Dorpsstraat"
    assert former_contact(session, question_id=question.id + 1, former_id=by_letter.version) is None
    assert len(session.scalars(select(FormerContact)).all()) == 3, "who was called is kept and has no address to tell"


@pytest.mark.parametrize(
    ("contact", "code"),
    [
        (ContactDetails(ContactWay.EMAIL, "Sam"), "email_missing"),
        (ContactDetails(ContactWay.PHONE, "Sam"), "phone_missing"),
        (ContactDetails(ContactWay.POST, "Sam", street="Dorpsstraat"), "address_missing"),
        (ContactDetails(ContactWay.PHONE, " ", phone="+31612345678"), "name_missing"),
    ],
)
def test_what_the_chosen_way_needs_must_be_there(session: Session, contact: ContactDetails, code: str) -> None:
    question = a_question(session)
    with pytest.raises(Refusal) as refused:
        change(session, question, contact)
    assert refused.value.code == code and told(session, CHANGED) == []


def test_the_same_once_more_is_no_change(session: Session) -> None:
    question = a_question(session)
    change(session, question, NEW)
    with pytest.raises(Refusal, match="niets veranderd"):
        change(session, question, NEW)


def test_only_the_person_may_nobody_who_acts_for_them_or_works_here(session: Session) -> None:
    question = a_question(session)
    acting = Actor(Audience.RESIDENT, question_id=question.id, representative_id=3)
    for actor in (ADVISOR, acting, Actor(Audience.RESIDENT, question_id=question.id + 1)):
        with pytest.raises(Refusal, match="niet doen"):
            change(session, question, NEW, actor=actor)
    assert "email" in change(session, question, NEW), "the control: the person may"


def ask(session: Session, question: DevelopmentQuestion, postcode: str = "7411ab", number: str = " 1 ") -> None:
    ask_link_by_post(
        session,
        reference=str(question.reference_number).lower(),
        postcode=postcode,
        house_number=number,
        site=HOME,
        actor=Actor.anonymous(),
        now=NOW,
    )


def test_a_link_on_paper_goes_to_the_known_address_works_and_is_kept_nowhere(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, key = a_question(session, contact=LETTERS), "a secret of the desk"
    ask(session, question)
    ask(session, question)
    [message] = told(session, "question/new_link")
    assert message.kind is MessageKind.LETTER, "one that waits is not made twice"
    looked = letter_content.letter_content(session, message=message, dated=NOW.date(), now=NOW, preview=True)
    assert "/toegang/" not in str(looked.as_dict()), "who looks at it before gets no link"
    drawn: list[str] = []
    monkeypatch.setattr(letter_content, "pdf", lambda _name, data, made_at: drawn.append(str(data)) or b"%PDF")
    pile = letter_content.Pile(start_batch(session, actor_id="account:1", now=NOW), key)
    letter = letter_content.ensure_letter(session, message=message, dated=NOW.date(), actor=ADVISOR, now=NOW, pile=pile)
    assert letter.content["to"][1].startswith("Dorpsstraat")
    kept = f"{HOME}/toegang/{NOT_SHOWN}"
    assert kept in str(letter.content) and kept in drawn[0] and not LINK.search(str(letter.content) + drawn[0])
    letter_content.for_the_printer(session, letter=letter, key=key)
    printed = LINK.search(drawn[1])
    assert printed and kept not in drawn[1]
    assert usable_access_link(session, token=printed[1], now=NOW) is not None, "whoever holds the paper comes in"
    letter_content.for_the_printer(session, letter=letter, key="another secret")
    other = LINK.search(drawn[2])
    assert other and usable_access_link(session, token=other[1], now=NOW) is None, (
        "the control: it is made of the secret"
    )
    post_letters(session, letters=[letter], on=NOW.date(), may_leave=true(), actor_id="account:1", now=NOW)
    assert letter_content.for_the_printer(session, letter=letter, key=key) == letter.pdf, (
        "what is on its way is not made again"
    )
    assert len(drawn) == 3


def test_a_link_on_paper_is_made_for_nobody_else(session: Session) -> None:
    question, mailed = a_question(session, contact=LETTERS), a_question(session)
    ask(session, question, number="2")
    ask(session, question, postcode="7411 AC")
    ask(session, mailed)
    assert told(session, "question/new_link") == []
