"""The same act on several cases: each through the act itself with its own guards, so that one refusal stops one case.

What was seen comes along per case. A case that changed since then is left alone, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.cases.owners.queries import owner_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

MOST_AT_ONCE = 100
"""So many cases at once; more is refused."""


@dataclass(frozen=True)
class EachOutcome:
    """What came of one case; `why` says why nothing was done, and is None when it was."""

    public_id: str
    reference_number: str
    why: LazyString | str | None
    code: str | None
    """The code of that reason."""
    question_id: int


def one_by_one(
    session: Session,
    *,
    questions: Sequence[DevelopmentQuestion],
    act: Callable[[DevelopmentQuestion], object],
    seen: Mapping[str, str] | None = None,
) -> list[EachOutcome]:
    """Do this act on each of these cases that allows it, and say what came of each, in the order they were given.

    `seen` has, by public id, how each case stood on the page (`stand_of`); without it nothing is compared. They are locked in one
    order, so that two people at once wait for each other instead of stopping each other. Raises ``Refusal`` for too many.
    """
    if len(questions) > MOST_AT_ONCE:
        message = _l("Kies hoogstens %(most)s vragen tegelijk.", most=MOST_AT_ONCE)
        raise Refusal("too_many_at_once", message)
    came: dict[int, EachOutcome] = {}
    for question in sorted(questions, key=lambda one: one.id):
        public_id, number = question.public_id, question.reference_number or ""
        why, code = None, None
        try:
            with session.begin_nested():
                hold(session, question, otherwise=_changed())
                if seen is not None and seen.get(public_id) != stand_of(session, question=question):
                    raise _changed()
                act(question)
        except Refusal as refusal:
            why, code = refusal.message, refusal.code
        came[question.id] = EachOutcome(public_id, number, why, code, question.id)
    return [came[question.id] for question in questions]


def stand_of(session: Session, *, question: DevelopmentQuestion) -> str:
    """How a case stands, to be compared later: its state, its revision and who has it."""
    owner = owner_of(session, question=question)
    return f"{question.state.value}.{question.revision}.{owner.account_id if owner is not None else ''}"


def _changed() -> Conflict:
    return Conflict("seen_otherwise", _l("Deze vraag is intussen veranderd. Bekijk de vraag opnieuw."))
