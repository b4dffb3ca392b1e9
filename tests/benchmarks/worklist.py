"""The worklist over 100,000 cases, as the advisor's page asks for it: server time, without the browser."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.hearings.models import Hearing
from portal.cases.questions.models import Contact, DevelopmentQuestion, QuestionCostLine
from portal.oversight.worklist.counts import Counted, desk_counts
from portal.oversight.worklist.due import due_items
from portal.oversight.worklist.queries import Whose, unanswered_requests, worklist, worklist_counts
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date
from portal.platform.database import load_models, make_engine, unit_of_work
from portal.second_look.objections.models import Objection

CASES = 100_000
BATCH = 10_000
PAGE = 50
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADVISOR = Actor(Audience.ADVISOR, account_id=1, display_name="Ada")
STATES = ("submitted", "applied", "waiting", "decided", "referred", "withdrawn", "closed")
OPEN_OF_TEN = 4
"""Of ten cases four are open: more than any desk has, so that the figure is on the safe side."""
DECIDED = 4
"""Of a hundred cases the fourth, which is decided, has an objection."""


def fill(session: Session, cases: int, *, after: int = 0) -> None:
    """So many cases in all states, each with a cost line and somebody who asks; of a hundred one has an objection that waits, and
    one an applicant who did not give a view in time."""
    load = (DevelopmentQuestion.__table__, QuestionCostLine.__table__, Contact.__table__)
    for first in range(after + 1, after + cases + 1, BATCH):
        numbers = range(first, min(first + BATCH, after + cases + 1))
        for table, rows in zip(load, zip(*(_rows(number) for number in numbers), strict=True), strict=True):
            session.execute(insert(table), list(rows))
        decided = [number for number in numbers if number % 100 == DECIDED]
        for model, row in ((Decision, _decision), (Objection, _objection), (Hearing, _hearing)):
            if decided:
                session.execute(insert(model.__table__), [row(number) for number in decided])


def _rows(number: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    sent = NOW - timedelta(days=number % 700, minutes=number % 997)
    day = local_date(sent)
    state = STATES[number % 3] if number % 10 < OPEN_OF_TEN else STATES[3 + number % 4]
    applied = sent + timedelta(hours=1) if state in ("applied", "decided") else None
    question = {
        "id": number, "public_id": f"q{number}", "reference_number": f"OV-{number:07d}", "route": "individual",
        "language": "nl", "state": state, "revision": 1, "wish": "Ik wil technicus worden.", "goals": ["other_job"],
        "training_name": "Monteur", "facts": {"residence_municipality": "GM0200"}, "borrow_up_to_cents": 0,
        "had_before": [], "reference_date": day, "created_at": sent, "changed_at": sent, "submitted_at": sent,
        "submitted_by": "resident", "applied_at": applied, "applied_by": "resident" if applied else None,
        "waiting_since": sent if state == "waiting" else None, "decided_at": applied if state == "decided" else None,
        "decided_by": "account:1" if state == "decided" else None, "referred_at": sent if state == "referred" else None,
        "referred_by": "account:1" if state == "referred" else None,
        "withdrawn_at": sent if state == "withdrawn" else None,
        "withdrawn_by": "resident" if state == "withdrawn" else None, "closed_at": sent if state == "closed" else None,
        "closed_by": "account:1" if state == "closed" else None, "close_reason": "helped" if state == "closed" else None,
        "respond_by": day + timedelta(days=7), "responded_at": sent if number % 2 else None,
        "decide_by": _decide_by(day) if applied else None,
    }  # fmt: skip
    line = {
        "question_id": number,
        "line_key": "k1",
        "position": 1,
        "category": "tuition",
        "amount_cents": 120_000,
        "bearer": "resident",
    }
    contact = {"question_id": number, "way": "email", "name": f"Sam {number}", "email": "sam@voorbeeld.example"}
    return question, line, contact


def _decision(number: int) -> dict[str, Any]:
    sent = NOW - timedelta(days=number % 700)
    return {
        "id": number,
        "public_id": f"d{number}",
        "question_id": number,
        "kind": "rejected",
        "rationale": "Past niet.",
        "identity_checked": False,
        "purpose_checked": False,
        "costs_checked": False,
        "nothing_paid_twice_checked": False,
        "amended": False,
        "decided_at": sent,
        "decided_by": "account:1",
        "decided_by_name": "Ada",
    }


def _objection(number: int) -> dict[str, Any]:
    day = local_date(NOW)
    return {
        "public_id": f"o{number}",
        "number": f"BZ-{number}",
        "question_id": number,
        "decision_id": number,
        "state": "open",
        "received_on": day,
        "counts_on": day,
        "grounds": "Ik voldoe wel.",
        "term_ended_on": day,
        "late": False,
        "committee": False,
        "decide_by": day + timedelta(days=number % 40),
        "recorded_at": NOW,
        "recorded_by": "account:2",
    }


def _hearing(number: int) -> dict[str, Any]:
    return {
        "public_id": f"h{number}",
        "question_id": number,
        "facts": "Een ander adres.",
        "answer_by": local_date(NOW) - timedelta(days=1 + number % 40),
        "invited_at": NOW,
        "invited_by": "account:1",
    }


def _decide_by(day: date) -> date:
    return day + timedelta(weeks=8)


def page(session: Session) -> int:
    """What the advisor's page reads; returns how many rows it got."""
    counts = worklist_counts(session, actor=ADVISOR, now=NOW)
    rows = worklist(session, actor=ADVISOR, now=NOW, limit=PAGE, whose=Whose.EVERYBODY)
    late = unanswered_requests(session, actor=ADVISOR, today=local_date(NOW))
    due = due_items(session, actor=ADVISOR, now=NOW)
    in_the_menu = desk_counts(session, actor=ADVISOR, now=NOW)
    assert counts.open > 0 and due and in_the_menu[Counted.CASES]
    return len(rows) + len(late)


@contextmanager
def statements_of(session: Session) -> Iterator[list[str]]:
    """The statements that the database gets meanwhile."""
    said: list[str] = []
    bind = session.get_bind()
    note = lambda _connection, _cursor, statement, *_: said.append(statement)  # noqa: E731
    event.listen(bind, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(bind, "before_cursor_execute", note)


def questions_asked(session: Session) -> int:
    """How many queries one page takes."""
    with statements_of(session) as said:
        page(session)
    return len(said)


def measure(url: str, *, cases: int = CASES, times: int = 9) -> tuple[float, int]:
    """The median milliseconds of one page over so many cases, and its number of queries, on a fresh database."""
    engine = make_engine(url)
    try:
        load_models().create_all(engine)
        unit_of_work(engine, lambda session: fill(session, cases))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        taken = []
        for _ in range(times):
            start = time.perf_counter()
            assert unit_of_work(engine, page, read_only=True) == PAGE
            taken.append((time.perf_counter() - start) * 1000)
        return statistics.median(taken), unit_of_work(engine, questions_asked, read_only=True)
    finally:
        engine.dispose()


def on_sqlite(*, cases: int = CASES) -> tuple[float, int]:
    """`measure` on the embedded database."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(f"sqlite:///{Path(folder) / 'worklist.db'}", cases=cases)
