"""Not taking an incomplete application up (Awb 4:5): a decision with mandate, letter and objection; and taking it up after all.

Awb 4:5, first paragraph: the body may decide not to take an application up when it is incomplete, provided the applicant could
complete it within a term; fourth paragraph: this is made known within four weeks after it was completed, or after that term
passed unused.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import CaseToDecide, Decider
from portal.awarding.decisions.models import Decision, DecisionKind, SchemeOutcome
from portal.awarding.decisions.on_questions import decision_without_mix, keep_mandates, keep_outcomes
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question, schemes_applied_for
from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.queries import requests_by_question
from portal.cases.conversations.requests import end_request
from portal.cases.questions.actions import advisor_only, move_question, tell_asker
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.powers import Power, require_power
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import ends_on_working_day
from portal.post.outages.queries import last_day_to_send

SET_ASIDE_WITHIN = timedelta(weeks=4)
"""Awb 4:5, fourth paragraph."""


def set_aside(session: Session, *, question: DevelopmentQuestion, reason: str, actor: Actor, now: datetime) -> Decision:
    """Decide not to take up an application that is still incomplete after the term to complete it (Awb 4:5).

    The decision names the body of every scheme that was applied for and the mandate by which it was taken; its letter says until
    when one may object (3:45). Raises ``Refusal`` without a reason or a mandate, when the applicant was not asked to complete the
    application, can still answer, or more than four weeks passed since; ``Conflict`` when it is complete or no longer open.
    """
    advisor_only(actor)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op wat er ontbreekt."), field="reason")
    hold(session, question)
    application = application_by_question(session, question=question)
    if application is None:
        raise Refusal("not_applied", _l("Er is nog geen aanvraag."))
    hold(session, application)  # who completes it at the same moment waits, or went first
    if application.completed_at is not None:
        raise Conflict("application_complete", _l("Deze aanvraag is compleet. Neem er een besluit over."))
    request = _request_that_passed(session, question, application, local_date(now))
    case, by = _case(session, question, application), Decider(actor, now)
    mandates = _mandates(session, case, by)
    if request.is_open:
        end_request(session, request=request, actor=actor, now=now)
    move_question(
        session,
        question=question,
        to=QuestionState.SET_ASIDE,
        allowed=(QuestionState.APPLIED,),
        set_aside_at=now,
        set_aside_by=actor.reference,
        set_aside_reason=reason.strip(),
        changed_at=now,
    )
    decision = _decide(session, case, DecisionKind.SET_ASIDE, reason, mandates, by)
    keep_outcomes(session, decision, case, {}, {}, otherwise=SchemeOutcome.SET_ASIDE)
    _tell(session, question, decision, now)
    record(session, actor=actor, action="question.set_aside", object_kind="question", object_id=question.id, now=now)
    return decision


def take_up_again(
    session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime, reason: str = ""
) -> Decision:
    """Take up an application that was set aside: of the desk's own accord, or because an objection to that is founded (Awb 7:11).

    It is where it was before, and is decided on or set aside anew. It takes the mandate of setting aside. Raises ``Refusal``
    without that, ``Conflict`` when the application is not set aside any more.
    """
    advisor_only(actor)
    hold(session, question)
    application = application_by_question(session, question=question)
    if application is None or question.state is not QuestionState.SET_ASIDE:
        raise Conflict("question_moved_on", _l("Deze vraag is intussen veranderd. Bekijk de vraag opnieuw."))
    case, by = _case(session, question, application), Decider(actor, now)
    mandates = _mandates(session, case, by)
    move_question(
        session,
        question=question,
        to=QuestionState.APPLIED,
        allowed=(QuestionState.SET_ASIDE,),
        set_aside_at=None,
        set_aside_by=None,
        set_aside_reason=None,
        revision=DevelopmentQuestion.revision + 1,
        changed_at=now,
    )
    why = reason.strip() or str(_l("Wij nemen de aanvraag toch in behandeling."))
    decision = _decide(session, case, DecisionKind.TAKEN_UP, why, mandates, by)
    _tell(session, question, decision, now)
    record(session, actor=actor, action="question.taken_up", object_kind="question", object_id=question.id, now=now)
    return decision


def _request_that_passed(
    session: Session, question: DevelopmentQuestion, application: Application, today: date
) -> InformationRequest:
    """The last time that was asked to complete the application. Raises ``Refusal`` when it cannot be set aside today."""
    asked = requests_by_question(session, question=question)
    request = next((one for one in reversed(asked) if one.asked_at >= application.applied_at), None)
    if request is None:
        message = _l("Vraag de aanvrager eerst om de aanvraag aan te vullen, met een termijn.")
        raise Refusal("not_asked_to_complete", message)
    if request.is_open and today <= last_day_to_send(session, last_day=request.answer_by):
        raise Refusal("answer_still_possible", _l("De aanvrager kan nog antwoorden. Wacht tot de termijn voorbij is."))
    if today > last_day_to_set_aside(request):
        message = _l("Dit kan tot vier weken na de termijn. Neem nu een besluit over de aanvraag.")
        raise Refusal("set_aside_too_late", message)
    return request


def last_day_to_set_aside(request: InformationRequest) -> date:
    """The last day on which an application that was asked to be completed can still be set aside (Awb 4:5, fourth paragraph)."""
    return ends_on_working_day((request.answered_on or request.answer_by) + SET_ASIDE_WITHIN)


def _case(session: Session, question: DevelopmentQuestion, application: Application) -> CaseToDecide:
    return CaseToDecide(question, application, schemes_applied_for(session, question=question, application=application))


def _mandates(session: Session, case: CaseToDecide, by: Decider) -> dict[str, int]:
    """Per scheme that was applied for the mandate by which is decided. Raises ``Refusal`` without one."""
    found = {
        slug: require_power(session, Power.SET_ASIDE, actor=by.actor, on=by.today, scheme=scheme)
        for slug, scheme in case.schemes.items()
    }
    return {slug: mandate.id for slug, mandate in found.items() if mandate is not None}


def _decide(
    session: Session, case: CaseToDecide, kind: DecisionKind, reason: str, mandates: dict[str, int], by: Decider
) -> Decision:
    decision = decision_without_mix(case.question, kind, reason, by)
    session.add(decision)
    session.flush()
    keep_mandates(session, decision, mandates)
    return decision


def _tell(session: Session, question: DevelopmentQuestion, decision: Decision, now: datetime) -> None:
    """The letter that makes the decision known (Awb 3:41, 3:45)."""
    template = f"decision/{decision.kind.value}"
    tell_asker(session, question=question, template=template, now=now, version=decision.id, in_writing=True)
