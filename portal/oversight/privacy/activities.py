"""What the desk does with data of people: per activity why, on which ground, about whom, and for how long (AVG 30)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from portal.oversight.privacy.holdings import Family
from portal.oversight.privacy.kinds import Kept
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l


class Activity(enum.StrEnum):
    """Something that is done with data of people."""

    ADVISE = "advise"
    DECIDE = "decide"
    PAY = "pay"
    WRITE = "write"
    SECOND_LOOK = "second_look"
    ACCOUNT = "account"
    PROTECT = "protect"
    RIGHTS = "rights"


@dataclass(frozen=True)
class ActivityFacts:
    """One row of the register."""

    title: LazyString
    purpose: LazyString
    ground: LazyString
    about: LazyString
    recipients: LazyString
    kept: tuple[Kept, ...]
    families: tuple[Family, ...]


_ASKERS = _l("Inwoners, werkgevers, hun werknemers en vertegenwoordigers")
_STAFF = _l("Medewerkers, opleiders en geldgevers")
_TASK = _l("Taak van algemeen belang (AVG 6 lid 1 onder e)")
_LAW = _l("Wettelijke plicht (AVG 6 lid 1 onder c)")
_INSIDE = _l("Adviseurs van het loket")
_CASES = (Kept.DRAFTS, Kept.UNAPPLIED, Kept.REFUSED, Kept.AWARDED)

ACTIVITIES: Mapping[Activity, ActivityFacts] = {
    Activity.ADVISE: ActivityFacts(
        _l("Vragen beantwoorden en adviseren"),
        _l("Uitrekenen wie een opleiding betaalt en daarover adviseren"),
        _TASK,
        _ASKERS,
        _INSIDE,
        (Kept.DRAFTS, Kept.UNAPPLIED),
        (Family.CASE, Family.INDEX),
    ),
    Activity.DECIDE: ActivityFacts(
        _l("Besluiten op aanvragen"),
        _l("Een aanvraag beoordelen en een voucher toekennen of weigeren"),
        _TASK,
        _ASKERS,
        _l("Adviseurs van het loket en het bestuur dat besluit"),
        _CASES,
        (Family.CASE, Family.PSEUDONYMS),
    ),
    Activity.PAY: ActivityFacts(
        _l("Facturen betalen en geld terugvorderen"),
        _l("Facturen controleren, betalen, vaststellen en terugvorderen"),
        _LAW,
        _l("Houders van vouchers en contactpersonen van opleiders"),
        _l("De bank, adviseurs en de financiële administratie"),
        (Kept.INVOICES, Kept.UPLOADS),
        (Family.INVOICES, Family.UPLOADS),
    ),
    Activity.WRITE: ActivityFacts(
        _l("Brieven en berichten sturen"),
        _l("Besluiten bekendmaken en mensen op de hoogte houden"),
        _LAW,
        _ASKERS,
        _l("De mailserver, de postbezorger, en als dat is ingesteld het archief van de gemeente"),
        (Kept.LETTERS,),
        (Family.LETTERS,),
    ),
    Activity.SECOND_LOOK: ActivityFacts(
        _l("Bezwaren behandelen"),
        _l("Opnieuw naar een besluit kijken"),
        _LAW,
        _l("Wie bezwaar maakt, en belanghebbenden"),
        _l("Adviseurs die niet meebesloten, en de bezwaarcommissie"),
        (Kept.REFUSED, Kept.AWARDED),
        (Family.CASE,),
    ),
    Activity.ACCOUNT: ActivityFacts(
        _l("Verantwoorden"),
        _l("Aan geldgevers laten zien wat met hun geld is gedaan"),
        _LAW,
        _ASKERS,
        _l("Geldgevers en accountants: bedragen en aantallen, geen namen; een steekproef ziet de vouchers zelf"),
        (Kept.AWARDED, Kept.INVOICES),
        (Family.PSEUDONYMS,),
    ),
    Activity.PROTECT: ActivityFacts(
        _l("Beveiligen en vastleggen wie wat deed"),
        _l("Misbruik zien en laten zien wie een zaak bekeek"),
        _LAW,
        _STAFF,
        _l("Beheerders van het loket"),
        (Kept.VIEWING, Kept.LOGS, Kept.STAFF),
        (Family.VIEWING, Family.LOGS, Family.STAFF),
    ),
    Activity.RIGHTS: ActivityFacts(
        _l("Privacyverzoeken beantwoorden"),
        _l("Inzage geven, verbeteren en wissen"),
        _LAW,
        _ASKERS,
        _INSIDE,
        _CASES,
        (Family.CASE,),
    ),
}

_BY_SCREEN: tuple[tuple[str, Activity], ...] = (
    ("accounting.", Activity.ACCOUNT),
    ("two_people.", Activity.PAY),
    ("advisor.invoice", Activity.PAY),
    ("advisor.recover", Activity.PAY),
    ("advisor.voucher", Activity.PAY),
    ("advisor.objection", Activity.SECOND_LOOK),
    ("advisor.privacy", Activity.RIGHTS),
    ("advisor.ask_right", Activity.RIGHTS),
    ("advisor.extend_privacy", Activity.RIGHTS),
    ("advisor.decision", Activity.DECIDE),
    ("advisor.decide", Activity.DECIDE),
    ("advisor.sent_letter", Activity.WRITE),
)


def activity_of(screen: str) -> Activity:
    """For which activity somebody looks who opens this screen."""
    return next((activity for start, activity in _BY_SCREEN if screen.startswith(start)), Activity.ADVISE)
