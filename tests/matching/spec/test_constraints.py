"""Each constraint of the specification: a mix that keeps it and one that breaks it by little, with the arithmetic."""

from datetime import date
from typing import Any

import pytest

from matching import propose, violations
from matching.problem import (
    ExclusionGroup,
    FundingEarmark,
    LockedShare,
    Locks,
    OfferCoFinancing,
    OffersCap,
    OfferShareOfBase,
    Period,
    Problem,
)
from matching.problem.proposal import Share
from matching.problem.settings import MixSettings
from matching.spec.check import Violation
from tests.matching.building import line, money, offer, pays, pledge, problem

Half = "1/2"


def broken(given: Problem, *shares: Share) -> list[tuple[int, str, int]]:
    return [(one.constraint, one.code, one.cents) for one in violations(given, shares)]


def test_1_shares_up_to_the_amount_of_a_line_are_allowed_and_a_cent_more_is_not() -> None:
    given = problem([line("a", 1000)], [offer("x"), offer("y")])
    assert broken(given, pays("x", "a", 600), pays("y", "a", 400)) == []  # 600 + 400 = 1000
    assert broken(given, pays("x", "a", 600), pays("y", "a", 400.01)) == [(1, "line_overpaid", 1)]


def test_2_coverage_is_rounded_down_per_line() -> None:
    # a third of 100,00 is 33,333...: at most 33,33
    given = problem([line("a", 100)], [offer("x", "1/3")])
    assert broken(given, pays("x", "a", 33.33)) == []
    assert broken(given, pays("x", "a", 33.34)) == [(2, "above_coverage", 1)]


def test_2_coverage_without_vat_looks_at_the_amount_without_vat() -> None:
    # 1210 with 21% VAT is 1000 without; half of 1000 is 500, half of 1210 would be 605
    given = problem([line("a", 1210, amount_without_vat_cents=100000)], [offer("x", Half, vat="excluding")])
    assert broken(given, pays("x", "a", 500)) == []
    assert broken(given, pays("x", "a", 500.01)) == [(2, "above_coverage", 1)]
    including = problem([line("a", 1210, amount_without_vat_cents=100000)], [offer("x", Half)])
    assert broken(including, pays("x", "a", 605)) == []


def test_2_a_category_that_is_not_covered_gets_nothing() -> None:
    given = problem([line("a", 1000, "travel")], [offer("x")])
    assert broken(given, pays("x", "a", 100)) == [(2, "above_coverage", 10000)]


def test_3_only_firm_offers_with_a_known_amount_are_used() -> None:
    given = problem([line("a", 1000)], [offer("x", certainty="possible"), offer("y", amount_known=False), offer("z")])
    assert broken(given, pays("z", "a", 1000)) == []
    assert broken(given, pays("x", "a", 100), pays("y", "a", 100)) == [
        (3, "offer_not_firm", 10000),
        (3, "offer_amount_unknown", 10000),
    ]


def test_4_a_cap_counts_what_was_had_before() -> None:
    # cap 2500, had 900: 1600 left
    given = problem([line("a", 3000)], [offer("x", cap_cents=250000, had_before_cents=90000)])
    assert broken(given, pays("x", "a", 1600)) == []
    assert broken(given, pays("x", "a", 1600.01)) == [(4, "above_cap", 1)]
    gone = problem([line("a", 3000)], [offer("x", cap_cents=250000, had_before_cents=260000)])
    assert broken(gone, pays("x", "a", 25)) == [(4, "above_cap", 2500)]  # never a negative cap


def test_4_aid_to_an_undertaking_together_stays_within_its_room() -> None:
    # room 500: x 300 and y 200 are aid, z is not
    offers = [offer("x", de_minimis=True), offer("y", de_minimis=True), offer("z")]
    given = problem([line("a", 3000)], offers, route="employer", de_minimis_room_cents=50000)
    assert broken(given, pays("x", "a", 300), pays("y", "a", 200), pays("z", "a", 2500)) == []
    assert broken(given, pays("x", "a", 300), pays("y", "a", 200.01)) == [(4, "above_de_minimis_room", 1)]
    [found] = violations(given, [pays("x", "a", 300), pays("y", "a", 200.01)])
    assert found.params == {"room_cents": 50000, "offers": ["x", "y"]}


