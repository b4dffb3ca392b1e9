"""The engines and the unit of work behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from portal.platform import database
from portal.platform.database import ATTEMPTS, current_session, make_engine, trouble, unit_of_work
from portal.platform.errors import BadSettings, Busy, KeyReused, OutcomeUnknown
from portal.platform.idempotency import (
    FirstCall,
    IdempotencyKey,
    Replay,
    claim_idempotency,
    fingerprint,
    forget_expired,
    remember,
)

HASH = fingerprint("body")


def claim(session: Session, now: datetime, key: str = "k1", body: str = HASH) -> FirstCall | Replay:
    return claim_idempotency(session, actor_key="account:1", route="act", key=key, fingerprint=body, now=now)


def count(engine: Engine) -> int:
    return unit_of_work(
        engine, lambda s: s.scalar(select(func.count()).select_from(IdempotencyKey)) or 0, read_only=True
    )


def test_sqlite_runs_with_the_settings_that_make_it_safe(tmp_path: Any) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/a.db")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "recursive_triggers",
                "trusted_schema",
                "secure_delete",
            )
        }
    engine.dispose()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "secure_delete": 1,
    }


def test_an_sqlite_with_the_wal_bug_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MINIMUM_SQLITE", (99, 0, 0))
    with pytest.raises(BadSettings, match="too old"):
        make_engine("sqlite://")


def test_another_database_is_refused() -> None:
    with pytest.raises(BadSettings, match="mysql"):
        make_engine("mysql://localhost/x")


def test_work_is_committed_and_its_result_returned(engine: Engine, now: datetime) -> None:
    assert isinstance(unit_of_work(engine, lambda s: claim(s, now)), FirstCall)
    assert count(engine) == 1


def test_an_error_rolls_everything_back(engine: Engine, now: datetime) -> None:
    def work(session: Session) -> None:
        claim(session, now)
        raise LookupError

    with pytest.raises(LookupError):
        unit_of_work(engine, work)
    assert count(engine) == 0


def test_a_result_that_is_not_kept_is_returned_but_not_written(engine: Engine, now: datetime) -> None:
    def work(session: Session) -> int:
        claim(session, now)
        return 422

    assert unit_of_work(engine, work, keep=lambda status: status < 400) == 422
    assert count(engine) == 0


def test_reading_refuses_to_write(engine: Engine, now: datetime) -> None:
    with pytest.raises(DBAPIError):
        unit_of_work(engine, lambda s: claim(s, now), read_only=True)
    assert isinstance(unit_of_work(engine, lambda s: claim(s, now)), FirstCall), "and writing works again afterwards"


def test_a_reader_sees_one_snapshot(engine: Engine, now: datetime) -> None:
    def read(session: Session) -> tuple[int, int]:
        query = select(func.count()).select_from(IdempotencyKey)
        before = session.scalar(query) or 0
        unit_of_work(engine, lambda s: claim(s, now))
        return before, session.scalar(query) or 0

    assert unit_of_work(engine, read, read_only=True) == (0, 0)
    assert count(engine) == 1


def test_current_session_exists_only_inside_a_unit_of_work(engine: Engine) -> None:
    assert unit_of_work(engine, lambda s: current_session() is s)
    with pytest.raises(RuntimeError):
        current_session()


def test_a_violated_constraint_is_neither_retried_nor_hidden(engine: Engine, now: datetime) -> None:
    tries = []

    def work(session: Session) -> None:
        tries.append(1)
        for _ in range(2):
            session.add(
                IdempotencyKey(actor_key="a", route="r", key="k", fingerprint=HASH, created_at=now, expires_at=now)
            )
        session.flush()

    with pytest.raises(IntegrityError):
        unit_of_work(engine, work)
    assert tries == [1]


def test_a_busy_database_makes_the_whole_unit_run_again(engine: Engine, now: datetime) -> None:
    tries: list[int] = []

    def work(session: Session) -> int:
        claim(session, now)
        tries.append(1)
        if len(tries) < 3:
            raise_busy(session)
        return len(tries)

    assert unit_of_work(engine, work) == 3
    assert count(engine) == 1


def test_a_database_that_stays_busy_becomes_a_clear_error(engine: Engine, now: datetime) -> None:
    with pytest.raises(Busy):
        unit_of_work(engine, raise_busy, attempts=2)


def test_a_database_that_is_started_again_is_waited_for_and_one_that_stays_away_is_not(
    postgresql_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[int] = []

    def lost_a_while(session: Session) -> int:
        gone.append(1)
        if len(gone) <= 2 * ATTEMPTS:
            raise_lost(session)
        return 1

    monkeypatch.setattr(time, "sleep", lambda _: None)
    assert unit_of_work(postgresql_engine, lost_a_while) == 1, "more often than a busy one is tried"
    with pytest.raises(Busy):
        unit_of_work(postgresql_engine, raise_lost, attempts=1)
    monkeypatch.setattr("portal.platform.database.GONE_FOR_SECONDS", 0.0)
    gone.clear()
    with pytest.raises(Busy):
        unit_of_work(postgresql_engine, lost_a_while)
    assert len(gone) == ATTEMPTS, "nobody waits any more for what was found gone before"


def raise_lost(session: Session) -> None:
    """Fall as a connection does of which the server is gone."""
    import psycopg

    raise DBAPIError.instance("x", None, psycopg.OperationalError("gone"), psycopg.Error)  # type: ignore[call-overload]


def raise_busy(session: Session) -> None:
    """Make the database itself say "try again"."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'serialization_failure'; END $$"))
    import pysqlite3.dbapi2 as driver

    error = driver.OperationalError("database is locked")
    error.sqlite_errorcode = 5
    raise DBAPIError.instance("x", None, error, driver.Error)  # type: ignore[call-overload]


