"""Bundles for the benchmarks and for tests: over the shipped catalogue, and dense random ones that share scarce money."""

import random
from typing import Any

from matching.answering.answer import prepare
from matching.answering.bundle import FORMAT, Bundle, BundleTraining, PreparedBundle, common_name, prepare_bundle
from matching.problem import AvailableFundingLine, Circumstances, Problem
from matching.problem.parts import HolderCap, Part
from tests.benchmarks.problems import dense
from tests.benchmarks.questions import ON, question, region

OF_THE_EMPLOYER = (
    "employer_municipality",
    "employer_size",
    "employer_sector_fund",
    "recognised_training_company",
    "de_minimis_used_cents",
)


def bundle(seed: int, count: int) -> Bundle:
    """A bundle of generated questions over the catalogue, of one employer."""
    r, found, number = random.Random(f"bundle/{seed}"), [], seed * 10_000
    while len(found) < count:
        one = question(number)
        number += 1
        if one.route == "employer":
            found.append(one)
    shared = {key: found[0].facts[key] for key in OF_THE_EMPLOYER if key in found[0].facts}
    trainings = [
        BundleTraining(
            id=f"medewerker-{n}",
            person=f"medewerker-{n - 1}" if n > 1 and r.random() < 0.1 else None,
            costs=one.costs,
            facts={key: value for key, value in one.facts.items() if key not in OF_THE_EMPLOYER},
            had_before=one.had_before,
        )
        for n, one in enumerate(found, start=1)
    ]
    return Bundle(format=FORMAT, reference_date=ON, facts=shared, trainings=tuple(trainings))


def prepared_bundle(seed: int, count: int, *, budget: int | None = None) -> PreparedBundle:
    """The same, made ready; with `budget` every funding line holds only so many cents."""
    loaded, given = region(), bundle(seed, count)
    lines = None if budget is None else tuple(_scarce(budget))
    return prepare_bundle(
        given,
        lambda one: prepare(one, loaded, on=ON, funding_lines=lines),
        loaded.schemes.values(),
        loaded.references,
        on=ON,
    )


def _scarce(cents: int) -> list[AvailableFundingLine]:
    from matching.offers import funding_line

    return [funding_line(line, cents) for line in region().funding.funding_lines]


def dense_bundle(
    seed: int, *, people: int, lines: int = 3, offers: int = 15, plenty: float = 0.5, shared_cap: float = 0.3
) -> Problem:
    """People with dense problems who share four funding lines, room for aid, and caps of some schemes.

    `plenty`: what the funding lines hold, as a share of all costs together, per line a quarter of that; `shared_cap`: the chance
    that a scheme has a cap for the whole employer.
    """
    r = random.Random(f"{seed}/{people}/{lines}/{offers}/{plenty}")
    parts, all_lines, all_offers, groups = [], [], [], []
    base = dense(seed, lines=lines, offers=offers)
    for n in range(people):
        name, one = f"p{n}", dense(seed * 1000 + n, lines=lines, offers=offers)
        parts.append(Part(id=name, sector=r.choice(["care", "ict"])))
        all_lines += [line.model_copy(update={"id": f"{name}:{line.id}", "part": name}) for line in one.lines]
        all_offers += [_of_part(offer, name, r) for offer in one.offers]
        groups += [
            group.model_copy(
                update={"id": common_name(name, group.id), "offers": tuple(f"{name}:{one}" for one in group.offers)}
            )
            for group in one.exclusion_groups
        ]
    total = sum(line.amount_cents for line in all_lines)
    funding = [
        line.model_copy(update={"available_cents": int(total * plenty / 4 * r.uniform(0.5, 1.5))})
        for line in base.funding_lines
    ]
    caps = [
        HolderCap(
            id=f"employer:s{n}",
            offers=tuple(f"p{m}:o{n}" for m in range(people)),
            amount_cents=int(total * plenty / offers * r.uniform(0.5, 2)),
        )
        for n in range(offers)
        if r.random() < shared_cap
    ]
    return Problem(
        format="ontwikkelloket/problem/1",
        reference_date=base.reference_date,
        circumstances=Circumstances(route="employer"),
        parts=tuple(parts),
        lines=tuple(all_lines),
        offers=tuple(all_offers),
        funding_lines=tuple(funding),
        exclusion_groups=tuple(groups),
        holder_caps=tuple(caps),
        borrow_up_to_cents=50_000 * people,
        de_minimis_room_cents=int(total * plenty / 4),
    )


def _of_part(offer: Any, part: str, r: random.Random) -> Any:
    changed: dict[str, Any] = {"id": f"{part}:{offer.id}", "part": part, "de_minimis": r.random() < 0.2}
    rule = offer.share_of_base
    if rule is not None and rule.less:
        changed["share_of_base"] = rule.model_copy(update={"less": tuple(f"{part}:{one}" for one in rule.less)})
    return offer.model_copy(update=changed)
