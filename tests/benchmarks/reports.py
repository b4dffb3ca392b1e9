"""The accountability report over 100,000 vouchers, as its page computes it: server time and memory on both databases."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.reports.queries import AccountabilityReport, accountability_report
from portal.awarding.decisions.models import Decision
from portal.cases.questions.models import DevelopmentQuestion, QuestionCostLine
from portal.framework.funding.models import Funder, FundingLine
from portal.ledger.actions import fund, open_accounts
from portal.ledger.models import AccountKind, LedgerAccount, Transfer, TransferKind
from portal.people.accounts.models import Organisation, OrganisationKind
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date
from portal.platform.database import unit_of_work
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Award, AwardPart, Redemption, Voucher
from tests.benchmarks.books import both

VOUCHERS = 100_000
BATCH = 10_000
LINES = 5
PROVIDERS = 12
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PERIOD = FigurePeriod(date(2026, 1, 1), date(2027, 12, 31), date(2027, 12, 31))
CONTROLLER = Actor(Audience.CONTROLLER, account_id=1, display_name="Coos")
SECTORS = ("technology", "care", "construction", "ict", "transport")
XLSX_MORE_MB = 150
"""So much more memory the spreadsheet of the report, or of the longest register, may take."""
Rows = dict[type[Any], list[dict[str, Any]]]


def fill(session: Session, vouchers: int) -> None:
    """So many vouchers over two years, of five funding lines of two funders: awarded, of every three two used, of these half paid."""
    for number in (1, 2):
        session.add(
            Funder(
                id=number,
                slug=f"g{number}",
                name_nl=f"G{number}",
                name_en=f"G{number}",
                kind="province",
                created_at=START,
            )
        )
    session.flush()
    for line in range(1, LINES + 1):
        session.add(_line(line))
        open_accounts(session, funding_line_id=line)
        fund(session, funding_line_id=line, amount_cents=10**11, actor_id="system", now=START)
    for number in range(1, PROVIDERS + 1):
        place = Organisation(
            id=number, public_id=f"o{number}", slug=f"p{number}", name=f"p{number}", kind=OrganisationKind.PROVIDER
        )
        place.created_at, place.created_by = START, "system"
        session.add(place)
        session.flush()
        session.add(
            Provider(
                id=number,
                organisation_id=number,
                name=f"Opleider {number}",
                kvk_number=f"{number:08d}",
                registered_at=START,
                registered_by="system",
            )
        )
    session.flush()
    accounts = {(row.funding_line_id, row.kind): row.id for row in session.scalars(select(LedgerAccount))}
    first = 1 + (session.scalar(select(Transfer.id).order_by(Transfer.id.desc()).limit(1)) or 0)
    for start in range(1, vouchers + 1, BATCH):
        rows: Rows = {
            kind: []
            for kind in (
                DevelopmentQuestion,
                QuestionCostLine,
                Decision,
                Award,
                AwardPart,
                Voucher,
                Redemption,
                Transfer,
            )
        }
        for number in range(start, min(start + BATCH, vouchers + 1)):
            _case(rows, number)
            first = _money(rows, number, accounts, first)
        for kind, found in rows.items():
            if found:
                session.execute(insert(kind.__table__), found)  # type: ignore[arg-type]


def _line(number: int) -> FundingLine:
    return FundingLine(
        id=number,
        slug=f"l{number}",
        funder_id=1 + number % 2,
        title_nl=f"Regel {number}",
        title_en=f"Line {number}",
        earmark={},
        period_from=date(2026, 1, 1),
        period_to=date(2027, 12, 31),
        period_binds="award_date",
        content_hash="x",
        created_at=START,
    )


def _at(number: int) -> datetime:
    return START + timedelta(days=number % 700, seconds=number % 997)


def amount(number: int) -> int:
    """What voucher so many is worth, in cents."""
    return 50_000 + number % 977


def _facts(number: int) -> dict[str, Any]:
    """As many answers as somebody gives, of which tables are told apart by five."""
    place = "residence_municipality" if number % 2 else "employer_municipality"
    return {
        "birth_year": 1958 + number % 47, "work_situation": "employed", "education_level": "mbo2",
        "residence_postcode": 1000 + number % 9000, place: f"GM{number % 8:04d}", "benefit": "none",
        "contract_hours": 20 + number % 20, "employer_sector_fund": "none", "employer_size": 1 + number % 300,
        "training_kind": "vocational", "training_path": "mbo_bbl", "training_level": f"mbo{1 + number % 4}",
        "training_sector": SECTORS[number % 5], "training_start": "2026-09-01", "training_recognised": True,
        "mandatory_for_job": False,
    }  # fmt: skip


def _pseudonym(kind: str, number: int) -> str:
    """As long as those of people and employers are."""
    return hashlib.sha256(f"{kind}{number}".encode()).hexdigest()


def _case(rows: Rows, number: int) -> None:
    at, by_employer = _at(number), number % 2 == 0
    rows[DevelopmentQuestion].append(
        {
            "id": number, "public_id": f"q{number}", "reference_number": f"OV-{number:07d}",
            "route": "employer" if by_employer else "individual", "language": "nl", "state": "decided", "revision": 1,
            "goals": [], "facts": _facts(number), "borrow_up_to_cents": 0, "had_before": [], "reference_date": local_date(at),
            "created_at": at, "changed_at": at, "submitted_at": at, "submitted_by": "resident", "applied_at": at,
            "applied_by": "resident", "decided_at": at, "decided_by": "account:1",
            "employer_name": f"Bedrijf {number % 4_000}" if by_employer else None,
            "employer_kvk": f"{10_000_000 + number % 4_000}" if by_employer else None,
        }
    )  # fmt: skip
    cost = {"question_id": number, "line_key": "k1", "position": 1, "category": "tuition", "amount_cents": 90_000}
    rows[QuestionCostLine].append(cost | {"bearer": "resident"})
    checks = {f"{name}_checked": False for name in ("identity", "purpose", "costs", "nothing_paid_twice")}
    rows[Decision].append(
        checks
        | {"id": number, "public_id": f"d{number}", "question_id": number, "kind": "rejected", "rationale": "x"}
        | {"amended": False, "decided_at": at, "decided_by": "account:1", "decided_by_name": "Ada"}
    )
    person, company = _pseudonym("p", number % 80_000), _pseudonym("e", number % 4_000)
    who = {"person_key": person, "employer_key": company if by_employer else None}
    rows[Award].append(
        {
            "id": number,
            "public_id": f"a{number}",
            "question_id": number,
            "decision_id": number,
            "scheme": f"s{number % 4}",
        }
        | {
            "scheme_version": 1,
            "amount_cents": amount(number),
            "counted_on": local_date(at),
            "awarded_on": local_date(at),
        }
        | {"awarded_at": at, "awarded_by": "account:1", **who}
    )
    part = {"award_id": number, "line_key": "k1", "funding_line_id": 1 + number % LINES, "amount_cents": amount(number)}
    rows[AwardPart].append(part | {"awarded_on": local_date(at), "category": "tuition"})
    used = number % 3 != 0
    rows[Voucher].append(
        {"id": number, "public_id": f"v{number}", "code": f"{number:012d}", "award_id": number, "question_id": number}
        | {"scheme": f"s{number % 4}", "scheme_version": 1, "beneficiary_key": person}
        | {"amount_cents": amount(number), "redeemed_cents": amount(number) if used else 0, "released_cents": 0}
        | {"partial_redemption": True, "keep_rest": True, "state": "redeemed" if used else "issued"}
        | {"issued_on": local_date(at), "issued_at": at, "issued_by": "account:1", "valid_until": date(2029, 1, 1)}
        | {"redeemed_at": at if used else None, "recovered_cents": 0}
    )


def _money(rows: Rows, number: int, accounts: dict[tuple[int, AccountKind], int], first: int) -> int:
    steps = [(TransferKind.RESERVE, AccountKind.AVAILABLE, AccountKind.RESERVED)]
    if number % 3 != 0:
        steps.append((TransferKind.SPEND, AccountKind.RESERVED, AccountKind.SPENT))
        rows[Redemption].append(
            {"public_id": f"r{number}", "voucher_id": number, "provider_id": 1 + number % PROVIDERS}
            | {"invoice_number": f"F{number}", "invoice_key": f"f{number}", "invoice_date": date(2026, 2, 1)}
            | {"amount_cents": amount(number), "released_cents": 0, "kind": "invoice", "credited_cents": 0}
            | {"redeemed_at": _at(number), "redeemed_by": "account:9"}
        )
    if number % 6 in (1, 2):
        steps.append((TransferKind.PAY, AccountKind.SPENT, AccountKind.PAID))
    line, resolves = 1 + number % LINES, None
    for step, (kind, source, target) in enumerate(steps):
        at = _at(number) + timedelta(days=20 * step)
        rows[Transfer].append(
            {"id": first, "key": f"b{first}", "kind": kind, "debit_account_id": accounts[line, source]}
            | {"credit_account_id": accounts[line, target], "amount_cents": amount(number), "resolves_id": resolves}
            | {"booked_on": local_date(at), "at": at, "actor_id": "system", "voucher_id": number, "decision_id": number}
            | {"scheme_version_id": 1}
        )
        resolves, first = first, first + 1
    return first


def reported(engine: Engine) -> tuple[float, AccountabilityReport]:
    """Seconds for the whole report about all money, and the report."""

    def work(session: Session) -> tuple[float, AccountabilityReport]:
        start = time.perf_counter()
        made = accountability_report(session, actor=CONTROLLER, period=PERIOD)
        assert made is not None
        return time.perf_counter() - start, made

    return unit_of_work(engine, work, read_only=True)


def lines(vouchers: int = VOUCHERS) -> Iterator[tuple[str, float, str, float | None]]:
    """The figures, on both databases; the slowest and the largest count."""
    from tests.benchmarks.sheets import measured

    seconds, whole, more = dict[str, float](), list[float](), list[float]()
    with both() as engines:
        for engine in engines:
            with Session(engine) as session:
                fill(session, vouchers)
                session.commit()
            with engine.begin() as connection:
                connection.execute(text("ANALYZE"))
            seconds[engine.dialect.name], _made = reported(engine)
            yield f"report_100k_s_{engine.dialect.name}", seconds[engine.dialect.name], "s", 5
            report, bookings = (measured(engine, what) for what in ("report", "bookings"))
            whole.append(report["report_mb"])
            more += [report["more_mb"], bookings["more_mb"]]
            for name, one in (("report", report), ("bookings", bookings)):
                yield f"{name}_xlsx_more_mb_{engine.dialect.name}", one["more_mb"], "MB", XLSX_MORE_MB
    yield "report_100k_s", max(seconds.values()), "s", 5
    yield "report_100k_mb", max(whole), "MB", 500
    yield "report_xlsx_more_mb", max(more), "MB", XLSX_MORE_MB
