"""Many processes approve whole applications against the last euros of one budget, and of one person's ceiling.

Exactly what fits is awarded, not a cent over; every refusal leaves nothing behind. The control without the guards oversells.
"""

from __future__ import annotations

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.ledger.invariants import verify
from portal.platform.database import unit_of_work
from portal.spending.vouchers.models import Award, Voucher
from portal.spending.vouchers.queries import ledger_breaks
from tests.reliability.approvals import AMOUNT, prepare
from tests.reliability.race import Outcome, Racers
from tests.who_runs_what import NIGHT, PROOF

APPLICATIONS = 480 if NIGHT else 96 if PROOF else 20
FITS = 150 if NIGHT else 30 if PROOF else 5
CAP_FITS = 12  # 300,000 cents a year for one person, in amounts of 25,000
PLENTY = APPLICATIONS - 4  # money for more of them than the ceiling allows


def race(racers: Racers, engine: Engine, award: str, *, fits: int, same_person: bool) -> Outcome:
    """Prepare a desk and race one way of approving on it."""
    unit_of_work(engine, lambda s: prepare(s, applications=APPLICATIONS, fits=fits, same_person=same_person))
    url = engine.url.render_as_string(hide_password=False)
    outcome = racers.race(url, f"tests.reliability.approvals:{award}", attempts=APPLICATIONS)
    print(f"{engine.dialect.name} {award}: {outcome}")
    return outcome


def counted(session: Session) -> tuple[int, ...]:
    """Decisions (approved or rejected), awards, vouchers, and decided questions."""
    decided = (
        select(func.count()).select_from(DevelopmentQuestion).where(DevelopmentQuestion.state == QuestionState.DECIDED)
    )
    rows = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Decision, Award, Voucher)]
    return (*rows, session.scalar(decided) or 0)


def awarded_places(session: Session) -> list[int]:
    """The places in the order of receipt that got an award."""
    query = select(Application.receipt_order).join(Award, Award.question_id == Application.question_id)
    return sorted(session.scalars(query))


def test_the_last_euros_of_a_budget_are_awarded_exactly(racers: Racers, engine: Engine) -> None:
    outcome = race(racers, engine, "approve", fits=FITS, same_person=False)
    assert (outcome.awarded, outcome.refused, outcome.busy) == (FITS, APPLICATIONS - FITS, 0)
    with Session(engine) as session:
        assert counted(session) == (APPLICATIONS, FITS, FITS, APPLICATIONS)
        assert awarded_places(session) == list(range(1, FITS + 1)), "who came first got it"
        assert verify(session) == [] and ledger_breaks(session) == []


def test_the_last_euros_of_one_persons_ceiling_are_awarded_exactly(racers: Racers, engine: Engine) -> None:
    outcome = race(racers, engine, "approve", fits=PLENTY, same_person=True)
    assert (outcome.awarded, outcome.refused, outcome.busy) == (CAP_FITS, APPLICATIONS - CAP_FITS, 0)
    with Session(engine) as session:
        assert counted(session) == (APPLICATIONS, CAP_FITS, CAP_FITS, APPLICATIONS)
        assert session.scalar(select(func.sum(Award.amount_cents))) == CAP_FITS * AMOUNT
        assert verify(session) == [] and ledger_breaks(session) == []


def test_control_without_the_guards_a_budget_is_oversold(racers: Racers, engine: Engine) -> None:
    outcome = race(racers, engine, "approve_unguarded", fits=FITS, same_person=False)
    assert outcome.awarded > FITS
    with Session(engine) as session:
        assert "I1" in {found.invariant for found in verify(session)}


def test_control_without_the_guards_a_ceiling_is_oversold(racers: Racers, engine: Engine) -> None:
    outcome = race(racers, engine, "approve_unguarded", fits=PLENTY, same_person=True)
    assert outcome.awarded > CAP_FITS
