"""The outbox: what waits, what went wrong, what must be printed; and each message as it will look."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.questions.queries import of_questions_seen_by, question_by_id
from portal.cases.rights.restricted import may_leave, require_may_leave
from portal.papers.correspondence import Composed, NoRecipient, compose
from portal.papers.letter_content import ensure_letter, letter_content
from portal.papers.on_paper import kept_of_secret
from portal.papers.stationery import stationery_of
from portal.papers.undelivered import note_by_hand
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime
from portal.platform.i18n import gettext as _
from portal.post.letters.actions import post_letters
from portal.post.letters.models import Letter
from portal.post.letters.queries import letter_of
from portal.post.messages.actions import retry
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage, Recipient
from portal.post.messages.queries import (
    letter_instead,
    message_by_public_id,
    number_undelivered,
    outbox,
    outbox_counts,
    topic_of,
    undelivered,
    undelivered_among,
    undelivered_mail,
)
from portal.web.advisor.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.listing import paging
from portal.web.edge.policy import current_actor, note_viewing
from portal.words.labels import MESSAGE_KINDS, MESSAGE_STATES, RECIPIENTS, TOPICS_AT_THE_DESK, label, tag
from portal.words.message_labels import MESSAGES

NOT_ARRIVED = "undelivered"
BY_MAIL_ONLY = ("account/", "provider/", "employer/", "pledge/asked")
"""Messages to who has an account or gave an address for this alone."""


@blueprint.get("/berichten")
def outbox_list() -> ResponseReturnValue:
    """All messages, newest first. Names and addresses are not here: they are looked up when a message leaves."""
    session = current_session()
    asked = request.args.get("staat", "")
    state = MessageState(asked) if asked in [state.value for state in MessageState] else None
    counts, back = outbox_counts(session), asked == NOT_ARRIVED
    came_back = number_undelivered(session)
    place = paging(
        came_back if back else sum(number for key, number in counts.items() if state is None or key is state)
    )
    links: list[dict[str, Any]] = [
        {
            "text": _("alle"),
            "href": url_for("advisor.outbox_list"),
            "count": sum(counts.values()),
            "current": state is None and not back,
        }
    ]
    for known in MessageState:
        if counts.get(known) or known is state:
            href = url_for("advisor.outbox_list", staat=known.value)
            text = label(MESSAGE_STATES, known)
            links.append({"text": text, "href": href, "count": counts.get(known, 0), "current": known is state})
    if came_back or back:
        href = url_for("advisor.outbox_list", staat=NOT_ARRIVED)
        links.append({"text": _("niet aangekomen"), "href": href, "count": came_back, "current": back})
    if back:
        rows = undelivered_mail(session, limit=place.size, offset=place.offset)
    else:
        rows = outbox(session, state=state, limit=place.size, offset=place.offset)
    gone = undelivered_among(session, messages=rows)
    return page(
        "advisor/outbox.html",
        rows=[_cells(message, message.id in gone) for message in rows],
        states=links,
        chosen=asked if back else state.value if state is not None else "",
        paging=place,
    )


@blueprint.get("/berichten/kanalen")
def channels() -> ResponseReturnValue:
    """For every kind of message by which channel it goes: what the person said decides, and else it is paper (Awb 2:8)."""
    rows = [[str(words), *_channel(template)] for template, words in MESSAGES.items()]
    return page("advisor/channels.html", rows=sorted(rows, key=lambda row: (row[1], row[0])))


def _channel(template: str) -> tuple[str, str]:
    if template.startswith(BY_MAIL_ONLY):
        return _("Medewerkers, opleiders en werkgevers"), _("altijd per e-mail")
    kind = label(TOPICS_AT_THE_DESK, topic_of(template))
    return kind, _("per e-mail als de persoon dat voor deze soort zei, anders per post")


def _cells(message: OutboxMessage, gone: bool) -> list[Any]:
    about = None
    if message.object_kind == "question":
        question = question_by_id(current_session(), question_id=message.object_id, actor=current_actor())
        if question is not None:
            href = url_for("advisor.question", question_id=question.public_id)
            about = {"text": question.reference_number, "href": href}
    shown = about is not None or message.object_kind != "question"
    readable = shown and is_open_to_staff(message)
    link = url_for("advisor.message", message_id=message.public_id) if readable else None
    return [
        {"text": label(MESSAGES, message.template), "href": link, "note": format_datetime(message.created_at, "short")},
        about,
        label(MESSAGE_KINDS, message.kind),
        label(RECIPIENTS, message.recipient),
        {"text": _("niet aangekomen"), "tag": "no"} if gone else tag(MESSAGE_STATES, message.state),
    ]


def is_open_to_staff(message: OutboxMessage) -> bool:
    """Whether an advisor may read it: messages about cases, not sign-in links of colleagues."""
    return message.recipient is not Recipient.ACCOUNT and message.object_kind == "question"


def _composed(message: OutboxMessage, made: Letter | None) -> Composed:
    address, until = current_app.extensions["settings"].address, made.object_by if made is not None else None
    return compose(current_session(), message=message, address=address, now=now(), preview=True, object_by=until)


def _content(message: OutboxMessage) -> dict[str, Any]:
    stationery = stationery_of(current_app.extensions["settings"])
    return letter_content(
        current_session(), message=message, dated=today(), now=now(), stationery=stationery, preview=True
    ).as_dict()


def the_message(message_id: str) -> OutboxMessage:
    """A message about a case that this advisor may see, or a 404."""
    about = of_questions_seen_by(OutboxMessage.object_id, current_actor())
    message = found(message_by_public_id(current_session(), public_id=message_id, about=about))
    if not is_open_to_staff(message):
        found(None)
    question = found(question_by_id(current_session(), question_id=message.object_id, actor=current_actor()))
    note_viewing(question_id=question.id)
    return message


@blueprint.get("/bericht/<message_id>")
def message(message_id: str) -> ResponseReturnValue:
    """One message as it will look, or the letter as it was made. The personal link is only made when it is sent."""
    shown = the_message(message_id)
    made, content, composed, trouble = letter_of(current_session(), message=shown), None, None, ""
    try:
        if shown.kind is MessageKind.LETTER:
            content = made.content if made is not None else _content(shown)
        else:
            composed = _composed(shown, made)
    except NoRecipient:
        trouble = _("Er is geen adres om dit bericht naartoe te sturen.")
    return page(
        "advisor/message.html",
        message=shown,
        composed=composed,
        content=content,
        made=made,
        trouble=trouble,
        letter=shown.kind is MessageKind.LETTER,
        by_itself=kept_of_secret(shown) is None,
        **_arrival(shown),
        state=MESSAGE_STATES[shown.state.value],
        question=question_by_id(current_session(), question_id=shown.object_id, actor=current_actor()),
    )


def _arrival(message: OutboxMessage) -> dict[str, Any]:
    """Whether a mail is known not to have arrived, what took its place, and whether that can be said of it."""
    known = undelivered(current_session(), message=message)
    left = message.kind is not MessageKind.LETTER and message.state in (MessageState.SENT, MessageState.FAILED)
    instead = letter_instead(current_session(), message=message) if known is not None and known.as_letter else None
    return {"undelivered": known, "instead": instead, "may_be_lost": left and known is None}


@blueprint.post("/bericht/<message_id>/niet-aangekomen")
def not_delivered(message_id: str) -> ResponseReturnValue:
    """A mail or SMS did not arrive: what is formal goes on paper instead."""
    session, shown = current_session(), the_message(message_id)
    note_by_hand(session, message=shown, actor=current_actor(), now=now())
    known = undelivered(session, message=shown)
    if known is not None and known.as_letter:
        flash(_("Vastgelegd. Dit bericht gaat nu als brief, met de volgende stapel."), "ok")
    else:
        flash(_("Vastgelegd. Van dit bericht maken wij geen brief. Neem zelf contact op."), "warning")
    return redirect(url_for("advisor.message", message_id=message_id), code=303)


@blueprint.post("/bericht/<message_id>/verstuurd")
def printed(message_id: str) -> ResponseReturnValue:
    """A letter was printed and posted today: it is kept as it is now."""
    session, actor, shown = current_session(), current_actor(), the_message(message_id)
    if kept_of_secret(shown) is not None:
        flash(
            _(
                "In deze brief staat een link of een code. Die staat alleen in het bestand van een stapel. Maak een stapel."
            ),
            "warning",
        )
    elif shown.kind is MessageKind.LETTER and shown.state is not MessageState.SENT:
        stationery = stationery_of(current_app.extensions["settings"])
        try:
            made = ensure_letter(session, message=shown, dated=today(), actor=actor, now=now(), stationery=stationery)
            leaves = may_leave(today())
            if not post_letters(
                session, letters=[made], on=today(), may_leave=leaves, actor_id=actor.reference, now=now()
            ):
                require_may_leave(session, message=shown)
            flash(_("De brief staat als verstuurd."), "ok")
        except NoRecipient:
            flash(_("Er is geen adres om dit bericht naartoe te sturen."), "warning")
    return redirect(url_for("advisor.message", message_id=message_id), code=303)


@blueprint.post("/bericht/<message_id>/opnieuw")
def send_again(message_id: str) -> ResponseReturnValue:
    """Queue a message that failed once more."""
    shown = the_message(message_id)
    retry(current_session(), message=shown, now=now())
    flash(_("Het bericht wordt opnieuw verstuurd."), "ok")
    return redirect(url_for("advisor.message", message_id=message_id), code=303)
