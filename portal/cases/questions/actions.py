"""Acts on development questions: start, send, withdraw, close. Nothing commits; every act says who and when.

What a question holds is filled in by `portal.cases.contents`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import (
    OPEN_STATES,
    CloseReason,
    Contact,
    ContactDetails,
    ContactWay,
    DevelopmentQuestion,
    QuestionState,
    Route,
)
from portal.cases.questions.queries import is_asker
from portal.framework.catalogue.queries import catalogue
from portal.framework.teams.queries import team_of_place
from portal.people.accounts.actions import (
    AFTER_THE_CASE,
    end_access_links,
    forget_question,
    revoke_access_links,
)
from portal.people.accounts.models import EndOfSession
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.act_counts import count_act
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import add_working_days
from portal.platform.numbers.actions import next_number
from portal.post.messages.actions import NewMessage, enqueue, set_consent
from portal.post.messages.queries import may_mail, may_text, newest_version

DRAFT_LIFE = timedelta(days=30)
NEW_LINK = "question/new_link"


def start_question(
    session: Session, *, route: Route | str, language: str, actor: Actor, now: datetime
) -> DevelopmentQuestion:
    """Begin a draft. The screen then lets the browser in with a session for this question."""
    question = DevelopmentQuestion(route=Route(route), language=language, created_at=now, changed_at=now)
    question.state, question.revision = QuestionState.DRAFT, 1
    question.goals, question.facts, question.had_before, question.borrow_up_to_cents = [], {}, [], 0
    question.cost_lines, question.contact = [], None
    session.add(question)
    session.flush()
    return question


# Steps -----------------------------------------------------------------------------------------------------------------


def submit_question(
    session: Session,
    *,
    question: DevelopmentQuestion,
    contact: ContactDetails,
    actor: Actor,
    now: datetime,
    tell: bool = True,
) -> DevelopmentQuestion:
    """Send the question to the desk: it asks for advice, nothing more. Gives it a number and fixes the reference date.

    From a municipality that has a team it goes to that team.

    Without `tell` nothing is said to who asks: then one message goes for several questions.

    Who chooses e-mail gets messages about the question by e-mail; decisions and vouchers only when agreed (`contact.by_mail`).
    Raises ``Refusal`` when nothing was asked or no way of contact is complete, ``Conflict`` when it was sent before.
    """
    may_change(session, question, actor)
    if not question.is_draft:
        raise Conflict("already_submitted", _l("Deze vraag is al verstuurd."))
    if not (question.wish or question.goals or question.training_name):
        raise Refusal("nothing_asked", _l("Vertel eerst wat u wilt leren of bereiken."), field="wish")
    if question.route is Route.EMPLOYER and question.employer_kvk is None:
        raise Refusal("employer_missing", _l("Vul eerst de gegevens van uw organisatie in."), field="kvk_number")
    require_reach(contact)
    today = local_date(now)
    if question.contact is not None:
        session.delete(question.contact)
        session.flush()
    question.contact = Contact(question_id=question.id, **contact.reach)
    number = next_number(session, series="question", year=today.year)
    days = catalogue(session).region.settings.response_days
    move_question(
        session,
        question=question,
        to=QuestionState.SUBMITTED,
        allowed=(QuestionState.DRAFT,),
        submitted_at=now,
        submitted_by=actor.reference,
        reference_number=f"OV-{today.year}-{number:04d}",
        reference_date=today,
        respond_by=add_working_days(today, days),
        team_id=team_of_place(session, municipality=question.said_place),
        changed_at=now,
    )
    set_consent(session, question_id=question.id, topics=contact.agreed, actor_id=actor.reference, now=now)
    if tell:
        tell_asker(session, question=question, template="question/received", now=now)
    record(session, actor=actor, action="question.submitted", object_kind="question", object_id=question.id, now=now)
    return question


def require_reach(contact: ContactDetails) -> None:
    """Refuse contact details without a name, or without what the chosen way needs. Raises ``Refusal`` at the field."""
    if not contact.name.strip():
        raise Refusal("name_missing", _l("Vul uw naam in."), field="name")
    if contact.way == ContactWay.EMAIL and not contact.email:
        raise Refusal("email_missing", _l("Vul uw e-mailadres in."), field="email")
    if contact.way == ContactWay.PHONE and not contact.phone:
        raise Refusal("phone_missing", _l("Vul uw telefoonnummer in."), field="phone")
    if contact.way == ContactWay.POST:
        for name, value in (
            ("street", contact.street),
            ("house_number", contact.house_number),
            ("postcode", contact.postcode),
            ("city", contact.city),
        ):
            if not value:
                raise Refusal(
                    "address_missing", _l("Vul uw adres in: straat, huisnummer, postcode en plaats."), field=name
                )


def withdraw_question(
    session: Session, *, question: DevelopmentQuestion, reason: str | None, actor: Actor, now: datetime
) -> None:
    """The person takes the question (and the application with it) back. Not possible after a decision.

    When somebody else does it for the person, the person is told so, in writing.
    """
    if not (actor.audience in (Audience.ADVISOR, Audience.SYSTEM) or is_asker(question, actor)):
        raise not_yours()
    move_question(
        session,
        question=question,
        to=QuestionState.WITHDRAWN,
        allowed=OPEN_STATES,
        withdrawn_at=now,
        withdrawn_by=actor.reference,
        withdraw_reason=reason or None,
        waiting_since=None,
        changed_at=now,
    )
    _end_links(session, question, actor, now)
    for_them = actor.representative_id is not None
    template = "question/withdrawn_for_you" if for_them else "question/withdrawn"
    tell_asker(session, question=question, template=template, now=now, in_writing=for_them)
    record(session, actor=actor, action="question.withdrawn", object_kind="question", object_id=question.id, now=now)


def close_question(
    session: Session, *, question: DevelopmentQuestion, reason: CloseReason, actor: Actor, now: datetime
) -> None:
    """An advisor closes a question. With an application that was not decided this is refused: it must be decided or withdrawn."""
    advisor_only(actor)
    if question.applied_at is not None and question.decided_at is None:
        message = _l("Er is een aanvraag. Neem eerst een besluit, of laat de aanvrager de aanvraag intrekken.")
        raise Refusal("application_undecided", message)
    closable = (QuestionState.SUBMITTED, QuestionState.WAITING, QuestionState.DECIDED, QuestionState.REFERRED)
    move_question(
        session,
        question=question,
        to=QuestionState.CLOSED,
        allowed=closable,
        closed_at=now,
        closed_by=actor.reference,
        close_reason=CloseReason(reason),
        waiting_since=None,
        responded_at=question.responded_at or now,
        changed_at=now,
    )
    _end_links(session, question, actor, now)
    record(session, actor=actor, action="question.closed", object_kind="question", object_id=question.id, now=now)


def _end_links(session: Session, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    """A case that ended without a decision: an employer that was asked to pay has nothing to do here any more, and who asked can
    read what was sent for six weeks. After a decision vouchers run on, and the links with them."""
    if question.is_over:
        if question.route is Route.INDIVIDUAL:
            withdrawn = question.state is QuestionState.WITHDRAWN
            revoke_access_links(
                session,
                question_id=question.id,
                audience=Audience.EMPLOYER,
                because=EndOfSession.WITHDRAWN if withdrawn else EndOfSession.CLOSED,
                actor=actor,
                now=now,
            )
        end_access_links(session, question_id=question.id, now=now)


def discard_draft(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    """Throw a draft away with everything in it."""
    may_change(session, question, actor)
    if not question.is_draft:
        raise Conflict("already_submitted", _l("Deze vraag is al verstuurd. U kunt haar wel intrekken."))
    forget_question(session, question_id=question.id, because=EndOfSession.THROWN_AWAY, actor=actor, now=now)
    session.delete(question)
    session.flush()
    count_act(session, "draft.discarded")


def expire_drafts(session: Session, *, now: datetime, before: datetime | None = None, at_most: int = 1000) -> int:
    """Remove drafts that nobody touched for thirty days, or since `before`, with all personal data in them; returns how many.

    They are locked first: who writes in one at the same moment keeps it.
    """
    old = session.scalars(
        select(DevelopmentQuestion)
        .where(
            DevelopmentQuestion.state == QuestionState.DRAFT,
            DevelopmentQuestion.changed_at < (before or now - DRAFT_LIFE),
        )
        .order_by(DevelopmentQuestion.id)
        .limit(at_most)
        .with_for_update(of=DevelopmentQuestion)
        .execution_options(populate_existing=True)
    ).all()
    for draft in old:
        by, because = Actor.system("expire_drafts"), EndOfSession.DRAFT_TOO_OLD
        forget_question(session, question_id=draft.id, because=because, actor=by, now=now)
        session.delete(draft)
        count_act(session, "draft.expired")
    session.flush()
    return len(old)


# Shared by the subjects above ------------------------------------------------------------------------------------------


def move_question(
    session: Session,
    *,
    question: DevelopmentQuestion,
    to: QuestionState,
    allowed: Sequence[QuestionState],
    **values: Any,
) -> None:
    """Change the state of a question, guarded in the write: two people cannot both take the same step.

    Raises ``Conflict`` when the question is no longer in one of the allowed states.
    """
    write_guarded(session, question, DevelopmentQuestion.state.in_(allowed), otherwise=moved_on(), state=to, **values)


def moved_on() -> Conflict:
    """The question is no longer as somebody saw it."""
    return Conflict("question_moved_on", _l("Deze vraag is intussen veranderd. Bekijk de vraag opnieuw."))


def tell_asker(
    session: Session,
    *,
    question: DevelopmentQuestion,
    template: str,
    now: datetime,
    version: int = 1,
    in_writing: bool = False,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Queue a message to who asked, the way that person chose; by e-mail only with consent for its topic, else on paper.

    Who wants to be called gets a short message (SMS) when the number was proved, else none (the desk calls), unless it must be
    `in_writing`: then a letter.
    """
    way = question.contact.way if question.contact is not None else ContactWay.PHONE
    text = way is ContactWay.PHONE and not in_writing
    if text and not may_text(session, question_id=question.id, template=template):
        return
    mail = way is ContactWay.EMAIL and may_mail(session, question_id=question.id, template=template)
    enqueue(
        session,
        message=NewMessage(
            kind="sms" if text else "email" if mail else "letter",
            template=template,
            details=details,
            version=version,
            recipient="resident" if question.route is Route.INDIVIDUAL else "employer",
            object_kind="question",
            object_id=question.id,
            locale=question.language,
        ),
        now=now,
    )


