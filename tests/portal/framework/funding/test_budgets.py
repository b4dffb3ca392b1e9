"""A budget is raised and lowered with a reason and a history, never below what is held; ceilings are made public in time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.framework.funding.actions import (
    BudgetTooLow,
    add_funding_line,
    announce_ceiling,
    lower_budget,
    raise_budget,
)
from portal.framework.funding.models import CeilingAnnouncement, FundingLine
from portal.framework.funding.queries import announcements, budget_history, ceiling_warnings, funding_lines
from portal.ledger.actions import Reservation, reserve
from portal.ledger.queries import line_figures
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from schemes.region.funding import FundingLineDefinition
from tests.factories import ADVISOR, NOW, OWNER, a_region

REGION = Actor(Audience.REGION, account_id=77, display_name="Rik Regio")
TODAY = NOW.date()
BY: dict[str, Any] = {"actor": REGION, "now": NOW, "prepared_by": "account:78"}


def a_line(session: Session) -> FundingLine:
    a_region(session)
    return funding_lines(session)[0]


def figures(session: Session, line: FundingLine) -> Any:
    return line_figures(session, funding_line_ids=[line.id])[line.id]


def held(session: Session, line: FundingLine, cents: int) -> None:
    reserve(
        session,
        reservations=[Reservation(funding_line_id=line.id, amount_cents=cents, voucher_id=1, scheme_version_id=1)],
        decision_id=1,
        actor_id="account:1",
        now=NOW,
    )


def announced(session: Session, line: FundingLine, cents: int, on: date) -> CeilingAnnouncement:
    return announce_ceiling(
        session, line=line, ceiling_cents=cents, announced_on=on, place="Gemeenteblad 2026, 123", actor=REGION, now=NOW
    )


def test_raising_and_lowering_is_booked_with_who_when_and_why(session: Session) -> None:
    line = a_line(session)
    begin = figures(session, line).funded_cents
    raise_budget(session, line=line, amount_cents=50_000, reason="Tweede tranche", **BY)
    lower_budget(session, line=line, amount_cents=20_000, reason="Terug naar de provincie", **BY)
    assert figures(session, line).funded_cents == begin + 30_000
    history = budget_history(session, line=line)
    assert [change.cents for change in history] == [begin, 50_000, -20_000]
    assert [change.after_cents for change in history] == [begin, begin + 50_000, begin + 30_000]
    assert [change.reason for change in history][1:] == ["Tweede tranche", "Terug naar de provincie"]
    assert {change.by for change in history[1:]} == {"account:77"}


def test_a_budget_is_not_lowered_below_what_is_reserved_and_the_figures_are_said(session: Session) -> None:
    line = a_line(session)
    budget = figures(session, line).funded_cents
    held(session, line, 40_000)
    with pytest.raises(BudgetTooLow) as caught:
        lower_budget(session, line=line, amount_cents=budget - 39_999, reason="Te veel", **BY)
    said = str(caught.value.message).replace("\xa0", " ")
    assert "€ 400,00 gereserveerd" in said
    assert caught.value.params["available_cents"] == budget - 40_000
    assert figures(session, line).funded_cents == budget
    lower_budget(session, line=line, amount_cents=budget - 40_000, reason="Precies genoeg", **BY)
    assert figures(session, line).available_cents == 0


@pytest.mark.parametrize(
    ("cents", "reason", "field"),
    [(0, "x", "amount"), (-5, "x", "amount"), (10**13, "x", "amount"), (5, " ", "reason"), (5, "x" * 201, "reason")],
)
def test_an_amount_or_reason_that_is_none_is_refused_at_its_field(
    session: Session, cents: int, reason: str, field: str
) -> None:
    line = a_line(session)
    for act in (raise_budget, lower_budget):
        with pytest.raises(Refusal) as caught:
            act(session, line=line, amount_cents=cents, reason=reason, actor=REGION, now=NOW)
        assert caught.value.field == field


@pytest.mark.parametrize("actor", [OWNER, ADVISOR])
def test_only_the_region_changes_a_budget(session: Session, actor: Actor) -> None:
    line = a_line(session)
    with pytest.raises(Refusal):
        raise_budget(session, line=line, amount_cents=1, reason="x", actor=actor, now=NOW)
    with pytest.raises(Refusal):
        lower_budget(session, line=line, amount_cents=1, reason="x", actor=actor, now=NOW)


def warnings(session: Session, line: FundingLine, on: date = TODAY) -> list[str]:
    return [one.code for one in ceiling_warnings(session, line=line, on=on)]


def test_a_ceiling_is_made_public_before_its_period_begins(session: Session) -> None:
    line = a_line(session)
    first = line.period_from
    assert warnings(session, line, first - timedelta(days=1)) == []
    assert warnings(session, line, first) == ["never_announced"]
    announced(session, line, figures(session, line).funded_cents, first - timedelta(days=1))
    assert warnings(session, line, first) == []


def test_on_the_first_day_it_is_too_late_and_that_is_said(session: Session) -> None:
    line = a_line(session)
    announced(session, line, figures(session, line).funded_cents, line.period_from)
    assert warnings(session, line) == ["announced_late"]


def test_a_ceiling_that_is_lowered_within_its_period_is_pointed_at(session: Session) -> None:
    line = a_line(session)
    budget = figures(session, line).funded_cents
    announced(session, line, budget, line.period_from - timedelta(days=30))
    lower_budget(session, line=line, amount_cents=10_000, reason="Bezuiniging", **BY)
    assert warnings(session, line) == ["budget_differs"]
    announced(session, line, budget - 10_000, TODAY)
    assert warnings(session, line) == ["lowered_in_period"]


def test_an_announcement_of_tomorrow_or_without_a_place_is_refused(session: Session) -> None:
    line = a_line(session)
    with pytest.raises(Refusal) as caught:
        announced(session, line, 1, TODAY + timedelta(days=1))
    assert caught.value.field == "announced_on"
    with pytest.raises(Refusal) as caught:
        announce_ceiling(session, line=line, ceiling_cents=1, announced_on=TODAY, place="  ", actor=REGION, now=NOW)
    assert caught.value.field == "place"


def test_what_was_made_public_is_never_changed(session: Session) -> None:
    line = a_line(session)
    row = announced(session, line, 5, TODAY)
    for statement in (
        update(CeilingAnnouncement).where(CeilingAnnouncement.id == row.id).values(ceiling_cents=6),
        delete(CeilingAnnouncement).where(CeilingAnnouncement.id == row.id),
    ):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(statement)
    assert [one.ceiling_cents for one in announcements(session, line=line)] == [5]


def test_a_new_line_gets_its_budget_and_its_name_only_once(session: Session) -> None:
    line = a_line(session)
    definition = FundingLineDefinition.model_validate(
        {
            "id": "nieuw-geld",
            "funder": line.funder.slug,
            "title": {"nl": "Nieuw geld", "en": "New money"},
            "amount_cents": 900_000,
            "period": {"from": "2027-01-01", "to": "2027-12-31"},
            "earmark": {"routes": ["employer"]},
        }
    )
    added = add_funding_line(session, definition=definition, **BY)
    assert figures(session, added).available_cents == 900_000
    with pytest.raises(Refusal) as caught:
        add_funding_line(session, definition=definition, **BY)
    assert caught.value.field == "id"
    with pytest.raises((Refusal, Conflict)):
        add_funding_line(
            session, definition=definition.model_copy(update={"id": "x", "funder": "niemand"}), actor=REGION, now=NOW
        )
