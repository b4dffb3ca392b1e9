"""The act of applying: who asks for an award of which schemes, confirmed. It starts the legal clock and the order of receipt."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.cases.applications.choosing import require_together, require_what_it_is_for
from portal.cases.applications.completeness import take_place
from portal.cases.applications.fitting_birth import birth_facts, require_fitting_birth, require_known_birth
from portal.cases.applications.models import ApplicantKind, Application, TermStop
from portal.cases.applications.queries import application_by_question, can_apply_here
from portal.cases.questions.actions import move_question, not_yours, tell_asker
from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion, QuestionState, Route
from portal.cases.questions.queries import is_asker
from portal.cases.same_person.actions import judge_double
from portal.cases.same_person.models import DoubleVerdict
from portal.cases.same_person.queries import counted_under, keys_of_person
from portal.framework.catalogue.queries import SchemeInForce, catalogue, schemes_in_force
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date, local_time
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import days_within, stop_of_term, term_of_weeks
from portal.platform.numbers.actions import next_number
from schemes.basics.plain import plain


@dataclass(frozen=True)
class ApplicantDetails:
    """Who applies (Awb 4:2). In the employer route `name` is the organisation and `birth_date` that of the employee."""

    name: str
    birth_date: date | None
    street: str
    house_number: str
    postcode: str
    city: str
    kvk_number: str | None = None
    learner_name: str | None = None


@dataclass(frozen=True)
class AppliedFor:
    """For what is applied on one question, and who applies."""

    question: DevelopmentQuestion
    schemes: Sequence[str]
    applicant: ApplicantDetails


OF_ONE_EMPLOYEE = frozenset({"schemes", "learner_name", "birth_date"})
"""The fields that an employer fills in for each employee; the others are filled in once."""


def apply_for_awards(
    session: Session,
    *,
    question: DevelopmentQuestion,
    schemes: Sequence[str],
    applicant: ApplicantDetails,
    confirmed: bool,
    actor: Actor,
    now: datetime,
) -> Application:
    """Apply for awards of named schemes that are administered here. From now on the reference date is today.

    Who asks names no schemes that exclude each other, and applies only when it is known for which training and what it costs.
    Raises ``Refusal`` at the field that is missing or wrong, ``Conflict`` when there is an application already.
    """
    wanted = AppliedFor(question, schemes, applicant)
    application = _receive(session, wanted, confirmed=confirmed, actor=actor, now=now)
    tell_asker(session, question=question, template="application/received", now=now)
    return application


def apply_together(
    session: Session, *, wanted: Sequence[AppliedFor], confirmed: bool, actor: Actor, now: datetime
) -> list[Application]:
    """An employer applies for several employees at once: an application for each, in this order, and one message over all.

    Raises as `apply_for_awards` does; what is of one employee alone is refused at its field with the place in the list behind it
    (``learner_name-2``), the first being 1. Nothing is applied for then.
    """
    if not wanted:
        raise Refusal("nobody_chosen", _l("Kies voor wie u de aanvraag doet."), field="schemes-1")
    made = []
    for place, one in enumerate(wanted, start=1):
        try:
            made.append(_receive(session, one, confirmed=confirmed, actor=actor, now=now))
        except Refusal as refusal:
            if refusal.field in OF_ONE_EMPLOYEE:
                refusal.field = f"{refusal.field}-{place}"
            raise
    first, details = wanted[0].question, {"number": len(made), "first": made[0].number, "last": made[-1].number}
    template = "application/received_together" if len(made) > 1 else "application/received"
    tell_asker(session, question=first, template=template, now=now, details=details if len(made) > 1 else None)
    return made


def _receive(session: Session, wanted: AppliedFor, *, confirmed: bool, actor: Actor, now: datetime) -> Application:
    question, schemes, applicant = wanted.question, wanted.schemes, wanted.applicant
    if not (is_asker(question, actor) or actor.audience in (Audience.ADVISOR, Audience.SYSTEM)):
        raise not_yours()
    today = local_date(now)
    if application_by_question(session, question=question) is not None:
        raise Conflict("already_applied", _l("U hebt deze aanvraag al gedaan."))
    if is_asker(question, actor):
        require_what_it_is_for(question)
    chosen = _chosen(session, question, schemes, today, local_time(now))
    if is_asker(question, actor):
        require_together(chosen)
    born = _check_applicant(question, applicant, today)
    require_known_birth(question, born)
    require_fitting_birth(session, question=question, held=chosen, born=born, on=today)
    if not confirmed:
        raise Refusal("not_confirmed", _l("Bevestig dat u de aanvraag wilt doen."), field="confirmed")
    weeks = _decision_weeks(session, chosen)
    decide_by = term_of_weeks(today, weeks)
    move_question(
        session,
        question=question,
        to=QuestionState.APPLIED,
        allowed=(QuestionState.SUBMITTED, QuestionState.WAITING),
        applied_at=now,
        applied_by=actor.reference,
        waiting_since=None,
        reference_date=today,
        decide_by=decide_by,
        revision=DevelopmentQuestion.revision + 1,
        changed_at=now,
    )
    application = _write(session, question, chosen, applicant, weeks, actor, now)
    _complete_facts(session, question, applicant)
    take_place(session, question=question, application=application, actor=actor, now=now)
    record(
        session,
        actor=actor,
        action="application.received",
        object_kind="question",
        object_id=question.id,
        now=now,
        fields=("schemes", "applicant"),
    )
    return application


def _write(
    session: Session,
    question: DevelopmentQuestion,
    chosen: Sequence[SchemeInForce],
    applicant: ApplicantDetails,
    weeks: int,
    actor: Actor,
    now: datetime,
) -> Application:
    today = local_date(now)
    salt = catalogue(session).holder_salt
    employer = question.route is Route.EMPLOYER
    number = next_number(session, series="application", year=today.year)
    application = Application(
        number=f"AV-{today.year}-{number:04d}",
        receipt_order=next_number(session, series="receipt", year=0),
        question_id=question.id,
        schemes=[scheme.slug for scheme in chosen],
        scheme_versions={scheme.slug: scheme.version for scheme in chosen},
        kind=ApplicantKind.EMPLOYER if employer else ApplicantKind.PERSON,
        name=applicant.name.strip(),
        birth_date=applicant.birth_date,
        street=applicant.street,
        house_number=applicant.house_number,
        postcode=applicant.postcode,
        city=applicant.city,
        kvk_number=applicant.kvk_number if employer else None,
        learner_name=applicant.learner_name if employer else None,
        person_key=counted_under(session, person_key(salt, applicant, employer)),
        employer_key=holder_key(salt, "employer", applicant.kvk_number or "") if employer else None,
        confirmed_at=now,
        applied_on=today,
        applied_at=now,
        applied_by=actor.reference,
        decision_weeks=weeks,
        stopped_days=0,
    )
    session.add(application)
    session.flush()
    return application


# The legal clock -------------------------------------------------------------------------------------------------------


def resume_clock(
    session: Session,
    *,
    question: DevelopmentQuestion,
    asked_on: date,
    completed_on: date | None,
    answer_by: date,
    today: date,
) -> None:
    """Add the days on which the decision term stood still for one request, and move the last day (Awb 4:15).

    Days on which it stood still for something else too count once.
    """
    application = application_by_question(session, question=question)
    stop = stop_of_term(asked_on, completed_on, answer_by, today)
    if application is None or stop is None:
        return
    hold(session, question)
    hold(session, application)
    rows = session.execute(select(TermStop.first_on, TermStop.last_on).where(TermStop.application_id == application.id))
    known = [(row.first_on, row.last_on) for row in rows]
    application.stopped_days += days_within([*known, stop]) - days_within(known)
    session.add(TermStop(application_id=application.id, first_on=stop[0], last_on=stop[1]))
    question.decide_by = term_of_weeks(
        application.applied_on, application.decision_weeks, stopped_days=application.stopped_days
    )
    session.flush()


def lengthen_term(session: Session, *, question: DevelopmentQuestion, application: Application, weeks: int) -> None:
    """Make the decision term so many weeks longer, guarded in the write: of two people at once one gets through (Awb 4:14)."""
    hold(session, question)
    known = application.decision_weeks
    moved_on = Conflict("question_moved_on", _l("Deze vraag is intussen veranderd. Bekijk de vraag opnieuw."))
    write_guarded(
        session, application, Application.decision_weeks == known, otherwise=moved_on, decision_weeks=known + weeks
    )
    question.decide_by = term_of_weeks(
        application.applied_on, application.decision_weeks, stopped_days=application.stopped_days
    )
    session.flush()


def _chosen(
    session: Session, question: DevelopmentQuestion, schemes: Sequence[str], today: date, at: time
) -> list[SchemeInForce]:
    if not schemes:
        raise Refusal("no_scheme", _l("Kies minstens één regeling."), field="schemes")
    held = schemes_in_force(session, on=today, known_at=question.submitted_at)
    known = {scheme.slug: scheme for scheme in held}
    chosen = []
    for slug in sorted(set(schemes)):
        scheme = known.get(slug)
        if scheme is None or not can_apply_here(scheme, question.route.value, today, at):
            raise Refusal(
                "scheme_not_open_here", _l("Voor deze regeling kunt u hier nu geen aanvraag doen."), field="schemes"
            )
        chosen.append(scheme)
    return chosen


def _check_applicant(question: DevelopmentQuestion, applicant: ApplicantDetails, today: date) -> date:
    """Raises ``Refusal`` at what is missing or cannot be; returns the birth date."""
    for name in ("name", "street", "house_number", "postcode", "city"):
        if not str(getattr(applicant, name) or "").strip():
            raise Refusal(f"{name}_missing", _l("Vul dit in. Wij hebben het nodig voor uw aanvraag."), field=name)
    if question.route is Route.EMPLOYER:
        if not re.fullmatch(r"[0-9]{8}", applicant.kvk_number or "", re.ASCII):
            raise Refusal("kvk_number", _l("Een KVK-nummer heeft 8 cijfers."), field="kvk_number")
        if not (applicant.learner_name or "").strip():
            raise Refusal("learner_missing", _l("Vul de naam van uw werknemer in."), field="learner_name")
    if applicant.birth_date is None:
        raise Refusal("birth_date_missing", _l("Vul de geboortedatum in."), field="birth_date")
    if not date(1900, 1, 1) <= applicant.birth_date < today:
        raise Refusal("birth_date_impossible", _l("Deze geboortedatum kan niet kloppen."), field="birth_date")
    return applicant.birth_date


def _decision_weeks(session: Session, chosen: Sequence[SchemeInForce]) -> int:
    default = catalogue(session).region.settings.decision_weeks
    return min(scheme.definition.decision_weeks or default for scheme in chosen)


def _complete_facts(session: Session, question: DevelopmentQuestion, applicant: ApplicantDetails) -> None:
    """The birth date of the application is a fact from now on: ages are computed from it."""
    if applicant.birth_date is not None:
        question.facts = question.facts | birth_facts(session, applicant.birth_date)
        session.flush()


# Doubles ---------------------------------------------------------------------------------------------------------------


def settle_double(
    session: Session,
    *,
    question: DevelopmentQuestion,
    application: Application,
    other: Application,
    same: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """An advisor says whether the learners of two applications are one person. If so, awards and ceilings count together.

    Undecided applications of that person get a new revision: a proposal that was made before no longer holds. Raises ``Refusal``
    when the two cannot be compared, ``Conflict`` when this was settled before.
    """
    if application.person_key is None or other.person_key is None or application.person_key == other.person_key:
        raise Refusal("no_double", _l("Deze twee aanvragen tellen al bij elkaar, of zijn niet te vergelijken."))
    verdict = DoubleVerdict.SAME if same else DoubleVerdict.DIFFERENT
    pair = own_key(session, application), own_key(session, other)
    main = judge_double(session, keys=pair, verdict=verdict, question_id=question.id, actor=actor, now=now)
    if not same:
        return
    theirs = Application.person_key.in_(keys_of_person(session, main))
    session.execute(
        update(DevelopmentQuestion)
        .where(
            DevelopmentQuestion.id.in_(select(Application.question_id).where(theirs)),
            DevelopmentQuestion.state.in_(OPEN_STATES),
        )
        .values(revision=DevelopmentQuestion.revision + 1, changed_at=now)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Application).where(theirs).values(person_key=main).execution_options(synchronize_session=False)
    )
    for row in (question, application, other):
        session.refresh(row)


# Pseudonyms ------------------------------------------------------------------------------------------------------------


def holder_key(salt: str, kind: str, *parts: str) -> str:
    """The pseudonym of a holder of a ceiling: a keyed hash that says nothing about the person without the salt."""
    text = "\x1f".join((kind, *(plain(part) for part in parts)))
    return hmac.new(bytes.fromhex(salt), text.encode(), hashlib.sha256).hexdigest()


def person_key(salt: str, applicant: ApplicantDetails, employer: bool) -> str:
    """The pseudonym of the learner: name, birth date, and the address (in the employer route: the employer's KvK number)."""
    born = applicant.birth_date.isoformat() if applicant.birth_date else ""
    if employer:
        return holder_key(salt, "person", applicant.learner_name or "", born, applicant.kvk_number or "")
    return holder_key(salt, "person", applicant.name, born, applicant.postcode, applicant.house_number)


def own_key(session: Session, application: Application) -> str:
    """The pseudonym that follows from the application itself, whatever was joined later."""
    employer = application.kind is ApplicantKind.EMPLOYER
    return person_key(catalogue(session).holder_salt, details_of(application), employer)


def details_of(application: Application) -> ApplicantDetails:
    """Who applied, as it was given."""
    return ApplicantDetails(
        name=application.name,
        birth_date=application.birth_date,
        street=application.street,
        house_number=application.house_number,
        postcode=application.postcode,
        city=application.city,
        kvk_number=application.kvk_number,
        learner_name=application.learner_name,
    )
