"""Windows with clock times, a ceiling that is reached, and a third party who must apply."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from schemes.basics import codes
from schemes.basics.findings import BadFile
from schemes.definition import SchemeDefinition
from tests.benchmarks.questions import region
from tests.schemes.definition.test_definitions import TEXT, WINDOWS, definition

HOURS = [
    {"opens_on": "2026-03-02", "opens_at": "09:00", "closes_on": "2026-03-26", "closes_at": "17:00"},
    {"opens_on": "2026-09-01", "closes_on": "2026-09-17", "closes_at": "17:00"},
]
AGENCY = {"who": "third_party", "third_party": {"nl": "Het uitzendbureau", "en": "The temp agency"}}


def state(scheme: SchemeDefinition, on: str, at: str | None = None) -> tuple[str, str]:
    found = scheme.availability(date.fromisoformat(on), None if at is None else time.fromisoformat(at))
    assert set(found.params) == set(codes.AVAILABILITY[found.code]) or found.window is None
    return found.state, found.code


@pytest.mark.parametrize(
    ("on", "at", "expected"),
    [
        ("2026-03-02", "08:59:59", ("not_yet_open", "opens_on")),
        ("2026-03-02", "09:00", ("open", "open_until")),
        ("2026-03-02", None, ("open", "open_until")),
        ("2026-03-03", "00:00", ("open", "open_until")),
        ("2026-03-26", "17:00", ("open", "open_until")),
        ("2026-03-26", "17:00:59", ("open", "open_until")),
        ("2026-03-26", "17:01", ("not_yet_open", "opens_on")),
        ("2026-03-26", None, ("open", "open_until")),
        ("2026-03-27", "08:00", ("not_yet_open", "opens_on")),
        ("2026-09-01", "00:00", ("open", "open_until")),
        ("2026-09-17", "17:01", ("closed", "closed_since")),
        ("2026-09-17", None, ("open", "open_until")),
        ("2026-09-18", None, ("closed", "closed_since")),
    ],
)
def test_only_the_border_days_look_at_the_clock_and_only_when_there_is_one(
    on: str, at: str | None, expected: tuple[str, str]
) -> None:
    assert state(definition(windows=HOURS), on, at) == expected


def test_the_hours_are_told_with_the_days() -> None:
    params = definition(windows=HOURS).availability(date(2026, 3, 10)).params
    assert (params["opens_at"], params["closes_on"], params["closes_at"]) == ("09:00", date(2026, 3, 26), "17:00")


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ({"opens_on": "2026-03-02", "opens_at": "9:00"}, "not_a_clock_time"),
        ({"opens_on": "2026-03-02", "opens_at": "24:00"}, "not_a_clock_time"),
        ({"opens_on": "2026-03-02", "opens_at": 540}, "not_a_clock_time"),
        ({"opens_on": "2026-03-02", "closes_at": "17:00"}, "closes_at_without_day"),
        (
            {"opens_on": "2026-03-02", "opens_at": "17:00", "closes_on": "2026-03-02", "closes_at": "09:00"},
            "dates_reversed",
        ),
    ],
)
def test_a_clock_time_that_cannot_be_is_refused(window: dict[str, Any], code: str) -> None:
    with pytest.raises(BadFile) as bad:
        definition(windows=[window])
    assert [one.code for one in bad.value.findings] == [code]
    good = {"opens_on": "2026-03-02", "opens_at": "09:00", "closes_on": "2026-03-02", "closes_at": "09:00"}
    assert definition(windows=[good]).windows[0].opens_at == "09:00"


@pytest.mark.parametrize(
    ("since", "on", "expected"),
    [
        (None, "2026-02-10", "ceiling_reached"),
        (None, "2026-09-10", "ceiling_reached"),
        ("2026-02-14", "2026-02-13", "open"),
        ("2026-02-14", "2026-02-14", "ceiling_reached"),
        ("2026-02-14", "2026-08-31", "ceiling_reached"),
        ("2026-02-14", "2026-09-01", "open"),
        ("2026-02-14", "2026-11-01", "closed"),
    ],
)
def test_a_ceiling_holds_from_the_day_it_was_reached_until_the_next_window_opens(
    since: str | None, on: str, expected: str
) -> None:
    more = {} if since is None else {"state_since": since}
    assert state(definition(state="ceiling_reached", windows=WINDOWS, **more), on)[0] == expected


def test_the_day_a_ceiling_was_reached_belongs_with_that_state() -> None:
    with pytest.raises(BadFile) as bad:
        definition(state_since="2026-02-14")
    assert [(one.path, one.code) for one in bad.value.findings] == [("state_since", "state_since_without_ceiling")]


def test_what_only_a_third_party_can_ask_for_says_who_while_it_is_open() -> None:
    scheme = definition(applicant=AGENCY, windows=HOURS)
    assert state(scheme, "2026-03-10") == ("open", "third_party_only")
    assert scheme.availability(date(2026, 3, 10)).params["third_party"].nl == "Het uitzendbureau"
    assert state(scheme, "2026-03-01") == ("not_yet_open", "opens_on")
    assert state(definition(applicant=AGENCY), "2026-03-10") == ("open", "third_party_only")
    assert state(definition(windows=HOURS), "2026-03-10") == ("open", "open_until")


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"apply": {"how": TEXT, "before_start": True, "after_start": True}}, "apply", "before_and_after_start"),
        ({"apply": {"how": TEXT, "within_days": 30}}, "apply", "within_days_without_start"),
        ({"payment": {"moment": "other"}}, "payment", "payment_explained"),
        ({"payment": {"moment": "later"}}, "payment.moment", "value_not_allowed"),
        ({"budget": {"distribution": "by_age"}}, "budget.distribution", "value_not_allowed"),
    ],
)
def test_how_to_apply_payment_and_budget_hold_together(changes: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(BadFile) as bad:
        definition(**changes)
    assert [(one.path, one.code) for one in bad.value.findings] == [(path, code)]


def test_how_to_apply_payment_and_budget_are_read() -> None:
    found = definition(
        apply={"how": TEXT, "after_start": True, "within_days": 30},
        payment={"moment": "other", "note": TEXT},
        budget={"distribution": "lottery", "ceiling_cents": [{"from": "2026-01-01", "value": 100}]},
    )
    assert found.apply.within_days == 30 and found.payment is not None and found.budget is not None


def test_from_one_turning_day_to_the_next_every_scheme_stands_as_it_stood() -> None:
    stood, turned = 0, 0
    for scheme in region().schemes.values():
        days = scheme.turning_days
        for day in (date(2019, 1, 1) + timedelta(days=number) for number in range(0, 3_000, 37)):
            since = max((one for one in days if one <= day), default=date(1900, 1, 1))
            assert scheme.availability(day) == scheme.availability(since), f"{scheme.scheme} on {day}"
            stood += since < day
        turned += any(scheme.availability(one) != scheme.availability(one - timedelta(days=1)) for one in days)
    assert stood and turned > 20
