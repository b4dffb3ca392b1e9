"""Registering formal letters, and the decisions they make known, in the archive of the municipality; outside any transaction.

Every step that was reached is kept before the next one is taken; a step that was reached is not taken again. A letter whose words
were erased meanwhile is not registered any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.awarding.decisions.queries import decision_by_id
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import has_region, region
from portal.papers.correspondence import NoRecipient, question_of
from portal.papers.letter_subjects import subject_of
from portal.papers.registered_letters import DECIDED_ON_OBJECTION, REGISTERED
from portal.papers.zgw import DecisionToRegister, NotRegistered, PaperToRegister, Zgw
from portal.platform.clock import AMSTERDAM, local_date
from portal.platform.config import Settings
from portal.platform.database import unit_of_work
from portal.platform.i18n import DEFAULT_LOCALE, localized, use_locale
from portal.post.letters.models import Letter
from portal.post.letters.queries import message_of_letter
from portal.post.messages.models import OutboxMessage
from portal.post.registrations.actions import (
    claim_registration,
    lay_down,
    note_gone,
    note_reached,
    note_refused,
    note_registered,
)
from portal.post.registrations.models import LetterRegistration
from portal.post.registrations.queries import letters_to_register, registered_letter, registration_by_id
from portal.second_look.objections.queries import objection_by_id

MOST_FAILURES = 3
"""With so many failures one after another the archive is left alone until the next time."""


@dataclass(frozen=True)
class _Taken:
    """A registration that was taken up, with all that it needs."""

    row_id: int
    attempt: int
    document_url: str | None
    decision_url: str | None
    """What was reached before."""
    paper: PaperToRegister
    decision: DecisionToRegister | None
    """None for a letter that makes no decision known."""


def archive_of(settings: Settings) -> Zgw | None:
    """The archive of this desk; None when it has none."""
    if not settings.registers_decisions:
        return None
    return Zgw(
        documents_url=settings.zgw_documents_url,
        decisions_url=settings.zgw_decisions_url,
        client_id=settings.zgw_client_id,
        secret=settings.zgw_secret.get_secret_value(),
        information_type=settings.zgw_information_type,
        decision_type=settings.zgw_decision_type,
        decision_types=settings.types_of_decisions,
        rsin=settings.zgw_rsin,
        confidentiality=settings.zgw_confidentiality,
    )


def register_letters(
    engine: Engine, *, archive: Zgw, settings: Settings, clock: Callable[[], datetime], at_most: int = 200
) -> Counter[str]:
    """Lay down the letters that were made since the last time, and register what is due; how many were and were not taken."""
    done: Counter[str] = Counter()
    first = settings.zgw_from
    since = datetime.min.replace(tzinfo=UTC) if first is None else datetime.combine(first, time(), tzinfo=AMSTERDAM)
    done["laid_down"] = unit_of_work(engine, lambda session: _lay_down_new(session, since, clock(), at_most))
    failed = 0
    for _ in range(at_most):
        if failed >= MOST_FAILURES:
            break
        taken = unit_of_work(engine, lambda session: _taken(session, clock()))
        if taken is None:
            break
        reached = _registered(engine, archive, taken, clock)
        done["registered" if reached else "not_taken"] += 1
        failed = 0 if reached else failed + 1
    return done


def _lay_down_new(session: Session, since: datetime, at: datetime, at_most: int) -> int:
    letters = letters_to_register(session, templates=REGISTERED, since=since, at_most=at_most)
    return sum(
        lay_down(session, letter=letter, decision_id=_decision_id(session, letter), now=at) for letter in letters
    )


def _decision_id(session: Session, letter: Letter) -> int | None:
    """The decision that a letter makes known, or that was objected to; None when none was written down for it."""
    message = message_of_letter(session, letter=letter)
    question = _question_of(session, message)
    if question is None or not REGISTERED[letter.template]:
        return None
    decision = subject_of(session, message, question).decision
    return decision.id if decision is not None else None


def _question_of(session: Session, message: OutboxMessage) -> DevelopmentQuestion | None:
    try:
        return question_of(session, message)
    except NoRecipient:
        return None


def _taken(session: Session, at: datetime) -> _Taken | None:
    """The oldest that is due. One whose letter was erased is let go, and the next one is taken."""
    while (row := claim_registration(session, now=at)) is not None:
        letter = registered_letter(session, registration=row)
        message = message_of_letter(session, letter=letter)
        question = _question_of(session, message)
        if not letter.pdf or question is None:
            note_gone(session, registration=row, attempt=row.attempts)
            continue
        number = question.reference_number or ""
        with use_locale(DEFAULT_LOCALE):
            author = localized(region(session).name) if has_region(session) else "Ontwikkelloket"
        paper = PaperToRegister(letter.public_id, f"{letter.title} ({number})", author, letter.dated, letter.pdf)
        decision = _decision_of(session, row, message, author, number)
        return _Taken(row.id, row.attempts, row.document_url, row.decision_url, paper, decision)
    return None


def _decision_of(
    session: Session, row: LetterRegistration, message: OutboxMessage, author: str, number: str
) -> DecisionToRegister | None:
    """The decision that a letter makes known. One on an objection is the objection itself, in the name of who decided before."""
    decision = decision_by_id(session, decision_id=row.decision_id) if row.decision_id is not None else None
    if decision is None:
        return None
    key, at, about = decision.public_id, decision.decided_at, f"Ontwikkelvraag {number}"
    if message.template in DECIDED_ON_OBJECTION:
        named = (message.details or {}).get("objection", message.version)
        objection = objection_by_id(session, objection_id=named)
        if objection is None or objection.decided_at is None:
            return None
        key, at, about = objection.public_id, objection.decided_at, f"Bezwaar {objection.number} ({about})"
    body = decision.outcomes[0].deciding_body_nl if decision.outcomes else author
    return DecisionToRegister(key, local_date(at), body, about, message.template.partition("/")[0])


def _registered(engine: Engine, archive: Zgw, taken: _Taken, clock: Callable[[], datetime]) -> bool:
    """Take the steps that were not reached before; whether all are now."""
    document, decided = taken.document_url, taken.decision_url

    def note(act: Callable[..., None], **said: Any) -> None:
        def write(session: Session) -> None:
            row = registration_by_id(session, registration_id=taken.row_id)
            if row is not None:
                act(session, registration=row, attempt=taken.attempt, **said)

        unit_of_work(engine, write)

    try:
        if document is None:
            document = archive.register_document(taken.paper, clock())
            note(note_reached, document_url=document)
        if taken.decision is not None:
            if decided is None:
                decided = archive.register_decision(taken.decision, clock())
                note(note_reached, decision_url=decided)
            archive.relate(decided, document, clock())
    except NotRegistered as error:
        note(note_refused, trouble=error.code, final=error.final, now=clock())
        return False
    note(note_registered, now=clock())
    return True
