"""Being one of so many: one parameter on both databases, found and left out as by a list, by an index, where a parameter for each
is refused."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased

import portal
from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from portal.platform.among import among
from portal.platform.database import room_to_write, unit_of_work
from portal.platform.limits.models import LimitCount
from tests.factories import NOW

WORDS = ("een", "twee", 'met "aanhaling"', "café", "komma, en }")
MANY = range(1, 70_001)
"""More than either database takes parameters."""


def works(session: Session, *abouts: str) -> list[LongWork]:
    made = [
        LongWork(kind=WorkKind.JOB, about=about, state=WorkState.WAITING, asked_at=NOW, asked_by="account:1")
        for about in abouts
    ]
    session.add_all(made)
    session.flush()
    return made


def test_seventy_thousand_ids_are_one_parameter_on_both_databases(session: Session) -> None:
    first, second = works(session, "a", "b")
    rows = select(LongWork.id).order_by(LongWork.id)
    assert session.scalars(rows.where(among(LongWork.id, MANY))).all() == [first.id, second.id]
    but_one = [one for one in MANY if one != first.id]
    assert session.scalars(rows.where(among(LongWork.id, but_one))).all() == [second.id]
    assert session.scalars(rows.where(~among(LongWork.id, but_one))).all() == [first.id]
    names = [f"name {one}" for one in MANY] + ["b"]
    assert session.scalars(rows.where(among(LongWork.about, names))).all() == [second.id]


def test_a_parameter_for_each_of_them_is_refused_on_both_databases(engine: Engine) -> None:
    """The control: without it a database that takes them all would prove nothing."""
    with Session(engine) as session, pytest.raises(DBAPIError):
        session.execute(select(LongWork.id).where(LongWork.id.in_([*MANY] * 4))).all()


def test_the_same_question_with_other_values_is_answered_anew_on_both_databases(session: Session) -> None:
    first, second = works(session, "a", "b")
    for wanted in ([first.id], [second.id], [], [first.id, second.id], [None, second.id]):
        found = session.scalars(select(LongWork.id).where(among(LongWork.id, wanted)).order_by(LongWork.id)).all()
        assert found == [one for one in wanted if one is not None]


def test_what_is_changed_and_thrown_away_is_chosen_so_too_on_both_databases(session: Session) -> None:
    first, second = works(session, "a", "b")
    session.execute(update(LongWork).where(among(LongWork.id, [first.id])).values(done=7))
    other = aliased(LongWork)
    assert session.scalars(select(other.done).where(among(other.about, ["a"]))).one() == 7
    session.execute(delete(LongWork).where(~among(LongWork.id, [second.id])))
    assert session.scalars(select(LongWork.about)).all() == ["b"]


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


def test_values_of_another_kind_are_no_values() -> None:
    with pytest.raises(TypeError):
        among(LongWork.id, [1, "a"])  # type: ignore[list-item]
    with pytest.raises(TypeError):
        among(LongWork.id, [1.5])  # type: ignore[list-item]


GROWING = ("_ids", "ids", "vouchers", "transfers", "payments", "places", "held")
"""How lists that grow with the administration are called."""
JUDGED = {
    "portal/accounting/registers/moved.py": "a subquery",
    "portal/cases/bundles/queries.py": "of one bundle: its number has a most",
    "portal/ledger/booking.py": "a subquery",
    "portal/ledger/invariants.py": "one parameter that is bound later: the accounts of one kind",
    "portal/oversight/everything.py": "of one case and its person",
    "portal/oversight/finding/contents.py": "it is asked by what is done in parts",
    "portal/oversight/finding/details.py": "what one page shows",
    "portal/oversight/finding/keeping.py": "it is done in parts of AT_ONCE",
    "portal/oversight/privacy/retention/due.py": "a subquery",
}
"""Where such a name stands in an IN, and why it may."""
FEW = ("line_ids", "funder_ids", "agreement_ids", "account_ids", "cap_ids", "version_ids")
"""Lists of what a desk has a few of."""


def growing_lists(source: str) -> list[str]:
    """Every list under such a name that is put in an IN."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr not in ("in_", "not_in") or not node.args:
            continue
        given = node.args[0]
        given = (
            given.args[0] if isinstance(given, ast.Call) and ast.unparse(given.func) in ("list", "sorted") else given
        )
        name = ast.unparse(given)
        if isinstance(given, ast.Name | ast.Attribute) and name.endswith(GROWING) and not name.endswith(FEW):
            found.append(name)
    return found


def test_no_list_that_grows_is_put_in_an_in() -> None:
    root = Path(portal.__file__).parent
    found = {
        f"{path.relative_to(root.parent)}": names
        for path in sorted(root.rglob("*.py"))
        if "migrations" not in path.parts and (names := growing_lists(path.read_text(encoding="utf-8")))
    }
    assert found.keys() == JUDGED.keys(), found
    assert growing_lists("rows.where(Voucher.id.in_(list(voucher_ids)))") == ["voucher_ids"], "the control"
