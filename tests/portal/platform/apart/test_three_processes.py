"""Three processes at once compute each thing once, also when one of them dies; without the lease each does everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

from portal.platform.apart.models import ApartState, ComputedApart
from portal.platform.database import unit_of_work
from tests.portal.platform.apart.three_processes import PROCESSES, THINGS
from tests.reliability.starter import Starter


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    """An interpreter that stands ready to fork three processes."""
    ready = Starter("apart")
    yield ready
    ready.close()


def three_at_once(starter: Starter, engine: Engine, lease: str, *, dies: bool = False) -> dict[str, Counter[str]]:
    """How often each thing was begun and ended when three processes were asked for all of them at the same moment."""
    said = starter.ask("apart", engine.url.render_as_string(hide_password=False), lease=lease, dies=dies)
    return {name: Counter(counts) for name, counts in said.items()}


def there(engine: Engine) -> list[str | None]:
    """What stands in the table for everybody."""
    done = select(ComputedApart.content).where(ComputedApart.state == ApartState.DONE)
    return sorted(unit_of_work(engine, lambda session: session.scalars(done).all(), read_only=True))  # type: ignore[type-var]


def test_three_processes_at_once_compute_each_thing_once(starter: Starter, engine: Engine) -> None:
    seen = three_at_once(starter, engine, "with")
    assert seen["begun"] == seen["ended"] == dict.fromkeys(THINGS, 1) and there(engine) == THINGS


def test_what_a_process_began_that_died_is_taken_over_once(starter: Starter, engine: Engine) -> None:
    seen = three_at_once(starter, engine, "with", dies=True)
    assert seen["ended"] == dict.fromkeys(THINGS, 1) and there(engine) == THINGS
    assert seen["begun"] == dict.fromkeys(THINGS, 1) | {THINGS[0]: 2}, (
        "once more what the dead one had, and nothing else"
    )


def test_control_without_the_lease_each_process_computes_everything(starter: Starter, engine: Engine) -> None:
    assert three_at_once(starter, engine, "without")["ended"] == dict.fromkeys(THINGS, PROCESSES)
