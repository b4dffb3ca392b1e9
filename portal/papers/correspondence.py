"""Making a message from the outbox: who gets it, at which address, in which words.

This happens when it is sent (or printed), so that the outbox holds no personal data. A mail says that something is waiting and
gives the way in; what it is about stands behind the link.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound
from sqlalchemy.orm import Session

from portal.accounting.scheduled_reports.actions import READY
from portal.accounting.scheduled_reports.queries import still_wanted
from portal.accounting.warnings.actions import DIGEST
from portal.accounting.warnings.queries import digest_reader, warnings_now
from portal.accounting.warnings.sentences import KINDS as WARNING_KINDS
from portal.cases.applications.queries import application_by_question
from portal.cases.appointments.queries import change_until
from portal.cases.conversations.queries import conversation_by_id
from portal.cases.employers.queries import address_by_id, link_by_id
from portal.cases.former_contacts import CHANGED, former_contact
from portal.cases.own_proof.actions import arm_own_code
from portal.cases.pledges.queries import pledge_by_question
from portal.cases.questions.models import Contact, ContactWay, DevelopmentQuestion, Route
from portal.cases.questions.queries import question_by_id
from portal.framework.catalogue.queries import has_region, region
from portal.framework.staff import ASKED_LINK, CLOSED, SENT_LINK
from portal.papers.short_texts import CODES, NO_ADDRESS, source_of
from portal.people.accounts.actions import AFTER_THE_CASE, AT_MOST, LinkTerms, grant_access_link, issue_sign_in_link
from portal.people.accounts.queries import account_by_id, sign_in_code
from portal.people.actor import Actor, Audience
from portal.people.employers import arm_employer_link
from portal.platform.config import TEMPLATES
from portal.platform.documents import row, said
from portal.platform.guarded import hold
from portal.platform.i18n import FILTERS, gettext, localized, ngettext, use_locale
from portal.post.messages.actions import arm_text_code
from portal.post.messages.models import MessageKind, OutboxMessage, Recipient
from portal.post.messages.queries import TEXT_CODE, is_to_who_asked, may_text
from portal.second_look.objections.queries import objection_by_id
from portal.words.running_labels import ASPECTS
from portal.words.talk_labels import TALKING

SENDER = Actor.system("messages")
WITH_SIGN_IN_LINK = frozenset({ASKED_LINK, SENT_LINK})
"""The mails with a link that lets an account in; others lead to the page to sign in."""
WANTED_FOR = timedelta(hours=1)
"""So long somebody waits for a link to sign in. A link that comes out of the blue is one that nobody asked for."""
WAY_IN = "/toegang/"
OF_ANOTHER = "objection"
"""What a message is about that goes to another who objects: who asked does not see it among the own letters."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NoRecipient(Exception):
    """There is nobody (left) to send this to, or no address; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Addressee:
    """A person with the address the message goes to, and how to make the way in."""

    name: str
    email: str | None = None
    postal: tuple[str, ...] = ()
    path: Callable[[], str] | None = None
    """Makes the path of a new link. Called for mail and SMS only, when it is sent."""
    phone: str | None = None


@dataclass(frozen=True)
class Composed:
    """A message ready to leave."""

    to: Addressee
    subject: str
    body: str
    locale: str


def compose(
    session: Session,
    *,
    message: OutboxMessage,
    address: str,
    now: datetime,
    preview: bool = False,
    object_by: date | None = None,
) -> Composed:
    """The message in words. For mail it makes a new link, so it writes; a preview shows three dots there. Raises `NoRecipient`.

    `address` is the public address of the desk, without a slash at the end; `object_by` the last day to object to what it tells.
    """
    question = question_of(session, message)
    mail = message.kind is not MessageKind.LETTER
    if question is not None and mail and not preview:
        hold(session, question)  # who changes the address at the same moment ends the link that goes to the old one
    to = addressee_of(session, message, question, now)
    with use_locale(message.locale):
        link = f"{address}{'/…' if preview else to.path()}" if mail and to.path is not None else None
        template = environment().get_template(source_of(message))
        words = context_of(session, message, question, link) | figures_of(session, message, now)
        words["object_by"] = object_by
        code = sign_in_code(link.rpartition("/")[2]) if link and (message.details or {}).get("asked_in") else None
        if message.template in CODES and mail and not preview:
            code = _armed(session, message, now)
        made = template.new_context(words | {"code": code})
        subject = " ".join("".join(template.blocks["subject"](made)).split())
        body = "".join(template.blocks["body"](made)).strip() + "\n"
    return Composed(to, subject, body, message.locale)


def _armed(session: Session, message: OutboxMessage, now: datetime) -> str:
    """The code of a message that leaves now; it works from here on."""
    arm = arm_text_code if message.template == TEXT_CODE else arm_own_code
    code = arm(session, question_id=message.object_id, now=now)
    if code is None:
        raise NoRecipient("no_code_awaited")
    return code


def subject_words(template: str, *, employer: bool) -> str | None:
    """What a message to who asked, an employer or not, is called in the language of now; None for one not made any more."""
    try:
        found = environment().get_template(f"messages/{template}.txt")
    except TemplateNotFound:
        return None
    return " ".join("".join(found.blocks["subject"](found.new_context({"employer": employer}))).split())


def context_of(
    session: Session, message: OutboxMessage, question: DevelopmentQuestion | None, link: str | None
) -> dict[str, Any]:
    """What the text of every message may use. Days in `details` are dates here."""
    return {
        "desk": desk_of(session),
        "link": link,
        "reference": question.reference_number if question is not None else None,
        "to_asker": is_to_who_asked(message),
        "letter": message.kind is MessageKind.LETTER,
        **dict.fromkeys(("object_by", "account", "iban")),  # of letters, and of a mail about one
        "decide_by": question.decide_by if question is not None else None,
        "employer": question is not None and question.route is Route.EMPLOYER,
        "details": {key: _value(value) for key, value in (message.details or {}).items()},
        "talk": _told_talk(session, message),
    }


@dataclass(frozen=True)
class ToldTalk:
    """A talk as a message says it: when, how, where, with whom, and until when the person can change it."""

    starts_at: datetime
    minutes: int
    how: str
    way: str
    place: str
    advisor: str
    change_until: datetime


def _told_talk(session: Session, message: OutboxMessage) -> ToldTalk | None:
    """The talk that a message is about, as it stands now; None for another message."""
    talk_id = (message.details or {}).get("talk")
    talk = conversation_by_id(session, talk_id=talk_id, actor=SENDER) if isinstance(talk_id, int) else None
    if talk is None:
        return None
    until = change_until(session, talk=talk) if has_region(session) else talk.planned_for
    return ToldTalk(
        starts_at=talk.planned_for,
        minutes=talk.minutes,
        how=str(TALKING[talk.way]),
        way=talk.way.value,
        place=talk.place or "",
        advisor=talk.advisor_name,
        change_until=until,
    )


def figures_of(session: Session, message: OutboxMessage, now: datetime) -> dict[str, Any]:
    """For the weekly mail: how many warnings are open for its reader, as the page says it at this moment. Numbers only.

    That a report is ready is told to who may still read it alone. Raises `NoRecipient`.
    """
    if message.template == READY and not still_wanted(session, schedule_id=(message.details or {}).get("schedule", 0)):
        raise NoRecipient("may_not_read_any_more")
    if message.template != DIGEST:
        return {}
    reader = digest_reader(session, account_id=message.object_id)
    if reader is None:
        raise NoRecipient("not_wanted_any_more")
    counts = warnings_now(session, actor=reader, now=now).counts
    rows = [(str(WARNING_KINDS[kind.value]), number) for kind, number in counts.items()]
    return {"total": sum(counts.values()), "counts": rows}


def _value(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value


@lru_cache
def environment() -> Environment:
    """The templates of messages and letters: plain text, and a name that a template does not know is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters.update(FILTERS | {"said": said})
    environment.globals.update(row=row, aspects=ASPECTS)
    return environment