def test_4_no_room_left_is_not_the_same_as_room_that_is_not_known() -> None:
    offers = [offer("x", de_minimis=True)]
    none_left = problem([line("a", 3000)], offers, de_minimis_room_cents=0)
    assert broken(none_left, pays("x", "a", 25)) == [(4, "above_de_minimis_room", 2500)]
    assert broken(problem([line("a", 3000)], offers), pays("x", "a", 3000)) == []


def test_5_a_share_of_the_eligible_cost_is_of_all_covered_lines_together() -> None:
    # 40% of 1000 + 500 = 600, on any of the lines; the travel line is not eligible
    base = OfferShareOfBase(share="40%")
    given = problem(
        [line("a", 1000), line("b", 500, "books"), line("c", 300, "travel")],
        [offer("x", {"tuition": 1, "books": 1}, share_of_base=base)],
    )
    assert broken(given, pays("x", "a", 500), pays("x", "b", 100)) == []
    assert broken(given, pays("x", "a", 500), pays("x", "b", 100.01)) == [(5, "above_share_of_base", 1)]


def test_5_a_share_of_what_others_leave() -> None:
    # half of (1000 - 400 of y) = 300; without y it would be 500
    base = OfferShareOfBase(share=Half, of="eligible_cost_less", less=("y",))
    given = problem([line("a", 1000)], [offer("x", share_of_base=base), offer("y")])
    assert broken(given, pays("x", "a", 500)) == []
    assert broken(given, pays("y", "a", 400), pays("x", "a", 300)) == []
    assert broken(given, pays("y", "a", 400), pays("x", "a", 300.01)) == [(5, "above_share_of_base", 1)]


def test_5_what_others_leave_is_counted_on_the_same_vat_basis() -> None:
    # line 1210 with VAT, 1000 without. y pays 605 = half of it, so 500 without VAT: base 1000 - 500, half of it 250
    base = OfferShareOfBase(share=Half, of="eligible_cost_less", less=("y",))
    given = problem(
        [line("a", 1210, amount_without_vat_cents=100000)],
        [offer("x", share_of_base=base, vat="excluding"), offer("y")],
    )
    assert broken(given, pays("y", "a", 605), pays("x", "a", 250)) == []
    assert broken(given, pays("y", "a", 605), pays("x", "a", 250.01)) == [(5, "above_share_of_base", 1)]
    # 605,01 is 500,0083 without VAT, rounded up 500,01: base 499,99, half of it 249,995, rounded down 249,99
    assert broken(given, pays("y", "a", 605.01), pays("x", "a", 250)) == [(5, "above_share_of_base", 1)]


def test_6_a_used_offer_pays_its_minimum_over_all_lines_together() -> None:
    given = problem([line("a", 60), line("b", 60)], [offer("x", minimum_cents=10000)])
    assert broken(given, pays("x", "a", 60), pays("x", "b", 40)) == []  # 60 + 40 = 100
    assert broken(given, pays("x", "a", 60), pays("x", "b", 39.99)) == [(6, "below_minimum", 1)]


def test_6_no_offer_pays_less_than_the_smallest_share_of_the_region() -> None:
    given = problem([line("a", 100), line("b", 5)], [offer("x")])
    assert broken(given, pays("x", "a", 20), pays("x", "b", 5)) == []  # 20 + 5 = 25 in total
    assert broken(given, pays("x", "a", 24.99)) == [(6, "below_smallest_share", 1)]
    off = problem([line("a", 100)], [offer("x")], settings=MixSettings(smallest_share_cents=0))
    assert broken(off, pays("x", "a", 0.01)) == []


def test_7_a_fixed_amount_is_paid_in_full_or_not_at_all() -> None:
    given = problem([line("a", 1000)], [offer("x", fixed_amount_cents=65000)])
    assert broken(given, pays("x", "a", 650)) == []
    assert broken(given) == []
    assert broken(given, pays("x", "a", 649.99)) == [(7, "not_the_fixed_amount", 1)]
    assert broken(given, pays("x", "a", 650.01)) == [(7, "not_the_fixed_amount", 1)]


def test_9_the_employer_pays_a_share_of_the_eligible_cost() -> None:
    # employer route: half of 1000,01 is 500,005, rounded up 500,01; so x pays at most 500,00
    rule = OfferCoFinancing(share=Half, of="eligible_cost")
    given = problem([line("a", 1000.01)], [offer("x", co_financing=rule)], route="employer")
    assert broken(given, pays("x", "a", 500)) == []
    assert broken(given, pays("x", "a", 500.01)) == [(9, "co_financing_short", 1)]


