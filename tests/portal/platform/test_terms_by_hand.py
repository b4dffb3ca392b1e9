"""Every term in the table that was worked by hand (``terms_by_hand.txt``), against the code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from portal.platform.legal_calendar import (
    days_within,
    filed_on,
    given_back,
    may_end_a_term,
    penalty_days,
    penalty_euros,
    penalty_from,
    stop_of_term,
    term_of_weeks,
)
from portal.post.letters.queries import last_day_to_object
from portal.second_look.objections.queries import decide_objection_by

TABLE = Path(__file__).with_name("terms_by_hand.txt")


def rows() -> Iterator[tuple[str, str, str, str]]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            what, given, comes_out, why = (part.strip() for part in line.split("|"))
            yield what, given, comes_out, why


def day(text: str) -> date:
    return date.fromisoformat(text)


def maybe(text: str) -> date | None:
    return None if text == "-" else day(text)


def parts(given: str) -> list[str]:
    return [part.strip() for part in given.split(",")]


def computed(what: str, given: str) -> str:
    """What the code makes of a row, written as the table writes it."""
    if what == "object":
        return last_day_to_object(day(given)).isoformat()
    if what == "decide":
        start, weeks, stopped = parts(given)
        return term_of_weeks(day(start), int(weeks), stopped_days=int(stopped)).isoformat()
    if what == "review":
        ended, committee, adjourned, stopped = parts(given)
        how = {"committee": committee == "yes", "adjourned": adjourned == "yes"}
        return decide_objection_by(day(ended), **how, stopped_days=int(stopped)).isoformat()
    if what == "stops":
        stops = [one.split() for one in given.split(";")]
        return str(days_within(stop_of_term(day(a), maybe(b), day(c), day(c)) for a, b, c in stops))
    if what == "down":
        last, down = parts(given)
        return given_back(day(last), [day(one) for one in down.split() if one != "-"]).isoformat()
    if what == "filed":
        term, received, posted = parts(given)
        return filed_on(day(received), maybe(posted), maybe(term)).isoformat()
    due, received, sent, today = parts(given)
    first = penalty_from(day(due), day(received))
    days = penalty_days(first, maybe(sent), day(today))
    return f"{first.isoformat()}, {days}, {penalty_euros(days)}"


def test_every_term_that_was_worked_by_hand_comes_out_of_the_code() -> None:
    wrong = [f"{what} {given}: {computed(what, given)}, by hand {out}: {why}" for what, given, out, why in rows()
             if computed(what, given) != out]  # fmt: skip
    assert not wrong, "\n".join(wrong)


def test_the_table_has_two_hundred_rows_of_every_kind_and_none_twice() -> None:
    kinds = Counter(what for what, *_rest in rows())
    assert sum(kinds.values()) >= 200 and min(kinds.values()) >= 15, kinds
    assert len({(what, given) for what, given, *_rest in rows()}) == sum(kinds.values())


def test_a_row_that_is_a_day_off_is_noticed() -> None:
    assert computed("object", "2027-03-26") == "2027-05-10" != "2027-05-07"


@pytest.mark.parametrize(
    "on_a_par", [date(2026, 1, 2), date(2026, 5, 15), date(2027, 5, 7), date(2028, 4, 28), date(2028, 5, 26)]
)
def test_no_term_ends_on_a_day_on_a_par_with_a_holiday(on_a_par: date) -> None:
    assert not may_end_a_term(on_a_par)
