"""From definitions to offers: what a scheme can pay this person on this day, and when it is only possible."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from matching.answering.answer import answer, prepare
from matching.offers import PLEDGE, Prepared, funding_line, possible_payments
from matching.offers.earlier_awards import had_before, summed_up, with_earlier_awards
from matching.offers.question import Question
from matching.offers.state_aid import fact_to_ask, room_cents
from matching.problem import Offer
from schemes.basics.costs import HadBefore
from schemes.basics.findings import BadFile
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Cap
from schemes.facts.outcome import PAST_AWARDS
from schemes.files.parsing import validate
from schemes.region.loading import LoadedRegion
from tests.benchmarks.questions import region
from tests.regions import known_region

VELDRIJK = Path("tests/schemes/regions/veldrijk")
ON = date(2026, 10, 1)
FACTS: dict[str, Any] = {
    "birth_year": 1990,
    "residence_municipality": "GM9001",
    "work_situation": "employee",
    "training_sector": "technology",
    "training_start": "2026-11-01",
    "student_finance": False,
    "contract_hours": 32,
    "guidance_weeks": 12,
}


@pytest.fixture(scope="module")
def loaded() -> LoadedRegion:
    return known_region(VELDRIJK)


def scheme(loaded: LoadedRegion, name: str, **changes: Any) -> LoadedRegion:
    """The region with one definition changed and no conditions on it, so that only amounts matter."""
    plain = loaded.schemes[name].model_dump(mode="json", by_alias=True) | {"conditions": []} | changes
    definition = validate(SchemeDefinition, plain, name)
    schemes = {**loaded.schemes, name: definition}
    return LoadedRegion(
        loaded.region, loaded.path, loaded.facts, loaded.references, schemes, loaded.funding, loaded.organisations
    )


def asked(loaded: LoadedRegion, route: str = "individual", **more: Any) -> Prepared:
    known = {key: value for key, value in FACTS.items() if key in loaded.facts}
    facts = {**known, **more.pop("facts", {})}
    costs = more.pop("costs", [{"category": "tuition", "amount_cents": 200000}])
    data = {"format": "ontwikkelloket/question/1", "route": route, "facts": facts, "costs": costs, **more}
    return prepare(validate(Question, data), loaded, on=ON)


def only(ready: Prepared, name: str) -> Offer:
    [found] = [offer for offer in ready.problem.offers if offer.id == name]
    return found


def test_a_scheme_of_which_everything_is_known_is_firm(loaded: LoadedRegion) -> None:
    offer = only(asked(scheme(loaded, "leervoucher")), "leervoucher")
    assert (offer.certainty, offer.amount_known) == ("firm", True)


def test_a_dated_amount_is_that_of_the_reference_date(loaded: LoadedRegion) -> None:
    assert only(asked(scheme(loaded, "leervoucher")), "leervoucher").cap_cents == 250000


def test_an_amount_that_is_not_known_on_the_day_makes_an_offer_possible(loaded: LoadedRegion) -> None:
    later = [{"per": "award", "amount_cents": [{"from": "2027-01-01", "value": 100000}]}]
    offer = only(asked(scheme(loaded, "leervoucher", caps=later, minimum_cents=None)), "leervoucher")
    assert (offer.certainty, offer.amount_known) == ("possible", False)


@pytest.mark.parametrize(
    "change",
    [
        {"discretion": {"by": {"nl": "UWV", "en": "UWV"}, "text": {"nl": "UWV weegt.", "en": "UWV weighs."}}},
        {"applicant": {"who": "third_party", "third_party": {"nl": "Uitzendbureau", "en": "Agency"}}},
        {"state": "unknown", "windows": []},
        {"conditions": [{"type": "yes", "fact": "student_finance"}]},
    ],
)
def test_what_is_not_certain_is_only_possible(loaded: LoadedRegion, change: dict[str, Any]) -> None:
    ready = asked(scheme(loaded, "leervoucher", **change), facts={"student_finance": None})
    assert only(ready, "leervoucher").certainty == "possible"


@pytest.mark.parametrize(
    "change",
    [
        {"state": "closed"},
        {"routes": ["employer"]},
        {"conditions": [{"type": "yes", "fact": "student_finance"}]},
        {"windows": [{"opens_on": "2026-10-02", "closes_on": None}]},
    ],
)
def test_what_cannot_be_had_is_no_offer(loaded: LoadedRegion, change: dict[str, Any]) -> None:
    ready = asked(scheme(loaded, "leervoucher", **change))
    assert "leervoucher" not in {offer.id for offer in ready.problem.offers}


@pytest.mark.parametrize(("weeks", "cents"), [(12, 60000), (20, 100000), (30, 100000)])
def test_a_rate_is_an_amount_per_unit_up_to_its_most_units(loaded: LoadedRegion, weeks: int, cents: int) -> None:
    # € 50 per week, at most 20 weeks; the cap of € 5.000 does not bind
    ready = asked(scheme(loaded, "metaalbijdrage"), "employer", facts={"guidance_weeks": weeks})
    assert only(ready, "metaalbijdrage").cap_cents == cents


def test_a_rate_without_its_count_is_not_known(loaded: LoadedRegion) -> None:
    offer = only(asked(scheme(loaded, "metaalbijdrage"), "employer", facts={"guidance_weeks": None}), "metaalbijdrage")
    assert (offer.certainty, offer.amount_known) == ("possible", False)


def test_awards_of_before_count_against_the_cap_that_binds(loaded: LoadedRegion) -> None:
    # per award 2.500; per person 3.000 in 3 years, of which 1.000 was had: 2.000 left binds
    had = [{"scheme": "leervoucher", "amount_cents": 100000, "awarded_on": "2025-01-01"}]
    offer = only(asked(scheme(loaded, "leervoucher"), had_before=had), "leervoucher")
    assert (offer.cap_cents, offer.had_before_cents) == (300000, 100000)


HAD_BEFORE = [
    ({"per": "award"}, 0),
    ({"per": "person"}, 1111),
    ({"per": "person", "period": "calendar_year"}, 1000),
    ({"per": "person", "period": "school_year"}, 1000),  # from 1 August 2026
    ({"per": "person", "period": "before_award", "years": 1}, 1000),  # after 1 October 2025
    ({"per": "person", "period": "before_award", "years": 2}, 1100),
    ({"per": "person", "period": "from_first_award", "years": 3}, 1100),  # first period 2020-2023, the next from 2025
    ({"per": "person", "period": "from_first_award", "years": 20}, 1111),
]


@pytest.mark.parametrize(("cap", "cents"), HAD_BEFORE)
def test_a_period_counts_the_awards_that_lie_in_it(cap: dict[str, Any], cents: int) -> None:
    days = {date(2020, 5, 1): 1, date(2022, 5, 1): 10, date(2025, 10, 1): 100, date(2026, 9, 1): 1000}
    awards = [HadBefore(scheme="x", amount_cents=amount, awarded_on=day) for day, amount in days.items()]
    assert had_before(Cap(amount_cents=10**6, **cap), awards, ON) == cents


@pytest.mark.parametrize(
    ("per", "cents"), [("person", 1 + 10), ("employer", 1 + 10), ("training", 1 + 100), ("award", 0)]
)
def test_an_award_counts_for_the_holder_the_training_or_both(per: str, cents: int) -> None:
    day = date(2026, 9, 1)
    kinds = {"everything": 1, "holder": 10, "training": 100}
    awards = [HadBefore(scheme="x", amount_cents=n, awarded_on=day, counts_for=kind) for kind, n in kinds.items()]  # type: ignore[arg-type]
    assert had_before(Cap(amount_cents=10**6, per=per), awards, ON) == cents  # type: ignore[arg-type]
    [own, other] = with_earlier_awards({}, awards)[PAST_AWARDS]  # type: ignore[misc]
    assert (own.amount_cents, other.amount_cents) == (1, 10), "what others had is no award of this person"  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", range(200))
def test_what_others_had_summed_up_counts_as_much_as_each_by_itself(seed: int) -> None:
    r = random.Random(f"summed up/{seed}")
    periods: list[dict[str, Any]] = [
        {"period": "none"},
        {"period": "calendar_year"},
        {"period": "school_year"},
        *(
            {"period": period, "years": r.randint(1, 4)}
            for period in ("from_first_award", "before_award")
            for _ in "ab"
        ),
    ]
    caps = [Cap(amount_cents=10**6, per="training", **one) for one in r.sample(periods, k=r.randint(1, 4))]

    def some(kind: Any, most: int) -> list[HadBefore]:
        days = [ON - timedelta(days=r.randint(-40, 365 * 9)) for _ in range(r.randint(0, most))]
        return [HadBefore(scheme="x", amount_cents=r.randint(1, 9), awarded_on=day, counts_for=kind) for day in days]

    others, own = some("training", 40), some("everything", 4)
    found = summed_up(caps, others, ON, own)
    assert len(found) <= len(others)
    assert sum(one.amount_cents for one in found) == sum(one.amount_cents for one in others if one.awarded_on <= ON)
    for cap in caps:
        assert had_before(cap, [*found, *own], ON) == had_before(cap, [*others, *own], ON), cap


def test_reclaimable_vat_is_no_cost(loaded: LoadedRegion) -> None:
    cost = {"category": "tuition", "amount_cents": 121000, "amount_without_vat_cents": 100000}
    with_vat = asked(loaded, costs=[cost]).problem.lines[0]
    without = asked(loaded, costs=[{**cost, "vat_reclaimable": True}]).problem.lines[0]
    assert (with_vat.amount_cents, without.amount_cents) == (121000, 100000)


def test_the_pledge_of_a_question_is_the_pledge_of_the_problem(loaded: LoadedRegion) -> None:
    ready = asked(loaded, pledge={"kind": "fixed", "amount_cents": 50000, "categories": ["tuition"]})
    assert [(one.id, one.kind, one.amount_cents) for one in ready.problem.pledges] == [(PLEDGE, "fixed", 50000)]


def test_earmarks_look_at_the_employers_municipality_in_the_employer_route() -> None:
    facts = {"residence_municipality": "GM0200", "employer_municipality": "GM0150"}
    for route, expected in (("individual", ("GM0200", "gelderland")), ("employer", ("GM0150", "overijssel"))):
        data = {"format": "ontwikkelloket/question/1", "route": route, "facts": facts}
        case = prepare(validate(Question, data), region(), on=ON).problem.circumstances
        assert (case.municipality, case.province) == expected


def test_a_funding_line_takes_what_the_books_say_is_available() -> None:
    [definition, *_] = region().funding.funding_lines
    assert funding_line(definition).available_cents == definition.amount_cents
    assert funding_line(definition, 1).available_cents == 1


def test_facts_that_do_not_fit_are_refused_together() -> None:
    data = {"format": "ontwikkelloket/question/1", "facts": {"birth_year": "x", "nothing": 1}}
    with pytest.raises(BadFile) as caught:
        prepare(validate(Question, data), region(), on=ON)
    assert len(caught.value.findings) == 2


def test_without_costs_there_is_no_mix_but_what_schemes_could_pay() -> None:
    facts = {"birth_year": 1990, "residence_municipality": "GM0200", "work_situation": "job_seeker", "benefit": "ww"}
    question = validate(Question, {"format": "ontwikkelloket/question/1", "facts": facts})
    result = answer(question, region(), on=date(2026, 12, 1))
    assert (
        result.proposal is None and result.next_steps[0] == "add_costs" and result.next_steps[-1] == "talk_to_advisor"
    )
    amounts = {payment.scheme: payment.up_to_cents for payment in result.possible}
    assert amounts["ontwikkelfonds-individueel"] == 250000


WERKGEVER, INDIVIDUEEL = "ontwikkelfonds-werkgever", "ontwikkelfonds-individueel"


SLIM_OPEN = date(2026, 8, 24)
"""A day in the second window of SLIM in 2026."""


def company(used: Any, on: date = date(2026, 12, 1), **more: Any) -> Prepared:
    facts = {"employer_municipality": "GM0150", "de_minimis_used_cents": used, "training_start": "2027-02-01"}
    data = {"format": "ontwikkelloket/question/1", "route": "employer", "facts": facts, **more}
    return prepare(validate(Question, data), region(), on=on)


def worker(work_situation: str, used: Any) -> Prepared:
    facts = {
        "birth_year": 1985,
        "residence_municipality": "GM0200",
        "work_situation": work_situation,
        "training_start": "2027-02-01",
        "de_minimis_used_cents": used,
    }
    return prepare(
        validate(Question, {"format": "ontwikkelloket/question/1", "facts": facts}), region(), on=date(2026, 12, 1)
    )


@pytest.mark.parametrize(
    ("used", "room"),
    [
        (0, 30_000_000),
        (29_950_000, 50_000),
        (29_999_999, 1),
        (30_000_000, 0),
        (31_000_000, 0),
        (None, None),
        ("unknown", None),
    ],
)
def test_the_room_for_aid_is_the_ceiling_less_what_was_had(used: Any, room: int | None) -> None:
    # the source's own example: € 299.500 had, so € 500 room; not known: no limit, never an invented one
    problem = company(used, SLIM_OPEN).problem
    assert problem.de_minimis_room_cents == room
    aid = {WERKGEVER, "slim-leerrijke-werkomgeving", "stagefonds-zorg"}
    assert {offer.id for offer in problem.offers if offer.de_minimis} == aid


def test_an_employee_is_no_undertaking_and_a_self_employed_person_is() -> None:
    for situation, room in (("self_employed", 50_000), ("employee_permanent", None), ("job_seeker", None)):
        ready = worker(situation, 29_950_000)
        assert (only(ready, INDIVIDUEEL).de_minimis, ready.problem.de_minimis_room_cents) == (room is not None, room)


def test_the_ceiling_is_that_of_the_reference_date_and_none_before_it() -> None:
    rules = region().region.settings.de_minimis
    facts = {"de_minimis_used_cents": 29_950_000}
    assert room_cents(rules, facts, date(2024, 1, 1)) == 50_000
    assert room_cents(rules, facts, date(2023, 12, 31)) is None


def test_without_costs_what_could_be_paid_stays_within_the_room() -> None:
    payments = {one.scheme: one.up_to_cents for one in possible_payments(company(29_950_000, SLIM_OPEN).problem)}
    assert (payments[WERKGEVER], payments["slim-leerrijke-werkomgeving"]) == (50_000, 50_000)
    assert {one.scheme: one.up_to_cents for one in possible_payments(company(None).problem)}[WERKGEVER] == 250_000


def test_the_fact_about_aid_is_asked_only_where_it_could_lower_an_amount() -> None:
    rules, schemes = region().region.settings.de_minimis, region().schemes
    own, other = schemes[WERKGEVER], schemes["praktijkleren"]
    assert fact_to_ask(own, rules, "employer", {}) == "de_minimis_used_cents"
    assert fact_to_ask(own, rules, "employer", {"de_minimis_used_cents": 0}) is None
    assert fact_to_ask(other, rules, "employer", {}) is None
    alone = schemes[INDIVIDUEEL]
    assert fact_to_ask(alone, rules, "individual", {"work_situation": "self_employed"}) == "de_minimis_used_cents"
    assert fact_to_ask(alone, rules, "individual", {"work_situation": "employee_permanent"}) is None
    assert fact_to_ask(alone, rules, "individual", {}) is None
