"""The table of what decisions took of vouchers, each on its ground of the law.

The grounds are those of Awb 4:48, first paragraph (a to e) and 4:50, first paragraph (a to c); text as in force on
1 January 2026 (see `portal.papers.legal_table`). That a training costs less is none of them: then the award stands, and is
settled at what was used (4:46, first paragraph), unless the holder asks for less.
"""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice


class TakingGround(enum.StrEnum):
    """Why a voucher is revoked, lowered or ended."""

    AT_REQUEST = "at_request"
    """The holder asked for it; no ground of the law is needed for what nobody minds."""
    NOT_DONE = "not_done"
    """4:48, 1, a: the training does not take place, or not the whole of it."""
    DUTY_NOT_MET = "duty_not_met"
    """4:48, 1, b."""
    WRONG_DATA = "wrong_data"
    """4:48, 1, c: with the right data it would have been decided otherwise."""
    WRONG_AWARD = "wrong_award"
    """4:48, 1, d: it was wrong otherwise, and the holder knew or should have known."""
    NO_BUDGET = "no_budget"
    """4:48, 1, e: awarded on the condition that there would be money (4:34, fifth paragraph)."""
    MISTAKE = "mistake"
    """4:50, 1, a: it was wrong, and the holder could not know."""
    CHANGED = "changed"
    """4:50, 1, b: circumstances or insights changed, such as a move out of the region."""
    BY_RULE = "by_rule"
    """4:50, 1, c: a case that the rules of the scheme name."""


AT_ONCE = (
    TakingGround.AT_REQUEST,
    TakingGround.NOT_DONE,
    TakingGround.DUTY_NOT_MET,
    TakingGround.WRONG_DATA,
    TakingGround.WRONG_AWARD,
    TakingGround.NO_BUDGET,
)
"""Grounds on which a voucher is revoked at once."""
LATER = (TakingGround.MISTAKE, TakingGround.CHANGED, TakingGround.BY_RULE)
"""Grounds on which it ends only after a reasonable term (4:50, first paragraph)."""
WITH_DAMAGE = (TakingGround.MISTAKE, TakingGround.CHANGED)
"""Grounds on which damage is made good that somebody has because they trusted the award (4:50, second paragraph)."""


@append_only
class Taking(Base):
    """What one decision takes of a voucher: at once, or by letting it end on a day to come."""

    __tablename__ = "taking"
    __table_args__ = (
        CheckConstraint("(ground IN ('mistake', 'changed', 'by_rule')) = (ends_on IS NOT NULL)", name="later_has_end"),
        CheckConstraint("(ground IN ('mistake', 'changed')) = (damage_cents IS NOT NULL)", name="damage_looked_at"),
        CheckConstraint("(damage_cents IS NULL) = (damage_reason IS NULL)", name="damage_for_a_reason"),
        CheckConstraint(
            "amount_cents >= 0 AND (damage_cents IS NULL OR damage_cents >= 0)", name="amounts_not_negative"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    ground: Mapped[TakingGround] = mapped_column(choice(TakingGround))
    amount_cents: Mapped[int] = mapped_column(Cents)
    """What was released at once; 0 when it ends later."""
    valid_before: Mapped[date] = mapped_column(Date)
    """The last day of the voucher before the decision."""
    ends_on: Mapped[date | None] = mapped_column(Date)
    """The last day on which it can still be used."""
    damage_cents: Mapped[int | None] = mapped_column(Cents)
    """What the region makes good because the holder trusted the award; 0 for none."""
    damage_reason: Mapped[str | None] = mapped_column(Text)
