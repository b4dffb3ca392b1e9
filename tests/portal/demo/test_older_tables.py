"""A filled desk goes back to the tables of an older version and up again: rows, cents and balances stay; control: a lost cent is found."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, func, insert, select, text

from portal.ledger.invariants import verify
from portal.migrations import FOLDER, alembic_config, downgrade, head_revision, upgrade
from portal.platform.append_only import unprotect_statements
from portal.platform.database import load_models, unit_of_work
from tests.portal.demo.conftest import FilledDesk
from tests.portal.migrations.standing import OLDEST, standing

LATER = {"team", "team_member", "team_move", "team_place", "forecast", "privacy_request"}
"""What came after the oldest revision, holds no money, and goes with its tables."""
COUNTS = {"act_count"}
"""Counts of acts came later too; a desk that nobody asked has none."""
TABLES = load_models().sorted_tables


def tables_of(differences: list[str]) -> set[str]:
    return {one.split(":")[0] for one in differences}


@pytest.fixture
def older(database: str, copied_desk: FilledDesk, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The filled desk at the newest revision; on PostgreSQL every row of it copied."""
    if database == "sqlite":
        command.stamp(alembic_config(copied_desk.engine), "head")
        yield copied_desk.engine
        return
    engine: Engine = request.getfixturevalue("migrated")
    with copied_desk.engine.connect() as source, engine.begin() as target:
        target.execute(text("SET LOCAL session_replication_role = replica"))
        for table in TABLES:
            kept = [column for column in table.columns if column.computed is None]
            if rows := [dict(row) for row in source.execute(select(*kept)).mappings()]:
                target.execute(insert(table), rows)
        for (sequence,) in target.execute(text("SELECT format('%I', sequencename) FROM pg_sequences")).all():
            target.execute(select(func.setval(sequence, 1_000_000)))
    yield engine


def test_back_and_up_again_on_both_databases_leaves_every_row_cent_and_balance(older: Engine) -> None:
    before = standing(older)
    assert (
        before.rows["development_question"] > 50 and sum(before.sums.values()) > 10**9 and any(before.balances.values())
    )
    downgrade(older, revision=OLDEST)
    low = standing(older)
    assert before.differences(low, of=low) == []
    upgrade(older)
    after = standing(older)
    assert LATER <= tables_of(before.differences(after)) <= LATER | COUNTS
    assert (after.sums, after.balances) == (before.sums, before.balances)
    assert unit_of_work(older, verify, read_only=True) == []


@pytest.mark.parametrize("database", ["sqlite"])
def test_control_one_revision_further_a_row_of_what_was_known_there_is_lost(older: Engine, database: str) -> None:
    before = standing(older)
    downgrade(older, revision="0056")
    low = standing(older)
    assert tables_of(before.differences(low, of=low)) == {"collection_step"}


STEP = '''
"""a way back that is wrong"""
from alembic import op
revision, down_revision = "t1", "{head}"
branch_labels = depends_on = None

def upgrade():
    pass

def downgrade():
    for statement in {statements}:
        op.execute(statement)
'''
FIRST_COST = "WHERE id = (SELECT MIN(id) FROM cost_line)"
LOST = {
    "a cent": (
        [f"UPDATE cost_line SET amount_cents = amount_cents - 1 {FIRST_COST}"],
        "cost_line.amount_cents",
    ),
    "a row": (["DELETE FROM note WHERE id = (SELECT MIN(id) FROM note)"], "note"),
    "an account": (
        [
            *unprotect_statements("sqlite", "transfer"),
            "UPDATE transfer SET credit_account_id = (SELECT MAX(id) FROM ledger_account) WHERE id = 1",
        ],
        "account ",
    ),
}
"""What a way back does wrong, and of what the count then differs."""


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize("what", LOST)
def test_control_a_way_back_that_loses_something_is_found(
    older: Engine, what: str, database: str, tmp_path: Path
) -> None:
    statements, named = LOST[what]
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "t1_wrong.py").write_text(STEP.format(head=head_revision(), statements=statements))
    config, before = alembic_config(older, folder), standing(older)
    command.upgrade(config, "t1")
    command.downgrade(config, head_revision())
    found = before.differences(standing(older))
    assert found and all(one.startswith(named) for one in found)
