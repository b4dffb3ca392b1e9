"""Why the amounts are what they are: what binds, what is left, what is not used, and other mixes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from matching.reasons.explain import MoneySource, Uncovered, Unused, Used
from matching.reasons.worth import AtMost
from matching.what_if.alternatives import Alternative
from portal.papers.receipt.paid import bearer_label
from portal.papers.receipt.told import NamedReceipt
from portal.platform.i18n import format_euros, format_list
from portal.platform.i18n import gettext as _
from portal.words.names import Names
from portal.words.wording import uncovered_sentence, unused_sentence, used_sentence
from portal.words.wording_mix import at_most_sentence, differs_sentences, source_sentence
from schemes.facts.outcome import Outcome


def _as(kind: Any, kept: Mapping[str, Any]) -> Any:
    """A reason of the receipt as the object that the sentences read."""
    return kind(**{name: kept[name] for name in kind.__slots__ if name in kept})


def used_rows(told: NamedReceipt) -> Iterator[dict[str, str]]:
    """Per scheme that pays, why this amount and from which money."""
    for kept in told.content.reasons.get("used", ()):
        used: Used = _as(Used, kept)
        money = format_list(told.names.title(name) for name in used.funding)
        yield {
            "title": told.names.title(used.offer),
            "amount": format_euros(used.cents, exact=True),
            "text": used_sentence(used, told.names),
            "money": _("Uit: %(money)s.", money=money) if money else "",
            "source": " ".join(dict.fromkeys(_sources_of(kept, told.names))),
        }


def _sources_of(kept: Mapping[str, Any], names: Names) -> Iterator[str]:
    """Why the money comes from those funding lines; a receipt from before that was kept says nothing."""
    several = len(kept.get("sources", ())) > 1
    for one in kept.get("sources", ()):
        source: MoneySource = _as(MoneySource, one)
        text = source_sentence(source, names)
        yield f"{names.title(source.funding_line)}: {text}" if several else text


def rest_sentences(told: NamedReceipt) -> Iterator[str]:
    """What nobody pays, and why."""
    for kept in told.content.reasons.get("uncovered", ()):
        left: Uncovered = _as(Uncovered, kept)
        amount = format_euros(left.cents, exact=True)
        label, text = told.names.title(left.line), uncovered_sentence(left, told.names)
        yield _(
            "%(line)s, %(amount)s, voor %(who)s: %(why)s",
            line=label,
            amount=amount,
            who=bearer_label(left.bearer),
            why=text,
        )


def unused_rows(told: NamedReceipt) -> Iterator[list[str]]:
    """Every scheme that pays nothing, with why; those for another kind of asker together in one line."""
    verdicts = {one.scheme: one for one in told.rebuilt.prepared.verdicts}
    found = [_unused(kept) for kept in told.content.reasons.get("unused", ())]
    for one in sorted(found, key=lambda one: (one.code == "ended", told.names.title(one.scheme))):
        if one.code != "other_route":
            verdict = verdicts.get(one.scheme)
            reason = verdict.reason if verdict is not None else None
            text = unused_sentence(one, told.names, reason) + _article(one.code, reason)
            yield [told.names.title(one.scheme), f"{text} {_at_most(one, told.names)}".strip()]
    others = sorted(told.names.title(one.scheme) for one in found if one.code == "other_route")
    if others:
        yield [_("Voor een andere aanvrager"), "; ".join(others)]


def _unused(kept: Any) -> Unused:
    one: Unused = _as(Unused, kept)
    return one if one.at_most is None else replace(one, at_most=_as(AtMost, kept["at_most"]))


def _at_most(one: Unused, names: Names) -> str:
    """What a scheme that pays nothing could pay at most."""
    return at_most_sentence(one.at_most, names) if one.at_most is not None and one.at_most.cents else ""


def _article(code: str, reason: Outcome | None) -> str:
    return f" ({reason.article})" if code == "not_eligible" and reason is not None and reason.article else ""


def alternative_sentences(told: NamedReceipt) -> Iterator[str]:
    """The best mixes with other schemes."""
    for one in told.content.alternatives:
        names = format_list(told.names.title(name) for name in one.get("offers", ()))
        cents = int(one.get("own_difference_cents", 0))
        if cents > 0:
            text = _("Met %(names)s: zelf %(more)s meer betalen.", names=names, more=format_euros(cents, exact=True))
        else:
            text = _("Met %(names)s: zelf evenveel betalen.", names=names)
        yield " ".join([text, *differs_sentences(Alternative.from_dict(one), told.names)])
