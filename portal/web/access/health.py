"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.platform.clock import now
from portal.platform.database import unit_of_work
from portal.platform.errors import Busy, StorageFull
from portal.post.messages.queries import oldest_waiting
from portal.web.access.blueprint import blueprint

OUTBOX_LATE_SECONDS = 300


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The database takes writes, and mail leaves in time. 503 when the database does not; late mail is only reported."""

    def try_database(session: Session) -> int:
        since = oldest_waiting(session)
        return int((now() - since).total_seconds()) if since is not None else 0

    try:
        waiting = unit_of_work(current_app.extensions["engine"], try_database, keep=lambda _: False, attempts=1)
    except (Busy, StorageFull) as error:
        return jsonify(status="unavailable", database=type(error).__name__), 503
    return jsonify(status="ready", oldest_unsent_mail_seconds=waiting, mail_late=waiting > OUTBOX_LATE_SECONDS)
