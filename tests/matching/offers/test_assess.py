"""A person against all schemes says the very same as each condition by itself, plainly evaluated: also to the next person and day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.offers.eligibility import assess
from schemes.basics.keeping import KeptFew
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Rate
from schemes.definition.variants import Variant
from schemes.evaluation import plan
from schemes.evaluation.plan import Conditions
from schemes.facts.outcome import PAST_AWARDS, Outcome, PastAward, around_value, of_parts, of_value, without_parts
from schemes.files.parsing import validate
from tests.benchmarks.definitions import many
from tests.benchmarks.people import crowd
from tests.benchmarks.plain import PLAIN
from tests.benchmarks.questions import ON, region
from tests.schemes.depth import examples
from tests.schemes.evaluation.plainly import say, verdicts
from tests.schemes.population.world import DAYS, REFERENCES, SCHEME, invented
from tests.schemes.population.written import ADAPTER, trees

ADULT = {"type": "age", "at_least": 18}
NONE_BEFORE = {"type": "awards", "at_most": 0}
HOURS = {"type": "number", "fact": "hours", "at_least": 24}


def a_scheme(name: str, *conditions: dict[str, Any], when: Iterable[dict[str, Any]] = ()) -> SchemeDefinition:
    """A definition that asks this, with a variant for each `when`, of which the first has a rate that looks at a fact."""
    shipped = region().schemes["ontwikkelfonds-individueel"]
    variants = tuple(
        Variant(id=f"v{n}", when=ADAPTER.validate_python(one), rate=RATE if n == 0 else None)
        for n, one in enumerate(when)
    )
    asked = tuple(ADAPTER.validate_python(one) for one in conditions)
    return shipped.model_copy(update={"scheme": name, "conditions": asked, "variants": variants})


RATE = validate(Rate, {"amount_cents": 100, "unit": {"nl": "uur", "en": "hour"}, "fact": "size"})


def same(people: Iterable[dict[str, Any]], definitions: Sequence[SchemeDefinition], on: date) -> bool:
    """Whether every verdict is, down to how each value is written, the plain one."""
    return all(
        repr(assess(facts, definitions, on, REFERENCES)) == repr(verdicts(facts, definitions, on, REFERENCES))
        for facts in people
    )


@examples(30)
@given(st.lists(trees, min_size=1, max_size=4), st.integers(0, 2**32), st.sampled_from(DAYS))
def test_whoever_asks_and_whenever_the_verdicts_are_those_of_the_plain_evaluation(
    written: list[dict[str, Any]], seed: int, on: date
) -> None:
    first = a_scheme(SCHEME, *written, when=written[1:])
    schemes = [a_scheme("other-scheme", *reversed(written)), first, a_scheme("third-scheme", when=written)]
    people = invented(seed, 6)
    assert same(people, schemes, on)
    assert same(people[:2], schemes, on + timedelta(days=1)), "what was kept for a day was used on another"
    assert same(people[2:3], schemes[:2], on), "what was kept for some schemes was used for others"


def test_the_comparison_sees_what_is_kept_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"birth_date": date(2008, 3, 1), "birth_year": 2008}
    turned = date(2026, 3, 1)
    schemes = [a_scheme("adults", {**ADULT, "birth_year": None})]
    assert same([facts], schemes, turned) and same([facts], schemes, turned - timedelta(days=1))
    monkeypatch.setattr(plan, "_same_every_day", lambda condition: True)
    schemes = [a_scheme("adults", {**ADULT, "birth_year": None})]
    assert not (same([facts], schemes, turned) and same([facts], schemes, turned - timedelta(days=1)))


BOUND = [{"from": "2026-01-01", "value": 18}, {"from": "2027-01-01", "value": 21}]
YEAR_ENDS = [date(2026, 12, 28) + timedelta(days=number) for number in range(8)]


def test_what_is_said_of_an_age_holds_on_the_next_day_but_not_past_a_birthday_a_year_or_a_bound() -> None:
    people: list[dict[str, Any]] = [{"birth_date": date(year, 12, day)} for year in (2005, 2008) for day in (29, 31)]
    people += [{"birth_year": year} for year in (2005, 2006, 2008, 2009)] + [{}]
    steady, turning = a_scheme("steady", ADULT), a_scheme("turning", {"type": "age", "at_least": BOUND})
    for schemes in ([steady], [turning], [steady, turning]):
        assert all(same(people, schemes, day) for day in (*YEAR_ENDS, *reversed(YEAR_ENDS)))


def test_the_comparison_sees_an_age_that_is_kept_past_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemes.evaluation.age._year_of", lambda day: None)
    schemes = [a_scheme("steady", ADULT)]
    assert not all(same([{"birth_year": 2008}], schemes, day) for day in YEAR_ENDS)


def test_what_was_kept_of_days_that_are_past_goes_bit_by_bit_and_no_day_is_said_otherwise() -> None:
    start = {"type": "date", "fact": "training_start", "days_after_reference_at_least": 3}
    schemes = [a_scheme("soon", start)]
    people: list[dict[str, Any]] = [{"training_start": ON + timedelta(days=number)} for number in range(20)]
    for day in (*range(9), 0, 8, 4):
        assert same(people, schemes, ON + timedelta(days=day))
    over: list[dict[Any, Any]] = [{1: "one", 2: "two", 3: "three"}, {}]
    left = []
    for _ in range(4):
        plan.let_two_go(over)
        left.append(sum(map(len, over)))
    assert left == [2, 0, 0, 0] and over == []


def test_what_somebody_had_counts_for_the_scheme_that_it_was_of() -> None:
    schemes = [a_scheme("one", NONE_BEFORE), a_scheme("two", {"type": "not", "condition": NONE_BEFORE})]
    facts: dict[str, Any] = {PAST_AWARDS: (PastAward("one", date(2025, 1, 1), 100),)}
    assert [one.status for one in assess(facts, schemes, ON, REFERENCES)] == ["not_eligible", "not_eligible"]
    assert same([facts, {PAST_AWARDS: ()}, {}], schemes, ON)


def test_values_that_are_equal_and_written_otherwise_keep_their_own_reason() -> None:
    schemes = [a_scheme("hours", HOURS), a_scheme("answers", {"type": "yes", "fact": "student"})]
    people: list[dict[str, Any]] = [{"hours": hours} for hours in (1, True, Decimal("1.0"), 24, Decimal("24.00"))]
    people += [{"student": answer} for answer in (True, 1, 0, False)]
    assert same([*people, *reversed(people)], schemes, ON)


def test_the_schemes_of_the_catalogue_say_what_they_say_plainly() -> None:
    """Also under other names and with other bounds, for people who come for them, with and without a route."""
    references, definitions = region().references, many(60)
    chosen = [region().schemes[slug] for slug in PLAIN]
    for number, facts in enumerate(crowd(12, seed=9).rows()):
        route: Any = (None, "individual", "employer")[number % 3]
        asked = definitions if number < 3 else chosen
        found = assess(facts, asked, ON, references, route=route)
        assert repr(found) == repr(verdicts(facts, asked, ON, references, route))


def test_equal_conditions_have_one_place_and_others_their_own() -> None:
    hours = {**HOURS, "id": "enough"}
    asked = [ADAPTER.validate_python(one) for one in (HOURS, dict(HOURS), hours, NONE_BEFORE, NONE_BEFORE)]
    group = ADAPTER.validate_python({"type": "all", "conditions": [HOURS, NONE_BEFORE]})
    names = ["one", "two", "one", "one", "two", "one", "two"]
    laid = Conditions(list(zip([*asked, group, group], names, strict=True)), [((group,), "two")], REFERENCES)
    first, same_, named, of_one, of_two, group_one, group_two = laid.places
    assert first == same_ and len({first, named, of_one, of_two, group_one, group_two}) == 6
    told = laid.on(ON).told({"hours": 30, PAST_AWARDS: ()})[0]
    assert [told[place].status for place in laid.places] == ["met"] * 7
    assert laid.wholes[0].taking(told) == (told[group_two],) and told[group_two].children == (told[first], told[of_two])


def test_an_outcome_over_other_parts_or_for_another_value_is_the_same_for_the_rest() -> None:
    like = say(ADAPTER.validate_python(HOURS), {"hours": 20}, plan.Situation(ON, REFERENCES))
    part = Outcome("met", "is_yes")
    for made, wanted in (
        (of_value(around_value(like), 3), like._replace(value=3)),
        (of_parts(without_parts(like), (part,)), like._replace(children=(part,))),
    ):
        assert type(made) is Outcome and made == wanted
        with pytest.raises(AttributeError):
            made.status = "met"  # type: ignore[misc]


def test_what_is_asked_for_stays_and_what_is_not_is_let_go() -> None:
    kept: KeptFew[int, str] = KeptFew(2)
    for number in range(9):
        assert kept.get(number) is None
        assert kept.keep(number, f"made {number}") == f"made {number}"
        assert kept.get(0) == "made 0", "asked for again and again"
    assert kept.get(8) == "made 8" and kept.get(3) is None
