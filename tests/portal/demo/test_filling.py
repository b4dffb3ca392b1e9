"""Filling a desk: once, whole or not at all, only where it belongs; and the plan behind it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, func, select

from portal import demo
from portal.cases.questions.models import DevelopmentQuestion
from portal.demo import filling
from portal.demo.people import REGION_PLACES, Deck
from portal.demo.plan import plan
from portal.demo.storylines import STORYLINES
from portal.demo.timetable import Timetable, in_order
from portal.people.accounts.models import Account
from portal.platform.clock import local_date
from portal.platform.database import unit_of_work
from portal.platform.legal_calendar import is_working_day
from tests.portal.demo.conftest import NOW, PROOF, VAULT, FilledDesk, fill, once, open_region
from tests.who_runs_what import NIGHT

MOMENTS = ("2027-03-28 02:30", "2026-11-01 23:30", "2027-08-31 00:05", "2027-01-01 00:01", "2026-12-31 23:59")
"""Days on which the clock changes or the year ends; ``make proof`` tries them all."""
PROEFLAND = Path(__file__).parents[1] / "regions" / "proefland"


def count(engine: Engine, entity: type) -> int:
    return unit_of_work(engine, lambda s: s.scalar(select(func.count()).select_from(entity)) or 0, read_only=True)


def test_a_desk_with_questions_is_left_as_it_is(copied_desk: FilledDesk) -> None:
    engine, vault = copied_desk.engine, copied_desk.vault
    before = count(engine, DevelopmentQuestion), count(engine, Account)
    assert demo.fill(engine, now=NOW, vault=vault, questions=100) == 0
    assert (count(engine, DevelopmentQuestion), count(engine, Account)) == before == (filling.QUESTIONS, before[1])


@once
def test_without_questions_there_are_only_accounts(engine: Engine) -> None:
    open_region(engine)
    assert demo.fill(engine, now=NOW, vault=VAULT, questions=0) == 0
    assert demo.fill(engine, now=NOW, vault=VAULT, questions=0) == 0
    assert count(engine, Account) == 14
    assert count(engine, DevelopmentQuestion) == 0
    assert demo.fill(engine, now=NOW, vault=VAULT, questions=2) == 2


def test_a_filling_that_stops_at_its_last_step_leaves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    open_region(engine)

    def stop(*_anything: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(filling, "offer_a_change", stop)
        with pytest.raises(KeyboardInterrupt):
            demo.fill(engine, now=NOW, vault=VAULT, questions=1)
    assert (count(engine, DevelopmentQuestion), count(engine, Account)) == (0, 0)


@once
def test_another_region_gets_no_invented_questions_and_says_so(engine: Engine) -> None:
    open_region(engine, PROEFLAND)
    said: list[str] = []
    assert demo.fill(engine, now=NOW, vault=VAULT, progress=said.append) == 0
    assert said == ["This region has no invented questions: the desk starts empty."]
    assert count(engine, Account) > 0


@once
def test_a_clock_before_the_vouchers_opened_gives_an_empty_desk(engine: Engine) -> None:
    open_region(engine)
    assert demo.fill(engine, now=datetime(2025, 3, 3, 9, 0, tzinfo=UTC), vault=VAULT, questions=3) == 0
    assert count(engine, DevelopmentQuestion) == 0


@once
def test_after_the_vouchers_closed_the_history_ends_on_their_last_day(engine: Engine) -> None:
    fill(engine, questions=4, now=datetime(2028, 6, 1, 9, 0, tzinfo=UTC))
    newest = unit_of_work(engine, lambda s: s.scalar(select(func.max(DevelopmentQuestion.created_at))), read_only=True)
    assert date(2027, 10, 1) <= local_date(newest) <= date(2027, 12, 31)


@once
@pytest.mark.parametrize("moment", MOMENTS if NIGHT else MOMENTS[:1])
def test_it_works_on_any_day_and_at_any_hour(engine: Engine, moment: str) -> None:
    fill(
        engine,
        questions=len(STORYLINES) if PROOF else 8,
        seed=3,
        now=datetime.fromisoformat(moment).replace(tzinfo=UTC),
    )


# The plan --------------------------------------------------------------------------------------------------------------


def test_employers_ask_in_the_proportion_of_the_source() -> None:
    for questions in (60, 120, 520):
        routes = [item.case.route for item in plan(questions, seed=1, today=date(2026, 11, 24))]
        assert abs(routes.count("employer") - questions * 246 / 520) <= 1


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_sixty_questions_have_every_storyline_goal_work_situation_and_municipality(seed: int) -> None:
    planned = plan(60, seed=seed, today=date(2026, 11, 24))
    assert {item.line.name for item in planned} == {line.name for line in STORYLINES}
    assert {goal for item in planned for goal in item.case.training.goals} == {
        "keep_current_job",
        "other_job",
        "own_business",
        "find_work",
        "basic_skills",
        "certificate",
    }
    assert {item.case.situation for item in planned} == {
        "employee_permanent",
        "employee_temporary",
        "temp_agency",
        "self_employed",
        "job_seeker",
        "dismissal_threatened",
        "other",
    }
    homes = {item.case.person.place.municipality for item in planned}
    assert homes >= {place.municipality for place in REGION_PLACES}


def test_another_seed_gives_other_people() -> None:
    def names(seed: int) -> list[str]:
        return [item.case.person.name for item in plan(30, seed=seed, today=date(2026, 11, 24))]

    assert names(1) == names(1)
    assert names(1) != names(2)
    assert len(set(names(1))) == 30


def test_a_deck_gives_everything_its_turn() -> None:
    deck = Deck("abcd", Random(1))
    assert sorted(deck.deal() for _ in range(8)) == sorted("abcd" * 2)
    assert {deck.deal_where("ab") for _ in range(2)} == {"a", "b"}
    assert sorted(deck.deal() for _ in range(2)) == ["c", "d"]


def test_the_desk_works_on_working_days_and_stories_mix_in_the_order_of_time() -> None:
    at = Timetable(NOW, Random(1))
    for days in range(200):
        later = at.after(NOW - timedelta(days=240 - days), 1, 3)
        assert is_working_day(local_date(later))
        assert at.working_day_ago(1, days + 2) < NOW
    order = []

    def story(name: str, days: list[int]):  # type: ignore[no-untyped-def]
        for day in days:
            yield NOW - timedelta(days=day)
            order.append((day, name))

    for _turn in in_order([story("a", [9, 5, -1]), story("b", [7, 5, 3])], end=NOW):
        continue
    assert order == [(9, "a"), (7, "b"), (5, "a"), (5, "b"), (3, "b")]
