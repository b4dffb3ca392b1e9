"""The words of the worklist and of help with filling in: orders, columns, and ways to speak to somebody."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

HELP_WAYS: Mapping[str, LazyString] = {
    "counter": _l("aan het loket"),
    "telephone": _l("aan de telefoon"),
    "letter": _l("uit een brief"),
    "form": _l("op een formulier"),
}
CASE_ORDERS: Mapping[str, LazyString] = {
    "deadline": _l("Uiterste dag"),
    "oldest": _l("Oudste eerst"),
    "newest": _l("Nieuwste eerst"),
    "name": _l("Naam"),
    "training": _l("Opleiding"),
    "owner": _l("Adviseur"),
}
CASE_COLUMNS: Mapping[str, LazyString] = {
    "training": _l("Opleiding"),
    "owner": _l("Van"),
    "costs": _l("Kosten"),
    "standing": _l("Stand"),
    "age": _l("Leeftijd"),
    "until": _l("Uiterlijk"),
    "route": _l("Soort vrager"),
    "place": _l("Woonplaats"),
    "sent": _l("Verstuurd"),
    "talk": _l("Gesprek"),
}
"""What the worklist can show of a case beside its number and name."""
