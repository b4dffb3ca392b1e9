"""A welder of the region that ships, with an employer, costs and answers; to be put on the table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.cases.contents import save_costs, save_facts, save_training, save_wish
from portal.cases.pledges.actions import Contribution, expect_pledge
from portal.cases.questions.actions import start_question, submit_question
from portal.cases.questions.models import ContactDetails, ContactWay, CostInput, DevelopmentQuestion, Route
from portal.people.actor import Actor, Audience

FACTS: dict[str, Any] = {
    "residence_municipality": "GM0200",
    "birth_year": 1985,
    "work_situation": "employee_permanent",
    "benefit": "none",
    "education_level": "mbo2",
    "training_path": "course",
    "training_level": "mbo3",
    "training_sector": "technology",
    "training_start": "2027-02-01",
    "employer_municipality": "GM0200",
    "employer_sector_fund": "none",
}
COSTS = (CostInput("tuition", 250_000), CostInput("exam", 50_000), CostInput("books", 15_000))


def a_welder(session: Session, *, now: datetime) -> DevelopmentQuestion:
    """A question that was sent, in a database with the region."""
    question = start_question(session, route=Route.INDIVIDUAL, language="nl", actor=Actor.anonymous(), now=now)
    by: dict[str, Any] = {
        "question": question,
        "actor": Actor(Audience.RESIDENT, question_id=question.id),
        "now": now,
    }
    save_wish(session, wish="Ik ben lasser en wil monteur worden", goals=["other_job"], **by)
    save_facts(session, facts=FACTS, **by)
    save_training(session, name="Monteur mechatronica", provider="Techniekschool", **by)
    save_costs(session, costs=COSTS, **by)
    expect_pledge(session, money=Contribution("up_to", 50_000), **by)
    contact = ContactDetails(ContactWay.PHONE, "Jo Jansen", phone="+31612345678")
    return submit_question(session, contact=contact, **by)
