"""The chart of accounts: sensible by itself, laid down by the region, and no number twice."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.chart.actions import AccountName, lay_down_chart
from portal.accounting.chart.models import ChartAccount
from portal.accounting.chart.queries import chart, chart_of_line
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import AccountKind
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Refusal
from tests.factories import NOW, REGION, a_region
from tests.snapshots import made_once


@pytest.fixture
@made_once
def lines(session: Session) -> list[FundingLine]:
    a_region(session)
    return funding_lines(session)


def lay_down(session: Session, line: FundingLine, actor: Actor = REGION, **names: tuple[str, str]) -> None:
    given = {AccountKind(kind): AccountName(*name) for kind, name in names.items()}
    lay_down_chart(session, line=line, names=given, actor=actor, now=NOW)


def numbers(session: Session, line: FundingLine) -> dict[str, tuple[str, str]]:
    return {row.kind.value: (row.number, row.name) for row in chart_of_line(session, line=line)}


def test_every_account_has_a_number_and_a_name_by_itself(session: Session, lines: list[FundingLine]) -> None:
    rows = chart(session)
    assert len(rows) == 5 * len(lines) == len({row.number for row in rows})
    assert all(row.is_default and row.line.title_nl in row.name for row in rows)
    first = lines[0]
    assert numbers(session, first)["paid"][0] == f"1100.{first.id:03d}"


def test_the_region_gives_an_account_its_number_and_name(session: Session, lines: list[FundingLine]) -> None:
    one = lines[0]
    before = numbers(session, one)
    lay_down(session, one, available=(" 17001 ", "Nog  te besteden"), paid=before["paid"])
    after = numbers(session, one)
    assert after == before | {"available": ("17001", "Nog te besteden")}
    [logged] = session.scalars(select(AuditEvent).where(AuditEvent.action == "chart.laid_down"))
    assert logged.fields == ["available"] and logged.object_id == one.slug
    lay_down(session, one, available=before["available"])
    assert numbers(session, one) == before and session.scalar(select(func.count(ChartAccount.id))) == 0


def test_the_same_again_changes_nothing_and_is_not_logged(session: Session, lines: list[FundingLine]) -> None:
    for _ in range(2):
        lay_down(session, lines[0], paid=("1100", "Bank"))
    rows = session.scalars(select(AuditEvent).where(AuditEvent.action == "chart.laid_down")).all()
    assert len(rows) == 1


def test_two_accounts_of_a_line_change_numbers(session: Session, lines: list[FundingLine]) -> None:
    lay_down(session, lines[0], paid=("1100", "Bank"), spent=("1720", "Crediteuren"))
    lay_down(session, lines[0], paid=("1720", "Bank"), spent=("1100", "Crediteuren"))
    found = numbers(session, lines[0])
    assert (found["paid"], found["spent"]) == (("1720", "Bank"), ("1100", "Crediteuren"))


@pytest.mark.parametrize(
    ("code", "field", "name"),
    [
        ("not_a_number", "number_paid", ("", "Bank")),
        ("not_a_number", "number_paid", ("-1", "Bank")),
        ("not_a_number", "number_paid", ("11 00", "Bank")),
        ("not_a_number", "number_paid", ("1" * 21, "Bank")),
        ("own_numbering", "number_paid", ("1100.999", "Bank")),
        ("no_name", "name_paid", ("1100", "  ")),
    ],
)
def test_what_is_no_number_or_name_is_refused_at_its_field(
    session: Session, lines: list[FundingLine], code: str, field: str, name: tuple[str, str]
) -> None:
    with pytest.raises(Refusal) as caught:
        lay_down(session, lines[0], paid=name)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_no_two_accounts_have_one_number(session: Session, lines: list[FundingLine]) -> None:
    lay_down(session, lines[0], paid=("1100", "Bank"))
    with pytest.raises(Refusal) as caught:
        lay_down(session, lines[1], available=("1100", "Nog een"))
    assert (caught.value.code, caught.value.field) == ("number_taken", "number_available")
    with pytest.raises(Refusal) as caught:
        lay_down(session, lines[1], available=("1", "Een"), paid=("1", "Twee"))
    assert (caught.value.code, caught.value.field) == ("number_taken", "number_paid")


@pytest.mark.parametrize("audience", sorted(set(Audience) - {Audience.REGION, Audience.SYSTEM}))
def test_nobody_else_lays_it_down(session: Session, lines: list[FundingLine], audience: Audience) -> None:
    with pytest.raises(Refusal) as caught:
        lay_down(session, lines[0], actor=Actor(audience, account_id=4711), paid=("1100", "Bank"))
    assert caught.value.code == "not_yours"
