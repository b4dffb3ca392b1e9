"""Taking in a list of trainings: sending the file, seeing row by row what would change, and only then doing it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.framework.training_files.actions import drop_import, keep_import, plan_of_import, take_in_trainings
from portal.framework.training_files.models import ImportState, TrainingImport
from portal.framework.training_files.plan import ImportPlan, RowKind
from portal.framework.training_files.queries import import_by_public_id
from portal.framework.training_files.tables import written_rows
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import found, note_refusal, page
from portal.web.edge.listing import paging
from portal.web.edge.policy import current_actor
from portal.web.edge.sight import Stand, decide_on, require_seen
from portal.web.forms import ConfirmField, Form, add_error
from portal.web.forms.uploads import UploadField, takes_file
from portal.web.region.blueprint import blueprint

KINDS = {
    RowKind.WRONG: _l("fout"),
    RowKind.NEW: _l("nieuw"),
    RowKind.CHANGED: _l("anders"),
    RowKind.UNCHANGED: _l("hetzelfde"),
}


class TrainingFileForm(Form):
    """A list of trainings."""

    file = UploadField(_l("Bestand met opleidingen"), missing=_l("Kies het bestand."))


class TakeInForm(Form):
    """Taking in what was seen."""

    whole = ConfirmField(_l("Lees niets in als er een rij fout is"))


@blueprint.route("/opleidingen/inlezen", methods=["GET", "POST"])
@takes_file
def send_trainings() -> ResponseReturnValue:
    """Send a file; what would change is shown first."""
    form = TrainingFileForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            kept = keep_import(
                current_session(), name=sent.name, rows=written_rows(sent.content), actor=current_actor(), now=now()
            )
            return redirect(url_for("region.training_plan", import_id=kept.public_id), code=303)
        except Refusal as refusal:
            note_refusal(refusal)
            add_error(form.file, refusal.message)
    return page("region/send_trainings.html", form=form)


@blueprint.route("/opleidingen/inlezen/<import_id>", methods=["GET", "POST"])
def training_plan(import_id: str) -> ResponseReturnValue:
    """What a list would change, row by row; the button does it."""
    session, kept, form = current_session(), _the_import(import_id), TakeInForm()
    plans: list[ImportPlan] = []

    def sight() -> list[Stand]:
        plans.append(plan_of_import(session, kept=kept, now=now()))
        return _stands(plans[-1])

    decide_on(sight, kept)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            done = take_in_trainings(session, kept=kept, whole=form.whole.data, actor=current_actor(), now=now()).counts
            flash(
                _(
                    "Ingelezen: %(new)s nieuw, %(changed)s anders. Overgeslagen: %(wrong)s.",
                    new=done[RowKind.NEW],
                    changed=done[RowKind.CHANGED],
                    wrong=done[RowKind.WRONG],
                ),
                "ok",
            )
            return redirect(url_for("region.training_list"), code=303)
    plan = plans[-1]
    chosen = next((kind for kind in RowKind if kind.value == request.args.get("soort")), None)
    rows = plan.of_kind(chosen)
    place = paging(len(rows), 50)
    return page(
        "region/training_plan.html",
        form=form,
        kept=kept,
        waiting=kept.state is ImportState.WAITING,
        rows=[_shown(one) for one in rows[place.offset : place.offset + place.size]],
        kinds=_links(plan, import_id, chosen),
        any_wrong=bool(plan.counts[RowKind.WRONG]),
        any_work=bool(plan.counts[RowKind.NEW] + plan.counts[RowKind.CHANGED]),
        paging=place,
        chosen=chosen.value if chosen is not None else "",
    )


@blueprint.post("/opleidingen/inlezen/<import_id>/weg")
def drop_trainings(import_id: str) -> ResponseReturnValue:
    """Throw a list away that was not taken in."""
    drop_import(current_session(), kept=_the_import(import_id), actor=current_actor(), now=now())
    flash(_("De lijst is weggegooid. Er is niets veranderd."), "ok")
    return redirect(url_for("region.training_list"), code=303)


def _the_import(import_id: str) -> TrainingImport:
    return found(import_by_public_id(current_session(), public_id=import_id, actor=current_actor()))


def _stands(plan: ImportPlan) -> list[Stand]:
    """How many rows of each kind there are, and the whole plan, so that any difference is seen."""
    counts = [Stand(kind.value, str(name), plan.counts[kind], str(plan.counts[kind])) for kind, name in KINDS.items()]
    return [*counts, Stand("plan", _("Wat er verandert"), plan.digest, _("zie de rijen hieronder"))]


def _links(plan: ImportPlan, import_id: str, chosen: RowKind | None) -> list[dict[str, Any]]:
    href = url_for("region.training_plan", import_id=import_id)
    links = [{"text": _("alle"), "href": href, "count": len(plan.rows), "current": chosen is None}]
    for kind, name in KINDS.items():
        href = url_for("region.training_plan", import_id=import_id, soort=kind.value)
        links.append({"text": name, "href": href, "count": plan.counts[kind], "current": chosen is kind})
    return links


def _shown(one: Any) -> dict[str, Any]:
    """One row as the page shows it."""
    headings = one.row.headings()
    return {
        "number": one.row.number,
        "name": one.row.shown("name"),
        "provider": one.row.shown("provider"),
        "kind": KINDS[one.kind],
        "wrong": one.kind is RowKind.WRONG,
        "errors": [(headings.get(key, key), one.row.shown(key), text) for key, text in one.row.errors.items()],
        "differences": one.differences,
    }
