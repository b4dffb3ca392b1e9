"""Taking in a list of trainings: sending the file, seeing row by row what would change, and only then doing it.

A long list is taken in by a process of the desk, apart from the page; its page and the page of the work are found again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.training_files.actions import (
    begin_taking_in,
    drop_import,
    is_long,
    keep_import,
    take_in_trainings,
)
from portal.framework.training_files.models import TrainingImport
from portal.framework.training_files.plan import ImportPlan
from portal.framework.training_files.queries import import_by_public_id, open_imports
from portal.framework.training_files.tables import written_rows
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import WorkKind
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import format_date
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import found, note_refusal, page
from portal.web.edge.policy import current_actor
from portal.web.edge.sight import Stand, decide_on, require_seen
from portal.web.forms import ConfirmField, Form, add_error
from portal.web.forms.uploads import UploadField, takes_file
from portal.web.region.blueprint import blueprint
from portal.web.region.training_list_page import ListLook, dropped_words, list_page, look_at, taken_in_words


class TrainingFileForm(Form):
    """A list of trainings."""

    file = UploadField(_l("Bestand met opleidingen"), missing=_l("Kies het bestand."))


class TakeInForm(Form):
    """Taking in what was seen."""

    whole = ConfirmField(_l("Lees niets in als er een rij fout is"))


@blueprint.route("/opleidingen/inlezen", methods=["GET", "POST"])
@takes_file
def send_trainings() -> ResponseReturnValue:
    """Send a file; what would change is shown first. Lists that are not settled are found again here."""
    session, form = current_session(), TrainingFileForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            rows = written_rows(sent.content)
            kept = keep_import(session, name=sent.name, rows=rows, actor=current_actor(), now=now())
            return redirect(_here(kept), code=303)
        except Refusal as refusal:
            note_refusal(refusal)
            add_error(form.file, refusal.message)
    lists = [_listed(one) for one in open_imports(session, actor=current_actor())]
    return page("region/send_trainings.html", form=form, lists=lists)


@blueprint.route("/opleidingen/inlezen/<import_id>", methods=["GET", "POST"])
def training_plan(import_id: str) -> ResponseReturnValue:
    """What a list would change, row by row; the button does it, apart from this page when it is long."""
    form = TakeInForm()
    return _decide(import_id, form, lambda kept, plan: _take_in(kept, plan, whole=form.whole.data))


@blueprint.post("/opleidingen/inlezen/<import_id>/weg")
def drop_trainings(import_id: str) -> ResponseReturnValue:
    """Throw a list away that was not taken in, or what is left of it."""
    return _decide(import_id, Form(), _drop)


def _decide(import_id: str, form: Form, act: Callable[[TrainingImport, ImportPlan | None], str]) -> ResponseReturnValue:
    """Do something with a list and what it would change; `act` says where to look then."""
    session = current_session()
    kept = found(import_by_public_id(session, public_id=import_id, actor=current_actor()))
    looks: list[ListLook] = []

    def sight() -> list[Stand]:
        looks.append(look_at(kept))
        return looks[-1].stands

    decide_on(sight, kept)
    look = looks[-1]
    if form.validate_on_submit():
        with form.refusals():
            return redirect(act(kept, look.plan), code=303)
    return page("region/training_plan.html", form=form, whole=TakeInForm().whole, **list_page(look))


def _take_in(kept: TrainingImport, plan: ImportPlan | None, *, whole: bool) -> str:
    session, actor = current_session(), current_actor()
    require_seen()
    if plan is None:
        raise _not_open()
    if is_long(plan):
        begin_taking_in(session, kept=kept, plan=plan, whole=whole, actor=actor, now=now())
        work = begin_work(session, kind=WorkKind.TRAININGS, about=kept.public_id, actor=actor, now=now())
        return url_for("access.long_work", work_id=work.public_id)
    take_in_trainings(session, kept=kept, plan=plan, whole=whole, actor=actor, now=now())
    flash(taken_in_words(kept), "ok")
    return url_for("region.training_list")


def _drop(kept: TrainingImport, plan: ImportPlan | None) -> str:
    require_seen()
    if plan is None:
        raise _not_open()
    drop_import(current_session(), kept=kept, actor=current_actor(), now=now())
    flash(dropped_words(kept), "ok")
    return url_for("region.training_list")


def _not_open() -> Conflict:
    return Conflict("not_open", _l("Deze lijst wordt al ingelezen, of dat is al gedaan."))


def _listed(kept: TrainingImport) -> list[Any]:
    return [{"text": kept.name, "href": _here(kept)}, look_at(kept).state, format_date(kept.sent_at, "short")]


def _here(kept: TrainingImport) -> str:
    return url_for("region.training_plan", import_id=kept.public_id)
