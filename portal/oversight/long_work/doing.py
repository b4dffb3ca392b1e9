"""Doing long work: taken up under a lease, said how far it is, stopped when somebody paused or cancelled it, ended once.

Every process of the desk may do it. Where parts are kept (`WorkKind.keeps_parts`) a step commits what it did before it is
counted, and whoever goes on after a pause, or after a process died, finds what is left by itself: a step that was not counted
may be done twice, without harm. Of all other work nothing is kept before the end: whoever takes it up again begins anew.
What must not be done twice is done in parts (`keep_part`): a part and how far it is are one write.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import CursorResult, Engine, or_, select, update
from sqlalchemy.orm import Session

from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from portal.oversight.long_work.reasons import Trouble, trouble_of_error
from portal.people.actor import Actor
from portal.people.audit.actions import record_refusal
from portal.platform.database import unit_of_work

_DESK = Actor.system("long_work")
log = structlog.get_logger("portal.oversight.long_work")

LEASE = timedelta(minutes=2)
SAY_EVERY = 0.5
"""Seconds between two times that it is said how far it is."""
BREATH = 0.12
"""Seconds between two parts in which nothing is held: longer than somebody who waits for SQLite sleeps before they look again."""
Clock = Callable[[], datetime]


class Stopped(Exception):
    """Somebody paused or cancelled this work, or another process does it now."""


@dataclass
class Doing:
    """One piece of work in the hands of one process."""

    engine: Engine
    clock: Clock
    work_id: int
    kind: WorkKind
    about: str
    asked_by: str
    lease: str
    done: int
    milliseconds: int
    total: int = 0
    _since: float = field(default_factory=time.monotonic)
    _said: float = 0.0
    _over: bool = False

    def steps(self, total: int) -> None:
        """Say how many steps there are in all, those that were done before a pause included."""
        self.total = total
        self._say()

    def step(self) -> None:
        """One more step is done. Raises ``Stopped``; it is looked at twice a second."""
        self.done += 1
        if time.monotonic() - self._said >= SAY_EVERY:
            self._say()

    def _say(self) -> None:
        worked = self.milliseconds + round((time.monotonic() - self._since) * 1000)
        values = {"done": self.done, "total": max(self.total, self.done), "milliseconds": worked}
        until = self.clock() + LEASE
        if not unit_of_work(self.engine, lambda session: self._write(session, leased_until=until, **values)):
            raise Stopped
        self._said = time.monotonic()

    def keep_part(self, work: Callable[[Session, datetime], int]) -> int:
        """Keep one part in one short write; `work` is given the instant and says how many steps are done in all. Then others may.

        Raises ``Stopped`` when somebody paused or cancelled it before, and what `work` raises: nothing of this part is kept then.
        """

        def guarded(session: Session) -> int:
            at = self.clock()
            if not self._write(session, leased_until=at + LEASE):
                raise Stopped
            done = work(session, at)
            worked = self.milliseconds + round((time.monotonic() - self._since) * 1000)
            self._write(session, done=done, total=max(self.total, done), milliseconds=worked)
            return done

        self.done = unit_of_work(self.engine, guarded)
        self.breathe()
        return self.done

    def breathe(self) -> None:
        """Hold nothing for a moment, so that who waits to write goes first."""
        time.sleep(BREATH)

    def keep(self, work: Callable[[Session, datetime], object]) -> None:
        """Keep what was computed, in the one write that says that it is done. Raises ``Stopped``, and what `work` raises.

        `work` is given the instant at which it is done.

        Who paused or cancelled it before finds nothing kept, who does so after finds it done.
        """

        def guarded(session: Session) -> None:
            at = self.clock()
            if not self._ended(session, WorkState.DONE, at=at):
                raise Stopped
            work(session, at)

        unit_of_work(self.engine, guarded)
        self._over = True

    def end(self, state: WorkState) -> bool:
        """Say that it is over; False when somebody else has it."""
        at = self.clock()
        return self._over or unit_of_work(self.engine, lambda session: self._ended(session, state, at=at))

    def fail(self, error: BaseException) -> Trouble:
        """Say that it could not be done, and why: on the work itself, and in the log."""
        at, trouble = self.clock(), trouble_of_error(error)
        said = {"trouble": trouble.code, "trouble_nl": trouble.dutch, "trouble_en": trouble.english}

        def failed(session: Session) -> None:
            if self._ended(session, WorkState.FAILED, at=at, **said):
                about = ("work", self.work_id)
                record_refusal(session, actor=_DESK, action="work.failed", about=about, reason=trouble.logged, now=at)

        unit_of_work(self.engine, failed)
        return trouble

    def _ended(self, session: Session, state: WorkState, *, at: datetime, **said: str) -> bool:
        worked = self.milliseconds + round((time.monotonic() - self._since) * 1000)
        values = {"done": self.done, "total": max(self.total, self.done), "milliseconds": worked}
        over = {"state": state, "ended_at": at, "lease": None, "leased_until": None}
        return self._write(session, **values, **over, **said)

    def _write(self, session: Session, **values: Any) -> bool:
        mine = (LongWork.id == self.work_id, LongWork.state == WorkState.RUNNING, LongWork.lease == self.lease)
        written = session.execute(
            update(LongWork).where(*mine).values(**values).execution_options(synchronize_session=False)
        )
        return cast("CursorResult[Any]", written).rowcount == 1


Do = Callable[[Doing], None]


def do_waiting(
    engine: Engine, *, kinds: Mapping[WorkKind, Do], clock: Clock, most: int = 100, waited: timedelta = timedelta(0)
) -> int:
    """Do what waits, one after the other, and what a process left that died; how many pieces were ended.

    With `waited` only what was asked for so long ago: for who does what others leave.
    """
    ended = 0
    for doing in _taken(engine, kinds, clock, most, waited):
        try:
            kinds[doing.kind](doing)
            ended += doing.end(WorkState.DONE)
        except Stopped:
            log.info("work_stopped", work=doing.work_id, done=doing.done)
        except Exception as error:  # what goes wrong with one piece is said, and the others go on
            trouble = doing.fail(error)
            log.warning("work_failed", work=doing.work_id, kind=doing.kind.value, trouble=trouble.code, exc_info=error)
    return ended


def _taken(engine: Engine, kinds: Mapping[WorkKind, Do], clock: Clock, most: int, waited: timedelta) -> Iterator[Doing]:
    for _turn in range(most):
        doing = unit_of_work(engine, lambda session: _take(session, engine, tuple(kinds), clock, waited))
        if doing is None:
            return
        yield doing


def _take(
    session: Session, engine: Engine, kinds: tuple[WorkKind, ...], clock: Clock, waited: timedelta
) -> Doing | None:
    at = clock()
    waits = (LongWork.state == WorkState.WAITING) & (LongWork.asked_at <= at - waited)
    left = (LongWork.state == WorkState.RUNNING) & (LongWork.leased_until < at)
    free = (LongWork.kind.in_(kinds), or_(waits, left))
    for number in session.scalars(select(LongWork.id).where(*free).order_by(LongWork.id).limit(5)).all():
        lease = secrets.token_hex(16)
        taken = session.execute(
            update(LongWork)
            .where(LongWork.id == number, *free)
            .values(state=WorkState.RUNNING, lease=lease, leased_until=at + LEASE)
            .execution_options(synchronize_session=False)
        )
        if cast("CursorResult[Any]", taken).rowcount == 1:
            work = session.scalars(
                select(LongWork).where(LongWork.id == number).execution_options(populate_existing=True)
            ).one()
            done, worked = (work.done, work.milliseconds) if work.kind.keeps_parts else (0, 0)
            return Doing(engine, clock, work.id, work.kind, work.about, work.asked_by, lease, done, worked)
    return None


def something_waits(session: Session, *, at: datetime) -> bool:
    """Whether there is work that nobody does."""
    left = (LongWork.state == WorkState.RUNNING) & (LongWork.leased_until < at)
    return (
        session.scalar(select(LongWork.id).where(or_(LongWork.state == WorkState.WAITING, left)).limit(1)) is not None
    )
