"""Long work: asked for, paused, continued and stopped at the same moment."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.oversight.long_work.actions import begin_work, cancel_work, go_on_with_work, pause_work
from portal.oversight.long_work.models import LongWork, WorkKind
from tests.factories import ADMIN, NOW
from tests.reliability.pairs.acts import Scene, by, row, the

ADMINS = by(ADMIN)
WORK = the(LongWork)


def _asked(session: Session) -> None:
    begin_work(session, kind=WorkKind.SEARCH, about="search", actor=ADMIN, now=NOW)


def _paused(session: Session) -> None:
    _asked(session)
    pause_work(session, work=WORK.look(session, 0), actor=ADMIN, now=NOW)


ASKED = Scene(
    "long work that somebody asked for",
    _asked,
    (
        row(begin_work, kind=WorkKind.SEARCH, about="search", actor=ADMINS),
        row(pause_work, work=WORK, actor=ADMINS),
        row(cancel_work, work=WORK, actor=ADMINS),
    ),
)
PAUSED = Scene(
    "long work that was paused",
    _paused,
    (
        row(go_on_with_work, work=WORK, actor=ADMINS),
        row(cancel_work, work=WORK, actor=ADMINS),
    ),
)
SCENES = (ASKED, PAUSED)
