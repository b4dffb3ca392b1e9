"""The figures for whoever watches the desk, for programs: from this machine, or with a token. To others there is no such page."""

from __future__ import annotations

import hmac

from flask import Response, abort, current_app, request
from sqlalchemy.orm import Session

from portal.oversight.running import Running, running
from portal.people.audit.counting import Acts
from portal.platform.clock import now
from portal.platform.config import Settings, is_loopback
from portal.platform.database import unit_of_work
from portal.platform.errors import Busy, StorageFull
from portal.platform.room import room_in
from portal.post.files.scanning import scanner_answers
from portal.web.access.blueprint import blueprint
from portal.web.edge.measuring import counts, figures


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counts of requests and acts, what waits and what is old. No personal data."""
    settings: Settings = current_app.extensions["settings"]
    if not _may_ask(settings):
        abort(404)
    return Response(figures(lambda: _read(settings)), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_ask(settings: Settings) -> bool:
    token = settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    return is_loopback(request.remote_addr or "elsewhere")


def _read(settings: Settings) -> tuple[Running, Acts] | None:
    scanner = scanner_answers(settings.clamd)

    def look(session: Session) -> tuple[Running, Acts]:
        room = room_in(settings.state_dir)
        minimum = settings.minimum_free_mb
        found = running(session, room=room, minimum_mb=minimum, at=now(), scanner=scanner)
        return found, counts(current_app).counted(session)

    try:
        return unit_of_work(current_app.extensions["engine"], look, read_only=True, attempts=1)
    except (Busy, StorageFull):
        return None
