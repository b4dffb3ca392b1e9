"""Many values as one: found and left out as by a list of them, by an index, with one statement for any number of values."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.platform.among import among
from portal.platform.database import room_to_write, unit_of_work
from portal.platform.limits.models import LimitCount
from tests.factories import NOW

WORDS = ("een", "twee", 'met "aanhaling"', "café", "komma, en }")


def counts(session: Session) -> None:
    for number, word in enumerate(WORDS, start=1):
        session.add(LimitCount(what=word, who="x" * 64, since=NOW, until=NOW + timedelta(hours=1), number=number))
    session.flush()


@pytest.mark.parametrize("chosen", [(), WORDS[:1], WORDS[1:4], (*WORDS, "onbekend")])
def test_words_are_found_and_left_out_as_by_a_list(session: Session, chosen: tuple[str, ...]) -> None:
    counts(session)
    found = set(session.scalars(select(LimitCount.what).where(among(LimitCount.what, chosen))))
    others = set(session.scalars(select(LimitCount.what).where(~among(LimitCount.what, chosen))))
    assert found == set(WORDS) & set(chosen) and others == set(WORDS) - set(chosen)


def test_numbers_are_found_however_many(session: Session) -> None:
    counts(session)
    some = select(LimitCount.number).where(among(LimitCount.number, [2, 4, *range(1_000, 50_000)]))
    assert sorted(session.scalars(some)) == [2, 4]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_index_is_used_and_the_statement_is_the_same_for_any_number(session: Session) -> None:
    def written(words: list[str]) -> str:
        return str(select(LimitCount.until).where(among(LimitCount.what, words)).compile(session.get_bind()))

    def plan(statement: str) -> str:
        return " ".join(row[-1] for row in session.execute(text(f"EXPLAIN QUERY PLAN {statement}")))

    statement = written(["een"])
    assert statement == written([f"woord {number}" for number in range(1_000)])
    assert "SEARCH limit_count USING INDEX" in plan(statement.replace("?", "'[1]'"))
    asked_as_boolean = "SELECT until FROM limit_count WHERE (what IN ('een')) = 1"
    assert "SCAN limit_count" in plan(asked_as_boolean), "this is why it is no boolean"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_room_is_of_one_unit_of_work_alone(session: Session) -> None:
    engine = session.get_bind().engine
    session.rollback()

    def size(work: Session) -> int:
        return int(work.execute(text("PRAGMA cache_size")).scalar_one())

    def roomy(work: Session) -> int:
        room_to_write(work)
        return size(work)

    usual = unit_of_work(engine, size, read_only=True)
    assert unit_of_work(engine, roomy) == -64_000
    assert unit_of_work(engine, size, read_only=True) == unit_of_work(engine, size) == usual == -2_000
