"""Who comes to the door: counted per day and campaign, without a cookie, an address or anything else of who it is.

A page only reads; so visits are counted in memory and written together, at most once a minute, after an answer was sent. What
was not written yet when the program stops is lost: a count of visits is no administration.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from datetime import date

import structlog
from flask import Response, current_app, request
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from portal.cases.origins.actions import count_at_door
from portal.cases.origins.models import DoorStep
from portal.platform.clock import today
from portal.platform.database import unit_of_work
from portal.platform.errors import Busy, OutcomeUnknown, StorageFull
from portal.web.edge.edge import ASKED_BY_HEAD

EVERY = 60.0
"""So many seconds lie between two times that visits are written."""
MOST_KEPT = 1_000
"""So many different days and codes are kept in memory; no desk has more campaigns."""
_PROGRAM = re.compile(r"bot|crawl|spider|slurp|preview|monitor|scan|curl|wget|python|http|headless", re.IGNORECASE)
log = structlog.get_logger("portal.visits")
Door = tuple[date, DoorStep, str]


class VisitTally:
    """The visits that were not written yet, of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Door] = Counter()
        self._written = time.monotonic()

    def add(self, day: date, code: str) -> bool:
        """Count one visit; whether it is time to write."""
        with self._lock:
            key = (day, DoorStep.VISIT, code)
            if key in self._counts or len(self._counts) < MOST_KEPT:
                self._counts[key] += 1
            return time.monotonic() - self._written >= EVERY

    def write(self, engine: Engine) -> None:
        """Write what was counted. What cannot be written now is counted on, and nobody notices."""
        with self._lock:
            taken, self._counts, self._written = self._counts, Counter(), time.monotonic()
        if not taken:
            return
        try:
            unit_of_work(engine, lambda session: count_at_door(session, counts=taken))
        except (Busy, OutcomeUnknown, StorageFull, DBAPIError) as error:
            log.warning("visits_not_written", trouble=type(error).__name__)
            with self._lock:
                self._counts.update(taken)


def tally() -> VisitTally:
    """The tally of this application."""
    found: VisitTally = current_app.extensions.setdefault("visits", VisitTally())
    return found


def count_visit(response: Response, code: str) -> Response:
    """Count that somebody saw the first page, when it was a person with a browser."""
    if _is_somebody():
        kept, engine = tally(), current_app.extensions["engine"]
        if kept.add(today(), code):
            response.call_on_close(lambda: kept.write(engine))
    return response


def _is_somebody() -> bool:
    """Whether a browser asks for the page to show it: no program, no question about the page alone, nothing in advance."""
    who = request.headers.get("User-Agent", "")
    early = "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""))
    shows = "text/html" in request.headers.get("Accept", "")
    return bool(who) and shows and not early and not request.environ.get(ASKED_BY_HEAD) and not _PROGRAM.search(who)
