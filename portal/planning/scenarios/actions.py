"""Acts on scenarios: keep one under a name, keep what it came to, throw it away. Nothing of the region changes by any of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from matching.what_if.scenario.changes import CHANGES, Change
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.region_only import require_region
from portal.planning.scenarios.models import Scenario, ScenarioPart
from portal.planning.year_ahead import LINES, RESULT, Begun, ScenarioInput, ScenarioResult
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l

MOST = 100
LONGEST_NAME = 100


def make_scenario(session: Session, *, name: str, changes: Sequence[Change], actor: Actor, now: datetime) -> Scenario:
    """Keep changes under a name. Raises ``Refusal`` at its field: no name, nothing changed, too many scenarios; ``Conflict`` when
    the name is taken."""
    require_region(actor)
    named = " ".join(name.split())[:LONGEST_NAME]
    if not named:
        raise Refusal("no_name", _l("Geef het scenario een naam."), field="name")
    if not changes:
        raise Refusal("nothing_changed", _l("Vul minstens één verandering in."), field="name")
    if (session.scalar(select(func.count()).select_from(Scenario)) or 0) >= MOST:
        raise Refusal("too_many", _l("Er zijn al 100 scenario’s. Gooi er eerst een weg."), field="name")
    made = Scenario(
        name=named,
        changes_json=CHANGES.dump_json(tuple(changes)).decode(),
        made_at=now,
        made_by=actor.reference,
        made_by_name=actor.signature,
    )
    write_new(session, made, otherwise=Conflict("name_taken", _l("Er is al een scenario met deze naam.")))
    _log(session, made, "scenario.made", actor, now)
    return made


def keep_result(
    session: Session, *, scenario: Scenario, result: ScenarioResult, actor: Actor, now: datetime
) -> Scenario:
    """Keep what a scenario came to, in place of what it came to before. Raises ``Conflict`` when it was thrown away meanwhile."""
    require_region(actor)
    hold(session, scenario, Scenario.id == scenario.id, otherwise=_gone())
    _forget_part(session, scenario)
    scenario.result_json = RESULT.dump_json(result).decode()
    scenario.computed_at, scenario.computed_on = now, result.on
    session.flush()
    _log(session, scenario, "scenario.computed", actor, now)
    return scenario


def keep_part(session: Session, *, scenario: Scenario, given: ScenarioInput, begun: Begun, at: datetime) -> None:
    """Keep what of it was computed so far, in place of what was kept before: what the desk remembers of its own work.

    Raises ``Conflict`` when it was thrown away meanwhile.
    """
    hold(session, scenario, Scenario.id == scenario.id, otherwise=_gone())
    part = session.get(ScenarioPart, scenario.id) or ScenarioPart(scenario_id=scenario.id)
    part.of_day, part.lines_json = given.usual.on, LINES.dump_json(given.lines).decode()
    part.content_json, part.kept_at = begun.as_text(), at
    session.add(part)
    session.flush()


def _forget_part(session: Session, scenario: Scenario) -> None:
    session.execute(delete(ScenarioPart).where(ScenarioPart.scenario_id == scenario.id))


def drop_scenario(session: Session, *, scenario: Scenario, actor: Actor, now: datetime) -> None:
    """Throw a scenario away, with what it came to. Raises ``Conflict`` when somebody did already."""
    require_region(actor)
    hold(session, scenario, Scenario.id == scenario.id, otherwise=_gone())
    _log(session, scenario, "scenario.dropped", actor, now)
    _forget_part(session, scenario)
    session.delete(scenario)
    session.flush()


def _gone() -> Conflict:
    return Conflict("scenario_gone", _l("Dit scenario is intussen weggegooid."))


def _log(session: Session, scenario: Scenario, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="scenario", object_id=scenario.id, now=now)
