"""Two people who do something at the same moment, each in a transaction of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict

Act = Callable[[Session], Callable[[], object]]
"""Reads what it is about, and returns what to do with it."""


def at_once(engine: Engine, *acts: Act) -> list[str]:
    """Do these acts together; per act "done", the code of the ``Conflict`` that it got, or the name of another error.

    On PostgreSQL all have read what they act on before the first one writes. SQLite lets a second writer begin only when the first
    one is done: there they begin together.
    """
    ready = threading.Barrier(len(acts), timeout=30)
    reads_first = engine.dialect.name == "postgresql"
    outcomes = ["broken"] * len(acts)

    def run(number: int) -> None:
        met: list[bool] = []

        def meet() -> None:
            if not met:
                met.append(True)
                ready.wait()

        def work(session: Session) -> None:
            act = acts[number](session)
            if reads_first:
                meet()
            act()

        if not reads_first:
            meet()
        try:
            unit_of_work(engine, work)
            outcomes[number] = "done"
        except Conflict as refused:
            outcomes[number] = refused.code
        except Exception as error:
            outcomes[number] = type(error).__name__

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes
