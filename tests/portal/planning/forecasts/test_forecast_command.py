"""`loket forecast`: works a forecast out, keeps it, and prints what it says of every budget; and until when there is money, in words."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from portal.commands.cli import main
from portal.migrations import head_revision
from portal.planning.forecasts.queries import Meter, latest_forecast
from portal.platform.database import unit_of_work
from portal.web.resident.money_left import money_sentence
from tests.factories import NOW, a_voucher


def test_it_is_kept_and_printed(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head_revision()})
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    monkeypatch.setattr("portal.platform.clock.now", lambda: NOW + timedelta(weeks=2))
    unit_of_work(engine, a_voucher)
    said = CliRunner().invoke(main, ["forecast", "--paths", "100", "--json"])
    assert said.exit_code == 0, said.output
    shown = json.loads(said.output)
    kept = unit_of_work(engine, latest_forecast, read_only=True)
    assert kept is not None and kept.made_by_name == "loket forecast" and shown["lines"] == kept.figures["lines"]
    lines = CliRunner().invoke(main, ["forecast", "--paths", "100"]).output.splitlines()
    assert len(lines) == len(shown["lines"]) and any(line.startswith("rijk-leren  ") for line in lines)


MADE, END = date(2026, 3, 2), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("until", "vague", "said"),
    [
        (date(2026, 5, 28), False, "Er is naar verwachting geld tot eind mei 2026."),
        (date(2026, 5, 11), False, "Er is naar verwachting geld tot half mei 2026."),
        (date(2026, 5, 10), False, "Er is naar verwachting geld tot begin mei 2026."),
        (None, False, "Er is naar verwachting genoeg geld tot 31 december 2026."),
        (date(2026, 3, 2), False, "Het geld is naar verwachting bijna op."),
        (date(2026, 5, 28), True, "Het is nog niet te zeggen tot wanneer er geld is."),
    ],
)
def test_the_public_reads_a_day_that_promises_no_more_than_is_known(until: date | None, vague: bool, said: str) -> None:
    assert money_sentence(Meter(MADE, END, until, vague)) == said
