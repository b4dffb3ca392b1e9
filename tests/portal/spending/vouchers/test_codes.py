"""Voucher codes: easy to read out, hard to guess, and a slip of the pen is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.platform.errors import Refusal
from portal.spending.vouchers.codes import (
    CODE_LENGTH,
    LETTERS,
    check_letter,
    codes_in,
    format_code,
    new_code,
    parse_code,
)

bodies = st.text(alphabet=LETTERS, min_size=CODE_LENGTH - 1, max_size=CODE_LENGTH - 1)


def test_a_code_has_no_letters_that_look_like_a_digit_or_each_other() -> None:
    assert len(LETTERS) == len(set(LETTERS)) == 23
    assert not set("IOU0123456789") & set(LETTERS)


def test_new_codes_are_different_and_can_be_read_back() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(parse_code(format_code(code)) == code for code in codes)


def test_a_code_may_be_typed_in_any_case_with_or_without_spaces() -> None:
    code = "ABCDEFGHJKL"
    code += check_letter(code)
    for typed in (code.lower(), format_code(code), f" {code[:4]} {code[4:8]} {code[8:]} ", format_code(code).lower()):
        assert parse_code(typed) == code


@given(bodies, st.integers(0, CODE_LENGTH - 1), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_always_noticed(body: str, place: int, letter: str) -> None:
    code = body + check_letter(body)
    wrong = code[:place] + letter + code[place + 1 :]
    if wrong == code:
        assert parse_code(wrong) == code
    else:
        with pytest.raises(Refusal):
            parse_code(wrong)


@given(bodies, st.integers(0, CODE_LENGTH - 3), st.integers(1, CODE_LENGTH - 2))
def test_two_letters_that_changed_places_are_noticed(body: str, place: int, further: int) -> None:
    code = list(body + check_letter(body))
    other = min(place + further, CODE_LENGTH - 2)
    code[place], code[other] = code[other], code[place]
    if code[place] == code[other]:
        return
    with pytest.raises(Refusal):
        parse_code("".join(code))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "voucher_code_length"),
        ("ABCD-EFGH-JKL", "voucher_code_length"),
        ("ABCD-EFGH-JKLM-N", "voucher_code_length"),
        ("ABCD-EFGH-JKL1", "voucher_code_letters"),
        ("ABCD-EFGH-IKLM", "voucher_code_letters"),
        ("ÄBCD-EFGH-JKLM", "voucher_code_letters"),
    ],
)
def test_what_cannot_be_a_code_is_refused_with_the_reason(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_code(typed)
    assert (refused.value.code, refused.value.field) == (code, "code")


@given(
    bodies,
    st.sampled_from(["voucher ", "Deel ", "betreft:", "_", "van termijn 2, "]),
    st.sampled_from(["", " dank", "."]),
)
def test_the_word_before_a_code_is_not_read_as_its_beginning(body: str, before: str, after: str) -> None:
    code = body + check_letter(body)
    for written in (format_code(code), format_code(code).lower(), code):
        assert codes_in(before + written + after) == [code]


def test_letters_around_a_code_that_is_not_apart_are_tried_one_by_one() -> None:
    body = next(
        b for b in ("ABCDEFGHJKL"[n:] + "ABCDEFGHJKL"[:n] for n in range(11)) if check_letter("X" + b[:10]) == b[10]
    )
    assert len(codes_in(f"X{body}{check_letter(body)}")) > 1, (
        "the control: without a place of its own both are possible"
    )