def test_9_the_employer_pays_as_much_as_the_offer() -> None:
    # individual route, so only a pledge is the employer's: 300 from both
    rule = OfferCoFinancing(of="own_amount")
    given = problem([line("a", 1000)], [offer("x", co_financing=rule)], pledges=(pledge("up_to", 300),))
    assert broken(given, pays("pledge.up_to", "a", 300), pays("x", "a", 300)) == []
    assert broken(given, pays("pledge.up_to", "a", 300), pays("x", "a", 300.01)) == [(9, "co_financing_short", 1)]


@pytest.mark.parametrize(("counts", "expected"), [(True, []), (False, [(9, "co_financing_short", 30000)])])
def test_9_sector_fund_money_counts_only_where_the_scheme_says_so(counts: bool, expected: list[Any]) -> None:
    # eligible 1000, half needed = 500: rest 200 + sector fund 300 = 500 when it counts, else only 200
    rule = OfferCoFinancing(share=Half, of="eligible_cost", counts_sector_fund=counts)
    given = problem([line("a", 1000)], [offer("x", co_financing=rule), offer("f", sector_fund=True)], route="employer")
    assert broken(given, pays("x", "a", 500), pays("f", "a", 300)) == expected


@pytest.mark.parametrize(("scope", "code"), [("training", "excluded_together"), ("line", "excluded_on_line")])
def test_10_at_most_one_of_a_group(scope: str, code: str) -> None:
    group = ExclusionGroup(id="g", offers=("x", "y"), scope=scope)
    given = problem([line("a", 1000), line("b", 1000)], [offer("x"), offer("y")], exclusion_groups=(group,))
    assert broken(given, pays("x", "a", 500), pays("x", "b", 500)) == []
    assert broken(given, pays("x", "a", 500), pays("y", "a", 500)) == [(10, code, 0)]
    apart = broken(given, pays("x", "a", 500), pays("y", "b", 500))
    assert apart == ([] if scope == "line" else [(10, code, 0)])  # on different lines only the group per line allows it


def test_10_an_offer_that_allows_no_other_public_money() -> None:
    given = problem(
        [line("a", 1000), line("b", 1000)],
        [offer("x", no_other_public_money=True), offer("public"), offer("private", public_money=False)],
    )
    assert broken(given, pays("x", "a", 500), pays("private", "b", 500)) == []
    assert broken(given, pays("x", "a", 500), pays("public", "b", 500)) == [(10, "other_public_money", 0)]


def test_11_several_offers_together_at_most_an_amount() -> None:
    given = problem(
        [line("a", 1000)],
        [offer("x"), offer("y")],
        joint_caps=(OffersCap(id="j", offers=("x", "y"), amount_cents=70000),),
    )
    assert broken(given, pays("x", "a", 400), pays("y", "a", 300)) == []
    assert broken(given, pays("x", "a", 400), pays("y", "a", 300.01)) == [(11, "above_joint_cap", 1)]


def test_11_several_offers_together_at_most_a_share_of_the_cost() -> None:
    # lines that x or y cover: 1000 + 500; two thirds is 1000
    caps = (OffersCap(id="j", offers=("x", "y"), share="2/3"),)
    given = problem(
        [line("a", 1000), line("b", 500, "books"), line("c", 9, "travel")],
        [offer("x"), offer("y", {"books": 1})],
        joint_caps=caps,
    )
    assert broken(given, pays("x", "a", 600), pays("y", "b", 400)) == []
    assert broken(given, pays("x", "a", 600), pays("y", "b", 400.01)) == [(11, "above_joint_cap", 1)]


def test_13_loans_together_stay_within_what_somebody_wants_to_borrow() -> None:
    offers = [offer("x", repayable=True), offer("y", repayable=True)]
    given = problem([line("a", 1000)], offers, borrow_up_to_cents=50000)
    assert broken(given, pays("x", "a", 300), pays("y", "a", 200)) == []
    assert broken(given, pays("x", "a", 300), pays("y", "a", 200.01)) == [(13, "above_borrowing", 1)]


def test_14_money_here_comes_from_a_funding_line_that_still_holds_it() -> None:
    given = problem(
        [line("a", 1000)], [offer("x", here=True), offer("e")], funding_lines=(money("f", 400), money("g", 400))
    )
    assert broken(given, pays("x", "a", 400, "f"), pays("x", "a", 400, "g")) == []
    assert broken(given, pays("x", "a", 400.01, "f")) == [(14, "above_available", 1)]
    assert broken(given, pays("x", "a", 400)) == [(14, "funding_line_missing", 40000)]
    assert broken(given, pays("e", "a", 400, "f")) == [(14, "funding_line_not_used_here", 40000)]


