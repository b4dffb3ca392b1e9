"""Taking apart what was joined by mistake: two persons whose applications an advisor had confirmed to be of one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.cases.applications.actions import own_key
from portal.cases.applications.models import Application
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion
from portal.cases.same_person.actions import separate
from portal.cases.same_person.queries import counted_under, joined_with, keys_of_person, parts_without
from portal.people.actor import Actor
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l


def joined_applications(session: Session, *, application: Application) -> list[Application]:
    """Other applications that count with this one because an advisor confirmed that they are of one person, the newest first."""
    if application.person_key is None:
        return []
    mine = own_key(session, application)
    rows = select(Application).where(Application.person_key == application.person_key, Application.id != application.id)
    return [one for one in session.scalars(rows.order_by(Application.id.desc())) if own_key(session, one) != mine]


def separate_double(
    session: Session,
    *,
    question: DevelopmentQuestion,
    application: Application,
    other: Application,
    awarded_questions: Collection[int],
    actor: Actor,
    now: datetime,
) -> None:
    """Take two persons apart again that were confirmed to be one by mistake; the log keeps both.

    Who was joined through the other goes with the other. Applications that are open get a new revision: a proposal that was made
    before no longer holds. `awarded_questions` are the questions with an award that counts under the pseudonym of both: while one
    of them is of the person who gets another pseudonym, the books count it with the wrong person, so that it is refused.
    Raises ``Refusal`` when the two do not count together, or for such an award.
    """
    advisor_only(actor)
    keys = own_key(session, application), own_key(session, other)
    edge = joined_with(session, *keys)
    if edge is None:
        raise Refusal("not_joined", _l("Deze twee aanvragen tellen niet samen."), field="number")
    main = counted_under(session, keys[0])
    leaves = next(part for part in parts_without(session, main, edge) if main not in part)
    of_both = list(
        session.scalars(select(Application).where(Application.person_key.in_(keys_of_person(session, main))))
    )
    owned = {one.id: own_key(session, one) for one in of_both}
    if any(one.question_id in awarded_questions and owned[one.id] in leaves for one in of_both):
        message = _l(
            "Na het samenvoegen is er al een voucher toegekend op het gedeelde maximum. Neem die eerst terug, of neem een nieuw "
            "besluit."
        )
        raise Refusal("awarded_together", message, field="number")
    separate(session, judgement=edge, main=main, question_id=question.id, actor=actor, now=now)
    for one in of_both:
        one.person_key = counted_under(session, owned[one.id])
    session.flush()
    session.execute(
        update(DevelopmentQuestion)
        .where(
            DevelopmentQuestion.id.in_([one.question_id for one in of_both]), DevelopmentQuestion.state.in_(OPEN_STATES)
        )
        .values(revision=DevelopmentQuestion.revision + 1, changed_at=now)
        .execution_options(synchronize_session=False)
    )
    for row in (question, application, other):
        session.refresh(row)
