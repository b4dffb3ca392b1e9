"""What explains a mix further than its amounts, in the language of the reader: see `portal.words.sentences_mix`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from portal.platform.i18n import format_date, format_euros, format_list
from portal.platform.i18n import gettext as _
from portal.words import sentences_mix as sentences
from portal.words.names import NO_NAMES, Names
from portal.words.proof_words import step_name
from portal.words.wording import filled

if TYPE_CHECKING:
    from matching.reasons.sources import MoneySource
    from matching.reasons.worth import AtMost
    from matching.what_if.alternatives import Alternative, Worth
    from matching.what_if.interval import Point
    from matching.what_if.levers.levers import Lever
    from matching.what_if.override import OverridePrice


def source_sentence(source: MoneySource, names: Names = NO_NAMES) -> str:
    """Why money comes from this funding line."""
    return _said(sentences.SOURCES[source.code], source.params, names)


def used_because_sentence(worth: Worth, names: Names = NO_NAMES) -> str:
    """Why a scheme is in the mix."""
    return _said(sentences.USED_BECAUSE[worth.code], worth.params, names)


def at_most_sentence(most: AtMost, names: Names = NO_NAMES) -> str:
    """What a scheme that pays nothing could pay at most, and why not more."""
    return _said(sentences.AT_MOST[most.code], {**most.params, "at_most_cents": most.cents}, names)


def point_sentence(point: Point, names: Names = NO_NAMES) -> str:
    """What is not certain. A possible scheme with more than one reason has them all."""
    codes = [code for code in point.why if code in sentences.POINTS] or [point.certainty_code]
    params = {"facts": point.facts, "offers": point.offers}
    return " ".join(dict.fromkeys(_said(sentences.POINTS[code], params, names) for code in codes))


def point_worth(point: Point) -> str:
    """What a point is worth to who asks."""
    if point.worth_cents is None:
        return _("bedrag niet bekend")
    if not point.worth_cents:
        return _("maakt nu geen verschil")
    if point.worth_cents < 0:
        return _("tot %(amount)s meer", amount=format_euros(-point.worth_cents))
    return _("tot %(amount)s minder", amount=format_euros(point.worth_cents))


def differs_sentences(alternative: Alternative, names: Names = NO_NAMES) -> list[str]:
    """What else differs in an alternative."""
    return [_said(sentences.DIFFERS[code], alternative.params(code), names) for code in alternative.differs]


def lever_sentence(lever: Lever, names: Names = NO_NAMES) -> str:
    """What would have to change."""
    return _said(sentences.LEVERS[lever.kind], lever.params, names)


def lever_gain(lever: Lever) -> str:
    """What it would save."""
    amount = format_euros(lever.gain_cents)
    if lever.kind == "other_route":
        return _("samen %(amount)s minder", amount=amount)
    return _("%(amount)s minder", amount=amount)


def price_sentences(price: OverridePrice) -> list[str]:
    """What an override costs: own money, coverage, public money, applications."""
    return [_said(sentences.PRICE[code], params, NO_NAMES) for code, params in price_codes(price)]


def price_codes(price: OverridePrice) -> Iterator[tuple[str, dict[str, Any]]]:
    """The codes of those sentences, each with what is filled in."""

    def by(more: str, less: str, same: str | None, cents: int) -> Iterator[tuple[str, dict[str, Any]]]:
        if cents:
            yield (more if cents > 0 else less), {"difference_cents": abs(cents)}
        elif same is not None:
            yield same, {}

    yield from by("own_more", "own_less", "own_same", price.own_cents)
    yield from by("covered_less", "covered_more", None, price.rest_cents)
    yield from by("public_more", "public_less", "public_same", price.public_cents)
    if price.schemes_difference:
        more = price.schemes_difference > 0
        yield ("applications_more" if more else "applications_fewer"), {"number": abs(price.schemes_difference)}
    if price.status == "not_proven":
        yield "not_proven", {"gap_cents": price.gap_cents, "step": step_name(price.open_pass or "own_money")}


def _said(sentence: Any, params: Mapping[str, Any], names: Names) -> str:
    shown: dict[str, Any] = dict(params)
    for key in ("day", "last_day"):
        if isinstance(shown.get(key), str):
            shown[key] = date.fromisoformat(shown[key])
    if "facts" in shown:
        shown["facts"] = format_list(f"“{names.question(fact)}”" for fact in shown["facts"])
    if "changes" in shown:
        shown["changes"] = _changes(shown["changes"], names)
    if "fact" in shown:
        shown["question"] = names.question(shown["fact"])
        shown["value"] = names.answer(shown["fact"], shown.get("value"))
    if "route" in shown:
        shown["route"] = str(sentences.ROUTES[shown["route"]])
    return filled(sentence, shown, names)


def _changes(changes: Iterable[tuple[str, Iterable[Any]]], names: Names) -> str:
    """“Question” answer, one or several."""
    return "; ".join(f"“{names.question(fact)}” {names.answer(fact, _days(values))}" for fact, values in changes)


def _days(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(_day(value) for value in values)


def _day(value: Any) -> Any:
    """A day that is written as text, as people read it; anything else as it is."""
    try:
        return format_date(date.fromisoformat(value)) if isinstance(value, str) and len(value) == 10 else value
    except ValueError:
        return value