@pytest.mark.parametrize(
    ("earmark", "code"),
    [
        ({"schemes": ("other",)}, "funding_earmark_scheme"),
        ({"routes": ("employer",)}, "funding_earmark_route"),
        ({"municipalities": ("GM0150",)}, "funding_earmark_municipality"),
        ({"provinces": ("overijssel",)}, "funding_earmark_province"),
        ({"sectors": ("care",)}, "funding_earmark_sector"),
        ({"categories": ("exam",)}, "funding_earmark_category"),
    ],
)
def test_14_an_earmark_admits_only_what_it_lists(earmark: dict[str, Any], code: str) -> None:
    case = {"municipality": "GM0200", "province": "gelderland", "sector": "ict"}
    fitting = {
        "schemes": ("x",),
        "routes": ("individual",),
        "municipalities": ("GM0200",),
        "provinces": ("gelderland",),
    }
    fitting |= {"sectors": ("ict",), "categories": ("tuition",)}
    good = problem(
        [line("a", 1000)],
        [offer("x", here=True)],
        case=case,
        funding_lines=(money("f", 400, earmark=FundingEarmark(**fitting)),),
    )
    assert broken(good, pays("x", "a", 400, "f")) == []
    bad = problem(
        [line("a", 1000)],
        [offer("x", here=True)],
        case=case,
        funding_lines=(money("f", 400, earmark=FundingEarmark(**earmark)),),
    )
    assert broken(bad, pays("x", "a", 400, "f")) == [(14, code, 40000)]


@pytest.mark.parametrize("name", ["municipality", "province", "sector"])
def test_14_an_earmark_never_admits_what_is_not_known(name: str) -> None:
    lists = {"municipality": "municipalities", "province": "provinces", "sector": "sectors"}
    earmark = FundingEarmark(**{lists[name]: ("anything",)})
    given = problem([line("a", 1000)], [offer("x", here=True)], funding_lines=(money("f", 400, earmark=earmark),))
    assert broken(given, pays("x", "a", 400, "f")) == [(14, f"funding_earmark_{name}", 40000)]


def test_14_the_period_holds_the_award_date_and_the_due_date_where_it_binds() -> None:
    year = Period.model_validate({"from": "2026-01-01", "to": "2026-12-31"})
    lines = [line("a", 1000, due_on=date(2027, 1, 1)), line("b", 1000, due_on=date(2026, 12, 31)), line("c", 1000)]
    funding = (money("f", 900, period=year, period_binds="award_and_due_date"), money("g", 900, period=year))
    given = problem(lines, [offer("x", here=True)], funding_lines=funding)
    assert broken(given, pays("x", "b", 400, "f"), pays("x", "c", 400, "f"), pays("x", "a", 400, "g")) == []
    assert broken(given, pays("x", "a", 400, "f")) == [(14, "funding_period_due_date", 40000)]
    later = given.model_copy(update={"reference_date": date(2027, 1, 1)})
    assert broken(later, pays("x", "b", 400, "g")) == [(14, "funding_period_award_date", 40000)]


def test_15_the_total_is_a_whole_number_of_units() -> None:
    given = problem([line("a", 100.50), line("b", 99.50)], [offer("x", rounding_unit_cents=100)])
    assert broken(given, pays("x", "a", 100.50), pays("x", "b", 99.50)) == []  # 200,00 together
    assert broken(given, pays("x", "a", 100.50)) == [(15, "not_rounded", 50)]


def test_16_a_pledge_pays_within_its_amount_on_the_residents_lines_of_its_categories() -> None:
    lines = [line("a", 1000), line("b", 1000, "books"), line("w", 1000, "wage")]
    given = problem(lines, pledges=(pledge("up_to", 500, categories=("tuition", "wage")),))
    assert broken(given, pays("pledge.up_to", "a", 500)) == []
    assert broken(given, pays("pledge.up_to", "a", 500.01)) == [(16, "above_pledge", 1)]
    assert broken(given, pays("pledge.up_to", "b", 100)) == [(16, "pledge_does_not_pay_line", 10000)]
    assert broken(given, pays("pledge.up_to", "w", 100)) == [(16, "pledge_does_not_pay_line", 10000)]


