"""Acts on development questions: start, fill in, send, withdraw, close. Nothing commits; every act says who and when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from matching.problem.crossrefs import EMPLOYER_CATEGORIES
from portal.cases.questions.models import (
    OPEN_STATES,
    Bearer,
    CloseReason,
    Contact,
    ContactDetails,
    ContactWay,
    CostInput,
    DevelopmentQuestion,
    EmployerDetails,
    HadBeforeInput,
    QuestionCostLine,
    QuestionState,
    Route,
)
from portal.cases.questions.queries import is_asker
from portal.framework.catalogue.queries import as_json, catalogue, fact_refusal
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import add_working_days
from portal.platform.numbers.actions import next_number
from portal.post.messages.actions import enqueue, set_consent
from portal.post.messages.queries import may_mail
from schemes.basics.vocabulary import COST_CATEGORIES
from schemes.facts import parse_facts

DRAFT_LIFE = timedelta(days=30)
MOST_LINES = 20
MOST_CENTS_PER_LINE = 1_000_000_00


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


# What was asked --------------------------------------------------------------------------------------------------------


def save_wish(
    session: Session,
    *,
    question: DevelopmentQuestion,
    wish: str | None,
    goals: Sequence[str],
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what somebody wants to learn or reach. Raises ``Refusal`` (field wish) when it is too long."""
    may_change(question, actor)
    if wish is not None and len(wish) > 2000:
        raise Refusal("wish_too_long", _l("Gebruik niet meer dan 2.000 tekens."), field="wish")
    question.wish, question.goals = wish or None, list(dict.fromkeys(goals))
    changed(session, question, actor, now, "wish", "goals")


