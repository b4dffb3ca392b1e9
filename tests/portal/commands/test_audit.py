"""`loket audit`: an anchor that is kept and printed, and a log that is checked against it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from portal.people.audit.anchors import FILE
from portal.platform.append_only import unprotect_statements
from portal.platform.database import unit_of_work
from tests.factories import a_voucher
from tests.portal.commands.test_database_and_books import desk, loket
from tests.portal.people.audit.tampering import LENGTH, a_log

__all__ = ["desk"]


def test_a_log_that_is_as_it_was_written_is_said_to_be_so(desk: Engine, now: datetime, tmp_path: Path) -> None:
    a_log(desk, now)
    result = loket("audit", "verify")
    assert (result.exit_code, result.output) == (
        0,
        f"ok: {LENGTH} events, no anchor; make one with: loket audit anchor\n",
    )
    printed = loket("audit", "anchor")
    assert printed.exit_code == 0 and f" {LENGTH} " in printed.output
    assert (tmp_path / "var" / FILE).read_text() in printed.output
    assert f"ok: {LENGTH} events, 1 anchors, the last of " in loket("audit", "verify").output


def test_a_log_that_was_cut_off_ends_with_exit_code_1_and_the_place(desk: Engine, now: datetime) -> None:
    a_log(desk, now)
    loket("audit", "anchor")
    cut_off = [
        f"DELETE FROM audit_link WHERE place = {LENGTH}",
        f"DELETE FROM audit_event WHERE id = {LENGTH}",
        f"UPDATE audit_head SET places = {LENGTH - 1}, digest = (SELECT digest FROM audit_link WHERE place = {LENGTH - 1})",
    ]
    _by_hand(desk, cut_off)
    result = loket("audit", "verify")
    assert result.exit_code == 1
    assert f"{LENGTH}: the anchor of " in result.output and f"1 breaks in {LENGTH - 1} events" in result.output


def test_an_anchor_that_was_kept_elsewhere_counts_too(desk: Engine, now: datetime, tmp_path: Path) -> None:
    a_log(desk, now)
    mailed = tmp_path / "mailed.txt"
    mailed.write_text(f"2026-03-02T09:00:00+00:00 {LENGTH} {'a' * 64}\nno anchor\n")
    result = loket("audit", "verify", "--anchors", str(mailed))
    assert result.exit_code == 1
    assert "has another hash" in result.output and "line 2 of the anchors is no anchor" in result.output


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_changed_event_is_named(desk: Engine, now: datetime) -> None:
    a_log(desk, now)
    _by_hand(desk, ["UPDATE audit_event SET actor = 'account:5' WHERE id = 2"])
    assert "2: event 2 is not as it was written" in loket("audit", "verify").output


def test_what_was_done_to_a_record_is_shown_with_the_values_before_and_after(desk: Engine) -> None:
    unit_of_work(desk, a_voucher)
    shown = loket("audit", "show", "voucher", "1")
    assert shown.exit_code == 0 and "voucher.issued  account:901 (advisor)" in shown.output
    assert "    voucher:1 amount_cents: - -> 120000" in shown.output
    assert "    voucher:1 state: - -> issued" in shown.output
    unknown = loket("audit", "show", "voucher", "99")
    assert unknown.exit_code == 1 and "nothing is logged about voucher 99; kinds in this log: " in unknown.stderr


def _by_hand(engine: Engine, statements: list[str]) -> None:
    """Past the protection, as somebody can who has the database; put back at the end."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for table in ("audit_event", "audit_link"):
                for statement in unprotect_statements("sqlite", table):
                    connection.execute(text(statement))
        for statement in statements:
            connection.execute(text(statement))
