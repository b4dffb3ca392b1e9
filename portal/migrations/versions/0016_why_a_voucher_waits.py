"""why the desk itself blocked a voucher is a word, no longer a Dutch sentence

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SENTENCE = "Een andere organisatie beslist nog over een deel van de kosten."
WORD = "share_elsewhere"
VOUCHER = sa.table("voucher", sa.column("block_reason"))


def upgrade() -> None:
    """Vouchers that wait for another body carry the word."""
    _say(WORD, instead_of=SENTENCE)


def downgrade() -> None:
    """They carry the sentence again, by which they were found before."""
    _say(SENTENCE, instead_of=WORD)


def _say(reason: str, *, instead_of: str) -> None:
    op.execute(sa.update(VOUCHER).where(VOUCHER.c.block_reason == instead_of).values(block_reason=reason))
