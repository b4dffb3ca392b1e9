"""Finding, and everything of one person, over 100,000 cases on both databases: server time, without the browser."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.applications.models import Application
from portal.cases.conversations.models import Conversation
from portal.cases.questions.models import Contact, DevelopmentQuestion
from portal.framework.catalogue.queries import has_region
from portal.oversight.everything import Whole, company_of, person_of
from portal.oversight.finding.details import results
from portal.oversight.finding.keeping import rebuild
from portal.oversight.finding.models import SearchEntry, SearchTerm, SearchVariant
from portal.oversight.finding.queries import find
from portal.people.accounts.models import Organisation
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date
from portal.platform.database import unit_of_work
from portal.post.files.models import StoredFile
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.models import Objection
from portal.spending.invoices.models import Invoice
from portal.spending.providers.models import Provider
from portal.spending.vouchers.codes import LETTERS
from portal.spending.vouchers.models import Award, Voucher
from tests.benchmarks.books import both
from tests.factories import a_region

CASES = 100_000
BATCH = 10_000
OFTEN = 30
"""How many questions the first person asked; the others one or two."""
TIMES = 7
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
ADVISOR = Actor(Audience.ADVISOR, account_id=1, display_name="Ada")
TYPED = (
    "{name}", "{wrong}", "{first} {wrong}", "{beginning}", "{phone}", "{mail}", "{code}", "{postcode}", "{number}",
    "monteur", "mon", "sam", "monteur techniekschool", "lasser verzorgende", "F-{invoice}", "zzzzqqqq", "montuer", "12",
)  # fmt: skip
"""What is typed: names, names with a mistake, numbers, a training that nearly everybody asks for, and what is not there."""
_SYLLABLES = tuple(letter + vowel for letter in "bdfghklmnrst" for vowel in "aeo")[:32]
_ENDS = ("man", "stra", "sen", "ink", "huis", "berg", "veld", "kamp")
_FIRST = ("Sam", "Anna", "Fatima", "Kees", "Noor", "Ali", "Eva", "Piet", "Mila", "Omar")
_TRAININGS = (
    "Monteur mechatronica",
    "Monteur installaties",
    "Verzorgende IG",
    "Lasser niveau 2",
    "Taal op de werkvloer",
)


def surname(number: int) -> str:
    """One of about 8,000 surnames; a number always has the same."""
    some = (number * 7919) % (32 * 32 * 8)
    return (_SYLLABLES[some % 32] + _SYLLABLES[some // 32 % 32] + _ENDS[some // 1024]).title()


def name(number: int) -> str:
    """Somebody's name."""
    return f"{_FIRST[number % 10]} {surname(number)}"


def fill(session: Session, cases: int, *, often: int = OFTEN) -> None:
    """So many cases, each with somebody, an application and a message; of ten one has an award, a voucher and an invoice. The
    first cases are all of one person, who has all of these and a talk and an objection each time."""
    for model, row in ((Organisation, _ORGANISATION), (Provider, _PROVIDER), (StoredFile, FILE_ROW)):
        session.execute(insert(model.__table__), [row])  # type: ignore[attr-defined]
    for first in range(1, cases + 1, BATCH):
        numbers = range(first, min(first + BATCH, cases + 1))
        awarded = [number for number in numbers if number <= often or number % 10 == 0]
        theirs = [number for number in numbers if number <= often]
        for model, row, some in (
            (DevelopmentQuestion, _question, numbers), (Contact, contact_row, numbers),
            (Application, lambda number: application_row(number, often), numbers), (OutboxMessage, message_row, numbers),
            (Decision, _decision, awarded), (Award, lambda number: _award(number, often), awarded),
            (Voucher, _voucher, awarded), (Invoice, invoice_row, awarded), (Conversation, _talk, theirs),
            (Objection, _objection, theirs),
        ):  # fmt: skip
            if some:
                session.execute(insert(model.__table__), [row(number) for number in some])  # type: ignore[attr-defined]
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT setval(pg_get_serial_sequence('contact', 'id'), 1000000)"))


_ORGANISATION = {
    "id": 9_000, "public_id": "techniek", "slug": "techniekschool", "name": "Techniekschool", "kind": "provider",
    "created_at": NOW, "created_by": "system",
}  # fmt: skip
_PROVIDER = {
    "id": 1, "public_id": "p1", "organisation_id": 9_000, "name": "Techniekschool", "kvk_number": "87654321",
    "state": "registered", "registered_at": NOW, "registered_by": "system",
}  # fmt: skip
FILE_ROW = {
    "id": 1, "public_id": "f1", "place": "f1", "kind": "pdf", "sha256": "0" * 64, "size_bytes": 1, "pages": 1,
    "scan_state": "not_scanned", "uploaded_at": NOW, "uploaded_by": "system",
}  # fmt: skip


