"""Acts on the checks of the books: keep what one found, stop payments on it, and answer it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.invariants import Break
from portal.paying.books.models import BooksAnswer, BooksCheck
from portal.paying.books.queries import KEPT_BREAKS, stopping_check
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l


def keep_check(
    session: Session, *, transfers: int, events: int, breaks: Sequence[Break], actor: Actor, now: datetime
) -> BooksCheck:
    """Write that the books were looked at, and what was found."""
    made = BooksCheck(
        ran_at=now,
        ran_by=actor.reference,
        transfers=transfers,
        events=events,
        breaks=len(breaks),
        found=[[one.invariant, one.subject, one.message] for one in breaks[:KEPT_BREAKS]],
    )
    session.add(made)
    session.flush()
    record(session, actor=actor, action="books.checked", object_kind="books_check", object_id=made.id, now=now)
    return made


def require_sound_books(session: Session) -> None:
    """Nothing goes to the bank while the last check found a break that nobody answered. Raises ``Refusal``."""
    if stopping_check(session) is not None:
        message = _l(
            "De boekhouding klopt niet. Daarom kan nu geen betaling naar de bank. Kijk bij Betalingen wat er mis is, en "
            "schrijf daar op waarom betalen weer kan."
        )
        raise Refusal("books_broken", message)


def answer_check(session: Session, *, check: BooksCheck, reason: str, actor: Actor, now: datetime) -> BooksAnswer:
    """Somebody of the region looked at what a check found and writes why payments may go on: for these breaks, not for others.

    Raises ``Refusal`` without a reason, ``Conflict`` when the check stops nothing (any more).
    """
    if actor.audience is not Audience.REGION:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op wat u hebt gezien en waarom betalen weer kan."), field="reason")
    hold(session, check)
    stopping = stopping_check(session)
    answered = session.scalar(select(BooksAnswer.id).where(BooksAnswer.check_id == check.id)) is not None
    if answered or stopping is None or stopping.id != check.id:
        raise Conflict(
            "check_moved_on", _l("Deze controle is al bekeken, of er is een nieuwere. Bekijk de pagina opnieuw.")
        )
    answer = BooksAnswer(
        check=check,
        reason=reason.strip(),
        answered_at=now,
        answered_by=actor.reference,
        answered_by_name=actor.signature,
    )
    session.add(answer)
    session.flush()
    record(session, actor=actor, action="books.answered", object_kind="books_check", object_id=check.id, now=now)
    return answer
