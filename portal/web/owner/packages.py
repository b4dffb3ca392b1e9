"""Packages: send a scheme to another desk, signed, and take one in as a draft."""

from __future__ import annotations

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import gettext as _
from portal.publishing.packages.actions import LARGEST_PACKAGE, import_package
from portal.publishing.packages.queries import signed_package, signing_key
from portal.web.edge import READING, found, note_refusal, page
from portal.web.edge.policy import current_actor
from portal.web.owner.blueprint import blueprint
from portal.words.findings import finding_text
from schemes.basics.findings import BadFile


@blueprint.get("/regeling/<scheme>/pakket")
def export(scheme: str) -> ResponseReturnValue:
    """The version that holds today as a signed package file."""
    actor = current_actor()
    if scheme not in actor.schemes:
        found(None)
    key = signing_key(
        current_app.extensions["settings"].secret_key.get_secret_value() or str(current_app.secret_key or "")
    )
    text = found(signed_package(current_session(), scheme=scheme, key=key, actor=actor, on=today()))
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{scheme}.pakket.json"'
    return response


@blueprint.route("/pakket", methods=["GET", "POST"])
def take_in() -> ResponseReturnValue:
    """Take a package in. It becomes a draft that goes through the same control as every draft."""
    if request.method in READING:
        return page("owner/take_in.html", errors=[])
    sent = request.files.get("file")
    errors = _text(sent)
    if isinstance(errors, list):
        return page("owner/take_in.html", status=422, errors=errors)
    try:
        draft = import_package(
            current_session(),
            text=errors,
            actor=current_actor(),
            now=now(),
            file=(sent.filename or "")[:80] if sent else "",
        )
    except BadFile as bad:
        return page("owner/take_in.html", status=422, errors=[finding_text(one) for one in bad.findings])
    except Refusal as refusal:
        note_refusal(refusal)
        return page("owner/take_in.html", status=422, errors=[str(refusal.message)])
    flash(_("Het pakket staat klaar als concept. Kijk het goed na."), "ok")
    return redirect(url_for("owner.version", scheme=draft.scheme.slug, version=draft.version), code=303)


def _text(sent: FileStorage | None) -> str | list[str]:
    """The text of an uploaded file, or what is wrong with it."""
    if sent is None or not sent.filename:
        return [_("Kies een bestand.")]
    content = sent.stream.read(4 * LARGEST_PACKAGE + 1)
    if len(content) > 4 * LARGEST_PACKAGE:
        return [_("Dit bestand is te groot. Een pakket is hoogstens 2 MB.")]
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [_("Dit bestand is geen tekst. Kies het pakket dat u hebt gekregen (een bestand met .json).")]
