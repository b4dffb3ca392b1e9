"""Periods follow each other, two people close one, and the books give what was closed again, to the byte."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounting.expenses.actions import approve_expense, lay_down_reversal
from portal.accounting.expenses.queries import PackageMovements
from portal.accounting.period_statement import BY_LINE, hash_of, statement_of
from portal.accounting.periods.actions import add_period, close_period, lay_down_closing, take_back_closing
from portal.accounting.periods.models import AccountingPeriod, PeriodLength, PeriodState
from portal.accounting.periods.queries import day_after, last_day_of, period_breaks, periods
from portal.framework.funding.actions import fund_line
from portal.framework.funding.queries import funding_line_by_slug, funding_lines
from portal.ledger.invariants import verify
from portal.ledger.models import Transfer, TransferKind
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.spending.vouchers.actions import redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_provider, a_region, a_voucher
from tests.portal.accounting.accounts_of import SECOND_OF_REGION, a_package, a_vault, booked
from tests.portal.at_once import Act, at_once

OTHER = Actor(Audience.REGION, account_id=912, display_name="Tweede Persoon")
MARCH = date(2026, 3, 1)
APRIL = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)


def refused(code: str, act: object, **values: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(**values)  # type: ignore[operator]
    assert caught.value.code == code
    return caught.value


def a_period(session: Session, first_day: date = MARCH, length: PeriodLength = PeriodLength.MONTH) -> AccountingPeriod:
    return add_period(session, length=length, first_day=first_day, actor=REGION, now=NOW)


def closed(session: Session, period: AccountingPeriod, now: datetime = APRIL) -> AccountingPeriod:
    lay_down_closing(session, period=period, actor=REGION, now=now)
    return close_period(session, period=period, actor=OTHER, now=now)


# Adding ------------------------------------------------------------------------------------------------------------------


def test_periods_follow_each_other_without_gap_or_overlap(session: Session) -> None:
    first = a_period(session)
    assert (first.number, first.first_day, first.last_day) == (1, MARCH, date(2026, 3, 31))
    for wrong in (MARCH, date(2026, 5, 1), date(2026, 2, 1)):
        assert refused("does_not_follow", a_period, session=session, first_day=wrong).field == "first_day"
    quarter = a_period(session, day_after(first), PeriodLength.QUARTER)
    assert (quarter.number, quarter.last_day) == (2, date(2026, 6, 30))
    assert [one.number for one in periods(session)] == [2, 1]


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(1999, 1, 1)])
def test_a_period_begins_on_the_first_of_a_month(session: Session, day: date) -> None:
    refused("not_first_of_month", a_period, session=session, first_day=day)


def test_a_quarter_begins_in_january_april_july_or_october(session: Session) -> None:
    wrong = {"session": session, "first_day": MARCH, "length": PeriodLength.QUARTER}
    assert refused("not_first_of_quarter", a_period, **wrong).field == "length"
    assert a_period(session, date(2026, 1, 1), PeriodLength.QUARTER).last_day == date(2026, 3, 31)


def test_the_last_day_is_that_of_the_calendar() -> None:
    assert last_day_of(date(2028, 2, 1), PeriodLength.MONTH) == date(2028, 2, 29)
    assert last_day_of(date(2026, 10, 1), PeriodLength.QUARTER) == date(2026, 12, 31)


# Closing -----------------------------------------------------------------------------------------------------------------


def test_two_people_close_a_period_and_its_statement_is_kept_with_its_hash(session: Session) -> None:
    a_voucher(session)
    period = closed(session, a_period(session))
    assert period.state is PeriodState.CLOSED
    assert (period.laid_down_by, period.closed_by) == (REGION.reference, OTHER.reference)
    assert period.statement is not None and period.sha256 == hash_of(period.statement)
    told = json.loads(period.statement)
    assert told["period"] == {"from": "2026-03-01", "to": "2026-03-31"} and told["format"] == "ontwikkelloket/period/2"
    assert told["total"]["movements"]["reserve"]["reserved_cents"] == 120_000
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.object_kind == "accounting_period"))
    assert list(acts) == ["period.added", "period.laid_down", "period.closed"]


def test_who_laid_it_down_does_not_close_it(session: Session) -> None:
    a_region(session)
    period = lay_down_closing(session, period=a_period(session), actor=REGION, now=APRIL)
    refused("own_preparation", close_period, session=session, period=period, actor=REGION, now=APRIL)
    assert period.state is PeriodState.LAID_DOWN


def test_a_program_does_not_close_what_it_laid_down_either(session: Session) -> None:
    period = lay_down_closing(session, period=a_period(session), actor=SYSTEM, now=APRIL)
    refused("own_preparation", close_period, session=session, period=period, actor=SYSTEM, now=APRIL)


def test_the_database_knows_that_two_people_close(session: Session) -> None:
    period = closed(session, a_period(session))
    session.flush()
    with pytest.raises(IntegrityError, match="second_person"):
        session.execute(update(AccountingPeriod).values(closed_by=period.laid_down_by))
    session.rollback()


def test_what_was_not_laid_down_is_not_closed(session: Session) -> None:
    refused("period_not_waiting", close_period, session=session, period=a_period(session), actor=OTHER, now=APRIL)


def test_a_period_that_is_not_over_is_not_closed(session: Session) -> None:
    period = a_period(session)
    last = datetime(2026, 3, 31, 21, 0, tzinfo=UTC)
    refused("period_not_over", lay_down_closing, session=session, period=period, actor=REGION, now=last)


def test_an_earlier_period_is_closed_first(session: Session) -> None:
    first = a_period(session, date(2026, 2, 1))
    second = a_period(session)
    refused("earlier_open", lay_down_closing, session=session, period=second, actor=REGION, now=APRIL)
    closed(session, first)
    assert closed(session, second).state is PeriodState.CLOSED


def test_a_colleague_takes_it_back_and_it_is_laid_down_again(session: Session) -> None:
    period = lay_down_closing(session, period=a_period(session), actor=REGION, now=APRIL)
    take_back_closing(session, period=period, actor=OTHER, now=APRIL)
    assert period.state is PeriodState.OPEN and period.sha256 is None
    refused("period_not_waiting", take_back_closing, session=session, period=period, actor=OTHER, now=APRIL)
    assert closed(session, period).state is PeriodState.CLOSED
    refused("period_not_waiting", take_back_closing, session=session, period=period, actor=OTHER, now=APRIL)


def test_figures_that_changed_after_they_were_laid_down_are_not_closed(session: Session) -> None:
    a_region(session)
    period = lay_down_closing(session, period=a_period(session), actor=REGION, now=APRIL)
    line = funding_lines(session)[0]
    fund_line(session, line=line, amount_cents=500, reason="Erbij.", actor=REGION, now=NOW, key=None)
    with session.begin_nested() as trial:
        refused("figures_changed", close_period, session=session, period=period, actor=OTHER, now=APRIL)
        trial.rollback()


@pytest.mark.parametrize("audience", sorted(set(Audience) - {Audience.REGION, Audience.SYSTEM}))
def test_nobody_else_adds_or_closes(session: Session, audience: Audience) -> None:
    stranger = Actor(audience, account_id=4711)
    period = a_period(session)
    month = {"length": PeriodLength.MONTH, "first_day": day_after(period)}
    refused("not_yours", add_period, session=session, **month, actor=stranger, now=APRIL)
    for act in (lay_down_closing, take_back_closing, close_period):
        refused("not_yours", act, session=session, period=period, actor=stranger, now=APRIL)


# The same bytes ----------------------------------------------------------------------------------------------------------


def test_what_was_closed_comes_out_of_the_books_again_whatever_happens_later(session: Session) -> None:
    voucher, spent = a_voucher(session), a_voucher(session)
    _, pia = a_provider(session)
    redeem_voucher(session, voucher=spent, bill=Bill("F1", date(2026, 3, 2), 30_000), actor=pia, now=NOW)
    period = closed(session, a_period(session))

    def same() -> None:
        again = statement_of(session, first_day=period.first_day, last_day=period.last_day)
        assert (again.text, again.sha256) == (period.statement, period.sha256)
        assert verify(session) == [] == list(period_breaks(session))

    same()
    for at in (APRIL, NOW):  # later, and late: as if it still was the day that is closed
        _late_binding(session, voucher, at)
        same()
    revoke_voucher(session, voucher=spent, reason="Toch niet.", actor=ADVISOR, now=NOW)
    same()
    line = funding_lines(session)[0]
    fund_line(session, line=line, amount_cents=500, reason="Erbij.", actor=REGION, now=NOW, key=None)
    line.title_nl = "Een andere naam"
    same()
    late = session.scalars(select(Transfer).where(Transfer.kind == TransferKind.REASSIGN)).all()
    assert {one.booked_on for one in late} == {date(2026, 4, 1)} and len(late) == 2
    notes = [one.note or "" for one in late]
    assert [note.endswith("[van 2026-03-02]") for note in notes] == [False, True]


def _late_binding(session: Session, voucher: object, at: datetime) -> None:
    one, other = (funding_line_by_slug(session, slug=slug) for slug in ("rijk-leren", "provincie-breed"))
    assert one is not None and other is not None
    reassign_voucher(
        session,
        voucher=voucher,  # type: ignore[arg-type]
        takeover=Takeover(from_line=one, to_line=other, amount_cents=20_000),
        reason="Eind van de maand.",
        actor=REGION,
        now=at,
    )


def test_a_look_at_closed_periods_finds_a_statement_that_the_books_do_not_give(session: Session) -> None:
    a_voucher(session)
    period = closed(session, a_period(session))
    assert list(period_breaks(session)) == []
    period.statement = (period.statement or "").replace("120000", "120001")
    session.flush()
    assert [one.invariant for one in period_breaks(session)] == ["C1"]


def test_the_opening_is_the_closing_of_the_period_before(session: Session) -> None:
    a_voucher(session, now=NOW)
    a_voucher(session, now=NOW + timedelta(days=30))
    march, april = (
        statement_of(session, first_day=first, last_day=last_day_of(first, PeriodLength.MONTH))
        for first in (MARCH, date(2026, 4, 1))
    )
    closing = {one.line: one.part.closing for one in march.lines}
    assert {one.line: one.part.opening for one in april.lines} == closing
    assert april.total.opening == march.total.closing != april.total.closing


# At one moment -----------------------------------------------------------------------------------------------------------


def of(act: object, who: Actor) -> Act:
    def begin(session: Session) -> object:
        period = session.scalars(select(AccountingPeriod)).one()
        return lambda: act(session, period=period, actor=who, now=APRIL)  # type: ignore[operator]

    return begin  # type: ignore[return-value]


def test_of_two_who_add_at_once_one_adds(engine: Engine) -> None:
    unit_of_work(engine, a_region)

    def adds(who: Actor) -> Act:
        def begin(session: Session) -> object:
            periods(session)
            return lambda: add_period(session, length=PeriodLength.MONTH, first_day=MARCH, actor=who, now=NOW)

        return begin  # type: ignore[return-value]

    found = at_once(engine, adds(REGION), adds(OTHER))
    assert sorted(found) in (["done", "period_added"], ["Refusal", "done"])
    assert unit_of_work(engine, lambda session: session.scalar(select(func.count(AccountingPeriod.id)))) == 1


def test_of_closing_and_taking_back_at_once_one_happens(engine: Engine) -> None:
    def begin(session: Session) -> None:
        lay_down_closing(session, period=a_period(session), actor=REGION, now=APRIL)

    unit_of_work(engine, begin)
    found = at_once(engine, of(close_period, OTHER), of(take_back_closing, REGION))
    assert sorted(found) == ["done", "period_not_waiting"]


def test_late_binding_and_closing_at_once_leave_the_statement_as_it_is_kept(engine: Engine) -> None:
    def begin(session: Session) -> int:
        voucher = a_voucher(session)
        lay_down_closing(session, period=a_period(session), actor=REGION, now=APRIL)
        return voucher.id

    number = unit_of_work(engine, begin)

    def binds(session: Session) -> object:
        from portal.spending.vouchers.models import Voucher

        voucher = session.get_one(Voucher, number)
        return lambda: _late_binding(session, voucher, NOW)

    found = at_once(engine, of(close_period, OTHER), binds)  # type: ignore[arg-type]
    assert found[1] == "done" and found[0] in ("done", "figures_changed")

    def look(session: Session) -> None:
        [period] = periods(session)
        again = statement_of(session, first_day=period.first_day, last_day=period.last_day)
        assert (period.state is PeriodState.CLOSED) == (found[0] == "done") == (again.sha256 == period.sha256)
        assert verify(session) == [] == list(period_breaks(session))

    unit_of_work(engine, look)


# Work packages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def spent(session: Session, tmp_path: Path) -> Session:
    """In March € 121 for WP1 and € 242 for WP2, of which € 121 was taken back in April."""
    vault, second = a_vault(tmp_path), a_package(session, "WP2")
    booked(session, vault, a_package(session, "WP1"))
    expense = booked(session, vault, second, number="2026-2", net=20_000, vat=4_200)
    booked(session, vault, second, number="2026-3", now=APRIL, invoice_date=MARCH)
    back = lay_down_reversal(session, expense=expense, reason="Was van iemand anders.", actor=REGION, now=APRIL)
    approve_expense(session, expense=back, actor=SECOND_OF_REGION, now=APRIL)
    return session


def test_opening_movements_and_closing_stand_per_work_package_too(spent: Session) -> None:
    march = statement_of(spent, first_day=MARCH, last_day=date(2026, 3, 31))
    april = statement_of(spent, first_day=date(2026, 4, 1), last_day=date(2026, 4, 30))
    assert march.packages == (PackageMovements("WP1", 0, 12_100, 0), PackageMovements("WP2", 0, 24_200, 0))
    assert april.packages == (PackageMovements("WP1", 12_100, 0, 0), PackageMovements("WP2", 24_200, 12_100, -24_200))
    assert [one.closing_cents for one in march.packages] == [one.opening_cents for one in april.packages]
    recount = """
    SELECT sum(CASE WHEN e.reverses_id IS NULL THEN t.amount_cents ELSE -t.amount_cents END)
    FROM transfer t JOIN expense e ON e.transfer_id = t.id JOIN work_package w ON w.id = e.work_package_id
    WHERE w.number = :number
    """
    for one in april.packages:
        assert one.closing_cents == spent.execute(text(recount), {"number": one.number}).scalar_one()
    total = sum(one.closing_cents for one in march.packages)
    moved = dict(march.total.movements)[TransferKind.EXPENSE]
    assert total == moved.paid_cents, "what the packages cost is what the books paid as expenses"
    told = json.loads(march.text)["work_packages"][1]
    assert told["closing"] == {"spent_cents": 24_200} and told["work_package"] == "WP2"


def test_a_period_that_was_closed_without_work_packages_keeps_its_bytes(spent: Session) -> None:
    period = a_period(spent)
    old = statement_of(spent, first_day=MARCH, last_day=period.last_day, written_as=BY_LINE)
    assert "work_packages" not in json.loads(old.text) and json.loads(old.text)["format"] == BY_LINE
    lay_down_closing(spent, period=period, actor=REGION, now=APRIL)
    period.sha256 = old.sha256
    spent.flush()
    close_period(spent, period=period, actor=OTHER, now=APRIL)
    assert period.statement == old.text, "what was laid down before is closed as it was laid down"
    assert list(period_breaks(spent)) == []
    period.statement = (old.text or "").replace("36300", "36301")
    assert [one.invariant for one in period_breaks(spent)] == ["C1"], "control: another byte is seen"
