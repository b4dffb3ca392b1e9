"""Plots: the numbers of the registers and the books, a sentence that its own rows bear out, and a picture that anybody can read."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import figure_book
from portal.accounting.plots import drawing
from portal.accounting.plots.figures import (
    AGES,
    LOOK_AHEAD,
    MonthStanding,
    MunicipalityFigures,
    last_day_of_money,
    months,
    municipalities,
    outcome_counts,
    steps,
    used_by_age,
    with_expected,
)
from portal.accounting.plots.flow import flows
from portal.accounting.plots.plot import Measure, Plot, PlotName, few_words, share
from portal.accounting.plots.queries import (
    budget_sentence,
    lead_time_sentence,
    municipality_sentence,
    outcome_sentence,
    plot,
    plots_of,
    redemption_sentence,
)
from portal.accounting.registers.asked import RegisterFilter, RegisterName, RegisterPage
from portal.accounting.registers.queries import register
from portal.framework.funding.queries import funding_lines
from portal.ledger.queries import Figures, line_figures
from portal.oversight.lead_times import LeadTimeStep, days_per_step, lead_times
from portal.oversight.outcomes.models import Moment, TrainingEnd, TrainingOutcome, WithoutFund, Work
from portal.people.actor import Actor, Audience
from portal.platform.i18n import format_euros, format_percent, use_locale
from portal.spending.vouchers.models import Voucher
from tests.benchmarks.worklist import statements_of
from tests.factories import NOW, REGION, a_question, a_region, a_voucher
from tests.portal.accounting.a_desk import AUDITOR, CONTROLLER, TODAY, a_funder

LATER = TODAY + timedelta(days=80)
EVERY = tuple(PlotName)


def drawn(session: Session, name: PlotName, actor: Actor = REGION, today: date = LATER) -> Plot:
    found = plot(session, name=name, actor=actor, today=today)
    assert found is not None
    return found


def read(session: Session, name: RegisterName) -> RegisterPage:
    found = register(session, name=name, asked=RegisterFilter(), actor=REGION)
    assert found is not None
    return found


def ask_two(desk: Session) -> None:
    """Two holders said how it went; one of them is asked again and did not answer yet."""
    vouchers = desk.scalars(select(Voucher).order_by(Voucher.id)).all()
    for voucher, (before, after) in zip(vouchers, ((Work.LOOKING, Work.OTHER_JOB), (Work.SAME_JOB,) * 2), strict=False):
        said = {"answered_at": NOW, "answered_by": "resident", "result": TrainingEnd.DIPLOMA, "work_before": before}
        said |= {"work_after": after, "without_fund": WithoutFund.NO}
        desk.add(TrainingOutcome(voucher_id=voucher.id, moment=Moment.WEEK, asked_at=NOW, **said))
    desk.add(TrainingOutcome(voucher_id=vouchers[0].id, moment=Moment.YEAR, asked_at=NOW))
    desk.flush()


def all_money(session: Session) -> Figures:
    figures = line_figures(session, funding_line_ids=[line.id for line in funding_lines(session)])
    return sum(figures.values(), Figures())


# the same numbers as the books and the registers --------------------------------------------------------------------------


def test_the_last_month_is_what_the_books_say_now_and_every_month_before_what_they_said_then(desk: Session) -> None:
    money, standings = all_money(desk), months(desk, today=LATER)
    last = standings[-1]
    assert (last.budget_cents, last.reserved_cents, last.spent_cents) == (
        money.funded_cents,
        money.reserved_cents,
        money.spent_cents,
    )
    ids = [line.id for line in funding_lines(desk)]
    for one, following in pairwise(standings):
        end = following.month - timedelta(days=1)
        then = sum(line_figures(desk, funding_line_ids=ids, until=end).values(), Figures())
        assert (one.budget_cents, one.reserved_cents, one.spent_cents) == (
            then.funded_cents,
            then.reserved_cents,
            then.spent_cents,
        )
    assert [one.month for one in standings] == sorted({one.month for one in standings}) and len(standings) > 3


def test_the_flow_of_money_the_municipalities_and_the_vouchers_add_up_to_the_same(desk: Session) -> None:
    vouchers, people = read(desk, RegisterName.VOUCHERS), read(desk, RegisterName.PEOPLE)
    assert sum(one.cents for one in flows(desk)) == vouchers.total_cents
    places = municipalities(desk)
    assert sum(one.cents for one in places) == people.total_cents == vouchers.total_cents
    assert (sum(one.people for one in places), sum(one.vouchers for one in places)) == (people.count, vouchers.count)
    assert drawn(desk, PlotName.FLOW).total(4) == vouchers.total_cents


def test_what_was_used_by_age_ends_at_what_the_register_of_vouchers_has_as_spent(desk: Session) -> None:
    vouchers = read(desk, RegisterName.VOUCHERS)
    issued, used = used_by_age(desk, today=LATER)
    assert (issued, used[-1]) == (vouchers.totals["amount_cents"], vouchers.totals["spent_cents"])
    before, _ = used_by_age(desk, today=TODAY - timedelta(days=1))
    assert before == 0, "a voucher that was not issued yet does not count"


def test_the_funnel_counts_what_the_records_count(desk: Session) -> None:
    found = steps(desk)
    assert found.awarded == desk.scalar(select(func.count(Voucher.question_id.distinct())))
    a_question(desk)
    assert steps(desk) == replace(found, sent=found.sent + 1), "a question without an application goes one step"


def test_what_became_of_it_counts_what_was_answered_and_what_the_report_counts(desk: Session) -> None:
    assert drawn(desk, PlotName.OUTCOMES).rows == (), "nobody was asked"
    ask_two(desk)
    counted, shown = outcome_counts(desk), drawn(desk, PlotName.OUTCOMES)
    numbers = (counted.asked, counted.answered, counted.finished, counted.at_work, counted.found_work)
    assert (*numbers, counted.not_without) == (3, 2, 2, 2, 1, 2)
    assert {row[1] for row in shown.rows} == {None} and shown.hidden == set(range(6)), "of two people nothing is shown"
    many = replace(counted, asked=30, answered=20, finished=15, hidden=frozenset({"found_work"}))
    said = outcome_sentence(many)
    assert "Van de 30 keer" in said and "20 keer antwoord (67%): 15 keer" in said and said.endswith(few_words())
    assert outcome_sentence(counted) == few_words()
    book = figure_book(desk, actor=CONTROLLER, period=FigurePeriod(date(2020, 1, 1), LATER, LATER))
    assert book is not None
    keys = ("asked", "answered", "finished", "at_work", "not_without")
    assert [book.total(f"outcomes_{key}") for key in keys] == [3, 2, 2, 2, 2], "the row between is of the plot alone"


def test_a_share_in_a_sentence_is_the_one_of_the_report_in_whole_percents() -> None:
    assert share(105_597_700, 120_000_000) == 88 and format_percent(Fraction(1_055_977, 1_200_000)) == "88%"
    assert (share(1, 2), share(1, 3), share(2, 3), share(0, 0), share(1, 1)) == (50, 33, 67, 0, 100)


def test_lead_times_have_as_many_questions_as_the_table_of_lead_times(desk: Session) -> None:
    period = {"first": TODAY - timedelta(weeks=13), "last": TODAY}
    whole = next(one for one in lead_times(desk, actor=REGION, **period) if one.step is LeadTimeStep.WHOLE)
    assert drawn(desk, PlotName.LEAD_TIMES, today=TODAY).total(1) == whole.n > 0
    assert days_per_step(desk, actor=Actor(Audience.PROVIDER, account_id=1), **period) == {}


# who sees them ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [REGION, CONTROLLER, AUDITOR])
def test_the_region_and_who_checks_it_see_every_plot(desk: Session, actor: Actor) -> None:
    assert plots_of(desk, actor=actor) == EVERY
    assert [drawn(desk, name, actor) for name in EVERY] == [drawn(desk, name) for name in EVERY]


def test_a_funder_and_everybody_else_see_none(desk: Session) -> None:
    others = [a_funder(desk, "rijk")]
    others += [Actor(one, account_id=1) for one in (Audience.ADVISOR, Audience.PROVIDER, Audience.ANYONE)]
    for actor in others:
        assert plots_of(desk, actor=actor) == ()
        assert [plot(desk, name=name, actor=actor, today=TODAY) for name in EVERY] == [None] * len(EVERY)


@pytest.mark.parametrize("name", EVERY)
def test_a_plot_takes_as_many_statements_for_many_rows_as_for_few(desk: Session, name: PlotName) -> None:
    def asked() -> int:
        desk.expire_all()
        with statements_of(desk) as said:
            drawn(desk, name)
        return len(said)

    asked()
    few = asked()
    for _ in range(3):
        a_voucher(desk)
    assert asked() == few


# the sentence ---------------------------------------------------------------------------------------------------------------


def test_each_sentence_has_the_figures_of_its_own_rows(desk: Session) -> None:
    flow, ways = drawn(desk, PlotName.FLOW), Counter[tuple[object, ...]]()
    for row in flow.rows:
        ways[row[:3]] += int(row[4] or 0)
    most = max(ways.values())
    assert format_euros(most) in flow.sentence and f"{share(most, flow.total(4))}%" in flow.sentence
    funnel = dict(drawn(desk, PlotName.FUNNEL).rows)
    said = drawn(desk, PlotName.FUNNEL).sentence
    assert all(f" {funnel[step]} " in said for step in ("Vraag verstuurd", "Voucher gekregen", "Voucher gebruikt"))
    found = [MunicipalityFigures("GM1", 60, 60, 1), MunicipalityFigures("GM2", 40, 40, 1)]
    said = municipality_sentence("Proefstad", 100, found)
    assert "100 personen" in said and "60 bij Proefstad (60%)" in said
    assert drawn(desk, PlotName.MUNICIPALITIES).sentence == few_words(), "nine people, all of one municipality"
    assert all(
        one.sentence.count(". ") <= 1 + bool(one.hidden) and one.sentence.endswith(".")
        for one in (drawn(desk, name) for name in EVERY)
    )


def test_an_empty_desk_says_so_and_draws_it(session: Session) -> None:
    a_region(session)
    said = {name: drawn(session, name).sentence for name in EVERY}
    assert said[PlotName.FLOW] == "Er is nog niets besteed of gereserveerd aan vouchers."
    assert said[PlotName.FUNNEL] == "Er is nog geen vraag verstuurd."
    assert "te weinig" in said[PlotName.LEAD_TIMES] and "nog niets gebruikt" in said[PlotName.REDEMPTION]
    assert budget_sentence([], today=TODAY) == "Er is nog geen budget."


def standing(number: int, budget: int, reserved: int, spent: int = 0) -> MonthStanding:
    return MonthStanding(date(2026 + (number - 1) // 12, (number - 1) % 12 + 1, 1), budget, reserved, spent)


UNTIL, IN_JUNE = date(2027, 12, 31), date(2026, 6, 15)


def test_at_this_pace_the_budget_is_gone_in_the_month_that_is_told() -> None:
    known = [standing(number, 100_000, 10_000 * number) for number in range(1, 7)]
    every = with_expected(known, until=UNTIL)
    assert [one.expected_cents for one in every[6:11]] == [70_000, 80_000, 90_000, 100_000, 100_000]
    said = budget_sentence(every, today=IN_JUNE)
    assert "60%" in said and said.endswith("is het op in oktober 2026.")


def test_at_a_slow_pace_is_told_what_is_left_at_the_end() -> None:
    known = [standing(number, 1_000_000, 1_000 * number) for number in range(1, 7)]
    every = with_expected(known, until=date(2026, 9, 30))
    assert every[-1].month == date(2026, 9, 1) and every[-1].expected_cents == 9_000
    assert budget_sentence(every, today=IN_JUNE).endswith("in dit tempo is eind september 2026 nog €\xa09.910 over.")


def test_nothing_is_expected_without_a_month_before_or_after_the_last_day() -> None:
    one = [standing(6, 100_000, 10_000)]
    assert with_expected(one, until=UNTIL) == one
    two = [standing(5, 100_000, 5_000), *one]
    assert with_expected(two, until=date(2026, 6, 30)) == two and with_expected(two, until=None) == two
    assert "tempo" not in budget_sentence(two, today=IN_JUNE)
    full = [standing(5, 100_000, 5_000), standing(6, 100_000, 20_000, 80_000)]
    assert budget_sentence(with_expected(full, until=UNTIL), today=IN_JUNE).startswith("Het hele budget")


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30), st.integers(0, 10**9), st.integers(0, 40))
def test_what_is_expected_never_falls_and_never_passes_the_budget(cents: list[int], budget: int, ahead: int) -> None:
    known = [standing(number, budget, amount) for number, amount in enumerate(cents, start=1)]
    until = standing(len(cents) + ahead, 0, 0).month
    every = with_expected(known, until=until)
    coming = [one for one in every[len(known) :] if one.expected_cents is not None]
    assert len(coming) == len(every) - len(known) <= min(ahead, LOOK_AHEAD)
    highest = max(budget, known[-1].committed_cents)
    line = [known[-1].committed_cents, *(one.expected_cents or 0 for one in coming)]
    assert line == sorted(line) and line[-1] <= highest


@given(st.lists(st.integers(0, 10**6), min_size=len(AGES) + 1, max_size=len(AGES) + 1), st.integers(1, 10**8))
def test_half_was_used_by_the_age_that_is_told_and_not_by_the_one_before(more: list[int], issued: int) -> None:
    used = [sum(more[: number + 1]) for number in range(len(more))]
    said = redemption_sentence(issued, used)
    if used[-1] == 0:
        assert "nog niets" in said
        return
    told = [number for number, age in enumerate(AGES) if f"binnen {age} dagen" in said]
    assert len(told) == int(used[-2] * 2 >= used[-1])
    for number in told:
        assert used[number] * 2 >= used[-1] and (number == 0 or used[number - 1] * 2 < used[-1])


@given(st.lists(st.integers(0, 500), max_size=60))
def test_half_and_nine_of_ten_had_a_decision_by_the_days_that_are_told(days: list[int]) -> None:
    ordered = sorted(days)
    said = lead_time_sentence(ordered)
    if len(ordered) < 5:
        assert "te weinig" in said
        return
    number, half, most = (int(word) for word in said.replace(".", "").split() if word.isdigit())
    assert number == len(ordered)
    assert sum(day <= half for day in ordered) * 2 >= number and sum(day <= most for day in ordered) * 10 >= number * 9


# the picture ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_a_picture_is_titled_described_and_has_nothing_that_runs_or_is_styled(desk: Session, name: PlotName) -> None:
    shown = drawn(desk, name)
    tree = etree.fromstring(drawing.svg_of(shown).encode())
    assert tree.get("role") == "img" and tree.get("aria-labelledby") == "what says"
    texts = {one.get("id"): one.text for one in tree[:2]}
    assert texts == {"what": shown.title, "says": shown.sentence}
    assert unsafe(tree) == set()
    assert "#ffffff" in {one.get("fill") or "" for one in tree.iter("{*}rect")}, "it brings its own ground"


def unsafe(tree: Any) -> set[str]:
    """Elements and attributes that a strict page would refuse, or that bring something in."""
    tags = {etree.QName(one).localname for one in tree.iter(etree.Element)}
    attributes = {str(etree.QName(key).localname) for one in tree.iter(etree.Element) for key in one.attrib}
    bad = {one for one in attributes if one.startswith("on")} | (attributes & {"style", "href", "src"})
    return bad | (tags & {"script", "style", "foreignObject", "image", "use", "a", "iframe", "animate", "set"})


def test_what_runs_in_a_picture_would_be_found() -> None:
    planted = '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><style/><script/><a href="x"/><g style="x"/></svg>'
    assert unsafe(etree.fromstring(planted)) == {"onload", "style", "script", "a", "href"}


@pytest.mark.parametrize("name", EVERY)
def test_the_same_rows_give_the_same_bytes_and_are_drawn_once(desk: Session, name: PlotName) -> None:
    if name is PlotName.OUTCOMES:
        ask_two(desk)
    shown = drawn(desk, name)
    drawing.picture_of.cache_clear()
    first = drawing.svg_of(shown)
    assert drawing.svg_of(drawn(desk, name)) is first, "kept by its rows"
    drawing.picture_of.cache_clear()
    assert drawing.svg_of(shown) == first
    number = next(at for at, one in enumerate(shown.columns) if one.measure is not Measure.NAME)
    if name is PlotName.REDEMPTION:
        number = 2
    row = list(shown.rows[0])
    row[number] = int(row[number] or 0) + 1_000
    other = replace(shown, rows=(tuple(row), *shown.rows[1:]), hidden=frozenset[int]())
    assert drawing.svg_of(other) != first, "other rows are another picture"


def test_a_picture_without_rows_still_says_its_sentence(session: Session) -> None:
    a_region(session)
    shown = replace(drawn(session, PlotName.FLOW), title="A & <B>")
    assert shown.rows == () and etree.fromstring(drawing.svg_of(shown).encode())[0].text == "A & <B>"


def test_numbers_are_written_as_the_language_writes_them(desk: Session) -> None:
    assert last_day_of_money(desk) == date(2027, 12, 31)
    shown = drawn(desk, PlotName.BUDGET)
    assert ">10.000<" in drawing.svg_of(shown)
    with use_locale("en"):
        assert ">10,000<" in drawing.svg_of(shown)


def test_what_draws_is_read_only_when_something_is_drawn() -> None:
    import subprocess

    asked = "import sys, portal.accounting.plots.drawing as d; print({'altair', 'vl_convert'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
    assert NOW.date() == TODAY