def test_a_lost_commit_answer_is_retried_only_with_an_idempotency_key(
    postgresql_engine: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.conftest import empty_postgresql

    empty_postgresql(postgresql_engine)
    real = Session.commit
    lost: list[int] = []

    def commit_then_lose(self: Session) -> None:
        real(self)
        if not lost:
            lost.append(1)
            import psycopg

            raise DBAPIError.instance("COMMIT", None, psycopg.OperationalError("gone"), psycopg.Error)  # type: ignore[call-overload]

    monkeypatch.setattr(Session, "commit", commit_then_lose)
    answer = unit_of_work(postgresql_engine, lambda s: claim(s, now))
    assert isinstance(answer, Replay), "the second run found its own first run"
    lost.clear()
    with pytest.raises(OutcomeUnknown):
        unit_of_work(postgresql_engine, lambda s: s.execute(select(1)).scalar())


def test_two_writers_wait_for_each_other_instead_of_both_deciding(engine: Engine, now: datetime) -> None:
    """Check-then-insert by 8 threads, one place: the driver's default of beginning late would oversell here."""
    won: list[int] = []

    def work(session: Session) -> bool:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("LOCK TABLE idempotency_key IN EXCLUSIVE MODE"))
        if (session.scalar(select(func.count()).select_from(IdempotencyKey)) or 0) >= 1:
            return False
        return isinstance(claim(session, now, key=str(threading.get_ident())), FirstCall)

    def run() -> None:
        if unit_of_work(engine, work):
            won.append(1)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [1]


def test_an_instant_comes_back_as_the_same_aware_instant(session: Session, now: datetime) -> None:
    local = now.astimezone(timezone(timedelta(hours=2)))
    claim(session, local)
    session.commit()
    row = session.scalars(select(IdempotencyKey)).one()
    session.refresh(row)
    assert row.created_at == now
    assert row.created_at.tzinfo is UTC


def test_a_naive_instant_is_refused(session: Session) -> None:
    with pytest.raises(Exception, match="time zone"):
        claim(session, datetime(2026, 3, 2, 9, 0))


def test_the_same_key_gives_the_first_answer_again(engine: Engine, now: datetime) -> None:
    def first(session: Session) -> None:
        made = claim(session, now)
        assert isinstance(made, FirstCall)
        remember(session, made, status=303, location="/vraag/1", body={"id": 1})

    unit_of_work(engine, first)
    assert unit_of_work(engine, lambda s: claim(s, now)) == Replay(303, "/vraag/1", {"id": 1})


def test_the_same_key_with_another_body_is_refused(engine: Engine, now: datetime) -> None:
    unit_of_work(engine, lambda s: claim(s, now))
    with pytest.raises(KeyReused):
        unit_of_work(engine, lambda s: claim(s, now, body=fingerprint("other")))


def test_the_same_key_of_someone_else_is_another_key(engine: Engine, now: datetime) -> None:
    unit_of_work(engine, lambda s: claim(s, now))
    other = unit_of_work(
        engine,
        lambda s: claim_idempotency(s, actor_key="account:2", route="act", key="k1", fingerprint=HASH, now=now),
    )
    assert isinstance(other, FirstCall)


def test_a_failed_act_leaves_its_key_free(engine: Engine, now: datetime) -> None:
    unit_of_work(engine, lambda s: claim(s, now), keep=lambda _: False)
    assert isinstance(unit_of_work(engine, lambda s: claim(s, now)), FirstCall)


def test_keys_past_their_date_are_forgotten_and_others_kept(engine: Engine, now: datetime) -> None:
    unit_of_work(engine, lambda s: claim(s, now))
    assert unit_of_work(engine, lambda s: forget_expired(s, now=now + timedelta(days=29))) == 0
    assert unit_of_work(engine, lambda s: forget_expired(s, now=now + timedelta(days=31))) == 1


def test_parts_of_a_fingerprint_cannot_run_into_each_other() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")


def test_trouble_tells_a_busy_database_from_a_bug(engine: Engine) -> None:
    def broken(session: Session) -> None:
        session.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(DBAPIError) as caught:
        unit_of_work(engine, broken)
    assert trouble(caught.value) == "other"
