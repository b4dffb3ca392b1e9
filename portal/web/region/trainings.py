"""The trainings of the region, for who looks after them: the list, one to enter or correct, retiring one, and all in a file."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.framework.training_files.columns import (
    FORMS,
    TRAINING_COLUMNS,
    TrainingRow,
    read_training,
    written_training,
    yes_no_text,
)
from portal.framework.training_files.queries import written_trainings
from portal.framework.training_files.tables import csv_text, sheet_bytes
from portal.framework.trainings import actions
from portal.framework.trainings.actions import TrainingRules, correct_training, enter_training
from portal.framework.trainings.models import RegionTraining, terms_of
from portal.framework.trainings.queries import training_by_public_id
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import gettext as _
from portal.platform.i18n import localized, use_locale
from portal.platform.spreadsheets import TYPE
from portal.web.edge import found, note_refusal, page
from portal.web.edge.policy import current_actor
from portal.web.edge.sight import Stand, decide_on, require_seen
from portal.web.intake.training_search import found_trainings
from portal.web.region.blueprint import blueprint

RETIRED = "vervallen"
ALWAYS = {"retired"}
"""What has buttons of its own."""
LONGEST_ANSWER = 1_000


@blueprint.get("/opleidingen")
def training_list() -> ResponseReturnValue:
    """All trainings that fit, those that are given or those that are not any more."""
    gone = request.args.get("staat") == RETIRED
    more = {"staat": RETIRED} if gone else {}
    return page("region/trainings.html", gone=gone, **found_trainings(retired=gone, **more))


@blueprint.route("/opleidingen/nieuw", methods=["GET", "POST"])
def new_training() -> ResponseReturnValue:
    """Enter a training."""
    session, rules = current_session(), TrainingRules(current_session(), today())
    row = TrainingRow(0, {})
    if request.method == "POST":
        row = read_training(0, _sent(), rules)
        if row.terms is not None:
            try:
                made = enter_training(session, terms=row.terms, actor=current_actor(), now=now(), rules=rules)
                flash(_("De opleiding staat in de lijst."), "ok")
                return redirect(url_for("region.training", training_id=made.public_id), code=303)
            except Refusal as refusal:
                note_refusal(refusal)
                row.errors[refusal.field or "name"] = refusal.message
    return _form(row, rules)


@blueprint.route("/opleidingen/<training_id>", methods=["GET", "POST"])
def training(training_id: str) -> ResponseReturnValue:
    """One training, to look at and to correct. Its reference stays."""
    session, rules = current_session(), TrainingRules(current_session(), today())
    known = found(training_by_public_id(session, public_id=training_id, retired=True))
    decide_on(lambda: _stands(known, rules), known)
    row = TrainingRow(0, written_training(terms_of(known), rules))
    if request.method == "POST":
        kept = {"reference": known.reference, "retired": row.written["retired"]}
        row = read_training(0, {**_sent(), **kept}, rules)
        if row.terms is not None:
            try:
                require_seen()
                correct_training(
                    session, training=known, terms=row.terms, actor=current_actor(), now=now(), rules=rules
                )
                flash(_("De opleiding is veranderd."), "ok")
                return redirect(url_for("region.training", training_id=training_id), code=303)
            except Refusal as refusal:
                note_refusal(refusal)
                row.errors[refusal.field or "name"] = refusal.message
    return _form(row, rules, known)


@blueprint.post("/opleidingen/<training_id>/vervallen")
def retire_training(training_id: str) -> ResponseReturnValue:
    """Nobody finds or chooses it any more."""
    known = found(training_by_public_id(current_session(), public_id=training_id, retired=True))
    actions.retire_training(current_session(), training=known, actor=current_actor(), now=now())
    flash(_("De opleiding is vervallen. Niemand vindt haar nu meer."), "ok")
    return redirect(url_for("region.training", training_id=training_id), code=303)


@blueprint.post("/opleidingen/<training_id>/terug")
def reinstate_training(training_id: str) -> ResponseReturnValue:
    """It is given again."""
    known = found(training_by_public_id(current_session(), public_id=training_id, retired=True))
    actions.reinstate_training(current_session(), training=known, actor=current_actor(), now=now())
    flash(_("De opleiding staat weer in de lijst."), "ok")
    return redirect(url_for("region.training", training_id=training_id), code=303)


@blueprint.get("/opleidingen.csv")
def trainings_csv() -> ResponseReturnValue:
    """All trainings, with the columns that can be taken in again."""
    return _file(csv_text(written_trainings(current_session(), on=today())), "text/csv", "opleidingen.csv")


@blueprint.get("/opleidingen.xlsx")
def trainings_sheet() -> ResponseReturnValue:
    """The same as an Excel file."""
    return _file(sheet_bytes(written_trainings(current_session(), on=today())), TYPE, "opleidingen.xlsx")


def _file(content: str | bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sent() -> dict[str, str]:
    return {column.key: request.form.get(column.key, "")[:LONGEST_ANSWER] for column in TRAINING_COLUMNS}


def _form(row: TrainingRow, rules: TrainingRules, known: RegionTraining | None = None) -> ResponseReturnValue:
    fixed = ALWAYS | ({"reference"} if known is not None else set())
    fields = [(column, _choices(column.key, rules)) for column in TRAINING_COLUMNS if column.key not in fixed]
    return page(
        "region/training.html",
        row=row,
        fields=fields,
        known=known,
        errors=[{"id": key, "text": message} for key, message in row.errors.items()],
        page_errors=bool(row.errors),
        status=422 if row.errors else 200,
    )


def _choices(key: str, rules: TrainingRules) -> list[tuple[str, Any]]:
    """The answers of a column that is a choice, each with what people read; empty for others."""
    yes_no = [(yes_no_text(False), _("Nee")), (yes_no_text(True), _("Ja"))]
    if key in ("shortage", "evening", "any_time", "crkbo"):
        return yes_no
    if key == "form":
        return [(str(label), label) for label in FORMS.values()]
    if key == "level":
        return [("", _("Geen niveau")), *((str(level), str(level)) for level in range(1, 9))]
    if key == "sector":
        return [("", _("Kies")), *((localized(label), localized(label)) for label in rules.sectors.values())]
    return []


def _stands(known: RegionTraining, rules: TrainingRules) -> list[Stand]:
    """What the page shows: all of it can be overwritten."""
    shown = written_training(terms_of(known), rules)
    with use_locale("nl"):  # who changes the language of the page changes nothing of the training
        compared = written_training(terms_of(known), rules)
    return [Stand(one.key, str(one.heading), compared[one.key], shown[one.key]) for one in TRAINING_COLUMNS]
