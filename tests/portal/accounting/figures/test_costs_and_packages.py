"""What is reserved, spent and paid per kind of cost and per work package is what an outsider counts, and adds up to the figure."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.accounting.expenses.actions import approve_expense, lay_down_reversal
from portal.accounting.figures.columns import Items, WordColumn
from portal.accounting.figures.costs import by_kind_of_cost
from portal.accounting.figures.definitions import Breakdown
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import ON_VOUCHERS, OUTSIDE, FigureBook, figure_book
from portal.accounting.reports.queries import accountability_report
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.cases.questions.models import CostInput
from portal.framework.funding.queries import funding_lines
from portal.ledger.actions import pay
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.spending.vouchers.actions import redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import RedemptionSpend, Voucher
from tests.factories import ADVISOR, NOW, REGION, a_decision, a_provider, a_region, somebody
from tests.portal.accounting.accounts_of import SECOND_OF_REGION, a_package, a_vault, booked, funder_of
from tests.portal.accounting.figures.lives import WHOLE
from tests.snapshots import begin_with

USED = ("committed", "spent", "paid")
PERIODS = (
    FigurePeriod(*WHOLE, WHOLE[1]),
    FigurePeriod(date(2026, 3, 20), date(2026, 4, 20), WHOLE[1]),
    FigurePeriod(*WHOLE, date(2026, 4, 10)),
)
KINDS = {"committed": "'reserved'", "spent": "'spent', 'paid'", "paid": "'paid'"}
IN = {"committed": "<= :last", "spent": "BETWEEN :first AND :last", "paid": "BETWEEN :first AND :last"}
MOVED = """SELECT t.voucher_id AS v, x.funding_line_id AS l, t.id AS id, t.booked_on AS day,
 CASE WHEN x.id = t.credit_account_id THEN t.amount_cents ELSE -t.amount_cents END AS cents
 FROM transfer t JOIN ledger_account x ON x.id IN (t.credit_account_id, t.debit_account_id)
 WHERE x.kind IN ({kinds}) AND t.booked_on {when}"""
PER_KIND = (
    "WITH money AS (SELECT v, l, sum(cents) AS m FROM ("
    + MOVED
    + """) moved WHERE v IS NOT NULL GROUP BY v, l),
 parts AS (SELECT o.id AS v, p.funding_line_id AS l, c.category AS k, sum(p.amount_cents) AS cents FROM award_part p
 JOIN award a ON a.id = p.award_id JOIN voucher o ON o.award_id = a.id
 JOIN cost_line c ON c.question_id = a.question_id AND c.line_key = p.line_key GROUP BY 1, 2, 3),
 fits AS (SELECT m.v, m.l, m.m, p.k, p.cents FROM money m JOIN parts p ON p.v = m.v AND p.l = m.l
 UNION ALL SELECT m.v, m.l, m.m, p.k, sum(p.cents) FROM money m JOIN parts p ON p.v = m.v
 WHERE NOT EXISTS (SELECT 1 FROM parts o WHERE o.v = m.v AND o.l = m.l) GROUP BY 1, 2, 3, 4),
 placed AS (SELECT k, CAST(m AS bigint) AS m, CAST(cents AS bigint) AS cents,
 CAST(sum(cents) OVER (PARTITION BY v, l ORDER BY k) AS bigint) AS upto,
 CAST(sum(cents) OVER (PARTITION BY v, l) AS bigint) AS whole FROM fits)
 SELECT k, sum(m * upto / whole - m * (upto - cents) / whole) FROM placed GROUP BY k ORDER BY k"""
)
PER_PACKAGE = (
    "SELECT w.number, sum(moved.cents) FROM ("
    + MOVED
    + """) moved JOIN expense e ON e.transfer_id = moved.id JOIN work_package w ON w.id = e.work_package_id GROUP BY 1"""
)
ON_PAPER = "SELECT coalesce(sum(cents), 0) FROM (" + MOVED + ") moved WHERE v IS NOT NULL"


def outside(session: Session, query: str, key: str, period: FigurePeriod) -> dict[str, int]:
    """Per row what plain SQL counts that knows nothing of the portal; what is nothing is left out."""
    query = query.replace("{kinds}", KINDS[key]).replace("{when}", IN[key])
    days = {"first": f"{period.first}", "last": f"{period.end}"}
    rows = session.execute(text(query), {name: day for name, day in days.items() if f":{name}" in query}).all()
    return {str(row[0]): int(row[1]) for row in rows if int(row[-1])}


def told(book: FigureBook, key: str, by: Breakdown) -> dict[str, int]:
    return {name: int(cents) for name, cents in book.by(key, by).items() if cents}


def book_of(session: Session, period: FigurePeriod = PERIODS[0], funder: str | None = None) -> FigureBook:
    found = figure_book(session, actor=REGION, period=period, funder=funder)
    assert found is not None
    return found


def live(session: Session, folder: Path, seed: int) -> None:
    """Vouchers for one to three kinds of costs, used in parts, taken over by other lines; and expenses, of which one is taken back."""
    a_region(session)
    chance, vault = random.Random(seed), a_vault(folder)
    pia = a_provider(session)[1]
    packages = [a_package(session, number) for number in ("WP1", "WP2")]
    for number in range(34):
        now = NOW + timedelta(days=2 * number, minutes=number)
        try:
            with session.begin_nested():
                _act(session, chance, pia, number, now)
        except (Refusal, MixNoLongerFits):
            session.expire_all()
        if number % 8 == 3:
            line = funding_lines(session)[number % 2]
            paper: dict[str, Any] = {
                "number": f"2026-{number}",
                "net": 1_000 + number,
                "vat": number,
                "line": line,
                "now": now,
            }
            expense = booked(session, vault, packages[number % 16 // 8], **paper)
    back = lay_down_reversal(session, expense=expense, reason="Dubbel.", actor=REGION, now=now)
    approve_expense(session, expense=back, actor=SECOND_OF_REGION, now=now)


def _act(session: Session, chance: random.Random, pia: Any, number: int, now: Any) -> None:
    found = list(session.scalars(select(Voucher).order_by(Voucher.id)))
    kind = chance.choice(("award", "award", "redeem", "redeem", "pay", "bind", "revoke"))
    if kind == "award" or len(found) < 3:
        kinds = chance.sample(("tuition", "exam", "books"), chance.randint(1, 3))
        costs = [CostInput(one, chance.randint(1_001, 30_001)) for one in kinds]
        a_decision(session, schemes=["leervoucher"], costs=costs, applicant=somebody(number % 9), now=now)
        return
    voucher = chance.choice(found)
    if kind == "redeem":
        bill = Bill(f"F{number}", local_date(now), chance.randint(301, 20_001))
        redeem_voucher(session, voucher=voucher, bill=bill, actor=pia, now=now)
    elif kind == "pay" and session.scalar(select(RedemptionSpend.transfer_id).limit(1)):
        pay(
            session,
            spend_id=chance.choice(list(session.scalars(select(RedemptionSpend.transfer_id)))),
            actor_id="system",
            now=now,
        )
    elif kind == "bind":
        one, other = (line for line in funding_lines(session) if line.slug in ("rijk-leren", "provincie-breed"))
        takeover = Takeover(from_line=other, to_line=one, amount_cents=chance.randint(101, 20_001))
        reassign_voucher(session, voucher=voucher, takeover=takeover, reason="Schuiven.", actor=REGION, now=now)
    elif kind == "revoke":
        revoke_voucher(session, voucher=voucher, reason="proef", actor=ADVISOR, now=now)


@pytest.fixture(params=(1, 2), ids=("life 1", "life 2"))
def lived(session: Session, tmp_path: Path, request: pytest.FixtureRequest) -> Session:
    begin_with(session, ("costs", request.param), lambda empty: live(empty, tmp_path, request.param))
    return session


def test_each_kind_of_cost_is_what_an_outsider_counts(lived: Session) -> None:
    seen = 0
    for period in PERIODS:
        book = book_of(lived, period)
        for key in USED:
            mine = told(book, key, Breakdown.CATEGORY)
            none = mine.pop(OUTSIDE, 0)
            assert mine == outside(lived, PER_KIND, key, period), (key, period)
            assert none == sum(outside(lived, PER_PACKAGE, key, period).values()), (key, period)
            assert sum(mine.values()) + none == book.total(key), (key, period)
            seen += len(mine)
    assert seen > 15, "the lives were not empty"


def test_each_work_package_is_what_an_outsider_counts(lived: Session) -> None:
    for period in PERIODS:
        book = book_of(lived, period)
        for key in USED:
            mine = told(book, key, Breakdown.WORK_PACKAGE)
            on_vouchers = mine.pop(ON_VOUCHERS, 0)
            assert mine == outside(lived, PER_PACKAGE, key, period), (key, period)
            paper = text(ON_PAPER.replace("{kinds}", KINDS[key]).replace("{when}", IN[key]))
            days = {"last": f"{period.end}"} | ({"first": f"{period.first}"} if key != "committed" else {})
            assert on_vouchers == lived.execute(paper, days).scalar()
            assert sum(mine.values()) + on_vouchers == book.total(key), (key, period)
    assert set(told(book_of(lived), "spent", Breakdown.WORK_PACKAGE)) == {"WP1", "WP2", ON_VOUCHERS}


def test_the_rows_behind_each_part_add_up_to_it_and_name_the_day(lived: Session) -> None:
    book = book_of(lived)
    for key in USED:
        for by in (Breakdown.CATEGORY, Breakdown.WORK_PACKAGE):
            for name, cents in book.by(key, by).items():
                rows = book.rows(key, by, name)
                assert sum(row.amount for row in rows) == cents, (key, by, name)
                assert {row.day for row in rows} <= {row.day for row in book.rows(key)}


def test_funders_have_together_what_all_have(lived: Session) -> None:
    whole, each = book_of(lived), [book_of(lived, funder=slug) for slug in ("rijk", "provincie")]
    for key in USED:
        for by in (Breakdown.CATEGORY, Breakdown.WORK_PACKAGE):
            parts = [told(one, key, by) for one in each]
            together = {name: sum(one.get(name, 0) for one in parts) for name in {*parts[0], *parts[1]}}
            assert {name: cents for name, cents in together.items() if cents} == told(whole, key, by)


def test_nothing_stays_reserved_for_a_kind_of_cost_of_what_was_used_up_in_parts() -> None:
    """Three kinds of about a third each, used in bills of a cent: after the last one each has spent all of its own."""
    awarded = _items([0, 0, 0], [34, 33, 33], words=("books", "exam", "tuition"))
    for used in range(101):
        reserved = by_kind_of_cost(_items([0] * (used + 1), [100, *([-1] * used)]), awarded)
        spent = by_kind_of_cost(_items([0] * used, [1] * used), awarded)
        assert _per_kind(reserved, awarded) == _floors(100 - used), used
        assert _per_kind(spent, awarded) == _floors(used), used
    assert _per_kind(by_kind_of_cost(_items([0], [-100]), awarded), awarded) == [-34, -33, -33]


def _floors(used: int) -> list[int]:
    upto = [used * one // 100 for one in (34, 67, 100)]
    return [upto[0], upto[1] - upto[0], upto[2] - upto[1]]


def _items(voucher: list[int], amount: list[int], words: tuple[str, ...] | None = None) -> Items:
    column = np.array(voucher, dtype=np.int64)
    more = {} if words is None else {"extra": WordColumn.of(words)}
    return Items.of(
        column, np.arange(len(column)), amount=np.array(amount, dtype=np.int64), voucher=column, line=column + 1, **more
    )


def _per_kind(items: Items, awarded: Items) -> list[int]:
    names = [awarded.extra.names.index(one) for one in ("books", "exam", "tuition")]
    return [int(items.amount[items.extra.places == place].sum()) for place in names]


def test_control_a_transfer_that_figures_do_not_know_is_found_in_its_kind(lived: Session) -> None:
    period = PERIODS[0]
    book = book_of(lived, period)
    row = lived.execute(text("SELECT max(id) FROM transfer WHERE kind = 'reserve'")).scalar()
    columns = (
        "kind, debit_account_id, credit_account_id, amount_cents, booked_on, at, actor_id, voucher_id, decision_id"
    )
    lived.execute(
        text(f"INSERT INTO transfer (key, {columns}) SELECT 'planted', {columns} FROM transfer WHERE id = {row}")
    )
    counted = outside(lived, PER_KIND, "committed", period)
    assert told(book, "committed", Breakdown.CATEGORY) != counted
    assert told(book_of(lived, period), "committed", Breakdown.CATEGORY) == counted


def test_the_report_has_both_tables_and_says_how_money_was_divided(lived: Session) -> None:
    report = accountability_report(lived, actor=REGION, period=PERIODS[0])
    assert report is not None
    tables = {table.table.key: table for chapter in report.chapters for table in chapter.tables}
    shown = tables["money_per_work_package"]
    assert [row.label for row in shown.rows] == ["Vouchers", "WP1 Loket", "WP2 Loket"]
    assert [cell.value for cell in shown.total] == [book_of(lived).total(key) for key in USED]
    assert {title for title, _note in report.notes} >= {"Besteed per werkpakket", "Geld per werkpakket"}
    assert tables["money_per_category"].kept_back, "of nine people a kind of cost is of few"
    own = accountability_report(lived, actor=funder_of(lived, funding_lines(lived)[0]), period=PERIODS[0])
    assert own is not None and own.funder is not None
    mine = {table.table.key: table for chapter in own.chapters for table in chapter.tables}["money_per_work_package"]
    assert [cell.value for cell in mine.total] == [book_of(lived, funder=own.funder.slug).total(key) for key in USED]
