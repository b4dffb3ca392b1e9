"""The words for what happens to vouchers after their issue, for what has to come back, and for background work."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.words.labels import Labelled

GROUNDS_OF_SETTLEMENT: Mapping[str, LazyString] = {
    "as_used": _l("zoals gebruikt"),
    "not_done": _l("de opleiding is niet of niet helemaal gevolgd"),
    "duty_not_met": _l("een verplichting is niet nagekomen"),
    "wrong_data": _l("er zijn onjuiste gegevens gegeven"),
    "wrong_award": _l("de toekenning was onjuist, en dat wist de ontvanger"),
    "new_facts": _l("wij weten nu iets dat wij bij de vaststelling niet konden weten (Awb 4:49 lid 1 onder a)"),
    "known_wrong": _l("de vaststelling was onjuist, en dat wist de ontvanger (Awb 4:49 lid 1 onder b)"),
    "duty_after": _l("na de vaststelling is een verplichting niet nagekomen (Awb 4:49 lid 1 onder c)"),
}
BLOCK_GROUNDS: Mapping[str, LazyString] = {
    "invoice_waits": _l("Er wacht een factuur op controle. Tot die klaar is, verloopt de voucher niet."),
    "share_elsewhere": _l("Een andere organisatie beslist nog over een deel van de kosten."),
}
DEBTORS: Mapping[str, LazyString] = {
    "holder": _l("de houder"),
    "provider": _l("de opleider"),
}
RECOVERY_STATES: Mapping[str, Labelled] = {
    "open": (_l("loopt nog"), "wait"),
    "closed": (_l("afgerond"), "ok"),
}
INSTALMENT_STATES: Mapping[str, Labelled] = {
    "planned": (_l("afgesproken"), "wait"),
    "missed": (_l("gemist"), "no"),
    "received": (_l("ontvangen"), "ok"),
    "replaced": (_l("vervallen"), "neutral"),
}
RECOVERY_ENTRIES: Mapping[str, LazyString] = {
    "received": _l("ontvangen"),
    "written_off": _l("afgeboekt"),
    "undone": _l("verrekening ongedaan gemaakt"),
}
COLLECTION_STEPS: Mapping[str, LazyString] = {
    "reminded": _l("aanmaning verstuurd"),
    "deferred": _l("uitstel gegeven"),
    "planned": _l("termijnen afgesproken"),
    "acknowledged": _l("schuld erkend"),
    "not_deferred": _l("uitstel geweigerd"),
    "not_waived": _l("kwijtschelding geweigerd"),
}
CHARGES: Mapping[str, LazyString] = {
    "costs": _l("kosten van een aanmaning"),
    "interest": _l("wettelijke rente"),
}
SET_OFF_GROUNDS: Mapping[str, LazyString] = {
    "same_activities": _l("zelfde regeling, andere voucher (Awb 4:57, derde lid)"),
    "regulation": _l("een artikel van de regeling"),
    "private_law": _l("vordering en rekening van dezelfde opleider (BW 6:127)"),
}
JOB_STATES: Mapping[str, Labelled] = {
    "leased": (_l("wordt gedaan"), "wait"),
    "failed": (_l("wacht op een nieuwe poging"), "wait"),
    "dead": (_l("opgegeven"), "no"),
    "done": (_l("gedaan"), "ok"),
}
VOUCHER_CHANGES: Mapping[str, LazyString] = {
    "blocked": _l("geblokkeerd"),
    "unblocked": _l("vrijgegeven"),
    "extended": _l("verlengd"),
    "put_back": _l("verlenging teruggedraaid"),
    "topped_up": _l("opgehoogd"),
    "lowered": _l("verlaagd"),
    "start_moved": _l("andere eerste dag"),
    "reserved": _l("bestemd voor een opleider"),
    "freed": _l("voor elke opleider"),
    "provider_swapped": _l("andere opleider"),
    "credited": _l("creditnota"),
    "cancelled": _l("geannuleerd"),
    "moved_out": _l("houder verhuisd"),
    "ends": _l("eindigt eerder"),
    "restored": _l("teruggegeven na bezwaar"),
}
