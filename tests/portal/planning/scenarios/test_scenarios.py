"""Scenarios: kept under a name, lived beside how it is now, and nothing of the region changes by it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matching.what_if.scenario.changes import CapSet, Change, EarmarkGone, LineRaised, SchemeGone, SecondFund, ShareHeld
from portal.planning.scenarios.actions import drop_scenario, keep_result, make_scenario
from portal.planning.scenarios.models import Scenario
from portal.planning.scenarios.queries import changes_of, result_of, scenario_by_public_id, scenarios
from portal.planning.usual_questions import usual_questions
from portal.planning.year_ahead import ScenarioResult, compute_scenario, lines_ahead, scenario_input
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, a_region
from tests.portal.planning.years import LATER, MORE, PLANNER, a_scenario, asked_before

TODAY = LATER.date()


def found(session: Session, *changes: Change, told: Any = lambda: None) -> ScenarioResult:
    return compute_scenario(scenario_input(session, changes=changes, on=TODAY), told=told, years=4)


def test_a_change_is_lived_beside_how_it_is_now_and_kept_under_its_name(session: Session) -> None:
    asked_before(session)
    steps: list[int] = []
    poor = LineRaised(line="rijk-leren", more_cents=-(10**9))
    result = found(session, poor, told=lambda: steps.append(1))
    assert (result.on, result.years, result.learned_from, len(steps)) == (TODAY, 4, 11, 1)
    assert result.now.asked == result.changed.asked and result.now.asked.mean > 0, "the same people ask"
    assert result.now.more_own.mean == 0 and result.changed.more_own.mean >= 0
    line = next(one for one in result.changed.lines if one.id == "rijk-leren")
    assert (line.given.high, line.left.high, line.empty_day) == (0, 0, 0), "there is nothing in it"
    assert result.past is not None and [one.asked.mean for one in result.past] == [11, 11], (
        "and the year that was, again"
    )
    assert result.past[1].here.mean <= result.past[0].here.mean
    one = a_scenario(session)
    assert changes_of(one) == MORE and result_of(one) is None
    keep_result(session, scenario=one, result=result, actor=PLANNER, now=LATER)
    assert result_of(one) == result and one.computed_on == TODAY
    assert [each.name for each in scenarios(session, actor=PLANNER)] == ["Meer geld"]
    assert scenarios(session, actor=ADVISOR) == []
    assert scenario_by_public_id(session, public_id=one.public_id, actor=ADVISOR) is None
    drop_scenario(session, scenario=one, actor=PLANNER, now=LATER)
    assert scenarios(session, actor=PLANNER) == []


def test_rules_and_money_change_as_they_say(session: Session) -> None:
    asked_before(session)
    given = replace(scenario_input(session, changes=(), on=TODAY), past=None)

    def after(*changes: Change) -> ScenarioResult:
        return compute_scenario(replace(given, changes=changes), years=2)

    worse = after(
        CapSet(scheme="leervoucher", cents=20_000), ShareHeld(dimension="route", value="individual", percent=40)
    )
    assert worse.past is None and worse.changed.here.mean <= worse.now.here.mean
    assert max(row.loses or 0 for row in worse.changed.groups) > 0, (
        "the first get less; the money lasts longer for others"
    )
    assert {row.asked for row in worse.changed.groups if row.dimension == "route"} != {None}
    assert worse.changed.favoured_permille == 1000, "only residents ask"
    gone = after(
        SchemeGone(scheme="leervoucher"),
        EarmarkGone(line="rijk-leren"),
        SecondFund(line="nieuw", title="Nieuw geld", cents=10**8, schemes=("leervoucher",)),
    )
    assert gone.changed.people.mean <= gone.now.people.mean
    assert [one.id for one in gone.changed.lines if one.id not in {line.id for line in gone.now.lines}] == ["nieuw"]
    for change in (SchemeGone(scheme="nergens"), LineRaised(line="nergens", more_cents=1)):
        with pytest.raises(Refusal, match="nergens"):
            after(change)
    with pytest.raises(Refusal, match="niemand vroeg"):
        after(ShareHeld(dimension="route", value="nobody", percent=40))
    assert given.lines == lines_ahead(session, on=TODAY), "nothing of the region changed"


def test_who_may_not_and_what_cannot_be_kept_is_refused(session: Session) -> None:
    a_region(session)
    one = a_scenario(session)
    for name, changes, actor, code, field in (
        ("", MORE, PLANNER, "no_name", "name"),
        ("Leeg", (), PLANNER, "nothing_changed", "name"),
        ("Ander", MORE, ADVISOR, "not_yours", None),
    ):
        with pytest.raises(Refusal) as refused:
            make_scenario(session, name=name, changes=changes, actor=actor, now=NOW)
        assert (refused.value.code, refused.value.field) == (code, field)
    with pytest.raises(Conflict, match="met deze naam"):
        a_scenario(session)
    with pytest.raises(Refusal, match="niet doen"):
        drop_scenario(session, scenario=one, actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal, match="te weinig vragen"):
        usual_questions(session, on=TODAY)
    row = {"name": "x", "changes_json": "[]", "made_at": NOW, "made_by": "account:1", "made_by_name": "Een"}
    for wrong in ({"name": ""}, {"result_json": "{}"}, {"computed_at": NOW, "computed_on": NOW.date()}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Scenario(**(row | wrong)))
            session.flush()