def _question(number: int) -> dict[str, Any]:
    sent = NOW - timedelta(days=number % 700, minutes=number % 997)
    company = number % 20 == 7
    return {
        "id": number, "public_id": f"q{number}", "reference_number": f"OV-2026-{number:04d}",
        "route": "employer" if company else "individual", "language": "nl", "state": "applied", "revision": 1,
        "training_name": _TRAININGS[number % 5], "training_provider": "Techniekschool", "goals": [], "facts": {},
        "borrow_up_to_cents": 0, "had_before": [], "reference_date": local_date(sent), "created_at": sent,
        "changed_at": sent, "submitted_at": sent, "submitted_by": "resident", "applied_at": sent,
        "applied_by": "resident", "employer_name": f"Bakkerij {surname(number % 500)}" if company else None,
        "employer_kvk": f"{10_000_000 + number % 500}" if company else None,
    }  # fmt: skip


def contact_row(number: int) -> dict[str, Any]:
    """How to reach somebody of a case."""
    return {
        "question_id": number, "way": "email", "name": name(number), "phone": f"06{10_000_000 + number * 7 % 89_000_000}",
        "email": f"{name(number).lower().replace(' ', '.')}{number}@post.example", "street": "Kade",
        "house_number": str(number % 90), "postcode": _postcode(number), "city": "Apeldoorn",
    }  # fmt: skip


def _postcode(number: int) -> str:
    return f"{7300 + number % 100} {chr(65 + number // 100 % 26)}{chr(65 + number // 2600 % 26)}"


def _key(number: int, often: int) -> str:
    return "a" * 64 if number <= often else f"{number * 2 // 3:064d}"


def application_row(number: int, often: int = 0) -> dict[str, Any]:
    """The application of a case; the first ``often`` are of one person."""
    company = number % 20 == 7
    return {
        "id": number, "public_id": f"a{number}", "number": f"AV-2026-{number:04d}", "receipt_order": number,
        "question_id": number, "schemes": ["leervoucher"], "scheme_versions": {"leervoucher": 1},
        "kind": "employer" if company else "person", "name": name(number), "birth_date": date(1990, 1, 1),
        "street": "Kade", "house_number": str(number % 90), "postcode": _postcode(number), "city": "Apeldoorn",
        "kvk_number": f"{10_000_000 + number % 500}" if company else None, "learner_name": name(number) if company else None,
        "person_key": _key(number, often), "employer_key": f"{number % 500:064d}" if company else None,
        "confirmed_at": NOW, "applied_on": DAY, "applied_at": NOW, "applied_by": "resident", "decision_weeks": 8,
        "stopped_days": 0,
    }  # fmt: skip


def _decision(number: int) -> dict[str, Any]:
    return {
        "id": number, "public_id": f"d{number}", "question_id": number, "kind": "rejected", "rationale": "Past niet.",
        "identity_checked": False, "purpose_checked": False, "costs_checked": False,
        "nothing_paid_twice_checked": False, "amended": False, "decided_at": NOW, "decided_by": "account:1",
        "decided_by_name": "Ada",
    }  # fmt: skip


def _award(number: int, often: int) -> dict[str, Any]:
    return {
        "id": number, "public_id": f"w{number}", "question_id": number, "decision_id": number, "scheme": "leervoucher",
        "scheme_version": 1, "amount_cents": 1_000, "person_key": _key(number, often), "counted_on": DAY,
        "awarded_on": DAY, "awarded_at": NOW, "awarded_by": "account:1",
    }  # fmt: skip


def code(number: int) -> str:
    """The code of a voucher, without a check letter."""
    letters = itertools.islice(_letters(number * 104_729), 12)
    return "".join(letters)


def _letters(number: int) -> Iterator[str]:
    while True:
        number, place = divmod(number, len(LETTERS))
        yield LETTERS[place]


def _voucher(number: int) -> dict[str, Any]:
    return {
        "id": number, "public_id": f"v{number}", "code": code(number), "award_id": number, "question_id": number,
        "scheme": "leervoucher", "scheme_version": 1, "beneficiary_key": f"{number:064d}", "amount_cents": 1_000,
        "redeemed_cents": 0, "released_cents": 0, "recovered_cents": 0, "partial_redemption": True, "keep_rest": True,
        "state": "issued", "issued_on": DAY, "issued_at": NOW, "issued_by": "account:1",
        "valid_until": DAY + timedelta(days=365),
    }  # fmt: skip


def invoice_row(number: int) -> dict[str, Any]:
    """An invoice for the voucher of a case."""
    return {
        "id": number, "public_id": f"i{number}", "kind": "invoice", "voucher_id": number, "provider_id": 1, "file_id": 1,
        "number": f"F-{number}", "number_key": f"f-{number}", "invoice_date": DAY, "learner_name": name(number),
        "total_cents": 1_000, "amount_cents": 1_000, "state": "submitted", "findings": [], "submitted_at": NOW,
        "submitted_by": "account:2",
    }  # fmt: skip


