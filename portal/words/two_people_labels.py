"""Words of acts that take two people."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

KINDS: Mapping[str, LazyString] = {
    "override_invoice": _l("Factuur goedkeuren ondanks een controle"),
    "cancellation_fee": _l("Annuleringskosten betalen"),
    "write_off": _l("Terugvordering afboeken"),
    "set_off": _l("Terugvordering inhouden op een betaling"),
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
POWERS: Mapping[str, LazyString] = {
    "award": _l("Toekennen, opnieuw toekennen, verhogen, verlagen, intrekken en vaststellen"),
    "reject": _l("Afwijzen"),
    "set_aside": _l("Een onvolledige aanvraag niet in behandeling nemen"),
    "accept_invoice": _l("Een factuur of bon goedkeuren"),
    "override_invoice": _l("Een factuur goedkeuren ondanks een controle"),
    "cancellation_fee": _l("Annuleringskosten betalen"),
    "receive": _l("Boeken dat geld terugkwam"),
    "write_off": _l("Een terugvordering afboeken"),
    "set_off": _l("Een terugvordering inhouden op een betaling"),
    "provider": _l("Een opleider toelaten tot een regeling"),
    "account_number": _l("Een rekeningnummer van een opleider bevestigen"),
    "budget": _l("Een budget maken, verhogen of verlagen"),
    "stop_scheme": _l("Een regeling stoppen"),
    "pay": _l("Betalingen vrijgeven aan de bank"),
    "give_role": _l("Een rol geven die beslist of betaalt"),
    "mandate": _l("Een mandaat vastleggen"),
    "take_over": _l("Een bestaande administratie overnemen, of dat ongedaan maken"),
    "expense": _l("Een uitgave buiten vouchers goedkeuren"),
    "rebalance": _l("Veel vouchers tegelijk door een ander budget laten betalen"),
    "funder_money": _l("Boeken dat een financier geld stortte"),
    "close_books": _l("Een boekhoudperiode sluiten"),
}
HANDS: Mapping[str, LazyString] = {
    "one": _l("een persoon"),
    "two_above": _l("twee boven het bedrag van de regeling"),
    "two": _l("altijd twee"),
}
