"""Acts on evidence: hand a file in, take it back, and what an advisor says of it. An application counts from when all was in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.applications.completeness import lose_place, take_place
from portal.cases.applications.queries import application_by_question, missing_evidence, pieces_needed
from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.queries import requests_by_question
from portal.cases.conversations.requests import AlsoAsked, ask_more
from portal.cases.evidence.actions import note_seen
from portal.cases.evidence.models import MOST_PER_PIECE, Evidence, EvidenceState
from portal.cases.evidence.queries import AskedPiece, asked_piece, evidence_by_question, missing_pieces
from portal.cases.questions.actions import advisor_only, moved_on, not_yours, tell_asker
from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.actions import Vault, store_file


@dataclass(frozen=True)
class HandedIn:
    """A file as it was sent: its bytes, and what the sender called it."""

    content: bytes
    name: str


def pieces_for(session: Session, *, question: DevelopmentQuestion, on: date) -> list[AskedPiece]:
    """Every piece that can be handed in for a question: what the schemes want, and what an advisor asked besides."""
    application = application_by_question(session, question=question)
    found = {piece.key: piece for piece in pieces_needed(session, question=question, application=application, on=on)}
    for request in requests_by_question(session, question=question):
        for value in request.pieces:
            piece = asked_piece(value)
            found.setdefault(piece.key, piece)
    return list(found.values())


def hand_in(
    session: Session,
    *,
    question: DevelopmentQuestion,
    piece: str,
    file: HandedIn,
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> Evidence:
    """Hand a file in for a piece (its key): who asked does, or an advisor for that person; and an employer that is asked to pay a
    part, for its own pieces. With the last piece an application is complete, unless an answer is awaited.

    Raises ``Refusal`` (field file) for a file that may not be kept or one too many, ``Conflict`` when the question is over.
    """
    asked_to_pay = actor.audience is Audience.EMPLOYER and actor.may_act_for(question.id)
    if not (is_asker(question, actor) or asked_to_pay or actor.audience in (Audience.ADVISOR, Audience.SYSTEM)):
        raise not_yours()
    _hold_open(session, question)
    every = pieces_for(session, question=question, on=local_date(now))
    whole = is_asker(question, actor) or not asked_to_pay
    wanted = {one.key: one for one in every if whole or one.of_employer}
    if piece not in wanted:
        raise Conflict("piece_not_asked", _l("Dit stuk wordt niet (meer) gevraagd. Kijk wat er nu nodig is."))
    same = [row for row in evidence_by_question(session, question=question) if row.piece == piece and row.counts]
    if len(same) >= MOST_PER_PIECE:
        message = _l("Er zijn al %(most)s bestanden van dit stuk. Haal er eerst een weg.", most=MOST_PER_PIECE)
        raise Refusal("too_many_files", message, field="file")
    told = hashlib.sha256(file.content).hexdigest()
    if any(row.file is not None and row.file.sha256 == told for row in same):
        raise Refusal("file_known", _l("Dit bestand hebt u al ingeleverd."), field="file")
    kept = store_file(session, vault=vault, content=file.content, name=file.name, actor=actor, now=now)
    row = Evidence(
        question_id=question.id,
        piece=piece,
        words=dict(wanted[piece].words),
        file_id=kept.id,
        state=EvidenceState.HANDED_IN,
        handed_in_at=now,
        handed_in_by=actor.reference,
    )
    session.add(row)
    session.flush()
    _log(session, row, "evidence.handed_in", actor, now)
    _place(session, question, actor, now)
    return row


def see_piece(session: Session, *, question: DevelopmentQuestion, piece: str, actor: Actor, now: datetime) -> None:
    """An advisor saw a piece (its key) without a file, on paper or at the counter, and it is right.

    Raises ``Conflict`` when it is in already, or is not asked for.
    """
    advisor_only(actor)
    _hold_open(session, question)
    wanted = {one.key: one for one in pieces_for(session, question=question, on=local_date(now))}
    if piece not in wanted or not missing_pieces([wanted[piece]], evidence_by_question(session, question=question)):
        raise Conflict("piece_not_missing", _l("Dit stuk is al binnen, of wordt niet (meer) gevraagd."))
    note_seen(session, question=question, pieces=[wanted[piece]], received_at=now, actor=actor, now=now)
    _place(session, question, actor, now)


def take_out(session: Session, *, evidence: Evidence, actor: Actor, now: datetime) -> None:
    """Take a file back that nobody looked at: who asked does, or an advisor. The file itself is removed some days later.

    Raises ``Conflict`` when an advisor looked at it meanwhile.
    """
    question = session.get_one(DevelopmentQuestion, evidence.question_id)
    if not (is_asker(question, actor) or actor.audience in (Audience.ADVISOR, Audience.SYSTEM)):
        raise not_yours()
    _hold_open(session, question)
    looked = Conflict("evidence_judged", _l("Een adviseur heeft dit stuk al bekeken. U kunt het niet meer weghalen."))
    hold(session, evidence, Evidence.state == EvidenceState.HANDED_IN, otherwise=looked)
    _log(session, evidence, "evidence.taken_out", actor, now)
    session.delete(evidence)
    session.flush()
    _unplace(session, question, actor, now)


def accept_evidence(session: Session, *, evidence: Evidence, actor: Actor, now: datetime) -> None:
    """An advisor says that a piece is right, also one that was returned before. Raises ``Conflict`` when that was said before."""
    advisor_only(actor)
    question = session.get_one(DevelopmentQuestion, evidence.question_id)
    _hold_open(session, question)
    accepted = Conflict("accepted_before", _l("Dit stuk is al akkoord."))
    write_guarded(
        session,
        evidence,
        Evidence.state != EvidenceState.ACCEPTED,
        otherwise=accepted,
        state=EvidenceState.ACCEPTED,
        judged_at=now,
        judged_by=actor.reference,
        reason=None,
    )
    _log(session, evidence, "evidence.accepted", actor, now)
    _place(session, question, actor, now, known_since=evidence.handed_in_at)


def return_evidence(
    session: Session, *, evidence: Evidence, reason: str, answer_by: date, actor: Actor, now: datetime
) -> InformationRequest:
    """An advisor says why a piece is not right and asks for it again, with a term (Awb 4:5). A request that is open already asks
    for this piece too, by its own term.

    Raises ``Refusal`` without a reason or with a day that is not in the future, ``Conflict`` when it was returned before.
    """
    advisor_only(actor)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op wat er niet goed is. De aanvrager leest dit."), field="reason")
    question = session.get_one(DevelopmentQuestion, evidence.question_id)
    _hold_open(session, question)
    write_guarded(
        session,
        evidence,
        Evidence.state != EvidenceState.RETURNED,
        otherwise=Conflict("returned_before", _l("Dit stuk is al teruggestuurd.")),
        state=EvidenceState.RETURNED,
        judged_at=now,
        judged_by=actor.reference,
        reason=reason.strip(),
    )
    _log(session, evidence, "evidence.returned", actor, now)
    _unplace(session, question, actor, now)
    piece = AskedPiece(evidence.piece, evidence.words)
    waiting = (InformationRequest.answered_at.is_(None), InformationRequest.ended_at.is_(None))
    mine = select(InformationRequest).where(InformationRequest.question_id == question.id, *waiting)
    request = session.scalar(mine.with_for_update())
    if request is None:
        also = AlsoAsked(pieces=(piece,))
        return ask_more(session, question=question, text=reason, answer_by=answer_by, actor=actor, now=now, also=also)
    if piece.key not in {value["key"] for value in request.pieces}:
        request.pieces = [*request.pieces, piece.plain]
    session.flush()
    tell_asker(session, question=question, template="question/piece_returned", now=now, version=evidence.id)
    return request


# The order of receipt --------------------------------------------------------------------------------------------------


def _place(
    session: Session,
    question: DevelopmentQuestion,
    actor: Actor,
    now: datetime,
    known_since: datetime | None = None,
) -> None:
    application = application_by_question(session, question=question)
    if application is not None and question.waiting_since is None:
        take_place(session, question=question, application=application, actor=actor, now=now, known_since=known_since)


def _unplace(session: Session, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    application = application_by_question(session, question=question)
    if application is not None and missing_evidence(session, question=question, application=application):
        lose_place(session, question=question, application=application, actor=actor, now=now)


def _hold_open(session: Session, question: DevelopmentQuestion) -> None:
    hold(session, question, DevelopmentQuestion.state.in_(OPEN_STATES), otherwise=moved_on())


def _log(session: Session, evidence: Evidence, action: str, actor: Actor, now: datetime) -> None:
    question_id = evidence.question_id
    record(session, actor=actor, action=action, object_kind="question", object_id=question_id, now=now)
