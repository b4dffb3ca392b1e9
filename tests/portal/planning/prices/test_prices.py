"""Prices of budgets: worked out from the past, in force by a click, back to what was written; first passes never change."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matching.solver.solve import propose
from matching.spec.score import values
from portal.framework.catalogue.queries import as_loaded_region
from portal.framework.funding.queries import funding_lines, matching_funding_lines
from portal.planning.prices.actions import drop_prices, end_prices, keep_prices, put_prices_in_force
from portal.planning.prices.models import LinePrices, PricesState
from portal.planning.prices.queries import price_versions, prices_by_public_id, prices_in
from portal.planning.scarcity import highest_price
from portal.platform.errors import Conflict, Refusal
from tests.benchmarks.regions import a_region as made_up
from tests.factories import ADVISOR, NOW, a_region
from tests.portal.planning.years import (
    LATER,
    PLANNER,
    asked_before,
    some_prices,
    work_out_prices,
    worked_out_prices,
)


def prices_of(session: Session) -> dict[str, int | None]:
    session.expire_all()
    return {line.slug: line.price_permille for line in funding_lines(session)}


def test_prices_are_worked_out_looked_at_and_put_in_force_and_proposals_use_them(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, few in (("scarcity", "SAMPLES", 6), ("scarcity", "TRIED", 2), ("past_regret", "SAMPLES", 2)):
        monkeypatch.setattr(f"portal.planning.{module}.{name}", few)
    asked_before(session)
    written = prices_of(session)
    first = work_out_prices(session, actor=PLANNER, now=LATER)
    assert (first.number, first.state, first.years) == (1, PricesState.WORKED_OUT, 6)
    assert {row.line.slug for row in first.rows} == set(written) and prices_of(session) == written
    assert all(100 <= row.price_permille <= 900 for row in first.rows)
    assert first.past_hindsight_cents is not None and first.past_hindsight_cents > 0 == first.past_no_show_cents
    assert first.past_override_cents is not None and first.past_override_cents > 0, "nobody got anything in truth"
    assert 950 <= first.hindsight_permille <= 1000 and 0 <= first.fixed_permille <= 1000
    second = work_out_prices(session, actor=PLANNER, now=LATER)
    assert first.state is PricesState.DROPPED and second.number == 2
    assert [row.scarce_permille for row in second.rows] == [row.scarce_permille for row in first.rows], "the same dice"
    put_prices_in_force(session, prices=second, actor=PLANNER, now=LATER)
    held = {row.line.slug: row.price_permille for row in second.rows}
    assert prices_of(session) == held
    assert {line.id: line.price_permille for line in matching_funding_lines(session, on=NOW.date())} == held
    with pytest.raises(Conflict):
        put_prices_in_force(session, prices=second, actor=PLANNER, now=LATER)
    third = some_prices(session, number=3, written=written)
    put_prices_in_force(session, prices=third, actor=PLANNER, now=LATER)
    assert second.state is PricesState.ENDED and prices_in(session, state=PricesState.IN_FORCE) is third
    end_prices(session, prices=third, actor=PLANNER, now=LATER)
    assert prices_of(session) == written, "back to what the file says"
    assert [one.number for one in price_versions(session)] == [3, 2, 1]
    assert prices_by_public_id(session, public_id=third.public_id) is third


def test_who_may_not_and_what_does_not_stand_any_more_is_refused(session: Session) -> None:
    prices = some_prices(session)
    for act in (put_prices_in_force, drop_prices, end_prices):
        with pytest.raises(Refusal, match="niet doen"):
            act(session, prices=prices, actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal, match="te weinig vragen"):
        work_out_prices(session, actor=PLANNER, now=NOW)
    with pytest.raises(Refusal, match="niet doen"):
        keep_prices(session, worked_out=worked_out_prices(), actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        end_prices(session, prices=prices, actor=PLANNER, now=NOW)
    drop_prices(session, prices=prices, actor=PLANNER, now=NOW)
    with pytest.raises(Conflict):
        drop_prices(session, prices=prices, actor=PLANNER, now=NOW)
    kept = keep_prices(session, worked_out=worked_out_prices(), actor=PLANNER, now=LATER)
    assert (kept.number, [row.line.slug for row in kept.rows]) == (2, ["rijk-leren"])
    earlier = replace(worked_out_prices(), on=NOW.date())
    with pytest.raises(Conflict):
        keep_prices(session, worked_out=earlier, actor=PLANNER, now=LATER)
    for wrong in ({"number": 2}, {"number": 3}, {"number": 3, "state": PricesState.ENDED}):
        with pytest.raises(IntegrityError), session.begin_nested():
            values_ = {"on": NOW.date(), "years": 1, "hindsight_permille": 1, "fixed_permille": 1, "worked_out_at": NOW}
            session.add(LinePrices(**(values_ | {"worked_out_by": "a", "worked_out_by_name": "A"} | wrong)))
            session.flush()


def test_a_price_within_its_bound_changes_nothing_in_the_first_two_passes(session: Session) -> None:
    a_region(session)
    settings = as_loaded_region(session, on=NOW.date()).region.settings
    highest = highest_price(settings)
    assert highest is not None and highest < settings.employer_price_permille
    early = settings.model_copy(update={"pass_order": ("own_money", "priced_money", "rest", "schemes")})
    assert highest_price(early) is None, "there a price could change what people pay"
    dice = random.Random(3)
    for problem in made_up(9, 6):
        before = propose(problem)
        lines = tuple(
            line.model_copy(update={"price_permille": dice.randint(0, highest), "available_cents": 30_000})
            for line in problem.funding_lines
        )
        scarce = problem.model_copy(update={"funding_lines": lines})
        plain = problem.model_copy(
            update={"funding_lines": tuple(line.model_copy(update={"price_permille": None}) for line in lines)}
        )
        one, other = (values(scarce, propose(each).shares) for each in (scarce, plain))
        assert (one["own_money"], one["rest"]) == (other["own_money"], other["rest"])
        assert before.shares is not None
