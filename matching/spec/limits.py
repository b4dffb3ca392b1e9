"""The arithmetic of the specification: limits, bases, prices and what a funding line admits. No solver, no search.

Upper limits round down, required lower limits round up; shares are exact fractions.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from fractions import Fraction

from matching.problem import (
    Circumstances,
    CostLine,
    HolderCap,
    Offer,
    OfferCoFinancing,
    OffersCap,
    OfferShareOfBase,
    OfferTiers,
    Part,
    Problem,
)
from matching.problem.money import AvailableFundingLine, PledgedMoney
from schemes.basics.money import floor_share

Paid = Mapping[tuple[str, str], int]
"""(line id, offer or pledge id) -> cents paid."""


def covers(offer: Offer, line: CostLine) -> bool:
    """Whether the line is one of the offer's: of its part, and its category covered with a share above zero."""
    return offer.part == line.part and offer.coverage.get(line.category, 0) > 0


def basis_cents(offer: Offer, line: CostLine) -> int:
    """The amount of the line on the offer's VAT basis."""
    return line.without_vat_cents if offer.vat == "excluding" else line.amount_cents


def coverage_limit(offer: Offer, line: CostLine) -> int:
    """Constraint 2: the most the offer may pay of this line."""
    share = offer.coverage.get(line.category) if offer.part == line.part else None
    return floor_share(share, basis_cents(offer, line)) if share else 0


def payable(problem: Problem, offer: Offer, line: CostLine) -> int:
    """Constraint 2: what the offer can pay of this line by itself; nothing of a line that the asker does not owe."""
    return min(coverage_limit(offer, line), line.amount_cents) if problem.is_askers(line) else 0


def eligible_cost(problem: Problem, offer: Offer) -> int:
    """The full sum of the offer's lines on its VAT basis."""
    return sum(basis_cents(offer, line) for line in problem.lines if covers(offer, line))


def cap_left(offer: Offer) -> int | None:
    """Constraint 4: what is left of the cap after what was had before; None without a cap."""
    return None if offer.cap_cents is None else max(0, offer.cap_cents - offer.had_before_cents)


def holder_left(cap: HolderCap) -> int:
    """Constraint 4: what is left of the cap of a person or employer, over all its offers together."""
    return max(0, cap.amount_cents - cap.had_before_cents)


def same_part(offer: Offer, other: Offer) -> bool:
    """Whether two offers are for one training: in a bundle "no other public money" looks no further."""
    return offer.part == other.part


def own_room(problem: Problem, offer: Offer) -> int | None:
    """Constraint 4: the most the offer may pay by itself: what is left of its caps and of the undertaking's room for aid."""
    limits = [cap_left(offer), problem.de_minimis_room_cents if offer.de_minimis else None]
    limits += [holder_left(cap) for cap in problem.holder_caps if offer.id in cap.offers]
    return min((limit for limit in limits if limit is not None), default=None)


def smallest_total(problem: Problem, offer: Offer) -> int:
    """Constraint 6: the least an offer pays when it is used; at least one cent."""
    return max(1, offer.minimum_cents, problem.settings.smallest_share_cents)


def never_paid(problem: Problem, offer: Offer) -> bool:
    """Constraints 6, 7, 15: whether a fixed amount lies below the least, or is no whole number of units: it is never paid."""
    fixed = offer.fixed_amount_cents
    return fixed is not None and (fixed < smallest_total(problem, offer) or fixed % offer.rounding_unit_cents != 0)


