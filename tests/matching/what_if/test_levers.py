"""What would change the answer: every lever that is stated is true when it is applied, by code that shares nothing with levers."""

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pytest

from matching import propose
from matching.answering.answer import prepare
from matching.offers import Prepared, funding_line
from matching.offers.question import Question
from matching.problem import AvailableFundingLine, LockedShare, Locks, Problem
from matching.problem.codes import LEVERS
from matching.problem.proposal import Proposal
from matching.solver.again import own_cents, paid_by_offers
from matching.what_if.levers.levers import WHO, Lever, levers
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.files.parsing import validate
from schemes.region.loading import LoadedRegion
from tests.benchmarks import questions
from tests.matching import asking_questions as asking
from tests.matching.generated import opened

WORD = {"nl": "Een vraag", "en": "A question"}
ON = asking.ON
GENERATED = [
    *(("catalogue", seed) for seed in (2, 8, 24)),
    *(("opened", seed) for seed in (0, 10, 48, 58)),
    *(("invented", seed) for seed in (0, 3, 16)),
]
"""Together they hold every kind of lever that generated questions give; chosen among 300."""


class Case:
    """A question with its region, its answer and its levers."""

    def __init__(self, question: Question, region: LoadedRegion, on: date = ON, locks: Locks | None = None) -> None:
        self.question, self.region, self.on = question, region, on
        made = prepare(question, region, on=on)
        self.prepared = made if locks is None else replace(made, problem=with_locks(made.problem, locks))
        self.best = propose(self.prepared.problem, outlook=False)
        self.levers = levers(question, region, self.prepared, self.best, on=on)

    @property
    def problem(self) -> Problem:
        return self.prepared.problem

    def own(self, question: Question, on: date | None = None, lines: list[AvailableFundingLine] | None = None) -> int:
        return own_cents(self.mix(self.made(question, on, lines)))

    def made(
        self, question: Question, on: date | None = None, lines: list[AvailableFundingLine] | None = None
    ) -> Prepared:
        return prepare(question, self.region, on=on or self.on, funding_lines=lines)

    def mix(self, made: Prepared) -> Proposal:
        return propose(made.problem, outlook=False)

    def only(self, kind: str) -> Lever:
        [found] = [one for one in self.levers if one.kind == kind]
        return found


def with_locks(problem: Problem, locks: Locks) -> Problem:
    return Problem.model_validate({**dict(problem), "locks": locks})


@lru_cache
def generated(source: str, seed: int) -> Case:
    if source == "invented":
        one = asking.asker(seed)
        return Case(one.question.model_copy(update={"facts": dict(one.answers)}), one.region)
    region = questions.region() if source == "catalogue" else opened()
    return Case(questions.question(seed, loaded=region), region)


# Applying a lever ------------------------------------------------------------------------------------------------------


def saved(case: Case, lever: Lever) -> list[int]:
    """What the change saves the asker, solved from nothing; of several values that are all said to help, each."""
    p = lever.params
    before = own_cents(case.best)
    if "changes" in p:
        [first, *more] = p["changes"]
        told = [{first[0]: value, **{fact: values[0] for fact, values in more}} for value in first[1]]
        return [before - case.own(_told(case.question, facts)) for facts in told]
    if lever.kind in ("more_hours", "fewer_hours"):
        return [before - case.own(_told(case.question, {p["fact"]: p["value"]}))]
    if lever.kind in ("start_later", "start_earlier", "apply_before_start"):
        return [before - case.own(_told(case.question, {p["fact"]: p["day"]}))]
    if lever.kind == "apply_later":
        day = date.fromisoformat(p["day"])
        return [before - case.own(case.question.model_copy(update={"reference_date": day}), on=day)]
    if lever.kind in ("pledge", "pledge_unlocks"):
        given = case.question.pledge
        kept = {"kind": "fixed", "categories": None} if given is None else given.model_dump()
        return [before - case.own(_changed(case.question, pledge={**kept, "amount_cents": p["amount_cents"]}))]
    if lever.kind == "other_route":
        return [_together(case.best) - _together(case.mix(case.made(_in_route(case.question, p["route"]))))]
    if lever.kind == "split_over_years":
        return [before - _in_two_years(case, p)]
    return [before - own_cents(propose(_other_rules(case, lever), outlook=False))]


def _told(question: Question, facts: dict[str, Any]) -> Question:
    return _changed(question, facts={**question.facts, **facts})


def _changed(question: Question, **changed: Any) -> Question:
    return validate(Question, {**question.model_dump(mode="json", exclude_unset=True), **changed})


def _in_route(question: Question, route: str) -> Question:
    costs = [{**cost.model_dump(mode="json"), "bearer": None} for cost in question.costs]
    return _changed(question, route=route, costs=costs, pledge=None, borrow_up_to_cents=0)


