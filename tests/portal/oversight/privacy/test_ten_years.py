"""Ten years at the desk of the demonstration: everything that is due is gone, nothing goes early, and the sums stay the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import Contact, DevelopmentQuestion, QuestionState
from portal.ledger.models import Transfer
from portal.oversight.books import look_at_books
from portal.oversight.privacy.holdings import Family
from portal.oversight.privacy.kinds import PROPOSED, Kept
from portal.oversight.privacy.nightly import retention_jobs
from portal.oversight.privacy.retention.actions import WantedTerm, confirm_term, hold_case, lay_down_term
from portal.oversight.privacy.retention.models import ErasedCase, LegalHold
from portal.people.audit.verifying import chain_breaks
from portal.platform.clock import local_date
from portal.platform.database import make_engine, unit_of_work
from portal.platform.jobs.actions import run_jobs
from portal.spending.expiry import expiry_job
from portal.spending.vouchers.models import Award
from tests.factories import REGION, SYSTEM
from tests.filled_desk import DATABASE, NOW, copy_of_filled_desk
from tests.portal.oversight.privacy.everywhere import places_of
from tests.portal.oversight.privacy.test_terms import SECOND_REGION, end_of_term

ENDS = ("decided_at", "closed_at", "withdrawn_at", "set_aside_at", "referred_at")
HALF_A_YEAR = timedelta(days=183)
STEPS = 24


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A copy of the demonstration, with the terms that the desk proposes."""
    folder: Path = copy_of_filled_desk(tmp_path_factory, os.environ.get("PYTEST_XDIST_WORKER", "main"))
    engine = make_engine(f"sqlite:///{folder / DATABASE}")
    unit_of_work(engine, _lay_down)
    yield engine
    engine.dispose()


def _lay_down(session: Session) -> None:
    for kind, proposed in PROPOSED.items():
        wanted = WantedTerm(kind, proposed.term, "Taak", "Selectielijst")
        confirm_term(
            session, laid=lay_down_term(session, wanted=wanted, actor=REGION, now=NOW), actor=SECOND_REGION, now=NOW
        )
    awarded = select(Award.question_id).where(Award.question_id == DevelopmentQuestion.id).exists()
    over = (DevelopmentQuestion.state == QuestionState.DECIDED, ~awarded)
    held = session.scalars(select(DevelopmentQuestion).where(*over).order_by(DevelopmentQuestion.id)).first()
    assert held is not None
    hold_case(session, question=held, reason="Er loopt een zaak bij de rechter.", until=None, actor=REGION, now=NOW)


def sums(session: Session) -> list[tuple[Any, ...]]:
    """What was booked until the history ended, per kind."""
    rows = select(Transfer.kind, func.count(), func.sum(Transfer.amount_cents)).where(Transfer.at <= NOW)
    return sorted((tuple(row) for row in session.execute(rows.group_by(Transfer.kind))), key=str)


def kind_of(session: Session, question: DevelopmentQuestion) -> Kept:
    """By which term a case goes."""
    if question.applied_at is None:
        return Kept.UNAPPLIED
    awarded = session.scalar(select(Award.id).where(Award.question_id == question.id).limit(1))
    return Kept.REFUSED if awarded is None else Kept.AWARDED


def last_end(question: DevelopmentQuestion) -> date | None:
    """The last day on which something ended it; None while it runs."""
    if question.state in (QuestionState.DRAFT, QuestionState.SUBMITTED, QuestionState.APPLIED, QuestionState.WAITING):
        return None
    return max(local_date(at) for name in ENDS if (at := getattr(question, name)) is not None)


def night(engine: Engine, at: datetime) -> None:
    """What the jobs do in a night."""
    jobs = (expiry_job(SYSTEM), *retention_jobs(lambda _session, now: [local_date(now).isoformat()], actor=SYSTEM))
    run = run_jobs(engine, jobs=jobs, now=at)
    assert not run.failed and not run.dead, run


def look(session: Session, today: date) -> tuple[int, int]:
    """Nothing of a case that ended later than its term is erased; returns how many are erased, and how many of no award are not."""
    erased = set(session.scalars(select(ErasedCase.question_id).where(ErasedCase.part == Family.CASE)))
    held = set(session.scalars(select(LegalHold.question_id)))
    left = 0
    for question in session.scalars(select(DevelopmentQuestion)):
        ended, kind = last_end(question), kind_of(session, question)
        over = None if ended is None else end_of_term(ended, PROPOSED[kind].term)
        if question.id in erased:
            assert over is not None and over <= today and question.id not in held, "nothing goes early"
        elif over is not None and over + timedelta(days=3) < today and kind is not Kept.AWARDED:
            left += 1
            assert question.id in held, "everything due is gone"
    return len(erased), left


def test_in_ten_years_everything_due_goes_nothing_goes_early_and_the_sums_are_equal(desk: Engine) -> None:
    before = unit_of_work(desk, sums, read_only=True)
    breaks = unit_of_work(desk, lambda session: look_at_books(session).breaks, read_only=True)
    names = unit_of_work(desk, _names, read_only=True)
    assert len(names) > 20 and breaks == []
    gone = []
    for step in range(STEPS):
        at = datetime.combine(local_date(NOW) + step * HALF_A_YEAR, time(3), UTC)
        night(desk, at)
        gone.append(unit_of_work(desk, lambda session, at=at: look(session, local_date(at)), read_only=True))  # type: ignore[misc]
    assert gone[-1][1] == 1, "the case that is held, and no other"
    assert gone[0][0] < gone[4][0] < gone[-1][0], "they go in the course of the years"
    assert unit_of_work(desk, sums, read_only=True) == before
    assert unit_of_work(desk, lambda session: look_at_books(session).breaks, read_only=True) == []
    assert unit_of_work(desk, lambda session: list(chain_breaks(session)), read_only=True) == []
    lost = unit_of_work(desk, _names_of_erased(names), read_only=True)
    assert lost == {}, "in no column of any table"


def _names(session: Session) -> dict[int, str]:
    """The names of who asked, per case."""
    rows = select(Contact.question_id, Contact.name)
    return {row[0]: row[1] for row in session.execute(rows)}


def _names_of_erased(names: dict[int, str]) -> Any:
    def look_for(session: Session) -> dict[str, set[str]]:
        erased = set(session.scalars(select(ErasedCase.question_id).where(ErasedCase.part == Family.CASE)))
        living = {name for number, name in names.items() if number not in erased}
        lost = sorted({name for number, name in names.items() if number in erased} - living)
        found = {name: places_of(session, name) for name in lost[:12]}
        return {name: places for name, places in found.items() if places}

    return look_for
