"""Whether a mix is allowed: every constraint of the specification, in plain arithmetic, with no solver in sight.

`violations` is used after the solver, on an advisor's own mix, at approval and as the oracle in tests. It returns all
violations, never only the first; an empty list means that the mix is allowed (not that it is the best).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from matching.problem import AvailableFundingLine, CostLine, LockedShare, Offer, PledgedMoney, Problem
from matching.problem.proposal import Share
from matching.spec import limits
from matching.spec.precedence import PrecedenceChecks
from schemes.basics.money import ceil_share, floor_share

FORM = 0
"""Number of the "constraint" that shares are well-formed: known ids, no duplicates, amounts above zero."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken constraint: its number in the specification, a code, who and where, and by how many cents."""

    constraint: int
    code: str
    cents: int = 0
    offer: str | None = None
    line: str | None = None
    funding_line: str | None = None
    params: dict[str, Any] = field(default_factory=dict, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output."""
        return {
            "constraint": self.constraint,
            "code": self.code,
            "cents": self.cents,
            "offer": self.offer,
            "line": self.line,
            "funding_line": self.funding_line,
            "params": dict(self.params),
        }


class _Mix:
    """The shares of a mix, added up in the ways that the constraints look at them."""

    def __init__(self, problem: Problem, shares: Iterable[Share]) -> None:
        self.problem = problem
        self.lines: dict[str, CostLine] = {line.id: line for line in problem.lines}
        self.offers: dict[str, Offer] = {offer.id: offer for offer in problem.offers}
        self.pledges: dict[str, PledgedMoney] = {pledge.id: pledge for pledge in problem.pledges}
        self.funding: dict[str, AvailableFundingLine] = {line.id: line for line in problem.funding_lines}
        self.all_shares = tuple(shares)
        self.shares = tuple(share for share in self.all_shares if not list(self.strangers(share)))
        self.paid: Counter[tuple[str, str]] = Counter()
        self.totals: Counter[str] = Counter()
        for share in self.shares:
            self.paid[share.line, share.offer] += share.cents
            self.totals[share.offer] += share.cents

    def strangers(self, share: Share) -> Iterator[Violation]:
        """References of a share to things that are not in the problem."""
        where: dict[str, Any] = {"offer": share.offer, "line": share.line, "funding_line": share.funding_line}
        if share.line not in self.lines:
            yield Violation(FORM, "unknown_line", share.cents, **where)
        if share.offer not in self.offers and share.offer not in self.pledges:
            yield Violation(FORM, "unknown_offer", share.cents, **where)
        if share.funding_line is not None and share.funding_line not in self.funding:
            yield Violation(FORM, "unknown_funding_line", share.cents, **where)

    def total(self, payer: str) -> int:
        """Everything one offer or pledge pays."""
        return self.totals[payer]

    def used(self) -> list[Offer]:
        """Offers that pay anything."""
        return [offer for offer in self.offers.values() if self.total(offer.id) > 0]


def violations(problem: Problem, shares: Iterable[Share]) -> list[Violation]:
    """Every constraint that the mix breaks, locks included, ordered by constraint. Empty: the mix is allowed."""
    mix = _Mix(problem, shares)
    return [violation for constraint in CONSTRAINTS for violation in constraint(mix)]


def _form(mix: _Mix) -> Iterator[Violation]:
    seen = Counter((share.line, share.offer, share.funding_line) for share in mix.all_shares)
    for (line, offer, money), times in seen.items():
        if times > 1:
            yield Violation(FORM, "duplicate_share", 0, offer, line, money, {"times": times})
    for share in mix.all_shares:
        yield from mix.strangers(share)
        if share.cents <= 0:
            yield Violation(FORM, "not_positive", -share.cents, share.offer, share.line, share.funding_line)


def _line_balance(mix: _Mix) -> Iterator[Violation]:
    """1. The shares of a line are at most its amount; the rest is what is left."""
    for line in mix.problem.lines:
        paid = sum(cents for (name, _), cents in mix.paid.items() if name == line.id)
        if paid > line.amount_cents:
            params = {"paid_cents": paid, "amount_cents": line.amount_cents}
            yield Violation(1, "line_overpaid", paid - line.amount_cents, line=line.id, params=params)


def _coverage(mix: _Mix) -> Iterator[Violation]:
    """2. At most floor(share * amount) of a line, on the offer's VAT basis; nothing of a line that the asker does not owe."""
    for (line, payer), cents in mix.paid.items():
        if payer in mix.offers and not mix.problem.is_askers(mix.lines[line]):
            yield Violation(2, "line_of_the_employer", cents, payer, line)
        elif payer in mix.offers:
            limit = limits.coverage_limit(mix.offers[payer], mix.lines[line])
            if cents > limit:
                yield Violation(2, "above_coverage", cents - limit, payer, line, params={"limit_cents": limit})


def _use(mix: _Mix) -> Iterator[Violation]:
    """3. Only offers that may be used: firm, with a known amount."""
    for offer in mix.used():
        if offer.certainty != "firm":
            yield Violation(3, "offer_not_firm", mix.total(offer.id), offer.id)
        if not offer.amount_known:
            yield Violation(3, "offer_amount_unknown", mix.total(offer.id), offer.id)


def _cap(mix: _Mix) -> Iterator[Violation]:
    """4. At most the cap, minus what was had before."""
    for offer in mix.used():
        left = limits.cap_left(offer)
        if left is not None and mix.total(offer.id) > left:
            params = {"cap_cents": offer.cap_cents, "had_before_cents": offer.had_before_cents, "limit_cents": left}
            yield Violation(4, "above_cap", mix.total(offer.id) - left, offer.id, params=params)


def _de_minimis_room(mix: _Mix) -> Iterator[Violation]:
    """4. Offers that are de-minimis aid pay together at most what the undertaking may still receive."""
    room = mix.problem.de_minimis_room_cents
    names = [offer.id for offer in mix.used() if offer.de_minimis]
    total = sum(mix.total(name) for name in names)
    if room is not None and total > room:
        params = {"room_cents": room, "offers": names}
        yield Violation(4, "above_de_minimis_room", total - room, names[0], params=params)


def _holder_caps(mix: _Mix) -> Iterator[Violation]:
    """4. The offers of a scheme to one holder pay together at most its cap, minus what was had before."""
    for cap in mix.problem.holder_caps:
        total, left = sum(mix.total(name) for name in cap.offers), limits.holder_left(cap)
        if total > left:
            names = [name for name in cap.offers if mix.total(name) > 0]
            params = {"cap_cents": cap.amount_cents, "had_before_cents": cap.had_before_cents, "offers": names}
            yield Violation(4, "above_holder_cap", total - left, names[-1], params=params)


def _share_of_base(mix: _Mix) -> Iterator[Violation]:
    """5. At most floor(share * base)."""
    for offer in mix.used():
        rule = offer.share_of_base
        if rule is not None:
            base = limits.base_cents(mix.problem, offer, rule, mix.paid)
            limit = floor_share(rule.share, base)
            if mix.total(offer.id) > limit:
                params = {"base_cents": base, "share": str(rule.share), "limit_cents": limit}
                yield Violation(5, "above_share_of_base", mix.total(offer.id) - limit, offer.id, params=params)


def _minimum(mix: _Mix) -> Iterator[Violation]:
    """6. A used offer pays at least its minimum, and at least the region's smallest share, over all lines together."""
    smallest = mix.problem.settings.smallest_share_cents
    for offer in mix.used():
        total = mix.total(offer.id)
        if total < offer.minimum_cents:
            params = {"minimum_cents": offer.minimum_cents}
            yield Violation(6, "below_minimum", offer.minimum_cents - total, offer.id, params=params)
        if total < smallest:
            params = {"smallest_share_cents": smallest}
            yield Violation(6, "below_smallest_share", smallest - total, offer.id, params=params)


def _fixed_amount(mix: _Mix) -> Iterator[Violation]:
    """7. A fixed amount is paid in full or not at all."""
    for offer in mix.used():
        fixed, total = offer.fixed_amount_cents, mix.total(offer.id)
        if fixed is not None and total != fixed:
            yield Violation(
                7, "not_the_fixed_amount", abs(total - fixed), offer.id, params={"fixed_amount_cents": fixed}
            )


def _tiers(mix: _Mix) -> Iterator[Violation]:
    """8. At most the sum of the shares of each step of the base."""
    for offer in mix.used():
        rule = offer.tiers
        if rule is not None:
            base = limits.base_cents(mix.problem, offer, rule, mix.paid)
            limit, total = limits.in_tiers(rule, base), mix.total(offer.id)
            if total > limit:
                params = {"base_cents": base, "limit_cents": limit}
                yield Violation(8, "above_tiers", total - limit, offer.id, params=params)


def _co_financing(mix: _Mix) -> Iterator[Violation]:
    """9. The employer contributes enough on the offer's lines."""
    for offer in mix.used():
        rule = offer.co_financing
        if rule is not None:
            own = rule.of == "own_amount"
            base = mix.total(offer.id) if own else limits.eligible_cost(mix.problem, offer)
            needed = ceil_share(rule.share, base)
            given = limits.employer_contribution(mix.problem, offer, rule, mix.paid)
            if given < needed:
                params = {"needed_cents": needed, "given_cents": given, "share": str(rule.share), "of": rule.of}
                yield Violation(9, "co_financing_short", needed - given, offer.id, params=params)


def _exclusion(mix: _Mix) -> Iterator[Violation]:
    """10. At most n of a group, in the training or per line; and no other public money where an offer says so."""
    used = {offer.id for offer in mix.used()}
    for group in mix.problem.exclusion_groups:
        params: dict[str, Any] = {"group": group.id, "at_most": group.at_most}
        together = sorted(used.intersection(group.offers))
        if group.scope == "training":
            if len(together) > group.at_most:
                yield Violation(10, "excluded_together", 0, together[-1], params={**params, "offers": together})
            continue
        for line in mix.problem.lines:
            on_line = [name for name in together if mix.paid[line.id, name] > 0]
            if len(on_line) > group.at_most:
                yield Violation(10, "excluded_on_line", 0, on_line[-1], line.id, params={**params, "offers": on_line})
    public = sorted((offer for offer in mix.used() if offer.public_money), key=lambda offer: offer.id)
    for offer in mix.used():
        others = [other.id for other in public if other.id != offer.id and limits.same_part(offer, other)]
        if offer.no_other_public_money and others:
            yield Violation(10, "other_public_money", 0, offer.id, params={"offers": others})


def _joint_caps(mix: _Mix) -> Iterator[Violation]:
    """11. Several offers together at most an amount, or a share of the cost."""
    for cap in mix.problem.joint_caps:
        total, limit = sum(mix.total(name) for name in cap.offers), limits.joint_limit(mix.problem, cap)
        if total > limit:
            names = [name for name in cap.offers if mix.total(name) > 0]
            params = {"cap": cap.id, "limit_cents": limit, "offers": names}
            code = "above_joint_cap"
            if cap.of_round:
                code, params = "above_round_part", {"limit_cents": limit}
            yield Violation(11, code, total - limit, names[-1], params=params)


def _precedence(mix: _Mix) -> Iterator[Violation]:
    """12. Where an offer pays, those it asks first pay what they can."""
    if not any(offer.asks_first for offer in mix.offers.values()):
        return
    taken: Counter[tuple[str, str]] = Counter()
    for share in mix.shares:
        if share.funding_line is not None:
            taken[share.funding_line, share.offer] += share.cents
    for found in PrecedenceChecks(mix.problem, mix.paid, taken).broken_precedence():
        yield Violation(12, "broken_precedence", found.cents, found.later, found.line, params={"offers": [found.first]})


def _repayable(mix: _Mix) -> Iterator[Violation]:
    """13. Repayable offers together at most what the asker wants to borrow."""
    total = sum(mix.total(offer.id) for offer in mix.used() if offer.repayable)
    limit = mix.problem.borrow_up_to_cents
    if total > limit:
        names = [offer.id for offer in mix.used() if offer.repayable]
        params = {"limit_cents": limit, "offers": names}
        yield Violation(13, "above_borrowing", total - limit, names[0], params=params)


def _funding(mix: _Mix) -> Iterator[Violation]:
    """14. Every cent of an offer here comes from a funding line that admits it and still holds it; of others from none."""
    taken: Counter[str] = Counter()
    for share in mix.shares:
        offer, where = mix.offers.get(share.offer), (share.cents, share.offer, share.line, share.funding_line)
        if offer is None or offer.administered == "elsewhere":
            if share.funding_line is not None:
                yield Violation(14, "funding_line_not_used_here", *where)
            continue
        if share.funding_line is None:
            yield Violation(14, "funding_line_missing", *where)
            continue
        taken[share.funding_line] += share.cents
        refusal = limits.refusal_of(mix.problem, mix.funding[share.funding_line], offer, mix.lines[share.line])
        if refusal is not None:
            yield Violation(14, refusal, *where)
    for name, cents in sorted(taken.items()):
        available = mix.funding[name].available_cents
        if cents > available:
            params = {"available_cents": available}
            yield Violation(14, "above_available", cents - available, funding_line=name, params=params)


def _rounding(mix: _Mix) -> Iterator[Violation]:
    """15. The total of an offer is a multiple of its rounding unit."""
    for offer in mix.used():
        over = mix.total(offer.id) % offer.rounding_unit_cents
        if over:
            yield Violation(15, "not_rounded", over, offer.id, params={"unit_cents": offer.rounding_unit_cents})


def _pledges(mix: _Mix) -> Iterator[Violation]:
    """16. A pledge pays at most its amount, on the resident's lines of its categories; a fixed one pays all it can."""
    for pledge in mix.pledges.values():
        for line in mix.problem.lines:
            cents = mix.paid[line.id, pledge.id]
            if cents and not limits.pledge_pays(mix.problem, pledge, line):
                yield Violation(16, "pledge_does_not_pay_line", cents, pledge.id, line.id)
        total, full = mix.total(pledge.id), limits.pledge_in_full(mix.problem, pledge)
        if total > pledge.amount_cents:
            params = {"amount_cents": pledge.amount_cents}
            yield Violation(16, "above_pledge", total - pledge.amount_cents, pledge.id, params=params)
        elif pledge.kind == "fixed" and total < full:
            yield Violation(16, "fixed_pledge_not_used", full - total, pledge.id, params={"due_cents": full})


def _locks(mix: _Mix) -> Iterator[Violation]:
    """17. What an advisor fixed or forbade."""
    for lock in mix.problem.locks.shares:
        actual = _locked_cents(mix, lock)
        if actual != lock.cents:
            params = {"locked_cents": lock.cents, "actual_cents": actual}
            off = abs(actual - lock.cents)
            yield Violation(17, "lock_not_kept", off, lock.offer, lock.line, lock.funding_line, params)
    for name in mix.problem.locks.forbidden:
        if mix.total(name) > 0:
            yield Violation(17, "forbidden_offer_used", mix.total(name), name)


def _locked_cents(mix: _Mix, lock: LockedShare) -> int:
    if lock.funding_line is None:
        return mix.paid[lock.line, lock.offer]
    cells = [share for share in mix.shares if share.funding_line == lock.funding_line]
    return sum(share.cents for share in cells if (share.line, share.offer) == (lock.line, lock.offer))


CONSTRAINTS = (
    _form,
    _line_balance,
    _coverage,
    _use,
    _cap,
    _de_minimis_room,
    _holder_caps,
    _share_of_base,
    _minimum,
    _fixed_amount,
    _tiers,
    _co_financing,
    _exclusion,
    _joint_caps,
    _precedence,
    _repayable,
    _funding,
    _rounding,
    _pledges,
    _locks,
)
"""In the order of the specification."""
