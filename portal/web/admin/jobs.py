"""The job runner: what waits for another try, and what was given up and needs a person."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.jobs.actions import try_again
from portal.platform.jobs.models import JobState
from portal.platform.jobs.queries import job_counts, job_item, job_items
from portal.web.admin.blueprint import blueprint
from portal.web.edge import found, page
from portal.words.labels import label, tag
from portal.words.voucher_labels import JOB_STATES


@blueprint.get("/taken")
def job_list() -> ResponseReturnValue:
    """What is not done, the given up first; and how much of each job was done."""
    session = current_session()
    rows = sorted(job_items(session), key=lambda row: row.state is not JobState.DEAD)
    return page(
        "admin/jobs.html",
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
