"""Whatever two people do in whatever order, across all departments: the books, the log and an outside recount agree.

Ninety acts that are done per walk; in the night five hundred walks on the two databases, in shards that go to any process.
Bugs that are put in on purpose must be found, some of them by the outside recount alone.
"""

from __future__ import annotations

import ast
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.conftest import DATABASES
from tests.reliability.walks.looking import look, recount, verified
from tests.reliability.walks.planted import PLANTED, Planted
from tests.reliability.walks.walk import ACTS, go
from tests.who_runs_what import NIGHT, PROOF

ACTS_DONE, EVERY = 90, 45
SHARDS = 10 if NIGHT else 4 if PROOF else 1
PER_SHARD = {"sqlite": 30, "postgresql": 20} if NIGHT else {"sqlite": 2, "postgresql": 1}
EACH_ACT, ONE_WALK = 2, 40
"""In a shard of the night every act is done so often; one walk alone does so many different ones."""
MORE_WALKS = range(4000, 4020)
"""The walks that a shard goes on with while an act was done too little."""
NAMED = [int(seed) for seed in os.environ.get("WALKS", "").replace(",", " ").split()]
HERE = Path(__file__).parent


def seed_of(number: int, database: str) -> int:
    """Even seeds walk on SQLite, odd ones on PostgreSQL."""
    return 1000 + 2 * number + DATABASES.index(database)


@pytest.fixture
def swept(engine: Engine) -> Iterator[Engine]:
    """A database that is swept afterwards: PostgreSQL would read past what the walks left dead again and again."""
    yield engine
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_is_done_everything_adds_up(swept: Engine, database: str, shard: int) -> None:
    size = PER_SHARD[database]
    numbers = range(shard * size, (shard + 1) * size)
    done: Counter[str] = Counter()
    for walk in go(swept, [seed_of(one, database) for one in numbers], acts=ACTS_DONE, every=EVERY, look=look):
        done += walk.done
    assert done.total() == ACTS_DONE * size
    if not NIGHT:
        assert len(done) >= ONE_WALK
        return
    more = (seed_of(one, database) for one in MORE_WALKS)
    while (seldom := [name for name in ACTS if done[name] < EACH_ACT]) and (seed := next(more, None)) is not None:
        [walk] = go(swept, [seed], acts=ACTS_DONE, every=EVERY, look=look)
        done += walk.done
    assert seldom == [], "every act is done, or it proves nothing that it breaks nothing"


if NAMED:

    @pytest.mark.parametrize(("database", "seed"), [(DATABASES[one % 2], one) for one in NAMED], indirect=["database"])
    def test_a_walk_that_is_named(engine: Engine, seed: int) -> None:
        [walk] = go(engine, [seed], acts=ACTS_DONE, every=1, look=look)
        print("\n".join(walk.trace))
        assert walk.done.total() == ACTS_DONE


# Mistakes that must be found -------------------------------------------------------------------------------------------

Looking = Callable[[Session], list[str]]


def broken_by(engine: Engine, seeds: range, looking: Looking, seen_by: str) -> str:
    """What was found first in these walks, each broken where it may be, until it is found by what should see it."""
    found = ""
    for seed in seeds:
        try:
            for _ in go(engine, [seed], acts=ACTS_DONE, every=9, look=looking):
                continue
        except AssertionError as broken:
            found = str(broken)
            if seen_by in found:
                break
    return found


@pytest.mark.parametrize("database", DATABASES if NIGHT else ["sqlite"], indirect=True)
@pytest.mark.parametrize("planted", PLANTED if PROOF else PLANTED[:1], ids=lambda one: one.name)
def test_a_mistake_that_is_put_in_is_found(
    swept: Engine, database: str, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def looking(session: Session) -> list[str]:
        seen[:] = verified(session)
        return recount(session)

    planted.plant(monkeypatch)
    found = broken_by(swept, range(3000 + DATABASES.index(database), 3040, 2), looking, planted.seen_by)
    assert planted.seen_by in found
    assert bool(seen) is not planted.alone, "whether the product's own check sees it too"


def test_the_recount_uses_nothing_of_the_product() -> None:
    for name in ("recount.py", "recount_rules.py"):
        found = foreign(ast.parse((HERE / name).read_text(encoding="utf-8")))
        assert found == [], f"{name} counts with what it should check"


def test_control_a_recount_that_borrows_from_the_product_is_seen() -> None:
    borrowed = (
        "import portal.ledger\ndef f():\n    from schemes.basics import values\n    from tests.factories import NOW\n"
    )
    assert foreign(ast.parse(borrowed)) == ["portal.ledger", "schemes.basics", "tests.factories"]


def foreign(tree: ast.AST) -> list[str]:
    """What a module imports of the product, or of tests that use it."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    mine = ("portal", "matching", "schemes", "tests")
    return sorted(one for one in names if one.split(".")[0] in mine and one != "tests.reliability.walks.recount")
