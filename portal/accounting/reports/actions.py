"""Writing the texts of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.accounting.reports.chapters import TEXTS
from portal.accounting.reports.models import EVERYTHING, ReportText
from portal.accounting.reports.texts import LONGEST_TEXT, check_bound
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class TextPlace:
    """Where a text stands: of which report (a funder by slug, or None for all money, over a period), and under which question."""

    funder: str | None
    first: date
    last: date
    section: str


def write_report_text(
    session: Session, *, place: TextPlace, text: str, seen: int, actor: Actor, now: datetime
) -> ReportText:
    """Write the text of one section, or write it anew. `seen` is the revision that the writer saw; 0 when there was none.

    Only the region writes. Raises ``Refusal`` at `text` for a figure that there is not, or a text that is too long; ``Conflict``
    when somebody wrote it in the meantime.
    """
    if actor.audience is not Audience.REGION:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    if place.section not in TEXTS or place.last < place.first:
        raise Refusal("unknown_section", _l("Dit onderdeel van het verslag bestaat niet."))
    if len(text) > LONGEST_TEXT:
        message = _l("Deze tekst is te lang. Gebruik hoogstens %(most)s tekens.", most=LONGEST_TEXT)
        raise Refusal("too_long", message, field="text")
    check_bound(text)
    otherwise = Conflict("written_since", _l("Een collega heeft deze tekst intussen veranderd. Lees hem eerst."))
    found = session.scalar(_at(place))
    if found is None:
        if seen:
            raise otherwise
        found = ReportText(
            about=place.funder or EVERYTHING,
            period_from=place.first,
            period_to=place.last,
            section=place.section,
            text=text,
            written_at=now,
            written_by=actor.reference,
            written_by_name=actor.display_name,
        )
        write_new(session, found, otherwise=otherwise)
    else:
        hold(session, found, ReportText.revision == seen, otherwise=otherwise)
        found.text, found.revision = text, found.revision + 1
        found.written_at, found.written_by, found.written_by_name = now, actor.reference, actor.display_name
        session.flush()
    record(session, actor=actor, action="report.text_written", object_kind="report_text", object_id=found.id, now=now)
    return found


def _at(place: TextPlace) -> Select[ReportText]:
    return select(ReportText).where(
        ReportText.about == (place.funder or EVERYTHING),
        ReportText.period_from == place.first,
        ReportText.period_to == place.last,
        ReportText.section == place.section,
    )
