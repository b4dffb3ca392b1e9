"""Files of a large report on the screen: asked for, found again, and fetched for as long as they are kept."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.report_files.actions import FileWish, ask_for_report_file
from portal.accounting.report_files.models import KEPT, ReportFile
from portal.accounting.report_files.queries import report_file_by_public_id, report_files
from portal.accounting.reports.files import ReportFormat
from portal.accounting.scope import scope_of
from portal.oversight.long_work.models import LongWork, WorkKind
from portal.oversight.long_work.queries import last_work
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import LOCALES, LazyString, format_date, format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.report_mails import about_words, period_words
from portal.web.accounting.reports import SEEN, asked_report, file_language, report_args, report_response
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.words.labels import tag
from portal.words.running_labels import WORK_STATES

KINDS: dict[ReportFormat, LazyString] = {
    ReportFormat.SHEET: _l("Rekenblad (Excel)"),
    ReportFormat.LIST: _l("Alle cijfers als CSV"),
    ReportFormat.PAPER: _l("Document (PDF)"),
}

PRINT = re.compile("[0-9a-f]{64}")


@blueprint.get("/verslag/bestanden")
def report_file_list() -> ResponseReturnValue:
    """The files that this reader asked for: those that are there, and how far the others are."""
    session, actor = current_session(), current_actor()
    found(scope_of(session, actor=actor))
    files = report_files(session, actor=actor, at=now())
    return page("accounting/report_files.html", files=[_file(one) for one in files], days=KEPT.days)


@blueprint.post("/verslag/bestanden/vragen")
def ask_report_file() -> ResponseReturnValue:
    """Ask for a file of the report as it was seen: one that is there is fetched, else is shown how far it is."""
    session, actor, asked = current_session(), current_actor(), asked_report()
    kind = next((one for one in ReportFormat if one.value == request.args.get("soort")), None)
    seen = request.args.get(SEEN, "")
    if asked.form.errors or kind is None or not PRINT.fullmatch(seen):
        flash(_("Dit bestand kennen wij niet. Vraag het opnieuw op de bladzijde van het verslag."))
        return redirect(url_for("accounting.report", **asked.args), code=303)
    wish = FileWish(asked.funder, asked.period, kind, file_language(), seen)
    file = ask_for_report_file(session, wish=wish, actor=actor, now=now())
    if file.is_there(now()):
        return redirect(url_for("accounting.report_file_list"), code=303)
    work = found(_work(file))
    return redirect(url_for("access.long_work", work_id=work.public_id), code=303)


@blueprint.get("/verslag/bestanden/<file_id>")
def report_file(file_id: str) -> ResponseReturnValue:
    """The file, for who asked for it and may still read the report, while it is kept."""
    one = found(report_file_by_public_id(current_session(), public_id=file_id, actor=current_actor()))
    content = found(one.content if one.is_there(now()) else None)
    return report_response(content, one.funder, one.period, one.format)


def _work(file: ReportFile) -> LongWork | None:
    return last_work(current_session(), kinds=[WorkKind.REPORT_FILE], about=file.public_id)


def _file(one: ReportFile) -> dict[str, Any]:
    there, work = one.is_there(now()), _work(one)
    facts = [
        (_("Stand op"), format_date(one.as_of)),
        (_("Taal"), LOCALES[one.locale]),
        (_("Gevraagd op"), format_datetime(one.asked_at)),
        (_("Te vinden tot"), format_datetime(one.kept_until) if there else None),
    ]
    return {
        "title": f"{KINDS[one.format]}: {about_words(one.funder)}, {period_words(one.period)}",
        "state": tag(WORK_STATES, work.state) if work is not None and not there else None,
        "facts": [{"label": label, "value": value} for label, value in facts],
        "file": url_for("accounting.report_file", file_id=one.public_id) if there else None,
        "work": url_for("access.long_work", work_id=work.public_id) if work is not None and not there else None,
        "report": url_for("accounting.report", **report_args(one.funder, one.period)),
    }
