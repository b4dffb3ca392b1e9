"""Figures in a text: `{spent}` stands for the figure with that key, and is filled in whenever the text is read."""

from __future__ import annotations

import re
from collections.abc import Callable

from portal.accounting.figures.definitions import REGISTRY
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

LONGEST_TEXT = 8_000
_BOUND = re.compile(r"\{([^{}]*)\}")


def check_bound(text: str) -> None:
    """Raises ``Refusal`` at `text` for a figure that there is not, and for a brace that is not closed."""
    for key in bound_figures(text):
        if key not in REGISTRY:
            message = _l("Het cijfer {%(key)s} bestaat niet. Kies een cijfer uit de lijst.", key=key[:60])
            raise Refusal("unknown_figure", message, field="text")
    if re.search(r"[{}]", _BOUND.sub("", text)):
        raise Refusal("open_brace", _l("Er staat een losse accolade in. Schrijf een cijfer zo: {spent}."), field="text")


def bound_figures(text: str) -> list[str]:
    """The keys of the figures in a text, in the order in which they stand there."""
    return [found.strip() for found in _BOUND.findall(text)]


def filled_in(text: str, said: Callable[[str], str]) -> str:
    """The text with its figures; `said` gives the words of a figure by its key."""
    return _BOUND.sub(lambda found: said(found[1].strip()), text)
