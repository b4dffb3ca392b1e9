"""What the page of the administrator calls the things that must run, and how they stand."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

ASPECTS: Mapping[str, LazyString] = {
    "disk": _l("Ruimte op de schijf"),
    "mail": _l("Mail die wacht"),
    "undelivered": _l("Mail die niet weg kon"),
    "jobs": _l("De taken"),
    "given_up": _l("Opgegeven werk"),
    "stuck": _l("Werk dat is blijven hangen"),
    "books": _l("Controle van de boekhouding"),
    "backup": _l("Laatste back-up"),
    "drill": _l("Back-up teruggezet als proef"),
}
SIGNS: Mapping[str, tuple[LazyString, str]] = {
    "ok": (_l("in orde"), "ok"),
    "warning": (_l("let op"), "wait"),
    "wrong": (_l("niet in orde"), "no"),
}
