"""Two who search at the same moment bring one index up to date, while a third changes what it is about: it says what was written last."""

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
from portal.oversight.finding.keeping import follow
from portal.oversight.finding.models import Findable, SearchDue, SearchEntry
from portal.platform.database import unit_of_work
from tests.factories import an_application
from tests.portal.oversight.finding.indexed import is_right

LONG_ENOUGH = 0.5
"""Seconds that who has read waits for the other to have written. Where the other waits for its lock, that never comes."""


def followed_by_two(engine: Engine, monkeypatch: pytest.MonkeyPatch, *, locked: bool) -> bool:
    """One has read the words of a case; then somebody changes it, and another follows; whether the index is right afterwards."""
    unit_of_work(engine, an_application)
    unit_of_work(engine, follow)
    source, has_read, written = contents.SOURCES[Findable.QUESTION], threading.Event(), threading.Event()

    def read_and_wait(session: Session, ids: Collection[int]) -> Any:
        found = source[1](session, ids)
        if threading.current_thread() is first:
            has_read.set()
            written.wait(LONG_ENOUGH)
        return found

    def call(session: Session) -> None:
        session.scalars(select(Contact)).one().phone = "0612345678"

    def move(session: Session) -> None:
        session.scalars(select(Application)).one().house_number = "77"

    unit_of_work(engine, call)
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "SOURCES", {**contents.SOURCES, Findable.QUESTION: (source[0], read_and_wait)})
        if not locked:
            rows = select(SearchEntry.id, SearchEntry.about_id, SearchEntry.digest)
            patch.setattr(keeping, "_locked", lambda kind, ids: rows.where(SearchEntry.kind == kind))
            patch.setattr(keeping, "_notes", lambda: select(SearchDue.id, SearchDue.kind, SearchDue.about_id))
        first = threading.Thread(target=unit_of_work, args=(engine, follow))
        first.start()
        assert has_read.wait(30)
        unit_of_work(engine, move)
        unit_of_work(engine, follow)
        written.set()
        first.join(30)
    return bool(unit_of_work(engine, is_right, read_only=True))


def test_two_who_follow_at_once_leave_the_index_right(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert followed_by_two(engine, monkeypatch, locked=True)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_the_locks_it_goes_wrong(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: on PostgreSQL, where two can write at once."""
    assert not followed_by_two(engine, monkeypatch, locked=False)
