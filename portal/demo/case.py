"""Who asks what in the history, and what is filled in about it: everything that is fixed before a story begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from portal.cases.applications.actions import ApplicantDetails
from portal.cases.questions.models import ContactDetails, ContactWay, CostInput
from portal.demo.employers import Company
from portal.demo.people import Person
from portal.demo.trainings import DemoTraining, school_of
from portal.post.messages.models import MessageTopic

WITH_VAT = 121
"""A training that is not recognised carries 21 percent VAT."""


@dataclass(frozen=True)
class DemoCase:
    """Who asks what: everything about one question that is fixed before its history begins."""

    number: int
    route: str
    person: Person
    company: Company
    training: DemoTraining
    situation: str
    benefit: str
    education: str
    way: ContactWay
    language: str
    random: Random

    @property
    def first_name(self) -> str:
        return self.person.name.split()[0]

    def says(self, text: str) -> str:
        """A text about this case."""
        return text.format(
            name=self.first_name, training=self.training.name, school=self.school_name, company=self.company.name
        )

    @property
    def school_name(self) -> str:
        return school_of(self.training.school).name

    def one_of(self, *choices: tuple[str, ...]) -> str:
        """One of the texts for a resident (first) or an employer (second), about this case."""
        return self.says(self.random.choice(choices[0 if self.route == "individual" else -1]))


# What is filled in -------------------------------------------------------------------------------------------------------


def goals_of(case: DemoCase) -> list[str]:
    """What the person wants to reach, as the intake asks it."""
    goals = list(case.training.goals)
    if case.situation in ("job_seeker", "dismissal_threatened") and "find_work" not in goals:
        goals.append("find_work")
    if case.situation == "self_employed" and "own_business" not in goals:
        goals.append("own_business")
    return goals


def facts_of(case: DemoCase, start: date | None) -> Mapping[str, Any]:
    """The facts of a case; those of the training when it is known on which day it starts."""
    facts: dict[str, Any] = {
        "birth_year": case.person.birth_date.year,
        "work_situation": case.situation,
        "education_level": case.education,
    }
    if case.route == "individual":
        facts |= {
            "residence_postcode": case.person.place.digits,
            "residence_municipality": case.person.place.municipality,
            "benefit": case.benefit,
        }
    if case.situation not in ("job_seeker", "self_employed", "other"):
        facts |= {
            "employer_municipality": case.company.place.municipality,
            "employer_sector_fund": case.company.sector_fund,
            "contract_hours": case.random.choice((20, 24, 28, 32, 36, 38, 40)),
        }
        if case.company.sector_fund == "colland":
            facts["colland_sector"] = "gardening"
            facts["colland_five_years"] = case.random.random() < 0.7
    if case.route == "employer":
        facts |= {
            "employer_size": case.company.size,
            "recognised_training_company": case.training.path == "mbo_bbl" or case.random.random() < 0.5,
            "employer_owner_is_learner": False,
        }
    return facts | _training_facts(case, start) if start is not None else facts


def _training_facts(case: DemoCase, start: date) -> dict[str, Any]:
    training = case.training
    facts: dict[str, Any] = {
        "training_kind": training.kind,
        "training_path": training.path,
        "training_level": training.level,
        "training_sector": training.sector,
        "training_start": start.isoformat(),
        "training_recognised": training.recognised,
        "mandatory_for_job": training.mandatory,
    }
    if training.path == "he_parttime":
        facts |= {"student_finance": False, "has_he_degree": False}
    if case.route == "employer" and training.path == "mbo_bbl":
        facts["practice_weeks"] = 40
    return facts


def costs_of(case: DemoCase, start: date) -> list[CostInput]:
    """The costs of the training, each provider's price a little different; without VAT beside them for an employer."""
    costs = []
    for category, usual in case.training.costs:
        cents = usual * case.random.randint(94, 106) // 100 // 500 * 500
        bare = None
        if case.route == "employer":
            bare = cents if case.training.recognised else cents * 100 // WITH_VAT
        costs.append(
            CostInput(category, cents, amount_without_vat_cents=bare, due_on=start if category == "tuition" else None)
        )
    if case.route == "employer" and case.training.path in ("mbo_bbl", "third_path"):
        costs.append(CostInput("guidance", 120_000, description="Begeleiding op de werkplek"))
    return costs


def contact_of(case: DemoCase) -> ContactDetails:
    """How this person wants to be answered."""
    person, employer = case.person, case.route == "employer"
    name = case.company.contact if employer else person.name
    if case.way is ContactWay.EMAIL:
        email = case.company.email if employer else person.email
        return ContactDetails(case.way, name, email=email, by_mail=tuple(MessageTopic))
    if case.way is ContactWay.PHONE:
        return ContactDetails(case.way, name, phone=person.phone)
    return ContactDetails(case.way, name, street=person.street, house_number=person.house_number, **_town(case))


def _town(case: DemoCase) -> dict[str, Any]:
    place = case.company.place if case.route == "employer" else case.person.place
    postcode = f"{place.digits} XA" if case.route == "employer" else case.person.postcode
    return {"postcode": postcode, "city": place.town}


def applicant_of(case: DemoCase) -> ApplicantDetails:
    """Who applies: the person, or the company for somebody who works there."""
    person, employer = case.person, case.route == "employer"
    return ApplicantDetails(
        name=case.company.name if employer else person.name,
        birth_date=person.birth_date,
        street=person.street,
        house_number=person.house_number,
        kvk_number=case.company.kvk_number if employer else None,
        learner_name=person.name if employer else None,
        **_town(case),
    )


def percent_of(cents: int, share: int) -> int:
    """So many percent of an amount, in whole euros."""
    return max(100, cents * share // 100 // 100 * 100)
