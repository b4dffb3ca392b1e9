"""From definitions to offers: what each scheme can pay for this question on this day, and with how much certainty."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from matching.offers.amounts import AmountNotKnown, amounts_on, coverage_on
from matching.offers.eligibility import Verdict
from matching.offers.question import Question
from matching.offers.rules import Rules
from matching.offers.state_aid import counts_as_aid, room_cents
from matching.problem import (
    FORMAT,
    AvailableFundingLine,
    Circumstances,
    CostLine,
    ExclusionGroup,
    FundingEarmark,
    Offer,
    OffersCap,
    Period,
    PledgedMoney,
    Problem,
)
from matching.problem.entries import ROUND_PART
from matching.problem.settings import MixSettings
from matching.spec import limits
from schemes.basics.costs import Cost
from schemes.basics.values import value_on
from schemes.definition import SchemeDefinition
from schemes.definition.resolving import resolve
from schemes.facts.outcome import Facts
from schemes.facts.references import References, municipality_on
from schemes.region import DeMinimis, Region
from schemes.region.funding import FundingLineDefinition

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
            "scheme": self.scheme,
            "certainty": self.certainty,
            "up_to_cents": self.up_to_cents,
            "amount_known": self.amount_known,
            "shares": {key: str(share) for key, share in sorted(self.shares.items())},
            "repayable": self.repayable,
        }


def build_problem(
    question: Question,
    verdicts: Sequence[Verdict],
    rules: Rules,
    funding_lines: Iterable[AvailableFundingLine],
    *,
    facts: Facts,
) -> Problem:
    """The problem of one question: lines, offers of every scheme that may play a part, pledge, money, settings.

    `facts` are the complete facts that the verdicts were made with; `rules` those of the reference date.
    """
    on, region, references, by_slug = rules.on, rules.region.region, rules.references, rules.by_slug
    offered = {v.scheme: v for v in verdicts if v.can_be_offered and v.scheme in by_slug}
    aid = region.settings.de_minimis
    lines = tuple(_line(cost, name) for cost, name in zip(question.costs, question.line_ids(), strict=True))
    asked = _AskedQuestion(question, on, facts, aid, references, lines)
    made = {slug: _offer(by_slug[slug], verdict, asked) for slug, verdict in sorted(offered.items())}
    alone = {slug: offer for slug, (offer, _) in made.items()}
    offers = {slug: _with_less(offer, definition, alone, question) for slug, (offer, definition) in made.items()}
    taken = [by_slug[slug] for slug in offers]
    offers = {slug: _with_precedence(offer, by_slug[slug], offers) for slug, offer in offers.items()}
    return Problem(
        format=FORMAT,
        reference_date=on,
        circumstances=_circumstances(question, facts, references, on),
        lines=lines,
        offers=tuple(offers.values()),
        pledges=_pledges(question),
        funding_lines=tuple(sorted(funding_lines, key=lambda line: line.id)),
        exclusion_groups=tuple(_groups(taken)),
        joint_caps=(*_joint_caps(taken, on), *_round_parts(taken, question)),
        borrow_up_to_cents=question.borrow_up_to_cents,
        de_minimis_room_cents=room_cents(aid, facts, on) if any(one.de_minimis for one in offers.values()) else None,
        settings=settings_of(region),
    )


def settings_of(region: Region) -> MixSettings:
    """The settings of a region that a mix depends on."""
    given = region.settings
    return MixSettings(
        smallest_share_cents=given.smallest_share_cents,
        employer_price_permille=given.employer_price_permille,
        elsewhere_price_permille=given.elsewhere_price_permille,
        funding_price_permille=given.funding_price_permille,
        pass_order=given.pass_order,
        deterministic_limit_ms=given.deterministic_time_limit * 1000,
    )


def funding_line(definition: FundingLineDefinition, available_cents: int | None = None) -> AvailableFundingLine:
    """A funding line with what is still available; without ledger: its whole budget."""
    mark, period = definition.earmark, definition.period
    return AvailableFundingLine(
        id=definition.id,
        funder=definition.funder,
        available_cents=definition.amount_cents if available_cents is None else available_cents,
        earmark=FundingEarmark(**{name: getattr(mark, name) for name in FundingEarmark.model_fields}),
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
        up_to = 0 if limits.never_paid(problem, offer) else up_to
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
        id=name,
        category=cost.category,
        amount_cents=amount,
        amount_without_vat_cents=without,
        bearer=cost.bearer,
        due_on=cost.due_on,
    )


def _pledges(question: Question) -> tuple[PledgedMoney, ...]:
    given = question.pledge
    if given is None or given.amount_cents == 0:
        return ()
    return (PledgedMoney(id=PLEDGE, kind=given.kind, amount_cents=given.amount_cents, categories=given.categories),)


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


@dataclass(frozen=True, slots=True)
class _AskedQuestion:
    """The question and what it is read with."""

    question: Question
    on: date
    facts: Facts
    aid: DeMinimis
    references: References
    lines: tuple[CostLine, ...]


def _offer(definition: SchemeDefinition, verdict: Verdict, asked: _AskedQuestion) -> tuple[Offer, SchemeDefinition]:
    """The offer of a scheme, and the definition with the amounts it was made of: of several that may hold the highest."""
    resolved = resolve(definition, asked.facts, asked.on, asked.references)
    firm = verdict.status == "eligible" and verdict.availability.state == "open" and not definition.never_firm
    divided = not definition.in_rounds or any(one.scheme == definition.scheme for one in asked.question.divided)
    firm = firm and resolved.certain and divided
    common = {
        **terms_of(definition),
        "de_minimis": counts_as_aid(definition, asked.aid, asked.question.route, asked.facts),
    }
    awards = [entry for entry in asked.question.had_before if entry.scheme == definition.scheme]
    found = []
    undecided = not resolved.certain and not resolved.missing
    for one in resolved.candidates if definition.amount_known and not undecided else ():
        with suppress(AmountNotKnown):
            amounts = amounts_on(one.definition, awards, asked.on, asked.facts)
            offer = Offer(**common, **amounts, variant=one.variant, certainty="firm" if firm else "possible")
            found.append((offer, one.definition))
    if not found:
        coverage = coverage_on(resolved.definition, asked.on)
        return Offer(**common, certainty="possible", amount_known=False, coverage=coverage), resolved.definition
    if len(found) == 1:
        return found[0]
    if not asked.lines:
        return next((pair for pair in found if pair[0].variant == resolved.variant), found[0])
    route = Circumstances(route=asked.question.route)
    alone = Problem.model_construct(format=FORMAT, reference_date=asked.on, circumstances=route, lines=asked.lines)
    return max(found, key=lambda pair: limits.worth(alone, pair[0]))


def terms_of(definition: SchemeDefinition) -> dict[str, Any]:
    """What an offer of a scheme is whatever the facts: the fields that are no amounts."""
    return {
        "id": definition.scheme,
        "scheme": definition.scheme,
        "version": definition.version,
        "administered": definition.administered,
        "public_money": definition.public_money,
        "sector_fund": definition.sector_fund,
        "repayable": definition.repayable,
        "vat": definition.vat,
        "no_other_public_money": definition.exclusion.no_other_public_money,
        "rounding_unit_cents": definition.rounding_unit_cents,
        "price_permille": definition.price_permille if definition.administered == "elsewhere" else None,
    }


def _with_less(offer: Offer, definition: SchemeDefinition, offers: Mapping[str, Offer], question: Question) -> Offer:
    """The offer with who is subtracted from its bases: `employer` is the pledge, `sector_funds` every other such fund."""
    changed = {}
    for key, rule in (("share_of_base", definition.share_of_base), ("tiers", definition.tiers)):
        given = getattr(offer, key)
        if rule is None or given is None:
            continue
        less: set[str] = set()
        for name in rule.less:
            if name == "employer":
                less.update(pledge.id for pledge in _pledges(question))
            elif name == "sector_funds":
                less.update(other.id for other in offers.values() if other.sector_fund)
            elif name in offers:
                less.add(name)
        less.discard(offer.id)
        if less:
            changed[key] = given.model_copy(update={"of": "eligible_cost_less", "less": tuple(sorted(less))})
    return offer.model_copy(update=changed) if changed else offer


def _with_precedence(offer: Offer, definition: SchemeDefinition, offers: Mapping[str, Offer]) -> Offer:
    """The offer with the other offers that come first."""
    named = definition.precedence.asks_first if definition.precedence is not None else ()
    first = tuple(sorted({slug for slug in named if slug in offers and slug != offer.id}))
    return offer.model_copy(update={"asks_first": first}) if first else offer


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


def _joint_caps(definitions: Sequence[SchemeDefinition], on: date) -> list[OffersCap]:
    """Joint caps by name: of all offers that name it or are named in it, the strictest limit of each kind."""
    present = {definition.scheme for definition in definitions}
    caps: dict[str, OffersCap] = {}
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
            caps[name] = OffersCap(id=name, offers=tuple(sorted(offers)), amount_cents=amount, share=share)
    return [caps[name] for name in sorted(caps)]


def _round_parts(definitions: Sequence[SchemeDefinition], question: Question) -> Iterable[OffersCap]:
    """What rounds divided of these schemes: nobody is paid more of one."""
    rounds = {definition.scheme for definition in definitions if definition.in_rounds}
    for one in sorted(question.divided, key=lambda part: part.scheme):
        if one.scheme in rounds:
            yield OffersCap(id=f"{ROUND_PART}{one.scheme}", offers=(one.scheme,), amount_cents=one.amount_cents)
