"""What a change of a voucher means for the money that pays it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.funding.models import FundingLine
from portal.ledger.queries import figures
from portal.platform.i18n import localized
from portal.spending.vouchers.models import Voucher


@dataclass(frozen=True)
class LineEffect:
    """One funding line under a voucher when its money may be used up to a later day."""

    funding_line_id: int
    title: str
    reserved_cents: int
    period_to: date
    fits: bool
    """Whether the line allows use on that day: its period binds the award only, or holds the day too."""
    other_year: bool
    """Whether the money is then used in a later budget year than the present last day."""


def extension_effect(session: Session, *, voucher: Voucher, until: date) -> list[LineEffect]:
    """Per funding line that still has money reserved for a voucher: whether it may be used up to `until`, and in which year."""
    held = {key[0]: found for key, found in figures(session, by=("funding_line_id",), voucher_ids=[voucher.id]).items()}
    lines = session.scalars(select(FundingLine).where(FundingLine.id.in_([key for key in held if key is not None])))
    return [
        LineEffect(
            funding_line_id=line.id,
            title=localized({"nl": line.title_nl, "en": line.title_en}),
            reserved_cents=held[line.id].reserved_cents,
            period_to=line.period_to,
            fits=line.period_binds == "award_date" or until <= line.period_to,
            other_year=until.year > voucher.valid_until.year,
        )
        for line in sorted(lines, key=lambda line: line.slug)
        if held[line.id].reserved_cents > 0
    ]