def desk_of(session: Session) -> dict[str, Any]:
    """How the desk is named and reached, in the language of now."""
    known = region(session).desk if has_region(session) else None
    if known is None:
        return {"name": "Ontwikkelloket", "phone": None, "hours": None, "address": None, "court": None}
    return {
        "name": localized(known.name),
        "phone": known.phone,
        "hours": localized(known.opening_hours) or None,
        "address": known.address,
        "court": localized(known.court) or None,
    }


def question_of(session: Session, message: OutboxMessage) -> DevelopmentQuestion | None:
    """The question that a message is about, itself or by an objection of another; None when it is about something else."""
    if message.object_kind not in ("question", OF_ANOTHER):
        return None
    about: int | None = message.object_id
    if message.object_kind == OF_ANOTHER:
        objection = objection_by_id(session, objection_id=message.object_id)
        about = objection.question_id if objection is not None else None
    question = question_by_id(session, question_id=about, actor=SENDER) if about is not None else None
    if question is None:
        raise NoRecipient("question_gone")
    return question


def addressee_of(
    session: Session, message: OutboxMessage, question: DevelopmentQuestion | None, now: datetime
) -> Addressee:
    """Who gets a message and at which address. Raises `NoRecipient` when there is nobody, or no address for its kind."""
    to = _addressee(session, message, question, now)
    known = {MessageKind.EMAIL: to.email, MessageKind.SMS: to.phone, MessageKind.LETTER: to.postal}
    if not known[message.kind]:
        raise NoRecipient(NO_ADDRESS[message.kind])
    return to


