"""Versions of schemes that wait for a second person, and whose signatures on packages are trusted."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.models import VersionState
from portal.framework.catalogue.queries import drafts
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.packages.actions import stop_trusting, trust_signer
from portal.publishing.packages.queries import public_key_text, signing_key, trusted_signer_by_id, trusted_signers
from portal.publishing.workshop.queries import parsed_version, stale
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import Form, TextField
from portal.web.region.blueprint import blueprint
from portal.words.labels import VERSION_STATES, tag


class SignerForm(Form):
    """Whose key it is, and the key."""

    name = TextField(_l("Van wie is de sleutel?"), maximum=300, missing=_l("Vul in van wie de sleutel is."))
    public_key = TextField(_l("Sleutel"), maximum=100, missing=_l("Vul de sleutel in."))


@blueprint.get("/regelingen")
def reviews() -> ResponseReturnValue:
    """What waits for a second person, and which definitions must be looked at again."""
    session, actor = current_session(), current_actor()
    rows: list[list[Any]] = []
    for row in drafts(session, actor=actor):
        definition = parsed_version(row).definition
        title = localized(definition.title) if definition is not None else row.scheme.slug
        rows.append(
            [
                {"text": title, "href": url_for("owner.version", scheme=row.scheme.slug, version=row.version)},
                row.version,
                tag(VERSION_STATES, row.state),
                format_date((row.submitted_at or row.edited_at).date(), "short"),
            ]
        )
    waiting = sum(row.state is VersionState.IN_REVIEW for row in drafts(session, actor=actor))
    old = [
        [
            localized(one.title),
            format_date(one.review_on, "short") if one.past_review else None,
            format_date(one.closed_since, "short") if one.closed_since else None,
        ]
        for one in stale(session, on=today(), actor=actor)
    ]
    return page("region/reviews.html", rows=rows, waiting=waiting, old=old)


@blueprint.route("/sleutels", methods=["GET", "POST"])
def signers() -> ResponseReturnValue:
    """The key of this desk, and the keys of others that are trusted."""
    session, actor = current_session(), current_actor()
    form = SignerForm()
    if form.validate_on_submit():
        with form.refusals():
            trust_signer(session, name=form.name.data, public_key=form.public_key.data, actor=actor, now=now())
            flash(_("Deze sleutel is nu vertrouwd."), "ok")
            return redirect(url_for("region.signers"), code=303)
    secret = current_app.extensions["settings"].secret_key.get_secret_value() or str(current_app.secret_key or "")
    return page(
        "region/signers.html", form=form, own=public_key_text(signing_key(secret)), known=trusted_signers(session)
    )


@blueprint.post("/sleutels/<signer_id>/weg")
def remove_signer(signer_id: str) -> ResponseReturnValue:
    """Trust a key no longer."""
    session = current_session()
    number = int(signer_id) if signer_id.isascii() and signer_id.isdigit() and len(signer_id) < 10 else 0
    signer = found(trusted_signer_by_id(session, signer_id=number))
    stop_trusting(session, signer=signer, actor=current_actor(), now=now())
    flash(_("Deze sleutel is niet meer vertrouwd."), "ok")
    return redirect(url_for("region.signers"), code=303)