def save_facts(
    session: Session, *, question: DevelopmentQuestion, facts: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    """Add answers to the facts. None takes an answer away, ``"unknown"`` keeps that the person does not know.

    Raises ``Refusal`` at the fact when a value does not fit its definition.
    """
    may_change(question, actor)
    given = {key: value for key, value in facts.items() if value is not None}
    parsed = parse_facts(given, catalogue(session).facts, on=local_date(now))
    if parsed.findings:
        raise fact_refusal(parsed.findings[0])
    kept = {key: value for key, value in question.facts.items() if key not in facts}
    answers = {key: as_json(value) for key, value in parsed.values.items()}
    question.facts = kept | answers | dict.fromkeys(parsed.unknown, "unknown")
    changed(session, question, actor, now, *facts)


def save_training(
    session: Session,
    *,
    question: DevelopmentQuestion,
    name: str | None,
    provider: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep the training; without a name it is not known yet."""
    may_change(question, actor)
    question.training_name, question.training_provider = name or None, (provider or None) if name else None
    changed(session, question, actor, now, "training")


def save_costs(
    session: Session, *, question: DevelopmentQuestion, costs: Sequence[CostInput], actor: Actor, now: datetime
) -> None:
    """Replace all cost lines. Raises ``Refusal`` for too many lines, an unknown category or an impossible amount."""
    may_change(question, actor)
    if len(costs) > MOST_LINES:
        raise Refusal("too_many_costs", _l("Vul niet meer dan %(most)s kosten in.", most=MOST_LINES), field="costs")
    for line in costs:
        _check_cost(line)
    session.execute(delete(QuestionCostLine).where(QuestionCostLine.question_id == question.id))
    session.expire(question, ["cost_lines"])
    for position, line in enumerate(costs, start=1):
        owed = (
            Bearer.EMPLOYER if question.route is Route.EMPLOYER or line.category in EMPLOYER_CATEGORIES else line.bearer
        )
        session.add(
            QuestionCostLine(
                question_id=question.id,
                line_key=f"k{position}",
                position=position,
                category=line.category,
                description=line.description or None,
                amount_cents=line.amount_cents,
                amount_without_vat_cents=line.amount_without_vat_cents,
                due_on=line.due_on,
                bearer=Bearer(owed or Bearer.RESIDENT),
            )
        )
    session.flush()
    session.refresh(question, ["cost_lines"])
    changed(session, question, actor, now, "costs")


def _check_cost(line: CostInput) -> None:
    if line.category not in COST_CATEGORIES:
        raise Refusal("unknown_category", _l("Kies een kostensoort uit de lijst."), field="category")
    if not 0 < line.amount_cents <= MOST_CENTS_PER_LINE:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in tussen € 0,01 en € 1.000.000."), field="amount")
    without = line.amount_without_vat_cents
    if without is not None and not 0 < without <= line.amount_cents:
        message = _l("Het bedrag zonder btw is niet hoger dan het bedrag met btw.")
        raise Refusal("vat_out_of_range", message, field="amount_without_vat")


def save_employer(
    session: Session,
    *,
    question: DevelopmentQuestion,
    employer: EmployerDetails,
    learner_name: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep who the employer is and for which employee it asks. Raises ``Refusal`` on a wrong KvK number or route."""
    may_change(question, actor)
    if question.route is not Route.EMPLOYER:
        raise Refusal("not_employer_route", _l("Deze vraag is niet van een werkgever."))
    if not re.fullmatch(r"[0-9]{8}", employer.kvk_number, re.ASCII):
        raise Refusal("kvk_number", _l("Een KvK-nummer heeft 8 cijfers."), field="kvk_number")
    question.employer_name, question.employer_kvk = employer.name, employer.kvk_number
    question.employer_contact, question.learner_name = employer.contact_name or None, learner_name or None
    changed(session, question, actor, now, "employer", "learner")


def save_borrowing(
    session: Session, *, question: DevelopmentQuestion, up_to_cents: int, actor: Actor, now: datetime
) -> None:
    """Keep how much the person wants to borrow at most; 0 is nothing."""
    may_change(question, actor)
    if not 0 <= up_to_cents <= MOST_CENTS_PER_LINE:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in tussen € 0 en € 1.000.000."), field="borrow_up_to")
    question.borrow_up_to_cents = up_to_cents
    changed(session, question, actor, now, "borrow_up_to")


def save_had_before(
    session: Session, *, question: DevelopmentQuestion, entries: Sequence[HadBeforeInput], actor: Actor, now: datetime
) -> None:
    """Keep what the person had before, as declared. At an application what this desk awarded is looked up as well."""
    may_change(question, actor)
    question.had_before = [
        {"scheme": entry.scheme, "amount_cents": entry.amount_cents, "awarded_on": entry.awarded_on.isoformat()}
        for entry in entries
    ]
    changed(session, question, actor, now, "had_before")


# Steps -----------------------------------------------------------------------------------------------------------------


def submit_question(
    session: Session, *, question: DevelopmentQuestion, contact: ContactDetails, actor: Actor, now: datetime
) -> DevelopmentQuestion:
    """Send the question to the desk: it asks for advice, nothing more. Gives it a number and fixes the reference date.

    Who chooses e-mail gets messages about the question by e-mail; decisions and vouchers only when agreed (`contact.by_mail`).
    Raises ``Refusal`` when nothing was asked or no way of contact is complete, ``Conflict`` when it was sent before.
    """
    may_change(question, actor)
    if not question.is_draft:
        raise Conflict("already_submitted", _l("Deze vraag is al verstuurd."))
    if not (question.wish or question.goals or question.training_name):
        raise Refusal("nothing_asked", _l("Vertel eerst wat u wilt leren of bereiken."), field="wish")
    if question.route is Route.EMPLOYER and question.employer_kvk is None:
        raise Refusal("employer_missing", _l("Vul eerst de gegevens van uw organisatie in."), field="kvk_number")
    _check_contact(contact)
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
        changed_at=now,
    )
    set_consent(session, question_id=question.id, topics=contact.agreed, actor_id=actor.reference, now=now)
    tell_asker(session, question=question, template="question/received", now=now)
    record(session, actor=actor, action="question.submitted", object_kind="question", object_id=question.id, now=now)
    return question


def _check_contact(contact: ContactDetails) -> None:
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
    """The person takes the question (and the application with it) back. Not possible after a decision."""
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
    tell_asker(session, question=question, template="question/withdrawn", now=now)
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
    record(session, actor=actor, action="question.closed", object_kind="question", object_id=question.id, now=now)


def discard_draft(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    """Throw a draft away with everything in it."""
    may_change(question, actor)
    if not question.is_draft:
        raise Conflict("already_submitted", _l("Deze vraag is al verstuurd. U kunt haar wel intrekken."))
    session.delete(question)
    session.flush()


def expire_drafts(session: Session, *, now: datetime, at_most: int = 1000) -> int:
    """Remove drafts that nobody touched for thirty days, with all personal data in them; returns how many."""
    old = session.scalars(
        select(DevelopmentQuestion)
        .where(DevelopmentQuestion.state == QuestionState.DRAFT, DevelopmentQuestion.changed_at < now - DRAFT_LIFE)
        .order_by(DevelopmentQuestion.id)
        .limit(at_most)
    ).all()
    for draft in old:
        session.delete(draft)
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
    session.flush()
    moved = session.execute(
        update(DevelopmentQuestion)
        .where(DevelopmentQuestion.id == question.id, DevelopmentQuestion.state.in_(allowed))
        .values(state=to, **values)
        .execution_options(synchronize_session=False)
    )
    if getattr(moved, "rowcount", 0) != 1:
        raise Conflict("question_moved_on", _l("Deze vraag is intussen veranderd. Bekijk de vraag opnieuw."))
    session.refresh(question)


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

    Who wants to be called gets no message (the desk calls), unless it must be `in_writing`: then a letter.
    """
    way = question.contact.way if question.contact is not None else ContactWay.PHONE
    if way is ContactWay.PHONE and not in_writing:
        return
    mail = way is ContactWay.EMAIL and may_mail(session, question_id=question.id, template=template)
    enqueue(
        session,
        kind="email" if mail else "letter",
        template=template,
        details=details,
        version=version,
        recipient="resident" if question.route is Route.INDIVIDUAL else "employer",
        object_kind="question",
        object_id=question.id,
        now=now,
        locale=question.language,
    )


def note_response(question: DevelopmentQuestion, *, now: datetime) -> None:
    """Keep when the desk first did something for the person."""
    if question.responded_at is None:
        question.responded_at = now


def not_yours() -> Refusal:
    return Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def advisor_only(actor: Actor) -> None:
    if actor.audience not in (Audience.ADVISOR, Audience.SYSTEM):
        raise not_yours()


def may_change(question: DevelopmentQuestion, actor: Actor) -> None:
    """A draft is changed by who asked; what was sent is corrected by an advisor while it is open."""
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
    if not question.is_open:
        raise Conflict("question_moved_on", _l("Deze vraag is al afgerond. U kunt haar niet meer veranderen."))


def changed(session: Session, question: DevelopmentQuestion, actor: Actor, now: datetime, *fields: str) -> None:
    """Keep when the question was changed; after it was sent also what and by whom, and raise its revision."""
    question.changed_at = now
    if not question.is_draft:
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
