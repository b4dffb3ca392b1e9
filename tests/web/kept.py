"""What many tests of screens begin with is made once per test process, and after that put back: a copy of a file instead of acts and pages.

A test begins with a database of which is known how it was made, and takes steps. A step that was taken before from the same
beginning is not taken again: the file is put there as it was after it, and the answer is given again. As soon as something else
is written nobody knows any more how the database was made, and every step is taken. On PostgreSQL that is always so.
"""

from __future__ import annotations

import pickle
import shutil
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event

from portal.platform import clock

Made = TypeVar("Made")
Steps = tuple[Hashable, ...]

MOST = 60
"""How many files are kept; what was asked longest ago goes first."""
GOOD_FOR = 600.0
"""Seconds; sessions in what is older would soon be over."""


@dataclass(frozen=True)
class Kept:
    """A database as it was after some steps, and what came out of the last one."""

    file: Path
    answer: Any
    since: float
    """When the first of its steps was taken."""


class History:
    """How the present contents of one SQLite file were made."""

    def __init__(self, engine: Engine) -> None:
        self.path = Path(str(engine.url.database))
        self.steps: Steps | None = None
        """None when something was written that is no step."""
        self.since: float | None = None
        """When the first of the steps was taken; None before it."""
        self.put_next: Path | None = None
        """The file to be put there before the next connection."""
        self.alone = Lock()
        event.listen(engine, "commit", self._written)
        event.listen(engine, "do_connect", self._connecting)

    def _written(self, connection: Connection) -> None:
        if not connection.get_execution_options().get("read_only"):
            self.steps = None

    def _connecting(self, *_connection: object) -> None:
        with self.alone:  # several windows at once connect when the file is there, and not while it is being put there
            if self.put_next is not None:
                for old in self.path.parent.glob(f"{self.path.name}*"):
                    old.unlink()
                shutil.copyfile(self.put_next, self.path)
                self.put_next = None


_HISTORIES: WeakKeyDictionary[Engine, History] = WeakKeyDictionary()
_KEPT: OrderedDict[Steps, Kept] = OrderedDict()
_numbers = count(1)


def begin(engine: Engine, name: str, file: Path | None = None) -> None:
    """From here on it is known how the database was made: it is called `name`, and holds what is in `file` (or is as it is)."""
    if engine.dialect.name != "sqlite":
        return
    if engine not in _HISTORIES:
        _HISTORIES[engine] = History(engine)
    engine.dispose()
    history = _HISTORIES[engine]
    history.steps, history.since, history.put_next = (name,), None, file


def end(engine: Engine) -> None:
    """What comes now is no business of ours: the next test puts its own file there."""
    if engine in _HISTORIES:
        _HISTORIES[engine].steps = _HISTORIES[engine].put_next = None


def again(
    engine: Engine,
    step: Hashable,
    make: Callable[[], Made],
    *,
    keep: Callable[[Made], Any] = pickle.dumps,
    give: Callable[[Any], Made] = pickle.loads,
) -> Made:
    """What `make` makes, made only once from the same beginning. `step` says everything on which it depends.

    `keep` takes what is to be kept from what was made, `give` makes it of that. A clock that stands still is part of the step.
    """
    history = _HISTORIES.get(engine)
    if history is None or history.steps is None or engine.pool.checkedout():  # type: ignore[attr-defined]
        return make()
    first = clock.now()
    steps = (*history.steps, step, first if first is clock.now() else None)  # twice the very same: it stands still
    kept = _KEPT.get(steps)
    if kept is not None and time.monotonic() - kept.since < GOOD_FOR:
        _KEPT.move_to_end(steps)
        engine.dispose()
        history.steps, history.since, history.put_next = steps, kept.since, kept.file
        return give(kept.answer)
    if history.since is None:
        history.since = time.monotonic()
    made = make()
    if not engine.pool.checkedout():  # type: ignore[attr-defined]
        _keep(engine, history, steps, keep(made))
    return made


def _keep(engine: Engine, history: History, steps: Steps, answer: Any) -> None:
    engine.dispose()  # closing the last connection moves the write-ahead log into the file
    file = history.path.with_name(f"kept-{next(_numbers)}")
    shutil.copyfile(history.put_next or history.path, file)
    _KEPT[steps] = Kept(file, answer, history.since if history.since is not None else time.monotonic())
    _KEPT.move_to_end(steps)
    history.steps = steps
    while len(_KEPT) > MOST:
        _KEPT.popitem(last=False)[1].file.unlink(missing_ok=True)