def send_new_link(session: Session, *, question: DevelopmentQuestion, now: datetime) -> bool:
    """Mail a new link to who asked; whether that can be done: by e-mail, and while there is something to come in for."""
    if is_past_its_links(question, now=now):
        return False
    contact, template = question.contact, NEW_LINK
    if contact is None or contact.way is not ContactWay.EMAIL or not contact.email:
        return False
    if not may_mail(session, question_id=question.id, template=template):
        return False
    version = newest_version(session, object_kind="question", object_id=question.id, template=template) + 1
    tell_asker(session, question=question, template=template, now=now, version=version)
    return True


def is_past_its_links(question: DevelopmentQuestion, *, now: datetime) -> bool:
    """Whether it ended so long ago that there is nothing to come in for any more."""
    ended = question.withdrawn_at or question.closed_at
    return question.is_over and ended is not None and now > ended + AFTER_THE_CASE


def note_response(question: DevelopmentQuestion, *, now: datetime) -> None:
    """Keep when the desk first did something for the person."""
    if question.responded_at is None:
        question.responded_at = now


def not_yours() -> Refusal:
    return Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def advisor_only(actor: Actor) -> None:
    """Only an advisor (or a program) may do this. Raises ``Refusal``."""
    if actor.audience not in (Audience.ADVISOR, Audience.SYSTEM):
        raise not_yours()


