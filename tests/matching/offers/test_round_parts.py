"""A scheme whose money is divided in rounds: a possibility before its round, firm after it, up to what the round gave."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from matching import explain, propose
from matching.answering.answer import prepare
from matching.offers import Prepared
from matching.offers.question import Question
from matching.problem import OffersCap
from matching.reasons.worth import at_most
from matching.spec.check import violations
from schemes.basics.findings import BadFile
from schemes.definition import SchemeDefinition
from schemes.files.parsing import validate
from tests.matching.building import line, offer, pays, problem
from tests.matching.receipts import question, region

GAVE = [{"scheme": "leervoucher", "amount_cents": 70_000}]


def ready(distribution: str = "lottery", **changes: Any) -> Prepared:
    loaded = region("proefland")
    raw = loaded.schemes["leervoucher"].model_dump(mode="json", by_alias=True)
    budget = {"budget": {"distribution": distribution}}
    definition = validate(SchemeDefinition, {**raw, **budget, **changes.pop("definition", {})}, "leervoucher")
    placed = replace(loaded, schemes={**loaded.schemes, "leervoucher": definition})
    return prepare(question(had_before=[], **changes), placed, on=question().reference_date)


def certainty(made: Prepared) -> str:
    [found] = [one for one in made.problem.offers if one.id == "leervoucher"]
    return found.certainty


@pytest.mark.parametrize("distribution", ["ranking", "lottery", "pro_rata"])
def test_what_a_round_gave_makes_a_scheme_firm_up_to_that(distribution: str) -> None:
    assert certainty(ready(distribution)) == "possible"
    made = ready(distribution, divided=GAVE)
    assert certainty(made) == "firm"
    cap = OffersCap(id="round.part.leervoucher", offers=("leervoucher",), amount_cents=70_000)
    assert cap in made.problem.joint_caps and cap.of_round
    found = propose(made.problem)
    assert sum(share.cents for share in found.shares if share.offer == "leervoucher") == 70_000
    reasons = {one.offer: (one.code, one.params) for one in explain(made.problem, found).used}
    assert reasons["leervoucher"] == ("round_part", {"limit_cents": 70_000})


def test_a_round_says_nothing_of_a_scheme_in_the_order_of_receipt() -> None:
    made = ready("order_of_receipt", divided=GAVE)
    assert certainty(made) == "firm" and not any(one.of_round for one in made.problem.joint_caps)


def test_what_another_decides_stays_a_possibility_whatever_a_round_gave() -> None:
    text = {"nl": "UWV", "en": "UWV"}
    assert certainty(ready(divided=GAVE, definition={"discretion": {"by": text, "text": text}})) == "possible"


def test_nothing_divided_is_told_as_that() -> None:
    made = ready(divided=[{**GAVE[0], "amount_cents": 0}])
    reasons = explain(made.problem, propose(made.problem)).unused
    assert ("round_part_full", {"limit_cents": 0}) in [(one.code, one.params) for one in reasons]


def test_more_than_the_round_gave_breaks_a_rule_and_is_no_worth() -> None:
    cap = OffersCap(id="round.part.x", offers=("x",), amount_cents=30_000)
    given = problem([line("a", 1000)], [offer("x")], joint_caps=(cap,))
    assert violations(given, [pays("x", "a", 300)]) == []
    [broken] = violations(given, [pays("x", "a", 300.01)])
    assert (broken.constraint, broken.code, broken.params) == (11, "above_round_part", {"limit_cents": 30_000})
    most = at_most(given, given.offers[0])
    assert most is not None and (most.cents, most.code) == (30_000, "round_part")


def test_a_scheme_stands_once_among_what_was_divided() -> None:
    with pytest.raises(BadFile, match="twice"):
        validate(Question, question().model_dump(mode="json") | {"divided": GAVE * 2}, "q")
