"""One reason for every amount, every unused scheme and every euro that is left."""

from typing import Any

import pytest

from matching import explain, propose
from matching.problem import ExclusionGroup, Locks, OfferCoFinancing, OffersCap, OfferShareOfBase, Problem
from matching.reasons.explain import Explanation
from tests.matching.building import line, money, offer, pledge, problem


def reasons(given: Problem) -> Explanation:
    return explain(given, propose(given))


def used(given: Problem, payer: str) -> tuple[str, dict[str, Any]]:
    [found] = [one for one in reasons(given).used if one.offer == payer]
    return found.code, found.params


def unused(given: Problem, scheme: str) -> tuple[str, dict[str, Any]]:
    [found] = [one for one in reasons(given).unused if one.scheme == scheme]
    return found.code, found.params


def test_what_binds_an_amount_is_named_with_its_figures() -> None:
    a = [line("a", 1000)]
    # cap 500, had 100: 400 left
    capped = problem(a, [offer("x", cap_cents=50000, had_before_cents=10000)])
    assert used(capped, "x") == ("cap", {"cap_cents": 50000, "had_before_cents": 10000, "left_cents": 40000})
    assert used(problem(a, [offer("x", fixed_amount_cents=65000)]), "x") == ("fixed_amount", {"fixed_cents": 65000})
    assert used(problem(a, [offer("x", "1/2")]), "x") == ("coverage", {"lines": ["a"]})
    assert used(problem(a, [offer("x")]), "x") == ("costs_paid", {"lines": ["a"]})
    based = problem(a, [offer("x", share_of_base=OfferShareOfBase(share="1/4"))])
    assert used(based, "x") == ("share_of_base", {"share": "1/4", "base_cents": 100000, "limit_cents": 25000})
    poor = problem(a, [offer("x", here=True)], funding_lines=(money("f", 300),))
    assert used(poor, "x") == ("budget", {"funding_lines": ["f"]})
    lent = problem(a, [offer("x", repayable=True)], borrow_up_to_cents=20000)
    assert used(lent, "x") == ("borrowing", {"limit_cents": 20000})
    shared = problem(
        a, [offer("x"), offer("y")], joint_caps=(OffersCap(id="j", offers=("x", "y"), amount_cents=60000),)
    )
    assert reasons(shared).used[0].code == "joint_cap"
    half = OfferCoFinancing(share="1/2", of="eligible_cost")
    assert used(problem(a, [offer("x", co_financing=half)], route="employer"), "x")[0] == "co_financing"
    whole = problem([line("a", 1000.50)], [offer("x", rounding_unit_cents=100)])
    assert used(whole, "x") == ("rounding", {"unit_cents": 100})
    assert used(problem(a, pledges=(pledge("up_to", 300),)), "pledge.up_to") == (
        "pledge_amount",
        {"amount_cents": 30000},
    )


UNUSED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("no_cost_covered", {"coverage": {"travel": 1}}, {}),
    ("needs_request_to_borrow", {"repayable": True}, {}),
    ("cap_used_up", {"cap_cents": 50000, "had_before_cents": 50000}, {}),
    ("below_minimum", {"minimum_cents": 200000}, {}),
    ("below_minimum", {"cap_cents": 1000}, {}),
    ("no_budget", {"here": True}, {}),
    ("cofinancing_missing", {"co_financing": OfferCoFinancing(of="own_amount")}, {}),
    ("forbidden", {}, {"locks": Locks(forbidden=("x",))}),
    ("possible", {"certainty": "possible"}, {}),
    ("amount_unknown", {"certainty": "possible", "amount_known": False}, {}),
    ("joint_cap_full", {}, {"joint_caps": (OffersCap(id="j", offers=("x",), amount_cents=0),)}),
]


@pytest.mark.parametrize(("code", "change", "more"), UNUSED)
def test_an_unused_scheme_has_the_reason_that_fits(code: str, change: dict[str, Any], more: dict[str, Any]) -> None:
    given = problem([line("a", 1000)], [offer("x", change.pop("coverage", "1"), **change)], **more)
    assert unused(given, "x")[0] == code


