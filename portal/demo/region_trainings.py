"""The trainings of the region in the demonstration: invented ones in a file, with days that lie around the day of filling."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from portal.framework.training_files.actions import keep_import, plan_of_import, take_in_trainings
from portal.framework.training_files.columns import day_of
from portal.framework.training_files.tables import Written, written_rows
from portal.people.actor import Actor
from portal.platform.clock import local_date

FILE = Path(__file__).with_name("trainings.csv")
WRITTEN_ON = date(2026, 1, 19)
"""The day for which the days in the file were written: a Monday."""


def add_region_trainings(session: Session, *, now: datetime) -> int:
    """Take in the trainings of the file; how many there are now. The days move along in whole weeks."""
    weeks = (local_date(now) - WRITTEN_ON).days // 7
    rows = [(number, _moved(row, timedelta(weeks=weeks))) for number, row in written_rows(FILE.read_bytes())]
    actor = Actor.system("loket demo")
    kept = keep_import(session, name=FILE.name, rows=rows, actor=actor, now=now)
    plan = plan_of_import(session, kept=kept, now=now)
    take_in_trainings(session, kept=kept, plan=plan, whole=True, actor=actor, now=now)
    return len(plan.rows)


def _moved(row: Written, by: timedelta) -> Written:
    days = [day_of(text) + by for text in row["starts"].split(",") if text.strip()]
    return {
        **row,
        "starts": ", ".join(f"{day:%d-%m-%Y}" for day in days),
        "as_of": f"{day_of(row['as_of']) + by:%d-%m-%Y}",
    }
