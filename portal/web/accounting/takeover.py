"""Taking over an administration from before the desk: send files, choose columns, see every row, try, and lay it down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.takeover.actions import (
    LONGEST_NAME,
    add_tables,
    choose_columns,
    drop_administration,
    keep_administration,
    lay_down_administration,
    lay_down_undo,
    return_administration,
    take_over_administration,
    try_administration,
    undo_administration,
    use_choice,
)
from portal.accounting.takeover.columns import COLUMNS, TABLES, TableKind
from portal.accounting.takeover.models import AdministrationState, EarlierAdministration
from portal.accounting.takeover.parts import begin_taking_over, begin_undoing, is_large, is_large_to_undo
from portal.accounting.takeover.queries import administration_by_public_id, administrations, column_choices
from portal.accounting.takeover.reading import read_administration
from portal.accounting.takeover.template_book import template_workbook
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import WorkKind
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.spreadsheets import TYPE
from portal.web.accounting.acting import ActPage, do_on
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.takeover_page import ADMINISTRATION_STATES, administration_page, stands_of
from portal.web.edge import decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, Form, TextField
from portal.web.forms.uploads import UploadField, takes_file
from portal.words.labels import tag

WORKBOOK = "workbook"


class FileForm(Form):
    """A file of the earlier administration."""

    kind = ChoiceField(
        _l("Wat staat erin?"),
        missing=_l("Kies wat er in het bestand staat."),
        choices=[(WORKBOOK, _l("Een werkboek met bladen")), *((kind.value, text) for kind, text in TABLES.items())],
    )
    file = UploadField(_l("Bestand van de oude administratie"), missing=_l("Kies het bestand."))


class ChoiceForm(Form):
    """A choice of columns that was kept."""

    choice = ChoiceField(_l("Eerder bewaarde keuze"), missing=_l("Kies een keuze."))


class UndoTakeoverForm(Form):
    """Why a takeover is undone."""

    reason = TextField(_l("Waarom?"), maximum=2_000, multiline=True, missing=_l("Schrijf op waarom."))


@blueprint.get("/overnemen")
def administration_list() -> ResponseReturnValue:
    """Every takeover with how far it is."""
    rows = [
        [
            {"text": one.name, "href": url_for("accounting.administration", administration_id=one.public_id)},
            tag(ADMINISTRATION_STATES, one.state),
            one.sent_by_name,
            format_date(one.sent_at, "short"),
        ]
        for one in administrations(current_session(), actor=current_actor())
    ]
    return page("accounting/takeovers.html", rows=rows)


@blueprint.get("/overnemen/sjabloon.xlsx")
def administration_template() -> ResponseReturnValue:
    """The workbook to fill in."""
    response = Response(template_workbook(), mimetype=TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="administratie.xlsx"'
    return response


@blueprint.route("/overnemen/nieuw", methods=["GET", "POST"])
@takes_file
def new_administration() -> ResponseReturnValue:
    """Send the first file."""
    form = FileForm()
    if form.validate_on_submit():
        with form.refusals():
            sent = form.file.data
            read = read_administration(sent.content, _kind(form))
            made = keep_administration(current_session(), name=sent.name, read=read, actor=current_actor(), now=now())
            return redirect(url_for("accounting.administration", administration_id=made.public_id), code=303)
    return page("accounting/takeover_file.html", form=form, one=None)


@blueprint.route("/overnemen/<administration_id>/bestand", methods=["GET", "POST"])
@takes_file
def administration_file(administration_id: str) -> ResponseReturnValue:
    """Send another file of the same administration."""
    one, form = _the_administration(administration_id), FileForm()
    decide_on(lambda: stands_of(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            read = read_administration(form.file.data.content, _kind(form))
            add_tables(current_session(), administration=one, read=read, actor=current_actor(), now=now())
            return redirect(_here(one), code=303)
    return page("accounting/takeover_file.html", form=form, one=one)


@blueprint.get("/overnemen/<administration_id>")
def administration(administration_id: str) -> ResponseReturnValue:
    """One takeover: its rows with what is wrong, its sums, and what can be done with it."""
    one = _the_administration(administration_id)
    decide_on(lambda: stands_of(one), one)
    return _page(one, Form())


@blueprint.route("/overnemen/<administration_id>/kolommen", methods=["GET", "POST"])
def administration_columns(administration_id: str) -> ResponseReturnValue:
    """Say which column is which, and keep that under a name."""
    one = _the_administration(administration_id)
    form = _columns_form(one)
    decide_on(lambda: stands_of(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            chosen = {
                kind: {
                    column.key: int(given)
                    for column in COLUMNS[kind]
                    if (given := form[f"{kind.value}-{column.key}"].data)
                }
                for kind in _kinds(one)
            }
            choose_columns(
                current_session(),
                administration=one,
                chosen=chosen,
                keep_as=form["keep_as"].data or "",
                actor=current_actor(),
                now=now(),
            )
            flash(_("De kolommen zijn gekozen."), "ok")
            return redirect(_here(one), code=303)
    groups = [
        (str(TABLES[kind]), [(form[f"{kind.value}-{column.key}"], column) for column in COLUMNS[kind]])
        for kind in _kinds(one)
    ]
    return page("accounting/takeover_columns.html", form=form, one=one, groups=groups)


@blueprint.route("/overnemen/<administration_id>/keuze", methods=["GET", "POST"])
def administration_choice(administration_id: str) -> ResponseReturnValue:
    """Use a choice of columns that was kept."""
    session, one, form = current_session(), _the_administration(administration_id), ChoiceForm()
    kept = {str(choice.id): choice for choice in column_choices(session)}
    form.choice.choices = [(key, choice.name) for key, choice in kept.items()]
    shown = ActPage(
        _("Een bewaarde keuze gebruiken"), _("Gebruik deze keuze"), _here(one), lambda: stands_of(one), (one,)
    )

    def use() -> None:
        use_choice(session, administration=one, choice=kept[form.choice.data], actor=current_actor(), now=now())

    return do_on(shown, form, use, lambda: _("De kolommen zijn gekozen."))


@blueprint.post("/overnemen/<administration_id>/proef")
def try_an_administration(administration_id: str) -> ResponseReturnValue:
    """Do it as a trial; a large one apart from this page."""
    one = _the_administration(administration_id)
    if is_large(one):
        return _long(one, WorkKind.TAKEOVER_TRIAL, None)
    return _act(administration_id, try_administration, _("De proef is goed: de sommen zijn gelijk."))


@blueprint.post("/overnemen/<administration_id>/voorleggen")
def lay_down_an_administration(administration_id: str) -> ResponseReturnValue:
    """Lay it before a colleague."""
    done = _("Het overnemen is voorgelegd. Een collega beslist.")
    return _act(administration_id, lay_down_administration, done, seen=True)


@blueprint.post("/overnemen/<administration_id>/boeken")
def take_over_an_administration(administration_id: str) -> ResponseReturnValue:
    """The second person takes it over; a large one apart from this page. What stopped halfway goes on."""
    one = _the_administration(administration_id)
    if one.state is AdministrationState.CARRYING:
        return _long(one, WorkKind.TAKEOVER, None)
    if is_large(one):
        return _long(one, WorkKind.TAKEOVER, begin_taking_over, seen_hash=one.content_hash)
    return _act(administration_id, take_over_administration, _("De administratie is overgenomen."), seen=True)


@blueprint.post("/overnemen/<administration_id>/terug")
def return_an_administration(administration_id: str) -> ResponseReturnValue:
    """Give back what was laid down."""
    return _act(administration_id, return_administration, _("Het is teruggegeven. Er is niets geboekt."))


@blueprint.post("/overnemen/<administration_id>/weg")
def drop_an_administration(administration_id: str) -> ResponseReturnValue:
    """Throw a draft away."""
    return _act(administration_id, drop_administration, _("De bestanden zijn weggegooid. Er is niets geboekt."))


@blueprint.route("/overnemen/<administration_id>/ongedaan", methods=["GET", "POST"])
def lay_down_an_undo(administration_id: str) -> ResponseReturnValue:
    """Lay down that a takeover is undone."""
    one, form = _the_administration(administration_id), UndoTakeoverForm()
    why = _("Alles wordt teruggeboekt op zijn eigen dag. Dat kan zolang niemand iets deed met deze vouchers.")
    title, submit = _("Het overnemen ongedaan maken"), _("Leg het voor aan een collega")
    shown = ActPage(title, submit, _here(one), lambda: stands_of(one), (one,), why)

    def lay_down() -> None:
        reason = form.reason.data
        lay_down_undo(current_session(), administration=one, reason=reason, actor=current_actor(), now=now())

    return do_on(shown, form, lay_down, lambda: _("Het ongedaan maken is voorgelegd. Een collega beslist."))


@blueprint.post("/overnemen/<administration_id>/ongedaan/boeken")
def undo_an_administration(administration_id: str) -> ResponseReturnValue:
    """The second person undoes it; a large one apart from this page. What stopped halfway goes on."""
    one = _the_administration(administration_id)
    if one.state is AdministrationState.UNDOING:
        return _long(one, WorkKind.TAKEOVER_UNDO, None)
    if is_large_to_undo(current_session(), administration=one):
        return _long(one, WorkKind.TAKEOVER_UNDO, begin_undoing)
    return _act(administration_id, undo_administration, _("Het overnemen is ongedaan gemaakt."))


def _act(administration_id: str, act: Callable[..., Any], done: str, *, seen: bool = False) -> ResponseReturnValue:
    one, form = _the_administration(administration_id), Form()
    decide_on(lambda: stands_of(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            more = {"seen_hash": one.content_hash} if seen else {}
            act(current_session(), administration=one, actor=current_actor(), now=now(), **more)
            flash(done, "ok")
            return redirect(_here(one), code=303)
    return _page(one, form)


def _long(
    one: EarlierAdministration, kind: WorkKind, decide: Callable[..., None] | None, **more: str
) -> ResponseReturnValue:
    """Decide (when that was not done before), and ask for the work: the same that goes on is given back."""
    session, form = current_session(), Form()
    decide_on(lambda: stands_of(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            if decide is not None:
                decide(session, administration=one, actor=current_actor(), now=now(), **more)
            work = begin_work(session, kind=kind, about=one.public_id, actor=current_actor(), now=now())
            return redirect(url_for("access.long_work", work_id=work.public_id), code=303)
    return _page(one, form)


def _page(one: EarlierAdministration, form: Form) -> ResponseReturnValue:
    return page("accounting/takeover.html", **administration_page(one, form))


def _the_administration(administration_id: str) -> EarlierAdministration:
    return found(administration_by_public_id(current_session(), public_id=administration_id, actor=current_actor()))


def _here(one: EarlierAdministration) -> str:
    return url_for("accounting.administration", administration_id=one.public_id)


def _kind(form: FileForm) -> TableKind | None:
    return None if form.kind.data == WORKBOOK else TableKind(form.kind.data)


def _kinds(one: EarlierAdministration) -> list[TableKind]:
    return [kind for kind in TableKind if kind in one.tables]


def _columns_form(one: EarlierAdministration) -> Form:
    """A list per field with the headings of the file; what was recognised or chosen stands in it."""
    fields: dict[str, Any] = {}
    for kind in _kinds(one):
        headings = one.tables[kind]["headings"]
        choices = [(str(place), f"{place + 1}. {text}") for place, text in enumerate(headings) if text]
        for column in COLUMNS[kind]:
            place = one.mapping.get(kind, {}).get(column.key)
            missing = _l("Kies een kolom.") if column.needed else None
            fields[f"{kind.value}-{column.key}"] = ChoiceField(
                column.heading,
                choices=choices,
                missing=missing,
                optional=not column.needed,
                default=str(place) if place is not None else None,
            )
    fields["keep_as"] = TextField(_l("Bewaar deze keuze onder een naam"), maximum=LONGEST_NAME, optional=True)
    made: Form = type("ColumnsForm", (Form,), fields)()
    return made
