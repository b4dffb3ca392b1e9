"""Reads of notices of default, and how the penalty stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import BESIDE_THE_QUESTION, Decision
from portal.awarding.decisions.on_penalties import LateBody
from portal.awarding.order_of_receipt.models import PlaceState, WaitingPlace
from portal.cases.applications.models import TermStop
from portal.cases.applications.queries import application_by_question
from portal.cases.conversations.models import InformationRequest
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import may_see
from portal.framework.catalogue.queries import scheme_version
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.legal_calendar import (
    PENALTY_DAYS,
    days_within,
    ends_on_working_day,
    penalty_days,
    penalty_euros,
    stop_of_term,
    term_of_weeks,
)
from portal.platform.reading_once import read_once
from portal.post.letters.queries import made_known_on
from portal.second_look.objections.models import Objection
from portal.second_look.objections.queries import decision_against, known_on, objections_of
from portal.second_look.penalties.models import DefaultNotice

SETTLE_WITHIN = timedelta(weeks=2)
"""Awb 4:18."""


@dataclass(frozen=True)
class PenaltyStand:
    """How a penalty stands on a day."""

    first_on: date
    days: int
    cents: int
    """Of all bodies together."""
    sent_on: date | None
    """When the late decision was sent, or what it was about was taken back; None while it was not."""
    settle_by: date | None
    """Until when must be decided on the penalty; None while it still runs, and when nothing is due."""
    bodies: int = 1
    """How many bodies are late: each owes a penalty of its own (Awb 4:17, first paragraph)."""

    @property
    def is_over(self) -> bool:
        """Whether the days do not go up any more, so that can be decided on it."""
        return self.sent_on is not None or self.days == PENALTY_DAYS


def notices_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[DefaultNotice]:
    """The notices about a question, oldest first; who asked sees those about the application and the own objections."""
    if not may_see(question, actor):
        return []
    own = {one.id for one in objections_of(session, question=question, actor=actor)}
    rows = select(DefaultNotice).where(DefaultNotice.question_id == question.id).order_by(DefaultNotice.id)
    every = read_once(session, ("notices", question.id), lambda: list(session.scalars(rows)))
    return [one for one in every if one.objection_id is None or one.objection_id in own]


def objection_of(session: Session, *, notice: DefaultNotice) -> Objection | None:
    """The objection on which is decided too late; None when it is the application."""
    return session.get_one(Objection, notice.objection_id) if notice.objection_id is not None else None


def late_since(
    session: Session, *, question: DevelopmentQuestion, objection: Objection | None, today: date
) -> date | None:
    """The last day on which should have been decided, when that has passed and nothing was sent; None when nothing is late."""
    due = _due_of_application(session, question, today) if objection is None else objection.decide_by
    if due is None or today <= due or sent_on(session, question=question, objection=objection) is not None:
        return None
    return due


def _due_of_application(session: Session, question: DevelopmentQuestion, today: date) -> date | None:
    """The last day to decide on the application, with the days of a stop that still goes on (Awb 4:15): a request that waits for
    its answer, and a place on a waiting list for money. As long as it is not late without those, they are not asked."""
    application = application_by_question(session, question=question)
    if application is None or question.decide_by is None:
        return None
    soonest = term_of_weeks(application.applied_on, application.decision_weeks, stopped_days=application.stopped_days)
    if today <= soonest:
        return soonest
    stops = select(TermStop.first_on, TermStop.last_on).where(TermStop.application_id == application.id)
    known = [(row.first_on, row.last_on) for row in session.execute(stops)]
    asked = select(InformationRequest).where(
        InformationRequest.question_id == question.id, InformationRequest.answered_on.is_(None)
    )
    places = select(WaitingPlace.agreed_on).where(
        WaitingPlace.application_id == application.id, WaitingPlace.state == PlaceState.WAITING
    )
    going = [stop_of_term(one.asked_on, None, one.answer_by, today) for one in session.scalars(asked)]
    going += [stop_of_term(since, None, today, today) for since in session.scalars(places)]
    more = days_within([*known, *going]) - days_within(known)
    stopped = application.stopped_days + more
    return term_of_weeks(application.applied_on, application.decision_weeks, stopped_days=stopped)


def sent_on(session: Session, *, question: DevelopmentQuestion, objection: Objection | None) -> date | None:
    """When the decision was sent (Awb 3:41, 7:12), or what was asked for was taken back; None while neither was."""
    if objection is not None:
        return _objection_ended(session, objection)
    if question.withdrawn_at is not None:
        return local_date(question.withdrawn_at)
    if question.set_aside_at is not None:
        return local_date(question.set_aside_at)
    rows = select(Decision).where(Decision.question_id == question.id, Decision.kind.not_in(BESIDE_THE_QUESTION))
    first = session.scalar(rows.order_by(Decision.id).limit(1))
    return known_on(session, decision=first) if first is not None else None


def _objection_ended(session: Session, objection: Objection) -> date | None:
    if objection.withdrawn_at is not None:
        return local_date(objection.withdrawn_at)
    kind, about = ("objection", objection.id) if objection.of_another else ("question", objection.question_id)
    return made_known_on(
        session, question_id=about, template="objection/decided", version=objection.id, object_kind=kind
    )


def penalty_of(session: Session, *, notice: DefaultNotice, today: date) -> PenaltyStand:
    """How the penalty stands on a day, as the law reckons it (Awb 4:17); what was decided on it stands in the notice."""
    question = session.get_one(DevelopmentQuestion, notice.question_id)
    sent = sent_on(session, question=question, objection=objection_of(session, notice=notice))
    days = penalty_days(notice.first_on, sent, today)
    over = sent is not None or days == PENALTY_DAYS
    last = notice.first_on + timedelta(days=days - 1)
    settle_by = ends_on_working_day(last + SETTLE_WITHIN) if over and days > 0 else None
    number = max(1, len(late_bodies(session, notice=notice)))
    return PenaltyStand(notice.first_on, days, penalty_euros(days) * 100 * number, sent, settle_by, number)


def late_bodies(session: Session, *, notice: DefaultNotice) -> list[LateBody]:
    """The bodies whose decision is late, in the order of the application, each once.

    Awb 4:17, first paragraph: the body that does not decide in time on an application owes the applicant a penalty. Who applied
    for schemes of two bodies made an application to each, and each owes a penalty of its own. Two schemes of one body are decided
    by that body in one decision, so it owes one.
    """
    objection = objection_of(session, notice=notice)
    if objection is not None:
        against = decision_against(session, objection=objection).outcomes
        return _once(
            LateBody(one.deciding_body_nl, one.deciding_body_en, one.scheme, one.scheme_version) for one in against
        )
    question = session.get_one(DevelopmentQuestion, notice.question_id)
    application = application_by_question(session, question=question)
    assert application is not None, "a notice about an application has one"
    return _once(_body_of(session, slug, application.scheme_versions[slug]) for slug in application.schemes)


def _body_of(session: Session, slug: str, version: int) -> LateBody:
    found = scheme_version(session, slug=slug, version=version)
    body = found.definition.deciding_body if found is not None else None
    return LateBody(body.nl if body is not None else "", body.en if body is not None else "", slug, version)


def _once(bodies: Iterable[LateBody]) -> list[LateBody]:
    named: dict[str, LateBody] = {}
    for one in bodies:
        named.setdefault(one.nl, one)
    return list(named.values())
