"""Where a rule stands, in the notation of the reader: English days, amounts and "assumption" for who reads English.

A citation is written once, as its source is called; the name of a source and of a law stays as it is published.
"""

from __future__ import annotations

import re

from portal.platform.i18n import current_locale

_MONTHS = {
    "januari": "January",
    "februari": "February",
    "maart": "March",
    "april": "April",
    "mei": "May",
    "juni": "June",
    "juli": "July",
    "augustus": "August",
    "september": "September",
    "oktober": "October",
    "november": "November",
    "december": "December",
}
_NAMED = "|".join(_MONTHS)
_MONTH = re.compile(rf"(?<=\d )(?:{_NAMED})\b|\b(?:{_NAMED})(?= \d{{4}}\b)")
_IN_FIGURES = re.compile(r"(?<![\d-])(0?[1-9]|[12]\d|3[01])-(0?[1-9]|1[0-2])-(\d{4})(?![\d-])")
_EUROS = re.compile(r"€[ \u00a0]?(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{2}))?(?!\d)")
_ASSUMED = re.compile(r"^aanname\b")


def citation(text: str) -> str:
    """A citation as the reader in the locale in use writes its days and amounts."""
    if current_locale() != "en":
        return text
    text = _MONTH.sub(lambda found: _MONTHS[found[0]], _ASSUMED.sub("assumption", text))
    text = _IN_FIGURES.sub(lambda found: f"{int(found[1])} {[*_MONTHS.values()][int(found[2]) - 1]} {found[3]}", text)
    return _EUROS.sub(lambda found: f"€{found[1].replace('.', ',')}" + (f".{found[2]}" if found[2] else ""), text)
