"""The words for agreements, tranches and what waits on the screens of the accounts: a label, and the look of its tag."""

from __future__ import annotations

from collections.abc import Mapping

from portal.accounting.ages import Age
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

Labelled = tuple[LazyString, str]

DUTY_KINDS: Mapping[str, LazyString] = {
    "cofinancing": _l("Cofinanciering"),
    "report": _l("Verslag"),
    "indicator": _l("Indicator"),
    "allowed_costs": _l("Kosten die mogen"),
    "earmark": _l("Oormerk"),
    "other": _l("Anders"),
}
ONCE = "once"
REPEATED: Mapping[str, LazyString] = {
    ONCE: _l("Eén keer"),
    "monthly": _l("Elke maand"),
    "quarterly": _l("Elk kwartaal"),
    "yearly": _l("Elk jaar"),
}
ANSWERS: Mapping[str, Labelled] = {
    "waiting": (_l("wacht op antwoord"), "wait"),
    "approved": (_l("akkoord"), "ok"),
    "refused": (_l("niet akkoord"), "no"),
}
TRANCHE_STATES: Mapping[str, Labelled] = {
    "expected": (_l("verwacht"), "info"),
    "called": (_l("opgevraagd"), "wait"),
    "partly_received": (_l("deels ontvangen"), "wait"),
    "received": (_l("ontvangen"), "ok"),
    "dropped": (_l("geschrapt"), "neutral"),
}
RECEIPT_STATES: Mapping[str, Labelled] = {
    "waiting": (_l("wacht op tweede persoon"), "wait"),
    "received": (_l("ontvangen"), "ok"),
    "withdrawn": (_l("ingetrokken"), "neutral"),
    "undone": (_l("teruggedraaid"), "neutral"),
}
MATCHED_BY: Mapping[str, LazyString] = {
    "reference_and_amount": _l("kenmerk en bedrag kloppen"),
    "reference": _l("het kenmerk klopt"),
    "amount": _l("het bedrag klopt"),
    "other": _l("kwam binnen en is nog van niets"),
}
AGES: Mapping[Age, LazyString] = {
    Age.MONTH: _l("0 tot en met 30 dagen"),
    Age.TWO_MONTHS: _l("31 tot en met 60 dagen"),
    Age.THREE_MONTHS: _l("61 tot en met 90 dagen"),
    Age.LONGER: _l("meer dan 90 dagen"),
}
WAITS: Mapping[str, LazyString] = {
    "claim": _l("Terugvordering"),
    "invoice": _l("Factuur"),
    "paid_bill": _l("Rekening van een aanvrager"),
    "repayment": _l("Terug te betalen aan een aanvrager"),
    "other": _l("Andere boeking"),
}


def tag(labelled: Labelled) -> dict[str, str]:
    """A state as a cell of a table."""
    return {"text": str(labelled[0]), "tag": labelled[1]}
