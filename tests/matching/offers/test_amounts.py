"""What a definition pays for these facts: variants, rates of every shape, reductions and tiers, as the offer carries them."""

from typing import Any

import pytest

from matching import explain, propose
from matching.answering.answer import answer
from matching.offers import Prepared, possible_payments
from matching.offers.eligibility import Verdict
from matching.offers.question import Question
from portal.words.wording import unused_sentence
from schemes.files.parsing import validate
from schemes.region.loading import LoadedRegion
from tests.matching.offers.test_offers import ON, VELDRIJK, asked, only, scheme
from tests.regions import known_region

UNIT = {"nl": "maand", "en": "month"}


@pytest.fixture(scope="module")
def loaded() -> LoadedRegion:
    return known_region(VELDRIJK)


def contribution(loaded: LoadedRegion, facts: dict[str, Any] | None = None, **changes: Any) -> Prepared:
    """The metaalbijdrage with other amounts, asked for by an employer with € 2.000 of tuition."""
    plain = {
        "rate": None,
        "caps": [],
        "minimum_cents": None,
        "fixed_amount_cents": None,
        "share_of_base": None,
        "co_financing": None,
    }
    coverage = [{"categories": ["tuition"], "share": "1"}]
    changed = scheme(loaded, "metaalbijdrage", **{**plain, "coverage": coverage, **changes})
    return asked(changed, "employer", facts=facts or {})


def cents(ready: Prepared) -> tuple[int | None, int | None]:
    offer = only(ready, "metaalbijdrage")
    return offer.cap_cents, offer.fixed_amount_cents


def verdict(ready: Prepared) -> Verdict:
    [found] = [one for one in ready.verdicts if one.scheme == "metaalbijdrage"]
    return found


@pytest.mark.parametrize(
    ("rate", "weeks", "expected"),
    [
        ({"fact": "guidance_weeks"}, 12, 60_000),  # 12 x 50
        ({"fact": "guidance_weeks", "max_units": 10}, 12, 50_000),
        ({"fact": "guidance_weeks", "above_units": 2}, 12, 50_000),  # the first two do not count
        ({"fact": "guidance_weeks", "above_units": 2, "max_units": 10}, 12, 40_000),
        ({"fact": "guidance_weeks", "above_units": 12}, 12, 0),
        ({"fact": "guidance_weeks", "plus_cents": 7_500}, 12, 67_500),
        ({"units": 6}, None, 30_000),  # six months, whatever is known
        ({"fact": "guidance_weeks", "times": "contract_hours"}, 2, 320_000),  # 2 x 32 x 50
    ],
)
def test_a_rate_counts_units(loaded: LoadedRegion, rate: dict[str, Any], weeks: int | None, expected: int) -> None:
    ready = contribution(loaded, {"guidance_weeks": weeks}, rate={"amount_cents": 5_000, "unit": UNIT, **rate})
    assert cents(ready) == (expected, None)


@pytest.mark.parametrize(("rounds", "expected"), [("exact", 17_500), ("up", 20_000), ("down", 15_000)])
def test_a_part_of_a_unit_counts_as_the_rate_says(loaded: LoadedRegion, rounds: str, expected: int) -> None:
    rate = {"amount_cents": 5_000, "unit": UNIT, "fact": "contract_hours", "rounds": rounds}
    assert cents(contribution(loaded, {"contract_hours": 3.5}, rate=rate)) == (expected, None)


def test_what_is_worked_out_is_rounded_down_to_whole_units_and_what_is_written_is_not(loaded: LoadedRegion) -> None:
    rate = {"amount_cents": 5_025, "unit": UNIT, "fact": "guidance_weeks", "pays": "exactly"}
    exactly = contribution(loaded, {"guidance_weeks": 11}, rate=rate, rounding_unit_cents=100)
    assert cents(exactly) == (None, 55_200)  # 11 x 50,25 = 552,75
    assert propose(exactly.problem, outlook=False).value_of("own_money") == 200_000 - 55_200
    assert cents(contribution(loaded, {"guidance_weeks": 11}, rate=rate)) == (None, 55_275)  # without units, as it is
    less = {"fact": "de_minimis_used_cents", "above_cents": 0, "share": "1/3"}
    reduced = contribution(
        loaded, {"de_minimis_used_cents": 10_000}, fixed_amount_cents=60_000, reduction=less, rounding_unit_cents=100
    )
    assert cents(reduced) == (None, 56_600)  # 600 - 33,34 = 566,66
    written = contribution(loaded, fixed_amount_cents=50_050, rounding_unit_cents=100)
    assert cents(written) == (None, 50_050)
    assert propose(written.problem, outlook=False).value_of("own_money") == 200_000  # never paid


