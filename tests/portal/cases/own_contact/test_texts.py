"""Who is called may have short messages: on a number that was proved, and never in place of what must be on paper."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.appointments.actions import remind_of_talk
from portal.cases.channels import ChannelWay, channels_of
from portal.cases.contents import save_contact
from portal.cases.conversations.actions import plan_conversation
from portal.cases.own_contact.actions import ask_text_code, change_own_contact, end_texts, prove_text_number
from portal.cases.own_links import ask_link_by_text
from portal.cases.own_proof.actions import ask_own_code
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.papers.correspondence import NoRecipient, compose
from portal.papers.short_texts import SHORT
from portal.people.actor import Actor
from portal.platform.errors import Conflict, Refusal
from portal.platform.limits.actions import TooMany
from portal.platform.limits.models import MAILS_TO
from portal.post.letters.queries import made_known_on
from portal.post.messages.actions import CODE_LASTS, CODE_TRIES, NotArrived, arm_text_code, mark_sent, note_undelivered
from portal.post.messages.models import MessageKind, MessageTopic, NoticedBy, OutboxMessage
from portal.post.messages.queries import OWN_CODE, TEXT_CODE, may_text, text_number
from tests.factories import ADVISOR, NOW, SYSTEM, a_question, resident

HOME = "https://loket.example"
NUMBER = "+31612345678"
CALLED = ContactDetails(ContactWay.PHONE, "Sam de Vries", phone=NUMBER)
TOLD = "question/received"


def texts(session: Session, template: str | None = None) -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.kind == MessageKind.SMS).order_by(OutboxMessage.id)
    return [one for one in session.scalars(rows) if template in (None, one.template)]


def called(session: Session, *, number: str = NUMBER, proved: bool = True) -> DevelopmentQuestion:
    question = a_question(session, contact=ContactDetails(ContactWay.PHONE, "Sam de Vries", phone=number))
    if proved:
        prove(session, question)
    return question


def prove(session: Session, question: DevelopmentQuestion) -> None:
    ask_text_code(session, question=question, actor=resident(question), now=NOW)
    code = arm_text_code(session, question_id=question.id, now=NOW) or ""
    assert prove_text_number(
        session, question=question, code=f" {code[:3]} {code[3:]}", actor=resident(question), now=NOW
    )


def tell(session: Session, question: DevelopmentQuestion, template: str = TOLD, *, in_writing: bool = False) -> None:
    tell_asker(session, question=question, template=template, now=NOW, version=7, in_writing=in_writing)


def test_the_code_that_the_desk_texts_proves_the_number(session: Session) -> None:
    question = called(session, proved=False)
    tell(session, question)
    assert texts(session) == [], "nobody is texted who did not ask for it"
    ask_text_code(session, question=question, actor=resident(question), now=NOW)
    [code] = texts(session, TEXT_CODE)
    said = compose(session, message=code, address=HOME, now=NOW)
    assert said.to.phone == NUMBER and HOME not in said.body and "Sam" not in said.body
    typed = re.search(r"\b\d{6}\b", said.body)
    assert typed is not None
    tell(session, question)
    assert texts(session) == [code], "nothing goes to a number before it is proved"
    assert prove_text_number(session, question=question, code=typed[0], actor=resident(question), now=NOW)
    tell(session, question)
    [_, message] = texts(session)
    told = compose(session, message=message, address=HOME, now=NOW)
    assert told.to.phone == NUMBER and f"{HOME}/toegang/" in told.body and "Sam" not in told.body
    assert "er is een bericht over uw vraag" in told.body


def test_after_five_wrong_tries_and_after_a_quarter_of_an_hour_a_code_proves_nothing(session: Session) -> None:
    question = called(session, proved=False)
    me = resident(question)
    ask_text_code(session, question=question, actor=me, now=NOW)
    assert not prove_text_number(session, question=question, code="", actor=me, now=NOW), "none was sent yet"
    code = arm_text_code(session, question_id=question.id, now=NOW) or ""
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(CODE_TRIES):
        assert not prove_text_number(session, question=question, code=wrong, actor=me, now=NOW)
    assert not prove_text_number(session, question=question, code=code, actor=me, now=NOW), "right, and too late"
    code = arm_text_code(session, question_id=question.id, now=NOW) or ""
    assert not prove_text_number(session, question=question, code=code, actor=me, now=NOW + CODE_LASTS * 2)
    assert prove_text_number(session, question=question, code=code, actor=me, now=NOW + CODE_LASTS), "the control"


@pytest.mark.parametrize("by_desk", [False, True])
def test_another_number_is_proved_anew(session: Session, by_desk: bool) -> None:
    question = called(session)
    tell(session, question)
    [message] = texts(session, TOLD)
    new = ContactDetails(ContactWay.PHONE, "Sam de Vries", phone="+31687654321")
    if by_desk:
        save_contact(session, question=question, contact=new, actor=ADVISOR, now=NOW)
    else:
        change_own_contact(session, question=question, contact=new, here=None, actor=resident(question), now=NOW)
    assert text_number(session, question_id=question.id) is None
    with pytest.raises(NoRecipient, match="no_text_number"):
        compose(session, message=message, address=HOME, now=NOW)


def test_another_name_keeps_the_number(session: Session) -> None:
    question = called(session)
    new = ContactDetails(ContactWay.PHONE, "Sam Bakker", phone=NUMBER)
    change_own_contact(session, question=question, contact=new, here=None, actor=resident(question), now=NOW)
    assert may_text(session, question_id=question.id, template=TOLD)


def test_a_decision_is_never_made_known_by_a_short_message(session: Session) -> None:
    question = called(session)
    tell(session, question, "decision/approved")
    assert texts(session, "decision/approved") == []
    tell(session, question, "decision/approved", in_writing=True)
    [letter] = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "decision/approved"))
    assert letter.kind is MessageKind.LETTER
    tell(session, question)
    mark_sent(session, message=texts(session, TOLD)[0], now=NOW)
    assert made_known_on(session, question_id=question.id, template=TOLD, version=7) is None
    ways = {one.topic: one.way for one in channels_of(session, question=question)}
    assert ways[MessageTopic.CASE] is ChannelWay.SMS and ways[MessageTopic.DECISION] is ChannelWay.LETTER


def test_a_short_message_that_did_not_arrive_goes_on_paper_until_the_number_is_proved_again(session: Session) -> None:
    question = called(session)
    tell(session, question)
    [message] = texts(session, TOLD)
    mark_sent(session, message=message, now=NOW)
    found = NotArrived(NoticedBy.REPORT, "5.1.1", address_fails=True)
    noted = note_undelivered(session, message=message, found=found, actor=SYSTEM, now=NOW)
    [letter] = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == MessageKind.LETTER))
    assert noted.as_letter and (letter.template, letter.version) == (TOLD, 7)
    assert not may_text(session, question_id=question.id, template=TOLD)
    prove(session, question)
    assert may_text(session, question_id=question.id, template=TOLD)


def test_a_lost_link_comes_by_short_message_to_a_proved_number_alone(session: Session) -> None:
    question = called(session)
    for number, phone in ((question.reference_number, "+31600000001"), ("OV-2026-9999", NUMBER)):
        ask_link_by_text(session, reference=number or "", phone=phone, actor=Actor.anonymous(), now=NOW)
    assert texts(session, "question/new_link") == []
    ask_link_by_text(
        session, reference=f" {question.reference_number} ".lower(), phone=NUMBER, actor=Actor.anonymous(), now=NOW
    )
    [link] = texts(session, "question/new_link")
    assert f"{HOME}/toegang/" in compose(session, message=link, address=HOME, now=NOW).body
    other = called(session, number="+31687654321", proved=False)
    ask_link_by_text(
        session, reference=other.reference_number or "", phone="+31687654321", actor=Actor.anonymous(), now=NOW
    )
    assert len(texts(session, "question/new_link")) == 1, "that number was not proved"


def test_only_who_is_called_on_a_mobile_number_and_acts_alone_asks_for_it(session: Session) -> None:
    at_home = called(session, number="+31570123456", proved=False)
    with pytest.raises(Refusal) as refused:
        ask_text_code(session, question=at_home, actor=resident(at_home), now=NOW)
    assert refused.value.code == "no_mobile_number"
    by_mail = a_question(session)
    with pytest.raises(Conflict):
        ask_text_code(session, question=by_mail, actor=resident(by_mail), now=NOW)
    question = called(session)
    for other in (ADVISOR, resident(by_mail)):
        with pytest.raises(Refusal):
            end_texts(session, question=question, actor=other, now=NOW)
    end_texts(session, question=question, actor=resident(question), now=NOW)
    end_texts(session, question=question, actor=resident(question), now=NOW)
    assert not may_text(session, question_id=question.id, template=TOLD)


def test_one_number_gets_so_many_codes_a_day_and_no_more(session: Session) -> None:
    question = called(session, proved=False)
    for _ in range(MAILS_TO.most):
        ask_text_code(session, question=question, actor=resident(question), now=NOW)
    with pytest.raises(TooMany):
        ask_text_code(session, question=question, actor=resident(question), now=NOW)


@pytest.mark.parametrize("template", [*SHORT, TOLD])
@pytest.mark.parametrize("locale", ["nl", "en"])
def test_every_short_message_fits_in_two_texts_and_names_nobody(session: Session, template: str, locale: str) -> None:
    question = called(session)
    question.language = locale
    if template == TEXT_CODE:
        ask_text_code(session, question=question, actor=resident(question), now=NOW)
    elif template == OWN_CODE:
        ask_own_code(session, question=question, here="a" * 64, actor=resident(question), now=NOW)
    else:
        tell(session, question, template)
    message = texts(session, template)[-1]
    said = " ".join(compose(session, message=message, address=HOME, now=NOW).body.split())
    assert (
        len(said) <= 306
        and "Sam" not in said
        and "Vries" not in said
        and (question.reference_number or "?") not in said
    )


@pytest.mark.parametrize("proved", [True, False])
def test_a_talk_is_reminded_of_on_a_proved_number_alone(session: Session, proved: bool) -> None:
    question, at = called(session, proved=proved), NOW + timedelta(days=7)
    talk = plan_conversation(
        session, question=question, planned_for=at, way="phone", place=NUMBER, actor=ADVISOR, now=NOW
    )
    assert remind_of_talk(session, talk=talk, actor=SYSTEM, now=at - timedelta(hours=20))
    assert len(texts(session, "question/talk_reminder")) == proved
