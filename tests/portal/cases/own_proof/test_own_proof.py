"""Who asked proves again who they are: with a code at the known address, in the session that asked, once; or at a service."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.identifying.actions import SaidByService, identify_by_service
from portal.cases.own_proof.actions import (
    LETTER_LASTS,
    arm_own_code,
    ask_own_code,
    prove_at_service,
    prove_own_code,
)
from portal.cases.own_proof.queries import PROVED_FOR, how_to_prove, is_proved, proof_of
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.papers import letter_content
from portal.papers.correspondence import NoRecipient, compose
from portal.papers.on_paper import CODE_NOT_SHOWN
from portal.people.accounts.queries import secret_hash
from portal.people.actor import Audience
from portal.people.sessions import Entrant, open_session
from portal.platform.errors import Refusal
from portal.platform.identity_services import Level
from portal.post.letters.actions import start_batch
from portal.post.messages.actions import CODE_LASTS, CODE_TRIES
from portal.post.messages.models import MessageKind, OutboxMessage, TextNumber
from portal.post.messages.queries import OWN_CODE
from tests.factories import ADVISOR, NOW, a_question, resident

HOME = "https://loket.example"
HERE, ELSEWHERE = "a" * 64, "b" * 64
CALL = ContactDetails(ContactWay.PHONE, "Sam de Vries", phone="+31612345678")
LETTERS = ContactDetails(
    ContactWay.POST, "Sam", street="Dorpsstraat", house_number="1", postcode="7411 AB", city="Deventer"
)


def ask(session: Session, question: DevelopmentQuestion, here: str = HERE) -> MessageKind:
    return ask_own_code(session, question=question, here=here, actor=resident(question), now=NOW)


def prove(session: Session, question: DevelopmentQuestion, code: str, **more: Any) -> bool:
    said = {"here": HERE, "actor": resident(question), "now": NOW} | more
    return prove_own_code(session, question=question, code=code, **said)


def proved(session: Session, question: DevelopmentQuestion, here: str = HERE, now: datetime = NOW) -> bool:
    return is_proved(session, question=question, here=here, now=now)


def sent(session: Session) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).where(OutboxMessage.template == OWN_CODE)))


@pytest.mark.norm("V7.5.1")
def test_the_code_goes_to_the_known_address_and_counts_in_the_session_that_asked_for_five_minutes(
    session: Session,
) -> None:
    question = a_question(session)
    assert ask(session, question) is MessageKind.EMAIL and not proved(session, question)
    [mail] = sent(session)
    said = compose(session, message=mail, address=HOME, now=NOW)
    code = next(line for line in said.body.splitlines() if line.isdigit())
    assert question.contact is not None and said.to.email == question.contact.email
    assert len(code) == 6 and HOME not in said.body, "no link beside it"
    assert "…" in compose(session, message=mail, address=HOME, now=NOW, preview=True).body
    assert not prove(session, question, code, here=ELSEWHERE), "who reads along in another browser"
    assert prove(session, question, f" {code[:3]} {code[3:]} ") and proved(session, question)
    assert not proved(session, question, ELSEWHERE)
    assert proved(session, question, now=NOW + PROVED_FOR - timedelta(seconds=1))
    assert not proved(session, question, now=NOW + PROVED_FOR)
    assert not prove(session, question, code), "once"


def test_a_code_ends_in_time_and_after_five_wrong_ones_and_when_a_new_one_is_asked(session: Session) -> None:
    question = a_question(session)
    assert not prove(session, question, "000000"), "none was asked"
    ask(session, question)
    assert not prove(session, question, ""), "none was sent yet"
    code = arm_own_code(session, question_id=question.id, now=NOW) or ""
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert not prove(session, question, code, now=NOW + CODE_LASTS * 2)
    for _try in range(CODE_TRIES):
        assert not prove(session, question, wrong)
    assert not prove(session, question, code), "right, and too late"
    ask(session, question)
    anew = arm_own_code(session, question_id=question.id, now=NOW) or ""
    assert (anew == code) or not prove(session, question, code)
    assert prove(session, question, anew), "the control"


def test_who_cannot_be_sent_a_code_is_told_so_and_another_cannot_ask(session: Session) -> None:
    question = a_question(session, contact=CALL)
    assert how_to_prove(session, question=question) is None
    with pytest.raises(Refusal, match="geen code"):
        ask(session, question)
    mailed = a_question(session)
    for act in (ask_own_code, lambda s, **by: prove_own_code(s, code="1", **by)):
        with pytest.raises(Refusal, match="niet doen"):
            act(session, question=mailed, here=HERE, actor=ADVISOR, now=NOW)  # type: ignore[operator]
    session.add(TextNumber(question_id=question.id, asked_at=NOW, asked_by="resident", proved_at=NOW))
    session.flush()
    assert ask(session, question) is MessageKind.SMS, "the control: with a number that was proved"
    [sms] = sent(session)
    said = compose(session, message=sms, address=HOME, now=NOW)
    assert said.to.phone == CALL.phone and HOME not in said.body


def test_the_code_in_a_letter_stands_on_paper_alone_and_works_for_three_weeks(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, key = a_question(session, contact=LETTERS), "a secret of the desk"
    assert ask(session, question) is ask(session, question) is MessageKind.LETTER
    [message] = sent(session)
    assert not prove(session, question, "00000000")
    drawn: list[str] = []
    monkeypatch.setattr(letter_content, "pdf", lambda _name, data, made_at: drawn.append(str(data)) or b"%PDF")
    pile = letter_content.Pile(start_batch(session, actor_id="account:1", now=NOW), key)
    letter = letter_content.ensure_letter(session, message=message, dated=NOW.date(), actor=ADVISOR, now=NOW, pile=pile)
    letter_content.for_the_printer(session, letter=letter, key=key)
    kept, printed = drawn
    assert CODE_NOT_SHOWN in kept and CODE_NOT_SHOWN not in printed and CODE_NOT_SHOWN in str(letter.content)
    before, _dots, after = kept.partition(CODE_NOT_SHOWN)
    code = printed[len(before) : len(before) + 8]
    assert code.isdigit() and printed[len(before) + 8 :].startswith(after[:40])
    known = proof_of(session, question_id=question.id)
    assert known is not None and known.code_hash and code not in str(vars(known))
    assert not prove(session, question, code, now=NOW + LETTER_LASTS + timedelta(seconds=1))
    assert prove(session, question, code, here=ELSEWHERE), "days later one is in another session"
    assert proved(session, question, ELSEWHERE) and not proved(session, question)


def test_a_code_that_nobody_waits_for_any_more_does_not_leave(session: Session) -> None:
    question = a_question(session)
    ask(session, question)
    [mail] = sent(session)
    session.delete(proof_of(session, question_id=question.id))
    session.flush()
    with pytest.raises(NoRecipient, match="no_code_awaited"):
        compose(session, message=mail, address=HOME, now=NOW)


@pytest.mark.parametrize(
    ("subject", "before", "right"), [("me", True, True), ("other", True, False), ("me", False, False)]
)
def test_a_service_proves_it_of_who_was_identified_there_before_this_session(
    session: Session, subject: str, before: bool, right: bool
) -> None:
    question = a_question(session)
    who, at = resident(question), NOW + timedelta(hours=1)
    inside = Entrant(question_id=question.id, audience=Audience.RESIDENT)
    here = secret_hash(open_session(session, now=at, who=inside))
    by = {"here": here, "actor": who, "now": at + timedelta(minutes=1)}
    assert not prove_at_service(session, question=question, subject="me", **by), "nobody was identified"
    said = SaidByService("digid", "me", Level.SUBSTANTIAL)
    first = at - timedelta(days=1) if before else at
    identify_by_service(session, question=question, said=said, actor=who, now=first)
    assert prove_at_service(session, question=question, subject=subject, **by) is right
    assert proved(session, question, here, at + timedelta(minutes=2)) is right
