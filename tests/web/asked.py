"""Questions of a resident and of an employer, filled in, sent and decided by the same acts as the screens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.requirements import Checks
from portal.awarding.proposals.actions import make_proposal
from portal.cases.applications.actions import ApplicantDetails, apply_for_awards
from portal.cases.contents import save_costs, save_employer, save_facts, save_training, save_wish
from portal.cases.questions.actions import start_question, submit_question
from portal.cases.questions.models import (
    ContactDetails,
    ContactWay,
    CostInput,
    DevelopmentQuestion,
    EmployerDetails,
    Route,
)
from portal.people.accounts.models import Account
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor, Audience
from tests.factories import complete
from tests.web.browser import SYSTEM

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
FOR_PERSON, FOR_EMPLOYER = "ontwikkelfonds-individueel", "ontwikkelfonds-werkgever"
WELDER: Mapping[str, Any] = {
    "birth_year": 1988,
    "residence_municipality": "GM0200",
    "work_situation": "employee_permanent",
    "benefit": "none",
    "education_level": "mbo2",
    "employer_municipality": "GM0200",
    "employer_sector_fund": "none",
    "training_kind": "retraining",
    "training_path": "course",
    "training_level": "mbo3",
    "training_sector": "technology",
    "training_start": "2027-02-01",
}
SMITHY: Mapping[str, Any] = {
    "employer_municipality": "GM0150",
    "employer_size": 14,
    "employer_sector_fund": "none",
    "employer_owner_is_learner": False,
    "recognised_training_company": True,
    "work_situation": "employee_permanent",
    "training_kind": "further_training",
    "training_path": "course",
    "training_level": "mbo4",
    "training_sector": "technology",
    "training_start": "2027-01-18",
}


def filled_question(session: Session, *, route: Route, who: str = "Jo", at: datetime = NOW) -> DevelopmentQuestion:
    """A draft with every page filled in: a welder in Apeldoorn, or a smithy in Deventer with one employee."""
    question = start_question(session, route=route, language="nl", actor=SYSTEM, now=at)
    door = Audience.EMPLOYER if route is Route.EMPLOYER else Audience.RESIDENT
    asker = Actor(door, question_id=question.id)
    save_wish(session, question=question, wish="Technicus worden", goals=["keep_current_job"], actor=asker, now=at)
    if route is Route.EMPLOYER:
        employer = EmployerDetails(f"Smederij {who}", f"{10_000_000 + question.id}", "Sam Smit")
        save_employer(session, question=question, employer=employer, learner_name=f"Jo {who}", actor=asker, now=at)
    facts = dict(SMITHY if route is Route.EMPLOYER else WELDER)
    save_facts(session, question=question, facts=facts, actor=asker, now=at)
    save_training(session, question=question, name="Techniek", provider="Vakschool Voorbeeld", actor=asker, now=at)
    save_costs(session, question=question, costs=[CostInput("tuition", 340_000)], actor=asker, now=at)
    return question


def send(session: Session, question: DevelopmentQuestion, *, at: datetime = NOW) -> DevelopmentQuestion:
    """The same question, sent; the answer goes by e-mail."""
    contact = ContactDetails(way=ContactWay.EMAIL, name=f"Jo {question.id}", email=f"jo{question.id}@voorbeeld.example")
    return submit_question(session, question=question, contact=contact, actor=asker_of(question), now=at)


def asker_of(question: DevelopmentQuestion) -> Actor:
    """Who asked, as an actor."""
    door = Audience.EMPLOYER if question.route is Route.EMPLOYER else Audience.RESIDENT
    return Actor(door, question_id=question.id)


def decide(session: Session, question: DevelopmentQuestion, advisor: Account, *, at: datetime = NOW) -> str:
    """Apply for the voucher and approve it; the public id of the proposal."""
    employer = question.route is Route.EMPLOYER
    applicant = ApplicantDetails(
        name=f"Smederij {question.id}" if employer else f"Jo {question.id}",
        birth_date=date(1988, 5, 17),
        street="Brink",
        house_number=str(question.id),
        postcode="7411 BR",
        city="Deventer",
        kvk_number=question.employer_kvk if employer else None,
        learner_name=question.learner_name if employer else None,
    )
    schemes = [FOR_EMPLOYER if employer else FOR_PERSON]
    who = asker_of(question)
    apply_for_awards(
        session, question=question, schemes=schemes, applicant=applicant, confirmed=True, actor=who, now=at
    )
    session.refresh(question)
    actor = actor_of_account(advisor)
    complete(session, question, actor=actor, now=at)
    proposal = make_proposal(session, question=question, actor=actor, now=at)
    approve_proposal(
        session,
        question=question,
        draft=Draft(
            proposal=proposal,
            rationale="Past bij de regeling.",
            checks=Checks(identity=True, purpose=True, costs=True, nothing_paid_twice=True),
        ),
        actor=actor,
        now=at,
    )
    return proposal.public_id
