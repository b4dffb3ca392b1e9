"""What a desk with the history of the source assumes, for the source does not say it: each assumption with its sentence."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

ASSUMPTIONS: Mapping[str, LazyString] = {
    "dates": _l("De dagen zijn een aanname: open op 1 juli 2021, vouchers van oktober 2021 tot en met december 2023, klaar in juni 2024."),
    "months": _l("Hoeveel vouchers er per maand waren, is een aanname: minder na een jaar, en meer na het actieplan."),
    "amounts": _l("Het bedrag van elke voucher is een aanname. Samen zijn zij precies het bedrag van de bron, en geen is hoger dan € 2.500."),
    "routes": _l("Hoeveel geld naar elke route ging, is een aanname: gemiddeld is een voucher in beide routes even hoog."),
    "budgets": _l("Uit welk geld een voucher kwam, is een aanname: Regio Deal alleen individueel, Overijssel alleen werkgevers, Gelderland beide."),
    "spent_per_funder": _l("De bron noemt het uitgegeven bedrag van de Regio Deal. Voor Gelderland (€ 418.454) en Overijssel (€ 275.000) is het een aanname."),
    "lapsed": _l("Welke vouchers niet zijn verzilverd, is een aanname: 107 vouchers vervielen helemaal en 413 zijn helemaal gebruikt."),
    "valid": _l("Hoelang een voucher geldt, is een aanname: 180 dagen. Daarna kwam het geld vrij en is het opnieuw toegekend."),
    "technology": _l("De 149 vouchers techniek zijn verdeeld als 111 van werkgevers en 38 individueel: zo past de 45% van de bron."),
    "sectors": _l("De andere sectoren, de gemeenten, de opleiders en de mensen zijn verzonnen. De bron noemt ze niet."),
    "employers": _l("De 139 werkgevers zijn verzonnen, met KVK-nummers die niet bestaan. Elk kreeg een of twee vouchers."),
    "half": _l("De werkgever betaalt altijd de helft, en € 2.500 is het hoogste bedrag van de voucher zelf."),
    "overhead": _l("De uitgaven buiten vouchers zijn verdeeld over werkpakket 1, 2 en 3 en over kwartalen. Alleen de som volgt uit de bron."),
    "cofinancing": _l("Waaruit de cofinanciering bestond, is een aanname: € 331.004 van werkgevers en € 243.996 van partners."),
    "instalments": _l("Wanneer de financiers betaalden, is een aanname. Er is nooit meer betaald dan er binnen was."),
    "state_aid": _l("Staatssteun is niet getoetst. De bron zegt er niets over."),
    "talks": _l("Gesprekken en verwijzingen staan er niet in. De bron noemt alleen 'meer dan 500 inwoners'."),
    "lead_times": _l("Vraag, aanvraag en besluit vallen op een dag. De bron zegt alleen dat het 'veelal kort' duurde."),
}  # fmt: skip
"""By name; the order is that of the report."""
