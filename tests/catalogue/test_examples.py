"""The examples of matching/examples: each answer was worked out by hand first, in the comments of the question file.

A difference between the hand and the solver is never repaired by bending the example: one of the two is wrong.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matching.answering.answer import Answer, answer, prepare
from matching.offers.question import Question
from matching.spec.check import violations
from portal.commands.tables import answer_text, sure_sentence
from portal.platform.i18n import use_locale
from schemes.files.parsing import load
from schemes.files.reading import read_yaml_or_json
from schemes.region.loading import LoadedRegion, load_region

EXAMPLES = Path(__file__).resolve().parents[2] / "matching" / "examples"
SLUGS = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
PARTS = {
    "funding",
    "verdicts",
    "shares",
    "rest",
    "own_contribution_cents",
    "employer_contribution_cents",
    "repayable_cents",
    "passes",
    "used",
    "unused",
    "if_possible",
    "possible_payments",
    "notes",
}
EXPECTED: dict[str, dict[str, Any]] = {
    slug: read_yaml_or_json(EXAMPLES / "expected" / f"{slug}.yaml").data for slug in SLUGS
}
WITH_COSTS = [slug for slug in SLUGS if "shares" in EXPECTED[slug]]
UNCERTAIN = [slug for slug in SLUGS if "if_possible" in EXPECTED[slug]]
WITHOUT_COSTS = [slug for slug in SLUGS if "possible_payments" in EXPECTED[slug]]
CASES: dict[str, tuple[dict[str, Any], Answer]] = {}


def case(slug: str, region: LoadedRegion) -> tuple[dict[str, Any], Answer]:
    """What the hand says and what the software says, solved once."""
    if slug not in CASES:
        expected = EXPECTED[slug]
        question = load(Question, EXAMPLES / f"{slug}.yaml")
        funding = expected.get("funding")
        used = region if funding is None else load_region(region.path, funding=EXAMPLES / funding)
        assert question.reference_date is not None
        CASES[slug] = expected, answer(question, used, on=question.reference_date)
    return CASES[slug]


def test_every_example_has_an_answer_by_hand_and_every_answer_an_example() -> None:
    assert len(SLUGS) >= 8
    assert sorted(path.stem for path in (EXAMPLES / "expected").glob("*.yaml")) == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_the_comments_work_the_answer_out_step_by_step(slug: str) -> None:
    lines = (EXAMPLES / f"{slug}.yaml").read_text(encoding="utf-8").splitlines()
    comment = " ".join(line for line in lines if line.startswith("#"))
    assert len(comment.split()) >= 30 and ("€" in comment or "euro" in comment)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_expected_file_says_nothing_that_is_not_checked(slug: str, region: LoadedRegion) -> None:
    expected, found = case(slug, region)
    assert set(expected) <= PARTS
    assert ("shares" in expected) == (found.proposal is not None) != ("possible_payments" in expected)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_verdicts_are_those_of_the_hand(slug: str, region: LoadedRegion) -> None:
    expected, found = case(slug, region)
    verdicts = {verdict.scheme: verdict for verdict in found.prepared.verdicts}
    offers = {offer.scheme: offer for offer in found.prepared.problem.offers}
    for scheme, want in expected["verdicts"].items():
        verdict = verdicts[scheme]
        seen: dict[str, Any] = {"availability": verdict.availability.state, "status": verdict.status}
        seen |= {"route_fits": verdict.route_fits, "missing": list(verdict.missing_facts)}
        seen["certainty"] = offers[scheme].certainty if scheme in offers else None
        seen["failed"] = None if verdict.reason is None else failed_condition(verdict)
        assert {key: seen[key] for key in want} == want, scheme


def failed_condition(verdict: Any) -> str | None:
    """The id of the first condition of the scheme that is not met."""
    return next((outcome.id for outcome in verdict.outcomes.children if outcome.status == "not_met"), None)


@pytest.mark.parametrize("slug", WITH_COSTS)
def test_the_shares_are_those_of_the_hand_to_the_cent(slug: str, region: LoadedRegion) -> None:
    expected, found = case(slug, region)
    assert found.proposal is not None
    want = {(s["line"], s["offer"], s.get("funding_line")): s["cents"] for s in expected["shares"]}
    assert {(s.line, s.offer, s.funding_line): s.cents for s in found.proposal.shares} == want
    assert {left.line: left.cents for left in found.proposal.rest} == expected["rest"]


@pytest.mark.parametrize("slug", WITH_COSTS)
def test_the_totals_and_the_proof_are_those_of_the_hand(slug: str, region: LoadedRegion) -> None:
    expected, found = case(slug, region)
    proposal = found.proposal
    assert proposal is not None
    for name in ("own_contribution_cents", "employer_contribution_cents", "repayable_cents"):
        assert getattr(proposal, name) == expected[name], name
    assert proposal.status == "proven"
    for name, value in expected["passes"].items():
        assert proposal.value_of(name) == value, name


@pytest.mark.parametrize("slug", WITH_COSTS)
def test_the_mix_breaks_no_rule_and_a_cent_more_does(slug: str, region: LoadedRegion) -> None:
    _, found = case(slug, region)
    assert found.proposal is not None
    problem, shares = found.prepared.problem, found.proposal.shares
    assert violations(problem, shares) == []
    for n, share in enumerate(shares):  # the control: every amount here is at a limit, so one cent more must be seen
        more = (*shares[:n], share.model_copy(update={"cents": share.cents + 1}), *shares[n + 1 :])
        assert violations(problem, more) != [], share


@pytest.mark.parametrize("slug", WITH_COSTS)
def test_the_reasons_are_those_of_the_hand(slug: str, region: LoadedRegion) -> None:
    expected, found = case(slug, region)
    assert found.explanation is not None
    used = {one.offer: one.code for one in found.explanation.used}
    unused = {one.scheme: one.code for one in found.explanation.unused}
    assert {name: used.get(name) for name in expected.get("used", {})} == expected.get("used", {})
    assert {name: unused.get(name) for name in expected.get("unused", {})} == expected.get("unused", {})


@pytest.mark.parametrize("slug", SLUGS)
def test_what_still_has_to_be_declared_is_that_of_the_hand(slug: str, region: LoadedRegion) -> None:
    expected, found = case(slug, region)
    assert {note.code: note.params["offers"] for note in found.notes} == expected.get("notes", {})


@pytest.mark.parametrize("slug", UNCERTAIN)
def test_what_uncertain_schemes_could_still_bring_is_that_of_the_hand(slug: str, region: LoadedRegion) -> None:
    expected, found = case(slug, region)
    want = expected["if_possible"]
    assert found.proposal is not None and found.proposal.best_if_possible is not None
    assert found.proposal.best_if_possible.own_money_cents == want["own_money_cents"]
    assert list(found.proposal.best_if_possible.offers) == want["offers"]


@pytest.mark.parametrize("slug", WITHOUT_COSTS)
def test_a_question_without_costs_says_who_could_pay_up_to_what(slug: str, region: LoadedRegion) -> None:
    expected, found = case(slug, region)
    assert found.proposal is None
    payments = {payment.scheme: payment.as_dict() for payment in found.possible}
    for scheme, want in expected["possible_payments"].items():
        assert {key: payments[scheme][key] for key in want} == want, scheme


@pytest.mark.parametrize("slug", SLUGS)
def test_there_is_always_a_talk_as_a_next_step(slug: str, region: LoadedRegion) -> None:
    _, found = case(slug, region)
    assert "talk_to_advisor" in found.next_steps


def test_the_examples_together_use_every_way_of_paying(region: LoadedRegion) -> None:
    used: Counter[str] = Counter()
    for slug in SLUGS:
        _, found = case(slug, region)
        if found.proposal is not None:
            used.update({share.offer for share in found.proposal.shares})
    names = {
        "ontwikkelfonds-individueel",
        "ontwikkelfonds-werkgever",
        "werk-naar-werk-voucher",
        "colland-ontwikkelbudget",
        "levenlanglerenkrediet",
        "pledge.employer",
    }
    assert names <= set(used)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("slug", SLUGS)
def test_the_command_line_promises_nothing_and_speaks_to_one_person(
    slug: str, language: str, region: LoadedRegion
) -> None:
    """Never at most nothing; how sure each scheme that pays is; "u" is who asks; all is one option away."""
    _, found = case(slug, region)
    with use_locale(language):
        text, everything = answer_text(found, region), answer_text(found, region, everything=True)
        sure = {name: sure_sentence(one) for name, one in region.schemes.items()}
    for said in (text, everything):
        assert not re.search(r"(hoogstens|at most) \u20ac\W?0(?![\d.,]*[1-9])", said)
    used = found.explanation.used if found.explanation is not None else ()
    for scheme in {one.offer for one in used} & set(region.schemes):
        assert sure[scheme] in text and all(
            localized_in(language, one) in text for one in region.schemes[scheme].assumptions
        )
    if found.prepared.problem.circumstances.route == "employer":
        assert not re.search(r"betaalt u zelf|Eigen bijdrage|uzelf|you pay|Own contribution|yourself", text)
    titles = [localized_in(language, one.title) for one in region.schemes.values()]
    assert all(title in everything for title in titles)
    assert len(text) < len(everything)


def localized_in(language: str, text: Any) -> str:
    return str(getattr(text, language))


def test_every_verdict_is_plain_data_that_can_be_stored(region: LoadedRegion) -> None:
    """Also of a scheme that somebody else must apply for: who that is stands in it, in two languages."""
    asked = load(Question, EXAMPLES / f"{SLUGS[0]}.yaml")
    ready = prepare(asked, region, on=date(2026, 7, 1))  # SLIM for partnerships is open then
    verdicts = {verdict.scheme: verdict.as_dict() for verdict in ready.verdicts}
    stored = json.loads(json.dumps(verdicts))
    assert stored == verdicts
    params = stored["slim-samenwerkingsverbanden"]["availability"]["params"]
    assert set(params["third_party"]) == {"nl", "en"}
