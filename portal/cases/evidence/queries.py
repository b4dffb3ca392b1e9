"""Reads of evidence: which pieces are asked for, what is in of each, and what is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.evidence.models import Evidence, EvidenceState
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import STAFF_OF_CASES, may_see, of_questions_seen_by
from portal.people.actor import Actor
from portal.post.files.models import ScanState
from schemes.definition import SchemeDefinition


@dataclass(frozen=True)
class AskedPiece:
    """One piece that is asked for: its key, what it is by language (nl, en), and which schemes ask for it."""

    key: str
    words: Mapping[str, str]
    schemes: tuple[str, ...] = ()
    of_employer: bool = False
    """Whether the employer of a resident can hand it in too."""

    @property
    def plain(self) -> dict[str, str]:
        """As a value that can be kept."""
        return {"key": self.key, **self.words}


def asked_piece(value: Mapping[str, Any]) -> AskedPiece:
    """A piece from the value that was kept of it (`AskedPiece.plain`)."""
    return AskedPiece(value["key"], {"nl": value["nl"], "en": value["en"]})


def piece_in_words(text: str) -> AskedPiece:
    """A piece that no scheme asks for, by what an advisor calls it: the same words are the same piece."""
    said = text.strip()
    return AskedPiece(f"o-{hashlib.sha256(said.casefold().encode()).hexdigest()[:16]}", {"nl": said, "en": said})


def pieces_of_schemes(definitions: Iterable[SchemeDefinition]) -> list[AskedPiece]:
    """What these schemes want to see with the application, each piece once; of schemes administered elsewhere nothing."""
    found: dict[str, AskedPiece] = {}
    for definition in definitions:
        if definition.administered != "here":
            continue
        for item in definition.evidence:
            if item.moment == "with_application":
                known = found.get(item.key, AskedPiece(item.key, {"nl": item.nl, "en": item.en}))
                of_employer = known.of_employer or item.shown_by == "employer"
                found[item.key] = replace(known, schemes=(*known.schemes, definition.scheme), of_employer=of_employer)
    return list(found.values())


def evidence_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Evidence]:
    """Everything that was handed in or seen for a question, oldest first; empty when the actor may not see the question."""
    return evidence_by_question(session, question=question) if may_see(question, actor) else []


def evidence_by_question(session: Session, *, question: DevelopmentQuestion) -> list[Evidence]:
    """The evidence of a question that was read with an actor already, oldest first."""
    rows = select(Evidence).where(Evidence.question_id == question.id).order_by(Evidence.id)
    return list(session.scalars(rows))


def evidence_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Evidence | None:
    """One piece of evidence; None when there is none or the actor may not see its question."""
    one = select(Evidence).where(Evidence.public_id == public_id)
    return session.scalar(one.where(of_questions_seen_by(Evidence.question_id, actor)))


def may_open(row: Evidence, actor: Actor) -> bool:
    """Whether the actor, who may see the question, may open the file: staff may; others what they handed in themselves, and
    what a virus scanner found clean."""
    if row.file is None:
        return False
    own = row.handed_in_by == actor.reference
    return own or actor.audience in STAFF_OF_CASES or row.file.scan_state is ScanState.CLEAN


def state_of_piece(key: str, rows: Sequence[Evidence]) -> EvidenceState | None:
    """Where a piece stands by what is in of it: what nobody looked at comes first. None while it is missing."""
    states = [row.state for row in rows if row.piece == key]
    for state in (EvidenceState.HANDED_IN, EvidenceState.ACCEPTED, EvidenceState.RETURNED):
        if state in states:
            return state
    return None


def missing_pieces(pieces: Iterable[AskedPiece], rows: Sequence[Evidence]) -> list[AskedPiece]:
    """The pieces of which nothing is in: never handed in, or all of it returned."""
    there = {row.piece for row in rows if row.counts}
    return [piece for piece in pieces if piece.key not in there]


def waiting_evidence(session: Session, *, question: DevelopmentQuestion) -> list[Evidence]:
    """What was handed in and nobody looked at, oldest first."""
    rows = select(Evidence).where(Evidence.question_id == question.id, Evidence.state == EvidenceState.HANDED_IN)
    return list(session.scalars(rows.order_by(Evidence.id)))
