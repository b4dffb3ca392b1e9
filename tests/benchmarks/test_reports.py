"""The vouchers over which the report is measured are sound: few of them, on both databases."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.ledger.queries import figures
from tests.benchmarks.reports import amount, fill, reported

FEW = 300


def test_the_report_that_is_measured_tells_what_was_filled_in(engine: Engine) -> None:
    with Session(engine) as session:
        fill(session, FEW)
        session.commit()
        booked = figures(session, by=())[()]
    seconds, made = reported(engine)
    totals = {cell.figure: cell.value for chapter in made.chapters for cell in chapter.figures}
    assert seconds > 0
    assert totals["vouchers_awarded"] == FEW
    assert totals["awarded_cents"] == sum(amount(number) for number in range(1, FEW + 1))
    assert totals["spent"] == booked.spent_cents == sum(amount(n) for n in range(1, FEW + 1) if n % 3)
    assert totals["committed"] == booked.reserved_cents and totals["paid"] == booked.paid_cents > 0
    assert totals["vouchers_redeemed"] == FEW - FEW // 3
