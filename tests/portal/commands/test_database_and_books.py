"""`loket db`, `loket ledger`, `loket doctor` and `loket serve`, on both databases, with what they say when something is wrong."""

from __future__ import annotations

import shutil
import socket
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from portal.commands.cli import main
from portal.ledger.actions import Reservation, fund, open_accounts, reserve
from portal.migrations import head_revision
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import frozen
from portal.platform.database import make_engine, unit_of_work
from schemes.region.loading import load_region
from tests.factories import PROEFLAND, a_region

ACTOR = Actor(Audience.REGION, account_id=1)


@pytest.fixture
def desk(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The settings of an operator, pointing to a database that is ready."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head_revision()})
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    return engine


def loket(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def book(engine: Engine, now: datetime) -> None:
    def work(session: object) -> None:
        open_accounts(session, funding_line_id=1)  # type: ignore[arg-type]
        fund(session, funding_line_id=1, amount_cents=500, actor_id="account:1", now=now)  # type: ignore[arg-type]
        wanted = [Reservation(1, 200)]
        reserve(session, reservations=wanted, decision_id=1, actor_id="account:1", now=now)  # type: ignore[arg-type]
        record(session, actor=ACTOR, action="line.funded", object_kind="funding_line", object_id=1, now=now)  # type: ignore[arg-type]

    unit_of_work(engine, work)


def test_right_books_are_said_to_be_right(desk: Engine, now: datetime) -> None:
    book(desk, now)
    result = loket("ledger", "verify")
    assert (result.exit_code, result.output) == (0, "ok: 2 transfers, every invariant holds\n")


@pytest.mark.parametrize("options", [(), ("--strict",)])
def test_wrong_books_end_with_exit_code_1_and_the_figures(
    desk: Engine, now: datetime, options: tuple[str, ...]
) -> None:
    book(desk, now)
    with desk.begin() as connection:
        connection.execute(text("UPDATE budget_guard SET reserved_cents = 199"))
    result = loket("ledger", "verify", *options)
    assert result.exit_code == 1
    assert "I2 funding line 1: guard (funded, reserved, spent) (500, 199, 0), transfers (500, 200, 0)" in result.output


def test_the_database_is_checked(desk: Engine) -> None:
    result = loket("db", "check")
    assert (result.exit_code, result.output) == (0, f"ok: revision {head_revision()} on {desk.dialect.name}\n")


def test_a_database_at_another_revision_is_refused_by_every_command_that_reads_it(desk: Engine) -> None:
    with desk.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    for args in (("db", "check"), ("ledger", "verify"), ("serve",)):
        result = loket(*args)
        assert result.exit_code == 1, args
        assert "loket db upgrade" in result.output
    assert "wrong    database" in loket("doctor").output


def test_the_doctor_names_what_is_missing(desk: Engine) -> None:
    result = loket("doctor")
    assert result.exit_code == 1
    assert "wrong    region: none; load one with: loket region load FOLDER" in result.output
    assert "ok       books: 0 transfers" in result.output


def test_the_doctor_names_every_scheme_past_its_review_date(desk: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    unit_of_work(desk, a_region)
    dates = {slug: one.review_on for slug, one in load_region(PROEFLAND).schemes.items()}
    first, last = min(dates.values()), max(dates.values())
    for day in (first, first + timedelta(days=1), last + timedelta(days=1)):
        monkeypatch.setattr("portal.commands.doctor.today", lambda day=day: day)
        [said] = [line for line in loket("doctor").output.splitlines() if " schemes: " in line]
        named = {slug for slug, review in dates.items() if f"{slug} ({review})" in said}
        assert named == {slug for slug, review in dates.items() if review < day}, said
        assert ("past their review date" in said) is bool(named)


def said_on(day: date, about: str) -> str:
    """The one line of the doctor about this, with the clock at noon of a day."""
    with frozen(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
        [said] = [line for line in loket("doctor").output.splitlines() if f" {about}: " in line]
    return said


def test_the_doctor_names_a_scheme_from_the_day_after_its_review_and_not_on_that_day(desk: Engine) -> None:
    unit_of_work(desk, a_region)
    review = min(one.review_on for one in load_region(PROEFLAND).schemes.values())
    assert "past their review date" not in said_on(review, "schemes")
    late = said_on(review + timedelta(days=1), "schemes")
    assert late.startswith("warning") and "past their review date: " in late and f"({review})" in late


def test_the_doctor_names_a_year_without_equated_days_from_the_day_on_which_a_term_may_end_in_it(desk: Engine) -> None:
    # Forty weeks from 26 March 2028 is 31 December 2028, the last day of the newest decree; a day later they end in 2029.
    assert said_on(date(2028, 3, 26), "calendar").startswith("ok ")
    late = said_on(date(2028, 3, 27), "calendar")
    assert late.startswith("warning") and " for 2029 (Algemene termijnenwet, article 3)" in late
    assert "2029, 2030" in said_on(date(2029, 6, 1), "calendar")
    assert "2022, 2023" not in said_on(date(2022, 6, 1), "calendar"), "2023 has its list"


def test_a_wrong_setting_is_one_line_and_exit_code_2(desk: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "a lot")
    result = loket("db", "check")
    assert result.exit_code == 2
    assert result.output.startswith("loket: PORT: ")
    assert len(result.output.splitlines()) == 1


def test_a_taken_port_is_said_in_one_line(desk: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        result = loket("serve")
    assert result.exit_code == 1
    assert "set PORT to another" in result.output


# A database file of its own ---------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    return tmp_path


def test_upgrading_an_empty_folder_makes_the_database_and_a_second_time_does_nothing(folder: Path) -> None:
    assert loket("db", "upgrade").output == f"revision {head_revision()} (was empty)\n"
    assert loket("db", "upgrade").output == f"revision {head_revision()}, nothing to do\n"
    assert (folder / "ontwikkelloket.db").exists()


@pytest.fixture
def ready_folder(folder: Path, sqlite_migrated: Path) -> Path:
    """The same with a database at the newest revision in it."""
    shutil.copyfile(sqlite_migrated, folder / "ontwikkelloket.db")
    return folder


def test_a_backup_is_a_whole_database(ready_folder: Path, now: datetime) -> None:
    folder = ready_folder
    engine = make_engine(f"sqlite:///{folder}/ontwikkelloket.db")
    book(engine, now)
    result = loket("db", "backup", str(folder / "copy.db"))
    assert (result.exit_code, result.output) == (0, f"backup: {folder / 'copy.db'}\n")
    assert (folder / "copy.db").stat().st_mode & 0o777 == 0o600
    copy = make_engine(f"sqlite:///{folder}/copy.db")
    with copy.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM transfer")).scalar() == 2
    assert loket("db", "backup", str(folder / "copy.db")).exit_code == 1, "never over an older one"
    for used in (engine, copy):
        used.dispose()


def test_a_damaged_database_does_not_pass_the_check(ready_folder: Path) -> None:
    path = ready_folder / "ontwikkelloket.db"
    assert loket("db", "check").exit_code == 0
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 4096] = b"\xff" * 4096
    path.write_bytes(raw)
    result = loket("db", "check")
    assert result.exit_code != 0
