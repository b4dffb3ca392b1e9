"""Whether everything runs: room, mail, jobs, the check of the books, backups, and which versions these are. Nobody's name."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from flask import current_app
from flask.typing import ResponseReturnValue

from portal.oversight.running import Aspect, Running, running
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.jobs.models import JobState
from portal.platform.room import room_in
from portal.post.files.scanning import scanner_answers
from portal.post.messages.models import MessageState
from portal.web.admin.blueprint import blueprint
from portal.web.edge import page
from portal.words.labels import label, tag
from portal.words.running_labels import ASPECTS, SIGNS

GIGABYTE = 2**30


@blueprint.get("/werking")
def running_page() -> ResponseReturnValue:
    """Each thing with how it stands; the same facts and signs as `loket doctor` and the figures for whoever watches the desk."""
    settings = current_app.extensions["settings"]
    room, minimum, scanner = room_in(settings.state_dir), settings.minimum_free_mb, scanner_answers(settings.clamd)
    found = running(current_session(), room=room, minimum_mb=minimum, at=now(), scanner=scanner)
    said = _said(found)
    return page(
        "admin/running.html",
        rows=[[label(ASPECTS, aspect), tag(SIGNS, sign), said[aspect]] for aspect, sign in found.signs().items()],
        troubled=any(sign != "ok" for sign in found.signs().values()),
        versions=[
            {"label": _("Programma"), "value": _program()},
            {"label": _("Versie van de database"), "value": found.revision or _("onbekend")},
            {"label": _("Database"), "value": found.database},
            {"label": _("Grootte van de database"), "value": _gigabytes(found.size)},
        ],
        at=format_datetime(found.at),
    )


def _said(found: Running) -> dict[Aspect, str]:
    waiting = found.mail.get(MessageState.QUEUED, 0) + found.mail.get(MessageState.SENDING, 0)
    given_up = found.jobs.get(JobState.DEAD, 0)
    return {
        Aspect.DISK: _("%(free)s vrij (%(part)s%%)", free=_gigabytes(found.room.free), part=found.room.percentage),
        Aspect.MAIL: _("%(number)s, de oudste sinds %(moment)s", number=waiting, moment=_moment(found.oldest_mail)),
        Aspect.UNDELIVERED: str(found.mail.get(MessageState.FAILED, 0)),
        Aspect.JOBS: _moment(found.last_job),
        Aspect.GIVEN_UP: str(given_up),
        Aspect.STUCK: str(found.stuck),
        Aspect.BOOKS: _moment(found.books_at),
        Aspect.BACKUP: _moment(found.backup_at),
        Aspect.DRILL: _moment(found.drill_at),
        Aspect.ARCHIVE: _(
            "%(number)s onderweg, %(lost)s opgegeven", number=found.archive.on_their_way, lost=found.archive.given_up
        ),
        Aspect.SCANNER: _scanner(found.scanner),
        Aspect.WEBHOOKS: _("%(number)s opgegeven", number=found.webhooks.given_up),
    }


def _scanner(answers: bool | None) -> str:
    if answers is None:
        return _("niet ingesteld: bestanden worden niet gescand")
    return _("antwoordt") if answers else _("antwoordt niet: nieuwe bestanden wachten")


def _moment(instant: datetime | None) -> str:
    return format_datetime(instant) if instant is not None else _("nog nooit")


def _gigabytes(number: int) -> str:
    return f"{number / GIGABYTE:.1f} GB".replace(".", ",")


def _program() -> str:
    try:
        return version("ontwikkelloket")
    except PackageNotFoundError:
        return _("onbekend")
