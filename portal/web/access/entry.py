"""Entering by a link. Looking at a link (as mail scanners do) changes nothing: only the button uses it."""

from __future__ import annotations

import secrets

from flask import abort, current_app, flash, redirect, request, url_for
from flask import session as flask_session
from flask.typing import ResponseReturnValue

from portal.cases.own_contact.actions import ask_link_by_post
from portal.cases.own_links import ask_link_by_text, ask_new_link
from portal.framework.staff import ask_sign_in_link
from portal.people.accounts.actions import LinkUnusable, consume_access_link, consume_sign_in_link
from portal.people.accounts.models import WayIn
from portal.people.accounts.queries import (
    account_by_public_id,
    accounts,
    secret_hash,
    usable_access_link,
    usable_sign_in_link,
)
from portal.people.actor import Actor, Audience
from portal.people.sign_in_codes import consume_sign_in_code
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import current_locale
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.models import (
    SIGN_IN_CODES,
    SIGN_IN_CODES_HERE,
    SIGN_IN_CODES_TO,
    WRONG_LINKS,
    HowOften,
)
from portal.platform.limits.queries import hashed
from portal.web.access.blueprint import blueprint
from portal.web.access.coming_in import come_in, first_page, log_entry
from portal.web.access.visiting import service_of_session, services_for
from portal.web.edge import READING, found, page, repeatable
from portal.web.edge.keeping import go_on
from portal.web.edge.limiting import count_wrong, refuse_guesser
from portal.web.edge.policy import current_actor
from portal.web.edge.session import enter_question, leave, this_session
from portal.web.forms import EmailField, Form, PhoneField, PostcodeField, TextField

ASKED_IN, ASKED_FOR = "asked_in", "asked_for"
"""Under these names the session keeps what only the browser has in which somebody asked for a link, and a keyed hash of the
address."""


class SignInForm(Form):
    """The address to which the link goes."""

    email = EmailField(_l("Uw e-mailadres"), missing=_l("Vul uw e-mailadres in."))


