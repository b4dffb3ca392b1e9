"""The job runner: what waits for another try, and what was given up and needs a person."""

from __future__ import annotations

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import WorkKind
from portal.oversight.long_work.queries import works
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.jobs.actions import try_again
from portal.platform.jobs.models import JobState
from portal.platform.jobs.queries import job_counts, job_item, job_items
from portal.web.admin.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, Form
from portal.words.labels import label, tag
from portal.words.running_labels import WORK_KINDS, WORK_STATES
from portal.words.voucher_labels import JOB_STATES

SEARCH = "search"


class BeginJobForm(Form):
    """Which work begins now."""

    job = ChoiceField(_l("Welk werk wilt u nu laten doen?"), missing=_l("Kies welk werk."))


def _form() -> BeginJobForm:
    """The jobs of this desk; where no process does them, those that were ever done."""
    names = current_app.extensions.get("job_names") or sorted({job for job, _state in job_counts(current_session())})
    form = BeginJobForm()
    form.job.choices = [*((name, name) for name in names), (SEARCH, label(WORK_KINDS, SEARCH))]
    return form


@blueprint.get("/taken")
def job_list() -> ResponseReturnValue:
    """What is not done, the given up first; how much of each job was done; and the long work that somebody asked for."""
    return _page(_form())


@blueprint.post("/taken/beginnen")
def begin_job() -> ResponseReturnValue:
    """Let a job be done now, apart from this page."""
    form = _form()
    if form.validate_on_submit():
        kind = WorkKind.SEARCH if form.job.data == SEARCH else WorkKind.JOB
        work = begin_work(current_session(), kind=kind, about=form.job.data, actor=current_actor(), now=now())
        return redirect(url_for("access.long_work", work_id=work.public_id), code=303)
    return _page(form)


def _page(form: BeginJobForm) -> ResponseReturnValue:
    session = current_session()
    rows = sorted(job_items(session), key=lambda row: row.state is not JobState.DEAD)
    return page(
        "admin/jobs.html",
        form=form,
        works=[
            {
                "name": f"{label(WORK_KINDS, work.kind)}: {work.about}"
                if work.kind is WorkKind.JOB
                else label(WORK_KINDS, work.kind),
                "href": url_for("access.long_work", work_id=work.public_id),
                "state": tag(WORK_STATES, work.state),
                "far": f"{work.done} / {work.total}",
                "asked": format_datetime(work.asked_at, "short"),
            }
            for work in works(session)
        ],
        items=[
            {
                "id": row.id,
                "cells": [
                    row.job,
                    row.item,
                    tag(JOB_STATES, row.state),
                    str(row.attempts),
                    row.trouble or "",
                    format_datetime(row.due_at, "short"),
                ],
                "dead": row.state is JobState.DEAD,
                "name": f"{row.job} {row.item}",
            }
            for row in rows
        ],
        counts=[
            [job, label(JOB_STATES, state), str(number)]
            for (job, state), number in sorted(job_counts(session).items(), key=str)
        ],
    )


@blueprint.post("/taken/<item_id>/opnieuw")
def try_job_again(item_id: str) -> ResponseReturnValue:
    """Let a dead item be tried again."""
    number = int(item_id) if item_id.isdecimal() and len(item_id) < 10 else 0
    item = found(job_item(current_session(), item_id=number))
    try_again(current_session(), item=item, now=now())
    flash(_("Dit werk wordt opnieuw gedaan."), "ok")
    return redirect(url_for("admin.job_list"), code=303)
