"""What the desk does for one voucher of the history, from the question to the invoice, through the acts of the screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from matching.problem.proposal import Share
from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.requirements import Checks
from portal.awarding.proposals.actions import make_proposal
from portal.cases.applications.actions import ApplicantDetails, apply_for_awards
from portal.cases.applications.completeness import declare_complete
from portal.cases.contents import save_costs, save_employer, save_facts, save_training, save_wish
from portal.cases.owners.actions import claim_case
from portal.cases.questions.actions import start_question, submit_question
from portal.cases.questions.models import ContactDetails, ContactWay, CostInput, DevelopmentQuestion, EmployerDetails
from portal.demo.employers import Company
from portal.demo.history.plan import PlannedVoucher
from portal.demo.history.region import SCHEMES, facts_of_voucher
from portal.demo.papers import invoice_pdf
from portal.demo.people import REGION_PLACES, Person
from portal.demo.staff import Staff, add_school, staff
from portal.demo.trainings import SCHOOLS, School
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date
from portal.post.files.actions import Vault
from portal.spending.attendance import confirm_start
from portal.spending.invoices.actions import Paper, accept_invoice, submit_invoice
from portal.spending.providers.actions import approve_provider
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import vouchers_of_question

TECHNICAL, OTHER = SCHOOLS[:2], SCHOOLS[2:8]
_CHECKED = Checks(identity=True, purpose=True, costs=True, nothing_paid_twice=True)
_WHY = "De opleiding maakt de plek op de arbeidsmarkt sterker. (Verzonnen motivering bij de historie.)"
_SITUATIONS = ("job_seeker", "self_employed")
FIRST_COMPANY = 3000
"""The number of the Chamber of Commerce of the first company, but one: 00003001 and on belong to nobody."""


@dataclass
class HistoryDesk:
    """The desk at one instant of the history."""

    session: Session
    staff: Staff
    vault: Vault
    now: datetime

    @classmethod
    def opened(cls, session: Session, vault: Vault, now: datetime) -> HistoryDesk:
        """The desk with its providers, of which two people approved each."""
        desk = cls(session, staff(session), vault, now)
        for school in (*TECHNICAL, *OTHER):
            add_school(session, school=school, staff=desk.staff, now=now)
            for scheme in SCHEMES.values():
                provider = desk.staff.providers[school.key]
                approve_provider(session, provider=provider, scheme=scheme, actor=desk.staff.owner, now=now)
        return desk

    @property
    def today(self) -> date:
        """The day that the history has reached."""
        return local_date(self.now)

    def award(self, planned: PlannedVoucher, person: Person) -> Voucher:
        """Ask, apply, decide: the voucher of the plan, from the budget of the plan.

        Raises ``MixNoLongerFits`` when that budget has too little left.
        """
        advisor = self.staff.advisors[planned.number % 2]
        who: dict[str, Any] = {"actor": advisor, "now": self.now}
        question = self._asked(planned, person)
        claim_case(self.session, question=question, **who)
        application = apply_for_awards(
            self.session,
            question=question,
            schemes=[SCHEMES[planned.route]],
            applicant=_applicant(planned, person),
            confirmed=True,
            actor=self._asker(question),
            now=self.now,
        )
        declare_complete(self.session, question=question, application=application, received_at=self.now, **who)
        proposal = make_proposal(self.session, question=question, **who)
        share = Share(line="k1", offer=SCHEMES[planned.route], funding_line=planned.line, cents=planned.cents)
        draft = Draft(proposal, _WHY, _CHECKED, shares=[share])
        approve_proposal(self.session, question=question, draft=draft, **who)
        return vouchers_of_question(self.session, question=question, actor=Actor.system())[0]

    def redeem(self, planned: PlannedVoucher, person: Person, voucher: Voucher) -> None:
        """The training began, its provider hands in an invoice, and a colleague of who decided accepts it."""
        school, question = school_of(planned), self.session.get_one(DevelopmentQuestion, voucher.question_id)
        asker = self._asker(question)
        confirm_start(self.session, voucher=voucher, started_on=self.today, actor=asker, now=self.now)
        number = f"H-{planned.number:03d}"
        lines = [
            school.name,
            f"Factuur {number}",
            f"Deelnemer: {person.name}",
            f"Bedrag: EUR {_cost(planned) / 100:.2f}",
        ]
        content = invoice_pdf([*lines, "Verzonnen, bij de historie van het Ontwikkelfonds"])
        paper = Paper(number, self.today, person.name, _cost(planned), planned.cents, content, f"factuur-{number}.pdf")
        invoice = submit_invoice(
            self.session,
            voucher=voucher,
            paper=paper,
            vault=self.vault,
            actor=self.staff.schools[school.key],
            now=self.now,
        )
        first, second = self.staff.advisors[planned.number % 2], self.staff.advisors[(planned.number + 1) % 2]
        accept_invoice(
            self.session,
            invoice=invoice,
            note="Factuur en deelname gezien (verzonnen, bij de historie).",
            actor=second,
            now=self.now,
            prepared_by=first.reference,
        )

    def _asked(self, planned: PlannedVoucher, person: Person) -> DevelopmentQuestion:
        """A question that was filled in and sent."""
        session, employer = self.session, planned.employer
        question = start_question(session, route=planned.route, language="nl", actor=Actor.anonymous(), now=self.now)
        who: dict[str, Any] = {"actor": self._asker(question), "now": self.now}
        save_wish(session, question=question, wish="Ik wil een opleiding volgen.", goals=["keep_current_job"], **who)
        facts: dict[str, Any] = {"birth_year": person.birth_date.year, "education_level": "mbo2"}
        if employer is None:
            place = person.place
            facts |= {"work_situation": _SITUATIONS[planned.number % 2], "benefit": "none"}
            facts |= {"residence_postcode": place.digits, "residence_municipality": place.municipality}
        else:
            company = company_of(employer)
            details = EmployerDetails(company.name, company.kvk_number, company.contact)
            save_employer(session, question=question, employer=details, learner_name=person.name, **who)
            facts |= {
                "work_situation": "employee_permanent",
                "employer_municipality": company.place.municipality,
                "employer_sector_fund": "none",
                "employer_size": company.size,
                "contract_hours": 36,
            }
        start = self.today + timedelta(days=30)
        facts |= facts_of_voucher(technology=planned.technology, number=planned.number, start=start)
        save_facts(session, question=question, facts=facts, **who)
        name = "Opleiding techniek" if planned.technology else "Opleiding"
        save_training(session, question=question, name=name, provider=school_of(planned).name, **who)
        cents = _cost(planned)
        bare = cents if employer is not None else None
        save_costs(
            session, question=question, costs=[CostInput("tuition", cents, amount_without_vat_cents=bare)], **who
        )
        submit_question(session, question=question, contact=_contact(planned, person), **who)
        return question

    def _asker(self, question: DevelopmentQuestion) -> Actor:
        door = Audience.RESIDENT if question.route == "individual" else Audience.EMPLOYER
        return Actor(door, question_id=question.id)


def company_of(number: int) -> Company:
    """An employer of the history: a name and a number of the Chamber of Commerce that nobody has."""
    place = REGION_PLACES[number % len(REGION_PLACES)]
    size = (6, 14, 32, 48, 75, 120, 260)[number % 7]
    name = f"Verzonnen Bedrijf {number:03d}"
    kvk = f"{FIRST_COMPANY + number:08d}"
    return Company(name, kvk, place, size, "none", (), f"Contact {number:03d} Verzonnen", "eigenaar")


def school_of(planned: PlannedVoucher) -> School:
    """Who gives the training."""
    schools = TECHNICAL if planned.technology else OTHER
    return schools[planned.number % len(schools)]


def _cost(planned: PlannedVoucher) -> int:
    """What the training costs: the voucher pays all of it, or the half that the employer does not."""
    return planned.cents if planned.route == "individual" else 2 * planned.cents


def _contact(planned: PlannedVoucher, person: Person) -> ContactDetails:
    company = company_of(planned.employer) if planned.employer is not None else None
    name = company.contact if company is not None else person.name
    return ContactDetails(ContactWay.PHONE, name, phone=person.phone)


def _applicant(planned: PlannedVoucher, person: Person) -> ApplicantDetails:
    company = company_of(planned.employer) if planned.employer is not None else None
    return ApplicantDetails(
        name=company.name if company is not None else person.name,
        birth_date=person.birth_date,
        street=person.street,
        house_number=person.house_number,
        postcode=person.postcode if company is None else f"{company.place.digits} XA",
        city=person.place.town if company is None else company.place.town,
        kvk_number=company.kvk_number if company is not None else None,
        learner_name=person.name if company is not None else None,
    )
