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
WORK_KINDS: Mapping[str, LazyString] = {
    "job": _l("Taak"),
    "replay": _l("Proef met een conceptregeling"),
    "scenario": _l("Scenario uitrekenen"),
    "search": _l("Zoekindex opnieuw maken"),
}
WORK_STATES: Mapping[str, tuple[LazyString, str]] = {
    "waiting": (_l("wacht"), "wait"),
    "running": (_l("wordt gedaan"), "wait"),
    "paused": (_l("in pauze"), "neutral"),
    "done": (_l("gedaan"), "ok"),
    "cancelled": (_l("gestopt"), "neutral"),
    "failed": (_l("mislukt"), "no"),
}
