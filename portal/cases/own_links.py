"""The links of who asked a question: all ended at once, or a new one asked for by somebody who lost it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.employers.queries import sent_with
from portal.cases.questions.actions import NEW_LINK, is_past_its_links, not_yours, send_new_link, tell_asker
from portal.cases.questions.models import Contact, ContactWay, DevelopmentQuestion, Route
from portal.cases.questions.queries import asker_audience, is_asker
from portal.people.accounts.actions import revoke_access_links
from portal.people.accounts.models import EndOfSession
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.guarded import hold
from portal.platform.limits.actions import take
from portal.platform.limits.models import LINKS_ASKED, LINKS_TO, NEW_LINKS
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.queries import may_text, newest_version


def end_own_links(
    session: Session, *, question: DevelopmentQuestion, here: str | None, actor: Actor, now: datetime
) -> bool:
    """End every link and session of who asked, also those of somebody who acts for them; whether a new link goes to them by mail.

    `here` is the hash of the session that asks for it. It ends too when a new link is mailed: whoever pressed the button, the
    next one in is who reads that mail. Without an e-mail address it goes on, and the screen shows a new link.
    """
    if not is_asker(question, actor) or actor.representative_id is not None:
        raise not_yours()
    hold(session, question)
    take(session, limit=NEW_LINKS, who=str(question.id), now=now)
    mailed = send_new_link(session, question=question, now=now)
    together = sent_with(session, question_id=question.id) if question.route is Route.EMPLOYER else ()
    for number in {question.id, *together}:  # a link to one of what was sent together opens the others
        revoke_access_links(
            session,
            question_id=number,
            audience=asker_audience(question),
            because=EndOfSession.LINKS_ENDED,
            but_session=None if mailed else here,
            actor=actor,
            now=now,
        )
    record(session, actor=actor, action="question.links_ended", object_kind="question", object_id=question.id, now=now)
    return mailed


def ask_new_link(session: Session, *, reference: str, email: str, actor: Actor, now: datetime) -> None:
    """Somebody lost the link to a question: a new one goes to the address that we know, when number and address belong together.

    When they do not, the same is done and the message is taken back: neither the answer nor the time it takes says who asked
    something here. Raises `TooMany` for the place, or for the two.
    """
    number, address = reference.strip().upper(), email.strip().lower()
    take(session, limit=LINKS_ASKED, who=actor.origin, now=now)
    take(session, limit=LINKS_TO, who=f"{number} {address}", now=now)
    question = session.scalar(
        select(DevelopmentQuestion)
        .join(Contact, Contact.question_id == DevelopmentQuestion.id)
        .where(
            DevelopmentQuestion.reference_number == number,
            func.lower(Contact.email) == address,
            Contact.way == ContactWay.EMAIL,
        )
    )
    if question is not None:
        hold(session, question)
    with session.begin_nested() as message:
        if question is None or not send_new_link(session, question=question, now=now):
            as_if = NewMessage("email", NEW_LINK, "resident", object_kind="question", object_id=0)
            enqueue(session, message=as_if, now=now)
            message.rollback()
    about = question.id if question is not None else "unknown"
    record(session, actor=actor, action="question.link_asked", object_kind="question", object_id=about, now=now)


def ask_link_by_text(session: Session, *, reference: str, phone: str, actor: Actor, now: datetime) -> None:
    """Somebody who gets short messages lost the link: an SMS goes to the number that was proved, as with `ask_new_link`."""
    number = reference.strip().upper()
    take(session, limit=LINKS_ASKED, who=actor.origin, now=now)
    take(session, limit=LINKS_TO, who=f"{number} {phone}", now=now)
    called = (Contact.phone == phone, Contact.way == ContactWay.PHONE)
    rows = select(DevelopmentQuestion).join(Contact, Contact.question_id == DevelopmentQuestion.id)
    question = session.scalar(rows.where(DevelopmentQuestion.reference_number == number, *called))
    if question is not None:
        hold(session, question)
    about = question.id if question is not None else 0
    last = newest_version(session, object_kind="question", object_id=about, template=NEW_LINK)
    with session.begin_nested() as message:
        proved = may_text(session, question_id=about, template=NEW_LINK)
        if question is not None and proved and not is_past_its_links(question, now=now):
            tell_asker(session, question=question, template=NEW_LINK, now=now, version=last + 1)
        else:
            as_if = NewMessage("sms", NEW_LINK, "resident", object_kind="question", object_id=0)
            enqueue(session, message=as_if, now=now)
            message.rollback()
    asked = about or "unknown"
    record(session, actor=actor, action="question.link_asked", object_kind="question", object_id=asked, now=now)
