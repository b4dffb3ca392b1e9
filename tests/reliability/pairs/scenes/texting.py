"""Who is called wants short messages: asked, proved, ended, and the number changed meanwhile."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from portal.cases.contents import save_contact
from portal.cases.own_contact.actions import ask_text_code, change_own_contact, end_texts, prove_text_number
from portal.cases.own_links import ask_link_by_text
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

SCENES = (ASKED,)
