"""The words for where people come from, and for how far they come."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

HEARD_FROM: Mapping[str, LazyString] = {
    "flyer": _l("een flyer of folder"),
    "website": _l("een website"),
    "municipality": _l("de gemeente"),
    "uwv": _l("UWV"),
    "employer": _l("mijn werkgever"),
    "acquaintance": _l("een bekende"),
    "social_media": _l("sociale media"),
    "otherwise": _l("op een andere manier"),
}
FUNNEL_STEPS: Mapping[str, LazyString] = {
    "visit": _l("Voorpagina bezocht"),
    "begun": _l("Begonnen met antwoorden"),
    "sent": _l("Vraag verstuurd"),
    "talked": _l("Gesprek gehad"),
    "applied": _l("Aangevraagd"),
    "decided": _l("Besluit genomen"),
    "redeemed": _l("Voucher gebruikt"),
    "finished": _l("Opleiding afgemaakt"),
}
