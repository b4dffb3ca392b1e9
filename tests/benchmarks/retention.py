"""Erasing 100,000 cases whose term is over, by the nightly jobs, on both databases: searched, protected and logged as always."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal.cases.questions.models import Contact, DevelopmentQuestion, QuestionState
from portal.oversight.finding.keeping import rebuild
from portal.oversight.privacy.kinds import CASES, KeptFor, TermUnit
from portal.oversight.privacy.nightly import retention_jobs
from portal.oversight.privacy.retention.actions import WantedTerm, confirm_term, lay_down_term
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.database import unit_of_work
from portal.platform.jobs.actions import run_jobs
from portal.second_look.objections.models import Objection
from portal.spending.invoices.models import Invoice
from portal.spending.vouchers.models import Award, Voucher, VoucherState
from tests.benchmarks import finding
from tests.benchmarks.books import both
from tests.factories import NOW, REGION, SYSTEM

MANY = 100_000
SECOND = Actor(REGION.audience, account_id=912, display_name="Tweede Persoon")
LATER = finding.NOW + timedelta(days=12 * 366)


def end_all(session: Session) -> None:
    """Every case is over: one in ten with a voucher that expired, the others withdrawn; two people laid the terms down."""
    awarded = select(Award.question_id)
    at = finding.NOW
    over = {"state": QuestionState.WITHDRAWN, "withdrawn_at": at, "withdrawn_by": "resident"}
    decided = {"state": QuestionState.DECIDED, "decided_at": at, "decided_by": "account:1"}
    session.execute(update(DevelopmentQuestion).where(DevelopmentQuestion.id.not_in(awarded)).values(over))
    session.execute(update(DevelopmentQuestion).where(DevelopmentQuestion.id.in_(awarded)).values(decided))
    session.execute(
        update(Voucher).values(state=VoucherState.EXPIRED, expired_at=at, released_cents=Voucher.amount_cents)
    )
    session.execute(
        update(Invoice).values(
            state="refused", checked_at=at, refused_at=at, refused_by="account:1", refused_reason="Nee."
        )
    )
    session.execute(update(Objection).values(state="withdrawn", withdrawn_at=at, withdrawn_by="resident"))
    for kind in CASES:
        wanted = WantedTerm(kind, KeptFor(10, TermUnit.YEARS), "Taak", "Lijst")
        confirm_term(session, laid=lay_down_term(session, wanted=wanted, actor=REGION, now=NOW), actor=SECOND, now=NOW)


def erase(engine: Engine) -> float:
    """How many seconds the jobs take that plan and erase everything."""
    jobs = retention_jobs(lambda _session, now: [local_date(now).isoformat()], actor=SYSTEM)
    start = time.perf_counter()
    run = run_jobs(engine, jobs=jobs, now=LATER)
    taken = time.perf_counter() - start
    assert not run.failed and not run.dead, run
    return taken


def left(session: Session) -> int:
    """How many people are left."""
    return session.scalar(select(func.count()).select_from(Contact).where(Contact.name != "gewist")) or 0


def measure(cases: int = MANY) -> float:
    """Seconds to erase so many cases: of both databases the slower one."""
    taken = []
    with both() as (embedded, server):
        for engine in (embedded, server):
            finding.fill_engine(engine, cases)
        unit_of_work(embedded, rebuild)
        finding.copy_index(embedded, server)
        for engine in (embedded, server):
            unit_of_work(engine, end_all)
            assert unit_of_work(engine, left, read_only=True) == cases
            taken.append(erase(engine))
            assert unit_of_work(engine, left, read_only=True) == 0
    return max(taken)


def lines() -> Iterator[tuple[str, float, str, float]]:
    """Name, value, unit and target."""
    yield "retention_100k_s", measure(), "s", 60
