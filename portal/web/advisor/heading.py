"""How a case opens: who it is about, how to call, what is next; what the applicant answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import url_for

from portal.cases.assistance.models import Assistance
from portal.cases.assistance.queries import assistance_of
from portal.cases.conversations.models import Conversation, ConversationState, InformationRequest
from portal.cases.hearings.models import Hearing
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.cases.rights.models import PrivacyRequest
from portal.cases.rights.restricted import restriction_of
from portal.oversight.worklist.queries import CaseStanding, standing
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.worklist_labels import HELP_WAYS

#: Per standing what the desk does next, and the page on which it is done.
_NEXT: Mapping[CaseStanding, tuple[LazyString, str | None]] = {
    CaseStanding.SUBMITTED: (_l("Neem contact op en plan een gesprek"), "advisor.plan_talk"),
    CaseStanding.TALK_PLANNED: (_l("Voer het gesprek"), None),
    CaseStanding.TALK_HELD: (_l("Vraag samen aan, of verwijs door"), "advisor.apply"),
    CaseStanding.APPLIED: (_l("Maak een voorstel"), None),
    CaseStanding.PROPOSED: (_l("Neem een besluit"), "advisor.approve"),
    CaseStanding.PREPARED: (_l("Een collega kijkt naar het besluit"), "advisor.preparations"),
    CaseStanding.WAITING: (_l("Wacht op het antwoord van de aanvrager"), None),
    CaseStanding.OBJECTED: (_l("Besluit op het bezwaar"), "advisor.objections"),
    CaseStanding.SET_ASIDE: (_l("Niets, of neem de aanvraag toch in behandeling"), None),
}
_OF_A_QUESTION = ("advisor.plan_talk", "advisor.apply", "advisor.approve")


@dataclass(frozen=True)
class Heading:
    """The first lines of a case."""

    name: str
    of: str | None
    """In the route of the employer: the employee."""
    phone: str | None
    email: str | None
    next_step: str
    href: str
    """Where it is done; empty when there is no page for it."""
    company: bool
    assistance: Assistance | None
    """Who filled the question in with the person, when somebody did."""
    restriction: PrivacyRequest | None
    """The request by which the data may only be kept now."""
    help_ways: Mapping[str, LazyString] = field(default_factory=lambda: HELP_WAYS)


@dataclass(frozen=True)
class Reply:
    """What was asked of the applicant and what came back, from the day on which it was asked."""

    mark: str
    """Where it stands on the page."""
    asked: datetime
    text: str
    answered: datetime | None
    answer: str | None
    waits: bool
    """Whether the answer is still awaited."""


def heading_of(question: DevelopmentQuestion, talks: Sequence[Conversation]) -> Heading:
    """The first lines of a case."""
    contact, employer = question.contact, question.route is Route.EMPLOYER
    text, endpoint = _NEXT.get(standing(current_session(), question=question), (_l("Niets"), None))
    restriction = restriction_of(current_session(), question=question)
    planned = next((talk for talk in talks if talk.state is ConversationState.PLANNED), None)
    if restriction is not None:
        step, href = _("Niets: de gegevens zijn beperkt"), _of_request(restriction)
    elif planned is not None and endpoint is None and question.is_open:
        said = _("%(what)s, op %(when)s", what=text, when=format_datetime(planned.planned_for))
        step, href = said, str(url_for("advisor.talk", conversation_id=planned.public_id))
    else:
        step, href = str(text), _href(endpoint, question) or ""
    return Heading(
        name=name_of(question),
        of=question.learner_name if employer else None,
        phone=contact.phone if contact is not None else None,
        email=contact.email if contact is not None else None,
        next_step=step,
        href=href,
        company=employer and question.employer_kvk is not None,
        assistance=assistance_of(current_session(), question=question),
        restriction=restriction,
    )


def _of_request(restriction: PrivacyRequest) -> str:
    return str(url_for("advisor.privacy_request", asked_id=restriction.public_id))


def _href(endpoint: str | None, question: DevelopmentQuestion) -> str | None:
    if endpoint is None:
        return None
    return url_for(endpoint, question_id=question.public_id) if endpoint in _OF_A_QUESTION else url_for(endpoint)


def name_of(question: DevelopmentQuestion) -> str:
    """Who asked: the person, or the employer with who is called there."""
    name = question.contact.name if question.contact is not None else ""
    if question.route is not Route.EMPLOYER or not question.employer_name:
        return name
    return f"{question.employer_name} ({name})" if name and name != question.employer_name else question.employer_name


def replies_of(requests: Sequence[InformationRequest], hearings: Sequence[Hearing]) -> list[Reply]:
    """What was asked and answered, also the view that the applicant could give, the newest first."""
    asked = [
        *(Reply("", one.asked_at, one.text, one.answered_at, one.answer, one.is_open) for one in requests),
        *(Reply("", one.invited_at, one.facts, one.recorded_at, one.view, one.way is None) for one in hearings),
    ]
    in_order = sorted(asked, key=lambda one: one.asked)
    return [replace(one, mark=f"gevraagd-{number}") for number, one in enumerate(in_order, start=1)][::-1]


def marks_of(replies: Sequence[Reply]) -> dict[tuple[datetime, str], str]:
    """Where on the page stands what an event of the log is about: asking and answering are logged at their own instants."""
    return {(at, name): f"#{one.mark}" for one in replies for at, name in _moments(one)}


def _moments(reply: Reply) -> list[tuple[datetime, str]]:
    found = [(reply.asked, "question.more_asked")]
    return found if reply.answered is None else [*found, (reply.answered, "question.more_answered")]
