"""The audit log can be trusted: whatever is changed in it by hand is found, on both databases, also at its end."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from portal.migrations import downgrade, upgrade
from portal.people.audit.actions import record
from portal.people.audit.anchors import Anchor, anchor_now, keep_anchor, kept_anchors, read_anchors
from portal.people.audit.chain import START, digest_of
from portal.people.audit.models import AuditEvent, AuditHead, AuditLink
from portal.people.audit.verifying import chain_breaks
from portal.platform.database import unit_of_work
from tests.portal.people.audit.tampering import (
    ADVISOR,
    LENGTH,
    a_log,
    changed,
    columns,
    cut_off,
    others,
    tampered,
    written_anew,
)


def breaks(session: Session, anchors: Any = ()) -> list[str]:
    return [f"{found.place}: {found.message}" for found in chain_breaks(session, anchors=anchors)]


def anchored(engine: Engine, now: datetime) -> Anchor:
    return unit_of_work(engine, lambda session: anchor_now(session, now=now), read_only=True)


def test_an_untouched_log_is_sound(engine: Engine, now: datetime) -> None:
    assert unit_of_work(engine, breaks, read_only=True) == [], "an empty one too"
    a_log(engine, now)
    anchor = anchored(engine, now)
    assert anchor.places == LENGTH
    assert unit_of_work(engine, lambda session: breaks(session, [anchor]), read_only=True) == []
    assert tampered(engine, lambda _: None, breaks) == [], "looking at it with the protection off changes nothing"


def test_every_change_of_every_column_at_every_place_is_found(engine: Engine, now: datetime) -> None:
    a_log(engine, now)
    tried = list(columns())
    assert len(tried) > 90
    missed = [name for name, *where in tried if not tampered(engine, changed(*where), breaks)]
    assert missed == []
    assert unit_of_work(engine, breaks, read_only=True) == []


def test_everything_taken_out_put_in_or_moved_is_found(engine: Engine, now: datetime) -> None:
    a_log(engine, now)
    tried = list(others())
    assert [name for name, tamper in tried if not tampered(engine, tamper, breaks)] == []
    assert unit_of_work(engine, breaks, read_only=True) == []


@pytest.mark.parametrize("tamper", [cut_off, written_anew])
def test_what_is_made_to_fit_again_is_found_by_an_anchor_outside_the_database(
    engine: Engine, now: datetime, tamper: Any
) -> None:
    a_log(engine, now)
    anchor = anchored(engine, now)
    assert tampered(engine, tamper, breaks) == [], "without an anchor nobody can know"
    found = tampered(engine, tamper, lambda session: breaks(session, [anchor]))
    assert len(found) == 1 and "anchor" in found[0]


def test_two_acts_at_once_follow_each_other_in_the_chain(engine: Engine, now: datetime) -> None:
    met = threading.Barrier(4, timeout=30)
    troubles: list[BaseException] = []

    def run(number: int) -> None:
        def work(session: Session) -> None:
            for _ in range(3):
                record(session, actor=ADVISOR, action="a.b", object_kind="question", object_id=number, now=now)
            if engine.dialect.name == "postgresql":
                session.flush()

        try:
            met.wait()
            for _ in range(5):
                unit_of_work(engine, work, attempts=50)
        except BaseException as error:
            troubles.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert troubles == []
    assert unit_of_work(engine, breaks, read_only=True) == []
    assert unit_of_work(engine, lambda s: s.scalar(select(AuditHead.places)), read_only=True) == 60


def test_an_act_that_is_undone_leaves_no_place_in_the_chain(engine: Engine, now: datetime) -> None:
    def work(session: Session) -> None:
        record(session, actor=ADVISOR, action="a.first", object_kind="question", object_id=1, now=now)
        trial = session.begin_nested()
        record(session, actor=ADVISOR, action="a.undone", object_kind="question", object_id=1, now=now)
        session.flush()
        trial.rollback()
        record(session, actor=ADVISOR, action="a.last", object_kind="question", object_id=1, now=now)

    def fail(session: Session) -> None:
        work(session)
        session.flush()
        raise RuntimeError

    unit_of_work(engine, work)
    with pytest.raises(RuntimeError):
        unit_of_work(engine, fail)
    rows = select(AuditEvent.action).join(AuditLink, AuditLink.event_id == AuditEvent.id).order_by(AuditLink.place)
    assert unit_of_work(engine, lambda s: s.scalars(rows).all(), read_only=True) == ["a.first", "a.last"]
    assert unit_of_work(engine, breaks, read_only=True) == []


def test_the_form_of_a_hash_is_for_ever_because_anchors_outside_the_database_know_it() -> None:
    event = (
        7,
        datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        "account:4",
        "advisor",
        "a.b",
        "voucher",
        "12",
        "done",
        "",
        ["wish"],
    )
    assert (
        digest_of(START, 1, event, {"voucher:12": {"state": [None, "issued"]}})
        == "6201a680f8f24700394f25379e9ffaaecdd63588177fea4b9443b4371bec5163"
    )


# Anchors ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", ["sqlite"])
def test_anchors_are_kept_in_order_and_a_line_that_is_none_is_said(
    engine: Engine, now: datetime, tmp_path: Path
) -> None:
    a_log(engine, now)
    anchor = anchored(engine, now)
    for _ in range(2):
        path = keep_anchor(tmp_path / "var", anchor)
    assert path.read_text().splitlines() == [str(anchor)] * 2
    assert kept_anchors(tmp_path / "var") == ([anchor, anchor], [])
    assert read_anchors([str(anchor), "", "rubbish", f"x{anchor}", str(anchor).replace("+00:00", "")]) == (
        [anchor],
        [3, 4, 5],
    )
    assert kept_anchors(tmp_path) == ([], [])


# What was logged before there was a chain ---------------------------------------------------------------------------------


def test_what_was_logged_before_is_bound_in_its_order_by_the_migration(migrated: Engine, now: datetime) -> None:
    a_log(migrated, now)
    downgrade(migrated, revision="0020-1")
    with migrated.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_event")).scalar_one() == LENGTH
    upgrade(migrated)
    assert unit_of_work(migrated, breaks, read_only=True) == []
    assert unit_of_work(migrated, lambda s: s.scalar(select(AuditHead.places)), read_only=True) == LENGTH
    a_log(migrated, now)
    assert unit_of_work(migrated, breaks, read_only=True) == [], "and the log goes on behind it"
