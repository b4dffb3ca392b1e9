"""Who has to know that a scheme ends: who waits for its money, who applied for it, and who still could. Each is told once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.order_of_receipt.models import WaitingPlace
from portal.awarding.waiting_list.queries import live
from portal.cases.applications.models import Application
from portal.cases.applications.queries import may_pay
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.catalogue.queries import SchemeInForce
from portal.platform.among import among

UNDECIDED = (QuestionState.SUBMITTED, QuestionState.APPLIED, QuestionState.WAITING)


@dataclass(frozen=True)
class Concerned:
    """The questions that the end of a scheme is about, each in one place."""

    waiting: tuple[DevelopmentQuestion, ...]
    """On the waiting list of the scheme."""
    applied: tuple[DevelopmentQuestion, ...]
    """They named the scheme, have no decision, and do not wait for its money."""
    asked: tuple[DevelopmentQuestion, ...]
    """Sent and not applied for, and as far as is known now the scheme may pay."""


def concerned_by_end(session: Session, *, scheme: SchemeInForce, on: date) -> Concerned:
    """Whom the end of a scheme is about, with what is known of their questions on a day."""
    question = DevelopmentQuestion
    in_line = (
        select(Application.question_id)
        .join(WaitingPlace, WaitingPlace.application_id == Application.id)
        .join(question, question.id == Application.question_id)
        .where(WaitingPlace.scheme == scheme.slug, *live())
    )
    places = list(session.scalars(in_line.distinct()))
    waiting = session.scalars(select(question).where(among(question.id, places)).order_by(question.id)).all()
    rows = (
        select(question, Application.schemes)
        .outerjoin(Application, Application.question_id == question.id)
        .where(question.state.in_(UNDECIDED), ~among(question.id, places))
    )
    applied, asked = list[DevelopmentQuestion](), list[DevelopmentQuestion]()
    for one, schemes in session.execute(rows.order_by(question.id)):
        if schemes is None and may_pay(session, question=one, scheme=scheme, on=on):
            asked.append(one)
        elif scheme.slug in (schemes or ()):
            applied.append(one)
    return Concerned(tuple(waiting), tuple(applied), tuple(asked))


def tell_of_end(session: Session, *, scheme: SchemeInForce, last_day: date, on: date, now: datetime) -> int:
    """Put a message in the outbox for everybody whom the end of a scheme is about; to how many people.

    Each is told once of the end of a version. Who applied gets it in writing; of who only asked, the desk calls who wants that.
    """
    found = concerned_by_end(session, scheme=scheme, on=on)
    title = scheme.definition.title
    details = {"title": {"nl": title.nl, "en": title.en}, "last_day": last_day.isoformat()}
    told = (
        ("application/scheme_ends_waiting", found.waiting, True),
        ("application/scheme_ends", found.applied, True),
        ("question/scheme_ends", found.asked, False),
    )
    for template, questions, in_writing in told:
        for question in questions:
            tell_asker(
                session,
                question=question,
                template=template,
                version=scheme.version_id,
                in_writing=in_writing,
                details=details,
                now=now,
            )
    return sum(len(questions) for _template, questions, _in_writing in told)
