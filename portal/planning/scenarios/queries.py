"""Reads of scenarios: those that were kept, what they change and what they came to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.what_if.scenario.changes import CHANGES, Change
from portal.people.actor import Actor, Audience
from portal.planning.scenarios.models import Scenario, ScenarioPart
from portal.planning.year_ahead import RESULT, ScenarioResult

LOOK = frozenset({Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.SYSTEM})
"""Who looks after all money sees every scenario."""


def scenarios(session: Session, *, actor: Actor) -> list[Scenario]:
    """Every scenario, by name; none for who may not see them."""
    return list(session.scalars(select(Scenario).order_by(Scenario.name))) if actor.audience in LOOK else []


def scenario_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Scenario | None:
    """The scenario with this id; None when there is none, or the actor may not see it."""
    if actor.audience not in LOOK:
        return None
    return session.scalar(select(Scenario).where(Scenario.public_id == public_id))


def changes_of(scenario: Scenario) -> tuple[Change, ...]:
    """What a scenario changes."""
    return CHANGES.validate_json(scenario.changes_json)


def result_of(scenario: Scenario) -> ScenarioResult | None:
    """What it came to; None when that was not computed yet."""
    return RESULT.validate_json(scenario.result_json) if scenario.result_json is not None else None


def part_of(session: Session, *, scenario: Scenario) -> ScenarioPart | None:
    """What of it was computed when it was stopped; None when nothing was, or it is done."""
    return session.get(ScenarioPart, scenario.id)
