"""From definitions to offers: what each scheme can pay for this question on this day, and with how much certainty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from matching import limits
from matching.eligibility import Verdict
from matching.history import had_before
from matching.problem import (
    FORMAT,
    Circumstances,
    CoFinancing,
    CostLine,
    Earmark,
    ExclusionGroup,
    FundingLine,
    JointCap,
    Offer,
    Period,
    Pledge,
    Problem,
    ShareOfBase,
)  # fmt: skip
from matching.question import Question
from matching.settings import Settings
from matching.state_aid import counts_as_aid, room_cents
from schemes.costs import Cost
from schemes.definition import SchemeDefinition
from schemes.funding import FundingLineDefinition
from schemes.outcome import Facts
from schemes.references import References, municipality_on
from schemes.region import DeMinimis, Region
from schemes.values import value_on

PLEDGE = "pledge.employer"
"""Id of the employer's pledge in a problem made from a question. A slug has no dot, so no scheme can have this name."""


@dataclass(frozen=True, slots=True)
class PossiblePayment:
    """What a scheme could pay when the costs are not known yet. `up_to_cents` None: no limit, or not known."""

    scheme: str
    certainty: Literal["firm", "possible"]
    up_to_cents: int | None
    amount_known: bool
    shares: dict[str, Fraction]
    repayable: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output."""
        return {
            "scheme": self.scheme, "certainty": self.certainty, "up_to_cents": self.up_to_cents,
            "amount_known": self.amount_known, "shares": {key: str(share) for key, share in sorted(self.shares.items())},
            "repayable": self.repayable,
        }  # fmt: skip


class _NotKnown(Exception):
    """An amount of the definition has no value on this day, or a fact it needs is not known."""


def build_problem(
    question: Question,
    verdicts: Sequence[Verdict],
    definitions: Iterable[SchemeDefinition],
    region: Region,
    funding_lines: Iterable[FundingLine],
    references: References,
    *,
    on: date,
    facts: Facts,
) -> Problem:
    """The problem of one question: lines, offers of every scheme that may play a part, pledge, money, settings.

    `facts` are the complete facts that the verdicts were made with; `on` is the reference date.
    """
    by_slug = {definition.scheme: definition for definition in definitions}
    offered = {v.scheme: v for v in verdicts if v.can_be_offered and v.scheme in by_slug}
    aid = region.settings.de_minimis
    offers = {
        slug: _offer(by_slug[slug], verdict, question, on, facts, aid) for slug, verdict in sorted(offered.items())
    }
    taken = [by_slug[slug] for slug in offers]
    offers = {slug: _with_base(offer, by_slug[slug], offers, question, on) for slug, offer in offers.items()}
    return Problem(
        format=FORMAT,
        reference_date=on,
        circumstances=_circumstances(question, facts, references, on),
        lines=tuple(_line(cost, name) for cost, name in zip(question.costs, question.line_ids(), strict=True)),
        offers=tuple(offers.values()),
        pledges=_pledges(question),
        funding_lines=tuple(sorted(funding_lines, key=lambda line: line.id)),
        exclusion_groups=tuple(_groups(taken)),
        joint_caps=tuple(_joint_caps(taken, on)),
        borrow_up_to_cents=question.borrow_up_to_cents,
        de_minimis_room_cents=room_cents(aid, facts, on) if any(one.de_minimis for one in offers.values()) else None,
        settings=settings_of(region),
    )


def settings_of(region: Region) -> Settings:
    """The settings of a region that a mix depends on."""
    given = region.settings
    return Settings(
        smallest_share_cents=given.smallest_share_cents,
        employer_price_permille=given.employer_price_permille,
        elsewhere_price_permille=given.elsewhere_price_permille,
        funding_price_permille=given.funding_price_permille,
        pass_order=given.pass_order,
        deterministic_limit_ms=given.deterministic_time_limit * 1000,
    )


def funding_line(definition: FundingLineDefinition, available_cents: int | None = None) -> FundingLine:
    """A funding line with what is still available; without ledger: its whole budget."""
    mark, period = definition.earmark, definition.period
    return FundingLine(
        id=definition.id,
        funder=definition.funder,
        available_cents=definition.amount_cents if available_cents is None else available_cents,
        earmark=Earmark(**{name: getattr(mark, name) for name in Earmark.model_fields}),
        period=Period.model_validate({"from": period.from_, "to": period.to}),
        period_binds=definition.period_binds,
        price_permille=definition.price_permille,
    )


def possible_payments(problem: Problem) -> list[PossiblePayment]:
    """Which schemes could pay, up to what: for a question without costs. Firm ones first, then by slug."""
    payments = []
    for offer in problem.offers:
        left = limits.own_room(problem, offer)
        fixed = offer.fixed_amount_cents
        up_to = left if fixed is None else fixed if left is None or fixed <= left else 0
        shares: dict[str, Fraction] = {category: share for category, share in offer.coverage.items() if share}
        known = offer.amount_known
        payments.append(
            PossiblePayment(offer.scheme, offer.certainty, up_to if known else None, known, shares, offer.repayable)
        )
    return sorted(payments, key=lambda payment: (payment.certainty != "firm", payment.scheme))


def _line(cost: Cost, name: str) -> CostLine:
    amount, without = cost.amount_cents, cost.amount_without_vat_cents
    if cost.vat_reclaimable and without is not None:
        amount = without
    return CostLine(
        id=name, category=cost.category, amount_cents=amount, amount_without_vat_cents=without, bearer=cost.bearer,
        due_on=cost.due_on,
    )  # fmt: skip


def _pledges(question: Question) -> tuple[Pledge, ...]:
    given = question.pledge
    if given is None or given.amount_cents == 0:
        return ()
    return (Pledge(id=PLEDGE, kind=given.kind, amount_cents=given.amount_cents, categories=given.categories),)


def _circumstances(question: Question, facts: Facts, references: References, on: date) -> Circumstances:
    key = "employer_municipality" if question.route == "employer" else "residence_municipality"
    code = facts.get(key)
    known = municipality_on(references, code, on) if isinstance(code, str) else None
    sector = facts.get("training_sector")
    return Circumstances(
        route=question.route,
        municipality=code if isinstance(code, str) else None,
        province=None if known is None else known.province,
        sector=sector if isinstance(sector, str) else None,
    )


def _value(dated: Any, on: date) -> Any:
    """The value on the day; None when nothing is written. Raises _NotKnown when it is written, but not for this day."""
    if dated is None:
        return None
    value = value_on(dated, on)
    if value is None:
        raise _NotKnown
    return value


def _offer(
    definition: SchemeDefinition, verdict: Verdict, question: Question, on: date, facts: Facts, aid: DeMinimis
) -> Offer:
    firm = verdict.status == "eligible" and verdict.availability.state == "open" and not definition.only_possible
    common: dict[str, Any] = {
        "id": definition.scheme, "scheme": definition.scheme, "version": definition.version,
        "administered": definition.administered, "public_money": definition.public_money,
        "sector_fund": definition.sector_fund, "repayable": definition.repayable, "vat": definition.vat,
        "no_other_public_money": definition.exclusion.no_other_public_money,
        "rounding_unit_cents": definition.rounding_unit_cents,
        "de_minimis": counts_as_aid(definition, aid, question.route, facts),
        "price_permille": definition.price_permille if definition.administered == "elsewhere" else None,
    }  # fmt: skip
    try:
        if not definition.amount_known:
            raise _NotKnown
        amounts = _amounts(definition, question, on, facts)
    except _NotKnown:
        return Offer(**common, certainty="possible", amount_known=False, coverage=_coverage(definition, on))
    return Offer(**common, **amounts, certainty="firm" if firm else "possible")


def _coverage(definition: SchemeDefinition, on: date) -> dict[Any, Fraction]:
    found: list[tuple[Any, Any]] = [
        (name, value_on(part.share, on)) for part in definition.coverage for name in part.categories
    ]
    return {category: share for category, share in found if share is not None}


def _amounts(definition: SchemeDefinition, question: Question, on: date, facts: Facts) -> dict[str, Any]:
    """Everything about the amount. Raises _NotKnown."""
    for part in definition.coverage:
        _value(part.share, on)
    amounts: dict[str, Any] = {
        "coverage": _coverage(definition, on),
        "minimum_cents": _value(definition.minimum_cents, on) or 0,
        "fixed_amount_cents": _value(definition.fixed_amount_cents, on),
    }
    limits = []
    for cap in definition.caps:
        amount = _value(cap.amount_cents, on)
        had = had_before(cap, [entry for entry in question.had_before if entry.scheme == definition.scheme], on)
        limits.append((max(0, amount - had), amount, had))
    if definition.rate is not None:
        limits.append((_rate(definition, on, facts),) * 2 + (0,))
    if limits:
        _, amounts["cap_cents"], amounts["had_before_cents"] = min(limits, key=lambda limit: limit[0])
    rule = definition.co_financing
    if rule is not None:
        share = _value(rule.share, on)
        amounts["co_financing"] = CoFinancing(share=share, of=rule.of, counts_sector_fund=rule.counts_sector_fund)
    if definition.share_of_base is not None:
        _value(definition.share_of_base.share, on)
    return amounts


def _rate(definition: SchemeDefinition, on: date, facts: Facts) -> int:
    """Amount per unit times the units, the units at most their maximum; rounded down."""
    rate = definition.rate
    assert rate is not None
    units = rate.units if rate.fact is None else facts.get(rate.fact)
    if isinstance(units, bool | str | date | tuple) or units is None:
        raise _NotKnown
    if rate.max_units is not None:
        units = min(units, rate.max_units)
    amount: int = _value(rate.amount_cents, on)
    return int(amount * Fraction(units))


def _with_base(
    offer: Offer, definition: SchemeDefinition, offers: Mapping[str, Offer], question: Question, on: date
) -> Offer:
    """The offer with its share of a base; `employer` is the pledge, `sector_funds` every other sector fund that may pay."""
    rule = definition.share_of_base
    if rule is None or not offer.amount_known:
        return offer
    less: set[str] = set()
    for name in rule.less:
        if name == "employer":
            less.update(pledge.id for pledge in _pledges(question))
        elif name == "sector_funds":
            less.update(other.id for other in offers.values() if other.sector_fund)
        elif name in offers:
            less.add(name)
    less.discard(offer.id)
    base = ShareOfBase(
        share=_value(rule.share, on),
        of="eligible_cost_less" if less else "eligible_cost",
        less=tuple(sorted(less)),
    )
    return offer.model_copy(update={"share_of_base": base})


def _groups(definitions: Sequence[SchemeDefinition]) -> list[ExclusionGroup]:
    """Exclusion groups by name and scope; when definitions differ the strictest number holds."""
    members: dict[tuple[str, Literal["training", "line"]], list[tuple[str, int]]] = {}
    for definition in definitions:
        for rule in definition.exclusion.groups:
            members.setdefault((rule.group, rule.scope), []).append((definition.scheme, rule.at_most))
    groups = []
    for (name, scope), found in sorted(members.items()):
        at_most = min(number for _, number in found)
        if len(found) > at_most:
            offers = tuple(sorted(slug for slug, _ in found))
            groups.append(ExclusionGroup(id=f"{name}.{scope}", offers=offers, at_most=at_most, scope=scope))
    return groups


def _joint_caps(definitions: Sequence[SchemeDefinition], on: date) -> list[JointCap]:
    """Joint caps by name: of all offers that name it or are named in it, the strictest limit of each kind."""
    present = {definition.scheme for definition in definitions}
    caps: dict[str, JointCap] = {}
    for definition in definitions:
        for rule in definition.joint_caps:
            amount = None if rule.amount_cents is None else value_on(rule.amount_cents, on)
            share = None if rule.share is None else value_on(rule.share, on)
            if amount is None and share is None:
                continue
            name = f"{rule.name}.{'amount' if share is None else 'share'}"
            offers = {definition.scheme, *present.intersection(rule.schemes)}
            earlier = caps.get(name)
            if earlier is not None:
                offers |= set(earlier.offers)
                amount = None if amount is None or earlier.amount_cents is None else min(amount, earlier.amount_cents)
                share = None if share is None or earlier.share is None else min(share, earlier.share)
            caps[name] = JointCap(id=name, offers=tuple(sorted(offers)), amount_cents=amount, share=share)
    return [caps[name] for name in sorted(caps)]
