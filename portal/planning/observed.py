"""What a forecast is made from, read from the books as they were on a day: vouchers, what was asked, every budget."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_low

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.plan.forecast.seen import AskedFor, Ended, History, LineNow, OpenVoucher, Position, VoucherSeen
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.ledger.queries import figures, line_figures
from portal.paying.reassignments.queries import lines_by_earmark
from portal.planning.money_out import WEEK, RefusedDemand, money_left, refused_demand, week_of
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.models import Redemption, Voucher

MOST_WEEKS = 156
"""So far back is looked."""
READ = 600
"""Of so many vouchers, the newest, is looked at which budgets would pay a question like theirs."""
OWN_SEGMENT = 10
"""So many of them have the same budgets before they are followed by themselves."""
PER_SCHEME = 4


@dataclass(frozen=True)
class Observed:
    """The past and the position on a day, and the records behind the names in them."""

    on: date
    history: History
    position: Position
    lines: Mapping[str, FundingLine]
    schemes: Mapping[str, str]
    """Per segment the scheme that it is of."""
    segment_of: Mapping[int, str]
    """Per voucher, by its id, its segment."""

    @property
    def vouchers(self) -> int:
        """How many vouchers it was learned from."""
        return len(self.history.vouchers)


@dataclass(frozen=True)
class _FirstUse:
    first: date
    cents: int


def something_to_learn(session: Session, *, on: date) -> bool:
    """Whether `observed` finds anything on a day: a budget that is not over, and a voucher of before it."""
    if not any(line.period_to >= on for line in funding_lines(session)):
        return False
    before = select(Voucher.id).where(Voucher.issued_on < on, Voucher.issued_on >= on - MOST_WEEKS * WEEK).limit(1)
    return session.scalar(before) is not None


def nothing_to_learn() -> Refusal:
    """What is said when there is nothing to look ahead from."""
    message = _l("Er is nog geen voucher of geen budget dat doorloopt. Dan valt er niets te verwachten.")
    return Refusal("nothing_to_learn", message)


def observed(session: Session, *, on: date) -> Observed | None:
    """What was known when a day began; None when there is no budget that is not over, or no voucher yet."""
    lines = {line.slug: line for line in funding_lines(session) if line.period_to >= on}
    since = on - MOST_WEEKS * WEEK
    rows = select(Voucher).where(Voucher.issued_on < on, Voucher.issued_on >= since).order_by(Voucher.id)
    vouchers = list(session.scalars(rows))
    if not lines or not vouchers:
        return None
    segment_of, pays = _segments(session, vouchers, list(lines.values()), on)
    uses, segments = _uses(session, on), tuple(sorted(set(segment_of.values())))
    weeks = max(4, -week_of(min(one.issued_on for one in vouchers), on))
    schemes = {segment_of[one.id]: one.scheme for one in vouchers}
    left = money_left(session, weeks=weeks, on=on)
    asked = tuple(AskedFor(segment_of[one.id], week_of(one.issued_on, on), one.amount_cents) for one in vouchers)
    refused = _refused(refused_demand(session, left=left), vouchers, segment_of, on)
    history = History(
        segments,
        weeks,
        asked + refused,
        tuple(_seen(one, segment_of[one.id], uses.get(one.id), on) for one in vouchers),
        left.closed(schemes),
    )
    return Observed(on, history, _position(session, vouchers, segment_of, pays, lines, on), lines, schemes, segment_of)


def _refused(
    found: Collection[RefusedDemand], vouchers: Collection[Voucher], segment_of: Mapping[int, str], on: date
) -> tuple[AskedFor, ...]:
    """Demand without a voucher, in the segment that most vouchers of its scheme are in; its usual amount where none is known."""
    cents: dict[str, list[int]] = defaultdict(list)
    count: Counter[tuple[str, str]] = Counter()
    for one in vouchers:
        cents[one.scheme].append(one.amount_cents)
        count[one.scheme, segment_of[one.id]] += 1
    usual: dict[str, str] = {}
    for (scheme, segment), _number in sorted(count.items(), key=lambda item: (-item[1], item[0])):
        usual.setdefault(scheme, segment)
    return tuple(
        AskedFor(usual[one.scheme], week_of(one.asked_on, on), one.cents or median_low(cents[one.scheme]))
        for one in found
        if one.scheme in usual
    )


def _segments(
    session: Session, vouchers: list[Voucher], lines: list[FundingLine], on: date
) -> tuple[dict[int, str], dict[str, tuple[str, ...]]]:
    """Per voucher its segment (scheme and the budgets that would pay a question like it), and those budgets in order."""
    known = lines_by_earmark(session, vouchers=vouchers[-READ:], lines=lines, on=on)
    scheme_of = {one.id: one.scheme for one in vouchers}
    count = Counter((scheme_of[key], tuple(line.slug for line in found)) for key, found in known.items())
    kept: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for (scheme, slugs), number in sorted(count.items(), key=lambda item: (-item[1], item[0])):
        if not kept[scheme] or (number >= OWN_SEGMENT and len(kept[scheme]) < PER_SCHEME):
            kept[scheme].append(slugs)
    for scheme in sorted({*scheme_of.values()} - kept.keys()):
        kept[scheme].append(tuple(line.slug for line in lines if scheme in (line.admitted_schemes or [scheme])))
    segment_of = {}
    for one in vouchers:
        own = tuple(line.slug for line in known[one.id]) if one.id in known else ()
        place = kept[one.scheme].index(own) if own in kept[one.scheme] else 0
        segment_of[one.id] = f"{one.scheme} {place + 1}"
    pays = {f"{scheme} {place + 1}": slugs for scheme, sets in kept.items() for place, slugs in enumerate(sets)}
    return segment_of, pays


def _uses(session: Session, on: date) -> dict[int, _FirstUse]:
    """Per voucher when it was used first, and how much of it was used, before a day."""
    columns = (Redemption.voucher_id, Redemption.redeemed_at, Redemption.amount_cents - Redemption.credited_cents)
    found: dict[int, _FirstUse] = {}
    for voucher_id, at, cents in session.execute(select(*columns).order_by(Redemption.redeemed_at)):
        if (day := local_date(at)) < on and cents > 0:
            before = found.get(voucher_id)
            found[voucher_id] = _FirstUse(before.first if before else day, cents + (before.cents if before else 0))
    return found


def _seen(voucher: Voucher, segment: str, use: _FirstUse | None, on: date) -> VoucherSeen:
    """What was known of a voucher when the day began."""
    week, valid = week_of(voucher.issued_on, on), _validity(voucher)
    ended, used, last = Ended.OPEN, 0, on
    gone = _before(voucher.expired_at, on) or _before(voucher.revoked_at, on)
    if use is not None:
        ended, used, last = Ended.USED, min(use.cents, voucher.amount_cents), max(use.first, voucher.issued_on)
    elif gone is not None:
        ended, last = Ended.LAPSED, max(gone, voucher.issued_on)
    return VoucherSeen(segment, week, voucher.amount_cents, max(0, week_of(last, on) - week), ended, used, valid)


def _before(at: datetime | None, on: date) -> date | None:
    day = local_date(at) if at is not None else None
    return day if day is not None and day < on else None


def _validity(voucher: Voucher) -> int:
    return max(1, (voucher.valid_until - voucher.issued_on).days // 7)


def _position(
    session: Session,
    vouchers: list[Voucher],
    segment_of: Mapping[int, str],
    pays: dict[str, tuple[str, ...]],
    lines: Mapping[str, FundingLine],
    on: date,
) -> Position:
    """Every budget and every voucher that money was reserved for when the day began."""
    yesterday, by_id = on - timedelta(days=1), {line.id: line for line in lines.values()}
    held: dict[int, list[tuple[str, int]]] = defaultdict(list)
    sums = figures(session, by=("voucher_id", "funding_line_id"), until=yesterday, funding_line_ids=list(by_id))
    for (voucher_id, line_id), found in sorted(sums.items(), key=str):
        if voucher_id is not None and line_id is not None and voucher_id in segment_of and found.reserved_cents > 0:
            held[voucher_id].append((by_id[line_id].slug, found.reserved_cents))
    still = tuple(
        OpenVoucher(segment_of[one.id], -week_of(one.issued_on, on), _validity(one), tuple(held[one.id]))
        for one in vouchers
        if one.id in held
    )
    reserved = Counter[str]()
    for open_one in still:
        for slug, cents in open_one.parts:
            reserved[slug] += cents
    money = line_figures(session, funding_line_ids=list(by_id), until=yesterday)
    now = []
    for slug, line in sorted(lines.items()):
        found, starts = money[line.id], max(0, week_of(line.period_from, on) + 1) if line.period_from > on else 0
        free = max(0, found.available_cents)
        now.append(
            LineNow(
                slug,
                (free if not starts else 0) + reserved[slug] + found.spent_cents,
                found.spent_cents,
                found.paid_cents,
                week_of(line.period_to, on),
                ((starts, free),) if starts else (),
            )
        )
    valid: dict[str, list[int]] = defaultdict(list)
    for one in vouchers:
        valid[segment_of[one.id]].append(_validity(one))
    return Position(tuple(now), still, pays, {name: median_low(found[-200:]) for name, found in valid.items()})
