"""The migrated schema is that of the models, on both databases, and no step loses a row."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from portal.cases.chosen_training import choose_training
from portal.framework.trainings.actions import enter_training
from portal.ledger.actions import PeriodCap, Reservation, fund, open_accounts, redeem, reserve
from portal.ledger.invariants import verify
from portal.migrations import (
    FOLDER,
    BackupFailed,
    alembic_config,
    back_up,
    current_revision,
    downgrade,
    head_revision,
    require_head,
    upgrade,
)
from portal.platform.database import load_models, make_engine, unit_of_work
from portal.platform.errors import WrongSchema
from portal.platform.idempotency import claim_idempotency
from tests.factories import NOW, REGION, a_draft, asker
from tests.portal.cases.test_chosen_training import TERMS
from tests.who_runs_what import PROOF

HOW_FAR_BACK = "base" if PROOF else "-10"
"""In every run over the newest revisions: one that was published never changes again. In the proof over all."""
TRIGGERS = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT relname, tgname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger "
    "JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal",
}
INDEXES = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


def describe(engine: Engine) -> dict[str, dict[str, Any]]:
    """Everything the database itself knows of its tables: columns, keys, checks, indexes and triggers."""
    kind, look = engine.dialect.name, inspect(engine)
    with engine.connect() as connection:
        of_table = {
            "columns": everywhere(
                look.get_multi_columns(), lambda c: (c["name"], str(c["type"]), c["nullable"], c["default"])
            ),
            "primary key": {name: found for (_, name), found in look.get_multi_pk_constraint().items()},
            "foreign keys": everywhere(
                look.get_multi_foreign_keys(),
                lambda key: repr(
                    [
                        key.get(part)
                        for part in ("name", "constrained_columns", "referred_table", "referred_columns", "options")
                    ]
                ),
            ),
            "unique": everywhere(
                look.get_multi_unique_constraints(), lambda one: repr([one["name"], one["column_names"]])
            ),
            "indexes": everywhere(
                look.get_multi_indexes(), lambda one: repr([one["name"], one["column_names"], one.get("unique")])
            ),
            "checks": everywhere(look.get_multi_check_constraints(), lambda one: (one["name"], plain(one["sqltext"]))),
            "triggers": told(connection, TRIGGERS[kind]),
            "index definitions": told(connection, INDEXES[kind]),
        }
    tables = [name for name in look.get_table_names() if name != "alembic_version"]
    return {name: {part: found.get(name, []) for part, found in of_table.items()} for name in tables}


def everywhere(found: dict[Any, Any], say: Callable[[Any], Any]) -> dict[str, list[Any]]:
    """Per table what it has of one kind, sorted."""
    return {name: sorted(say(one) for one in items) for (_, name), items in found.items()}


def told(connection: Connection, query: str) -> dict[str, list[tuple[str, str]]]:
    """Per table the names and texts of what a query finds, sorted."""
    tables = defaultdict(list)
    for table, name, text_of_it in connection.execute(text(query)):
        tables[table].append((name, plain(text_of_it)))
    return {table: sorted(items) for table, items in tables.items()}


def plain(sql: str) -> str:
    """SQL with single spaces."""
    return re.sub(r"\s+", " ", sql)


def put_rows(engine: Engine, now: datetime) -> None:
    """Some of everything that must survive: money, guards, keys, and rows that point to each other."""

    def work(session: Any) -> None:
        claim_idempotency(session, actor_key="a", route="r", key="k", fingerprint="f" * 64, now=now)
        for line in (1, 2):
            open_accounts(session, funding_line_id=line)
            fund(session, funding_line_id=line, amount_cents=100_000, actor_id="account:1", now=now)
        for voucher in range(1, 30):
            cap = PeriodCap("s", f"person:{voucher % 7}", "2026", 100_000)
            wanted = [Reservation(line, 1_000 + voucher, voucher_id=voucher, caps=(cap,)) for line in (1, 2)]
            reserve(session, reservations=wanted, decision_id=voucher, actor_id="account:1", now=now)
        redeem(session, voucher_id=3, amount_cents=1_500, keep_rest=True, actor_id="account:2", now=now)

    unit_of_work(engine, work)


def checksums(engine: Engine, only: set[str] | None = None) -> dict[str, tuple[int, str]]:
    """Per table the number of rows and a hash over all of them, columns by name."""
    sums = {}
    look = inspect(engine)
    with engine.connect() as connection:
        for table in look.get_table_names():
            if table == "alembic_version" or (only is not None and table not in only):
                continue
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings().all()
            lines = sorted(repr(sorted((key, str(value)) for key, value in row.items())) for row in rows)
            sums[table] = (len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())
    return sums


def test_the_migrated_schema_is_that_of_the_models(migrated: Engine, empty: Engine) -> None:
    """So that a database that holds nothing may be made from the models at once."""
    upgrade(empty)
    require_head(empty)
    stepped, modelled = describe(migrated), describe(empty)
    assert sorted(stepped) == sorted(modelled)
    for table, expected in modelled.items():
        for part, found in expected.items():
            assert stepped[table][part] == found, f"{table}: {part}"


@pytest.mark.parametrize(
    ("database", "difference"),
    [
        ("sqlite", "DROP TRIGGER transfer_no_update"),
        ("sqlite", "DROP INDEX uq_transfer_resolves_id"),
        ("postgresql", "DROP TRIGGER transfer_no_truncate ON transfer"),
        ("postgresql", "ALTER TABLE budget_guard DROP CONSTRAINT ck_budget_guard_within_budget"),
        ("postgresql", "ALTER TABLE transfer ALTER COLUMN note TYPE varchar(50)"),
    ],
)
def test_the_comparison_would_see_a_difference(migrated: Engine, database: str, difference: str) -> None:
    before = describe(migrated)
    with migrated.begin() as connection:
        connection.execute(text(difference))
    assert describe(migrated) != before


def test_every_append_only_table_keeps_its_triggers(migrated: Engine, database: str) -> None:
    found = describe(migrated)
    protected = [table.name for table in load_models().sorted_tables if table.info.get("append_only")]
    assert "transfer" in protected
    assert [len(found[name]["triggers"]) for name in protected] == [{"sqlite": 3, "postgresql": 2}[database]] * len(
        protected
    )


def test_up_down_and_up_again_works_with_rows_in_place(migrated: Engine, now: datetime) -> None:
    put_rows(migrated, now)
    before = describe(migrated)
    downgrade(migrated, revision=HOW_FAR_BACK)
    left = [name for name in inspect(migrated).get_table_names() if name != "alembic_version"]
    assert (left == []) is (HOW_FAR_BACK == "base")
    upgrade(migrated)
    assert describe(migrated) == before
    put_rows(migrated, now)
    assert unit_of_work(migrated, verify, read_only=True) == []


def test_a_question_that_was_filled_in_with_a_training_of_the_region_remembers_which(migrated: Engine) -> None:
    def two(session: Any) -> tuple[int, int]:
        question, other = a_draft(session), a_draft(session)
        known = enter_training(session, terms=TERMS, actor=REGION, now=NOW)
        choose_training(session, question=question, training=known, actor=asker(question), now=NOW)
        return question.id, other.id

    def chosen() -> list[tuple[int, int | None]]:
        with migrated.connect() as connection:
            found = connection.execute(text("SELECT id, training_id FROM development_question ORDER BY id"))
            return [(row[0], row[1]) for row in found]

    question, other = unit_of_work(migrated, two)
    before = chosen()
    assert [id for id, training in before if training is not None] == [question]
    downgrade(migrated, revision="0027")
    upgrade(migrated)
    assert chosen() == before and other in dict(before)
    unit_of_work(migrated, lambda s: enter_training(s, terms=replace(TERMS, reference="v-2"), actor=REGION, now=NOW))
    downgrade(migrated, revision="0027")
    upgrade(migrated)
    assert chosen() == [(id, None) for id, _ in before], "of two that are called so it is not known which"


STEP_PARENT = '''
"""two tables, one pointing to the other"""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "t1", "{head}"
branch_labels = depends_on = None

def upgrade():
    name = sa.Column("name", sa.String(20), nullable=False)
    op.create_table("trial_parent", sa.Column("id", sa.Integer, primary_key=True), name)
    op.create_table(
        "trial_child",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("trial_parent.id", name="fk_trial", ondelete="CASCADE"), nullable=False),
    )

def downgrade():
    op.drop_table("trial_child")
    op.drop_table("trial_parent")
'''
STEP_REBUILD = '''
"""a change for which SQLite has to build the parent anew, also of the ledger's accounts"""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "t2", "t1"
branch_labels = depends_on = None

