"""Entering by a link. Looking at a link (as mail scanners do) changes nothing: only the button uses it."""

from __future__ import annotations

from flask import Response, abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from portal.people.accounts.actions import LinkUnusable, consume_access_link, consume_sign_in_link, count_failure
from portal.people.accounts.queries import (
    account_by_public_id,
    accounts,
    actor_of_account,
    too_many_failures,
    usable_access_link,
    usable_sign_in_link,
)
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import now
from portal.platform.database import current_session, unit_of_work
from portal.platform.i18n import gettext as _
from portal.web.access.blueprint import blueprint
from portal.web.edge import found, page, repeatable
from portal.web.edge.navigation import MENU
from portal.web.edge.policy import current_actor
from portal.web.edge.session import enter_account, enter_question, leave

FIRST_PAGE_BY_LINK = {Audience.RESIDENT: "resident.mine", Audience.EMPLOYER: "employer.mine"}


@blueprint.get("/inloggen")
def sign_in() -> ResponseReturnValue:
    """Explain how to enter; in the demonstration, offer every account with one button. Who is in goes on."""
    demo = current_app.extensions["settings"].is_demo
    if not demo and current_actor().account_id is not None:
        return redirect(first_page(current_actor().audience))
    ready = [account for account in accounts(current_session()) if account.disabled_at is None] if demo else []
    return page("access/sign_in.html", accounts=ready)


@blueprint.route("/inloggen/<token>", methods=["GET", "POST"])
def link(token: str) -> ResponseReturnValue:
    """A link that lets an account in once."""
    refuse_hurried_guessing()
    session = current_session()
    if request.method == "GET":
        usable = usable_sign_in_link(session, token=token, now=now())
        return page("access/enter.html", name=usable.account.display_name) if usable else wrong_link()
    try:
        account = consume_sign_in_link(session, token=token, now=now())
    except LinkUnusable:
        return wrong_link()
    enter_account(account)
    _log(actor_of_account(account), "session.opened", "account", account.id)
    return redirect(first_page(account.role.audience), code=303)


@blueprint.route("/toegang/<token>", methods=["GET", "POST"])
def grant(token: str) -> ResponseReturnValue:
    """A link to one question, for its resident or employer."""
    refuse_hurried_guessing()
    session = current_session()
    if request.method == "GET":
        return page("access/enter.html", name=None) if usable_access_link(session, token=token) else wrong_link()
    try:
        opened = consume_access_link(session, token=token)
    except LinkUnusable:
        return wrong_link()
    audience = Audience(opened.door.value)
    enter_question(question_id=opened.question_id, audience=audience, access_link=opened)
    _log(Actor(audience, question_id=opened.question_id), "session.opened", "question", opened.question_id)
    return redirect(first_page(audience), code=303)


@blueprint.post("/inloggen/proef/<account_id>")
def demo(account_id: str) -> ResponseReturnValue:
    """In the demonstration only: enter as one of its accounts, without a link."""
    if not current_app.extensions["settings"].is_demo:
        abort(404)
    account = found(account_by_public_id(current_session(), public_id=account_id))
    if account.disabled_at is not None:
        abort(404)
    enter_account(account)
    _log(actor_of_account(account), "session.opened", "account", account.id)
    return redirect(first_page(account.role.audience), code=303)


@blueprint.post("/uitloggen")
@repeatable
def sign_out() -> ResponseReturnValue:
    """End the session of this browser."""
    actor = current_actor()
    if actor.audience is not Audience.ANYONE:
        subject = ("account", actor.account_id) if actor.account_id is not None else ("question", actor.question_id)
        _log(actor, "session.closed", subject[0], subject[1] or 0)
    leave()
    flash(_("U bent uitgelogd."), "ok")
    return redirect(url_for("access.sign_in") if actor.account_id is not None else "/", code=303)


def first_page(audience: Audience) -> str:
    """Where somebody lands after entering: the first screen there is for them."""
    if audience in FIRST_PAGE_BY_LINK:
        endpoints = [FIRST_PAGE_BY_LINK[audience]]
    else:
        endpoints = [endpoint for _text, endpoint in MENU.get(audience, ())]
    for endpoint in endpoints:
        if endpoint in current_app.view_functions:
            return url_for(endpoint)
    return "/"


def wrong_link() -> ResponseReturnValue:
    """The same answer for a link that never was, was used, is too old or was revoked; counted against guessing."""
    g.wrong_link = True
    return page("access/wrong_link.html", status=404)


def refuse_hurried_guessing() -> None:
    """Stop after twenty wrong links in an hour from one place."""
    at = now()
    if too_many_failures(current_session(), place=current_actor().origin, now=at):
        raise TooManyRequests(retry_after=3600 - at.minute * 60 - at.second)


@blueprint.after_request
def count_wrong_link(response: Response) -> Response:
    """Count a wrong link in a transaction of its own, because the one of the request was rolled back."""
    if g.pop("wrong_link", False):
        place, at = current_actor().origin, now()
        unit_of_work(current_app.extensions["engine"], lambda session: count_failure(session, place=place, now=at))
    return response


def _log(actor: Actor, action: str, object_kind: str, object_id: int) -> None:
    at_place = actor.at(current_actor().origin)
    record(current_session(), actor=at_place, action=action, object_kind=object_kind, object_id=object_id, now=now())