def _together(mix: Proposal) -> int:
    return mix.own_contribution_cents + mix.employer_contribution_cents + mix.repayable_cents


def _in_two_years(case: Case, p: Any) -> int:
    """What the asker pays in the two years together."""
    day, now, later = date.fromisoformat(p["day"]), [], []
    for cost, name in zip(case.question.costs, case.question.line_ids(), strict=True):
        plain = {**cost.model_dump(mode="json"), "id": name}
        part = cost.amount_cents
        if name in p["lines"]:
            part = -(-cost.amount_cents * p["part"] // p["of"])
            without = cost.amount_without_vat_cents
            first = None if without is None else -(-without * part // cost.amount_cents)
            second = None if without is None else without * (cost.amount_cents - part) // cost.amount_cents
            due = max(cost.due_on, day).isoformat() if cost.due_on is not None else None
            rest = cost.amount_cents - part
            later.append({**plain, "amount_cents": rest, "amount_without_vat_cents": second, "due_on": due})
            plain = {**plain, "amount_cents": part, "amount_without_vat_cents": first}
        now.append(plain)
    assert sum(cost["amount_cents"] for cost in now) == p["first_cents"]
    assert sum(cost["amount_cents"] for cost in later) == p["second_cents"]
    made = case.made(_changed(case.question, costs=[cost for cost in now if cost["amount_cents"]]))
    mix = case.mix(made)
    paid = paid_by_offers(made.problem, mix.shares)
    scheme = {offer.id: offer.scheme for offer in made.problem.offers}
    had = [
        {"scheme": scheme[name], "amount_cents": cents, "awarded_on": case.on.isoformat()}
        for name, cents in paid.items()
    ]
    facts = dict(case.question.facts)
    if isinstance(start := made.facts.get("training_start"), date):
        facts["training_start"] = max(start, date.fromordinal(day.toordinal() + 1)).isoformat()
    rules = case.region.region.settings.de_minimis
    aid = {offer.id for offer in made.problem.offers if offer.de_minimis}
    if isinstance(used := made.facts.get(rules.used_fact), int):
        facts[rules.used_fact] = used + sum(cents for name, cents in paid.items() if name in aid)
    taken = {share.funding_line: 0 for share in mix.shares}
    for share in mix.shares:
        taken[share.funding_line] += share.cents
    lines = [funding_line(line) for line in case.region.funding.funding_lines]
    left = [line.model_copy(update={"available_cents": line.available_cents - taken.get(line.id, 0)}) for line in lines]
    before = [entry.model_dump(mode="json") for entry in case.question.had_before]
    second_year = _changed(
        case.question,
        costs=[cost for cost in later if cost["amount_cents"]],
        facts=facts,
        had_before=[*before, *had],
        reference_date=day.isoformat(),
        pledge=None,
        borrow_up_to_cents=0,
    )
    return own_cents(mix) + case.own(second_year, on=day, lines=left)


def _other_rules(case: Case, lever: Lever, less: int = 0) -> Problem:
    """The problem with another ceiling, minimum, combination, budget, locks, or with a scheme open. `less`: so much less of it."""
    p, problem = lever.params, case.problem
    if lever.kind == "budget_raised":
        [name] = p["funding_lines"]
        assert (
            next(line.available_cents for line in problem.funding_lines if line.id == name)
            == p["to_cents"] - p["by_cents"]
        )
        lines = tuple(
            line.model_copy(update={"available_cents": p["to_cents"] - less}) if line.id == name else line
            for line in problem.funding_lines
        )
        return problem.model_copy(update={"funding_lines": lines})
    if lever.kind == "lock_released":
        return problem.model_copy(update={"locks": Locks()})
    [name] = p["offers"]
    if lever.kind == "scheme_open":
        opened_now = case.region.schemes[name].model_copy(update={"state": "open", "windows": (), "state_since": None})
        region = replace(case.region, schemes={**case.region.schemes, name: opened_now})
        return prepare(case.question, region, on=case.on).problem
    if lever.kind == "combination_allowed":
        groups = tuple(
            one.model_copy(update={"offers": tuple(other for other in one.offers if other != name)})
            for one in problem.exclusion_groups
        )
        apart = {name, *p["others"]}
        free = tuple(
            one.model_copy(update={"no_other_public_money": False}) if one.id in apart else one
            for one in problem.offers
        )
        return problem.model_copy(update={"exclusion_groups": groups, "offers": free})
    key, amount = {
        "ceiling_raised": ("cap_cents", p["to_cents"] - less),
        "minimum_lowered": ("minimum_cents", p["to_cents"] + less),
    }[lever.kind]
    offers = tuple(one.model_copy(update={key: amount}) if one.id == name else one for one in problem.offers)
    return problem.model_copy(update={"offers": offers})


# Over generated questions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "seed"), GENERATED)
def test_every_stated_change_saves_exactly_what_it_says(source: str, seed: int) -> None:
    case = generated(source, seed)
    assert case.levers, "chosen because it has some"
    for lever in case.levers:
        assert set(saved(case, lever)) == {lever.gain_cents}, lever
        assert lever.gain_cents > 0 and lever.confirmed and lever.who in WHO
        assert within_its_dates(case, lever), lever
        assert set(lever.params) <= set(LEVERS[lever.kind])
        assert Lever.from_dict(lever.as_dict()) == lever


def within_its_dates(case: Case, lever: Lever) -> bool:
    """Whether the day that is named is still to come, and the training does not make it senseless."""
    start, day = case.prepared.facts.get("training_start"), date.fromisoformat(lever.params.get("day", "2100-01-01"))
    if isinstance(start, date) and lever.kind == "split_over_years":
        return start < day
    return day >= case.on and not (isinstance(start, date) and "start" in lever.kind and start < case.on)


def test_together_they_hold_every_kind_that_generated_questions_give() -> None:
    found = {lever.kind for one in GENERATED for lever in generated(*one).levers}
    assert found >= {
        "budget_raised",
        "ceiling_raised",
        "combination_allowed",
        "listed_training",
        "more_hours",
        "other_route",
        "other_training",
        "pledge",
        "pledge_unlocks",
        "split_over_years",
    }


@pytest.mark.parametrize(("source", "seed"), [("catalogue", 24), ("opened", 17), ("invented", 3)])
def test_a_cent_less_of_a_ceiling_or_budget_saves_less(source: str, seed: int) -> None:
    """The control: the change that is named is the smallest, and applying another one is noticed."""
    case = generated(source, seed)
    found = [one for one in case.levers if one.kind in ("ceiling_raised", "budget_raised", "minimum_lowered")]
    assert found
    for lever in found:
        less = own_cents(case.best) - own_cents(propose(_other_rules(case, lever, less=1), outlook=False))
        assert less < lever.gain_cents, lever


# The kinds that generated questions do not give ------------------------------------------------------------------------


def fact(key: str, kind: str, **more: Any) -> FactDefinition:
    return validate(FactDefinition, {"key": key, "type": kind, "question": WORD, "why": WORD, **more}, key)


FACTS = [
    fact("training_start", "date", who_knows=["resident", "employer"]),
    fact("training_recognised", "yes_no", who_knows=["resident", "provider"]),
    fact("provider_member", "yes_no", who_knows=["employer", "provider"]),
    fact("training_hours", "number", minimum=0, maximum=100, who_knows=["resident"]),
    fact("work_situation", "choice", who_knows=["resident"], values=asking.options("employee", "self_employed")),
]


def scheme(name: str = "s", **more: Any) -> SchemeDefinition:
    data: dict[str, Any] = {
        "format": "ontwikkelloket/scheme/1",
        "scheme": name,
        "version": 1,
        "title": WORD,
        "summary": WORD,
        "owner": "regio-veldrijk",
        "administered": "elsewhere",
        "kind": "subsidy",
        "repayable": False,
        "public_money": True,
        "routes": ["individual", "employer"],
        "applicant": {"who": "resident"},
        "payee": "provider",
        "state": "open",
        "sources": [{"title": "Test", "confidence": "verified"}],
        "conditions": [],
        "apply": {"how": WORD},
        "coverage": [{"categories": ["tuition"], "share": "1"}],
        "caps": [{"per": "award", "amount_cents": 60_000}],
        "review_on": "2027-01-01",
    }
    return validate(SchemeDefinition, {**data, **more}, name)


def case_of(*schemes: SchemeDefinition, locks: Locks | None = None, **facts: Any) -> Case:
    region = replace(
        asking.BASE,
        schemes={one.scheme: one for one in schemes},
        facts={one.key: one for one in FACTS},
        cases={},
        files={},
    )
    costs = [{"category": "tuition", "amount_cents": 100_000}]
    question = {"format": "ontwikkelloket/question/1", "route": "individual", "costs": costs, "facts": facts}
    return Case(validate(Question, question), region, locks=locks)


def test_a_training_that_starts_later_or_earlier_is_moved_no_further_than_needed() -> None:
    window = {"type": "date", "fact": "training_start", "on_or_after": "2027-02-01", "on_or_before": "2027-03-31"}
    early = case_of(scheme(conditions=[window]), training_start="2027-01-10").only("start_later")
    assert (early.params["day"], early.gain_cents, early.who) == ("2027-02-01", 60_000, "resident")
    case = case_of(scheme(conditions=[window]), training_start="2027-06-10")
    assert case.only("start_earlier").params["day"] == "2027-03-31" and saved(case, case.only("start_earlier")) == [
        60_000
    ]


def test_a_minimum_is_lowered_no_further_than_needed() -> None:
    case = case_of(scheme(minimum_cents=150_000, caps=[{"per": "award", "amount_cents": 200_000}]))
    lever = case.only("minimum_lowered")
    assert (lever.params["to_cents"], lever.gain_cents, lever.who) == (100_000, 100_000, "scheme_owner")
    assert saved(case, lever) == [100_000]
    assert own_cents(case.best) == own_cents(propose(_other_rules(case, lever, less=1), outlook=False))


def kinds(*schemes: SchemeDefinition, start: date | str) -> set[str]:
    return {one.kind for one in case_of(*schemes, training_start=str(start)).levers}


def test_what_has_begun_is_not_moved_and_nothing_is_moved_to_a_day_that_has_passed() -> None:
    in_advance, yesterday = {"type": "starts_after_reference", "fact": "training_start"}, ON - timedelta(days=1)
    waits = case_of(scheme(conditions=[in_advance]), training_start=str(ON))
    assert saved(waits, waits.only("apply_before_start")) == [60_000], "what begins today can still wait"
    assert kinds(scheme(conditions=[in_advance]), start=yesterday) == {"pledge"}
    until = {"type": "date", "fact": "training_start"}
    shut, still = (scheme(conditions=[{**until, "on_or_before": str(day)}]) for day in (yesterday, ON))
    assert "start_earlier" in kinds(still, start="2027-06-10") - kinds(shut, start="2027-06-10")


def test_costs_are_divided_over_two_years_only_when_the_training_begins_in_the_first() -> None:
    yearly = scheme(caps=[{"per": "person", "amount_cents": 60_000, "period": "calendar_year"}])
    assert "split_over_years" in kinds(yearly, start="2026-12-31") - kinds(yearly, start="2027-01-01")


def test_nobody_is_told_to_wait_until_a_scheme_opens_that_had_to_be_asked_before_the_start() -> None:
    opens: dict[str, Any] = {"windows": [{"opens_on": "2027-02-01", "closes_on": "2027-12-31"}]}
    in_advance = scheme(**opens, apply={"how": WORD, "before_start": True})
    told = kinds(in_advance, start="2027-03-15") & kinds(scheme(**opens), start="2027-01-15")
    assert "apply_later" in told - kinds(in_advance, start="2027-01-15")


def test_another_provider_and_what_only_the_employer_knows_are_told_apart() -> None:
    mine = case_of(scheme(conditions=[{"type": "yes", "fact": "training_recognised"}]), training_recognised=False)
    assert mine.only("provider").who == "resident" and saved(mine, mine.only("provider")) == [60_000]
    member = scheme(conditions=[{"type": "yes", "fact": "provider_member"}])
    assert case_of(member, provider_member=False).only("employer_fact").who == "employer"


def test_fewer_hours_go_down_to_the_border() -> None:
    case = case_of(scheme(conditions=[{"type": "number", "fact": "training_hours", "at_most": 40}]), training_hours=60)
    assert case.only("fewer_hours").params["value"] == 40 and saved(case, case.only("fewer_hours")) == [60_000]


def test_a_scheme_that_opens_later_is_named_with_its_day_and_one_that_is_shut_with_its_owner() -> None:
    soon = case_of(scheme(windows=[{"opens_on": "2027-02-01", "closes_on": "2027-12-31"}]))
    later = soon.only("apply_later")
    assert (later.params["day"], later.who) == ("2027-02-01", "resident") and saved(soon, later) == [60_000]
    shut = case_of(scheme(state="ceiling_reached", state_since="2026-01-01"))
    assert shut.only("scheme_open").who == "scheme_owner" and saved(shut, shut.only("scheme_open")) == [60_000]


def test_a_lock_that_costs_something_can_be_released() -> None:
    case = case_of(scheme(), locks=Locks(shares=(LockedShare(line="k1", offer="s", cents=10_000),)))
    found = case.only("lock_released")
    assert (found.who, found.gain_cents) == ("advisor", 50_000) and saved(case, found) == [50_000]


def test_nobody_is_told_to_change_who_they_are() -> None:
    work = {"type": "one_of", "fact": "work_situation", "values": ["employee"]}
    case = case_of(scheme(conditions=[work]), work_situation="self_employed")
    assert case.levers == ()


def test_who_pays_nothing_gets_no_advice() -> None:
    case = case_of(scheme(caps=[{"per": "award", "amount_cents": 200_000}]), work_situation="self_employed")
    assert own_cents(case.best) == 0 and case.levers == ()
