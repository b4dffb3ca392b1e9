"""forecasts: what every budget will do, as it was worked out, and whether the public sees it

Revision ID: 0066
Revises: 0065
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.platform.append_only import protect_statements

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

FORECAST, METER = "forecast", "money_meter"
CHECKS = {
    "looks_ahead": "until > data_day",
    "dice_known": "paths > 0 AND seed >= 0",
    "vouchers_counted": "vouchers >= 0",
    "version_known": "length(version) > 0",
    "made_by_someone": "length(made_by) > 0",
}
INSTANT, CENTS = sa.DateTime(timezone=True), sa.BigInteger()
SURETY, ROOM = "surety", "surety_room"
_WHOLE = "({0}_at IS NULL) = ({0}_by IS NULL) AND ({0}_at IS NULL) = ({0}_by_name IS NULL)"
SURETY_CHECKS = {
    "limit_is_small": "limit_permille BETWEEN 1 AND 100",
    "most_positive": "most_cents > 0",
    "reason_given": "length(reason) > 0",
    "begun_whole": f"{_WHOLE.format('begun')} AND (begun_at IS NULL) = (vouching_line_id IS NULL)",
    "ended_whole": _WHOLE.format("ended"),
    "begun_when_state_says_so": "(state IN ('in_force', 'ended')) = (begun_at IS NOT NULL)",
    "ended_when_state_says_so": "(state IN ('ended', 'dropped')) = (ended_at IS NOT NULL)",
    "second_person": "begun_by IS NULL OR begun_by <> laid_down_by",
    "two_lines": "vouching_line_id IS NULL OR vouching_line_id <> line_id",
}
ROOM_CHECKS = {
    "not_negative": "room_cents >= 0 AND exposure_cents >= 0 AND moved_back_cents >= 0",
    "chance_is_a_chance": "chance_ppm BETWEEN 0 AND 1000000",
    "brake_leaves_no_room": "NOT braked OR room_cents = 0",
}
REFERS = {"line_id": "funding_line", "guarantor_id": "funder", "vouching_line_id": "funding_line"}
_STATE = sa.Enum(
    "laid_down",
    "in_force",
    "ended",
    "dropped",
    name="surety_state",
    native_enum=False,
    create_constraint=True,
    length=40,
)


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        FORECAST,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("data_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("paths", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("vouchers", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_by_name", sa.String(length=100), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{FORECAST}_{name}")) for name, rule in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{FORECAST}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{FORECAST}_public_id")),
    )
    op.create_table(
        METER,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("length(set_by) > 0", name=op.f(f"ck_{METER}_set_by_someone")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{METER}")),
    )
    _create_sureties()
    for table, unique in ((ROOM, [("id",)]), (FORECAST, [("id",), ("public_id",)]), (METER, [("id",)])):
        for statement in protect_statements(op.get_bind().dialect.name, table, unique):
            op.execute(statement)


def _create_sureties() -> None:
    op.create_table(
        SURETY,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("guarantor_id", sa.Integer(), nullable=False),
        sa.Column("vouching_line_id", sa.Integer(), nullable=True),
        sa.Column("limit_permille", sa.Integer(), nullable=False),
        sa.Column("most_cents", CENTS, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", _STATE, nullable=False),
        *_who("laid_down", nullable=False),
        *_who("begun", nullable=True),
        *_who("ended", nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{SURETY}_{name}")) for name, rule in SURETY_CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{SURETY}_{column}_{table}"))
            for column, table in REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SURETY}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{SURETY}_public_id")),
        sa.UniqueConstraint("vouching_line_id", name=op.f(f"uq_{SURETY}_vouching_line_id")),
    )
    for column in ("line_id", "guarantor_id"):
        op.create_index(op.f(f"ix_{SURETY}_{column}"), SURETY, [column])
    holds = sa.text("state IN ('laid_down', 'in_force')")
    op.create_index(f"uq_{SURETY}_line", SURETY, ["line_id"], unique=True, sqlite_where=holds, postgresql_where=holds)
    op.create_table(
        ROOM,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("surety_id", sa.Integer(), nullable=False),
        sa.Column("room_cents", CENTS, nullable=False),
        sa.Column("exposure_cents", CENTS, nullable=False),
        sa.Column("chance_ppm", sa.Integer(), nullable=False),
        sa.Column("braked", sa.Boolean(), nullable=False),
        sa.Column("moved_back_cents", CENTS, nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{ROOM}_{name}")) for name, rule in ROOM_CHECKS.items()),
        sa.ForeignKeyConstraint(["surety_id"], [f"{SURETY}.id"], name=op.f(f"fk_{ROOM}_surety_id_{SURETY}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ROOM}")),
    )
    op.create_index(op.f(f"ix_{ROOM}_surety_id"), ROOM, ["surety_id"])


def _who(step: str, *, nullable: bool) -> list[sa.Column[object]]:
    """When a step was taken and by whom."""
    return [
        sa.Column(f"{step}_at", INSTANT, nullable=nullable),
        sa.Column(f"{step}_by", sa.String(length=80), nullable=nullable),
        sa.Column(f"{step}_by_name", sa.String(length=100), nullable=nullable),
    ]


def downgrade() -> None:
    """Change the schema back. Forecasts and sureties are lost; what was reserved by them stays in the books."""
    for table in (ROOM, SURETY, METER, FORECAST):
        op.drop_table(table)