def converted_up(paid: int, offer: Offer, line: CostLine) -> int:
    """Constraint 5: euros paid on a line, on the offer's VAT basis, rounded up because it lowers an upper limit."""
    if offer.vat == "including" or line.amount_cents == 0:
        return paid
    return -(-paid * line.without_vat_cents // line.amount_cents)


def base_cents(problem: Problem, offer: Offer, rule: OfferShareOfBase | OfferTiers, paid: Paid) -> int:
    """Constraints 5 and 8: the base of a rule of the offer, given what everybody pays. Never below 0."""
    base = eligible_cost(problem, offer)
    if rule.of == "eligible_cost":
        return base
    for line in problem.lines:
        if covers(offer, line):
            base -= converted_up(sum(paid.get((line.id, other), 0) for other in rule.less), offer, line)
    return base


def in_tiers(rule: OfferTiers, base: int) -> int:
    """Constraint 8: the most for a base: each step its share, added exactly and rounded down once."""
    total, start = Fraction(0), 0
    for step in rule.steps:
        end = base if step.up_to_cents is None else min(base, step.up_to_cents)
        total += step.share * max(0, end - start)
        start = max(start, end)
    return int(total)


def tier_lines(rule: OfferTiers) -> Iterator[tuple[Fraction, Fraction]]:
    """Constraint 8 for falling shares: the most is the least of share * base + beside over these pairs (share, beside)."""
    reached, start = Fraction(0), 0
    for step in rule.steps:
        yield step.share, reached - step.share * start
        if step.up_to_cents is not None:
            reached += step.share * (step.up_to_cents - start)
            start = step.up_to_cents
    if rule.steps[-1].up_to_cents is not None:
        yield Fraction(0), reached


def base_lines(rule: OfferShareOfBase | OfferTiers) -> Iterator[tuple[Fraction, Fraction]]:
    """Constraints 5 and 8 with what others leave: the most is the least of share * base + beside over these pairs."""
    if isinstance(rule, OfferShareOfBase):
        yield rule.share, Fraction(0)
    else:
        yield from tier_lines(rule)


def most_of_base(problem: Problem, offer: Offer) -> int | None:
    """Constraints 5 and 8 when nobody else pays: the least of a share of the base and the tiers; None without such a rule."""
    base, found = eligible_cost(problem, offer), []
    if offer.share_of_base is not None:
        found.append(floor_share(offer.share_of_base.share, base))
    if offer.tiers is not None:
        found.append(in_tiers(offer.tiers, base))
    return min(found, default=None)


def worth(problem: Problem, offer: Offer) -> int:
    """The most this offer could pay of these lines by itself, whether it may be used or not."""
    total = sum(payable(problem, offer, line) for line in problem.lines)
    for limit in (own_room(problem, offer), most_of_base(problem, offer)):
        total = total if limit is None else min(total, limit)
    return in_whole(offer, total)


def in_whole(offer: Offer, most: int) -> int:
    """Constraints 7 and 15: the most that the offer pays when its other limits allow `most`: all of a fixed amount, in units."""
    fixed, unit = offer.fixed_amount_cents, offer.rounding_unit_cents
    if fixed is not None:
        return fixed if fixed <= most and fixed % unit == 0 else 0
    return most - most % unit


def employer_contribution(problem: Problem, offer: Offer, rule: OfferCoFinancing, paid: Paid) -> int:
    """Constraint 9: what the employer pays on the offer's lines: pledges, rest of own lines, sector funds if they count."""
    counted = {pledge.id for pledge in problem.pledges}
    if rule.counts_sector_fund:
        counted |= {other.id for other in problem.offers if other.sector_fund and other.id != offer.id}
    total = 0
    for line in problem.lines:
        if covers(offer, line):
            on_line = {payer: cents for (name, payer), cents in paid.items() if name == line.id}
            total += sum(cents for payer, cents in on_line.items() if payer in counted)
            if problem.bearer(line) == "employer":
                total += line.amount_cents - sum(on_line.values())
    return total


def joint_limit(problem: Problem, cap: OffersCap) -> int:
    """Constraint 11: the most that the offers of a joint cap pay together."""
    if cap.share is None:
        return cap.amount_cents or 0
    offers = [offer for offer in problem.offers if offer.id in cap.offers]
    return floor_share(
        cap.share, sum(line.amount_cents for line in problem.lines if any(covers(offer, line) for offer in offers))
    )


def pledge_pays(problem: Problem, pledge: PledgedMoney, line: CostLine) -> bool:
    """Constraint 16: whether the pledge may pay this line: borne by the resident and of its categories."""
    return problem.bearer(line) == "resident" and (pledge.categories is None or line.category in pledge.categories)


def pledge_in_full(problem: Problem, pledge: PledgedMoney) -> int:
    """Constraint 16: the most the pledge can pay; a fixed pledge pays exactly this."""
    return min(
        pledge.amount_cents, sum(line.amount_cents for line in problem.lines if pledge_pays(problem, pledge, line))
    )


def case_of(problem: Problem, offer: Offer) -> Circumstances | Part:
    """What earmarks look at for this offer: of its part, or of the whole problem."""
    if offer.part is None:
        return problem.circumstances
    return next(part for part in problem.parts if part.id == offer.part)


def refusal_of(problem: Problem, money: AvailableFundingLine, offer: Offer, line: CostLine | None = None) -> str | None:
    """Constraint 14: why the funding line does not admit this offer (on this line), as a code; None when it does."""
    mark, case = money.earmark, case_of(problem, offer)
    if not money.period.contains(problem.reference_date):
        return "funding_period_award_date"
    checks = (
        ("funding_earmark_scheme", mark.schemes, offer.scheme),
        ("funding_earmark_route", mark.routes, problem.circumstances.route),
        ("funding_earmark_municipality", mark.municipalities, case.municipality),
        ("funding_earmark_province", mark.provinces, case.province),
        ("funding_earmark_sector", mark.sectors, case.sector),
    )
    for code, allowed, actual in checks:
        if allowed and actual not in allowed:
            return code
    return None if line is None else refusal_on(problem, money, line)


def refusal_on(problem: Problem, money: AvailableFundingLine, line: CostLine) -> str | None:
    """Constraint 14: why the funding line admits nobody on this line, as a code; None when it does."""
    mark = money.earmark
    if mark.categories and line.category not in mark.categories:
        return "funding_earmark_category"
    due = line.due_on or problem.reference_date
    if money.period_binds == "award_and_due_date" and not money.period.contains(due):
        return "funding_period_due_date"
    return None


def funding_price(problem: Problem, money: AvailableFundingLine) -> int:
    """Price per euro of a funding line, in thousandths."""
    if money.price_permille is not None:
        return money.price_permille
    prices = problem.settings.funding_price_permille
    narrow = len(money.earmark.schemes) == 1 or len(money.earmark.routes) == 1
    price = prices.one_scheme_or_route if narrow else prices.several
    soon = timedelta(days=prices.ending_within_days)
    if money.period.to is not None and timedelta(0) <= money.period.to - problem.reference_date <= soon:
        price -= prices.less_when_ending
    return max(0, price)


def offer_price(problem: Problem, offer: Offer) -> int:
    """Price per euro of an offer elsewhere, in thousandths; of an offer here its funding lines have the price."""
    if offer.administered == "here":
        return 0
    if offer.price_permille is not None:
        return offer.price_permille
    prices = problem.settings.elsewhere_price_permille
    if offer.sector_fund:
        return prices.sector_fund
    return prices.public if offer.public_money else prices.other


def pledge_price(problem: Problem, pledge: PledgedMoney) -> int:
    """Price per euro of a pledge, in thousandths."""
    return 0 if pledge.kind == "fixed" else problem.settings.employer_price_permille


def in_the_mix(problem: Problem, offer: Offer) -> bool:
    """Whether the offer may be used at all: firm, its amount known, not forbidden by a lock."""
    return offer.certainty == "firm" and offer.amount_known and offer.id not in problem.locks.forbidden