CAPPED = [offer("x", cap_cents=10000), offer("more", cap_cents=30000), offer("most", cap_cents=40000)]
ALONE = [CAPPED[0], offer("most", cap_cents=40000, no_other_public_money=True)]
NOT_WITH_OTHERS = [offer("x", cap_cents=10000, no_other_public_money=True), CAPPED[2]]


def in_group(*names: str, **more: Any) -> dict[str, Any]:
    return {"exclusion_groups": (ExclusionGroup(id="g", offers=names, **more),)}


EXCLUDED: dict[str, tuple[list[Any], dict[str, Any], tuple[str, dict[str, Any]]]] = {
    "one of a group": (CAPPED[::2], in_group("x", "most"), ("excluded_by", {"offers": ["most"]})),
    "two of a group": (
        CAPPED,
        in_group("x", "more", "most", at_most=2),
        ("excluded_by", {"offers": ["more", "most"]}),
    ),
    "one of a group on each line": (
        CAPPED[::2],
        in_group("x", "most", scope="line"),
        ("excluded_by", {"offers": ["most"]}),
    ),
    "two of a group on each line": (
        CAPPED,
        in_group("x", "more", "most", at_most=2, scope="line"),
        ("excluded_by", {"offers": ["more", "most"]}),
    ),
    "no other public money beside the other": (ALONE, {}, ("excluded_by", {"offers": ["most"]})),
    "no other public money beside itself": (NOT_WITH_OTHERS, {}, ("excluded_by", {"offers": ["most"]})),
    "nothing of a group any more": (CAPPED[::2], in_group("x", "most", at_most=0), ("group_closed", {})),
    "control: no group, and nothing left": (
        [CAPPED[0], offer("most")],
        {},
        ("nothing_left", {}),
    ),
    "control: a line that is paid is not kept by the group": (
        [CAPPED[0], offer("most")],
        in_group("x", "most", scope="line"),
        ("nothing_left", {}),
    ),
}
"""Each kind of exclusion, and the reason of who comes off worst."""


@pytest.mark.parametrize("kind", EXCLUDED)
def test_a_scheme_that_does_not_go_with_a_better_one_names_it(kind: str) -> None:
    offers, more, found = EXCLUDED[kind]
    assert unused(problem([line("a", 1000)], offers, **more), "x") == found


def test_every_field_by_which_schemes_exclude_each_other_has_a_kind() -> None:
    said = {
        name
        for _, more, _ in EXCLUDED.values()
        for group in more.get("exclusion_groups", ())
        for name in group.model_fields_set
    }
    said |= {name for offers, _, _ in EXCLUDED.values() for one in offers for name in one.model_fields_set}
    assert set(ExclusionGroup.model_fields) <= said and "no_other_public_money" in said


AID = [offer("x", de_minimis=True), offer("y", de_minimis=True, minimum_cents=40000)]


def test_room_for_aid_that_is_used_up_is_what_binds() -> None:
    # room 500, x pays it; y needs 400 and nothing is left; 1000 - 500 stays with the employer
    given = problem([line("a", 1000)], AID, route="employer", de_minimis_room_cents=50000)
    found = reasons(given)
    paid = found.used[0].offer
    [idle] = {"x", "y"} - {paid}
    assert used(given, paid) == ("de_minimis_room", {"room_cents": 50000, "offers": [paid]})
    assert unused(given, idle) == ("de_minimis_room", {"left_cents": 0, "room_cents": 50000})
    [left] = found.uncovered
    assert (left.cents, left.code, left.params["room_cents"]) == (50000, "de_minimis_room", 50000)
    assert found.notes == ()


@pytest.mark.parametrize(("room", "code"), [(39999, "de_minimis_room"), (40000, "possible")])
def test_a_possible_scheme_for_which_there_is_no_room_says_so(room: int, code: str) -> None:
    only = [offer("y", de_minimis=True, minimum_cents=40000, certainty="possible")]
    assert unused(problem([line("a", 1000)], only, de_minimis_room_cents=room), "y")[0] == code


