"""The report of a closed period comes out to the byte as it was, whatever is kept, booked and decided later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.periods.actions import add_period, close_period, lay_down_closing
from portal.accounting.periods.models import PeriodLength, PeriodState
from portal.accounting.reports.document import csv_rows, report_document
from portal.accounting.reports.queries import accountability_report
from portal.accounting.reports.workbook import workbook
from portal.cases.questions.models import CostInput
from portal.framework.funding.actions import fund_line
from portal.framework.funding.queries import funding_line_by_slug
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.platform.clock import start_of_day
from portal.platform.documents import pdf
from portal.spending.vouchers.actions import redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, REGION, a_provider, a_voucher
from tests.portal.accounting.accounts_of import SECOND_OF_REGION
from tests.portal.accounting.figures.lives import forecasts_on

MARCH = FigurePeriod(date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 31))
APRIL = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
COSTS = [CostInput("tuition", 50_000), CostInput("books", 20_001), CostInput("exam", 10_000)]


def files(session: Session, period: FigurePeriod = MARCH, *, on_paper: bool = False) -> dict[str, bytes]:
    """The report as each file, made now; the PDF as what it is made of, or with `on_paper` itself, which takes longer."""
    made = accountability_report(session, actor=REGION, period=period)
    assert made is not None
    at, data = start_of_day(period.on), report_document(made)
    return {
        "csv": "\n".join(repr(row) for row in csv_rows(made)).encode(),
        "xlsx": workbook(made, title="Verslag", made_at=at),
        "pdf": pdf("report", data, made_at=at) if on_paper else repr(data).encode(),
    }


@pytest.fixture
def closed(session: Session) -> tuple[Session, Voucher, Voucher]:
    """March is closed: two vouchers, one of them partly used, and a forecast of the 28th."""
    spent, other = a_voucher(session, costs=COSTS), a_voucher(session)
    _, pia = a_provider(session)
    redeem_voucher(session, voucher=spent, bill=Bill("F1", date(2026, 3, 2), 30_000), actor=pia, now=NOW)
    forecasts_on(session, date(2026, 3, 28))
    period = add_period(session, length=PeriodLength.MONTH, first_day=MARCH.first, actor=REGION, now=NOW)
    lay_down_closing(session, period=period, actor=REGION, now=APRIL)
    close_period(session, period=period, actor=SECOND_OF_REGION, now=APRIL)
    assert period.state is PeriodState.CLOSED
    return session, spent, other


def test_a_forecast_kept_after_the_close_changes_no_byte(closed: tuple[Session, Voucher, Voucher]) -> None:
    session, _spent, _other = closed
    before = files(session, on_paper=True)
    assert b"'expected'" in before["csv"] and b"Prognose van 28 maart 2026." in before["csv"]
    forecasts_on(session, date(2026, 4, 2), date(2026, 4, 20))
    assert files(session, on_paper=True) == before


def test_control_the_report_of_an_open_period_changes_with_a_later_forecast(
    closed: tuple[Session, Voucher, Voucher],
) -> None:
    session, _spent, _other = closed
    april = FigurePeriod(date(2026, 4, 1), date(2026, 4, 30), date(2026, 4, 30))
    before = files(session, april)
    forecasts_on(session, date(2026, 4, 20))
    after = files(session, april)
    assert all(after[kind] != before[kind] for kind in before)
    assert b"Prognose van 20 april 2026." in after["csv"]


@pytest.mark.parametrize(
    "late", [timedelta(0), NOW - APRIL], ids=("later", "as if it still was the day that is closed")
)
def test_what_is_booked_and_decided_after_the_close_changes_no_byte(
    closed: tuple[Session, Voucher, Voucher], late: timedelta
) -> None:
    session, spent, other = closed
    at = APRIL + late
    before = files(session)
    one, to = (funding_line_by_slug(session, slug=slug) for slug in ("rijk-leren", "provincie-breed"))
    assert one is not None and to is not None
    takeover = Takeover(from_line=one, to_line=to, amount_cents=20_000)
    reassign_voucher(session, voucher=other, takeover=takeover, reason="Eind van de maand.", actor=REGION, now=at)
    _, pia = a_provider(session)
    bill = Bill("F2", date(2026, 4, 1), 10_000)
    redeem_voucher(session, voucher=other, bill=bill, actor=pia, now=APRIL)
    revoke_voucher(session, voucher=spent, reason="Toch niet.", actor=ADVISOR, now=at)
    fund_line(session, line=one, amount_cents=500, reason="Erbij.", actor=REGION, now=at, key=None)
    a_voucher(session, now=APRIL)
    assert files(session) == before
    april = FigurePeriod(date(2026, 4, 1), date(2026, 4, 30), date(2026, 4, 30))
    assert files(session, april)["csv"] != before["csv"]
