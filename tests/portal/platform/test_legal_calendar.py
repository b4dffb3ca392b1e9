"""The legal calendar, checked against published dates and worked examples."""

from datetime import date

import pytest

from portal.commands.doctor import calendar_of
from portal.platform.equated_days import DECREES
from portal.platform.legal_calendar import (
    add_working_days,
    days_within,
    easter_sunday,
    ends_on_working_day,
    holidays,
    is_working_day,
    kings_day,
    stop_of_term,
    term_of_weeks,
)


@pytest.mark.parametrize(
    "easter",
    [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25), date(2285, 3, 22)],
)
def test_easter_falls_on_the_published_date(easter: date) -> None:
    assert easter_sunday(easter.year) == easter


def test_kings_day_moves_to_saturday_when_the_birthday_is_a_sunday() -> None:
    assert kings_day(2025) == date(2025, 4, 26)
    assert kings_day(2026) == date(2026, 4, 27)


def test_every_recognised_holiday_of_2026_is_known_and_no_other() -> None:
    assert holidays(2026) == {
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 5),
        date(2026, 4, 6),
        date(2026, 4, 27),
        date(2026, 5, 5),
        date(2026, 5, 14),
        date(2026, 5, 24),
        date(2026, 5, 25),
        date(2026, 12, 25),
        date(2026, 12, 26),
    }


def test_liberation_day_is_a_holiday_every_year_and_not_only_each_fifth() -> None:
    assert not any(is_working_day(date(year, 5, 5)) for year in range(2021, 2031))


def test_a_term_that_ends_on_a_sunday_ends_on_monday() -> None:
    # Applied on Sunday 4 January 2026: eight weeks later is Sunday 1 March, so Monday 2 March.
    assert term_of_weeks(date(2026, 1, 4), 8) == date(2026, 3, 2)


def test_a_term_that_ends_on_a_working_day_stays() -> None:
    assert term_of_weeks(date(2026, 1, 5), 8) == date(2026, 3, 2)


def test_a_term_that_ends_on_liberation_day_ends_a_day_later() -> None:
    # Tuesday 10 March + 8 weeks = Tuesday 5 May 2026.
    assert term_of_weeks(date(2026, 3, 10), 8) == date(2026, 5, 6)


def test_a_term_that_ends_on_good_friday_ends_after_easter_monday() -> None:
    # Friday 6 February + 8 weeks = Good Friday 3 April 2026; then Saturday, Easter and Easter Monday.
    assert term_of_weeks(date(2026, 2, 6), 8) == date(2026, 4, 7)


def test_a_term_of_more_than_twelve_weeks_does_not_move() -> None:
    assert term_of_weeks(date(2026, 1, 4), 13) == date(2026, 4, 5)
    assert term_of_weeks(date(2026, 1, 11), 12) == date(2026, 4, 7)


def test_stopped_days_are_added_before_the_end_is_moved() -> None:
    # Monday 5 January + 56 days = Monday 2 March, + 5 days = Saturday 7 March, so Monday 9 March.
    assert term_of_weeks(date(2026, 1, 5), 8, stopped_days=5) == date(2026, 3, 9)


def test_a_leap_day_counts_as_a_day() -> None:
    assert term_of_weeks(date(2028, 1, 5), 8) == date(2028, 3, 1)


def test_a_term_without_weeks_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one week"):
        term_of_weeks(date(2026, 1, 5), 0)
    with pytest.raises(ValueError, match="negative"):
        term_of_weeks(date(2026, 1, 5), 8, stopped_days=-1)


def test_working_days_skip_weekends_and_holidays() -> None:
    # Thursday 30 April 2026 + 3: Friday 1, Monday 4, (Tuesday 5 is Liberation Day), Wednesday 6 May.
    assert add_working_days(date(2026, 4, 30), 3) == date(2026, 5, 6)
    assert add_working_days(date(2026, 5, 2), 0) == date(2026, 5, 4)
    assert ends_on_working_day(date(2026, 12, 25)) == date(2026, 12, 28)


def stopped(asked_on: date, completed_on: date | None, answer_by: date, today: date) -> int:
    return days_within([stop_of_term(asked_on, completed_on, answer_by, today)])


def test_the_clock_stands_still_from_the_day_after_the_request_until_the_day_of_completion() -> None:
    asked, answer_by, today = date(2026, 2, 2), date(2026, 2, 16), date(2026, 3, 30)
    assert stopped(asked, date(2026, 2, 10), answer_by, today) == 7
    assert stopped(asked, date(2026, 2, 3), answer_by, today) == 0
    assert stopped(asked, asked, answer_by, today) == 0


def test_an_unused_or_late_answer_stops_the_clock_no_longer_than_the_term_that_was_set() -> None:
    asked, answer_by = date(2026, 2, 2), date(2026, 2, 16)
    assert stopped(asked, None, answer_by, date(2026, 3, 30)) == 14
    assert stopped(asked, date(2026, 3, 1), answer_by, date(2026, 3, 30)) == 14
    assert stopped(asked, None, answer_by, date(2026, 2, 5)) == 3


def test_stops_add_up() -> None:
    requests = [
        (date(2026, 2, 2), date(2026, 2, 10), date(2026, 2, 16)),
        (date(2026, 2, 20), None, date(2026, 3, 1)),
    ]
    assert days_within(stop_of_term(*one, date(2026, 4, 1)) for one in requests) == 7 + 9


def test_a_day_on_a_par_with_a_holiday_ends_no_term_but_the_desk_works_on_it() -> None:
    assert ends_on_working_day(date(2026, 5, 15)) == date(2026, 5, 18)
    assert is_working_day(date(2026, 5, 15)) and date(2026, 5, 15) not in holidays(2026)
    assert add_working_days(date(2026, 5, 13), 1) == date(2026, 5, 15), "a promise in working days is not put off"


def test_a_year_that_a_term_may_end_in_and_that_has_no_list_is_named_by_doctor() -> None:
    assert calendar_of(date(2026, 12, 1)).status == "ok"
    assert calendar_of(date(2028, 2, 1)).status == "ok"
    late = calendar_of(date(2028, 6, 1))
    assert late.status == "warning" and "2029" in late.message


def test_every_decree_says_where_it_is_read_and_names_days_of_its_years_that_are_no_weekend_or_holiday() -> None:
    for decree in DECREES:
        assert decree.source.startswith("Besluit gelijkstelling") and decree.read_on
        assert {day.year for day in decree.days} <= set(decree.years)
        assert all(is_working_day(day) for day in decree.days)
