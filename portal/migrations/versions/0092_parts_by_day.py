"""a part of an award says on which day and for which kind of costs it was awarded; what was awarded later is a part of its own

Revision ID: 0092
Revises: 0091
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None

ONCE = ("award_id", "line_key", "funding_line_id")
BEFORE, AFTER = (f"uq_award_part_{'_'.join(columns)}" for columns in (ONCE, (*ONCE, "awarded_on")))
PART = sa.table(
    "award_part",
    *(sa.column(name, sa.Integer) for name in ("id", "award_id", "funding_line_id", "amount_cents")),
    *(sa.column(name, sa.String) for name in ("line_key", "category")),
    sa.column("awarded_on", sa.Date),
)
SAID = (
    "UPDATE award_part SET awarded_on = (SELECT awarded_on FROM award WHERE award.id = award_part.award_id)",
    "UPDATE award_part SET category = (SELECT cost_line.category FROM cost_line JOIN award"
    " ON award.question_id = cost_line.question_id WHERE award.id = award_part.award_id"
    " AND cost_line.line_key = award_part.line_key)",
)
RAISED = sa.text(
    "SELECT voucher.award_id, ledger_account.funding_line_id, transfer.amount_cents, transfer.booked_on, award.awarded_on"
    " FROM transfer JOIN voucher ON voucher.id = transfer.voucher_id JOIN award ON award.id = voucher.award_id"
    " JOIN ledger_account ON ledger_account.id = transfer.credit_account_id"
    " WHERE transfer.kind = 'reserve' AND transfer.key LIKE 'supplement:%' ORDER BY transfer.id DESC"
).columns(booked_on=sa.Date, awarded_on=sa.Date)
"""What was awarded on top, the last first: the books know its day and its funding line."""


def upgrade() -> None:
    """Change the schema, and take what was awarded on top out of the parts that it raised, with its own day.

    Of parts of one award on one funding line nobody kept which was raised: there the last one is taken first.
    """
    with op.batch_alter_table("award_part", schema=None) as batch_op:
        batch_op.add_column(sa.Column("awarded_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("category", sa.String(length=20), nullable=True))
        batch_op.drop_constraint(batch_op.f(BEFORE), type_="unique")
    for said in SAID:
        op.execute(said)
    bind = op.get_bind()
    for award, line, cents, booked_on, awarded_on in bind.execute(RAISED).all():
        if booked_on != awarded_on:
            _take_out(bind, (award, line), cents, booked_on, awarded_on)
    with op.batch_alter_table("award_part", schema=None) as batch_op:
        batch_op.alter_column("awarded_on", existing_type=sa.Date(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f(AFTER), [*ONCE, "awarded_on"])


def _take_out(bind: Connection, whose: tuple[int, int], cents: int, booked_on: date, awarded_on: date) -> None:
    """Give so many cents of an award on a funding line their own day."""
    columns, mine = PART.c, (PART.c.award_id == whose[0], PART.c.funding_line_id == whose[1])
    rows = sa.select(columns.id, columns.line_key, columns.category, columns.amount_cents)
    parts = bind.execute(rows.where(*mine, columns.awarded_on == awarded_on).order_by(columns.id.desc())).all()
    for part, line_key, category, amount in parts:
        taken = min(cents, amount)
        if not taken:
            break
        cents -= taken
        if taken == amount:
            bind.execute(PART.delete().where(columns.id == part))
        else:
            bind.execute(PART.update().where(columns.id == part).values(amount_cents=amount - taken))
        there = (*mine, columns.line_key == line_key, columns.awarded_on == booked_on)
        more = PART.update().where(*there).values(amount_cents=columns.amount_cents + taken)
        if bind.execute(more).rowcount:
            continue
        new = {"award_id": whose[0], "funding_line_id": whose[1], "line_key": line_key, "category": category}
        bind.execute(PART.insert().values(**new, amount_cents=taken, awarded_on=booked_on))


def downgrade() -> None:
    """Change the schema back: what was awarded later raises the part of the first day again."""
    bind, columns = op.get_bind(), PART.c
    for first, others, amount in list(_together(bind)):
        bind.execute(PART.delete().where(columns.id.in_(others)))
        bind.execute(PART.update().where(columns.id == first).values(amount_cents=amount))
    with op.batch_alter_table("award_part", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(AFTER), type_="unique")
        batch_op.drop_column("category")
        batch_op.drop_column("awarded_on")
        batch_op.create_unique_constraint(batch_op.f(BEFORE), list(ONCE))


def _together(bind: Connection) -> Iterator[tuple[int, list[int], int]]:
    """Of what is in more than one part the first one, the others, and what they are together."""
    keys = [PART.c[name] for name in ONCE]
    several = sa.select(*keys).group_by(*keys).having(sa.func.count() > 1)
    for whose in bind.execute(several).all():
        mine = [column == value for column, value in zip(keys, whose, strict=True)]
        rows = sa.select(PART.c.id, PART.c.amount_cents).where(*mine).order_by(PART.c.awarded_on, PART.c.id)
        (first, amount), *others = bind.execute(rows).all()
        yield first, [one[0] for one in others], amount + sum(one[1] for one in others)
