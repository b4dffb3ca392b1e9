"""Every act that changes anything leaves an event, and so is counted: found out by doing every act there is. In the proof."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from portal.people.audit.counting import ActCounts
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Refusal
from tests.reliability.pairs.acts import Row, Scene
from tests.reliability.pairs.desks import WRITES
from tests.reliability.pairs.found import name_of
from tests.reliability.pairs.scenes import SCENES
from tests.reliability.pairs.test_powers import FIRST, in_scene, of_scene, session

__all__ = ["session"]

LEAVES_NONE = {
    "search_due": "what has to be found anew",
    "outbox_message": "a message on its way",
    "job_item": "the lease of a job",
}
"""Tables whose rows follow from what was done, and are no change of state of their own."""


@pytest.mark.norm("BIO2 8.15.01")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("scene", "rows"), of_scene(set(FIRST)), ids=lambda one: getattr(one, "name", ""))
def test_what_changes_anything_is_counted(session: Session, scene: Scene, rows: list[Row]) -> None:
    in_scene(session, scene)
    for row in rows:
        written = set(done(session, row))
        if written - LEAVES_NONE.keys():
            assert "audit_event" in written or name_of(row.act) in QUIET, f"{row.name} writes {sorted(written)}"


def done(session: Session, row: Row) -> Iterator[str]:
    """The tables that an act writes, which is undone again."""
    found: list[str] = []

    def look(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if matched := WRITES.match(statement):
            found.append(matched[1])

    engine = session.get_bind()
    act = row.begin(session, 0)
    nested = session.begin_nested()
    event.listen(engine, "before_cursor_execute", look)
    try:
        act()
        session.flush()
    except Refusal:
        found.clear()
    finally:
        event.remove(engine, "before_cursor_execute", look)
        nested.rollback()
    yield from found


QUIET: dict[str, str] = {}
"""Acts that change something and leave no event, each with the reason."""


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_control_an_act_that_leaves_no_event_is_seen(engine: Engine, session: Session) -> None:
    before = session.scalar(select(func.count()).select_from(AuditEvent))
    counted = ActCounts().counted(session)
    assert sum(counted.values()) == before and engine is not None and SCENES
