"""Scenarios: kept under a name, lived beside how it is now, and nothing of the region changes by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matching.solver import solve
from matching.what_if.scenario.changes import CapSet, Change, EarmarkGone, LineRaised, SchemeGone, SecondFund, ShareHeld
from portal.commands.working import kinds_of
from portal.framework.funding.actions import raise_budget
from portal.framework.funding.queries import funding_line_by_slug
from portal.oversight.long_work.actions import begin_work, go_on_with_work, pause_work
from portal.oversight.long_work.doing import do_waiting
from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from portal.people.accounts.models import Role
from portal.people.accounts.queries import actor_of_account
from portal.planning.scenarios import actions
from portal.planning.scenarios.actions import drop_scenario, keep_result, make_scenario
from portal.planning.scenarios.models import Scenario
from portal.planning.scenarios.queries import changes_of, part_of, result_of, scenario_by_public_id, scenarios
from portal.planning.usual_questions import usual_questions
from portal.planning.year_ahead import LINES, Begun, ScenarioResult, compute_scenario, lines_ahead, scenario_input
from portal.platform.config import load_settings
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_region
from tests.portal.planning.years import LATER, MORE, PLANNER, a_scenario, asked_before
from tests.web.browser import make_account

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


def test_a_paused_scenario_goes_on_where_it_was_with_the_money_and_the_mixes_of_then(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    for name, few in (("BLOCK", 2), ("YEARS", 6)):
        monkeypatch.setattr(f"portal.planning.year_ahead.{name}", few)
    monkeypatch.setattr("portal.oversight.long_work.doing.SAY_EVERY", 0.0)
    solved, one_mix = list[object](), solve.best_shares
    monkeypatch.setattr(solve, "best_shares", lambda problem: (solved.append(problem), one_mix(problem))[1])
    unit_of_work(engine, asked_before)
    one = unit_of_work(engine, a_scenario)
    kinds = {WorkKind.SCENARIO: kinds_of(load_settings())[WorkKind.SCENARIO]}
    asker, about = actor_of_account(make_account(engine, Role.REGION)), one.public_id
    work = unit_of_work(engine, lambda s: begin_work(s, kind=WorkKind.SCENARIO, about=about, actor=asker, now=LATER))

    def works(stops_after: int) -> tuple[WorkState, int, int]:
        """Do it, paused after so many blocks; how it stands, how many blocks are done and how many mixes were solved."""
        before, keeps = len(solved), actions.keep_part

        def keeping(session: Session, **named: Any) -> None:
            keeps(session, **named)
            if named["begun"].so_far.blocks == stops_after:
                row = session.get_one(LongWork, work.id)
                pause_work(session, work=row, actor=SYSTEM, now=LATER)

        with monkeypatch.context() as patched:
            patched.setattr(actions, "keep_part", keeping)
            do_waiting(engine, kinds=kinds, clock=lambda: LATER)
        after = unit_of_work(engine, lambda session: session.get_one(LongWork, work.id), read_only=True)
        return after.state, after.done, len(solved) - before

    state, _done, first = works(2)
    assert state is WorkState.PAUSED and first > 0
    part = unit_of_work(engine, lambda session: part_of(session, scenario=one), read_only=True)
    assert part is not None and Begun.of_text(part.content_json).so_far.blocks == 2
    unit_of_work(engine, _money_moves)
    unit_of_work(engine, lambda s: go_on_with_work(s, work=s.get_one(LongWork, work.id), actor=SYSTEM, now=LATER))
    state, done, second = works(0)
    assert (state, done) == (WorkState.DONE, 3) and second < first, "what was solved is not solved again"
    row = unit_of_work(engine, lambda session: session.get_one(Scenario, one.id), read_only=True)
    assert unit_of_work(engine, lambda session: part_of(session, scenario=row), read_only=True) is None
    lines = LINES.validate_json(part.lines_json)
    whole = unit_of_work(
        engine, lambda session: scenario_input(session, changes=MORE, on=TODAY, lines=lines), read_only=True
    )
    assert result_of(row) == compute_scenario(whole, years=6), "as if nobody had stopped it"
    now = unit_of_work(engine, lambda session: lines_ahead(session, on=TODAY), read_only=True)
    assert now != lines, "the money did move"
    half = Begun.of_text(part.content_json)
    compute_scenario(replace(whole, lines=now), years=6, begun=half)
    assert half.so_far.blocks == 3 and half.of != Begun.of_text(part.content_json).of, "with other money it begins anew"


def _money_moves(session: Session) -> None:
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    raise_budget(
        session,
        line=line,
        amount_cents=50_000,
        reason="Tweede tranche",
        actor=REGION,
        now=LATER,
        prepared_by="account:901",
    )


def test_rules_and_money_change_as_they_say(session: Session) -> None:
    asked_before(session)
    given = replace(scenario_input(session, changes=(), on=TODAY), past=None)

    def after(*changes: Change) -> ScenarioResult:
        return compute_scenario(replace(given, changes=changes), years=2)

    lower, share = (
        CapSet(scheme="leervoucher", cents=20_000),
        ShareHeld(dimension="route", value="individual", percent=40),
    )
    worse = after(lower, share)
    assert (worse.share_people, worse.share_own) == (0, 0) and worse.changed.more_own.mean != 0, (
        "the price is that of the share alone: who asks has all of the money anyway"
    )
    assert after(share).share_own == 0 and after(lower).share_own is None
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
