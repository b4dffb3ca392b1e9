"""The region's figures: each is a sum of transfers and opens to them; nobody sees a person in them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.cases.questions.models import CostInput, Route
from portal.ledger.actions import pay
from portal.ledger.models import Transfer, TransferKind
from portal.oversight.allocation import (
    FigureOf,
    allocation,
    counted_questions,
    lines_of_owner,
    owner_budgets,
    transfers_behind,
)
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import (
    ADMIN,
    ADVISOR,
    NOBODY,
    NOW,
    OWNER,
    REGION,
    SYSTEM,
    a_provider,
    a_question,
    a_region,
    a_voucher,
    resident,
)
from tests.snapshots import made_once

TODAY = NOW.date()
FIGURES = ("funded", "reserved", "spent", "paid", "available")


@pytest.fixture
@made_once
def desk(session: Session) -> Session:
    """Four vouchers: one untouched, one partly redeemed and paid, one of two lines expired, one of an employer."""
    a_voucher(session)
    _, pia = a_provider(session)
    used = a_voucher(session)
    redeem_voucher(session, voucher=used, bill=Bill("F1", TODAY, 50_000), actor=pia, now=NOW)
    spent = session.query(Transfer).filter_by(kind=TransferKind.SPEND).one()
    pay(session, spend_id=spent.id, actor_id="system", now=NOW)
    gone = a_voucher(session, schemes=["materiaalvoucher"], costs=[CostInput("materials", 40_000)])
    expire_voucher(session, voucher=gone, today=TODAY + timedelta(days=31), actor=SYSTEM, now=NOW)
    a_voucher(session, route=Route.EMPLOYER, costs=[CostInput("tuition", 100_000)])
    return session


def test_the_figures_per_scheme_funder_and_in_total(desk: Session) -> None:
    report = allocation(desk, actor=REGION, today=TODAY)
    assert report is not None
    schemes = {
        row.scheme: (row.reserved_cents, row.spent_cents, row.paid_cents, row.vouchers) for row in report.schemes
    }
    assert schemes == {
        "bedrijfsvoucher": (50_000, 0, 0, 1),
        "leervoucher": (190_000, 50_000, 50_000, 2),
        "materiaalvoucher": (0, 0, 0, 1),
    }
    funders = {row.funder.slug: (row.figures.funded_cents, row.figures.available_cents) for row in report.funders}
    assert funders == {"rijk": (1_000_000, 760_000), "provincie": (2_000_000, 1_950_000)}
    assert (report.total.funded_cents, report.total.reserved_cents, report.vouchers) == (3_000_000, 240_000, 4)
    total = report.total
    assert total.funded_cents == total.available_cents + total.reserved_cents + total.spent_cents


def test_every_figure_opens_to_transfers_that_add_up_to_it(desk: Session) -> None:
    report = allocation(desk, actor=REGION, today=TODAY)
    assert report is not None

    def opened(figure: str, **which: str) -> int:
        rows = transfers_behind(desk, actor=REGION, figure=figure, of=FigureOf(**which))  # type: ignore[arg-type]
        assert rows is not None
        assert all(row.voucher is None for row in rows), "the region sees no voucher, and so no case"
        return sum(row.cents for row in rows)

    for figure in FIGURES:
        name = f"{figure}_cents"
        assert opened(figure) == getattr(report.total, name)
        for funder in report.funders:
            assert opened(figure, funder=funder.funder.slug) == getattr(funder.figures, name)
            for line in funder.lines:
                assert opened(figure, funding_line=line.line.slug) == getattr(line.figures, name)
    for row in report.schemes:
        for figure in ("reserved", "spent", "paid"):
            assert opened(figure, scheme=row.scheme) == getattr(row, f"{figure}_cents")


def test_a_report_of_an_earlier_day_leaves_out_what_came_later(session: Session) -> None:
    a_voucher(session)
    a_voucher(session, now=NOW + timedelta(days=10))
    early = allocation(session, actor=REGION, today=TODAY, on=TODAY + timedelta(days=5))
    now = allocation(session, actor=REGION, today=TODAY)
    assert early is not None and now is not None
    assert (early.total.reserved_cents, now.total.reserved_cents) == (120_000, 240_000)
    assert (early.vouchers, now.vouchers) == (1, 2)


def test_an_empty_region_gives_zeros(session: Session) -> None:
    a_region(session)
    report = allocation(session, actor=REGION, today=TODAY)
    assert report is not None and report.vouchers == 0
    assert [row.scheme for row in report.schemes] == ["bedrijfsvoucher", "leervoucher", "materiaalvoucher"]
    assert report.total.available_cents == 3_000_000


def test_an_owner_sees_the_own_schemes_only(desk: Session) -> None:
    assert [row.scheme for row in owner_budgets(desk, actor=OWNER, today=TODAY)] == ["materiaalvoucher"]
    assert lines_of_owner(desk, actor=OWNER) == [], "no line is earmarked for it by name"
    assert allocation(desk, actor=OWNER, today=TODAY) is None
    rows = transfers_behind(desk, actor=OWNER, figure="reserved", of=FigureOf(scheme="materiaalvoucher"))
    assert rows is not None and sum(row.cents for row in rows) == 0 and len(rows) == 2
    assert transfers_behind(desk, actor=OWNER, figure="reserved", of=FigureOf(scheme="leervoucher")) is None
    assert transfers_behind(desk, actor=OWNER, figure="available", of=FigureOf(funder="rijk")) is None


def test_nobody_else_sees_any_figure(desk: Session) -> None:
    question = a_question(desk)
    _, pia = a_provider(desk)
    for actor in (ADMIN, NOBODY, resident(question), pia):
        assert allocation(desk, actor=actor, today=TODAY) is None
        assert owner_budgets(desk, actor=actor, today=TODAY) == []
        assert lines_of_owner(desk, actor=actor) == []
        assert transfers_behind(desk, actor=actor, figure="funded") is None
        assert counted_questions(desk, actor=actor) == {}


def test_an_unknown_name_opens_nothing(desk: Session) -> None:
    for which in ({"scheme": "niets"}, {"funder": "niets"}, {"funding_line": "niets"}):
        assert transfers_behind(desk, actor=REGION, figure="reserved", of=FigureOf(**which)) is None


def test_an_advisor_may_go_from_a_figure_to_the_voucher(desk: Session) -> None:
    rows = transfers_behind(desk, actor=ADVISOR, figure="reserved", of=FigureOf(scheme="bedrijfsvoucher"))
    assert rows is not None and rows[0].voucher is not None


def test_small_numbers_of_questions_are_hidden_from_the_region(desk: Session) -> None:
    for _ in range(10):
        a_question(desk)
    assert counted_questions(desk, actor=REGION) == {"decided": -1, "submitted": 10}
    assert counted_questions(desk, actor=ADVISOR)["decided"] == 4
    assert date.today()
