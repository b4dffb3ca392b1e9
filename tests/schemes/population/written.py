"""Conditions of every type as an owner writes them, with every kind of bound, plain and dated, and trees of them."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemes.conditions import AnyCondition
from tests.schemes.population.world import SCHEME, STARTS

ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyCondition)
FROM = sorted(
    {date(2019, 1, 1), date(2024, 2, 29), date(2025, 3, 1), date(2026, 3, 1), date(2026, 8, 1), date(2027, 1, 1)}
)
LOWER, UPPER = ("at_least", "more_than"), ("at_most", "less_than")
Written = dict[str, Any]


@st.composite
def dated(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Any:
    """A plain value, or values that each hold from a day on, with gaps between some of them."""
    if draw(st.integers(0, 2)):
        return draw(values)
    starts = sorted(draw(st.sets(st.sampled_from(FROM), min_size=1, max_size=3)))
    entries = []
    for start, later in zip(starts, [*starts[1:], None], strict=True):
        entry = {"from": start.isoformat(), "value": draw(values)}
        if draw(st.booleans()):
            last = (later or start + timedelta(days=400)) - timedelta(days=1)
            entry["until"] = draw(st.sampled_from([start, last])).isoformat()
        entries.append(entry)
    return entries


@st.composite
def bounds(
    draw: st.DrawFn, values: st.SearchStrategy[Any], lower: tuple[str, ...] = LOWER, upper: tuple[str, ...] = UPPER
) -> Written:
    """At most one lower and one upper bound, at least one of both."""
    which = draw(st.sampled_from(["lower", "upper", "both"]))
    found = {}
    if which != "upper" and lower:
        found[draw(st.sampled_from(lower))] = draw(dated(values))
    if which != "lower" or not lower:
        found[draw(st.sampled_from(upper))] = draw(dated(values))
    return found


def _days(*more: date) -> st.SearchStrategy[str]:
    return st.sampled_from([day.isoformat() for day in (*STARTS, *more)])


def chosen(*values: str) -> st.SearchStrategy[list[str]]:
    """Some of the values, each once."""
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


def _leaf(kind: str, *parts: st.SearchStrategy[Written], **fixed: Any) -> st.SearchStrategy[Written]:
    """A condition of a type out of fixed keys (values or strategies) and dictionaries of further keys."""
    keys = {key: value if isinstance(value, st.SearchStrategy) else st.just(value) for key, value in fixed.items()}
    merged = st.tuples(st.fixed_dictionaries(keys), *parts)
    return merged.map(lambda drawn: {"type": kind, **{key: value for part in drawn for key, value in part.items()}})


def numbers(*values: float) -> st.SearchStrategy[float]:
    """One of these numbers."""
    return st.sampled_from(values)


HOURS, CENTS = numbers(0, 20, 23.99, 24, 24.5, 36), numbers(0, 1, 99_999, 100_000, 100_000.5, 130_000, 10**11)
AGES = numbers(17, 18, 27, 30, 57, 66, 67)
YEARS = {"on_fact": st.sampled_from(["training_start", "contract_start"])}
LEAVES: dict[str, st.SearchStrategy[Written]] = {
    "one_of": st.one_of(
        _leaf("one_of", fact="work", values=chosen("employee", "seeker", "own")),
        _leaf("one_of", fact="town", values=chosen("GM9901", "GM9902", "GM0001")),
        _leaf("one_of", fact="activity", values=chosen("85.10", "85", "own")),
        _leaf("one_of", fact="province", values=chosen("gelderland", "utrecht")),
    ),
    "any_of": _leaf("any_of", fact="goals", values=chosen("other_job", "certificate", "keep")),
    "number": st.one_of(
        _leaf("number", bounds(HOURS), fact="hours"),
        _leaf("number", bounds(numbers(9, 10, 250, 9.5)), fact="size"),
        _leaf("number", bounds(CENTS), fact="income_cents"),
        _leaf("number", bounds(numbers(2024, 2025, 2026)), fact="done_in"),
    ),
    "date": st.one_of(
        _leaf("date", bounds(_days(), ("on_or_after", "after"), ("on_or_before", "before")), fact="training_start"),
        _leaf(
            "date",
            bounds(st.integers(-2, 91), ("days_after_reference_at_least",), ("days_after_reference_at_most",)),
            fact="training_start",
        ),
    ),
    "age": st.one_of(
        _leaf("age", bounds(AGES, ("at_least",), ("at_most", "below"))),
        _leaf("age", bounds(AGES, ("at_least",), ("at_most", "below")), birth_year=None),
        _leaf("age", bounds(AGES, ("at_least",), ("at_most", "below")), **YEARS),
        _leaf("age", bounds(AGES, ("at_least",), ("at_most", "below")), on_day=st.sampled_from(["12-31", "02-28", "08-01"])),
        _leaf("age", below_state_pension=True, at_least=st.sampled_from([18, 66])),
        _leaf("age", below_state_pension=True, **YEARS),
        _leaf("age", below_state_pension=True, on_day="12-31"),
    ),
    "yes": _leaf("yes", fact=st.sampled_from(["student", "owner"])),
    "no": _leaf("no", fact=st.sampled_from(["student", "owner"])),
    "in_list": st.one_of(
        _leaf("in_list", fact=st.sampled_from(["work", "goals", "postcode", "activity"]), list="sectors"),
        _leaf("in_list", fact="town", list="towns"),
    ),
    "starts_after_reference": _leaf("starts_after_reference", same_day=st.booleans()),
    "postcode_between": _leaf(
        "postcode_between",
        fact="postcode",
        ranges=st.lists(
            st.sampled_from([{"from": "7300", "to": "7399"}, {"from": "7311", "to": "7311"}, {"from": "7400", "to": "7411"}]),
            min_size=1, max_size=2,
        ),
    ),
    "starts_with": st.one_of(
        _leaf("starts_with", fact="activity", prefixes=chosen("85", "85.1", "8", "86")),
        _leaf("starts_with", fact="postcode", prefixes=chosen("73", "7311", "7")),
        _leaf("starts_with", fact="work", prefixes=chosen("emp", "o", "own")),
        _leaf("starts_with", fact="town", prefixes=chosen("GM99", "GM9901")),
    ),
    "awards": st.one_of(
        _leaf(
            "awards", bounds(numbers(0, 1, 2), ("at_least",), ("at_most",)), period=st.sampled_from(["ever", "calendar_year", "school_year"]),
            schemes=st.sampled_from([[], [SCHEME], ["other-scheme"], ["other-scheme", "third-scheme"]]),
        ),
        _leaf(
            "awards", bounds(numbers(0, 1, 50_000, 100_000, 150_000), ("at_least",), ("at_most",)), period="before", of="amount",
            months=st.sampled_from([1, 12, 24, 36, 48]),
        ),
    ),
    "elapsed": st.one_of(
        *(
            _leaf("elapsed", bounds(st.sampled_from(spans)), st.sampled_from(ends), unit=unit)
            for unit, spans in (
                ("days", [0, 1, 30, 366]), ("weeks", [0, 1, 13, 52]), ("months", [0, 1, 12, 24, 25]), ("years", [0, 1, 2, 10, 40_000]),
            )
            for ends in (
                [{"from": "contract_start"}, {"to": "training_start"}, {"from": "contract_start", "to": "training_start"}],
                [{"from": "birth_date", "to": "contract_start"}, {"from": "training_start", "to": "contract_start"}],
            )
        )
    ),
    "compare": st.one_of(
        _leaf(
            "compare", st.sampled_from([{"share": "60%"}, {"share": "2/3"}, {"share": "130%"}, {"share": "1/999999999"}, {}]),
            fact="income_cents", other="partner_income_cents", **{"is": st.sampled_from([*LOWER, *UPPER, "equal"])},
        ),
        _leaf("compare", fact="hours", other="size", share=dated(st.sampled_from(["1", "24/10", "50%"])), **{"is": st.sampled_from([*LOWER, *UPPER, "equal"])}),
        _leaf("compare", fact="done_in", other="lasts_until", **{"is": st.sampled_from([*LOWER, *UPPER, "equal"])}),
        _leaf("compare", fact="training_start", other="contract_start", **{"is": st.sampled_from([*LOWER, *UPPER, "equal"])}),
        _leaf("compare", fact="income_cents", other="household", each=dated(numbers(33_333.33, 50_000, 100_000)), **{"is": st.sampled_from([*LOWER, *UPPER])}),
        _leaf("compare", fact="income_cents", list="wage", share=st.sampled_from(["1", "130%", "2/3"]), **{"is": st.sampled_from([*LOWER, *UPPER, "equal"])}),
        _leaf(
            "compare", st.sampled_from([{"list": "wage"}, {"list": "minima", "by": "work"}, {"other": "household", "each": 50_000}]),
            fact="income_cents", plus=["partner_income_cents"], **{"is": st.sampled_from([*LOWER, *UPPER])},
        ),
        _leaf("compare", fact="income_cents", list="minima", by=st.sampled_from(["work", "student", "household"]), **{"is": st.sampled_from([*LOWER, *UPPER])}),
    ),
    "number_by": st.one_of(
        _leaf(
            "number_by",
            fact="income_cents", by="household",
            rows=st.tuples(bounds(CENTS), bounds(CENTS), st.none() | bounds(CENTS)).map(
                lambda rows: [{"values": [1], **rows[0]}, {"values": [2, 3], **rows[1]}, *([] if rows[2] is None else [{"values": [], **rows[2]}])]
            ),
        ),
        _leaf(
            "number_by",
            fact="income_cents", by="household", per_extra=st.fixed_dictionaries({"above": st.just(3), "each": dated(numbers(10_000, 33_333.33))}),
            rows=st.tuples(bounds(CENTS), bounds(CENTS)).map(lambda rows: [{"values": [1, 2], **rows[0]}, {"values": [3], **rows[1]}]),
        ),
        _leaf(
            "number_by",
            fact="hours", by=st.sampled_from(["work", "student", "town"]),
            rows=st.tuples(bounds(HOURS), bounds(HOURS), st.booleans()).map(
                lambda rows: [{"values": ["employee", "yes", "GM9901"], **rows[0]}, {"values": [] if rows[2] else ["own", "no"], **rows[1]}]
            ),
        ),
    ),
    "total": st.one_of(
        _leaf("total", bounds(CENTS), plus=["income_cents", "partner_income_cents"]),
        _leaf("total", bounds(CENTS), plus=["income_cents"], minus=["partner_income_cents"]),
        _leaf("total", bounds(HOURS), plus=["hours", "size"], minus=["household"]),
    ),
}  # fmt: skip


def is_valid(written: Written) -> bool:
    """Whether the language takes this condition."""
    try:
        ADAPTER.validate_python(written)
    except ValidationError:
        return False
    return True


leaves = st.one_of(*LEAVES.values()).filter(is_valid)


def _grouped(parts: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    several = st.lists(parts, min_size=1, max_size=4)
    worth = st.lists(st.tuples(parts, st.integers(1, 3)), min_size=1, max_size=4)
    return st.one_of(
        st.builds(lambda c: {"type": "all", "conditions": c}, several),
        st.builds(lambda c: {"type": "any", "conditions": c}, several),
        st.builds(
            lambda c, n: {"type": "at_least_n", "n": min(n, len(c)), "conditions": c}, several, st.integers(1, 4)
        ),
        st.builds(lambda c: {"type": "not", "condition": c}, parts),
        st.builds(
            lambda c, n: {
                "type": "points",
                "items": [{"when": part, "points": points} for part, points in c],
                "at_least": min(n, sum(points for _, points in c)),
            },
            worth,
            st.integers(1, 6),
        ),
    )


GROUPS = ("all", "any", "at_least_n", "not", "points")
trees = st.recursive(leaves, _grouped, max_leaves=10)
"""Any condition, with parts and parts of parts."""
