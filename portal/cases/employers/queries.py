"""What an employer may see: all that it asked under its KvK numbers, and for what employees asked it to pay a part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from portal.cases.applications.models import Application
from portal.cases.bundles.models import BundledTraining
from portal.cases.pledges.models import Pledge
from portal.cases.questions.models import Contact, DevelopmentQuestion, QuestionState, Route
from portal.people.accounts.models import EmployerAddress, EmployerLink
from portal.people.accounts.queries import addresses_of_employer, kvk_numbers_of
from portal.people.actor import Actor, Audience
from portal.platform.among import among

REACHED_BY = ("email", "phone", "postcode", "house_number")
NOT_BEFORE_SENT = DevelopmentQuestion.state != QuestionState.DRAFT


def as_employer(session: Session, actor: Actor) -> Actor:
    """The same actor with the other questions that it may act for, as an employer; everybody else as they are.

    By the address of the employer: all that was sent under its KvK numbers, and what it is asked to pay for. In one question:
    what was sent together with that. Who acts for the employer by an authorisation, or helps, has the one question.
    """
    if actor.audience is not Audience.EMPLOYER or actor.is_helping or actor.representative_id is not None:
        return actor
    found = set(sent_with(session, question_id=actor.question_id)) if actor.question_id is not None else set()
    if actor.employer_email:
        numbers = kvk_numbers_of(session, email=actor.employer_email)
        found |= set(session.scalars(_asked_under(numbers))) if numbers else set()
        found |= set(session.scalars(_asked_to_pay(actor.employer_email)))
    return replace(actor, questions=frozenset(found)) if found else actor


def known_employer(session: Session, *, email: str) -> bool:
    """Whether there is something for an employer at this address: it speaks for one, or was asked to pay a part."""
    numbers = kvk_numbers_of(session, email=email)
    asked = session.scalars(_asked_to_pay(email).limit(1)).first()
    return bool(numbers) or asked is not None


def sent_with(session: Session, *, question_id: int) -> list[int]:
    """The questions that an employer sent together with this one, itself among them; none when it was sent alone.

    Only those of which the desk still speaks with the same person: a link that went to somebody else opens nothing here.
    """
    bundle = select(BundledTraining.question_id).where(BundledTraining.sent_as_id == question_id).scalar_subquery()
    mine, other = aliased(Contact), aliased(Contact)
    reached = [[getattr(who, name) for name in REACHED_BY] for who in (mine, other)]
    rows = (
        select(BundledTraining.sent_as_id, *reached[0], *reached[1])
        .join(other, other.question_id == BundledTraining.sent_as_id)
        .join(mine, mine.question_id == question_id)
        .where(BundledTraining.question_id == bundle, other.way == mine.way)
        .order_by(BundledTraining.position)
    )
    found = []
    for number, *said in session.execute(rows):  # compared here: an address stands sealed in the database
        plain = [(word or "").lower() for word in said]
        if plain[: len(REACHED_BY)] == plain[len(REACHED_BY) :]:
            found.append(number)
    return found


def numbers_of_employer(session: Session, *, actor: Actor) -> list[str]:
    """The KvK numbers for which the address of an employer speaks; none for who came in otherwise."""
    return kvk_numbers_of(session, email=actor.employer_email) if actor.employer_email else []


def employer_number(session: Session, *, question: DevelopmentQuestion) -> str | None:
    """Under which KvK number an employer asked: that of its application, before that what it said itself."""
    applied = select(Application.kvk_number).where(Application.question_id == question.id)
    return session.scalar(applied) or question.employer_kvk


def addresses_on_question(session: Session, *, question: DevelopmentQuestion) -> list[EmployerAddress]:
    """The addresses that speak for the employer of a question now. For who may see the question."""
    number = employer_number(session, question=question)
    return addresses_of_employer(session, kvk_numbers=[number]) if number is not None else []


def link_by_id(session: Session, *, link_id: int) -> EmployerLink | None:
    """The link that a mail is about."""
    return session.get(EmployerLink, link_id)


def address_by_id(session: Session, *, address_id: int) -> EmployerAddress | None:
    """The address that a mail is about, while it speaks for an employer."""
    found = session.get(EmployerAddress, address_id)
    return found if found is not None and found.ended_at is None else None


def address_by_public_id(session: Session, *, public_id: str) -> EmployerAddress | None:
    """The address with this public id."""
    return session.scalar(select(EmployerAddress).where(EmployerAddress.public_id == public_id))


@dataclass(frozen=True)
class BundledPlace:
    """The place of a question among those that an employer sent together."""

    bundle: int
    """The question in which they were filled in."""
    person: str
    """What the employer calls the employee there."""
    position: int


def places_of(session: Session, *, question_ids: Sequence[int]) -> dict[int, BundledPlace]:
    """For the questions that were sent together with others: where each stands."""
    rows = select(BundledTraining).where(among(BundledTraining.sent_as_id, question_ids))
    return {
        one.sent_as_id: BundledPlace(one.question_id, one.person, one.position)
        for one in session.scalars(rows)
        if one.sent_as_id is not None
    }


def _asked_under(numbers: Sequence[str]) -> Select[int]:
    """The questions of an employer: under the number of the application, before that the one that it filled in."""
    under = func.coalesce(Application.kvk_number, DevelopmentQuestion.employer_kvk)
    return (
        select(DevelopmentQuestion.id)
        .outerjoin(Application, Application.question_id == DevelopmentQuestion.id)
        .where(
            DevelopmentQuestion.route == Route.EMPLOYER,
            DevelopmentQuestion.employer_kvk.is_not(None),
            NOT_BEFORE_SENT,
            under.in_(numbers),
        )
    )


def _asked_to_pay(email: str) -> Select[int]:
    """The questions of employees who asked at this address, but those that ended without a decision: there the door is shut."""
    over = and_(
        DevelopmentQuestion.state.in_((QuestionState.WITHDRAWN, QuestionState.CLOSED)),
        DevelopmentQuestion.decided_at.is_(None),
    )
    return (
        select(DevelopmentQuestion.id)
        .join(Pledge, Pledge.question_id == DevelopmentQuestion.id)
        .where(
            Pledge.asked_at.is_not(None),
            func.lower(Pledge.employer_email) == email.strip().lower(),
            DevelopmentQuestion.route == Route.INDIVIDUAL,
            ~over,
        )
    )


def last_question(session: Session, *, actor: Actor) -> DevelopmentQuestion | None:
    """What an employer that is in for all that it asked sent last under its numbers; None for everybody else."""
    numbers = numbers_of_employer(session, actor=actor)
    if not numbers:
        return None
    newest = DevelopmentQuestion.submitted_at.desc(), DevelopmentQuestion.id.desc()
    return session.scalar(
        select(DevelopmentQuestion).where(DevelopmentQuestion.id.in_(_asked_under(numbers))).order_by(*newest).limit(1)
    )
