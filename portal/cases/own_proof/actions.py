"""Acts by which who asked proves again who they are: with a code that goes to the known address, or at a service."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.own_proof.models import OwnProof
from portal.cases.own_proof.queries import how_to_prove, known_at_service, proof_of
from portal.cases.questions.actions import not_yours
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import asker_audience, is_asker
from portal.people.accounts.models import SessionRecord
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.actions import take
from portal.platform.limits.models import MAILS_TO
from portal.post.messages.actions import CODE_LASTS, CODE_TRIES, NewMessage, enqueue
from portal.post.messages.models import MessageKind
from portal.post.messages.queries import OWN_CODE, newest_version, waits_for_printer

LETTER_LASTS = timedelta(weeks=3)
"""So long the code in a letter works, from the day on which it is printed."""
DIGITS, DIGITS_ON_PAPER = 6, 8


def ask_own_code(
    session: Session, *, question: DevelopmentQuestion, here: str | None, actor: Actor, now: datetime
) -> MessageKind:
    """A code goes to the address or number that is known; it works in the session with the hash `here`. How it goes.

    A letter that still waits for the printer is not made twice. Raises ``Refusal`` when no code can be sent, and `TooMany`.
    """
    if not is_asker(question, actor):
        raise not_yours()
    hold(session, question)
    kind = how_to_prove(session, question=question)
    if kind is None:
        message = _l("Wij kunnen u geen code sturen. Bel ons, of kom langs aan de balie.")
        raise Refusal("no_code_possible", message)
    waiting = kind is MessageKind.LETTER and waits_for_printer(session, question_id=question.id, template=OWN_CODE)
    if waiting:
        return kind
    take(session, limit=MAILS_TO, who=f"own code:{question.id}", now=now)
    known = _begun(session, question.id, actor, now)
    known.asked_in = None if kind is MessageKind.LETTER else here
    last = newest_version(session, object_kind="question", object_id=question.id, template=OWN_CODE)
    code = NewMessage(
        kind,
        OWN_CODE,
        asker_audience(question).value,
        object_kind="question",
        object_id=question.id,
        version=last + 1,
        locale=question.language,
    )
    enqueue(session, message=code, now=now)
    _log(session, question, "proof.asked", actor, now)
    return kind


def arm_own_code(session: Session, *, question_id: int, now: datetime, on_paper: str | None = None) -> str | None:
    """Make the code of a message that leaves now, or take the one that stands `on_paper`. None when none is awaited any more."""
    known = proof_of(session, question_id=question_id)
    if known is None or (known.asked_in is None) != (on_paper is not None):
        return None
    code = on_paper or f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    lasts = CODE_LASTS if on_paper is None else LETTER_LASTS
    known.code_hash, known.code_until, known.tries = _code_hash(question_id, code), now + lasts, 0
    session.flush()
    return code


def prove_own_code(
    session: Session, *, question: DevelopmentQuestion, code: str, here: str | None, actor: Actor, now: datetime
) -> bool:
    """The person types the code, in the session with the hash `here`; whether it is right. A code works once.

    A wrong one is counted: after five a new code is needed.
    """
    if not is_asker(question, actor):
        raise not_yours()
    hold(session, question)
    known, typed = proof_of(session, question_id=question.id), "".join(code.split())
    if known is None or here is None or known.code_hash is None or known.code_until is None:
        return False
    if now > known.code_until or known.tries >= CODE_TRIES or known.asked_in not in (None, here):
        return False
    if not secrets.compare_digest(known.code_hash, _code_hash(question.id, typed)):
        known.tries += 1
        session.flush()
        return False
    _proved(session, question, known, here, actor, now)
    return True


def prove_at_service(
    session: Session, *, question: DevelopmentQuestion, subject: str, here: str | None, actor: Actor, now: datetime
) -> bool:
    """A service says again who this is; whether that is who was identified there first, before this session began."""
    if not is_asker(question, actor) or here is None:
        return False
    hold(session, question)
    first = known_at_service(session, question=question, representative_id=actor.representative_id)
    began = session.scalar(select(SessionRecord.created_at).where(SessionRecord.token_hash == here))
    if first is None or began is None or first.identified_at >= began or first.subject_hash != subject:
        return False
    known = _begun(session, question.id, actor, now)
    _proved(session, question, known, here, actor, now)
    return True


def _begun(session: Session, question_id: int, actor: Actor, now: datetime) -> OwnProof:
    """The row of a question, with nothing asked or proved in it."""
    known = proof_of(session, question_id=question_id)
    if known is None:
        known = OwnProof(question_id=question_id)
        session.add(known)
    known.asked_at, known.asked_by, known.asked_in = now, actor.reference, None
    known.code_hash, known.code_until, known.tries = None, None, 0
    known.proved_in, known.proved_at = None, None
    session.flush()
    return known


def _proved(
    session: Session, question: DevelopmentQuestion, known: OwnProof, here: str, actor: Actor, now: datetime
) -> None:
    known.code_hash, known.code_until, known.proved_in, known.proved_at = None, None, here, now
    session.flush()
    _log(session, question, "proof.given", actor, now)


def _log(session: Session, question: DevelopmentQuestion, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="question", object_id=question.id, now=now)


def _code_hash(question_id: int, code: str) -> str:
    return hashlib.sha256(f"own:{question_id}:{code}".encode("utf-8", "surrogatepass")).hexdigest()
