"""The print queue: letters that wait for the printer, piles that were made, and the day they went to the post."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.questions.queries import question_by_id
from portal.cases.rights.restricted import may_leave, may_leave_now
from portal.papers.correspondence import NoRecipient
from portal.papers.letter_content import Pile, ensure_letter, for_the_printer
from portal.papers.stationery import stationery_of
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_datetime, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.letters.actions import post_letters, start_batch
from portal.post.letters.models import Letter, PrintBatch
from portal.post.letters.queries import (
    batch_by_public_id,
    batches,
    letter_of,
    letters_in,
    message_of_letter,
    posted_on,
    print_queue,
    print_queue_size,
)
from portal.post.messages.models import OutboxMessage
from portal.web.advisor.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import DutchDateField, Form
from portal.words.labels import label
from portal.words.message_labels import MESSAGES


class PostedForm(Form):
    """When the pile went to the post."""

    posted_on = DutchDateField(
        _l("Op welke dag gingen de brieven op de post?"), missing=_l("Vul de dag in."), latest=today
    )


@blueprint.get("/post")
def post() -> ResponseReturnValue:
    """Letters that wait, and the newest piles."""
    session = current_session()
    made = [
        [
            {
                "text": format_datetime(batch.made_at, "short"),
                "href": url_for("advisor.batch", batch_id=batch.public_id),
            },
            len(letters_in(session, batch=batch)),
        ]
        for batch in batches(session)
    ]
    rows = [_row(message) for message in print_queue(session, may_leave=may_leave())]
    return page("advisor/post.html", rows=rows, total=print_queue_size(session, may_leave=may_leave()), piles=made)


def _row(message: OutboxMessage) -> list[Any]:
    session = current_session()
    letter = letter_of(session, message=message)
    question = question_by_id(session, question_id=message.object_id, actor=current_actor())
    href = url_for("advisor.message", message_id=message.public_id) if question is not None else None
    return [
        {"text": label(MESSAGES, message.template), "href": href, "note": format_datetime(message.created_at, "short")},
        question.reference_number if question is not None else None,
        {"text": _("afgedrukt, nog niet op de post"), "tag": "wait"}
        if letter
        else {"text": _("nog afdrukken"), "tag": "info"},
    ]


@blueprint.post("/post/stapel")
def make_batch() -> ResponseReturnValue:
    """Make the letters that wait into one pile for the printer. A letter without an address stays in the queue."""
    session, actor = current_session(), current_actor()
    stationery = stationery_of(current_app.extensions["settings"])
    waiting = [
        message
        for message in print_queue(session, may_leave=may_leave())
        if letter_of(session, message=message) is None
    ]
    batch, left = start_batch(session, actor_id=actor.reference, now=now()), 0
    pile = Pile(batch, str(current_app.secret_key))
    for message in waiting:
        try:
            ensure_letter(
                session, message=message, dated=today(), actor=actor, now=now(), stationery=stationery, pile=pile
            )
        except NoRecipient:
            left += 1
    if left:
        flash(_("%(number)s brieven hebben geen adres. Die staan nog in de rij.", number=left), "warning")
    if left == len(waiting):
        session.rollback()
        flash(_("Er is niets om af te drukken."), "warning")
        return redirect(url_for("advisor.post"), code=303)
    return redirect(url_for("advisor.batch", batch_id=batch.public_id), code=303)


def the_batch(batch_id: str) -> PrintBatch:
    """The pile in the address, or a 404."""
    return found(batch_by_public_id(current_session(), public_id=batch_id))


@blueprint.route("/post/<batch_id>", methods=["GET", "POST"])
def batch(batch_id: str) -> ResponseReturnValue:
    """One pile: its letters, the file for the printer, and when it went to the post."""
    session = current_session()
    pile = the_batch(batch_id)
    letters = letters_in(session, batch=pile)
    form = PostedForm()
    if form.validate_on_submit():
        with form.refusals():
            on, waited = form.posted_on.data, [one for one in letters if posted_on(session, letter=one) is None]
            who = current_actor().reference
            done = post_letters(session, letters=letters, on=on, may_leave=may_leave(on), actor_id=who, now=now())
            if done:
                flash(_("De brieven staan als verstuurd. Vanaf de dag erna lopen de termijnen."), "ok")
            if stayed := [one for one in waited if posted_on(session, letter=one) is None]:
                flash(_stays(len(stayed)), "warning")
            return redirect(url_for("advisor.batch", batch_id=batch_id), code=303)
    leaving = {letter.id for letter in letters if _leaves(letter)}
    open_ones = [letter for letter in letters if posted_on(session, letter=letter) is None]
    return page(
        "advisor/batch.html",
        form=form,
        batch=pile,
        rows=[_letter_row(letter, letter.id in leaving) for letter in letters],
        open_ones=bool(open_ones),
        leaving=leaving,
        stay=_stays(kept) if (kept := sum(letter.id not in leaving for letter in open_ones)) else None,
    )


def _leaves(letter: Letter) -> bool:
    """Whether a letter may leave the desk now; not of who had the own data restricted."""
    session = current_session()
    return may_leave_now(session, message=message_of_letter(session, letter=letter))


def _letter_row(letter: Letter, leaves: bool) -> list[Any]:
    posted = posted_on(current_session(), letter=letter)
    waits = None if leaves else {"text": _("blijft hier: gegevens beperkt"), "tag": "wait"}
    return [
        {"text": letter.title, "href": url_for("advisor.sent_letter", letter_id=letter.public_id)},
        format_date(letter.dated, "short"),
        format_date(posted, "short") if posted is not None else waits,
    ]


def _stays(number: int) -> str:
    """What is said of letters that may not leave: which ones the table says."""
    return ngettext(
        "%(num)s brief blijft hier, want de gegevens van de aanvrager zijn beperkt (AVG artikel 18). Doe die niet op de post.",
        "%(num)s brieven blijven hier, want de gegevens van aanvragers zijn beperkt (AVG artikel 18). Doe die niet op de post.",
        number,
    )


@blueprint.get("/post/<batch_id>/brieven.pdf")
def batch_pdf(batch_id: str) -> ResponseReturnValue:
    """The pages of all letters of a pile that may leave behind each other, for the printer; back to the pile when none may.

    The tags for screen readers are in the files of the letters themselves, not in this one: it is for paper. A new link stands
    here alone, until the pile went to the post.
    """
    import pikepdf

    session, key = current_session(), str(current_app.secret_key)
    pile, out = pikepdf.Pdf.new(), BytesIO()
    leaving = [letter for letter in letters_in(session, batch=the_batch(batch_id)) if _leaves(letter)]
    if not leaving:
        return redirect(url_for("advisor.batch", batch_id=batch_id), code=303)
    for letter in leaving:
        with pikepdf.Pdf.open(BytesIO(for_the_printer(session, letter=letter, key=key))) as one:
            pile.pages.extend(one.pages)
    pile.save(out, deterministic_id=True)
    response = Response(out.getvalue(), mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="brieven.pdf"'
    return response
