"""Two people change one case at the same moment: the index has what both wrote."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.questions.models import Contact
from portal.oversight.finding import contents, keeping
from portal.oversight.finding.models import Findable, SearchEntry
from portal.platform.database import unit_of_work
from tests.factories import an_application
from tests.portal.at_once import at_once
from tests.portal.oversight.finding.indexed import is_right

LONG_ENOUGH = 0.5
"""Seconds that who has read waits for the other to have read too. Where they wait for each other's lock, that never comes."""


def changed_by_two(engine: Engine, monkeypatch: pytest.MonkeyPatch, *, locked: bool) -> bool:
    """Let one change the telephone number and one the house number; whether the index is right."""
    unit_of_work(engine, an_application)
    both, read = threading.Barrier(2), contents.SOURCES[Findable.QUESTION]

    def read_and_wait(session: Session, ids: Collection[int]) -> Any:
        found = read[1](session, ids)
        try:
            both.wait(LONG_ENOUGH)
        except threading.BrokenBarrierError:
            return found
        return found

    def call(session: Session) -> None:
        session.scalars(select(Contact)).one().phone = "0612345678"

    def move(session: Session) -> None:
        session.scalars(select(Application)).one().house_number = "77"

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "SOURCES", {**contents.SOURCES, Findable.QUESTION: (read[0], read_and_wait)})
        if not locked:
            rows = select(SearchEntry.id, SearchEntry.about_id, SearchEntry.digest)
            patch.setattr(keeping, "_locked", lambda kind, ids: rows.where(SearchEntry.kind == kind))
        done = at_once(engine, lambda s: lambda: call(s), lambda s: lambda: move(s))
    assert done == ["done", "done"]
    return bool(unit_of_work(engine, is_right, read_only=True))


def test_two_who_change_one_case_leave_the_index_right(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert changed_by_two(engine, monkeypatch, locked=True)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_the_lock_it_goes_wrong(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: on PostgreSQL, where two can write at once."""
    assert not changed_by_two(engine, monkeypatch, locked=False)