def message_row(number: int) -> dict[str, Any]:
    """A mail about a case that waits."""
    return {
        "id": number, "public_id": f"m{number}", "kind": "email", "template": "question/received",
        "recipient": "resident", "object_kind": "question", "object_id": number, "version": 1, "locale": "nl",
        "state": "queued", "attempts": 0, "created_at": NOW, "due_at": NOW,
    }  # fmt: skip


def _talk(number: int) -> dict[str, Any]:
    return {
        "id": number, "public_id": f"t{number}", "question_id": number, "state": "planned", "way": "phone",
        "planned_for": NOW, "planned_at": NOW, "planned_by": "account:1", "advisor_name": "Ada",
    }  # fmt: skip


def _objection(number: int) -> dict[str, Any]:
    return {
        "id": number, "public_id": f"o{number}", "number": f"BZ-2026-{number:04d}", "question_id": number,
        "decision_id": number, "state": "open", "received_on": DAY, "counts_on": DAY, "grounds": "Ik voldoe wel.", "term_ended_on": DAY,
        "late": False, "committee": False, "decide_by": DAY, "recorded_at": NOW, "recorded_by": "account:2",
    }  # fmt: skip


# Measuring -------------------------------------------------------------------------------------------------------------


def typed(number: int) -> list[str]:
    """What somebody types who looks for this case, and for everything else."""
    last = surname(number)
    said = {
        "name": name(number), "first": name(number).split()[0], "wrong": last[:2] + last[3] + last[2] + last[4:],
        "beginning": last[:4], "phone": f"06 {str(contact_row(number)['phone'])[2:]}", "mail": contact_row(number)["email"],
        "code": code(number), "postcode": f"{_postcode(number)} {number % 90}", "number": f"OV-2026-{number:04d}",
        "invoice": number,
    }  # fmt: skip
    return [one.format(**said) for one in TYPED]


def look(session: Session, words: str) -> int:
    """What the page reads for these words; returns how much it shows."""
    return results(session, actor=ADVISOR, found=find(session, actor=ADVISOR, text=words)).number


def whole_person(session: Session, number: int = 1) -> Whole:
    """Everything of the person of a case."""
    question = session.scalars(select(DevelopmentQuestion).where(DevelopmentQuestion.id == number)).one()
    found = person_of(session, question=question, actor=ADVISOR, today=DAY)
    assert found is not None
    return found


def whole_company(session: Session, number: int = 7) -> Whole:
    """Everything of the company of a case."""
    question = session.scalars(select(DevelopmentQuestion).where(DevelopmentQuestion.id == number)).one()
    found = company_of(session, question=question, actor=ADVISOR, today=DAY)
    assert found is not None
    return found


def _median(engine: Engine, work: Callable[[Session], Any]) -> float:
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        unit_of_work(engine, work, read_only=True)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def fill_engine(engine: Engine, cases: int) -> None:
    """A region with so many cases, not yet findable."""
    unit_of_work(engine, lambda session: None if has_region(session) else a_region(session, now=NOW))
    unit_of_work(engine, lambda session: fill(session, cases))


def copy_index(source: Engine, target: Engine) -> None:
    """The index of one database into another one with the same rows, as PostgreSQL takes in many rows at once."""
    with source.connect() as read, target.connect() as write:
        raw = write.connection.driver_connection
        assert raw is not None
        raw.execute("SET statement_timeout = 0")
        for model in (SearchEntry, SearchTerm, SearchVariant):
            columns = [column.name for column in model.__table__.columns]
            rows = read.execute(text(f"SELECT {', '.join(columns)} FROM {model.__tablename__}"))
            with raw.cursor().copy(f"COPY {model.__tablename__} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        raw.commit()


def measured(engine: Engine, *, cases: int = CASES) -> tuple[float, float]:
    """The slowest search, and the whole of a person or company, each at its median in milliseconds."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    searches = [
        _median(engine, lambda session, words=words: look(session, words))  # type: ignore[misc]
        for words in typed(cases * 777 // 1000 // 10 * 10)
    ]
    return max(searches), max(_median(engine, whole_person), _median(engine, whole_company))


def lines() -> Iterator[tuple[str, float, str, float | None]]:
    """Name, value, unit and target: of both databases the slower one."""
    with both() as (embedded, server):
        for engine in (embedded, server):
            fill_engine(engine, CASES)
        start = time.perf_counter()
        unit_of_work(embedded, rebuild)
        made = time.perf_counter() - start
        copy_index(embedded, server)
        found = [measured(engine) for engine in (embedded, server)]
    yield "search_100k_ms", max(one[0] for one in found), "ms", 150
    yield "person_view_100k_ms", max(one[1] for one in found), "ms", 150
    yield "search_rebuild_100k_s", made, "s", None
