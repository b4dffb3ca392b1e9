"""What warnings are called and say, in the language of now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.accounting.warnings.models import WarningKind, WarningSeverity
from portal.accounting.warnings.warning import DeskWarning
from portal.platform.i18n import LazyString, format_date, format_euros, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.origin_labels import HEARD_FROM

KINDS: Mapping[str, LazyString] = {
    WarningKind.TERMS_PAST.value: _l("Beslistermijn voorbij"),
    WarningKind.TERMS_NEAR.value: _l("Beslistermijn bijna voorbij"),
    WarningKind.LAPSING.value: _l("Geld vervalt"),
    WarningKind.RUNNING_OUT.value: _l("Geld raakt op"),
    WarningKind.DUTY.value: _l("Verplichting"),
    WarningKind.FEW_QUESTIONS.value: _l("Minder vragen dan gepland"),
    WarningKind.LEAD_TIME.value: _l("Langer dan beloofd"),
    WarningKind.VOUCHERS_END.value: _l("Vouchers lopen af"),
    WarningKind.CLAIMS_END.value: _l("Terugvordering kan bijna niet meer"),
}
SEVERITIES: Mapping[str, tuple[LazyString, str]] = {
    WarningSeverity.URGENT.value: (_l("dringend"), "no"),
    WarningSeverity.NOTICE.value: (_l("let op"), "wait"),
}
"""The word and the colour of its tag."""
ROUTES: Mapping[str, LazyString] = {"individual": _l("inwoners"), "employer": _l("werkgevers")}
STEPS: Mapping[str, LazyString] = {"reaction": _l("Eerste reactie"), "decision": _l("Besluit")}


def sentence(warning: DeskWarning) -> str:
    """One sentence with the figure."""
    return _SENTENCES[warning.kind](warning.figures)


def _few_questions(said: Mapping[str, Any]) -> str:
    if said["channel"]:
        return _(
            "Van %(route)s die ons kennen via %(channel)s kwamen in %(weeks)s weken tot en met %(until)s %(sent)s vragen binnen. "
            "Gepland was %(planned)s.",
            route=ROUTES[said["route"]],
            channel=HEARD_FROM[said["channel"]],
            weeks=said["weeks"],
            until=format_date(said["until"]),
            sent=said["sent"],
            planned=said["planned"],
        )
    return _(
        "Van %(route)s kwamen in %(weeks)s weken tot en met %(until)s %(sent)s vragen binnen. Gepland was %(planned)s.",
        route=ROUTES[said["route"]],
        weeks=said["weeks"],
        until=format_date(said["until"]),
        sent=said["sent"],
        planned=said["planned"],
    )


def _lapsing(said: Mapping[str, Any]) -> str:
    values = {
        "line": localized(said["line"]),
        "day": format_date(said["period_to"]),
        "left": format_euros(said["available_cents"], exact=True),
    }
    if said["is_over"]:
        return _("De periode van %(line)s eindigde op %(day)s en er is %(left)s over.", **values)
    return _("De periode van %(line)s eindigt op %(day)s en er is nog %(left)s vrij.", **values)


def _running_out(said: Mapping[str, Any]) -> str:
    values = {
        "line": localized(said["line"]),
        "left": format_euros(said["available_cents"], exact=True),
        "percent": said["percent"],
    }
    if said["empty_on"] is None or said["available_cents"] <= 0:
        return _("Van %(line)s is nog %(left)s vrij: %(percent)s %% van het budget.", **values)
    return _(
        "Van %(line)s is nog %(left)s vrij (%(percent)s %%). In dit tempo is dat op %(day)s op.",
        **values,
        day=format_date(said["empty_on"]),
    )


def _vouchers_end(said: Mapping[str, Any]) -> str:
    return ngettext(
        "%(num)s voucher loopt binnen 30 dagen af, met nog %(left)s erop. De eerste dag is %(day)s.",
        "%(num)s vouchers lopen binnen 30 dagen af, met samen nog %(left)s erop. De eerste dag is %(day)s.",
        said["number"],
        left=format_euros(said["cents"], exact=True),
        day=format_date(said["first"]),
    )


def _claims_end(said: Mapping[str, Any]) -> str:
    return ngettext(
        "%(num)s terugvordering kan bijna niet meer, of niet meer, met nog %(left)s open. De laatste dag is %(day)s.",
        "%(num)s terugvorderingen kunnen bijna niet meer, of niet meer, met samen nog %(left)s open. De eerste dag is %(day)s.",
        said["number"],
        left=format_euros(said["cents"], exact=True),
        day=format_date(said["first"]),
    )


def _terms_past(said: Mapping[str, Any]) -> str:
    return ngettext(
        "Voor %(num)s aanvraag is de beslistermijn voorbij, sinds %(day)s.",
        "Voor %(num)s aanvragen is de beslistermijn voorbij, voor de oudste sinds %(day)s.",
        said["number"],
        day=format_date(said["first"]),
    )


def _terms_near(said: Mapping[str, Any]) -> str:
    return ngettext(
        "Over %(num)s aanvraag moet binnen een week worden besloten, op %(day)s of eerder.",
        "Over %(num)s aanvragen moet binnen een week worden besloten, over de eerste op %(day)s.",
        said["number"],
        day=format_date(said["first"]),
    )


def _duty(said: Mapping[str, Any]) -> str:
    values = {"title": localized(said["title"]), "day": format_date(said["due_on"])}
    if said["is_late"]:
        return _("%(title)s moest op %(day)s klaar zijn.", **values)
    return _("%(title)s moet op %(day)s klaar zijn.", **values)


def _lead_time(said: Mapping[str, Any]) -> str:
    return _(
        "%(step)s: 9 van de 10 vragen waren binnen %(days)s dagen klaar. Beloofd is %(promised)s dagen.",
        step=STEPS[said["step"]],
        days=said["days"],
        promised=said["promised"],
    )


_SENTENCES: Mapping[WarningKind, Callable[[Mapping[str, Any]], str]] = {
    WarningKind.FEW_QUESTIONS: _few_questions,
    WarningKind.LAPSING: _lapsing,
    WarningKind.RUNNING_OUT: _running_out,
    WarningKind.VOUCHERS_END: _vouchers_end,
    WarningKind.CLAIMS_END: _claims_end,
    WarningKind.TERMS_PAST: _terms_past,
    WarningKind.TERMS_NEAR: _terms_near,
    WarningKind.DUTY: _duty,
    WarningKind.LEAD_TIME: _lead_time,
}
