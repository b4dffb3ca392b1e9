"""Rights looked after: less of a role, a lost second step, the yearly look at all accounts, and unusual viewing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.staff import (
    confirm_rights,
    limit_rights,
    reset_second_step,
    rights_to_review,
)
from portal.oversight.unusual_viewing import MANY_IN_HOUR, unusual_hours
from portal.people.actor import Grade
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import format_date, format_datetime
from portal.platform.i18n import gettext as _
from portal.web.admin.accounts import LimitForm, account_page, stands, the_account
from portal.web.admin.blueprint import blueprint
from portal.web.edge import decide_on, note_refusal, page, require_seen
from portal.web.edge.policy import current_actor
from portal.words.labels import ROLES, label

LOOKED_BACK = timedelta(days=7)


@blueprint.post("/accounts/<account_id>/rechten")
def limit(account_id: str) -> ResponseReturnValue:
    """Let somebody do less of the role."""
    shown, form = the_account(account_id), LimitForm()
    decide_on(lambda: stands(shown), shown)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            grade, schemes = Grade(form.grade.data), form.schemes.data
            limit_rights(
                current_session(),
                account=shown,
                grade=grade,
                schemes=schemes,
                own_teams=bool(form.own_teams.data),
                actor=current_actor(),
                now=now(),
            )
            flash(_("De rechten zijn kleiner. De persoon krijgt daar bericht van en moet opnieuw inloggen."), "ok")
            return redirect(url_for("admin.account", account_id=account_id), code=303)
    return account_page(shown, form)


@blueprint.post("/accounts/<account_id>/tweede-stap")
def reset_step(account_id: str) -> ResponseReturnValue:
    """Take away the second step of who lost it."""
    shown = the_account(account_id)
    try:
        reset_second_step(current_session(), account=shown, actor=current_actor(), now=now())
        flash(_("De tweede stap is weg. De persoon krijgt daar bericht van en kiest een nieuwe."), "ok")
    except Refusal as refusal:
        note_refusal(refusal)
        flash(str(refusal.message), "error")
    return redirect(url_for("admin.account", account_id=account_id), code=303)


@blueprint.get("/rechten")
def rights_review() -> ResponseReturnValue:
    """The accounts of which nobody said for too long that their rights are still right."""
    at = now()
    due: list[dict[str, Any]] = [
        {
            "id": account.public_id,
            "name": account.display_name,
            "role": label(ROLES, account.role),
            "place": account.organisation.name if account.organisation is not None else None,
            "since": format_date((account.reviewed_at or account.created_at).date()),
            "own": account.id == current_actor().account_id,
        }
        for account in rights_to_review(current_session(), now=at)
    ]
    return page("admin/rights_review.html", due=due)


@blueprint.post("/accounts/<account_id>/nagekeken")
def confirm(account_id: str) -> ResponseReturnValue:
    """These rights are still right."""
    try:
        confirm_rights(current_session(), account=the_account(account_id), actor=current_actor(), now=now())
        flash(_("Nagekeken. De rechten blijven zo."), "ok")
    except Refusal as refusal:
        note_refusal(refusal)
        flash(str(refusal.message), "error")
    return redirect(url_for("admin.rights_review"), code=303)


@blueprint.get("/opvallend")
def unusual_viewing() -> ResponseReturnValue:
    """Who looked at very many cases in an hour, or at night, in the last week. Which cases is not shown."""
    at = now()
    hours = unusual_hours(current_session(), since=at - LOOKED_BACK, until=at, actor=current_actor())
    rows: list[list[Any]] = [
        [
            one.who,
            format_datetime(one.hour, "short"),
            one.cases,
            ", ".join(
                text for text, holds in ((_("veel in een uur"), one.many), (_("'s nachts"), one.at_night)) if holds
            ),
        ]
        for one in hours
    ]
    return page("admin/unusual_viewing.html", rows=rows, many=MANY_IN_HOUR)
