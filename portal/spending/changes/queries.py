"""What a change of a voucher means for the money that pays it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.funding.models import FundingLine
from portal.ledger.queries import figures
from portal.platform.i18n import localized
from portal.spending.vouchers.models import ChangeKind, Voucher, VoucherChange
from portal.spending.vouchers.queries import changes_of


@dataclass(frozen=True)
class LineEffect:
    """One funding line under a voucher when its money may be used up to a later day."""

    funding_line_id: int
    title: str
    reserved_cents: int
    period_to: date
    fits: bool
    """Whether the line allows use on that day: its period binds the award only, or holds the day too."""
    binds_use: bool
    """Whether its period binds the day of use at all; else only that of the award."""
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
            binds_use=line.period_binds != "award_date",
            other_year=until.year > voucher.valid_until.year,
        )
        for line in sorted(lines, key=lambda line: line.slug)
        if held[line.id].reserved_cents > 0
    ]


def extension_to_put_back(session: Session, *, voucher: Voucher) -> VoucherChange | None:
    """The extension that can be put back: the last act that moved the last day, if that was one; None when there is none."""
    moved = [one for one in changes_of(session, voucher=voucher) if one.kind in _MOVES_LAST_DAY and one.day_after]
    if not moved or moved[-1].kind is not ChangeKind.EXTENDED or moved[-1].day_after != voucher.valid_until:
        return None
    return moved[-1]


def day_put_back(session: Session, *, voucher: Voucher, today: date) -> date | None:
    """The last day of a voucher when its extension is put back: what it was, or today when that passed; None without one."""
    extension = extension_to_put_back(session, voucher=voucher)
    return max(extension.day_before, today) if extension is not None and extension.day_before is not None else None


_MOVES_LAST_DAY = (ChangeKind.EXTENDED, ChangeKind.UNBLOCKED, ChangeKind.PUT_BACK)
