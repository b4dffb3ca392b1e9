"""Who asked changes how they are reached, by themselves or at the desk, and asks for a link on paper."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.former_contacts import tell_old_address
from portal.cases.identifying.actions import identify_at_desk
from portal.cases.identifying.models import IdentityPaper
from portal.cases.own_contact.queries import takes_texts
from portal.cases.questions.actions import NEW_LINK, is_past_its_links, not_yours, require_reach, send_new_link
from portal.cases.questions.models import Contact, ContactDetails, ContactWay, DevelopmentQuestion
from portal.cases.questions.queries import asker_audience, is_asker
from portal.people.accounts.actions import revoke_access_links
from portal.people.accounts.models import EndOfSession
from portal.people.actor import Actor, Audience, Grade
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import DEFAULT_LOCALE
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.actions import take
from portal.platform.limits.models import LINKS_ASKED, LINKS_TO, MAILS_TO, NEW_LINKS
from portal.post.messages.actions import (
    NewMessage,
    enqueue,
    forget_text_number,
    prove_code,
    set_consent,
    want_texts,
)
from portal.post.messages.models import MessageKind
from portal.post.messages.queries import TEXT_CODE, consents_of, newest_version, waits_for_printer

REACH = ("name", "way", "email", "phone", "street", "house_number", "postcode", "city")


def change_own_contact(
    session: Session,
    *,
    question: DevelopmentQuestion,
    contact: ContactDetails,
    here: str | None,
    actor: Actor,
    now: datetime,
) -> tuple[str, ...]:
    """The person says how to be reached from now on, and what may go by e-mail; the old address is told. Answers what changed.

    It is not what was asked: the revision stays. With another e-mail address the links that went to the old one end, all but the
    session with the hash `here`, and a new one goes to the new address. Raises ``Refusal`` at the field that is missing, and when
    nothing changes.
    """
    if not is_asker(question, actor) or actor.representative_id is not None:
        raise not_yours()
    said = _change(session, question, contact, here, actor, now)
    record(
        session,
        actor=actor,
        action="contact.changed",
        object_kind="question",
        object_id=question.id,
        now=now,
        fields=said,
    )
    return said


def change_contact_at_desk(
    session: Session,
    *,
    question: DevelopmentQuestion,
    contact: ContactDetails,
    paper: IdentityPaper | None,
    actor: Actor,
    now: datetime,
) -> tuple[str, ...]:
    """An advisor writes down how to reach who cannot be reached as before, and how it is known who that is. Answers what changed.

    They showed a `paper`, which is written down as identified at the desk; None: they were called back at the number that was
    known. All links end and a new one goes to the new e-mail address; the old address is told. Raises ``Refusal``.
    """
    if actor.audience is not Audience.ADVISOR or actor.grade is Grade.READER:
        raise not_yours()
    kept = question.contact
    if paper is None and (kept is None or not kept.phone):
        message = _l("Er is geen telefoonnummer bekend om terug te bellen. Vraag om een geldig document.")
        raise Refusal("no_known_number", message, field="known_by")
    said = _change(session, question, contact, None, actor, now)
    if paper is not None:
        identify_at_desk(session, question=question, paper=paper, actor=actor, now=now)
    record(
        session,
        actor=actor,
        action="contact.changed_at_desk",
        object_kind="question",
        object_id=question.id,
        now=now,
        fields=(*said, "called_back" if paper is None else paper.value),
    )
    return said


def _change(
    session: Session,
    question: DevelopmentQuestion,
    contact: ContactDetails,
    but_session: str | None,
    actor: Actor,
    now: datetime,
) -> tuple[str, ...]:
    hold(session, question)
    kept = question.contact
    if kept is None:
        raise Conflict("not_submitted", _l("Deze vraag is nog niet verstuurd."))
    require_reach(contact)
    new = contact.reach
    others = tuple(name for name in REACH if getattr(kept, name) != new[name])
    agreed = {consent.topic for consent in consents_of(session, question_id=question.id)}
    if not others and agreed == set(contact.agreed):
        raise Refusal("nothing_changed", _l("Er is niets veranderd."), field="way")
    moved = kept.email is not None and kept.email != contact.email
    if others:
        tell_old_address(session, question, kept, actor, now)
    for name, value in new.items():
        setattr(kept, name, value)
    if "phone" in others:  # also when it is not wanted any more
        forget_text_number(session, question_id=question.id)
    question.changed_at = now
    session.flush()
    set_consent(session, question_id=question.id, topics=contact.agreed, actor_id=actor.reference, now=now)
    if moved or (contact.email is not None and "email" in others):
        take(session, limit=NEW_LINKS, who=str(question.id), now=now)
        if moved:
            revoke_access_links(
                session,
                question_id=question.id,
                audience=asker_audience(question),
                because=EndOfSession.OTHER_ADDRESS,
                but_session=but_session,
                actor=actor,
                now=now,
            )
        send_new_link(session, question=question, now=now)
    return others or ("by_mail",)


def ask_text_code(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    """The person, who is called, wants short messages too: a code goes to the number. Until it is typed nothing else does.

    Raises ``Refusal`` when the number takes no SMS or nobody is called, and `TooMany` for the number.
    """
    contact = _called(session, question, actor)
    if not takes_texts(contact.phone):
        raise Refusal("no_mobile_number", _l("Dit nummer kan geen sms krijgen. Geef eerst een mobiel nummer op."))
    take(session, limit=MAILS_TO, who=f"sms:{contact.phone}", now=now)
    want_texts(session, question_id=question.id, actor_id=actor.reference, now=now)
    last = newest_version(session, object_kind="question", object_id=question.id, template=TEXT_CODE)
    code = NewMessage(
        MessageKind.SMS,
        TEXT_CODE,
        asker_audience(question).value,
        object_kind="question",
        object_id=question.id,
        version=last + 1,
        locale=question.language,
    )
    enqueue(session, message=code, now=now)
    _log_texts(session, question, "texts.asked", actor, now)


def prove_text_number(
    session: Session, *, question: DevelopmentQuestion, code: str, actor: Actor, now: datetime
) -> bool:
    """The person types the code; whether it is right. A wrong one is counted: after five a new code is needed."""
    _called(session, question, actor)
    typed = "".join(code.split())
    right = prove_code(session, question_id=question.id, code=typed, actor_id=actor.reference, now=now)
    if right:
        _log_texts(session, question, "texts.proved", actor, now)
    return right


def end_texts(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    """The person wants no short messages any more. Doing it again changes nothing."""
    _called(session, question, actor)
    if forget_text_number(session, question_id=question.id):
        _log_texts(session, question, "texts.ended", actor, now)


def _called(session: Session, question: DevelopmentQuestion, actor: Actor) -> Contact:
    """How the person is reached, who acts alone and is called. Locks the question. Raises ``Refusal`` or ``Conflict``."""
    if not is_asker(question, actor) or actor.representative_id is not None:
        raise not_yours()
    hold(session, question)
    contact = question.contact
    if contact is None or contact.way is not ContactWay.PHONE:
        raise Conflict("not_called", _l("U koos niet voor de telefoon. Verander eerst hoe wij u bereiken."))
    return contact


def _log_texts(session: Session, question: DevelopmentQuestion, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="question", object_id=question.id, now=now)


def ask_link_by_post(
    session: Session, *, reference: str, postcode: str, house_number: str, site: str, actor: Actor, now: datetime
) -> None:
    """Somebody who gets letters lost the link: a letter with a new one goes to the address that we know, when the two fit.

    When they do not, the same is done and taken back, so that neither the answer nor its time says who asked something here.
    A letter that still waits for the printer is not made twice. `site` is the public address of the desk, for in the letter.
    Raises `TooMany` for the place, or for the two.
    """
    number, place = reference.strip().upper(), _plain(f"{postcode}{house_number}")
    take(session, limit=LINKS_ASKED, who=actor.origin, now=now)
    take(session, limit=LINKS_TO, who=f"{number} {place}", now=now)
    by_post = (DevelopmentQuestion.reference_number == number, Contact.way == ContactWay.POST)
    question = session.scalar(
        select(DevelopmentQuestion).join(Contact, Contact.question_id == DevelopmentQuestion.id).where(*by_post)
    )
    reached = question.contact if question is not None else None  # compared here: an address stands sealed
    if reached is None or _plain(f"{reached.postcode or ''}{reached.house_number or ''}") != place:
        question = None
    if question is not None:
        hold(session, question)
    about = question.id if question is not None else 0
    waits = waits_for_printer(session, question_id=about, template=NEW_LINK)
    with session.begin_nested() as message:
        wanted = question is not None and not is_past_its_links(question, now=now) and not waits
        letter = NewMessage(
            MessageKind.LETTER,
            NEW_LINK,
            asker_audience(question).value if question is not None else "resident",
            object_kind="question",
            object_id=about,
            version=newest_version(session, object_kind="question", object_id=about, template=NEW_LINK) + 1,
            locale=question.language if question is not None else DEFAULT_LOCALE,
            details={"site": site},
        )
        enqueue(session, message=letter, now=now)
        if not wanted:
            message.rollback()
    asked = about or "unknown"
    record(session, actor=actor, action="question.link_asked", object_kind="question", object_id=asked, now=now)


def _plain(text: str) -> str:
    return "".join(text.lower().split())
