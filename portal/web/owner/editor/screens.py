"""The screens of the form: open a page, save it, see what it does, begin and throw away. Every draft is saved as it is."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.workshop.actions import save_draft, start_draft
from portal.publishing.workshop.actions import withdraw_draft as throw_away
from portal.web.edge import found, note_refusal, page, repeatable
from portal.web.edge.guards import large_form
from portal.web.edge.policy import current_actor
from portal.web.forms import Form, TextField
from portal.web.owner.blueprint import blueprint
from portal.web.owner.editor.checking import check
from portal.web.owner.editor.drafting import SchemeDraft, Sending, above, differences, draft_for, page_for, sent_page
from portal.web.owner.editor.effect import effect_of
from portal.web.owner.editor.render import Shown
from portal.web.owner.editor.sections import SECTIONS, Section, section
from portal.web.owner.editor.slugs import slug_of


class NewSchemeForm(Form):
    """How a new scheme is called."""

    title_nl = TextField(_l("Titel"), missing=_l("Vul de titel in."), maximum=200)
    title_en = TextField(_l("Titel in het Engels"), optional=True, maximum=200)


def opened(scheme: str, version: str) -> SchemeDraft:
    """The draft at this address, or 404."""
    session, actor = current_session(), current_actor()
    return found(draft_for(session, scheme=scheme, version=version, actor=actor, on=today()))


def save(draft: SchemeDraft, revision: int) -> None:
    """Keep a draft as it is. Raises Refusal."""
    save_draft(
        current_session(),
        version=draft.version,
        document=draft.document,
        cases=draft.cases,
        revision=revision,
        actor=current_actor(),
        now=now(),
    )


@blueprint.route("/regeling/<scheme>/concept/<version>/<part>", methods=["GET", "POST"])
@large_form
def edit_draft(scheme: str, version: str, part: str) -> ResponseReturnValue:
    """One page of the form. Sent: save it, whatever stands in it, and do what the button says."""
    chosen = found(section(part))
    draft = opened(scheme, version)
    if request.method == "POST":
        return _kept(chosen, draft, sent_page(chosen, draft))
    saved = request.args.get("bewaard") == "1"
    return page("owner/editor/section.html", saved=saved, **page_for(chosen, draft, today()))


def _kept(chosen: Section, draft: SchemeDraft, sending: Sending) -> ResponseReturnValue:
    changed = (sending.draft.document, sending.draft.cases) != (draft.document, draft.cases)
    if changed or sending.revision != draft.version.revision:
        try:
            save(sending.draft, sending.revision)
        except Conflict as conflict:
            if conflict.code != "saved_by_other":
                raise
            note_refusal(conflict)
            return _shown_both(chosen, sending.draft, draft)
        except Refusal as refusal:
            note_refusal(refusal)
            shown = page_for(chosen, sending.draft, today(), stored=draft)
            shown["errors"] = [
                (str(refusal.message), f"f-{refusal.field}" if refusal.field else None),
                *shown["errors"],
            ]
            return page("owner/editor/section.html", status=422, saved=True, page_errors=True, **shown)
    if sending.kept_type:
        flash(_("Een voorwaarde houdt haar soort. Haal eerst weg wat erin staat."), "warning")
    return redirect(_after(chosen, sending), code=303)


def _shown_both(chosen: Section, mine: SchemeDraft, stored: SchemeDraft) -> ResponseReturnValue:
    """Somebody else saved first: what was typed stays on the page, beside what is stored."""
    rows = differences(chosen, mine, stored, today())
    shown = page_for(chosen, mine, today(), stored=stored)
    return page("owner/editor/section.html", status=409, conflict=True, differences=rows, **shown)


def _after(chosen: Section, sending: Sending) -> str:
    version = sending.draft.version
    places: dict[str, Any] = {"scheme": version.scheme.slug, "version": version.version}
    if sending.word == "go":
        chosen = section(sending.path) or chosen
        return url_for("owner.edit_draft", part=chosen.name, **places)
    if sending.word == "effect":
        return url_for("owner.edit_draft", part=chosen.name, **places, _anchor="effect")
    if sending.word:
        anchor = Shown("", sending.path, "").id
        return url_for("owner.edit_draft", part=chosen.name, **places, _anchor=anchor)
    flash(_("Bewaard."), "ok")
    return url_for("owner.edit_draft", part=chosen.name, bewaard=1, **places)


@blueprint.post("/regeling/<scheme>/concept/<version>/<part>/effect")
@repeatable
@large_form
def preview_draft(scheme: str, version: str, part: str) -> ResponseReturnValue:
    """What the draft does with what is typed now; nothing is saved."""
    chosen = found(section(part))
    sending = sent_page(chosen, opened(scheme, version))
    draft = sending.draft
    effect = effect_of(check(draft.document, draft.cases, draft.region), draft.document, draft.region, today())
    message = _("Het effect is bijgewerkt.") if effect.complete else _("Er kloppen nog dingen niet.")
    return page("owner/editor/preview.html", effect=effect, message=message)


@blueprint.post("/regeling/<scheme>/concept")
def begin_draft(scheme: str) -> ResponseReturnValue:
    """A draft of a scheme to work on: one's own that is there, or a copy of the newest version."""
    session, actor = current_session(), current_actor()
    if scheme not in actor.schemes:
        found(None)
    version = start_draft(session, scheme=scheme, actor=actor, now=now())
    return redirect(_first_page(version), code=303)


@blueprint.route("/nieuw", methods=["GET", "POST"])
def new_scheme() -> ResponseReturnValue:
    """Begin a scheme that does not exist yet."""
    form = NewSchemeForm()
    if form.validate_on_submit():
        session, actor = current_session(), current_actor()
        with form.refusals():
            version = start_draft(session, scheme=None, actor=actor, now=now())
            title = {"nl": form.title_nl.data, **({"en": form.title_en.data} if form.title_en.data else {})}
            document = {"title": title, "scheme": slug_of(form.title_nl.data) or version.scheme.slug}
            save_draft(
                session,
                version=version,
                document=document,
                cases=None,
                revision=version.revision,
                actor=actor,
                now=now(),
            )
            return redirect(_first_page(version), code=303)
    return page("owner/editor/new.html", form=form)


def _first_page(version: Any) -> str:
    return url_for("owner.edit_draft", scheme=version.scheme.slug, version=version.version, part=SECTIONS[0].name)


@blueprint.post("/regeling/<scheme>/concept/<version>/weggooien")
def withdraw_draft(scheme: str, version: str) -> ResponseReturnValue:
    """Throw the draft away."""
    draft = opened(scheme, version)
    throw_away(current_session(), version=draft.version, actor=current_actor(), now=now())
    flash(_("Het concept is weggegooid."), "ok")
    return redirect(above(draft), code=303)
