"""Somebody fills in a form while the disk of the database is full: a clear page, nothing kept, and with room it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from portal.cases.diaries.models import DayAway
from portal.platform.clock import frozen
from portal.platform.database import unit_of_work
from tests.factories import NOW, a_region
from tests.reliability.full_disk import AT_COMMIT, AT_ONCE, DISK_FULL, IO_ERROR, room_for
from tests.web.apps import borrowed_app
from tests.web.office import Office, said

HERE = "/adviseur/mijn-uren/afwezig"
AWAY = {"first_day": "3-3-2026", "last_day": "4-3-2026"}


@pytest.mark.norm("V16.5.2", "V16.5.3")
@pytest.mark.parametrize("database", ["postgresql"])
def test_the_page_says_that_nothing_was_kept_and_with_room_the_same_form_is(
    engine: Engine, database: str, tmp_path: Path
) -> None:
    unit_of_work(engine, a_region)
    with frozen(NOW), borrowed_app(tmp_path, engine) as app:
        office = Office(app, engine)
        advisor = office.browser("advisor")

        def kept() -> int:
            return office.do(lambda session: session.scalar(select(func.count()).select_from(DayAway)) or 0)

        advisor.get(HERE)
        for when in (AT_ONCE, AT_COMMIT):
            for state in (DISK_FULL, IO_ERROR):
                with room_for(engine, 0, when=when, state=state):
                    refused = advisor.submit(HERE, AWAY)
                    assert refused.status_code == 507 and refused.headers["Retry-After"] == "60"
                    assert "niet bereikbaar" in said(refused) and kept() == 0
                    assert advisor.get("/adviseur/").status_code == 200, "what is there is read"
        assert advisor.submit(HERE, AWAY).status_code == 303 and kept() == 1, "with room, without a new start"