@blueprint.route("/inloggen", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for a link by mail; in the demonstration, offer every account with one button. Who is in goes on."""
    demo = current_app.extensions["settings"].is_demo
    if request.method in READING and not demo and current_actor().account_id is not None:
        return redirect(first_page(current_actor().audience))
    session, form = current_session(), SignInForm()
    if form.validate_on_submit():
        with form.refusals():
            asked_in = secret_hash(_asked_in(form.email.data))
            ask_sign_in_link(session, email=form.email.data, actor=current_actor(), now=now(), asked_in=asked_in)
            return redirect(url_for("access.sign_in_asked"), code=303)
    ready = [account for account in accounts(session) if account.disabled_at is None] if demo else []
    ways = {one.name: one.title(current_locale()) for one in services_for("staff")}
    still_in = request.args.get("uit") if request.args.get("uit") in ways else None
    return page("access/sign_in.html", form=form, accounts=ready, ways=ways.items(), still_in=still_in)


class SignInCodeForm(Form):
    """The six digits in the mail, for who reads it on another device."""

    code = TextField(_l("Code uit de mail"), missing=_l("Typ de zes cijfers uit de mail."), maximum=20)


@blueprint.route("/inloggen/gevraagd", methods=["GET", "POST"])
def sign_in_asked() -> ResponseReturnValue:
    """What happens next, the same for every address; and the code of the mail, for who reads it on another device."""
    asked_in, form = flask_session.get(ASKED_IN), SignInCodeForm()
    if form.sent_while(asked_in is not None, _l("Deze pagina is te oud. Vraag een nieuwe link aan om in te loggen.")):
        with form.refusals():
            assert asked_in is not None, "this browser asked for a link"
            tries = _tries_of_codes(asked_in)
            for limit, who in tries:
                refuse_guesser(limit, who)
            try:
                code = "".join(form.code.data.split())
                used = consume_sign_in_code(current_session(), code=code, browser=asked_in, now=now())
                return come_in(used.account, link=used)
            except LinkUnusable:
                for limit, who in tries:
                    count_wrong(limit, who)
                message = _l("Deze code klopt niet of is te oud. Kijk in de laatste mail, of vraag een nieuwe.")
                raise Refusal("wrong_code", message, field="code") from None
    return page("access/sign_in_asked.html", form=form, asks=asked_in is not None, back=url_for("access.sign_in"))


def _asked_in(email: str) -> str:
    """What only this browser has, for this address; for another address another, so that a guess counts where it is made."""
    whose = hashed(SIGN_IN_CODES_TO, email.strip().lower())
    if flask_session.get(ASKED_FOR) != whose or ASKED_IN not in flask_session:
        flask_session[ASKED_IN], flask_session[ASKED_FOR] = secrets.token_urlsafe(16), whose
    mine: str = flask_session[ASKED_IN]
    return mine


def _tries_of_codes(asked_in: str) -> tuple[tuple[HowOften, str], ...]:
    """What a wrong code counts for: this browser, the address that it is about, and this place."""
    about = flask_session.get(ASKED_FOR, asked_in)
    return (
        (SIGN_IN_CODES, asked_in),
        (SIGN_IN_CODES_TO, about),
        (SIGN_IN_CODES_HERE, current_actor().origin),
    )


@blueprint.get("/langer")
def stay() -> ResponseReturnValue:
    """Opening this page is doing something: who is in stays in. The page that was open keeps what is typed.

    Of who is not in any more it takes nothing away: the page that was open says why.
    """
    this_session().told_over = True
    return page("access/stay.html")


@blueprint.route("/inloggen/<token>", methods=["GET", "POST"])
def link(token: str) -> ResponseReturnValue:
    """A link that lets an account in once."""
    session = current_session()
    if request.method in READING:
        usable = usable_sign_in_link(session, token=token, now=now())
        if usable is None:
            return wrong_link()
        asked_in = flask_session.get(ASKED_IN, "")
        if usable.asked_in is not None and usable.asked_in != secret_hash(asked_in):
            return page("access/asked_elsewhere.html")
        return page("access/enter.html", name=usable.account.display_name)
    try:
        used = consume_sign_in_link(session, token=token, now=now(), browser=flask_session.get(ASKED_IN))
    except LinkUnusable:
        return wrong_link()
    return come_in(used.account, link=used)


class NewLinkForm(Form):
    """What somebody knows who lost the link to a question."""

    reference = TextField(
        _l("Nummer van uw vraag"), missing=_l("Vul het nummer van uw vraag in. Het begint met OV."), maximum=20
    )
    email = EmailField(_l("Uw e-mailadres"), missing=_l("Vul uw e-mailadres in."))


@blueprint.route("/nieuwe-link", methods=["GET", "POST"])
def new_link() -> ResponseReturnValue:
    """Ask for a new link to the own question. It goes to the address that we know, and to no other."""
    form = NewLinkForm()
    if form.validate_on_submit():
        with form.refusals():
            reference, email = form.reference.data, form.email.data
            ask_new_link(current_session(), reference=reference, email=email, actor=current_actor(), now=now())
            return redirect(url_for("access.new_link_asked"), code=303)
    return page("access/new_link.html", form=form, texts=current_app.extensions["settings"].sends_texts)


class LinkByPostForm(Form):
    """What somebody knows who gets letters and lost the link to a question."""

    reference = TextField(
        _l("Nummer van uw vraag"), missing=_l("Vul het nummer van uw vraag in. Het begint met OV."), maximum=20
    )
    postcode = PostcodeField(_l("Postcode"), missing=_l("Vul uw postcode in, bijvoorbeeld 7411 AB."))
    house_number = TextField(_l("Huisnummer"), missing=_l("Vul uw huisnummer in."), maximum=20)


@blueprint.route("/nieuwe-link/per-post", methods=["GET", "POST"])
def link_by_post() -> ResponseReturnValue:
    """Ask for a letter with a new link to the own question. It goes to the address that we know, and to no other."""
    form = LinkByPostForm()
    if form.validate_on_submit():
        with form.refusals():
            ask_link_by_post(
                current_session(),
                reference=form.reference.data,
                postcode=form.postcode.data,
                house_number=form.house_number.data,
                site=current_app.extensions["settings"].address,
                actor=current_actor(),
                now=now(),
            )
            return redirect(url_for("access.link_by_post_asked"), code=303)
    return page("access/link_by_post.html", form=form)


class LinkByTextForm(Form):
    """What somebody knows who gets short messages and lost the link to a question."""

    reference = TextField(
        _l("Nummer van uw vraag"), missing=_l("Vul het nummer van uw vraag in. Het begint met OV."), maximum=20
    )
    phone = PhoneField(_l("Mobiel nummer"), missing=_l("Vul uw mobiele nummer in, bijvoorbeeld 06 12345678."))


@blueprint.route("/nieuwe-link/per-sms", methods=["GET", "POST"])
def link_by_text() -> ResponseReturnValue:
    """Ask for an SMS with a new link to the own question. It goes to a number that was proved; the answer is always the same."""
    found(current_app.extensions["settings"].sends_texts or None)
    form = LinkByTextForm()
    if form.validate_on_submit():
        with form.refusals():
            asked = {"reference": form.reference.data, "phone": form.phone.data}
            ask_link_by_text(current_session(), **asked, actor=current_actor(), now=now())
            flash(_("Horen het nummer en de telefoon bij elkaar? Dan krijgt u een sms met een nieuwe link."), "ok")
            return redirect(url_for("access.link_by_text"), code=303)
    return page("access/link_by_text.html", form=form)


@blueprint.get("/nieuwe-link/per-post/gevraagd")
def link_by_post_asked() -> ResponseReturnValue:
    """What happens next: the same for everybody."""
    return page("access/link_by_post_asked.html")


@blueprint.get("/nieuwe-link/gevraagd")
def new_link_asked() -> ResponseReturnValue:
    """What happens next: the same for everybody."""
    return page("access/new_link_asked.html")


@blueprint.route("/toegang/<token>", methods=["GET", "POST"])
def grant(token: str) -> ResponseReturnValue:
    """A link to one question, for its resident or employer."""
    session = current_session()
    if request.method in READING:
        usable = usable_access_link(session, token=token, now=now())
        return page("access/enter.html", name=None) if usable else wrong_link()
    try:
        opened = consume_access_link(session, token=token, now=now())
    except LinkUnusable:
        return wrong_link()
    audience = Audience(opened.door.value)
    enter_question(question_id=opened.question_id, audience=audience, access_link=opened)
    actor = Actor(audience, question_id=opened.question_id, representative_id=opened.representative_id)
    log_entry(actor, "session.opened", "question", opened.question_id, WayIn.ACCESS_LINK.value)
    return redirect(go_on(actor) or first_page(audience), code=303)


@blueprint.post("/inloggen/proef/<account_id>")
def demo(account_id: str) -> ResponseReturnValue:
    """In the demonstration only: enter as one of its accounts, without a link."""
    if not current_app.extensions["settings"].is_demo:
        abort(404)
    account = found(account_by_public_id(current_session(), public_id=account_id))
    if account.disabled_at is not None:
        abort(404)
    return come_in(account, way_in=WayIn.DEMO, strong=True)


@blueprint.post("/uitloggen")
@repeatable
def sign_out() -> ResponseReturnValue:
    """End the session of this browser."""
    actor, came_by = current_actor(), service_of_session()
    if actor.audience is not Audience.ANYONE:
        subject = ("account", actor.account_id) if actor.account_id is not None else ("question", actor.question_id)
        log_entry(actor, "session.closed", subject[0], subject[1] or 0)
    leave()
    flash(_("U bent uitgelogd."), "ok")
    return redirect(url_for("access.sign_in", uit=came_by) if actor.account_id is not None else "/", code=303)


def wrong_link() -> ResponseReturnValue:
    """The same answer for a link that never was, was used, is too old or was revoked; counted against guessing.

    A link that works always works: who guesses from the same place locks nobody out, and learns nothing more, for a token holds
    at least 128 bits. The limit keeps guessers from making noise.
    """
    count_wrong(WRONG_LINKS, current_actor().origin)
    return page("access/wrong_link.html", status=404)
