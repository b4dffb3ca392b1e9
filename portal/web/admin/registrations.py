"""Decisions and their letters on their way to the archive of the municipality, and trying again what was not taken. No case."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.letters.models import Letter
from portal.post.registrations.actions import register_again
from portal.post.registrations.models import LetterRegistration, LetterRegistrationState
from portal.post.registrations.queries import registration_by_id, registrations
from portal.web.admin.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.words.labels import label

STATES: dict[str, tuple[LazyString, str]] = {
    LetterRegistrationState.WAITING.value: (_l("wacht"), "waiting"),
    LetterRegistrationState.SENDING.value: (_l("wordt verstuurd"), "waiting"),
    LetterRegistrationState.REGISTERED.value: (_l("geregistreerd"), "ok"),
    LetterRegistrationState.GIVEN_UP.value: (_l("opgegeven"), "no"),
    LetterRegistrationState.GONE.value: (_l("gewist"), "neutral"),
}


@blueprint.get("/archief")
def registration_list() -> ResponseReturnValue:
    """What was given up, what is on its way, and what was registered last."""
    settings = current_app.extensions["settings"]
    return page(
        "admin/registrations.html",
        rows=[_row(one, letter) for one, letter in registrations(current_session())],
        configured=settings.registers_decisions,
        there=settings.zgw_documents_url,
    )


def _row(one: LetterRegistration, letter: Letter) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": _("Brief %(number)s van %(day)s", number=letter.id, day=format_date(letter.dated)),
        "state": str(label(STATES, one.state)),
        "tag": STATES[one.state.value][1],
        "tries": one.attempts,
        "trouble": one.trouble or "",
        "document": one.document_url or "",
        "decision": one.decision_url or "",
        "given_up": one.state is LetterRegistrationState.GIVEN_UP,
    }


@blueprint.post("/archief/<archived_id>/opnieuw")
def try_registration_again(archived_id: str) -> ResponseReturnValue:
    """Try one that was given up once more."""
    number = int(archived_id) if archived_id.isdecimal() and len(archived_id) < 10 else 0
    session = current_session()
    one = found(registration_by_id(session, registration_id=number))
    register_again(session, registration=one, actor=current_actor(), now=now())
    flash(_("Deze brief wordt opnieuw geregistreerd."), "ok")
    return redirect(url_for("admin.registration_list"), code=303)