def _addressee(
    session: Session, message: OutboxMessage, question: DevelopmentQuestion | None, now: datetime
) -> Addressee:
    if message.recipient is Recipient.ACCOUNT:
        return _account(session, message, now)
    if message.object_kind == "employer_link":
        return _employer_at_the_door(session, message, now)
    if message.object_kind == "employer_address":
        address = address_by_id(session, address_id=message.object_id)
        if address is None:
            raise NoRecipient("address_ended")
        return Addressee("", address.email, path=lambda: "/werkgever/inloggen")
    if question is None:
        raise NoRecipient("object_unknown")
    if message.object_kind == OF_ANOTHER:
        return _other_objector(session, message)
    if message.template == CHANGED:
        return _former(session, question, message)
    if message.recipient is Recipient.EMPLOYER and question.route is Route.INDIVIDUAL:
        return _asked_employer(session, question, now)
    audience = Audience.EMPLOYER if question.route is Route.EMPLOYER else Audience.RESIDENT
    to = _asker(session, question, question.contact, audience, now)
    if message.template in CODES:
        to = replace(to, path=None)
    if message.kind is not MessageKind.SMS:
        return to
    proves = message.template == TEXT_CODE
    known = proves or may_text(session, question_id=question.id, template=message.template)
    return replace(to, phone=to.phone if known else None)


def _other_objector(session: Session, message: OutboxMessage) -> Addressee:
    """Who objects without being who asked: on paper, without a way in to the case of somebody else."""
    objection = objection_by_id(session, objection_id=message.object_id)
    if objection is None or not objection.of_another:
        raise NoRecipient("object_unknown")
    place = f"{objection.third_postcode}  {objection.third_city}"
    return Addressee(objection.third_name, postal=(objection.third_name, objection.third_street, place))


def _account(session: Session, message: OutboxMessage, now: datetime) -> Addressee:
    account = account_by_id(session, account_id=message.object_id)
    if account is None or (account.disabled_at is not None and message.template != CLOSED):
        raise NoRecipient("account_gone")
    lets_in = message.template in WITH_SIGN_IN_LINK
    if lets_in and now - message.created_at > WANTED_FOR:
        raise NoRecipient("too_late")

    def path() -> str:
        if not lets_in:  # read hours later, when a link of ten minutes would be dead
            return "/inloggen"
        asked = {name: (message.details or {}).get(name) for name in ("asked_by", "asked_from", "asked_in")}
        return f"/inloggen/{issue_sign_in_link(session, account=account, actor=SENDER, now=now, **asked)}"

    return Addressee(account.display_name, email=account.email, path=path)


def _employer_at_the_door(session: Session, message: OutboxMessage, now: datetime) -> Addressee:
    """Who asked for a link at an address that we know: the link is made when the mail leaves."""
    link = link_by_id(session, link_id=message.object_id)
    if link is None or now - message.created_at > WANTED_FOR:
        raise NoRecipient("too_late")
    return Addressee(
        "", link.email, path=lambda: f"/werkgever/inloggen/{arm_employer_link(session, link=link, now=now)}"
    )


def _asker(
    session: Session, question: DevelopmentQuestion, contact: Contact | None, audience: Audience, now: datetime
) -> Addressee:
    if contact is None:
        raise NoRecipient("no_contact")
    postal: tuple[str, ...] = ()
    if contact.street and contact.postcode and contact.city:
        postal = (
            contact.name,
            f"{contact.street} {contact.house_number or ''}".strip(),
            f"{contact.postcode}  {contact.city}",
        )
    elif (applied := application_by_question(session, question=question)) is not None:
        postal = (applied.name, f"{applied.street} {applied.house_number}", f"{applied.postcode}  {applied.city}")
    phone = contact.phone if contact.way is ContactWay.PHONE else None
    return Addressee(contact.name, contact.email, postal, question_path(session, question, audience, now), phone)


def _former(session: Session, question: DevelopmentQuestion, message: OutboxMessage) -> Addressee:
    """Where somebody was reached before: told that it is changed, without a way in."""
    former = former_contact(session, question_id=question.id, former_id=message.version)
    if former is None:
        raise NoRecipient("no_contact")
    street = f"{former.street} {former.house_number or ''}".strip()
    postal = (former.name, street, f"{former.postcode}  {former.city}") if former.street else ()
    return Addressee(former.name, former.email, postal)


def _asked_employer(session: Session, question: DevelopmentQuestion, now: datetime) -> Addressee:
    pledge = pledge_by_question(session, question=question)
    if pledge is None or not pledge.employer_email:
        raise NoRecipient("no_email_address")
    path = question_path(session, question, Audience.EMPLOYER, now)
    return Addressee(pledge.employer_name or "", pledge.employer_email, (), path)


def question_path(
    session: Session, question: DevelopmentQuestion, audience: Audience, now: datetime, token: str | None = None
) -> Callable[[], str]:
    """Makes the path of a new link to a question; `token` is what lets in, when that is not drawn by lot."""

    def path() -> str:
        terms = LinkTerms(AFTER_THE_CASE if question.is_over else AT_MOST, token)
        made = grant_access_link(
            session, question_id=question.id, audience=audience, actor=SENDER, now=now, terms=terms
        )
        return f"{WAY_IN}{made}"

    return path
