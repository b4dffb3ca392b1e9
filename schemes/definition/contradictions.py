"""What cannot stand together in one scheme definition."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from schemes.definition.fields import SchemeFields

Contradiction = tuple[bool, str, str, str]
"""Is it so; the key where to look; the code; what is wrong and what to do."""


def contradictions(d: SchemeFields) -> Iterator[Contradiction]:
    """Every contradiction that is looked for, and whether this definition has it."""
    yield from _about_state(d)
    yield from _about_conditions(d)
    yield from _about_amounts(d)
    yield from _about_variants(d)
    yield from _about_award(d)


def _about_state(d: SchemeFields) -> Iterator[Contradiction]:
    ended = d.state == "ended"
    overlap = any(a.closes_on is None or b.opens_on <= a.closes_on for a, b in pairwise(d.windows))
    yield (
        ended and d.explanation_when_ended is None,
        "explanation_when_ended",
        "ended_explained",
        "state ended needs explanation_when_ended",
    )
    yield (
        not ended and d.explanation_when_ended is not None,
        "explanation_when_ended",
        "ended_explained",
        "explanation_when_ended needs state ended",
    )
    yield d.ended_on is not None and not ended, "ended_on", "ended_on_without_ended", "ended_on needs state ended"
    yield (
        d.state_since is not None and d.state != "ceiling_reached",
        "state_since",
        "state_since_without_ceiling",
        "state_since needs state ceiling_reached",
    )
    yield (
        d.state == "unknown" and bool(d.windows),
        "windows",
        "windows_of_unknown",
        "With state unknown there are no windows",
    )
    yield (
        overlap,
        "windows",
        "windows_overlap",
        "Windows stand in order of time, do not overlap, and only the last one may have no closing day",
    )


def _about_conditions(d: SchemeFields) -> Iterator[Contradiction]:
    ids = [condition.id for _, condition in d.walk_conditions() if condition.id]
    groups = [rule.group for rule in d.exclusion.groups]
    yield len(set(d.routes)) != len(d.routes), "routes", "duplicate_route", "A route stands twice"
    yield len(set(ids)) != len(ids), "conditions", "duplicate_id", "Two conditions have the same id"
    yield len(set(groups)) != len(groups), "exclusion", "duplicate_group", "A group stands twice"
    first = d.precedence.asks_first if d.precedence else ()
    yield d.scheme in first, "precedence", "asks_itself_first", "A scheme cannot ask itself first"


def _about_amounts(d: SchemeFields) -> Iterator[Contradiction]:
    categories = [category for coverage in d.coverage for category in coverage.categories]
    fixed, minimum = d.fixed_amount_cents is not None, d.minimum_cents
    above = minimum is not None and any(_smallest(minimum) > _largest(cap.amount_cents) for cap in d.caps)
    yield (
        len(set(categories)) != len(categories),
        "coverage",
        "duplicate_category",
        "A cost category stands in more than one coverage",
    )
    yield (
        d.amount_known and not d.coverage and d.state != "ended",
        "coverage",
        "coverage_missing",
        "Say which costs are covered, or write amount_known: false",
    )
    for key, given in (
        ("fixed_amount_cents", fixed),
        ("rate", d.rate is not None),
        ("tiers", d.tiers is not None),
        ("variants", bool(d.variants)),
    ):
        yield (
            given and not d.amount_known,
            key,
            "amount_unknown_but_given",
            "With amount_known: false there is no fixed amount, rate, tiers or variant",
        )
    awards = any(cap.per == "award" for cap in d.caps)
    yield fixed and awards, "fixed_amount_cents", "fixed_and_cap", "A fixed amount has no cap per award"
    yield fixed and d.rate is not None, "fixed_amount_cents", "fixed_and_rate", "A fixed amount has no rate"
    yield fixed and minimum is not None, "fixed_amount_cents", "fixed_and_minimum", "A fixed amount has no minimum"
    yield fixed and d.tiers is not None, "fixed_amount_cents", "fixed_and_tiers", "A fixed amount has no tiers"
    yield above, "minimum_cents", "minimum_above_cap", "The minimum lies above a cap, so nothing could ever be paid"
    lowered = fixed or awards or d.rate is not None
    yield (
        d.reduction is not None and not lowered,
        "reduction",
        "reduction_of_nothing",
        "A reduction needs something to take off: a cap per award, a rate or a fixed amount",
    )


def _about_variants(d: SchemeFields) -> Iterator[Contradiction]:
    """Each variant by itself holds together as a definition does, at its own place."""
    names = [variant.id for variant in d.variants]
    yield len(set(names)) != len(names), "variants", "duplicate_id", "Two variants have the same id"
    for position, variant in enumerate(d.variants):
        yield (
            not variant.replaces(),
            f"variants[{position}]",
            "variant_without_amounts",
            "A variant names at least one amount that it replaces",
        )
        given = variant.replaces()
        for holds, key, code, message in _about_amounts(variant.applied_to(d)):
            if holds and key in given:
                yield holds, f"variants[{position}].{key}", code, message
            elif holds and not any(one[0] and one[1] == key for one in _about_amounts(d)):
                yield holds, f"variants[{position}]", code, message


def _about_award(d: SchemeFields) -> Iterator[Contradiction]:
    here, voucher = d.administered == "here", d.administered == "here" and d.kind == "voucher"
    pieces = [item.id for item in d.evidence if item.id]
    yield len(set(pieces)) != len(pieces), "evidence", "duplicate_id", "Two pieces of evidence have the same id"
    yield (
        d.kind == "loan" and not d.repayable,
        "repayable",
        "loan_repayable",
        "A loan is repayable; write repayable: true",
    )
    yield (
        here and d.deciding_body is None,
        "deciding_body",
        "deciding_body_missing",
        "A scheme administered here needs its deciding_body",
    )
    yield voucher and d.voucher is None, "voucher", "voucher_rules", "A voucher administered here needs voucher rules"
    yield (
        not voucher and d.voucher is not None,
        "voucher",
        "voucher_rules",
        "Only a voucher administered here has voucher rules",
    )
    yield (
        here and not d.amount_known and d.state not in ("ended", "unknown"),
        "amount_known",
        "amount_unknown_here",
        "A scheme administered here has a known amount",
    )
    yield (
        here and d.price_permille is not None,
        "price_permille",
        "price_of_scheme_here",
        "A scheme administered here has no price: its funding lines have",
    )
    aid = d.state_aid != "none"
    yield aid and not d.public_money, "state_aid", "aid_without_public_money", "State aid is public money"
    yield (
        aid and d.repayable,
        "state_aid",
        "aid_of_loan",
        "The aid in a loan is less than the loan; name it in also_required, for it cannot be counted here",
    )
    yield (
        d.kind == "employer_contribution" and d.public_money,
        "public_money",
        "employer_money_public",
        "Money of the employer is not public money",
    )


def _largest(amount: Any) -> int:
    return max(entry.value for entry in amount) if isinstance(amount, tuple) else int(amount)


def _smallest(amount: Any) -> int:
    return min(entry.value for entry in amount) if isinstance(amount, tuple) else int(amount)
