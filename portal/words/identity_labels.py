"""Words of who somebody is and what they may: how far a role goes, what happened to rights, and levels of assurance."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

GRADES: Mapping[str, LazyString] = {
    "full": _l("De hele rol"),
    "trainee": _l("In opleiding: beslist en betaalt niet"),
    "reader": _l("Alleen meelezen"),
}
RIGHTS_ACTS: Mapping[str, LazyString] = {
    "account.created": _l("Account gemaakt"),
    "account.role_changed": _l("Rol gegeven"),
    "account.rights_limited": _l("Minder rechten gegeven"),
    "account.rights_confirmed": _l("Rechten nagekeken"),
    "account.disabled": _l("Account uitgezet"),
    "account.enabled": _l("Account weer aangezet"),
    "account.steps_forgotten": _l("Tweede stap weggehaald"),
    "team.joined": _l("In een team gezet"),
    "team.left": _l("Uit een team gehaald"),
}
LEVELS: Mapping[str, LazyString] = {
    "none": _l("Geen: een link uit een mail is genoeg"),
    "low": _l("Laag"),
    "substantial": _l("Substantieel"),
    "high": _l("Hoog"),
}
ASSURED_ACTS: Mapping[str, LazyString] = {
    "award_to_person": _l("Toekennen aan een persoon"),
    "award_to_employer": _l("Toekennen aan een werkgever"),
}
IDENTITY_PAPERS: Mapping[str, LazyString] = {
    "passport": _l("Paspoort"),
    "id_card": _l("Identiteitskaart"),
    "driving_licence": _l("Rijbewijs"),
    "residence": _l("Verblijfsdocument"),
    "extract": _l("Uittreksel uit het handelsregister en een document van wie tekent"),
}
