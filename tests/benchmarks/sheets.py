"""How much memory a report and the files of it and of the longest register take: each measured in a program of its own.

`python -m tests.benchmarks.sheets URL report|bookings` prints one JSON object. What a program once had stays its highest, so what
a file takes more is what the highest rose by while it was made.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.accounting.registers.asked import CellKind, RegisterFilter, RegisterName
from portal.accounting.registers.queries import register, register_rows
from portal.accounting.registers.workbook import register_workbook
from portal.accounting.reports.workbook import workbook
from portal.platform.database import make_engine, unit_of_work
from tests.benchmarks.memory import highest
from tests.benchmarks.reports import CONTROLLER, reported

NUMBERS = frozenset({CellKind.CENTS, CellKind.COUNT, CellKind.DAY, CellKind.INSTANT})
Megabytes = dict[str, float]


def of_report(engine: Engine) -> Megabytes:
    """The report about all money, and its spreadsheet."""
    _seconds, made = reported(engine)
    before = highest()
    assert len(workbook(made, title="Verslag", made_at=datetime(2028, 1, 1, tzinfo=UTC))) > 10_000
    return {"report_mb": before, "more_mb": highest() - before}


def of_bookings(engine: Engine) -> Megabytes:
    """The spreadsheet of the register with the most rows."""

    def work(session: Session) -> Megabytes:
        asked: dict[str, Any] = {"name": RegisterName.BOOKINGS, "asked": RegisterFilter(), "actor": CONTROLLER}
        page = register(session, **asked, limit=50)
        found = register_rows(session, **asked)
        assert page is not None and found is not None
        columns, rows = found
        before = highest()
        cells = ([row[one.key] if one.kind in NUMBERS else _word(row[one.key]) for one in columns] for row in rows)
        with tempfile.TemporaryFile() as file:
            headed = [(one, one.key) for one in columns]
            register_workbook(file, title="Boekingen", about=(), columns=headed, rows=cells)
            assert file.tell() > page.count
        return {"rows": page.count, "more_mb": highest() - before}

    return unit_of_work(engine, work, read_only=True)


def _word(value: Any) -> str | None:
    return None if value is None else str(value)


MEASURED: dict[str, Callable[[Engine], Megabytes]] = {"report": of_report, "bookings": of_bookings}


def measured(engine: Engine, what: str) -> Megabytes:
    """The same over the database of this engine, in another program."""
    url = engine.url.render_as_string(hide_password=False)
    asked = [sys.executable, "-m", "tests.benchmarks.sheets", url, what]
    answer = subprocess.run(asked, check=True, capture_output=True, text=True)
    found: Megabytes = json.loads(answer.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(MEASURED[sys.argv[2]](make_engine(sys.argv[1]))))
