"""Money is exact, and read as people type it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemes.basics.money import (
    MAX_CENTS,
    MoneyError,
    Share,
    ceil_share,
    floor_share,
    parse_euros,
    parse_share,
    share_text,
    split_largest_remainder,
)

cents = st.integers(min_value=0, max_value=MAX_CENTS)
shares = st.fractions(min_value=0, max_value=1, max_denominator=10_000)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1.250", 125_000),
        ("1250,00", 125_000),
        ("€ 1.250,50", 125_050),
        ("1250.50", 125_050),
        ("1 250", 125_000),
        ("1\u00a0250,5", 125_050),
        ("€\u202f1\u202f250", 125_000),
        ("1,250.50", 125_050),
        ("1.250.000", 125_000_000),
        ("1,250,000", 125_000_000),
        ("1.500", 150_000),
        ("1,50", 150),
        ("1.250,-", 125_000),
        ("1250,--", 125_000),
        ("0", 0),
        ("0,01", 1),
        ("12,5", 1_250),
        ("EUR 99", 9_900),
        ("99 euro", 9_900),
        ("1000000000,00", MAX_CENTS),
        ("  75 ", 7_500),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, expected: int) -> None:
    assert parse_euros(typed) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("€", "empty"),
        ("-5", "negative"),
        ("−5,00", "negative"),
        ("€ -5", "negative"),
        ("1,500", "two_readings"),
        ("970,555", "two_readings"),
        ("€ 12,345", "two_readings"),
        ("1,500 euro", "two_readings"),
        ("1,2345", "too_many_decimals"),
        ("1250,005", "too_many_decimals"),
        ("12.3.4", "not_an_amount"),
        ("1.250.50", "not_an_amount"),
        ("1,250,50", "not_an_amount"),
        ("twaalf", "not_an_amount"),
        ("1e5", "not_an_amount"),
        ("0x10", "not_an_amount"),
        ("1/2", "not_an_amount"),
        ("NaN", "not_an_amount"),
        ("∞", "not_an_amount"),
        ("٣٤", "not_an_amount"),
        ("1000000000,01", "too_large"),
        ("9" * 39, "too_large"),
        ("9" * 5000, "too_large"),
        ("x" * 5000, "not_an_amount"),
        ("1 25", "not_an_amount"),
        ("-", "not_an_amount"),
        ("12\x0050", "not_an_amount"),
    ],
)
def test_what_is_not_an_amount_is_refused_with_a_code(typed: str, code: str) -> None:
    with pytest.raises(MoneyError) as refused:
        parse_euros(typed)
    assert refused.value.code == code


@given(cents)
def test_an_amount_written_in_dutch_is_read_back_to_the_cent(amount: int) -> None:
    whole = f"{amount // 100:,}".replace(",", ".")
    assert parse_euros(f"€\u00a0{whole},{amount % 100:02d}") == amount
    assert parse_euros(f"{amount // 100},{amount % 100:02d}") == amount


@given(st.text(max_size=60))
def test_any_text_is_an_amount_in_range_or_a_money_error(typed: str) -> None:
    try:
        assert 0 <= parse_euros(typed) <= MAX_CENTS
    except MoneyError as refused:
        assert refused.code in {"empty", "negative", "too_many_decimals", "too_large", "two_readings", "not_an_amount"}


@given(shares, cents)
def test_a_share_rounds_down_for_limits_and_up_for_demands_and_is_never_a_cent_off(
    share: Fraction, amount: int
) -> None:
    exact = share * amount
    assert floor_share(share, amount) <= exact <= ceil_share(share, amount)
    assert exact - floor_share(share, amount) < 1
    assert ceil_share(share, amount) - exact < 1


@given(cents, st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=30).filter(any))
def test_a_split_adds_up_and_no_part_is_a_cent_away_from_its_exact_share(amount: int, weights: list[int]) -> None:
    parts = split_largest_remainder(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1
        assert weight > 0 or part == 0


def test_a_split_gives_the_odd_cent_to_the_largest_remainder_and_to_the_first_of_equals() -> None:
    assert split_largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert split_largest_remainder(10, [1, 2]) == [3, 7]


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [2, -1])])
def test_a_split_without_sense_is_refused(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split_largest_remainder(amount, weights)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1/3", Fraction(1, 3)),
        ("50%", Fraction(1, 2)),
        ("12,5%", Fraction(1, 8)),
        ("12.5 %", Fraction(1, 8)),
        ("100%", Fraction(1)),
        ("1", Fraction(1)),
        ("0", Fraction(0)),
        ("2/2", Fraction(1)),
    ],
)
def test_a_share_is_read_exactly(written: str, expected: Fraction) -> None:
    assert TypeAdapter(Share).validate_python(written) == expected


@pytest.mark.parametrize(
    "written", ["1/0", "3/2", "101%", "-1/2", "0.5", "half", "", "1/3/4", 0.5, 2, True, None, "١/٢", "1" * 50 + "%"]
)
def test_what_is_not_a_share_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Share).validate_python(written)


@given(shares)
def test_a_share_written_out_is_read_back(share: Fraction) -> None:
    assert parse_share(share_text(share)) == share
