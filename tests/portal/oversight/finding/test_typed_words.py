"""What somebody types, and what a typing mistake leaves in common with the right word."""

from __future__ import annotations

import string

import pytest

from portal.oversight.finding.typed_words import (
    as_one_number,
    distance,
    fold,
    nearest,
    number_words,
    phone_word,
    sound,
    tokens_of,
    variants,
)

NAMES = ("vries", "jansen", "wijnschenk", "bakker", "elyounoussi", "lodz")


def one_mistake(word: str) -> set[str]:
    """Every word that is one letter more, less, other or swapped."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = {a + b[1:] for a, b in cuts if b}
    found |= {a + letter + b for a, b in cuts for letter in string.ascii_lowercase}
    found |= {a + letter + b[1:] for a, b in cuts if b for letter in string.ascii_lowercase}
    return found | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}


@pytest.mark.parametrize("name", NAMES)
def test_every_word_with_one_mistake_meets_the_right_one(name: str) -> None:
    wrong = one_mistake(name) - {name}
    assert len(wrong) > 200
    assert [one for one in wrong if not variants(one) & variants(name) or nearest(one, [name], 9) != [name]] == []


def test_another_name_is_not_a_mistake() -> None:
    assert nearest("vries", ["jansen", "vos", "friesland"], 9) == []
    assert nearest("bakker", ["bakkers", "bakke", "bakermans", "dekker"], 9) == ["bakke", "bakkers"]
    assert not variants("jansen") & variants("bakker")


def test_swapped_letters_are_one_mistake() -> None:
    assert distance("jansen", "jasnen") == 1 and distance("jansen", "nansje") > 2


@pytest.mark.parametrize(
    ("one", "other"), [("vries", "fries"), ("meijer", "meyer"), ("jansen", "janssen"), ("cock", "kok")]
)
def test_names_that_sound_the_same_are_near(one: str, other: str) -> None:
    assert sound(one) == sound(other)
    assert nearest(one, [other], 1) == [other]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Jan de Vries", ["jan", "vries"]),
        ("de", ["de"]),
        ("J. Müller", ["muller"]),
        ("OV-2026-0012", ["ov20260012"]),
        ("7311 ab 12a", ["7311ab12a"]),
        ("7311AB", ["7311ab"]),
        ("06 12 34 56 78", ["0612345678"]),
        ("+31 (0)6-12345678 Sam", ["0612345678", "sam"]),
        ("Sam@Voorbeeld.example", ["sam@voorbeeld.example"]),
        ("!!!", []),
        ("'; DROP TABLE x; --", ["drop", "table"]),
    ],
)
def test_what_is_typed_is_read_as_words_and_numbers(typed: str, words: list[str]) -> None:
    assert [token.word for token in tokens_of(typed)] == words


def test_no_mistake_is_forgiven_in_a_number() -> None:
    assert [token.forgiving for token in tokens_of("0612345678 7311ab sam@x.example OV-2026-0012 jansen")] == [
        False, False, False, False, True,
    ]  # fmt: skip


def test_a_number_of_this_desk_is_found_whole_and_by_its_end() -> None:
    assert set(number_words("OV-2026-0012")) == {"ov20260012", "20260012", "0012", "12"}


def test_a_number_with_spaces_is_also_read_as_one() -> None:
    assert as_one_number("F 2026 / 12").word == "f202612"  # type: ignore[union-attr]
    assert as_one_number("jan jansen") is None
    assert {as_one_number(text).word for text in ("ov 2026 12", "OV-2026-12", "ov20260012")} == {"ov20260012"}  # type: ignore[union-attr]


def test_a_foreign_number_stays_what_it_is() -> None:
    assert phone_word("+32 470 12 34 56") == "32470123456"
    assert {phone_word(text) for text in ("0031612345678", "+31 6 12345678", "06-12345678")} == {"0612345678"}


def test_other_scripts_keep_their_letters() -> None:
    assert fold("Łódź ØSTBY") == "lodz ostby"
    assert [token.word for token in tokens_of("محمد Петров")] == ["محمد", "петров"]
