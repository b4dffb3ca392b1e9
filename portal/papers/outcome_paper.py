"""Who pays what of a training as a document to keep, on two pages at most (PDF/UA-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Response

from portal.framework.catalogue.queries import has_region, region
from portal.platform.clock import local_date
from portal.platform.database import current_session
from portal.platform.documents import pdf
from portal.platform.i18n import current_locale, format_date, localized
from portal.platform.i18n import gettext as _

MOST_ROWS, MOST_NOTES, LONGEST_NOTE = 12, 7, 180
"""What fits on two pages; what is left out is said."""


@dataclass(frozen=True)
class OutcomeOnPaper:
    """What stands on the paper."""

    headline: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    """Who pays, and the amounts, as the columns say."""
    total: Sequence[str]
    notes: Sequence[str] = ()
    """What else is to be known, sentence by sentence."""
    possible: Sequence[str] = ()
    """The names of schemes that perhaps could pay too."""
    loans: Sequence[str] = ()
    """The names of loans that perhaps could be had: they pay nothing."""
    steps: Sequence[str] = field(default=())
    """What to do next."""
    number: str = ""


def outcome_document(made: OutcomeOnPaper, *, desk: dict[str, str], made_at: datetime) -> dict[str, object]:
    """The data of the document. No name and no address: whoever finds the paper learns of no person."""
    rows, left_out = list(made.rows[:MOST_ROWS]), len(made.rows) - MOST_ROWS
    notes = [_short(one) for one in made.notes[:MOST_NOTES]]
    if left_out > 0:
        notes.insert(0, _("Er zijn nog %(num)s regels. Die ziet u op uw eigen pagina.", num=left_out))
    footer = " · ".join(part for part in (desk["name"], made.number) if part)
    return {
        "title": made.headline,
        "author": desk["name"],
        "language": current_locale(),
        "footer": footer,
        "intro": _("Dit is een berekening van %(day)s. Het is geen besluit.", day=format_date(local_date(made_at))),
        "columns": list(made.columns),
        "rows": [list(row) for row in rows],
        "total": list(made.total),
        "notes": notes,
        "possible": list(made.possible[: 2 * MOST_ROWS]),
        "loans": list(made.loans[:MOST_ROWS]),
        "steps": [_short(one) for one in made.steps[:MOST_NOTES]],
        "help": [line for line in (desk["name"], desk["phone"]) if line],
        "labels": {
            "possible": _("Kan misschien ook meebetalen"),
            "loans": _("Lenen kan misschien ook"),
            "owed": _("Een lening moet u terugbetalen."),
            "steps": _("Wat u nu kunt doen"),
            "help": _("Hulp nodig?"),
        },
    }


def outcome_file(made: OutcomeOnPaper, *, made_at: datetime) -> Response:
    """The outcome as a file in the language in use."""
    session = current_session()
    known = region(session).desk if has_region(session) else None
    desk = {"name": localized(known.name) if known else "Ontwikkelloket", "phone": (known.phone or "") if known else ""}
    document = outcome_document(made, desk=desk, made_at=made_at)
    answer = Response(pdf("outcome", document, made_at=made_at), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="wie-betaalt-wat-{current_locale()}.pdf"'
    return answer


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NOTE else f"{text[: LONGEST_NOTE - 1].rstrip()}…"
