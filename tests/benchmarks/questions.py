"""Generated questions over the shipped catalogue: people and employers as they come to a desk. One seed, one question."""

import random
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from matching.answering.answer import prepare
from matching.offers import Prepared
from matching.offers.question import Question
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.facts.references import values_on
from schemes.files.parsing import validate
from schemes.region.loading import LoadedRegion, load_region

ON = date(2026, 12, 1)
REGION = "stedendriehoek"
MUNICIPALITIES = ("GM0200", "GM0213", "GM0150", "GM0232", "GM0246", "GM0262", "GM0285", "GM0301", "GM1896")
COSTS = {
    "tuition": (15_000, 600_000),
    "exam": (5_000, 60_000),
    "books": (3_000, 60_000),
    "materials": (2_500, 90_000),
    "travel": (2_000, 80_000),
    "childcare": (10_000, 200_000),
    "wage": (50_000, 900_000),
    "guidance": (20_000, 400_000),
    "assessment": (30_000, 160_000),
    "other": (1_000, 50_000),
}


@lru_cache
def region() -> LoadedRegion:
    """The shipped region."""
    return load_region(REGION)


def question(seed: int, *, loaded: LoadedRegion | None = None) -> Question:
    """A question with 1 to 6 cost lines; some facts are not known, some pledge, some borrow, some had an award before."""
    r, loaded = random.Random(f"question/{seed}"), loaded or region()
    route = r.choices(["individual", "employer"], [6, 4])[0]
    facts = {key: answer_to(r, definition) for key, definition in loaded.facts.items() if definition.derived is None}
    for scheme in r.sample(sorted(loaded.schemes), 4):
        definition = loaded.schemes[scheme]
        if route in definition.routes and definition.availability(ON).state in ("open", "unknown"):
            facts |= _wanted(r, definition, loaded)
    facts = {key: value for key, value in facts.items() if value is not None and r.random() < 0.97}
    data: dict[str, Any] = {
        "format": "ontwikkelloket/question/1",
        "route": route,
        "reference_date": ON.isoformat(),
        "facts": facts,
        "costs": [_cost(r, route) for _ in range(r.choice([1, 2, 3, 3, 4, 5, 6]))],
    }
    if route == "individual" and r.random() < 0.4:
        data["pledge"] = {"kind": r.choice(["fixed", "up_to"]), "amount_cents": r.randint(100, 3000) * 100}
    if r.random() < 0.3:
        data["borrow_up_to_cents"] = r.randint(2, 40) * 10_000
    if r.random() < 0.2:
        scheme = r.choice(sorted(loaded.schemes))
        awarded = ON - timedelta(days=r.randint(1, 1200))
        entry = {"scheme": scheme, "amount_cents": r.randint(10, 2500) * 100, "awarded_on": awarded.isoformat()}
        data["had_before"] = [entry]
    return validate(Question, data, f"question {seed}")


def _wanted(r: random.Random, definition: SchemeDefinition, loaded: LoadedRegion) -> dict[str, Any]:
    """Facts that meet the plain conditions of a scheme, so that people come with a question that some scheme is for."""
    wanted: dict[str, Any] = {}
    for _, condition in definition.walk_conditions():
        derived = any(loaded.facts[fact].derived is not None for fact in condition.facts)
        if derived or condition.type not in ("one_of", "any_of", "yes", "no", "in_list"):
            continue
        fact = condition.facts[0]
        if condition.type in ("yes", "no"):
            wanted[fact] = condition.type == "yes"
            continue
        listed = condition.type == "in_list"
        values = sorted(values_on(loaded.references[condition.list], ON) or ()) if listed else condition.values
        if values:
            wanted[fact] = [r.choice(values)] if loaded.facts[fact].type == "choices" else r.choice(values)
    return wanted


def prepared(seed: int) -> Prepared:
    """A generated question, made ready to solve."""
    return prepare(question(seed), region(), on=ON)


def _cost(r: random.Random, route: str) -> dict[str, Any]:
    kinds = ["tuition", "tuition", "exam", "books", "materials", "travel", "assessment", "other", "childcare"]
    kinds += ["wage", "guidance", "guidance"] if route == "employer" or r.random() < 0.2 else []
    category = r.choice(kinds)
    low, high = COSTS[category]
    cost: dict[str, Any] = {"category": category, "amount_cents": r.randint(low, high)}
    if r.random() < 0.5:
        cost["amount_cents"] -= cost["amount_cents"] % 100
    if r.random() < 0.25:
        cost["amount_without_vat_cents"] = cost["amount_cents"] * 100 // 121
    if r.random() < 0.2:
        cost["due_on"] = (ON + timedelta(days=r.randint(0, 400))).isoformat()
    return cost


def answer_to(r: random.Random, definition: FactDefinition) -> Any:
    if definition.type == "yes_no":
        return r.random() < 0.5
    if definition.type in ("choice", "choices"):
        keys = [option.key for option in definition.values]
        return (
            r.choice(keys) if definition.type == "choice" else sorted(r.sample(keys, r.randint(1, min(3, len(keys)))))
        )
    if definition.type == "municipality":
        return r.choice(MUNICIPALITIES)
    if definition.type == "postcode":
        return str(r.randint(7000, 7999))
    if definition.type == "year":
        return r.randint(1958, 2009) if definition.past_only else r.randint(2020, 2030)
    if definition.type == "date":
        days = -r.randint(6500, 25000) if definition.past_only else r.choice([-10, 5, 30, 60, 90, 150, 300])
        return None if definition.key == "birth_date" else (ON + timedelta(days=days)).isoformat()
    if definition.type == "money":
        return r.choice([0, 0, 100_000, 29_950_000])
    low, high = int(definition.minimum or 0), int(definition.maximum or 60)
    return r.randint(low, min(high, low + 60)) if definition.type == "number" else None
