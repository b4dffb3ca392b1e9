"""The register of processing and the draft of a DPIA, made from what this desk is set to; and looks as the Logboek wants them.

Both are drafts for the privacy officer: they say what the desk does, what is still open, and are ready for a judgement, no more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.catalogue.queries import catalogue, has_region, region, schemes_in_force
from portal.oversight.privacy.activities import ACTIVITIES, Activity, activity_of
from portal.oversight.privacy.connections import Connection, connections
from portal.oversight.privacy.holdings import HOLDINGS, Family, Holding
from portal.oversight.privacy.retention.queries import KindStand, stands
from portal.people.audit.models import ViewingEvent
from portal.platform.config import Settings
from portal.platform.i18n import format_date, localized
from portal.platform.i18n import gettext as _
from portal.words.labels import label
from portal.words.privacy_labels import KEPT, term_in_words

Rows = list[tuple[str, str]]


def processing_register(session: Session, *, settings: Settings) -> list[tuple[str, Rows]]:
    """Per activity what AVG 30 asks for, in words: the terms in force, or that none is, and the systems that are connected."""
    connected = connections(settings)
    terms = {one.kind: _term(one) for one in stands(session)}
    found = []
    for key, one in ACTIVITIES.items():
        kept = "; ".join(f"{label(KEPT, kind.value)}: {terms[kind]}" for kind in one.kept)
        rows = [
            (_("Kenmerk"), key.value),
            (_("Doel"), str(one.purpose)),
            (_("Grondslag"), str(one.ground)),
            (_("Over wie"), str(one.about)),
            (_("Welke gegevens"), ", ".join(_columns(one.families))),
            (_("Wie ze krijgt"), str(one.recipients)),
            (_("Verbonden systemen"), _said([other for other in connected if key in other.activities])),
            (_("Bewaartermijn"), kept),
            (_("Buiten de EU"), _("niet door het loket; vraag na waar verbonden systemen staan")),
        ]
        found.append((str(one.title), rows))
    return found


def _said(connected: list[Connection]) -> str:
    return "; ".join(one.said for one in connected) or _("geen")


def _term(stand: KindStand) -> str:
    if stand.in_force is None:
        return _("nog niet vastgelegd")
    return term_in_words(stand.in_force.number, stand.in_force.unit.value)


def _columns(families: tuple[Family, ...]) -> Iterator[str]:
    """The columns that hold people, as the database calls them: what is erased is exactly what is named."""
    for table, held in HOLDINGS.items():
        if isinstance(held, Holding) and held.family in families:
            names = ", ".join(held.becomes) if held.becomes else _("hele regel")
            yield f"{table} ({names})"


def dpia_draft(session: Session, *, settings: Settings, today: date) -> list[tuple[str, Rows]]:
    """The parts that AVG 35 lid 7 asks for, filled in as far as the desk knows; the last part says what people must judge."""
    known = has_region(session)
    desk = localized(region(session).name) if known else _("nog geen regio geladen")
    held = schemes_in_force(session, on=today) if known else []
    here = [localized(one.definition.title) for one in held if one.definition.administered == "here"]
    facts = list(catalogue(session).facts.values()) if known else []
    asked = sorted(localized(one.question) for one in facts)
    sensitive = sorted(localized(one.question) for one in facts if one.sensitive)
    open_terms = [label(KEPT, one.kind.value) for one in stands(session) if one.in_force is None]
    return [
        (
            _("De verwerking"),
            [
                (_("Loket"), desk),
                (_("Gemaakt op"), format_date(today)),
                (_("Regelingen die het loket uitvoert"), "; ".join(here)),
                (_("Gegevens die het loket kan vragen"), " ".join(asked)),
                (_("Gevoelige gegevens"), " ".join(sensitive) or _("geen")),
                (_("Verwerkingen"), "; ".join(str(one.title) for one in ACTIVITIES.values())),
            ],
        ),
        (
            _("Noodzaak en evenredigheid"),
            [
                (_("Alleen wat nodig is"), _("Het loket vraagt een gegeven alleen als een regeling het gebruikt.")),
                (_("Geen BSN"), _("Het loket vraagt en bewaart geen burgerservicenummer.")),
                (_("Mensen besluiten"), _("De berekening is een voorstel. Een adviseur besluit en schrijft waarom.")),
            ],
        ),
        (_("Risico's"), _risks(settings)),
        (
            _("Nog te beoordelen door mensen"),
            [
                (_("Termijnen die nog niet vastliggen"), "; ".join(open_terms) or _("geen")),
                (_("Functionaris gegevensbescherming"), _("Vul in wie dit beoordeelde, en wanneer.")),
                (_("Verbonden systemen"), _said(connections(settings))),
                (_("Verwerkers"), _("Vul in wie de server, de mail en de reservekopieën beheert, met de overeenkomst.")),
                (_("Overleg"), _("Vul in met wie van de betrokkenen is gesproken.")),
            ],
        ),
    ]  # fmt: skip


def _risks(settings: Settings) -> Rows:
    sealed = _("Namen, adressen, geboortedatums en rekeningnummers zijn versleuteld. De sleutels liggen ergens anders.")
    scanned = _("Een virusscanner kijkt mee.") if settings.clamd else _("Er is geen virusscanner ingesteld.")
    not_sealed = _("E-mailadressen, telefoonnummers en vrije tekst. Versleutel de schijf en de reservekopieën.")
    return [
        (_("Iemand kijkt zonder reden"), _("Elke blik op een zaak staat in een logboek. De aanvrager ziet dat.")),
        (_("Gegevens blijven te lang"), _("Twee mensen stellen een termijn vast. Daarna wist het loket in de nacht.")),
        (_("Een bestand is besmet"), _("Het loket maakt elk bestand opnieuw en geeft het alleen als bijlage terug.")),
        (_("Virusscanner"), scanned),
        (_("De database lekt"), sealed),
        (_("Wat nog leesbaar is"), not_sealed),
    ]


def as_text(title: str, parts: list[tuple[str, Rows]]) -> str:
    """A register or draft as a text file (Markdown)."""
    lines = [f"# {title}", ""]
    for heading, rows in parts:
        lines += [f"## {heading}", "", *(f"- **{what}**: {value}" for what, value in rows), ""]
    return "\n".join(lines)


# Logboek Dataverwerkingen ----------------------------------------------------------------------------------------------


def processing_log(session: Session, *, since: datetime, address: str, key: bytes) -> Iterator[str]:
    """Every look at a case since then as a line of the Logboek Dataverwerkingen (JSON), the oldest first.

    Who was looked at is a pseudonym made with the key; who looked stands in the audit log of the desk, not here.
    """
    rows = (
        select(ViewingEvent).where(ViewingEvent.at >= since).order_by(ViewingEvent.id).execution_options(yield_per=1000)
    )
    for look in session.scalars(rows):
        yield json.dumps(_line(look, address, key), ensure_ascii=False)


def _line(look: ViewingEvent, address: str, key: bytes) -> dict[str, Any]:
    activity: Activity = activity_of(look.screen)
    subject = hmac.new(key, f"data subject:{look.question_id}".encode(), hashlib.sha256).hexdigest()
    return {
        "trace_id": (look.trace_id or f"{look.id:x}").rjust(32, "0"),
        "operation_id": f"{look.id:016x}",
        "status_code": "Ok",
        "name": look.screen,
        "start_time": look.at.isoformat(),
        "end_time": look.at.isoformat(),
        "attributes": {
            "dpl.core.processing_activity_id": f"{address}/beheer/verwerkingen#{activity.value}",
            "dpl.core.data_subject_id": subject,
        },
    }
