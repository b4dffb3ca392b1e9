"""Small invented regions in which answers decide about each other's schemes in every way that the language knows."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from matching.offers.question import Question
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.files.parsing import validate
from schemes.region.funding import FundingFile
from tests.benchmarks.asking import Asker
from tests.regions import known_region

ON = date(2026, 12, 1)
VELDRIJK = Path("tests/schemes/regions/veldrijk")
BASE = known_region(VELDRIJK)
CATEGORIES = ("tuition", "exam", "books", "materials")
PLACES = ("GM9901", "GM9902", "GM9903")
WORD = {"nl": "Een vraag", "en": "A question"}
_BOTH = ["resident", "employer"]


def options(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "label": {"nl": key, "en": key}} for key in keys]


def _fact(key: str, kind: str, **more: Any) -> FactDefinition:
    words = {"question": {"nl": f"Vraag {key}?", "en": f"Question {key}?"}, "why": WORD, "who_knows": _BOTH}
    return validate(FactDefinition, {"key": key, "type": kind, **words, **more}, key)


FACTS = [
    *(_fact(f"p{n}", "yes_no", asked_in="core" if n < 3 else "extra", sensitive=n == 4) for n in range(1, 6)),
    _fact("kind", "choice", values=options("a", "b", "c")),
    _fact("hours", "number", minimum=0, maximum=40),
    _fact("weeks", "number"),
    _fact("income_cents", "money"),
    _fact("de_minimis_used_cents", "money"),
    _fact("work_situation", "choice", values=options("employee", "self_employed")),
    _fact("training_sector", "choice", values=options("technology", "care")),
    _fact("birth_year", "year", past_only=True, asked_in="core"),
    _fact("birth_date", "date", past_only=True),
    _fact("residence_municipality", "municipality"),
    _fact("employer_municipality", "municipality"),
    _fact("secret", "yes_no", who_knows=["provider"]),
]  # fmt: skip


def answer_to(r: random.Random, definition: FactDefinition) -> Any:
    """A random answer; birth year and date are always of the same person."""
    if definition.key in ("birth_year", "birth_date"):
        return 2008 if definition.key == "birth_year" else r.choice(["2008-11-30", "2008-12-01", "2008-12-02"])
    if definition.type == "yes_no":
        return r.random() < 0.6
    if definition.type == "choice":
        return r.choice([option.key for option in definition.values])
    if definition.type == "municipality":
        return r.choice(PLACES)
    if definition.key == "de_minimis_used_cents":
        return r.choice([0, 29_950_000, 29_990_000, 30_000_000])
    return r.choice([0, 100_000, 200_000]) if definition.type == "money" else r.randint(0, 40)


def asker(seed: int, *, schemes: int = 6) -> Asker:
    """Somebody in an invented region of their own, with an answer to everything that they can know."""
    r = random.Random(f"asking/{seed}")
    route = r.choice(["individual", "individual", "employer"])
    names = [f"s{n}" for n in range(r.randint(2, schemes))]
    definitions = {name: _scheme(r, name, names) for name in names}
    settings = BASE.region.settings.model_copy(
        update={"pass_order": r.choice([("own_money", *order) for order in _ORDERS]), "smallest_share_cents": 2500}
    )
    region = replace(
        BASE,
        region=BASE.region.model_copy(update={"settings": settings}),
        schemes=definitions,
        facts={fact.key: fact for fact in FACTS},
        funding=_funding(r, names),
        cases={},
        files={},
    )
    shell = Asker(_question(r, route), {}, region, ON)
    return replace(shell, answers=answers(r, shell))


def answers(r: random.Random, shell: Asker) -> dict[str, Any]:
    """A random answer to everything that somebody can know."""
    return {key: answer_to(r, shell.region.facts[key]) for key in sorted(shell.askable)}


_ORDERS = (
    ("rest", "priced_money", "schemes"),
    ("priced_money", "rest", "schemes"),
    ("schemes", "priced_money", "rest"),
)


def _question(r: random.Random, route: str) -> Question:
    costs = [
        {"category": r.choice(CATEGORIES), "amount_cents": r.randint(5, 60) * 2500} for _ in range(r.randint(1, 3))
    ]
    data: dict[str, Any] = {"format": "ontwikkelloket/question/1", "route": route, "costs": costs}
    if route == "individual" and r.random() < 0.5:
        data["pledge"] = {"kind": r.choice(["fixed", "up_to"]), "amount_cents": r.randint(1, 20) * 2500}
    if r.random() < 0.5:
        data["borrow_up_to_cents"] = r.randint(1, 20) * 2500
    return validate(Question, data)


def _condition(r: random.Random, depth: int = 0) -> dict[str, Any]:
    kind = r.choice(["yes", "yes", "no", "one_of", "number", "age", *([] if depth else ["any", "not", "secret"])])
    if kind in ("yes", "no"):
        return {"type": kind, "fact": f"p{r.randint(1, 5)}"}
    if kind == "one_of":
        return {"type": "one_of", "fact": "kind", "values": r.sample(["a", "b", "c"], r.randint(1, 2))}
    if kind == "number":
        return {"type": "number", "fact": "hours", "at_least": r.choice([8, 20])}
    if kind == "age":
        return {"type": "age", "at_least": 18}
    if kind == "secret":
        return {"type": "any", "conditions": [{"type": "yes", "fact": "secret"}, _condition(r, 1)]}
    parts = [_condition(r, 1) for _ in range(2)]
    return {"type": "any", "conditions": parts} if kind == "any" else {"type": "not", "condition": parts[0]}


def _amounts(r: random.Random) -> dict[str, Any]:
    """Coverage, caps and all that a variant may replace."""
    covered = r.sample(CATEGORIES, r.randint(1, 4))
    found: dict[str, Any] = {
        "coverage": [{"categories": covered, "share": r.choice(["1", "1", "1/2", "1/3"])}],
        "caps": [{"per": "award", "amount_cents": r.randint(1, 40) * 2500}],
    }
    odd = r.random()
    if odd < 0.12:
        found |= {"caps": [], "fixed_amount_cents": r.randint(1, 20) * 2500}
    elif odd < 0.24:
        found["rate"] = {"amount_cents": 2500, "unit": WORD, "fact": r.choice(["hours", "weeks"])}
        found["rate"] |= r.choice([{}, {"max_units": 20}, {"pays": "exactly"}])
    elif odd < 0.32:
        found["reduction"] = {"fact": "income_cents", "above_cents": 100_000, "share": "1/4"}
    elif odd < 0.4:
        found["tiers"] = {"steps": [{"up_to_cents": 30_000, "share": "1"}, {"share": "1/4"}]}
    elif odd < 0.5:
        found["share_of_base"] = {"share": "1/2", "of": "eligible_cost"}
        if r.random() < 0.5:
            found["share_of_base"] |= {"of": "eligible_cost_less", "less": ["employer", "sector_funds"]}
    if r.random() < 0.15:
        found["co_financing"] = {
            "share": "1/4",
            "of": r.choice(["eligible_cost", "own_amount"]),
            "counts_sector_fund": r.random() < 0.5,
        }
    if "fixed_amount_cents" not in found and r.random() < 0.2:
        found["minimum_cents"] = 2500
    return found


def _scheme(r: random.Random, name: str, names: list[str]) -> SchemeDefinition:
    here, kind = r.random() < 0.6, r.choice(["subsidy", "subsidy", "subsidy", "sector_fund", "loan"])
    others = [other for other in names if other != name]
    data: dict[str, Any] = {
        "format": "ontwikkelloket/scheme/1", "scheme": name, "version": 1, "title": WORD, "summary": WORD,
        "owner": "regio-veldrijk", "deciding_body": WORD if here else None,
        "administered": "here" if here else "elsewhere", "kind": kind, "repayable": kind == "loan",
        "public_money": kind != "sector_fund", "routes": ["individual", "employer"], "applicant": {"who": "resident"},
        "payee": "provider", "state": "open" if here or r.random() < 0.9 else "unknown",
        "sources": [{"title": "Test", "confidence": "verified"}],
        "conditions": [_condition(r) for _ in range(r.choice([0, 0, 1, 1, 2, 3]))],
        **_amounts(r), "rounding_unit_cents": r.choice([1, 1, 1, 100]), "apply": {"how": WORD}, "review_on": "2027-01-01",
    }  # fmt: skip
    if r.random() < 0.25:
        data["variants"] = [
            {"id": f"v{n}", "when": _condition(r, 1), **_variant(r, data)} for n in range(r.randint(1, 2))
        ]
    if r.random() < 0.3:
        group = {"group": r.choice(["g", "h"]), "at_most": r.randint(1, 2), "scope": r.choice(["training", "line"])}
        data["exclusion"] = {"groups": [group]}
    if r.random() < 0.1:
        data["exclusion"] = {**data.get("exclusion", {}), "no_other_public_money": True}
    if r.random() < 0.25:
        limit = {"amount_cents": r.randint(1, 40) * 2500} if r.random() < 0.5 else {"share": r.choice(["1/2", "3/4"])}
        data["joint_caps"] = [{"name": r.choice(["j", "k"]), "schemes": r.sample(others, 1), **limit}]
    if r.random() < 0.35:
        data["precedence"] = {"asks_first": r.sample(others, r.randint(1, min(2, len(others))))}
    if data["public_money"] and not data["repayable"] and r.random() < 0.25:
        data["state_aid"] = "de_minimis"
    return validate(SchemeDefinition, data, name)


def _variant(r: random.Random, data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"coverage": _amounts(r)["coverage"]}
    if "fixed_amount_cents" in data:
        return found | {"fixed_amount_cents": r.randint(1, 20) * 2500}
    return found | {"caps": [{"per": "award", "amount_cents": r.randint(2, 40) * 2500}]}


def _funding(r: random.Random, names: list[str]) -> FundingFile:
    lines = []
    for n in range(r.randint(1, 3)):
        marks: dict[str, Any] = {}
        if r.random() < 0.4:
            marks["municipalities"] = r.sample(PLACES[:2], 1)
        if r.random() < 0.2:
            marks["sectors"] = ["technology"]
        if r.random() < 0.3:
            marks["schemes"] = r.sample(names, 1)
        lines.append(
            {
                "id": f"m{n}",
                "funder": "f",
                "title": WORD,
                "amount_cents": r.choice([50_000, 150_000, 10_000_000]),
                "earmark": marks,
                "period": {"from": "2026-01-01", "to": "2027-12-31"},
            }
        )
    funder = {"id": "f", "name": WORD, "kind": "province"}
    data = {"format": "ontwikkelloket/funding/1", "funders": [funder], "agreements": [], "funding_lines": lines}
    return validate(FundingFile, data)
