"""Who is called wants short messages: asked, proved, ended, and the number changed meanwhile."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from portal.cases.contents import save_contact
from portal.cases.identifying.models import IdentityPaper
from portal.cases.own_contact.actions import (
    ask_text_code,
    change_contact_at_desk,
    change_own_contact,
    end_texts,
    prove_text_number,
)
from portal.cases.own_links import ask_link_by_text
from portal.cases.own_proof.actions import arm_own_code, ask_own_code, prove_at_service, prove_own_code
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.people.actor import Actor
from portal.post.messages.actions import arm_text_code
from tests.factories import NOW, a_question, resident
from tests.reliability.pairs.acts import Found, Scene, row, the, who_asked
from tests.reliability.pairs.scenes.asking import advisors

CALLED = ContactDetails(ContactWay.PHONE, "Sam", phone="+31612345678")
ELSEWHERE = ContactDetails(ContactWay.PHONE, "Sam", phone="+31687654321")
QUESTION = the(DevelopmentQuestion)
ASKER = who_asked()
HERE = "a" * 64
CODES: dict[int, str | None] = {}
"""The code that was sent about a question, as the telephone shows it."""
CODE = Found(lambda session, who: CODES[QUESTION.look(session, who).id])
REFERENCE = Found(lambda session, who: QUESTION.look(session, who).reference_number)


def _asked(session: Session) -> None:
    advisors(session)
    question = a_question(session, contact=CALLED)
    ask_text_code(session, question=question, actor=resident(question), now=NOW)
    CODES[question.id] = arm_text_code(session, question_id=question.id, now=NOW)


case = partial(row, question=QUESTION, actor=ASKER)
ASKED = Scene(
    "a number that is to be proved",
    _asked,
    (
        case(ask_text_code),
        case(prove_text_number, code=CODE),
        case(end_texts),
        case(change_own_contact, contact=ELSEWHERE, here=None),
        row(save_contact, question=QUESTION, contact=ELSEWHERE),
        row(ask_link_by_text, reference=REFERENCE, phone="+31612345678", actor=Actor.anonymous()),
    ),
)


def _proving(session: Session) -> None:
    advisors(session)
    question = a_question(session)
    ask_own_code(session, question=question, here=HERE, actor=resident(question), now=NOW)
    CODES[question.id] = arm_own_code(session, question_id=question.id, now=NOW)


PROVING = Scene(
    "a code by which who asked proves who they are",
    _proving,
    (
        case(ask_own_code, here=HERE),
        case(prove_own_code, code=CODE, here=HERE),
        case(prove_at_service, subject="c" * 64, here=HERE),
        case(change_own_contact, contact=ELSEWHERE, here=None),
        row(change_contact_at_desk, question=QUESTION, contact=CALLED, paper=IdentityPaper.PASSPORT),
    ),
)

SCENES = (ASKED, PROVING)
