"""The acts of the people in the history, through the same actions as the screens use, at the instant the history has reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from matching.proposal import Share
from portal.accounts.access import Actor, Audience
from portal.applications.actions import Applicant, apply_for_awards
from portal.catalogue.queries import catalogue
from portal.clock import local_date
from portal.conversations.actions import (
    add_note,
    answer_more,
    ask_more,
    plan_conversation,
    record_conversation,
)
from portal.conversations.models import Conversation, InformationRequest
from portal.decisions.actions import Checks, approve_proposal, reject_question
from portal.decisions.models import Decision, DecisionKind
from portal.demo import texts
from portal.demo.employers import Company
from portal.demo.people import Person
from portal.demo.staff import Staff
from portal.demo.trainings import Training, school_of
from portal.pledges.actions import ask_pledge, expect_pledge
from portal.proposals.actions import make_proposal
from portal.proposals.queries import check_mix, indicative_answer, stored_proposal
from portal.questions.actions import (
    save_borrowing,
    save_costs,
    save_employer,
    save_facts,
    save_training,
    save_wish,
    start_question,
    submit_question,
)
from portal.questions.models import ContactDetails, ContactWay, CostInput, DevelopmentQuestion, EmployerDetails, Route
from portal.vouchers.actions import redeem_voucher
from portal.vouchers.models import Voucher
from portal.vouchers.queries import vouchers_of_question

DEFAULT_SCHEME = {"individual": "ontwikkelfonds-individueel", "employer": "ontwikkelfonds-werkgever"}
EXCLUDING = ("ontwikkelfonds-individueel", "werk-naar-werk-voucher")
"""Schemes of which there is at most one for one training: a second application is rejected beside the award."""
WITH_VAT = 121
"""A training that is not recognised carries 21 percent VAT."""
ALL_CHECKED = Checks(identity=True, purpose=True, costs=True, nothing_paid_twice=True)


@dataclass(frozen=True)
class Case:
    """Who asks what: everything about one question that is fixed before its history begins."""

    number: int
    route: str
    person: Person
    company: Company
    training: Training
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


class Desk:
    """The desk at one instant of the history."""

    def __init__(self, session: Session, staff: Staff) -> None:
        self.session = session
        self.staff = staff
        self.now = datetime.min

    @property
    def today(self) -> date:
        """The day that the history has reached."""
        return local_date(self.now)

    def advisor(self, case: Case) -> Actor:
        """The advisor who has this case."""
        return self.staff.advisors[case.number % len(self.staff.advisors)]

    def asker(self, question: DevelopmentQuestion) -> Actor:
        """Who asked, as an actor."""
        door = Audience.RESIDENT if question.route is Route.INDIVIDUAL else Audience.EMPLOYER
        return Actor(door, question_id=question.id)

    def employer(self, question: DevelopmentQuestion) -> Actor:
        """The employer who was asked for a pledge, as an actor."""
        return Actor(Audience.EMPLOYER, question_id=question.id)

    # Asking ------------------------------------------------------------------------------------------------------------

    def begin(self, case: Case, *, wish: str | None = None) -> DevelopmentQuestion:
        """Start a draft with the wish only."""
        question = start_question(
            self.session, route=case.route, language=case.language, actor=Actor.anonymous(), now=self.now
        )
        text = wish or (
            case.training.wish if case.route == "individual" else case.says(case.random.choice(texts.EMPLOYER_WISHES))
        )
        goals = _goals(case) if wish is None else ["other_job"]
        save_wish(self.session, question=question, wish=text, goals=goals, actor=self.asker(question), now=self.now)
        return question

    def fill_in(self, case: Case, question: DevelopmentQuestion, *, with_training: bool = True) -> None:
        """Answer the other pages of the intake."""
        who: dict[str, Any] = {"actor": self.asker(question), "now": self.now}
        start = self.today + timedelta(days=case.random.randint(40, 95))
        facts = _facts(case, start if with_training else None)
        known = catalogue(self.session).facts
        if case.route == "employer":
            employer = EmployerDetails(case.company.name, case.company.kvk_number, case.company.contact)
            save_employer(self.session, question=question, employer=employer, learner_name=case.person.name, **who)
        given = {key: value for key, value in facts.items() if key in known}
        save_facts(self.session, question=question, facts=given, **who)
        if not with_training:
            return
        save_training(self.session, question=question, name=case.training.name, provider=case.school_name, **who)
        save_costs(self.session, question=question, costs=_costs(case, start), **who)
        if case.training.borrow_up_to_cents and case.route == "individual":
            save_borrowing(self.session, question=question, up_to_cents=case.training.borrow_up_to_cents, **who)

    def expects(self, case: Case, question: DevelopmentQuestion, share: int) -> None:
        """The resident says what the employer will pay: so many percent of the costs."""
        expect_pledge(
            self.session, question=question, kind="up_to", amount_cents=_percent(question.total_cents, share),
            categories=None, actor=self.asker(question), now=self.now,
        )  # fmt: skip

    def send(self, case: Case, question: DevelopmentQuestion) -> DevelopmentQuestion:
        """Send the question, the way this person wants to be answered."""
        return submit_question(
            self.session, question=question, contact=_contact(case), actor=self.asker(question), now=self.now
        )

    def ask(self, case: Case) -> DevelopmentQuestion:
        """A whole question in one sitting: begun, filled in and sent."""
        question = self.begin(case)
        self.fill_in(case, question)
        return self.send(case, question)

    def ask_employer(self, case: Case, question: DevelopmentQuestion) -> None:
        """Ask the resident's employer for a contribution."""
        ask_pledge(
            self.session, question=question, employer_name=case.company.name, employer_email=case.company.email,
            actor=self.asker(question), now=self.now,
        )  # fmt: skip

    # Talking -----------------------------------------------------------------------------------------------------------

    def plan_talk(self, case: Case, question: DevelopmentQuestion, moment: datetime) -> Conversation:
        """Plan a talk: at the desk, by telephone, or at the company of an employer."""
        way, place = case.random.choice(
            [("workplace", case.company.name), ("video", None)]
            if case.route == "employer"
            else [("desk", "Balie in Apeldoorn"), ("desk", "Balie in Deventer"), ("phone", None)]
        )
        return plan_conversation(
            self.session,
            question=question,
            planned_for=moment,
            way=way,
            place=place,
            actor=self.advisor(case),
            now=self.now,
        )

    def hold_talk(self, case: Case, talk: Conversation) -> None:
        """Record the talk with notes."""
        notes = case.one_of(texts.TALK_NOTES, texts.EMPLOYER_TALK_NOTES)
        record_conversation(
            self.session,
            conversation=talk,
            notes=notes,
            held_at=talk.planned_for,
            actor=self.advisor(case),
            now=self.now,
        )

    def note(self, case: Case, question: DevelopmentQuestion) -> None:
        """Write a note for colleagues."""
        text = case.says(case.random.choice(texts.DESK_NOTES))
        add_note(self.session, question=question, text=text, actor=self.advisor(case), now=self.now)

    def ask_back(self, case: Case, question: DevelopmentQuestion, *, days: int = 14) -> InformationRequest:
        """Ask the person for what is missing."""
        return ask_more(
            self.session, question=question, text=case.one_of(texts.REQUESTS, texts.EMPLOYER_REQUESTS),
            answer_by=self.today + timedelta(days=days), actor=self.advisor(case), now=self.now,
        )  # fmt: skip

    def answer(self, case: Case, question: DevelopmentQuestion, request: InformationRequest) -> None:
        """The person answers."""
        text = case.says(case.random.choice(texts.ANSWERS))
        answer_more(self.session, request=request, answer=text, actor=self.asker(question), now=self.now)

    # Deciding ----------------------------------------------------------------------------------------------------------

    def apply(self, case: Case, question: DevelopmentQuestion, *also: str) -> None:
        """Apply for what the indication says this desk can give (or else for the scheme of the route), and for `also`."""
        answer = indicative_answer(self.session, question=question, on=self.today)
        here = {offer.id for offer in answer.problem.offers if offer.administered == "here"}
        shares = answer.proposal.shares if answer.proposal is not None else ()
        chosen = {share.offer for share in shares if share.offer in here} or {DEFAULT_SCHEME[case.route]}
        apply_for_awards(
            self.session, question=question, schemes=sorted(chosen | set(also)), applicant=_applicant(case), confirmed=True,
            actor=self.asker(question), now=self.now,
        )  # fmt: skip

    def decide(self, case: Case, question: DevelopmentQuestion, *, amend: bool = False) -> Voucher | None:
        """Award what the best mix says, or with `amend` somewhat less; reject when the money has run out."""
        advisor = self.advisor(case)
        proposal = make_proposal(self.session, question=question, actor=advisor, now=self.now)
        shares = stored_proposal(proposal).shares
        if not any(share.funding_line for share in shares):
            self.reject(case, question, texts.REJECTED_NO_MONEY)
            return None
        own = self._amended(question, shares) if amend else None
        decision = approve_proposal(
            self.session, question=question, proposal=proposal, shares=own, checks=ALL_CHECKED, actor=advisor, now=self.now,
            rationale=case.one_of(texts.AMENDED) if own else case.one_of(texts.APPROVALS, texts.EMPLOYER_APPROVALS),
            rejections=dict.fromkeys(EXCLUDING, case.says(texts.PARTLY)),
        )  # fmt: skip
        return self._voucher(question, decision)

    def _amended(self, question: DevelopmentQuestion, shares: tuple[Share, ...]) -> tuple[Share, ...] | None:
        """The same mix with about a sixth less of the largest award, when the rules allow that."""
        largest = max((share for share in shares if share.funding_line), key=lambda share: share.cents)
        less = largest.model_copy(update={"cents": largest.cents * 5 // 6 // 100 * 100})
        changed = tuple(less if share == largest else share for share in shares)
        return changed if check_mix(self.session, question=question, shares=changed, today=self.today).fits else None

    def _voucher(self, question: DevelopmentQuestion, decision: Decision) -> Voucher | None:
        if decision.kind not in (DecisionKind.APPROVED, DecisionKind.PARTLY):
            return None
        return next(iter(vouchers_of_question(self.session, question=question, actor=Actor.system())), None)

    def propose(self, case: Case, question: DevelopmentQuestion) -> None:
        """Make a proposal and decide later."""
        make_proposal(self.session, question=question, actor=self.advisor(case), now=self.now)

    def reject(self, case: Case, question: DevelopmentQuestion, why: str) -> None:
        """Reject the application in full."""
        reject_question(
            self.session, question=question, rationale=case.says(why), actor=self.advisor(case), now=self.now
        )

    def redeem(self, case: Case, voucher: Voucher, percent: int, *, part: int = 1) -> None:
        """The provider hands in an invoice for so many percent of the voucher, or for all that is open at 100."""
        cents = voucher.open_cents if percent >= 100 else _percent(voucher.amount_cents, percent)
        redeem_voucher(
            self.session, voucher=voucher, amount_cents=min(cents, voucher.open_cents),
            invoice_number=f"{case.training.school[:3].upper()}-{self.today.year}-{case.number:03d}{part}",
            invoice_date=self.today - timedelta(days=case.random.randint(0, 9)),
            actor=self.staff.schools[case.training.school], now=self.now,
        )  # fmt: skip


# What is filled in -------------------------------------------------------------------------------------------------------


def _goals(case: Case) -> list[str]:
    goals = list(case.training.goals)
    if case.situation in ("job_seeker", "dismissal_threatened") and "find_work" not in goals:
        goals.append("find_work")
    if case.situation == "self_employed" and "own_business" not in goals:
        goals.append("own_business")
    return goals


def _facts(case: Case, start: date | None) -> Mapping[str, Any]:
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
            facts["colland_five_years"] = case.random.random() < 0.7
    if case.route == "employer":
        facts |= {
            "employer_size": case.company.size,
            "recognised_training_company": case.training.path == "mbo_bbl" or case.random.random() < 0.5,
            "employer_owner_is_learner": False,
        }
    return facts | _training_facts(case, start) if start is not None else facts


def _training_facts(case: Case, start: date) -> dict[str, Any]:
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


def _costs(case: Case, start: date) -> list[CostInput]:
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


def _contact(case: Case) -> ContactDetails:
    person, employer = case.person, case.route == "employer"
    name = case.company.contact if employer else person.name
    if case.way is ContactWay.EMAIL:
        return ContactDetails(case.way, name, email=case.company.email if employer else person.email)
    if case.way is ContactWay.PHONE:
        return ContactDetails(case.way, name, phone=person.phone)
    return ContactDetails(case.way, name, street=person.street, house_number=person.house_number, **_town(case))


def _town(case: Case) -> dict[str, str]:
    place = case.company.place if case.route == "employer" else case.person.place
    postcode = f"{place.digits} XA" if case.route == "employer" else case.person.postcode
    return {"postcode": postcode, "city": place.town}


def _applicant(case: Case) -> Applicant:
    person, employer = case.person, case.route == "employer"
    return Applicant(
        name=case.company.name if employer else person.name,
        birth_date=person.birth_date,
        street=person.street,
        house_number=person.house_number,
        kvk_number=case.company.kvk_number if employer else None,
        learner_name=person.name if employer else None,
        **_town(case),
    )


def _percent(cents: int, share: int) -> int:
    """So many percent of an amount, in whole euros."""
    return max(100, cents * share // 100 // 100 * 100)
