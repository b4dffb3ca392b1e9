"""Work packages: the region adds and changes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.accounting.work_packages.actions import add_work_package, change_work_package
from portal.accounting.work_packages.queries import budget_cents_of, work_package_by_public_id, work_packages
from portal.people.actor import Audience
from portal.platform.errors import Refusal
from tests.factories import ADVISOR, NOW, REGION
from tests.portal.accounting.accounts_of import a_line, a_package, said_in_log, terms, whole


def test_a_work_package_has_a_budget_per_funding_line(session: Session) -> None:
    first = a_package(session)
    one, two = a_line(session), a_line(session, 1)
    second = a_package(session, "WP2", budgets={one.id: 10_000, two.id: 5_000})
    assert work_packages(session) == [first, second]
    assert work_package_by_public_id(session, public_id=second.public_id) is second
    assert [budget_cents_of(package, scope=whole(session)) for package in (first, second)] == [0, 15_000]


def test_a_change_of_a_budget_stands_in_the_log_with_what_it_was(session: Session) -> None:
    package = a_package(session)
    line = a_line(session)
    for cents in ({line.id: 10_000}, {}):
        change_work_package(session, package=package, terms=terms(budgets=cents), actor=REGION, now=NOW)
    assert budget_cents_of(package, scope=whole(session)) == 0
    said = [one["work_package_budget.budget_cents"] for one in said_in_log(session, "work_package.changed")]
    assert said == [[None, 10_000], [10_000, 0]]


def test_a_work_package_changes_all_but_its_number(session: Session) -> None:
    package = a_package(session)
    change_work_package(session, package=package, terms=terms(title_nl="Anders"), actor=REGION, now=NOW)
    assert package.title_nl == "Anders"
    with pytest.raises(Refusal) as refused:
        change_work_package(session, package=package, terms=terms("WP9"), actor=REGION, now=NOW)
    assert refused.value.field == "number"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": "WP1"}, "number"),
        ({"number": " "}, "number"),
        ({"title_en": ""}, "title_en"),
        ({"period_to": date(2025, 1, 1)}, "period_to"),
        ({"budgets": {1: -1}}, "budget"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(session: Session, wrong: dict[str, Any], field: str) -> None:
    a_package(session)
    with pytest.raises(Refusal) as refused:
        add_work_package(session, terms=replace(terms("WP2"), **wrong), actor=REGION, now=NOW)
    assert refused.value.field == field


@pytest.mark.parametrize("audience", [one for one in Audience if one not in (Audience.REGION, Audience.SYSTEM)])
def test_nobody_but_the_region_adds_or_changes_one(session: Session, audience: Audience) -> None:
    package, stranger = a_package(session), replace(ADVISOR, audience=audience)
    with pytest.raises(Refusal):
        add_work_package(session, terms=terms("WP2"), actor=stranger, now=NOW)
    with pytest.raises(Refusal):
        change_work_package(session, package=package, terms=terms(), actor=stranger, now=NOW)
