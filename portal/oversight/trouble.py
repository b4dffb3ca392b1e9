"""Telling the administrators what of the desk does not run, for a desk that nobody watches: which things, and nothing of anybody.

What stands on the page Werking and in `loket doctor` is sent to who can mend it: once when it begins, and once a week as long as
it lasts. That the jobs do not run cannot be told by a job: that is for who watches from outside (`loket doctor`, Prometheus).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session

from portal.framework.staff import tell_administrators
from portal.oversight.running import Aspect, Sign, running
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.jobs.actions import Job
from portal.platform.room import room_in
from portal.post.files.scanning import scanner_answers

TOLD = "account/trouble"
PASSING = frozenset({Aspect.MAIL, Aspect.JOBS, Aspect.SCANNER})
"""Of these only what is wrong is told: that they are a little late, or away for a moment, passes by itself."""


def troubles(signs: Mapping[Aspect, Sign]) -> list[Aspect]:
    """What of these somebody must do something about, in their own order."""
    return [
        aspect
        for aspect, sign in signs.items()
        if sign is Sign.WRONG or (sign is Sign.WARNING and aspect not in PASSING)
    ]


def tell_of_trouble(session: Session, *, aspects: list[Aspect], actor: Actor, now: datetime) -> int:
    """Tell every administrator what does not run; returns how many were told. Only a program does so: ``Refusal``."""
    if actor.audience is not Audience.SYSTEM:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    told = tell_administrators(
        session, template=TOLD, details={"aspects": [aspect.value for aspect in aspects]}, now=now
    )
    record(session, actor=actor, action="desk.trouble_told", object_kind="desk", object_id=len(aspects), now=now)
    return told


def trouble_job(actor: Actor, *, state_dir: Path, minimum_mb: int, clamd: str = "") -> Job:
    """The job that looks each time: what stands wrong together is told once in a week."""

    def seen(session: Session, at: datetime) -> list[Aspect]:
        room, scanner = room_in(state_dir), scanner_answers(clamd)
        return troubles(running(session, room=room, minimum_mb=minimum_mb, at=at, scanner=scanner).signs())

    def due(session: Session, at: datetime) -> list[str]:
        year, week, _day = local_date(at).isocalendar()
        found = seen(session, at)
        together = sha256(",".join(sorted(found)).encode()).hexdigest()
        return [f"{year}-{week:02}:{together}"] if found else []

    def act(session: Session, item: str, at: datetime) -> bool:
        if item not in due(session, at):
            return False
        tell_of_trouble(session, aspects=seen(session, at), actor=actor, now=at)
        return True

    return Job("tell_trouble", due, act)
