"""The flow of money goes on to the sector: the same money as everywhere, and no sector of a few people stands apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy.orm import Session

from portal.accounting.crosstables.queries import CrossAsked, CrossMeasure, cross_table
from portal.accounting.plots.drawing import svg_of
from portal.accounting.plots.flow import MoneyFlow, along, flows, in_order, money_flow, told_apart
from portal.accounting.plots.plot import Plot
from portal.accounting.registers.dimensions import Dimension
from portal.accounting.small_groups import SMALLEST
from portal.cases.questions.models import Route
from portal.platform.i18n import format_euros, use_locale
from tests.benchmarks.reports import CONTROLLER, fill
from tests.factories import a_region
from tests.portal.accounting.a_desk import TODAY
from tests.snapshots import begin_with

WAYS = [(funder, scheme, route) for funder in (1, 2) for scheme in ("a", "b") for route in Route]
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(WAYS), st.sampled_from(["care", "ict", "technology", ""])),
    st.integers(1, 40),
    max_size=20,
)


def made_of(people: dict[tuple[tuple[int, str, Route], str], int]) -> list[MoneyFlow]:
    return in_order([MoneyFlow(*way, sector, 100_000 * number + 7, number) for (way, sector), number in people.items()])


def shown_of(session: Session) -> Plot:
    return money_flow(session, CONTROLLER, TODAY)


@given(CELLS)
def test_together_or_apart_the_same_money_goes_along_every_way(
    people: dict[tuple[tuple[int, str, Route], str], int],
) -> None:
    every = made_of(people)
    told = told_apart(every)
    assert along(told) == along(every) and [along(told)[one.way] for one in told] == sorted(
        (along(told)[one.way] for one in told), reverse=True
    )


def too_open(every: Sequence[MoneyFlow], told: Sequence[MoneyFlow]) -> list[object]:
    """What is told apart about a few people, or follows from what is told on the same way or of the same sector."""
    apart = {(one.way, one.sector): one for one in told if one.sector is not None}
    found: list[object] = [key for key, one in apart.items() if one.people < SMALLEST]
    for part in ("way", "sector"):
        hidden, whole = Counter[object](), Counter[object](getattr(one, part) for one in every)
        for one in every:
            hidden[getattr(one, part)] += (one.way, one.sector) not in apart
        found += [key for key, number in hidden.items() if number == 1 and whole[key] > 1]
    return found


@given(CELLS)
def test_no_sector_of_a_few_people_stands_apart_or_follows_from_the_others(
    people: dict[tuple[tuple[int, str, Route], str], int],
) -> None:
    every = made_of(people)
    assert too_open(every, told_apart(every)) == []


def test_control_sectors_that_are_only_left_out_where_they_are_small_follow_from_the_rest() -> None:
    every = made_of({(WAYS[0], "care"): 30, (WAYS[0], "ict"): 3, (WAYS[0], "technology"): 20})
    naive = [one if one.people >= SMALLEST else replace(one, sector=None) for one in every]
    assert too_open(every, every) == [(WAYS[0], "ict")] and too_open(every, naive) != []
    assert [one.sector for one in told_apart(every)] == ["care", None]


@pytest.fixture
def filled(session: Session) -> Session:
    """240 vouchers: twelve people in each sector of each scheme."""
    begin_with(session, ("reports", 240), lambda empty: fill(empty, 240))
    a_region(session)
    return session


def test_what_goes_to_a_sector_is_what_the_cross_table_says_of_it(filled: Session) -> None:
    asked = CrossAsked(Dimension.ROUTE, Dimension.SECTOR, CrossMeasure.COMMITTED)
    table = cross_table(filled, asked=asked, actor=CONTROLLER)
    assert table is not None and set(table.columns) == {"technology", "care", "construction", "ict", "transport"}
    found = flows(filled)
    for route in Route:
        for sector in table.columns:
            ours = [one for one in found if (one.route, one.sector) == (route, sector)]
            assert sum(one.cents for one in ours) == table.at(route.value, sector).value > 0
            assert sum(one.people for one in ours) == table.at(route.value, sector).people
    assert told_apart(found) == found, "no group is small here"


def test_the_sentence_says_what_the_first_way_and_its_first_sector_are(filled: Session) -> None:
    shown, found = shown_of(filled), flows(filled)
    first = [row for row in shown.rows if row[:3] == shown.rows[0][:3]]
    assert len(first) > 1 and sum(int(row[4] or 0) for row in first) == max(along(found).values())
    assert str(first[0][3]) in shown.sentence and int(first[0][4] or 0) == max(int(row[4] or 0) for row in first)
    for amount in (max(along(found).values()), int(first[0][4] or 0)):
        assert format_euros(amount) in shown.sentence


def test_the_picture_names_every_sector_and_every_part_of_a_way(filled: Session) -> None:
    shown = shown_of(filled)
    written = {"".join(one.itertext()) for one in etree.fromstring(svg_of(shown).encode()).iter("{*}text")}
    assert {str(row[3]) for row in shown.rows} <= written
    assert any(str(shown.rows[0][1]) in one for one in written)


def test_sectors_of_few_people_stand_together_in_both_languages(desk: Session) -> None:
    shown = shown_of(desk)
    assert {row[3] for row in shown.rows} == {"alle sectoren"} and "apart staat" not in shown.sentence
    with use_locale("en"):
        assert {row[3] for row in shown_of(desk).rows} == {"all sectors"}