def test_a_rate_that_pays_exactly_is_a_fixed_amount_within_the_cap_per_award(loaded: LoadedRegion) -> None:
    rate = {"amount_cents": 5_000, "unit": UNIT, "fact": "guidance_weeks", "pays": "exactly"}
    assert cents(contribution(loaded, {"guidance_weeks": 12}, rate=rate)) == (None, 60_000)
    capped = contribution(loaded, {"guidance_weeks": 12}, rate=rate, caps=[{"per": "award", "amount_cents": 55_000}])
    assert cents(capped) == (None, 55_000)


@pytest.mark.parametrize(
    ("used", "expected"),
    [(100_000, 150_000), (100_001, 149_999), (100_002, 149_999), (200_000, 100_000), (400_000, 0), (500_000, 0)],
)
def test_a_reduction_is_taken_off_rounded_up_and_never_goes_below_nothing(
    loaded: LoadedRegion, used: int, expected: int
) -> None:
    # € 1.500 minus half of what lies above € 1.000: 0,5 cent is a cent less
    rule = {"fact": "de_minimis_used_cents", "above_cents": 100_000, "share": "1/2"}
    ready = contribution(
        loaded, {"de_minimis_used_cents": used}, caps=[{"per": "award", "amount_cents": 150_000}], reduction=rule
    )
    assert cents(ready) == (expected, None)
    fixed = contribution(loaded, {"de_minimis_used_cents": used}, fixed_amount_cents=150_000, reduction=rule)
    assert cents(fixed) == (None, expected)


def test_a_fact_that_an_amount_needs_is_asked_for(loaded: LoadedRegion) -> None:
    rule = {"fact": "de_minimis_used_cents", "above_cents": 100_000, "share": "1/2"}
    ready = contribution(loaded, caps=[{"per": "award", "amount_cents": 150_000}], reduction=rule)
    assert (verdict(ready).status, verdict(ready).missing_facts) == ("eligible", ("de_minimis_used_cents",))
    assert not only(ready, "metaalbijdrage").amount_known


VARIANTS = [
    {
        "id": "small", "when": {"type": "number", "fact": "contract_hours", "less_than": 20},
        "coverage": [{"categories": ["tuition"], "share": "1"}], "caps": [{"per": "award", "amount_cents": 120_000}],
    },
    {
        "id": "middle", "when": {"type": "number", "fact": "contract_hours", "less_than": 30},
        "coverage": [{"categories": ["tuition"], "share": "75%"}], "caps": [],
    },
]  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "name", "pays"),
    [(19, "small", 120_000), (20, "middle", 150_000), (29, "middle", 150_000), (30, None, 50_000)],
)
def test_the_variant_that_holds_gives_the_amounts(
    loaded: LoadedRegion, hours: int, name: str | None, pays: int
) -> None:
    given = {"caps": [{"per": "award", "amount_cents": 50_000}], "variants": VARIANTS}
    ready = contribution(loaded, {"contract_hours": hours}, **given)
    offer = only(ready, "metaalbijdrage")
    assert (offer.variant, offer.certainty) == (name, "firm")
    alone = ready.problem.model_copy(update={"offers": (offer.model_copy(update={"administered": "elsewhere"}),)})
    assert sum(share.cents for share in propose(alone).shares) == pays


