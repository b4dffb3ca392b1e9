"""How things are called in sentences: schemes, cost lines, funding lines, facts, lists and their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from portal.platform.i18n import format_date, format_euros, format_list, format_number, format_percent, localized
from portal.platform.i18n import gettext as _
from portal.words.sentences_rules import EARLIER_AWARDS
from schemes.facts.outcome import PAST_AWARDS

if TYPE_CHECKING:
    from schemes.region.loading import LoadedRegion


@dataclass(frozen=True)
class Names:
    """How things are called, in every language they know. All of it may be left empty."""

    titles: Mapping[str, Any] = field(default_factory=dict)
    """Of schemes, offers, cost lines and funding lines: text or {nl, en}, by id."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Definitions of facts, by key."""
    lists: Mapping[str, Any] = field(default_factory=dict)
    """Reference lists, by name."""
    ended: Mapping[str, Any] = field(default_factory=dict)
    """What ended schemes say about themselves, by scheme."""
    groups: Mapping[str, Any] = field(default_factory=dict)
    """The schemes that exclude each other, by the name of their group."""

    @classmethod
    def of_region(cls, region: LoadedRegion, lines: Mapping[str, str] | None = None) -> Names:
        """The names of a loaded region, with the names of cost lines when they have any."""
        titles: dict[str, Any] = {line.id: line.title for line in region.funding.funding_lines}
        titles |= {slug: definition.title for slug, definition in region.schemes.items()}
        ended = {slug: one.explanation_when_ended for slug, one in region.schemes.items() if one.explanation_when_ended}
        groups: dict[str, list[str]] = {}
        for slug, definition in region.schemes.items():
            for group in definition.exclusion.groups:
                groups.setdefault(group.group, []).append(slug)
        return cls({**titles, **(lines or {})}, region.facts, region.references, ended, groups)

    def title(self, name: str) -> str:
        """The title of a scheme, line or funding line; its id when it has none."""
        if name == "pledge.employer" and name not in self.titles:
            return _("Toezegging van de werkgever")
        if name == "held.money":
            return _("Al gebruikt van een eerdere voucher")
        known = self.titles.get(name)
        if known is None:
            return name
        return known if isinstance(known, str) else localized(known)

    def question(self, fact: str | None) -> str:
        """The question that asks a fact, as on the screen."""
        if fact == PAST_AWARDS:
            return str(EARLIER_AWARDS)
        known = self.facts.get(fact or "")
        return localized(known.question) if known is not None else str(fact or "")

    def answer(self, fact: str | None, value: Any) -> str:
        """A value of a fact as people read it: the label of a choice, the name of a municipality, an amount."""
        known = self.facts.get(fact or "")
        if isinstance(value, tuple | list | frozenset):
            return _either(self.answer(fact, item) for item in value)
        option = known.option(value) if known is not None and isinstance(value, str) else None
        if option is not None:
            return localized(option.label)
        if known is not None and known.type == "municipality":
            return self._municipality(str(value))
        if known is not None and known.type == "money" and isinstance(value, int):
            return format_euros(value)
        if known is not None and known.type == "year":
            return str(value)
        if known is not None and known.derived is not None and isinstance(value, str):
            return place_name(value)
        return plain(value)

    def _municipality(self, code: str) -> str:
        for reference in self.lists.values():
            for version in reversed(getattr(reference, "versions", ())):
                for item in getattr(version, "items", ()):
                    if getattr(item, "code", None) == code:
                        return str(item.name)
        return code

    def list_title(self, name: str) -> str:
        """The title of a reference list."""
        known = self.lists.get(name)
        return localized(known.title) if known is not None else name


NO_NAMES = Names()


def place_name(key: str) -> str:
    """The name of a province by its key, in capitals where it has them: ``noord-holland`` is Noord-Holland."""
    return "-".join(part.capitalize() for part in key.split("-"))


def _either(parts: Iterable[str]) -> str:
    """`a, b of c` (English `a, b or c`)."""
    *first, last = [*parts] or [""]
    return last if not first else _("%(first)s of %(last)s", first="; ".join(first), last=last)


def plain(value: Any) -> str:
    """A value of a parameter as people read it."""
    if value is None:
        return _("niet bekend")
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, int | Decimal):
        return format_number(value)
    if isinstance(value, Fraction):
        return format_percent(value)
    if isinstance(value, tuple | list | frozenset):
        return format_list(plain(item) for item in value)
    return str(value)
