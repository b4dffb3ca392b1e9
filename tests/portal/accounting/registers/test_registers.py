"""Registers: every total is the sum of its rows over all pages, the amounts are those of the books, and nobody sees too much."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.registers.asked import CellKind, RegisterFilter, RegisterName, RegisterOrder, RegisterPage
from portal.accounting.registers.queries import register, registers_of
from portal.accounting.scope import scope_of
from portal.framework.funding.queries import funding_lines
from portal.ledger.actions import Reservation, reserve
from portal.ledger.models import Transfer, TransferKind
from portal.ledger.queries import Figures, line_figures
from portal.people.actor import Actor, Audience
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Award, Voucher
from tests.benchmarks.worklist import statements_of
from tests.factories import ADVISOR, NOW, REGION, a_voucher
from tests.portal.accounting.a_desk import AUDITOR, CONTROLLER, TODAY, a_funder

EVERY = tuple(RegisterName)
OF_CASES = (RegisterName.VOUCHERS, RegisterName.PEOPLE)


def read(session: Session, name: RegisterName, actor: Actor = REGION, **asked: Any) -> RegisterPage:
    found = register(session, name=name, asked=RegisterFilter(**asked), actor=actor)
    assert found is not None
    return found


def paged(
    session: Session, name: RegisterName, asked: RegisterFilter, size: int, actor: Actor = REGION
) -> list[RegisterPage]:
    first = register(session, name=name, asked=asked, actor=actor, limit=size)
    assert first is not None
    more = range(size, first.count, size)
    pages = [register(session, name=name, asked=asked, actor=actor, limit=size, offset=at) for at in more]
    return [first, *(one for one in pages if one is not None)]


def all_money(session: Session) -> Figures:
    figures = line_figures(session, funding_line_ids=[line.id for line in funding_lines(session)])
    return sum(figures.values(), Figures())


def asked_in_many_ways(session: Session) -> list[RegisterFilter]:
    lines = [line.id for line in funding_lines(session)]
    days = ((TODAY, TODAY), (None, TODAY - timedelta(days=1)), (TODAY + timedelta(days=1), None))
    narrow = (None, (lines[0],), ())
    found = [RegisterFilter(text=text, line_ids=of) for text, of in product(("", "Opleider", "1"), narrow)]
    found += [RegisterFilter(text=text) for text in ("F-", "V-000002", "%")]
    found += [RegisterFilter(first=first, last=last, line_ids=narrow[1]) for first, last in days]
    found += [
        RegisterFilter(scheme=scheme, order=order)
        for scheme, order in (("leervoucher", RegisterOrder.OLDEST), ("geen", RegisterOrder.MOST))
    ]
    return found + [RegisterFilter(state=state) for state in ("issued", "open", "planned", "submitted", "reserve", "x")]


@pytest.mark.parametrize("name", EVERY)
def test_every_total_is_the_sum_of_the_rows_over_all_pages(desk: Session, name: RegisterName) -> None:
    seen = 0
    for number, asked in enumerate(asked_in_many_ways(desk)):
        pages = paged(desk, name, asked, size=3 + number % 3)
        rows = [row for page in pages for row in page.rows]
        assert {(page.count, tuple(page.totals.items())) for page in pages} == {
            (len(rows), tuple((key, sum(row[key] for row in rows)) for key in pages[0].totals))
        }, asked
        whole = register(desk, name=name, asked=asked, actor=REGION)
        assert whole is not None and list(whole.rows) == rows, "the pages together are the whole, in its order"
        seen += len(rows)
    assert seen, "a register without rows proves nothing"


@pytest.mark.parametrize("name", EVERY)
def test_past_the_last_row_and_without_any_the_totals_are_still_told(desk: Session, name: RegisterName) -> None:
    whole = read(desk, name)
    past = register(desk, name=name, asked=RegisterFilter(), actor=REGION, limit=5, offset=10_000)
    assert past is not None and (past.rows, past.count, past.totals) == ((), whole.count, whole.totals)
    nothing = read(desk, name, text="niets dat er is")
    assert (nothing.count, set(nothing.totals.values())) == (0, {0}) and nothing.totals.keys() == whole.totals.keys()


@pytest.mark.parametrize("name", [RegisterName.VOUCHERS, RegisterName.PEOPLE])
def test_what_is_reserved_and_spent_in_a_register_is_what_the_books_say(desk: Session, name: RegisterName) -> None:
    lines, money = funding_lines(desk), all_money(desk)
    assert money.reserved_cents and money.spent_cents
    whole = read(desk, name)
    assert (whole.totals["reserved_cents"], whole.totals["spent_cents"]) == (money.reserved_cents, money.spent_cents)
    of_all_lines = read(desk, name, line_ids=tuple(line.id for line in lines))
    assert of_all_lines.totals.items() <= whole.totals.items()
    for line_id, figures in line_figures(desk, funding_line_ids=[line.id for line in lines]).items():
        part = read(desk, name, line_ids=(line_id,))
        assert (part.totals["reserved_cents"], part.totals["spent_cents"]) == (
            figures.reserved_cents,
            figures.spent_cents,
        )


def test_a_booking_without_a_voucher_is_seen_to_make_the_difference(desk: Session) -> None:
    line = funding_lines(desk)[0]
    reserve(desk, reservations=[Reservation(line.id, 5_000)], decision_id=1, actor_id="system", now=NOW)
    assert read(desk, RegisterName.VOUCHERS).totals["reserved_cents"] == all_money(desk).reserved_cents - 5_000


def test_the_bookings_are_all_transfers_with_the_voucher_invoice_and_provider_they_are_about(desk: Session) -> None:
    shown = read(desk, RegisterName.BOOKINGS)
    assert shown.count == desk.scalar(select(func.count(Transfer.id)))
    assert shown.total_cents == desk.scalar(select(func.sum(Transfer.amount_cents)))
    of_one = read(desk, RegisterName.BOOKINGS, text="F-1")
    assert {row["kind"] for row in of_one.rows} >= {TransferKind.SPEND, TransferKind.PAY}
    assert {row["invoice"] for row in of_one.rows} == {"F-1"}
    assert all(row["provider"] for row in of_one.rows) and len({row["number"] for row in of_one.rows}) == 1


def test_bookings_count_on_the_day_they_are_booked_on(desk: Session) -> None:
    later = TODAY + timedelta(days=40)
    on_the_day = read(desk, RegisterName.BOOKINGS, first=later, last=later)
    assert on_the_day.count and {row["booked_on"] for row in on_the_day.rows} == {later}
    before = read(desk, RegisterName.BOOKINGS, last=later - timedelta(days=1))
    after = read(desk, RegisterName.BOOKINGS, first=later)
    assert before.count + after.count == read(desk, RegisterName.BOOKINGS).count


def test_the_kinds_of_bookings_together_are_all_of_them(desk: Session) -> None:
    parts = [read(desk, RegisterName.BOOKINGS, state=kind.value) for kind in TransferKind]
    assert sum(part.total_cents for part in parts) == read(desk, RegisterName.BOOKINGS).total_cents


def test_a_voucher_is_found_by_its_number_and_by_its_code_and_by_nothing_else(desk: Session) -> None:
    voucher = desk.scalars(select(Voucher).order_by(Voucher.id)).all()[2]
    for text in (f"V-{voucher.id:06d}", f"v{voucher.id}", str(voucher.id), format_code(voucher.code).lower()):
        assert [row["number"] for row in read(desk, RegisterName.VOUCHERS, text=text).rows] == [voucher.id]
    for text in ("V-999999", "P-1", "de Vries", voucher.beneficiary_key):
        assert read(desk, RegisterName.VOUCHERS, text=text).count == 0


def test_people_have_a_number_and_no_name(desk: Session) -> None:
    shown = read(desk, RegisterName.PEOPLE)
    assert shown.count == desk.scalar(
        select(func.count(func.coalesce(Award.person_key, Voucher.beneficiary_key).distinct())).join(Voucher)
    )
    assert {row["municipality"] for row in shown.rows} == {"GM9901"}
    assert not [column for column in shown.columns if column.kind is CellKind.TEXT]
    assert shown.totals["vouchers"] == read(desk, RegisterName.VOUCHERS).count
    one = shown.rows[-1]
    assert read(desk, RegisterName.PEOPLE, text=f"P-{one['number']:06d}").rows == (one,)


def test_employers_are_one_row_per_kvk_number(desk: Session) -> None:
    shown = read(desk, RegisterName.EMPLOYERS)
    assert [(row["employer"], row["kvk_number"], row["vouchers"]) for row in shown.rows] == [
        ("Bakkerij Proef bv", "12345678", 2)
    ]
    assert read(desk, RegisterName.EMPLOYERS, text="bakkerij").count == 1
    assert read(desk, RegisterName.EMPLOYERS, text="slager").count == 0


def test_providers_add_up_to_what_was_used_after_credit_notes(desk: Session) -> None:
    shown = read(desk, RegisterName.PROVIDERS)
    assert shown.total_cents == 50_000 + 30_000 + 120_000 + 70_000
    assert [row["cents"] for row in shown.rows if row["invoices"] == 2] == [80_000]
    assert read(desk, RegisterName.PROVIDERS, state="withdrawn").count == 0


@pytest.mark.parametrize("actor", [REGION, CONTROLLER, AUDITOR])
def test_the_region_and_who_checks_it_open_every_register(desk: Session, actor: Actor) -> None:
    assert registers_of(desk, actor=actor) == EVERY
    for name in EVERY:
        assert read(desk, name, actor) == read(desk, name)


def test_a_funder_sees_only_vouchers_and_payments_of_its_own_lines_and_no_name(desk: Session) -> None:
    seen = 0
    for slug in ("rijk", "provincie"):
        actor = a_funder(desk, slug)
        assert registers_of(desk, actor=actor) == (RegisterName.VOUCHERS, RegisterName.PAYMENTS)
        scope = scope_of(desk, actor=actor)
        assert scope is not None
        own = sum(line_figures(desk, funding_line_ids=scope.line_ids).values(), Figures())
        shown = read(desk, RegisterName.VOUCHERS, actor)
        assert (shown.totals["reserved_cents"], shown.totals["spent_cents"]) == (own.reserved_cents, own.spent_cents)
        seen += shown.total_cents
        for name in EVERY:
            found = register(desk, name=name, asked=RegisterFilter(text="Opleider"), actor=actor)
            assert (found is None) is (name not in (RegisterName.VOUCHERS, RegisterName.PAYMENTS))
            assert found is None or found.count == 0, "nothing is found by a name"
        names = {column.key for column in read(desk, RegisterName.PAYMENTS, actor).columns}
        assert not names & {"provider", "invoice"}
    assert seen == read(desk, RegisterName.VOUCHERS).total_cents


def test_a_funder_that_asks_for_the_line_of_another_gets_nothing(desk: Session) -> None:
    theirs = {line.slug: line.id for line in funding_lines(desk)}
    actor = a_funder(desk, "rijk")
    assert read(desk, RegisterName.VOUCHERS, actor, line_ids=(theirs["rijk-leren"],)).count
    assert read(desk, RegisterName.VOUCHERS, actor, line_ids=(theirs["provincie-breed"],)).count == 0


@pytest.mark.parametrize(
    "audience", sorted(set(Audience) - {Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.SYSTEM})
)
def test_nobody_else_opens_a_register(session: Session, audience: Audience) -> None:
    a_voucher(session)
    actor = Actor(audience, account_id=1, schemes=frozenset({"leervoucher"}))
    assert registers_of(session, actor=actor) == ()
    assert [register(session, name=name, asked=RegisterFilter(), actor=actor) for name in EVERY] == [None] * len(EVERY)
    assert ADVISOR.audience is not Audience.REGION


@pytest.mark.parametrize("name", EVERY)
def test_a_page_takes_as_many_statements_for_many_rows_as_for_few(desk: Session, name: RegisterName) -> None:
    def asked() -> int:
        desk.expire_all()
        with statements_of(desk) as said:
            register(desk, name=name, asked=RegisterFilter(), actor=REGION, limit=50)
        return len(said)

    few = asked()
    for _ in range(3):
        a_voucher(desk)
    assert asked() == few <= 3