def test_what_decides_between_variants_is_asked_and_the_offer_is_only_possible(loaded: LoadedRegion) -> None:
    given = {"caps": [{"per": "award", "amount_cents": 50_000}], "variants": VARIANTS}
    ready = contribution(loaded, {"contract_hours": None}, **given)
    offer = only(ready, "metaalbijdrage")
    # of € 2.000: small 1.200, middle 75% = 1.500, else 500
    assert (offer.variant, offer.certainty, offer.amount_known) == ("middle", "possible", True)
    assert (verdict(ready).status, verdict(ready).missing_facts) == ("eligible", ("contract_hours",))
    reasons = explain(ready.problem, propose(ready.problem), ready.verdicts, loaded.schemes.values())
    [why] = [one for one in reasons.unused if one.scheme == "metaalbijdrage"]
    assert (why.code, why.params["why"]) == ("possible", ["amount_depends"])
    assert (why.params["facts"], why.params["worth_cents"]) == (["contract_hours"], 150_000)
    assert "hangt nog af van: “contract_hours”" in unused_sentence(why)


def test_which_variant_could_pay_most_depends_on_the_costs(loaded: LoadedRegion) -> None:
    variants = [{**VARIANTS[0], "coverage": [{"categories": ["tuition"], "share": "1"}]}, VARIANTS[1]]
    changed = scheme(
        loaded,
        "metaalbijdrage",
        rate=None,
        caps=[{"per": "award", "amount_cents": 50_000}],
        variants=variants,
        minimum_cents=None,
        share_of_base=None,
    )
    cheap = [{"category": "tuition", "amount_cents": 100_000}]
    ready = asked(changed, "employer", facts={"contract_hours": None}, costs=cheap)
    assert only(ready, "metaalbijdrage").variant == "small"  # all of 1.000 is more than 75%


def test_without_costs_the_highest_limit_is_named(loaded: LoadedRegion) -> None:
    given = {"caps": [{"per": "award", "amount_cents": 50_000}], "variants": VARIANTS[:1]}
    changed = scheme(loaded, "metaalbijdrage", rate=None, minimum_cents=None, share_of_base=None, **given)
    ready = asked(changed, "employer", facts={"contract_hours": None}, costs=[])
    [payment] = [one for one in possible_payments(ready.problem) if one.scheme == "metaalbijdrage"]
    assert (payment.certainty, payment.up_to_cents) == ("possible", 120_000)


def test_a_day_on_which_a_variant_cannot_be_decided_leaves_the_amount_unknown(loaded: LoadedRegion) -> None:
    when = {"type": "number", "fact": "contract_hours", "less_than": [{"from": "2027-01-01", "value": 20}]}
    ready = contribution(loaded, {"contract_hours": 10}, variants=[{**VARIANTS[0], "when": when}])
    assert not only(ready, "metaalbijdrage").amount_known


def test_tiers_of_a_definition_stand_in_the_offer_and_subtract_the_pledge(loaded: LoadedRegion) -> None:
    steps = [{"up_to_cents": 100_000, "share": "1"}, {"share": "50%"}]
    tiers = {"steps": steps, "of": "eligible_cost_less", "less": ["employer"]}
    changed = scheme(loaded, "leervoucher", caps=[], minimum_cents=None, tiers=tiers)
    pledged = asked(changed, pledge={"kind": "fixed", "amount_cents": 50_000})
    found = only(pledged, "leervoucher").tiers
    assert found is not None and (found.of, found.less) == ("eligible_cost_less", ("pledge.employer",))
    nobody = only(asked(changed), "leervoucher").tiers
    assert nobody is not None and (nobody.of, nobody.less) == ("eligible_cost", ())


def test_a_ceiling_that_is_reached_is_a_reason_and_no_offer(loaded: LoadedRegion) -> None:
    changed = scheme(loaded, "leervoucher", state="ceiling_reached", state_since="2026-09-15")
    data = {"format": "ontwikkelloket/question/1", "costs": [{"category": "tuition", "amount_cents": 200_000}]}
    given = answer(validate(Question, data), changed, on=ON)
    assert given.explanation is not None
    [why] = [one for one in given.explanation.unused if one.scheme == "leervoucher"]
    assert (why.code, why.params) == ("ceiling_reached", {"since": "2026-09-15"})
    assert unused_sentence(why) == "Het geld van deze regeling is op."
