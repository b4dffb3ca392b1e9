"""What is said of an amount that cannot be read, wherever it was typed: in a form, or in a cell of a spreadsheet."""

from __future__ import annotations

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

_FAULTS = {
    "not_an_amount": _l("Vul een bedrag in cijfers in, bijvoorbeeld 1.250 of 1250,50."),
    "negative": _l("Een bedrag kan niet lager zijn dan € 0. Vul het bedrag in zonder minteken."),
    "too_many_decimals": _l("Gebruik hoogstens twee cijfers achter de komma, bijvoorbeeld 1250,50."),
    "two_readings": _l(
        "Dit bedrag kunnen wij op twee manieren lezen. Schrijf duizenden met een punt en centen met twee cijfers achter de "
        "komma, bijvoorbeeld 1.500 of 1,50."
    ),
    "too_large": _l("Dit bedrag is te hoog voor dit formulier. Controleer het bedrag."),
}


def amount_fault(code: str) -> LazyString:
    """The message for the code of a `schemes.basics.money.MoneyError`: what is wrong, and how to write it."""
    return _FAULTS.get(code, _FAULTS["not_an_amount"])
