"""Reads of retention: the terms, what would go, what was erased and what is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.rights.restricted import restricted_ids
from portal.oversight.privacy.holdings import Family
from portal.oversight.privacy.kinds import PROPOSED, Kept, KeptFor
from portal.oversight.privacy.retention.due import FAMILY_OF, count_loose, drafts_due, due_cases, in_force, numbers_of
from portal.oversight.privacy.retention.models import ErasedCase, ErasureBatch, LegalHold, RetentionTerm, TermState
from portal.people.actor import Actor, Audience

EXAMPLES = 5
LOOSE = (Kept.VIEWING, Kept.LOGS, Kept.STAFF)


@dataclass(frozen=True)
class Preview:
    """What would go today by a term: so many cases or rows, and the numbers of the first few cases. Never a name."""

    cut_on: date
    cases: int
    rows: int
    examples: tuple[str, ...]

    @property
    def number(self) -> int:
        """How much there is to erase."""
        return self.cases + self.rows


@dataclass(frozen=True)
class KindStand:
    """Where a kind of data stands: what the region laid down, what waits, and what the desk proposes."""

    kind: Kept
    in_force: RetentionTerm | None
    waiting: RetentionTerm | None

    @property
    def proposed(self) -> KeptFor:
        """The term that the desk proposes."""
        return PROPOSED[self.kind].term


def stands(session: Session) -> list[KindStand]:
    """Every kind of data, in the order of `Kept`."""
    known = {(one.kind, one.state): one for one in session.scalars(select(RetentionTerm).where(_living()))}
    return [
        KindStand(kind, known.get((kind, TermState.IN_FORCE)), known.get((kind, TermState.WAITING))) for kind in Kept
    ]


def _living() -> ColumnElement[bool]:
    return RetentionTerm.state.in_((TermState.IN_FORCE, TermState.WAITING))


def terms_in_force(session: Session) -> list[RetentionTerm]:
    """The terms by which is erased."""
    rows = select(RetentionTerm).where(RetentionTerm.state == TermState.IN_FORCE).order_by(RetentionTerm.id)
    return list(session.scalars(rows))


def term_by_public_id(session: Session, *, public_id: str) -> RetentionTerm | None:
    """A term; None when there is none."""
    return session.scalar(select(RetentionTerm).where(RetentionTerm.public_id == public_id))


def draft_term(session: Session) -> KeptFor | None:
    """How long a draft is kept that nobody touches, as the region laid down; None when it did not."""
    chosen = (RetentionTerm.kind == Kept.DRAFTS, RetentionTerm.state == TermState.IN_FORCE)
    found = session.scalar(select(RetentionTerm).where(*chosen))
    return None if found is None else found.term


def draft_days(session: Session, *, today: date) -> int:
    """After how many days a draft is thrown away that nobody touches."""
    term = draft_term(session) or PROPOSED[Kept.DRAFTS].term
    return (today - term.cut(today)).days


def preview(session: Session, *, kind: Kept, term: KeptFor, today: date) -> Preview:
    """What would go today if this were the term."""
    cut = term.cut(today)
    if kind in LOOSE:
        return Preview(cut, 0, count_loose(session, FAMILY_OF[kind], cut=cut, today=today), ())
    due = drafts_due(cut=cut) if kind is Kept.DRAFTS else due_cases(kind, cut=cut, today=today)
    number = session.scalar(select(func.count()).select_from(due.order_by(None).subquery())) or 0
    loose = 0 if kind is Kept.DRAFTS else count_loose(session, FAMILY_OF[kind], cut=cut, today=today)
    first = list(session.scalars(due.limit(EXAMPLES)))
    return Preview(
        cut, number, loose if FAMILY_OF.get(kind) is not Family.CASE else 0, tuple(numbers_of(session, first))
    )


def batches(session: Session, *, limit: int = 50) -> list[ErasureBatch]:
    """What was planned and erased, the newest first."""
    return list(session.scalars(select(ErasureBatch).order_by(ErasureBatch.id.desc()).limit(limit)))


def batches_to_do(session: Session) -> list[int]:
    """The planned batches that were not done yet, in the order of planning."""
    return list(
        session.scalars(select(ErasureBatch.id).where(ErasureBatch.done_at.is_(None)).order_by(ErasureBatch.id))
    )


def erased_on(session: Session, *, question_id: int) -> datetime | None:
    """When the people were erased from a case; None while they are in it."""
    mine = (ErasedCase.question_id == question_id, ErasedCase.part == Family.CASE)
    return session.scalar(select(ErasedCase.erased_at).where(*mine))


def holds(session: Session, *, today: date) -> Sequence[tuple[LegalHold, str]]:
    """What keeps a case now, with the number of the case, the newest first."""
    rows = select(LegalHold, DevelopmentQuestion.reference_number).join(
        DevelopmentQuestion, DevelopmentQuestion.id == LegalHold.question_id
    )
    found = session.execute(rows.where(*in_force(today)).order_by(LegalHold.id.desc()))
    return [(row[0], row[1] or "") for row in found]


def case_to_hold(session: Session, *, number: str, actor: Actor) -> DevelopmentQuestion | None:
    """The case with this number, for the region to hold; None when there is none. Nothing of it is shown."""
    if actor.audience is not Audience.REGION:
        return None
    mine = DevelopmentQuestion.reference_number == number.strip().upper()
    return session.scalar(select(DevelopmentQuestion).where(mine))


def hold_by_public_id(session: Session, *, public_id: str) -> LegalHold | None:
    """A hold; None when there is none."""
    return session.scalar(select(LegalHold).where(LegalHold.public_id == public_id))


def is_held(session: Session, *, question_id: int, today: date) -> bool:
    """Whether something keeps this case now: a hold, or that its data are restricted."""
    mine = select(LegalHold.id).where(LegalHold.question_id == question_id, *in_force(today))
    return session.scalar(mine.limit(1)) is not None or question_id in restricted_ids(session)
