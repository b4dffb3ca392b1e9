"""A day is read as people write it, in Dutch and in English; what is not there is filled up only where that is asked, else asked back."""

from __future__ import annotations

from datetime import date

import pytest
from babel.dates import format_date

from portal.words.written_days import Around, day

TODAY = date(2026, 12, 1)
FULL = Around(TODAY)
START = Around(TODAY, nearest="next", month_alone=True)
ENDED = Around(TODAY, nearest="last")
BORN = Around(TODAY, long_ago=True)
READ: list[tuple[str, Around | None, str]] = [
    ("1-2-2027", None, "2027-02-01"),
    ("1 februari 2027", None, "2027-02-01"),
    ("1 feb. 2027", None, "2027-02-01"),
    ("1e febuari 2027", None, "2027-02-01"),
    ("maandag 1 februari 2027", None, "2027-02-01"),
    ("February 1, 2027", None, "2027-02-01"),
    ("1st of February 2027", None, "2027-02-01"),
    ("Mon 1 Feb 2027", None, "2027-02-01"),
    ("2027-02-01", None, "2027-02-01"),
    ("01022027", None, "2027-02-01"),
    ("1.2.2027", None, "2027-02-01"),
    ("29 FEB 2028", None, "2028-02-29"),
    ("1-2-27", FULL, "2027-02-01"),
    ("1/2/27", FULL, "2027-02-01"),
    ("1 feb '27", FULL, "2027-02-01"),
    ("31-12-99", FULL, "1999-12-31"),
    ("2-12-26", FULL, "2026-12-02"),
    ("31-3-85", BORN, "1985-03-31"),
    ("1-12-26", BORN, "2026-12-01"),
    ("2-12-26", BORN, "1926-12-02"),
    ("1 feb", START, "2027-02-01"),
    ("1 dec", START, "2026-12-01"),
    ("30-11", START, "2027-11-30"),
    ("29 februari", START, "2028-02-29"),
    ("februari 2027", START, "2027-02-01"),
    ("Feb 2027", START, "2027-02-01"),
    ("2-2027", START, "2027-02-01"),
    ("2027-02", START, "2027-02-01"),
    ("vanaf maart 2027", START, "2027-03-01"),
    ("feb 27", START, "2027-02-01"),
    ("feb '27", START, "2027-02-01"),
    ("Feb \u201927", START, "2027-02-01"),
    ("februari'27", START, "2027-02-01"),
    ("feb-27", START, "2027-02-01"),
    ("in mei 28", START, "2028-05-01"),
    ("dec 26", START, "2026-12-01"),
    ("Feb 5", START, "2027-02-05"),
    ("March 12th", START, "2027-03-12"),
    ("feb '12", START, "2012-02-01"),
    ("1 feb", ENDED, "2026-02-01"),
    ("Feb 27", ENDED, "2026-02-27"),
    ("2 december", ENDED, "2025-12-02"),
]
ASKED_BACK: list[tuple[str, Around | None, str]] = [
    ("1-2-27", None, "vier cijfers"),
    ("1 feb", None, "Vul ook het jaar in"),
    ("1 feb", BORN, "Vul ook het jaar in"),
    ("februari 2027", FULL, "Vul ook de dag in"),
    ("maart 1985", BORN, "Vul ook de dag in"),
    ("feb 27", None, "dag, maand en jaar"),
    ("feb '85", BORN, "dag, maand en jaar"),
    ("feb '26", ENDED, "dag, maand en jaar"),
    ("feb 31", ENDED, "bestaat niet"),
    ("ju 2027", START, "dag, maand en jaar"),
    ("29-2-27", FULL, "bestaat niet"),
    ("31 feb", START, "bestaat niet"),
    ("13-2027", START, "bestaat niet"),
    ("12/31/2026", FULL, "bestaat niet"),
    ("0-1-2027", FULL, "bestaat niet"),
    ("1-1-0001", FULL, "tussen 1900 en 2200"),
    ("na de zomer", START, "dag, maand en jaar"),
    ("", START, "dag, maand en jaar"),
    ("\u0661-2-2027", FULL, "dag, maand en jaar"),
]


def test_a_day_is_read_as_people_write_it() -> None:
    assert {(text, day(text, around).isoformat()) for text, around, _ in READ} == {(text, iso) for text, _, iso in READ}


def test_a_month_of_a_year_in_two_figures_is_read_for_every_month_in_both_languages() -> None:
    for locale in ("nl", "en"):
        for month in range(1, 13):
            first = date(2027, month, 1)
            for pattern in ("MMM yy", "MMMM yy", "MMMM ''yy", "MMM-yy"):
                written = format_date(first, pattern, locale=locale)
                assert day(written, START) == first, written


def test_what_cannot_be_or_is_not_all_there_is_asked_back() -> None:
    for text, around, words in ASKED_BACK:
        with pytest.raises(ValueError) as wrong:
            day(text, around)
        assert words in str(wrong.value.args[0]), text
