"""A finding about a fact as a refusal at that fact, and a birth date against the year: in Dutch, for whoever filled it in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from schemes.basics.findings import Finding


def fact_refusal(finding: Finding) -> Refusal:
    """A finding about a fact as a refusal at that fact, in Dutch."""
    params = dict(finding.params)
    message: Any = _fact_messages().get(finding.code, _l("Dit antwoord klopt niet. Kijk het nog eens na."))
    if finding.code == "out_of_range":
        message = _l(
            "Vul een waarde in van %(low)s tot en met %(high)s.", low=params["minimum"], high=params["maximum"]
        )
    return Refusal(finding.code, message, field=str(params.get("fact", "")) or None, params=params)


def require_same_year(known: Mapping[str, Any], born: Any) -> None:
    """Refuse a birth date (a day, or one in ISO 8601) that contradicts the year of birth among the facts that are known.

    Both are in the message (field birth_date): a date never takes the place of a year by itself.
    """
    year, day = known.get("birth_year"), birth_of(born)
    if isinstance(year, int) and day is not None and day.year != year:
        message = _l(
            "Er staat al geboortejaar %(known)s, en deze geboortedatum is %(given)s. Die passen niet bij elkaar. Kijk welke "
            "klopt. Is het jaar fout? Verander dan eerst het jaar, of vraag het loket om dat te doen.",
            known=year,
            given=f"{day:%d-%m-%Y}",
        )
        raise Refusal("birth_date_contradicts", message, field="birth_date")


def birth_of(value: Any) -> date | None:
    """A birth date among the facts as a day; None when it is not given, or not known."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


@lru_cache(maxsize=1)
def _fact_messages() -> dict[str, Any]:
    return {
        "unknown_fact": _l("Dit gegeven kennen wij niet."),
        "derived_fact": _l("Dit gegeven volgt uit een ander antwoord. U hoeft het niet in te vullen."),
        "not_yes_or_no": _l("Kies ja of nee."),
        "not_a_number": _l("Vul een getal in."),
        "number_out_of_range": _l("Dit getal is te groot."),
        "too_many_decimals": _l("Vul een getal in met minder cijfers achter de komma."),
        "not_a_whole_number": _l("Vul een heel getal in."),
        "not_a_date": _l("Vul een datum in die bestaat, bijvoorbeeld 1-3-2026."),
        "in_the_future": _l("Deze datum ligt in de toekomst. Vul een datum in die al is geweest."),
        "value_not_allowed": _l("Kies een antwoord uit de lijst."),
        "not_a_list": _l("Kies een of meer antwoorden uit de lijst."),
        "not_a_text": _l("Vul een tekst in."),
        "text_not_allowed": _l("Deze tekst is te lang of bevat tekens die wij niet kunnen lezen."),
        "not_a_municipality": _l("Kies een gemeente uit de lijst."),
        "not_a_postcode": _l("Vul een postcode in, bijvoorbeeld 7411 AB."),
    }
