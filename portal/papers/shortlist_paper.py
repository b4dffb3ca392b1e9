"""A shortlist of trainings as a document to take home: per training what it costs and who could pay (PDF/UA-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response

from portal.framework.catalogue.queries import has_region, region
from portal.platform.clock import local_date
from portal.platform.database import current_session
from portal.platform.documents import pdf
from portal.platform.i18n import current_locale, format_date, localized
from portal.platform.i18n import gettext as _


@dataclass(frozen=True)
class PaperTraining:
    """One training on the paper: its name, who gives it, and rows of a label and a value."""

    name: str
    provider: str
    rows: Sequence[tuple[str, str]]


def shortlist_document(
    trainings: Sequence[PaperTraining], *, notes: Sequence[str], desk: dict[str, str], made_at: datetime
) -> dict[str, object]:
    """The data of the document. No name and no address: whoever finds the paper learns of no person."""
    return {
        "title": _("Opleidingen om te vergelijken"),
        "author": desk["name"],
        "language": current_locale(),
        "footer": desk["name"],
        "intro": _(
            "Dit is een berekening van %(day)s. Zij kan veranderen en is geen besluit. De opleider bepaalt de prijs.",
            day=format_date(local_date(made_at)),
        ),
        "trainings": [
            {"name": one.name, "provider": one.provider, "rows": [list(row) for row in one.rows]} for one in trainings
        ],
        "notes": list(notes),
        "help": [line for line in (desk["name"], desk["phone"]) if line],
        "labels": {"what": _("Wat"), "value": _("Inhoud"), "help": _("Hulp nodig?")},
    }


def shortlist_file(trainings: Sequence[PaperTraining], *, notes: Sequence[str], made_at: datetime) -> Response:
    """The shortlist as a file in the language in use."""
    session = current_session()
    known = region(session).desk if has_region(session) else None
    desk = {"name": localized(known.name) if known else "Ontwikkelloket", "phone": (known.phone or "") if known else ""}
    document = shortlist_document(trainings, notes=notes, desk=desk, made_at=made_at)
    answer = Response(pdf("shortlist", document, made_at=made_at), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="opleidingen-{current_locale()}.pdf"'
    return answer
