"""questions that the program of a form brings in

Revision ID: 0088
Revises: 0086
"""

from __future__ import annotations

from alembic import op

revision = "0088"
down_revision = "0086"
branch_labels = None
depends_on = None

WAYS = "ck_assistance_help_way"


def upgrade() -> None:
    """Change the schema."""
    _ways("counter", "telephone", "letter", "form")


def downgrade() -> None:
    """Change the schema back. Of what a form brought in it is no longer said that others had a part in it; the question stays."""
    op.execute("DELETE FROM assistance WHERE way = 'form'")
    _ways("counter", "telephone", "letter")


def _ways(*ways: str) -> None:
    said = ", ".join(f"'{way}'" for way in ways)
    with op.batch_alter_table("assistance", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(WAYS), type_="check")
        batch_op.create_check_constraint(op.f(WAYS), f"way IN ({said})")
