"""The pieces of evidence of a question as people read them, for who asked and for staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.cases.evidence.models import Evidence, EvidenceState
from portal.cases.evidence.queries import AskedPiece, evidence_of, may_open, state_of_piece
from portal.cases.handing_in import pieces_for
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import schemes_in_force
from portal.people.actor import Actor
from portal.platform.i18n import LazyString, format_list, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import Form
from portal.web.forms.uploads import UploadField

STATES: Mapping[EvidenceState | None, tuple[LazyString, str]] = {
    None: (_l("Nog niet ingeleverd"), "wait"),
    EvidenceState.HANDED_IN: (_l("Ingeleverd, nog niet bekeken"), "info"),
    EvidenceState.ACCEPTED: (_l("Akkoord"), "ok"),
    EvidenceState.RETURNED: (_l("Opnieuw nodig"), "no"),
}


class HandInForm(Form):
    """One file for one piece."""

    file = UploadField(_l("Bestand of foto"), missing=_l("Kies het bestand, of maak een foto."))


@dataclass(frozen=True)
class FileView:
    """One file of a piece, or that it was seen elsewhere."""

    id: str
    text: str
    handed_in_at: datetime
    state: str
    state_kind: str
    reason: str | None
    can_open: bool
    is_unscanned: bool
    """Whether no virus scanner looked at the file."""
    waits: bool
    """Whether nobody looked at it."""
    accepted: bool


@dataclass(frozen=True)
class PieceView:
    """One piece that is asked for, with what is in of it."""

    key: str
    text: str
    asked_by: str
    """The schemes that ask for it; empty when an advisor asked for it."""
    state: str
    state_kind: str
    missing: bool
    files: list[FileView]


def piece_views(session: Session, *, question: DevelopmentQuestion, actor: Actor, on: date) -> list[PieceView]:
    """Every piece that is asked for, and what was handed in that is not asked for any more."""
    rows = evidence_of(session, question=question, actor=actor)
    pieces = {piece.key: piece for piece in pieces_for(session, question=question, on=on)}
    for row in rows:
        pieces.setdefault(row.piece, AskedPiece(row.piece, row.words))
    held = schemes_in_force(session, on=on, known_at=question.submitted_at) if pieces else []
    titles = {scheme.slug: localized(scheme.definition.title) for scheme in held}
    by_piece = {key: [row for row in rows if row.piece == key] for key in pieces}
    return [_view(piece, by_piece[piece.key], titles, actor) for piece in pieces.values()]


def _view(piece: AskedPiece, rows: Sequence[Evidence], titles: Mapping[str, str], actor: Actor) -> PieceView:
    state = state_of_piece(piece.key, rows)
    text, kind = STATES[state]
    return PieceView(
        key=piece.key,
        text=localized(piece.words),
        asked_by=format_list(titles[slug] for slug in piece.schemes if slug in titles),
        state=str(text),
        state_kind=kind,
        missing=state in (None, EvidenceState.RETURNED),
        files=[_file(number, row, actor) for number, row in enumerate(rows, start=1)],
    )


def _file(number: int, row: Evidence, actor: Actor) -> FileView:
    text, kind = STATES[row.state]
    return FileView(
        id=row.public_id,
        text=_file_text(number, row),
        handed_in_at=row.handed_in_at,
        state=str(text),
        state_kind=kind,
        reason=row.reason,
        can_open=may_open(row, actor),
        is_unscanned=row.file is not None and row.file.is_unscanned,
        waits=row.state is EvidenceState.HANDED_IN,
        accepted=row.state is EvidenceState.ACCEPTED,
    )


def _file_text(number: int, row: Evidence) -> str:
    if row.file is None:
        return _("Gezien door een adviseur, zonder bestand")
    if row.file.kind.value != "pdf":
        return _("Bestand %(number)s: foto", number=number)
    pages = ngettext("%(num)s bladzijde", "%(num)s bladzijden", row.file.pages)
    return _("Bestand %(number)s: PDF, %(pages)s", number=number, pages=pages)


def missing_texts(views: Sequence[PieceView]) -> list[str]:
    """What is still missing, in words."""
    return [view.text for view in views if view.missing]
