"""Receipts to take apart in tests: of a question file without a database, and ways to change one thing in a file."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from matching.answering.answer import answer
from matching.offers.question import Question
from matching.problem import Locks, Problem
from matching.problem.proposal import Share, problem_hash
from matching.receipt import DecisionUsed, OutcomeUsed, Override, Receipt, hash_of, model_used, plain
from matching.receipt.decided import overrides_of
from matching.receipt.making import Basis, GivenBy, KeptResult, make_receipt
from schemes.files.parsing import load, validate
from schemes.region.loading import LoadedRegion
from tests.regions import known_region

PROEFLAND = Path(__file__).parents[1] / "portal" / "regions" / "proefland"
EXAMPLES = Path(__file__).parents[2] / "matching" / "examples"
MADE_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ON = date(2026, 3, 2)
Path_ = tuple[str | int, ...]


@lru_cache(maxsize=2)
def region(name: str) -> LoadedRegion:
    """Proefland, or a region that ships with the software."""
    return known_region(PROEFLAND if name == "proefland" else name)


def question(**more: Any) -> Question:
    """Somebody in Proefstad with tuition and materials, who had a voucher before and would borrow a little."""
    costs = [
        {"id": "k1", "category": "tuition", "amount_cents": 270_000},
        {"id": "k2", "category": "materials", "amount_cents": 60_001},
    ]
    asked = {
        "format": "ontwikkelloket/question/1",
        "reference_date": "2026-03-02",
        "facts": {"residence_municipality": "GM9901", "training_start": "2026-05-01"},
        "costs": costs,
        "pledge": {"kind": "up_to", "amount_cents": 12_345},
        "borrow_up_to_cents": 5_000,
        "had_before": [{"scheme": "leervoucher", "amount_cents": 100_000, "awarded_on": "2026-01-05"}],
    }
    return validate(Question, {**asked, **more})


def example(name: str) -> Question:
    """A question that ships with the software."""
    return load(Question, EXAMPLES / f"{name}.yaml")


def receipt_of(
    asked: Question, where: str, *, locks: Locks | None = None, decided: bool = False, others: int = 0
) -> Receipt:
    """The receipt of a question in a region, perhaps with locks, perhaps decided as proposed, perhaps with alternatives."""
    from matching import explain, propose
    from matching.what_if.alternatives import alternatives

    place = region(where)
    on = asked.reference_date or ON
    found = answer(asked, place, on=on)
    problem = found.prepared.problem
    if locks is not None:
        problem = Problem.model_validate({**dict(problem), "locks": locks})
    best = propose(problem)
    verdicts = found.prepared.verdicts
    titles = {line.id: line.title for line in place.funding.funding_lines}
    basis = Basis(
        asked,
        place.region,
        place.schemes,
        place.facts,
        place.references,
        number="OV-2026-0001",
        funding_titles=titles,
        told={"training_start": GivenBy("advisor", ON)},
    )
    result = KeptResult(
        on=on,
        complete=found.prepared.facts,
        verdicts=[one.as_dict() for one in verdicts],
        problem=problem.model_dump(mode="json"),
        proposal=best.model_dump(mode="json"),
        reasons=plain(explain(problem, best, verdicts, place.schemes.values()).as_dict()),
        model=model_used(problem.settings, best.solver, best.parameters),
        overrides=tuple(Override(**one, reason="Zo afgesproken.") for one in overrides_of(problem, best.shares, ())),
        decision=decision(problem, best.shares) if decided else None,
        alternatives=[one.as_dict() for one in alternatives(problem, best, others)] if others else (),
    )
    return make_receipt(basis, result, MADE_AT)


def decision(problem: Problem, shares: tuple[Share, ...]) -> DecisionUsed:
    """Everything that is paid from here is awarded."""
    outcomes = []
    for offer in problem.offers:
        cents = sum(share.cents for share in shares if share.offer == offer.id)
        if offer.administered == "here":
            outcomes.append(
                OutcomeUsed(
                    scheme=offer.scheme,
                    version=offer.version,
                    outcome="awarded" if cents else "rejected",
                    amount_cents=cents,
                    reason=None if cents else "Er was niets te betalen.",
                )
            )
    return DecisionUsed(
        kind="approved" if shares else "rejected",
        decided_on=ON,
        outcomes=tuple(outcomes),
        rationale="Past bij de vraag.",
        checked=("costs",),
        shares=tuple(share.model_dump(mode="json") for share in shares),
        problem=problem.model_dump(mode="json") if shares else None,
        problem_hash=problem_hash(problem) if shares else None,
    )


# Changing one thing ----------------------------------------------------------------------------------------------------


def leaves(data: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value in plain data that is no list or group, with its path."""
    if isinstance(data, dict | list):
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for key, item in items:
            yield from leaves(item, (*path, key))
    else:
        yield path, data


def other(value: Any) -> Any:
    """Another value of the same kind: one more cent, the next day, another digit in a hash, another word."""
    if value is None:
        return 1
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if len(value) == 10 and value[4] == "-" and value[7] == "-":
        return date.fromordinal(date.fromisoformat(value).toordinal() + 1).isoformat()
    return value[:-1] + ("1" if value[-1:] != "1" else "2")


def changed(data: dict[str, Any], path: Path_) -> dict[str, Any]:
    """A copy of a file with one value changed."""
    made = copy.deepcopy(data)
    place: Any = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = other(place[path[-1]])
    return made


def resealed(data: dict[str, Any]) -> dict[str, Any]:
    """The file with every hash made to fit again, as somebody would who forges it."""
    made = copy.deepcopy(data)
    content = made["content"]
    for group in ("schemes", "fact_definitions", "lists"):
        for one in content[group]:
            one["content_hash"] = hash_of(one["content"])
    made["content_hash"] = hash_of(json.loads(json.dumps(content)))
    return made