def test_16_a_fixed_pledge_is_used_as_far_as_its_lines_allow() -> None:
    given = problem(
        [line("a", 300), line("b", 9000, "books")], pledges=(pledge("fixed", 500, categories=("tuition",)),)
    )
    assert broken(given, pays("pledge.fixed", "a", 300)) == []  # min(500, 300) = 300
    assert broken(given, pays("pledge.fixed", "a", 299.99)) == [(16, "fixed_pledge_not_used", 1)]


def test_17_locks_are_kept_to_the_cent() -> None:
    locks = Locks(shares=(LockedShare(line="a", offer="x", cents=30000),), forbidden=("y",))
    given = problem([line("a", 1000)], [offer("x"), offer("y")], locks=locks)
    assert broken(given, pays("x", "a", 300)) == []
    assert broken(given, pays("x", "a", 300.01)) == [(17, "lock_not_kept", 1)]
    assert broken(given, pays("x", "a", 300), pays("y", "a", 100)) == [(17, "forbidden_offer_used", 10000)]


def test_17_a_lock_on_a_funding_line_looks_at_that_part_only() -> None:
    locks = Locks(shares=(LockedShare(line="a", offer="x", funding_line="f", cents=30000),))
    given = problem(
        [line("a", 1000)], [offer("x", here=True)], funding_lines=(money("f", 900), money("g", 900)), locks=locks
    )
    assert broken(given, pays("x", "a", 300, "f"), pays("x", "a", 700, "g")) == []
    assert broken(given, pays("x", "a", 900, "g")) == [(17, "lock_not_kept", 30000)]


def test_shares_that_are_not_well_formed_are_named() -> None:
    given = problem([line("a", 1000)], [offer("x")])
    strange = Share.model_construct(line="a", offer="x", funding_line=None, cents=-100)
    assert (0, "not_positive", 100) in broken(given, strange)
    assert broken(given, pays("x", "a", 100), pays("x", "a", 100)) == [(0, "duplicate_share", 0)]
    assert broken(given, pays("nobody", "b", 100, "f")) == [
        (0, "unknown_line", 10000),
        (0, "unknown_offer", 10000),
        (0, "unknown_funding_line", 10000),
    ]


def test_a_violation_names_who_where_and_how_much() -> None:
    given = problem([line("a", 1000)], [offer("x", here=True)], funding_lines=(money("f", 400),))
    [found] = violations(given, [pays("x", "a", 500, "f")])
    assert found == Violation(14, "above_available", 10000, funding_line="f")
    assert found.params == {"available_cents": 40000}


def test_the_solver_goes_exactly_to_each_limit() -> None:
    """The optimum of each of these is a limit of one constraint; the solver may not stop before or go beyond it."""
    rule = OfferCoFinancing(share=Half, of="eligible_cost")
    base = OfferShareOfBase(share=Half, of="eligible_cost_less", less=("y",))
    vat = line("a", 1210, amount_without_vat_cents=100000)
    aid = [offer("x", de_minimis=True), offer("y", de_minimis=True), offer("z", cap_cents=60000)]
    cases = [
        (problem([line("a", 100)], [offer("x", "1/3")]), 6667),  # 10000 - 3333
        (problem([line("a", 3000)], [offer("x", cap_cents=250000, had_before_cents=90000)]), 140000),  # 3000 - 1600
        (problem([line("a", 1000.01)], [offer("x", co_financing=rule)], route="employer"), 50001),
        (
            problem([line("a", 1000)], [offer("x", share_of_base=base), offer("y", cap_cents=40000)]),
            30000,
        ),  # 400 + half of 600
        (
            problem([vat], [offer("x", share_of_base=base, vat="excluding"), offer("y", cap_cents=60500)]),
            35500,
        ),  # 605 + 250
        (problem([line("a", 1000)], [offer("x", rounding_unit_cents=30000)]), 10000),  # 3 x 300
        (problem([line("a", 1000)], [offer("x", fixed_amount_cents=65000)]), 35000),
        (problem([line("a", 600)], [offer("x", fixed_amount_cents=65000)]), 60000),  # does not fit: nothing
        (problem([line("a", 20)], [offer("x")]), 2000),  # below the smallest share
        (problem([line("a", 3000)], aid, route="employer", de_minimis_room_cents=50000), 190000),  # 3000 - 500 - 600
        (problem([line("a", 3000)], aid, route="employer", de_minimis_room_cents=2499), 240000),  # room below € 25
    ]
    for given, own in cases:
        proposal = propose(given)
        assert (proposal.status, proposal.value_of("own_money")) == ("proven", own), given.offers
