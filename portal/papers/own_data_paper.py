"""Everything that the desk keeps of a question, as a document for who asked it (PDF/UA-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from portal.platform.clock import local_date
from portal.platform.documents import pdf
from portal.platform.i18n import current_locale, format_date
from portal.platform.i18n import gettext as _


def own_data_pdf(
    parts: Mapping[str, Sequence[tuple[str, str]]], *, without: str, author: str, made_at: datetime
) -> bytes:
    """The document: per part rows of what it is and what it says."""
    document = {
        "title": _("Uw gegevens"),
        "author": author,
        "language": current_locale(),
        "footer": author,
        "intro": _("Dit bewaarde het loket van u op %(day)s.", day=format_date(local_date(made_at))),
        "without": without,
        "parts": [{"title": title, "rows": [list(row) for row in rows]} for title, rows in parts.items()],
        "labels": {"what": _("Wat"), "value": _("Inhoud")},
    }
    return pdf("own_data", document, made_at=made_at)
