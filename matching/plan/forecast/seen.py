"""What a forecast is made from: values without a clock. Week 0 is the week that starts on the data day, the past is negative.

Cents are whole; ages and validities are whole weeks since the voucher was issued (age 0: the week of issue).
"""

import enum
from dataclasses import dataclass, field


class Ended(enum.StrEnum):
    """What became of a voucher by the data day."""

    OPEN = "open"
    """It can still be used: of how it ends only is known that it had not ended by then (censored)."""
    USED = "used"
    LAPSED = "lapsed"
    """Expired or withdrawn: nothing of it was used."""


@dataclass(frozen=True, slots=True)
class VoucherSeen:
    """A voucher of the past, as far as the data day: what is learned of use and of lapsing. Raises ``ValueError``."""

    segment: str
    week: int
    """The week of issue, negative."""
    cents: int
    age_weeks: int
    """Whole weeks from issue to its end; of an open one to the data day."""
    ended: Ended
    used_cents: int = 0
    valid_weeks: int = 52

    def __post_init__(self) -> None:
        if self.cents <= 0 or not 0 <= self.used_cents <= self.cents or self.age_weeks < 0 or self.valid_weeks < 1:
            raise ValueError("a voucher has an amount, an age and a validity, and is used for at most its amount")
        if (self.used_cents > 0) != (self.ended is Ended.USED) or self.week + self.age_weeks > 0:
            raise ValueError("what is used has an amount, and nothing ends after the data day")


@dataclass(frozen=True, slots=True)
class AskedFor:
    """One demand of the past that money could have gone to: awarded, or eligible and left without."""

    segment: str
    week: int
    """Negative: -1 is the last whole week before the data day."""
    cents: int


@dataclass(frozen=True, slots=True)
class History:
    """What the region saw in so many weeks before the data day."""

    segments: tuple[str, ...]
    weeks: int
    asked: tuple[AskedFor, ...]
    vouchers: tuple[VoucherSeen, ...]
    closed: frozenset[tuple[str, int]] = frozenset()
    """(segment, week) in which nobody could ask (no money, counter shut): these weeks say nothing about demand."""


@dataclass(frozen=True, slots=True)
class OpenVoucher:
    """A voucher that can still be used on the data day; one part per funding line that pays it."""

    segment: str
    age_weeks: int
    valid_weeks: int
    parts: tuple[tuple[str, int], ...]
    """Funding line and cents reserved."""


@dataclass(frozen=True, slots=True)
class LineNow:
    """A funding line on the data day, in cents. Free to promise = money - reserved for open vouchers - used."""

    id: str
    money_cents: int
    used_cents: int = 0
    """Used by then, paid or not."""
    paid_cents: int = 0
    """The part of used that is paid."""
    last_week: int = 10_000
    """The last week ahead (0 = this one) in which something can be promised from it; what lapses later is lost."""
    more: tuple[tuple[int, int], ...] = ()
    """(week ahead, cents) that is added to it later."""
    beyond_cents: int = 0
    """What may be promised beyond the full reservation (expected use)."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the region stands on the data day, and which lines pay a new voucher of a segment, first to last."""

    lines: tuple[LineNow, ...]
    open: tuple[OpenVoucher, ...]
    pays: dict[str, tuple[str, ...]] = field(default_factory=dict)
    valid_weeks: dict[str, int] = field(default_factory=dict)
    """Validity of a new voucher per segment; 52 where nothing is said."""
