"""A day as people write it, in a form or in a cell of a spreadsheet."""

from __future__ import annotations

import re
from datetime import date

from portal.platform.i18n import lazy_gettext as _l

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january",
            "februari feb febr february",
            "maart mrt mar march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "augustus aug august",
            "september sep sept",
            "oktober okt oct october",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMBER = "[0-9]{1,2}"
_DAY_FIRST = re.compile(rf"({_NUMBER})[-/. ]+({_NUMBER})[-/. ]+([0-9]{{4}})")
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})-({_NUMBER})-({_NUMBER})")
_MONTH_NAMED = re.compile(rf"({_NUMBER})[-/. ]*([a-z]+)\.?[-/. ]*([0-9]{{4}})")
_EIGHT_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")


def day(text: str) -> date:
    """A calendar day between the years 1900 and 2200. Raises ``ValueError`` with the message for the person."""
    lowered = text.lower().strip()
    if match := _YEAR_FIRST.fullmatch(lowered):
        year, month, number = (int(part) for part in match.groups())
    elif match := (_DAY_FIRST.fullmatch(lowered) or _EIGHT_DIGITS.fullmatch(lowered)):
        number, month, year = (int(part) for part in match.groups())
    elif (match := _MONTH_NAMED.fullmatch(lowered)) and match[2] in _MONTHS:
        number, month, year = int(match[1]), _MONTHS[match[2]], int(match[3])
    elif re.fullmatch(rf"{_NUMBER}[-/. ]+{_NUMBER}[-/. ]+[0-9]{{2}}", lowered):
        raise ValueError(_l("Vul het jaar in met vier cijfers, bijvoorbeeld 31-12-2026."))
    else:
        raise ValueError(_l("Vul de datum in als dag, maand en jaar, bijvoorbeeld 31-12-2026."))
    if not 1900 <= year <= 2200:
        raise ValueError(_l("Controleer het jaar. Vul een jaar in tussen 1900 en 2200."))
    try:
        return date(year, month, number)
    except ValueError as error:
        raise ValueError(_l("Deze dag bestaat niet. Controleer de dag en de maand.")) from error
