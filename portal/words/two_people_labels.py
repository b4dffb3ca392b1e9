"""Words of acts that take two people."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

KINDS: Mapping[str, LazyString] = {
    "override_invoice": _l("Factuur goedkeuren ondanks een controle"),
    "cancellation_fee": _l("Annuleringskosten betalen"),
    "write_off": _l("Terugvordering afboeken"),
    "raise_budget": _l("Budget verhogen"),
    "lower_budget": _l("Budget verlagen"),
    "new_budget": _l("Nieuw budget"),
    "stop_scheme": _l("Regeling stoppen"),
    "new_account": _l("Nieuw account"),
    "change_role": _l("Andere rol geven"),
    "open_account": _l("Account weer openen"),
}
STATES: Mapping[str, tuple[LazyString, str]] = {
    "waiting": (_l("wacht op een collega"), "wait"),
    "done": (_l("gedaan"), "ok"),
    "sent_back": (_l("teruggegeven"), "no"),
    "withdrawn": (_l("teruggenomen"), "off"),
}
