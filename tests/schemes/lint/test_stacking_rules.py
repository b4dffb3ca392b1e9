"""Stacking that contradicts itself."""

from __future__ import annotations

from typing import Any

from tests.schemes.lint.conftest import Lint, group
from tests.schemes.lint.conftest import scheme as short_scheme

COST = {"share": "50%", "of": "eligible_cost", "counts_sector_fund": True, "article": "artikel 5"}


PAYS = {"een": "tuition", "twee": "exam", "drie": "books"}


def scheme(name: str, **changes: Any) -> dict[str, Any]:
    """A scheme that pays a cost of its own, so that none is simply better than another."""
    covered = [{"categories": [PAYS.get(name, "travel")], "share": "50%", "article": "artikel 3"}]
    return short_scheme(name, **{"coverage": covered, **changes})


def codes(found: Any) -> list[tuple[str, str, str]]:
    return [(one.code, one.severity, one.path) for one in found]


def first(*names: str) -> dict[str, Any]:
    return {"asks_first": list(names), "article": "artikel 5"}


def test_a_precedence_pair_in_one_group_is_an_error(linted: Lint) -> None:
    one, two = (
        scheme("een", exclusion=group("voucher")),
        scheme("twee", exclusion=group("voucher"), precedence=first("een")),
    )
    assert codes(linted(one, two)) == [("precedence_in_group", "error", "precedence.asks_first[0]")]
    two = scheme("twee", exclusion=group("voucher"))
    assert linted(one, two, code="precedence_in_group") == []


def test_a_group_per_line_is_a_contradiction_too(linted: Lint) -> None:
    line = group("voucher", scope="line")
    one, two = scheme("een", exclusion=line), scheme("twee", exclusion=line, precedence=first("een"))
    assert len(linted(one, two, code="precedence_in_group")) == 1


def test_a_group_of_which_two_may_be_used_is_no_contradiction(linted: Lint) -> None:
    two_of_three = group("voucher", at_most=2)
    schemes = [scheme(name, exclusion=two_of_three) for name in ("een", "twee")]
    third = scheme("drie", exclusion=two_of_three, precedence=first("een"))
    assert linted(*schemes, third) == []


def test_asking_first_what_can_never_be_used_together_is_an_error(linted: Lint) -> None:
    alone = {"no_other_public_money": True}
    one, two = scheme("een"), scheme("twee", exclusion=alone, precedence=first("een"))
    assert codes(linted(one, two)) == [("precedence_excluded", "error", "precedence.asks_first[0]")]
    private = scheme("een", public_money=False)
    assert linted(private, two) == []


def test_schemes_that_ask_each_other_first_are_an_error_in_each(linted: Lint) -> None:
    circle = [scheme("een", precedence=first("twee")), scheme("twee", precedence=first("drie"))]
    found = linted(*circle, scheme("drie", precedence=first("een")), code="precedence_circle")
    assert [one.params["circle"] for one in found] == [
        "drie -> een -> twee -> drie",
        "een -> twee -> drie -> een",
        "twee -> drie -> een -> twee",
    ]
    assert linted(*circle, scheme("drie")) == []


def test_asking_first_what_is_no_longer_there_has_no_effect(linted: Lint) -> None:
    later = scheme("twee", precedence=first("een"))
    ended = scheme("een", state="ended", explanation_when_ended={"nl": "Gestopt.", "en": "Stopped."})
    employer = scheme("een", routes=["employer"], applicant={"who": "employer"}, payee="employer")
    for other in (ended, employer):
        assert codes(linted(other, later)) == [("precedence_no_effect", "warning", "precedence.asks_first[0]")]
    assert linted(scheme("een"), later) == []


def test_taking_off_what_is_excluded_is_doubtful(linted: Lint) -> None:
    base = {"share": "50%", "of": "eligible_cost_less", "less": ["een"], "article": "artikel 5"}
    grouped = group("voucher")
    one, two = scheme("een", exclusion=grouped), scheme("twee", exclusion=grouped, share_of_base=base)
    assert codes(linted(one, two, code="less_excluded")) == [("less_excluded", "warning", "share_of_base.less[0]")]
    assert linted(scheme("een"), scheme("twee", share_of_base=base)) == []


def test_counting_a_fund_as_own_share_that_can_never_be_there_is_doubtful(linted: Lint) -> None:
    fund = scheme("fonds", kind="sector_fund", public_money=False)
    own = scheme("eigen", co_financing=COST)
    assert linted(fund, own) == []
    assert codes(linted(own)) == [("own_share_excluded", "warning", "co_financing.counts_sector_fund")]
    apart = [{**one, "exclusion": group("voucher")} for one in (fund, own)]
    assert len(linted(*apart, code="own_share_excluded")) == 1


def test_a_joint_cap_with_an_excluded_scheme_is_doubtful(linted: Lint) -> None:
    cap = [{"name": "samen", "schemes": ["een"], "amount_cents": 100_000, "article": "artikel 5"}]
    one, two = scheme("een", exclusion=group("voucher")), scheme("twee", exclusion=group("voucher"), joint_caps=cap)
    assert codes(linted(one, two, code="joint_cap_excluded")) == [
        ("joint_cap_excluded", "warning", "joint_caps[0].schemes[0]")
    ]
    assert linted(scheme("een"), scheme("twee", joint_caps=cap)) == []


def test_a_joint_cap_with_two_limits_is_doubtful(linted: Lint) -> None:
    def capped(cents: int) -> list[dict[str, Any]]:
        return [{"name": "samen", "schemes": ["een", "twee"], "amount_cents": cents, "article": "artikel 5"}]

    one = scheme("een", joint_caps=capped(100_000))
    assert len(linted(one, scheme("twee", joint_caps=capped(100_001)), code="joint_cap_differs")) == 2
    assert linted(one, scheme("twee", joint_caps=capped(100_000))) == []


def test_a_group_of_one_excludes_nothing_and_names_what_was_meant(linted: Lint) -> None:
    pair = [scheme("een", exclusion=group("regional_voucher")), scheme("twee", exclusion=group("regional_voucher"))]
    found = linted(*pair, scheme("drie", exclusion=group("regional_vouchers")))
    assert [(one.code, one.params["nearest"]) for one in found] == [("group_of_one", "regional_voucher")]
    assert linted(*pair) == []


def test_a_group_that_is_never_full_excludes_nothing(linted: Lint) -> None:
    roomy = [scheme(name, exclusion=group("voucher", at_most=2)) for name in ("een", "twee")]
    assert [one.code for one in linted(*roomy)] == ["group_never_binds"] * 2
    assert linted(*roomy, scheme("drie", exclusion=group("voucher", at_most=2))) == []


def test_a_group_with_two_limits_is_doubtful(linted: Lint) -> None:
    apart = [scheme("een", exclusion=group("voucher")), scheme("twee", exclusion=group("voucher", at_most=2))]
    assert [one.code for one in linted(*apart)] == ["group_differs"] * 2


def test_one_scheme_gets_only_its_own_findings(linted: Lint) -> None:
    apart = [scheme("een", exclusion=group("voucher")), scheme("twee", exclusion=group("voucher", at_most=2))]
    assert [one.file for one in linted(*apart, only="een")] == ["een.yaml"]
