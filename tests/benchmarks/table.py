"""The question on the table: from a changed answer to the new proven mix on the page, server time, over the catalogue that ships."""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from portal.people.accounts.models import Role
from portal.platform import clock
from portal.platform.database import unit_of_work
from tests.web.advisor.on_the_table import BY_SCRIPT, Table, standing
from tests.web.advisor.welder import a_welder
from tests.web.browser import Browser, make_account
from tests.web.walking import app_on_copy, make_template, soup_of

CHANGES, OF_ONE = 200, 20
"""So many changes, so many of them in one question: more than a talk has."""
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
IN_TURN = (
    ("lines-0-amount", ("2600", "2500")),
    ("fact_education_level", ("mbo3", "mbo2")),
    ("pledge_amount", ("700", "500")),
    ("fact_work_situation", ("job_seeker", "employee_permanent")),
    ("fact_birth_year", ("1970", "1985")),
    ("lines-1-amount", ("450", "500")),
    ("fact_training_sector", ("care", "technology")),
    ("borrow_up_to", ("1000", "")),
)
"""The fields that are changed in turn, to the first value and back."""


def changes(number: int) -> Iterator[tuple[str, str]]:
    """So many changes of one field, each to another value than it had."""
    for turn in range(number):
        name, values = IN_TURN[turn % len(IN_TURN)]
        yield name, values[turn // len(IN_TURN) % 2]


def measure(number: int = CHANGES) -> list[float]:
    """Milliseconds per change, from fast to slow: saving it, and the answer with the mix now and before."""
    with tempfile.TemporaryDirectory() as folder, clock.frozen(NOW):
        app, engine = app_on_copy(make_template(Path(folder)), Path(folder))
        try:
            browser, times = Browser(app).enter(account=make_account(engine, Role.ADVISOR)), []
            for _ in range(number // OF_ONE):
                table = Table(browser, unit_of_work(engine, lambda session: a_welder(session, now=NOW)))
                times += talk(table)
            return sorted(times)
        finally:
            engine.dispose()


def talk(table: Table) -> list[float]:
    """Change one question in turn; what comes back has the hidden fields of the next change."""
    sent, times = standing(table.page), []
    for name, value in changes(OF_ONE):
        sent[name] = value
        start = time.perf_counter()
        answer = table.browser.client.post(table.path, data=sent, headers=BY_SCRIPT)
        assert answer.status_code == 303, answer.text[:2000]
        shown = table.browser.client.get(answer.location, headers=BY_SCRIPT)
        times.append((time.perf_counter() - start) * 1000)
        assert shown.status_code == 200
        tokens = soup_of(shown).find(id="talk-tokens")
        assert tokens is not None
        sent |= {str(one["name"]): str(one["value"]) for one in tokens.find_all("input")}
    return times
