"""The parameters of conditions as people read them: questions for facts, titles for schemes, amounts, periods and units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from portal.platform.i18n import format_date, format_euros, format_list, format_number, format_percent
from portal.words import sentences_rules as words

if TYPE_CHECKING:
    from portal.words.names import Names

Shown = Mapping[str, str]


def rule_params(code: str, params: Mapping[str, Any], fact: str | None, names: Names) -> dict[str, str]:
    """The parameters of a rule code, written for people."""
    shown = {key: names.answer(fact, value) for key, value in params.items()}
    if "list" in params:
        shown["list"] = names.list_title(str(params["list"]))
    for start, written in _WRITERS.items():
        if code.startswith(start):
            shown |= written(params, fact, names)
    return shown


def with_age_day(sentence: str, params: Mapping[str, Any], names: Names) -> str:
    """The sentence of a rule on age, with the day on which the age counts when that is not the reference date."""
    counted_on = params.get("counted_on")
    if counted_on is None:
        return sentence
    day = format_date(counted_on) if isinstance(counted_on, date) else _day(counted_on, names)
    return str(words.AGE_ON) % {"sentence": sentence, "day": day}


def _asked(fact: str, names: Names) -> str:
    return names.question(fact).rstrip("?") + "?"


def _day(fact: str | None, names: Names) -> str:
    return str(words.REFERENCE_DATE) if fact is None else str(words.DAY_OF) % {"question": _asked(fact, names)}


def _either(parts: list[str], names: Names) -> str:
    return names.answer(None, tuple(parts))


def _until(params: Mapping[str, Any], fact: str | None, names: Names) -> Shown:
    """The upper bound of an age, in words."""
    parts = [
        str(words.AGE_UNTIL[key]) % {"age": format_number(params[key])}
        for key in ("maximum", "below")
        if params.get(key) is not None
    ]
    if params.get("below_state_pension"):
        parts.append(str(words.NO_STATE_PENSION))
    return {"below": format_list(parts) or str(words.NOT_TOO_OLD)}


def _awards(params: Mapping[str, Any], fact: str | None, names: Names) -> Shown:
    titles = [f"“{names.title(slug)}”" for slug in params["schemes"]]
    return {
        "schemes": _either(titles, names) if titles else str(words.THIS_SCHEME),
        "period": str(words.PERIODS[params["period"]]) % {"months": params["months"]},
    }


def _awarded(params: Mapping[str, Any], fact: str | None, names: Names) -> Shown:
    amounts = {key: params.get(key) for key in ("minimum", "maximum")}
    return {key: format_euros(value) for key, value in amounts.items() if isinstance(value, int)}


def _elapsed(params: Mapping[str, Any], fact: str | None, names: Names) -> Shown:
    told = words.UNITS[params["unit"]]
    spans = {key: told(params[key]) for key in ("minimum", "maximum") if params.get(key) is not None}
    return {**spans, "from": _day(params["from"], names), "to": _day(params["to"], names)}


def _compare(params: Mapping[str, Any], fact: str | None, names: Names) -> Shown:
    other, share, each = params["other"], params["share"], params["each"]
    if other is None and params["by"] is None:
        text = str(words.NUMBER_OF_LIST) % {"list": names.list_title(str(params["list"]))}
    elif other is None:
        by = _asked(params["by"], names)
        text = str(words.NUMBER_OF_LIST_BY) % {"list": names.list_title(str(params["list"])), "by": by}
    else:
        text = str(words.ANSWER_TO) % {"question": _asked(other, names)}
    if each is not None:
        text = str(words.EACH_OF) % {"each": names.answer(fact, each), "other": text}
    elif isinstance(share, Fraction) and share != 1:
        text = str(words.SHARE_OF) % {"share": format_percent(share), "other": text}
    if params["limit"] is not None and (other is None or share != 1 or each is not None):
        text = str(words.WITH_LIMIT) % {"other": text, "limit": names.answer(fact, params["limit"])}
    added = {"plus": format_list(f"“{_asked(one, names)}”" for one in params["plus"])} if "plus" in params else {}
    return {"other": text, **added}


def _number_by(params: Mapping[str, Any], fact: str | None, names: Names) -> Shown:
    by = params["by"]
    shown = {"by": _asked(by, names)}
    if "by_value" in params:
        chosen = [names.answer(by, {"yes": True, "no": False}.get(value, value)) for value in params["by_value"]]
        shown["by_value"] = _either(chosen, names) if chosen else str(words.ANOTHER_ANSWER)
    if "above" in params:
        shown["above"] = format_number(params["above"])
    return shown


def _total(params: Mapping[str, Any], fact: str | None, names: Names) -> Shown:
    plus, minus = (format_list(f"“{_asked(one, names)}”" for one in params[key]) for key in ("plus", "minus"))
    return {"plus": str(words.LESS) % {"plus": plus, "minus": minus} if minus else plus}


def _points(params: Mapping[str, Any], fact: str | None, names: Names) -> Shown:
    return {"worth": format_list(format_number(worth) for worth in params["worth"])}


def _ranges(params: Mapping[str, Any], fact: str | None, names: Names) -> Shown:
    spans = [str(words.RANGE) % {"first": first, "last": last} for first, last in params["ranges"]]
    return {"ranges": _either(spans, names)}


def _prefixes(params: Mapping[str, Any], fact: str | None, names: Names) -> Shown:
    return {"prefixes": _either(list(params["prefixes"]), names)}


_WRITERS: dict[str, Callable[[Mapping[str, Any], str | None, Names], Shown]] = {
    "age_between": _until,
    "awards_": _awards,
    "awards_amount_": _awarded,
    "elapsed_": _elapsed,
    "compare_": _compare,
    "number_by": _number_by,
    "total_": _total,
    "points_": _points,
    "postcode_between": _ranges,
    "starts_with": _prefixes,
}
