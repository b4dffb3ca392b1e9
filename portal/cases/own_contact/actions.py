"""Who asked changes how they are reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.own_contact.models import FormerContact
from portal.cases.own_contact.queries import CHANGED
from portal.cases.questions.actions import not_yours, require_reach, send_new_link
from portal.cases.questions.models import Contact, ContactDetails, DevelopmentQuestion
from portal.cases.questions.queries import asker_audience, is_asker
from portal.people.accounts.actions import revoke_access_links
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.actions import take
from portal.platform.limits.models import NEW_LINKS
from portal.post.messages.actions import NewMessage, enqueue, set_consent
from portal.post.messages.models import MessageKind
from portal.post.messages.queries import consents_of

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
        _tell_old_address(session, question, kept, actor, now)
    for name, value in new.items():
        setattr(kept, name, value)
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
                representatives_too=False,
                but_session=here,
                actor=actor,
                now=now,
            )
        send_new_link(session, question=question, now=now)
    record(
        session,
        actor=actor,
        action="contact.changed",
        object_kind="question",
        object_id=question.id,
        now=now,
        fields=others or ("by_mail",),
    )
    return others or ("by_mail",)


def _tell_old_address(
    session: Session, question: DevelopmentQuestion, kept: Contact, actor: Actor, now: datetime
) -> None:
    """Keep where the person was reached and tell it there, by mail or letter. Who was called has no old address."""
    former = FormerContact(
        question_id=question.id,
        way=kept.way,
        name=kept.name,
        email=kept.email,
        street=kept.street,
        house_number=kept.house_number,
        postcode=kept.postcode,
        city=kept.city,
        changed_at=now,
        changed_by=actor.reference,
    )
    session.add(former)
    session.flush()
    kind = MessageKind.EMAIL if kept.email else MessageKind.LETTER if kept.street else None
    if kind is not None:
        to = asker_audience(question).value
        told = NewMessage(
            kind,
            CHANGED,
            to,
            object_kind="question",
            object_id=question.id,
            version=former.id,
            locale=question.language,
        )
        enqueue(session, message=told, now=now)
