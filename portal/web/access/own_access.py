"""How somebody with an account comes in, and where they are in now: the second step, the own sessions, and ending those."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.framework.teams.queries import teams_of_account
from portal.people.accounts.models import Account, SessionRecord, WayIn
from portal.people.accounts.queries import account_by_id, sessions_of
from portal.people.actor import Grade
from portal.people.audit.actions import record
from portal.people.factors.actions import remove_step
from portal.people.factors.models import Passkey
from portal.people.factors.queries import factors_of
from portal.people.sessions import end_own_sessions
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import format_date, format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.access.blueprint import blueprint
from portal.web.edge import found, note_refusal, page
from portal.web.edge.fresh import ask_proof, is_fresh
from portal.web.edge.policy import current_actor
from portal.web.edge.session import this_session

WAYS = {
    WayIn.SIGN_IN_LINK: _l("link uit de mail"),
    WayIn.DEMO: _l("knop van de proefomgeving"),
    WayIn.SERVICE: _l("inlogdienst"),
}
GRADES = {Grade.TRAINEE: _l("in opleiding"), Grade.READER: _l("alleen meelezen")}


@blueprint.get("/mijn-toegang")
def own_access() -> ResponseReturnValue:
    """The second step, the recovery codes that are left, and where this account is in now."""
    account, session = _mine(), current_session()
    mine, hashed = factors_of(session, account_id=account.id), this_session().hashed
    live = sessions_of(session, account_id=account.id, now=now())
    return page(
        "access/own_access.html",
        account=account,
        mine=mine,
        required=current_app.extensions["settings"].second_step_required,
        keys=[(one, _used(one)) for one in mine.passkeys],
        sessions=[_session_row(one, here=one.token_hash == hashed) for one in live],
        others=sum(one.token_hash != hashed for one in live),
        grade=GRADES.get(account.grade),
        schemes=account.only_schemes.split(",") if account.only_schemes else [],
        teams=[team.name for team in teams_of_account(session, account_id=account.id)],
    )


def _used(one: Passkey) -> str:
    made = format_date(one.made_at.date(), "short")
    if one.used_at is None:
        return _("toegevoegd op %(day)s, nog niet gebruikt", day=made)
    used = format_datetime(one.used_at, "short")
    return _("toegevoegd op %(day)s, voor het laatst gebruikt op %(moment)s", day=made, moment=used)


def _session_row(one: SessionRecord, *, here: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "here": here,
        "since": format_datetime(one.created_at, "short"),
        "seen": format_datetime(one.last_seen_at, "short"),
        "how": WAYS.get(one.way_in) if one.way_in is not None else None,
    }


@blueprint.post("/mijn-toegang/uitloggen")
def end_session() -> ResponseReturnValue:
    """End one other session of the own account, or all others."""
    account, which = _mine(), request.form.get("which", "")
    hashed = this_session().hashed
    only = int(which) if which.isascii() and which.isdigit() and len(which) < 10 else None
    if only is None and which != "others":
        flash(_("Kies welke sessie u wilt beëindigen."), "warning")
        return redirect(url_for("access.own_access"), code=303)
    ended = end_own_sessions(current_session(), account_id=account.id, but=hashed, only=only)
    if ended:
        _log(account, "account.own_sessions_ended")
    flash(_("U bent daar uitgelogd.") if ended else _("Deze sessie was al beëindigd."), "ok")
    return redirect(url_for("access.own_access"), code=303)


@blueprint.post("/mijn-toegang/app/weg")
def remove_code_app() -> ResponseReturnValue:
    """The app takes no second step any more."""
    return _remove(None)


@blueprint.post("/mijn-toegang/passkey/weg")
def remove_passkey() -> ResponseReturnValue:
    """A passkey takes no second step any more."""
    mine = factors_of(current_session(), account_id=_mine().id).passkeys
    chosen = next((one for one in mine if one.public_id == request.form.get("which")), None)
    if chosen is None:
        flash(_("Deze tweede stap is al weg."), "warning")
        return redirect(url_for("access.own_access"), code=303)
    return _remove(chosen)


def _remove(passkey: Passkey | None) -> ResponseReturnValue:
    if not is_fresh():
        return ask_proof()
    account, required = _mine(), current_app.extensions["settings"].second_step_required
    actor = current_actor()
    try:
        remove_step(current_session(), account=account, passkey=passkey, required=required, actor=actor, now=now())
        flash(_("Deze tweede stap is weg."), "ok")
    except Refusal as refusal:
        note_refusal(refusal)
        flash(str(refusal.message), "error")
    return redirect(url_for("access.own_access"), code=303)


def _mine() -> Account:
    return found(account_by_id(current_session(), account_id=current_actor().account_id or 0))


def _log(account: Account, action: str) -> None:
    record(
        current_session(), actor=current_actor(), action=action, object_kind="account", object_id=account.id, now=now()
    )
