"""Coming in with an account: who has a second step takes it first, and where one is required nobody comes in without."""

from __future__ import annotations

from flask import current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.people.accounts.models import Account, SignInLink, WayIn
from portal.people.accounts.queries import account_by_id, actor_of_account
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.factors.queries import factors_of
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.web.edge.keeping import go_on
from portal.web.edge.navigation import MENU
from portal.web.edge.policy import current_actor
from portal.web.edge.session import begin_entering, enter_account, this_session

FIRST_PAGE_BY_LINK = {Audience.RESIDENT: "resident.mine", Audience.EMPLOYER: "employer.mine"}
SECOND_STEP = "second_step"
"""How the log calls it that the second step was taken."""


def come_in(
    account: Account, *, link: SignInLink | None = None, way_in: WayIn | None = None, strong: bool = False
) -> ResponseReturnValue:
    """The first step was taken: go on with the second, or straight in when there is none and none is required.

    `strong` says that who let them in already took two steps, such as an identity service that says so.
    """
    has_one = factors_of(current_session(), account_id=account.id).any
    required = current_app.extensions["settings"].second_step_required
    if strong or (not has_one and not required):
        enter_account(account, link=link, way_in=way_in)
        how = WayIn.SIGN_IN_LINK if link is not None else way_in
        return _in(account, how.value if how is not None else SECOND_STEP)
    begin_entering(account, link=link, way_in=way_in)
    return redirect(url_for("access.second" if has_one else "access.first_second_step"), code=303)


def pending_account() -> Account | None:
    """Whose first step was taken in this browser; None when nobody's was, or the account was closed since."""
    number = this_session().pending
    account = account_by_id(current_session(), account_id=number) if number is not None else None
    return account if account is not None and account.disabled_at is None else None


def finish(account: Account) -> ResponseReturnValue:
    """The second step was taken: in."""
    enter_account(account)
    return _in(account, SECOND_STEP)


def _in(account: Account, how: str) -> ResponseReturnValue:
    actor = actor_of_account(account)
    log_entry(actor, "session.opened", "account", account.id, how)
    return redirect(go_on(actor) or first_page(account.role.audience), code=303)


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


def log_entry(actor: Actor, action: str, object_kind: str, object_id: int, *fields: str) -> None:
    """Log that somebody came in or went out, from where this request comes, and how."""
    record(
        current_session(),
        actor=actor.at(current_actor().origin),
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        now=now(),
        fields=fields,
    )