def change(length, constraint):
    with op.batch_alter_table("trial_parent", recreate="auto") as batch:
        batch.alter_column("name", type_=sa.String(length), existing_type=sa.String(20), existing_nullable=False)
    with op.batch_alter_table("ledger_account", recreate="auto") as batch:
        if constraint:
            batch.create_check_constraint("trial", "funding_line_id > 0")
        else:
            batch.drop_constraint(op.f("ck_ledger_account_trial"), type_="check")

def upgrade():
    change(40, True)

def downgrade():
    change(20, False)
'''


@pytest.fixture
def with_trial_steps(tmp_path: Path) -> Path:
    """The migrations with two steps behind them that rebuild a table others point to."""
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "t1_parent.py").write_text(STEP_PARENT.format(head=head_revision()))
    (folder / "versions" / "t2_rebuild.py").write_text(STEP_REBUILD)
    return folder


def fill_trial(engine: Engine) -> None:
    with engine.begin() as connection:
        for number in range(1, 101):
            connection.execute(text(f"INSERT INTO trial_parent (id, name) VALUES ({number}, 'n{number}')"))
            connection.execute(text(f"INSERT INTO trial_child (id, parent_id) VALUES ({number}, {number})"))


def test_no_row_is_lost_when_a_table_that_others_point_to_is_rebuilt(
    migrated: Engine, with_trial_steps: Path, now: datetime
) -> None:
    config = alembic_config(migrated, with_trial_steps)
    command.upgrade(config, "t1")
    put_rows(migrated, now)
    fill_trial(migrated)
    before = checksums(migrated)
    assert before["trial_child"][0] == 100
    for step in ("t2", "t1", "t2"):
        (command.upgrade if step == "t2" else command.downgrade)(config, step)
        assert checksums(migrated) == before, f"after {step}"
    assert unit_of_work(migrated, verify, read_only=True) == []


@pytest.mark.parametrize("database", ["sqlite"])
def test_control_with_foreign_keys_on_the_same_step_takes_the_child_rows_with_it(
    migrated: Engine, with_trial_steps: Path, database: str
) -> None:
    config = alembic_config(migrated, with_trial_steps)
    command.upgrade(config, "t1")
    fill_trial(migrated)
    before = checksums(migrated)
    config.attributes["foreign_keys_on"] = True
    command.upgrade(config, "t2")
    after = checksums(migrated)
    assert after != before
    assert (before["trial_child"][0], after["trial_child"][0]) == (100, 0)


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_step_that_leaves_rows_pointing_to_nothing_is_rolled_back(
    migrated: Engine, with_trial_steps: Path, database: str
) -> None:
    broken = STEP_REBUILD.replace("    change(40, True)", '    op.execute("DELETE FROM trial_parent WHERE id = 1")')
    (with_trial_steps / "versions" / "t2_rebuild.py").write_text(broken)
    config = alembic_config(migrated, with_trial_steps)
    command.upgrade(config, "t1")
    fill_trial(migrated)
    with pytest.raises(RuntimeError, match="point to nothing"):
        command.upgrade(config, "t2")
    assert checksums(migrated)["trial_parent"][0] == 100
    assert current_revision(migrated) == "t1"


def test_the_newest_revision_is_that_of_alembic() -> None:
    assert head_revision() == ScriptDirectory.from_config(alembic_config()).get_current_head()


def test_a_database_at_another_revision_is_refused(empty: Engine, migrated: Engine) -> None:
    with pytest.raises(WrongSchema, match="loket db upgrade"):
        require_head(empty)
    require_head(migrated)
    with migrated.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'x'"))
    with pytest.raises(WrongSchema):
        require_head(migrated)


def test_a_making_that_fails_leaves_nothing(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alembic.migration.MigrationContext.stamp", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        upgrade(empty)
    assert inspect(empty).get_table_names() == []
    monkeypatch.undo()
    upgrade(empty)
    require_head(empty)


def test_upgrading_twice_changes_nothing_and_makes_no_backup(empty: Engine, tmp_path: Path, now: datetime) -> None:
    assert upgrade(empty, backups=tmp_path / "backups", now=now) is None
    assert upgrade(empty, backups=tmp_path / "backups", now=now) is None
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_database_with_rows_is_backed_up_before_it_is_upgraded(
    migrated: Engine, tmp_path: Path, now: datetime, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_rows(migrated, now)
    before = checksums(migrated)
    monkeypatch.setattr("portal.migrations.head_revision", lambda: "later")
    made = upgrade(migrated, backups=tmp_path / "backups", now=now)
    assert made is not None
    copy = make_engine(f"sqlite:///{made}")
    assert checksums(copy) == before
    copy.dispose()


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_backup_never_overwrites_a_file(migrated: Engine, tmp_path: Path, database: str) -> None:
    back_up(migrated, tmp_path / "copy.db")
    with pytest.raises(BackupFailed):
        back_up(migrated, tmp_path / "copy.db")