def may_change(session: Session, question: DevelopmentQuestion, actor: Actor, *, decided_too: bool = False) -> None:
    """A draft is changed by who asked; what was sent is corrected by an advisor while it is open.

    With `decided_too` also after the decision, which itself stands: for what is decided again on.

    Locks the question until the end of the transaction and looks at it anew: who decides at the same moment waits and sees what
    was changed, or decided first, and then nothing is changed any more. A draft that was thrown away meanwhile is a ``Conflict``.
    """
    hold(session, question, otherwise=moved_on())
    if actor.audience is Audience.SYSTEM:
        return
    if question.is_draft:
        if not is_asker(question, actor):
            raise not_yours()
        return
    if actor.audience is not Audience.ADVISOR:
        raise Conflict(
            "already_submitted", _l("U hebt deze vraag al verstuurd. Neem contact op als er iets moet veranderen.")
        )
    if not question.is_open and not (decided_too and question.state is QuestionState.DECIDED):
        raise Conflict("question_moved_on", _l("Deze vraag is al afgerond. U kunt haar niet meer veranderen."))


def changed(session: Session, question: DevelopmentQuestion, actor: Actor, now: datetime, *fields: str) -> None:
    """Keep when the question was changed; after it was sent also what and by whom, and raise its revision."""
    question.changed_at = now
    if question.is_draft:
        count_act(session, "draft.saved")
    else:
        question.revision += 1
        record(
            session,
            actor=actor,
            action="question.corrected",
            object_kind="question",
            object_id=question.id,
            now=now,
            fields=fields,
        )
    session.flush()