def test_room_that_does_not_bind_is_no_reason() -> None:
    given = problem([line("a", 1000)], [offer("x", de_minimis=True, cap_cents=30000)], de_minimis_room_cents=50000)
    assert used(given, "x")[0] == "cap"
    assert reasons(given).uncovered[0].code == "limits_reached"


def test_a_declaration_is_asked_for_what_pays_or_may_pay_while_the_room_is_not_known() -> None:
    offers = [
        offer("pays", de_minimis=True),
        offer("may", de_minimis=True, certainty="possible"),
        offer("idle", {"travel": 1}, de_minimis=True),
        offer("other"),
    ]
    [note] = reasons(
        problem([line("a", 1000)], [offers[0].model_copy(update={"price_permille": 1}), *offers[1:]])
    ).notes
    assert (note.code, note.params) == ("de_minimis_declaration", {"offers": ["may", "pays"]})
    for known in (0, 10**7):
        assert reasons(problem([line("a", 1000)], offers, de_minimis_room_cents=known)).notes == ()
    assert reasons(problem([line("a", 1000)], [offer("x")])).notes == ()


def test_a_scheme_that_is_not_needed_says_so() -> None:
    offers = [offer("x", price_permille=900), offer("cheap", price_permille=100)]
    assert unused(problem([line("a", 1000)], offers), "x") == ("nothing_left", {})


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("limits_reached", {"cap_cents": 50000}),
        ("could_borrow", {"repayable": True}),
        ("only_possible", {"certainty": "possible"}),
        ("too_little_left", {"minimum_cents": 200000}),
        ("too_little_left", {"cap_cents": 50000, "had_before_cents": 50000}),
        ("own_part_required", {"co_financing": OfferCoFinancing(share="1/2", of="eligible_cost")}),
        ("no_budget", {"here": True}),
    ],
)
def test_every_euro_that_is_left_has_a_reason(code: str, change: dict[str, Any]) -> None:
    [left] = reasons(problem([line("a", 1000)], [offer("x", **change)])).uncovered
    assert (left.code, left.params) == (code, {"offers": ["x"]})


def test_a_cost_that_nobody_covers_says_which_kind() -> None:
    [left] = reasons(problem([line("a", 1000, "travel")], [offer("x")])).uncovered
    assert (left.code, left.params, left.cents, left.bearer) == (
        "nobody_covers",
        {"category": "travel"},
        100000,
        "resident",
    )


def test_the_employers_own_part_is_named() -> None:
    half = OfferCoFinancing(share="1/2", of="eligible_cost")
    [left] = reasons(problem([line("a", 1000)], [offer("x", co_financing=half)], route="employer")).uncovered
    assert (left.code, left.bearer) == ("own_part_required", "employer")


def test_who_is_asked_first_stands_before_who_asks_it_whatever_it_costs() -> None:
    # by price: c, b, a; but c asks b first and b asks a first
    offers = [
        offer("a", cap_cents=20000, price_permille=900),
        offer("b", cap_cents=20000, price_permille=500, asks_first=("a",)),
        offer("c", cap_cents=20000, price_permille=100, asks_first=("b",)),
        offer("d", cap_cents=20000, price_permille=200),
    ]
    assert reasons(problem([line("l", 1000)], offers)).pays_first == ("d", "a", "b", "c")
    alone = reasons(problem([line("l", 1000)], [one.model_copy(update={"asks_first": ()}) for one in offers]))
    assert alone.pays_first == ("c", "d", "b", "a")  # the control
    circle = [offers[0].model_copy(update={"asks_first": ("c",)}), *offers[1:]]
    assert reasons(problem([line("l", 1000)], circle)).pays_first == ("d", "c", "a", "b")


def test_who_pays_first_is_fixed_money_then_cheap_grants_then_loans_then_the_rest_of_the_pledge() -> None:
    offers = [
        offer("loan", repayable=True),
        offer("b", cap_cents=20000, price_permille=900),
        offer("a", cap_cents=20000),
    ]
    pledges = (pledge("fixed", 200), pledge("up_to", 200))
    given = problem([line("l", 1000)], offers, pledges=pledges, borrow_up_to_cents=20000)
    assert reasons(given).pays_first == ("pledge.fixed", "a", "b", "loan", "pledge.up_to")
