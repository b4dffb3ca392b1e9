"""Whatever two people do in whatever order, across all departments: the books, the log and an outside recount agree.

Ninety acts that are done per walk; in the proof two hundred and fifty walks on each database, in shards that go to any process.
Bugs that are put in on purpose must be found, some of them by the outside recount alone.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from tests.conftest import DATABASES
from tests.reliability.walks import looking
from tests.reliability.walks.walk import ACTS, go

PROOF = bool(os.environ.get("PROOF"))
ACTS_DONE, EVERY = 90, 30
SHARDS, PER_SHARD = (10, 25) if PROOF else (1, 2)
NAMED = [int(seed) for seed in os.environ.get("WALKS", "").replace(",", " ").split()]


def seed_of(number: int, database: str) -> int:
    """Even seeds walk on SQLite, odd ones on PostgreSQL."""
    return 1000 + 2 * number + DATABASES.index(database)


@pytest.fixture
def swept(engine: Engine) -> Iterator[Engine]:
    """A database without what earlier walks left dead: PostgreSQL would read past it again and again."""
    yield engine
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_is_done_everything_adds_up(swept: Engine, database: str, shard: int) -> None:
    done: Counter[str] = Counter()
    for number in range(shard * PER_SHARD, (shard + 1) * PER_SHARD):
        done += go(swept, seed_of(number, database), acts=ACTS_DONE, every=EVERY, look=looking.look).done
    never = sorted(set(ACTS) - set(done))
    print(f"{database} {shard}: {done.total()} acts, never {never}")


@pytest.mark.skipif(not NAMED, reason="WALKS=1017 walks that one again")
@pytest.mark.parametrize("seed", NAMED or [0])
def test_a_walk_that_is_named(request: pytest.FixtureRequest, seed: int) -> None:
    raise NotImplementedError
