"""Acts: an employer asks for its link, and an advisor says which addresses speak for an employer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.employers.queries import employer_number, known_employer
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import ContactWay, DevelopmentQuestion, Route
from portal.people.accounts.models import AddressProof, EmployerAddress
from portal.people.accounts.queries import addresses_of_employer
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.employers import add_address, begin_employer_link, end_address
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import DEFAULT_LOCALE
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.actions import take
from portal.platform.limits.models import SIGN_IN_ASKED, SIGN_IN_MAILS
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.queries import newest_version

LINK, OPENED, JOINED = "employer/sign_in", "employer/opened", "employer/joined"
"""The link that was asked for; that an address may come in; word of that to the addresses that could already."""
MOST_ADDRESSES = 20


def ask_employer_link(
    session: Session, *, email: str, actor: Actor, now: datetime, locale: str = DEFAULT_LOCALE
) -> None:
    """An employer types an address: when there is something for it, a link goes there by mail.

    For any other address the same is done, and taken back: neither the answer nor the time it takes says who is known here.
    Raises `TooMany` for the address or for the place.
    """
    address = email.strip().lower()
    take(session, limit=SIGN_IN_ASKED, who=actor.origin, now=now)
    take(session, limit=SIGN_IN_MAILS, who=f"employer {address}", now=now)
    known = known_employer(session, email=address)
    asked_by = Actor.anonymous().at(actor.origin)
    with session.begin_nested() as message:
        link = begin_employer_link(session, email=address, actor=asked_by, now=now)
        _mail(session, "employer_link", link.id, LINK, now, locale=locale)
        about = link.id
        if not known:
            message.rollback()
    object_id = about if known else "unknown"
    record(session, actor=asked_by, action="employer.link_asked", object_kind="employer", object_id=object_id, now=now)


def admit_address(
    session: Session, *, question: DevelopmentQuestion, email: str, actor: Actor, now: datetime
) -> EmployerAddress:
    """An advisor made sure that an address is of the employer of a question: who reads mail there sees all that it asked.

    The address is told, and so are those that could come in already. Raises ``Refusal`` without a KvK number or for too many
    addresses, ``Conflict`` when it speaks for the employer already.
    """
    advisor_only(actor)
    hold(session, question)
    number = employer_number(session, question=question)
    if question.route is not Route.EMPLOYER or question.is_draft or number is None:
        raise Refusal("not_employer_route", _l("Deze vraag is niet van een werkgever."))
    if not email.strip():
        raise Refusal("email_missing", _l("Vul een e-mailadres in."), field="email")
    before = addresses_of_employer(session, kvk_numbers=[number])
    if len(before) >= MOST_ADDRESSES:
        message = _l("Deze werkgever heeft al %(most)s e-mailadressen. Haal er eerst een weg.", most=MOST_ADDRESSES)
        raise Refusal("too_many_addresses", message, field="email")
    made = add_address(
        session,
        kvk_number=number,
        email=email,
        proof=AddressProof.ADVISOR,
        question_id=question.id,
        actor=actor,
        now=now,
    )
    if made is None:
        raise Conflict("address_there", _l("Met dit e-mailadres kan deze werkgever al inloggen."), field="email")
    _mail(session, "employer_address", made.id, OPENED, now, locale=question.language)
    _added(session, made, before, actor, now, question.language)
    return made


def dismiss_address(
    session: Session, *, question: DevelopmentQuestion, address: EmployerAddress, actor: Actor, now: datetime
) -> None:
    """An advisor takes an address away: who came in by it sees nothing from now on.

    Raises ``Refusal`` for an address of another employer, ``Conflict`` when it is gone already.
    """
    advisor_only(actor)
    hold(session, question)
    if address.kvk_number != employer_number(session, question=question):
        raise Refusal("other_employer", _l("Dit e-mailadres is niet van deze werkgever."))
    end_address(session, address=address, actor=actor, now=now)
    action = "employer.address_ended"
    record(session, actor=actor, action=action, object_kind="employer_address", object_id=address.id, now=now)


def know_awarded_address(
    session: Session, *, question: DevelopmentQuestion, kvk_number: str | None, actor: Actor, now: datetime
) -> None:
    """An application was awarded to an employer: the address from which it asked speaks for it from now on.

    It hears of the award already; the addresses that could come in before are told of it. Nothing for a resident, or an employer
    that gets no e-mail.
    """
    contact = question.contact
    if kvk_number is None or contact is None or contact.way is not ContactWay.EMAIL or not contact.email:
        return
    before = addresses_of_employer(session, kvk_numbers=[kvk_number])
    made = add_address(
        session,
        kvk_number=kvk_number,
        email=contact.email,
        proof=AddressProof.AWARD,
        question_id=question.id,
        actor=actor,
        now=now,
    )
    if made is not None:
        _added(session, made, before, actor, now, question.language)


def _added(
    session: Session, made: EmployerAddress, before: list[EmployerAddress], actor: Actor, now: datetime, locale: str
) -> None:
    """Tell those that could come in before."""
    for one in before:
        _mail(session, "employer_address", one.id, JOINED, now, locale=locale)
    action = "employer.address_added"
    record(session, actor=actor, action=action, object_kind="employer_address", object_id=made.id, now=now)


def _mail(session: Session, kind: str, number: int, template: str, now: datetime, *, locale: str) -> None:
    version = newest_version(session, object_kind=kind, object_id=number, template=template) + 1
    message = NewMessage("email", template, "employer", kind, number, version=version, locale=locale)
    enqueue(session, message=message, now=now)
