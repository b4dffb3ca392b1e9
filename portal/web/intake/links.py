"""The page on which who asked ends all links to the question."""

from __future__ import annotations

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.cases.own_links import end_own_links
from portal.people.accounts.actions import AFTER_USE
from portal.platform.clock import now
from portal.platform.i18n import gettext as _
from portal.web.edge import READING, found, page
from portal.web.edge.session import leave, this_session
from portal.web.intake.drafting import LINK, new_link, shown_once
from portal.web.intake.state import Intake


def links_page(intake: Intake) -> ResponseReturnValue:
    """End all links, after asking. Who acts for the person has no such page: that link came from the desk."""
    found(True if intake.actor.representative_id is None else None)
    if request.method in READING:
        days, link = AFTER_USE.days, shown_once()
        return page("intake/links.html", intake=intake, question=intake.question, link=link, days=days)
    here = this_session().hashed
    if end_own_links(intake.session, question=intake.question, here=here, actor=intake.actor, now=now()):
        leave()
        flash(_("Al uw links zijn beëindigd. Wij sturen een nieuwe link naar uw e-mailadres."), "ok")
        return redirect(url_for("resident.home"), code=303)
    session[LINK] = new_link(intake)
    flash(_("Al uw oude links zijn beëindigd."), "ok")
    return redirect(url_for(f"{intake.audience}.links", question_id=intake.id), code=303)
