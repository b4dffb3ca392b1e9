"""A small world for the tests of the language: facts of every type, lists with gaps, and days on which borders meet."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from schemes.facts import FactDefinition
from schemes.facts.outcome import PAST_AWARDS, PastAward
from schemes.facts.references import ReferenceList
from schemes.files.parsing import validate

SCHEME = "this-scheme"
LEAP = date(2024, 2, 29)
DAYS = [
    date(2026, 3, 1),
    LEAP,
    date(2028, 2, 29),
    date(2025, 2, 28),
    date(2026, 7, 31),
    date(2026, 8, 1),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2019, 6, 1),
]


def _text(word: str) -> dict[str, str]:
    return {"nl": word, "en": word}


def _fact(key: str, kind: str, **more: Any) -> FactDefinition:
    data = {"key": key, "type": kind, "question": _text(f"{key}?"), "why": _text("Daarom."), **more}
    return validate(FactDefinition, data)


def _options(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "label": _text(key)} for key in keys]


FACTS = {
    fact.key: fact
    for fact in (
        _fact("birth_date", "date", past_only=True),
        _fact("birth_year", "year", past_only=True),
        _fact("training_start", "date"),
        _fact("contract_start", "date"),
        _fact("work", "choice", values=_options("employee", "seeker", "own")),
        _fact("goals", "choices", values=_options("other_job", "certificate", "keep")),
        _fact("hours", "number", decimals=2, minimum=0, maximum=80),
        _fact("size", "number", minimum=0, maximum=1000),
        _fact("household", "number", minimum=1, maximum=12),
        _fact("income_cents", "money"),
        _fact("partner_income_cents", "money"),
        _fact("done_in", "year"),
        _fact("lasts_until", "year"),
        _fact("student", "yes_no"),
        _fact("owner", "yes_no"),
        _fact("town", "municipality"),
        _fact("province", "choice", derived={"from": "town", "field": "province"}),
        _fact("postcode", "postcode"),
        _fact("activity", "text"),
    )
}


def _list(**data: Any) -> Any:
    return validate(ReferenceList, {"format": "ontwikkelloket/reference/1", "title": _text("Lijst"), **data})  # type: ignore[arg-type]


def _towns(*codes: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [{"code": code, "name": code, "province": province, "postcodes": [four]} for code, province, four in codes]


REFERENCES = {
    one.list: one
    for one in (
        _list(
            list="towns",
            kind="municipalities",
            versions=[
                {
                    "from": "2020-01-01",
                    "source": "x",
                    "items": _towns(("GM9901", "gelderland", "7311"), ("GM9902", "overijssel", "7411")),
                },
                {
                    "from": "2026-03-01",
                    "source": "x",
                    "items": _towns(("GM9901", "gelderland", "7311"), ("GM9903", "utrecht", "7399")),
                },
            ],
        ),
        _list(
            list="sectors",
            kind="values",
            versions=[
                {
                    "from": "2024-02-29",
                    "until": "2025-12-31",
                    "source": "x",
                    "items": [{"value": "85.20"}, {"value": "employee"}, {"value": "7311"}],
                },
                {
                    "from": "2026-03-01",
                    "until": "2027-06-30",
                    "source": "x",
                    "items": [{"value": "85.10"}, {"value": "other_job"}, {"value": "7411"}, {"value": "own"}],
                },
            ],
        ),
        _list(
            list="state_pension_age",
            kind="age",
            versions=[
                {"from": "2022-01-01", "source": "x", "age": {"years": 66, "months": 7}},
                {"from": "2024-01-01", "source": "x", "age": {"years": 67}},
                {"from": "2027-01-01", "until": "2028-02-28", "source": "x", "age": {"years": 67, "months": 3}},
            ],
        ),
        _list(
            list="wage",
            kind="numbers",
            versions=[
                {"from": "2024-02-29", "until": "2026-12-31", "source": "x", "number": 100000},
                {"from": "2027-01-01", "source": "x", "number": 100050.5},
            ],
        ),
        _list(
            list="minima",
            kind="numbers",
            versions=[
                {
                    "from": "2024-02-29",
                    "source": "x",
                    "items": [
                        {"value": "employee", "number": 100000},
                        {"value": "yes", "number": 99999},
                        {"value": "2", "number": 150000},
                        {"value": "own", "number": 24},
                    ],
                },
            ],
        ),
    )
}


def beside(*days: date) -> list[date]:
    """The days with those just before and after them."""
    return [day + timedelta(days=more) for day in days for more in (-1, 0, 1)]


BIRTHS = beside(
    date(2008, 3, 1),
    date(2008, 2, 29),
    date(1969, 3, 1),
    date(1959, 3, 1),
    date(1957, 6, 1),
    date(1960, 12, 31),
    date(1996, 2, 29),
    date(1999, 1, 1),
)
STARTS = beside(*DAYS, date(2026, 4, 30), date(2026, 5, 31), date(2024, 8, 31))
VALUES: dict[str, list[Any]] = {
    "birth_date": BIRTHS,
    "training_start": STARTS,
    "contract_start": beside(LEAP, date(2024, 3, 1), date(2024, 1, 31), date(2023, 12, 31), date(2016, 2, 29)),
    "work": ["employee", "seeker", "own"],
    "goals": [(), ("other_job",), ("certificate", "keep"), ("keep",)],
    "hours": [0, 20, Decimal("23.99"), 24, Decimal("24.01"), Decimal("24.5"), 36, 80],
    "size": [0, 1, 9, 10, 11, 249, 250, 1000],
    "household": [1, 2, 3, 4, 5, 12],
    "income_cents": [0, 99_999, 100_000, 100_001, 130_000, 200_001, 10**11],
    "partner_income_cents": [0, 1, 66_667, 76_923, 100_000, 10**11],
    "done_in": [2024, 2025, 2026],
    "lasts_until": [2025, 2026, 2027],
    "student": [True, False],
    "owner": [True, False],
    "town": ["GM9901", "GM9902", "GM9903", "GM0001"],
    "province": ["gelderland", "overijssel", "utrecht"],
    "postcode": ["7311", "7311 AB", "7398 ZZ", "7399", "7411 AA", "7400", "1000"],
    "activity": ["85.10", "85.20", "8", "85", "86.1", "own"],
}
AWARDED = [SCHEME, SCHEME, "other-scheme", "third-scheme"]
AWARD_DAYS = beside(*DAYS, date(2026, 1, 1), date(2025, 8, 1), date(2024, 3, 1), date(2023, 12, 31))
AWARD_CENTS = [1, 50_000, 100_000, 200_000]
awards = st.lists(
    st.builds(PastAward, st.sampled_from(AWARDED), st.sampled_from(AWARD_DAYS), st.sampled_from(AWARD_CENTS)),
    max_size=4,
).map(tuple)


def _with_year(facts: dict[str, Any]) -> dict[str, Any]:
    if "birth_date" in facts:
        facts["birth_year"] = facts["birth_date"].year
    return facts


everything = st.fixed_dictionaries(
    {**{key: st.sampled_from(values) for key, values in VALUES.items()}, PAST_AWARDS: awards}
).map(_with_year)
"""Facts of which all are known."""
hidden = st.sets(st.sampled_from([*FACTS, PAST_AWARDS]), max_size=12)
"""Facts that are not known."""
days = st.sampled_from(DAYS)


def without(facts: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    """The facts without some of them."""
    return {key: value for key, value in facts.items() if key not in keys}


people = st.builds(without, everything, hidden)
"""Facts of which some are not known."""


def invented(seed: int, number: int) -> list[dict[str, Any]]:
    """So many people of whom some facts are not known; quicker to draw than one by one."""
    chance = Random(seed)
    return [_invented(chance) for _ in range(number)]


def _invented(chance: Random) -> dict[str, Any]:
    facts = {key: chance.choice(values) for key, values in VALUES.items()}
    facts[PAST_AWARDS] = tuple(
        PastAward(chance.choice(AWARDED), chance.choice(AWARD_DAYS), chance.choice(AWARD_CENTS))
        for _ in range(chance.randrange(5))
    )
    told = chance.choice([0.3, 0.8, 1.0])
    return {key: value for key, value in _with_year(facts).items() if chance.random() < told}


crowds = st.builds(invented, st.integers(0, 2**32), st.integers(1, 40))
"""Many people at once."""
