"""Who decided and on what ground, in the words of a letter (Awb 3:45, 3:47, 10:10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.papers.legal_table import LAW
from portal.platform.i18n import format_list, localized, ngettext
from portal.platform.i18n import gettext as _

Words = Mapping[str, str]
"""The same in Dutch and English, by language."""


@dataclass(frozen=True)
class LegalWords:
    """What every letter of a decision says about the decision itself, in the language of the moment it is asked."""

    bodies: tuple[Words, ...]
    """The bodies in whose name was decided."""
    signed: str
    """Who decided, by mandate of those bodies."""
    schemes: tuple[Words, ...]
    """The titles of the schemes on whose rules it rests."""
    articles: tuple[str, ...]
    """The articles of the Awb on which it rests."""

    @property
    def body(self) -> str:
        """The bodies, each named once; empty when none is known."""
        return format_list(_once(self.bodies))

    @property
    def ground(self) -> str:
        """The rules and articles on which the decision rests; empty when there are none."""
        rules = format_list(_once(self.schemes))
        found = _("de regels van %(schemes)s", schemes=rules) if rules else ""
        law = cited(self.articles) if self.articles else ""
        return _("%(rules)s, en %(law)s", rules=found, law=law) if found and law else found or law


def cited(articles: Iterable[str]) -> str:
    """Articles of the Awb in words, in their order."""
    found = in_order(articles)
    named = ngettext("artikel %(articles)s", "artikelen %(articles)s", len(found), articles=format_list(found))
    return _("de %(law)s, %(named)s", law=LAW, named=named)


def in_order(articles: Iterable[str]) -> list[str]:
    """Articles as the law has them, each once."""
    return sorted(set(articles), key=lambda one: ([int(part) for part in re.findall(r"[0-9]+", one)], one))


def _once(words: Iterable[Words]) -> list[str]:
    return list(dict.fromkeys(said for one in words if (said := localized(one))))
