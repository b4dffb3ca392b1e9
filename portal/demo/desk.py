"""The acts of the people in the history, through the same actions as the screens use, at the instant the history has reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from matching.problem.proposal import Share
from portal.awarding.answering import check_mix, indicative_answer
from portal.awarding.decisions.actions import approve_proposal, reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.requirements import Checks
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import stored_proposal
from portal.cases.applications.actions import apply_for_awards
from portal.cases.applications.completeness import declare_complete
from portal.cases.applications.queries import application_by_question
from portal.cases.appointments.actions import TalkWish, choose_talk
from portal.cases.appointments.queries import choosable
from portal.cases.assistance.actions import start_assisted
from portal.cases.assistance.models import HelpWay
from portal.cases.assistance.queries import assistance_of
from portal.cases.contents import save_borrowing, save_costs, save_employer, save_facts, save_training, save_wish
from portal.cases.conversations.actions import add_note, plan_conversation, record_conversation
from portal.cases.conversations.models import Conversation, InformationRequest
from portal.cases.conversations.requests import answer_more, ask_more
from portal.cases.diaries.models import TalkWay
from portal.cases.diaries.queries import TALK_MINUTES, is_free
from portal.cases.evidence.queries import waiting_evidence
from portal.cases.handing_in import HandedIn, accept_evidence, hand_in
from portal.cases.hearings.models import RefusalGround
from portal.cases.open_hours import QUARTER, require_open
from portal.cases.origins.actions import note_begun, note_heard_from
from portal.cases.origins.models import NO_CAMPAIGN, QuestionOrigin
from portal.cases.origins.queries import campaigns
from portal.cases.owners.actions import claim_case
from portal.cases.owners.queries import owner_of
from portal.cases.pledges.actions import Contribution, ask_pledge, expect_pledge
from portal.cases.questions.actions import start_question, submit_question
from portal.cases.questions.models import DevelopmentQuestion, EmployerDetails, Route
from portal.demo import texts
from portal.demo.case import DemoCase, applicant_of, contact_of, costs_of, facts_of, goals_of, percent_of
from portal.demo.papers import invoice_pdf
from portal.demo.staff import Staff
from portal.demo.ways_in import came_by, says_heard
from portal.framework.catalogue.queries import catalogue
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.post.files.actions import Vault
from portal.spending.invoices.actions import Paper, accept_invoice, submit_invoice
from portal.spending.invoices.models import Invoice
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import vouchers_of_question

DEFAULT_SCHEME = {"individual": "ontwikkelfonds-individueel", "employer": "ontwikkelfonds-werkgever"}
EXCLUDING = ("ontwikkelfonds-individueel", "werk-naar-werk-voucher")
"""Schemes of which there is at most one for one training: a second application is rejected beside the award."""
ONLINE = 4
"""One in so many hands the quotation in online; the others bring their papers to the talk."""
HELPED = 12
"""One in so many asks with help."""
ALL_CHECKED = Checks(identity=True, purpose=True, costs=True, nothing_paid_twice=True)


class DemoDesk:
    """The desk at one instant of the history."""

    def __init__(self, session: Session, staff: Staff, vault: Vault) -> None:
        self.session = session
        self.staff = staff
        self.vault = vault
        self.now = datetime.min

    @property
    def today(self) -> date:
        """The day that the history has reached."""
        return local_date(self.now)

    def advisor(self, case: DemoCase) -> Actor:
        """The advisor who has this case."""
        return self.staff.advisors[case.number % len(self.staff.advisors)]

    def colleague(self, case: DemoCase) -> Actor:
        """Another advisor than the one who has this case."""
        return self.staff.advisors[(case.number + 1) % len(self.staff.advisors)]

    def asker(self, question: DevelopmentQuestion) -> Actor:
        """Who asked, as an actor; of a draft of the helper, the helper in the place of its person."""
        door = Audience.RESIDENT if question.route is Route.INDIVIDUAL else Audience.EMPLOYER
        me = Actor(door, question_id=question.id)
        if not question.is_draft or assistance_of(self.session, question=question) is None:
            return me
        return replace(me, account_id=self.staff.helper.account_id, display_name=self.staff.helper.display_name)

    def employer(self, question: DevelopmentQuestion) -> Actor:
        """The employer who was asked for a pledge, as an actor."""
        return Actor(Audience.EMPLOYER, question_id=question.id)

    # Asking ------------------------------------------------------------------------------------------------------------

    def begin(self, case: DemoCase, *, wish: str | None = None) -> DevelopmentQuestion:
        """Start a draft with the wish only; some come to the counter of the library, where the helper fills it in."""
        begun: dict[str, Any] = {"route": case.route, "language": case.language, "now": self.now}
        if case.number % HELPED == 1:
            question = start_assisted(self.session, way=HelpWay.COUNTER, actor=self.staff.helper, **begun)
        else:
            question = start_question(self.session, actor=Actor.anonymous(), **begun)
        running = [one.code for one in campaigns(self.session) if one.ended_at is None]
        code, me = came_by(case.number, running), self.asker(question)
        note_begun(self.session, question=question, code=code, actor=me, now=self.now)
        text = wish or (
            case.training.wish if case.route == "individual" else case.says(case.random.choice(texts.EMPLOYER_WISHES))
        )
        goals = goals_of(case) if wish is None else ["other_job"]
        save_wish(self.session, question=question, wish=text, goals=goals, actor=self.asker(question), now=self.now)
        return question

    def fill_in(self, case: DemoCase, question: DevelopmentQuestion, *, with_training: bool = True) -> None:
        """Answer the other pages of the intake."""
        who: dict[str, Any] = {"actor": self.asker(question), "now": self.now}
        start = self.today + timedelta(days=case.random.randint(40, 95))
        facts = facts_of(case, start if with_training else None)
        known = catalogue(self.session).facts
        if case.route == "employer":
            employer = EmployerDetails(case.company.name, case.company.kvk_number, case.company.contact)
            save_employer(self.session, question=question, employer=employer, learner_name=case.person.name, **who)
        given = {key: value for key, value in facts.items() if key in known}
        save_facts(self.session, question=question, facts=given, **who)
        if not with_training:
            return
        save_training(self.session, question=question, name=case.training.name, provider=case.school_name, **who)
        save_costs(self.session, question=question, costs=costs_of(case, start), **who)
        if case.training.borrow_up_to_cents and case.route == "individual":
            save_borrowing(self.session, question=question, up_to_cents=case.training.borrow_up_to_cents, **who)

    def expects(self, case: DemoCase, question: DevelopmentQuestion, share: int) -> None:
        """The resident says what the employer will pay: so many percent of the costs."""
        expect_pledge(
            self.session,
            question=question,
            money=Contribution("up_to", percent_of(question.total_cents, share)),
            actor=self.asker(question),
            now=self.now,
        )

    def send(self, case: DemoCase, question: DevelopmentQuestion) -> DevelopmentQuestion:
        """Send the question, the way this person wants to be answered, and say how one heard of the desk."""
        code = origin.code if (origin := self.session.get(QuestionOrigin, question.id)) is not None else None
        heard, me = says_heard(case.number, code or NO_CAMPAIGN), self.asker(question)
        note_heard_from(self.session, question=question, heard_from=heard, actor=me, now=self.now)
        return submit_question(
            self.session, question=question, contact=contact_of(case), actor=self.asker(question), now=self.now
        )

    def ask(self, case: DemoCase) -> DevelopmentQuestion:
        """A whole question in one sitting: begun, filled in and sent."""
        question = self.begin(case)
        self.fill_in(case, question)
        return self.send(case, question)

    def ask_employer(self, case: DemoCase, question: DevelopmentQuestion) -> None:
        """Ask the resident's employer for a contribution."""
        ask_pledge(
            self.session,
            question=question,
            employer_name=case.company.name,
            employer_email=case.company.email,
            actor=self.asker(question),
            now=self.now,
        )

    # Talking -----------------------------------------------------------------------------------------------------------

    def plan_talk(self, case: DemoCase, question: DevelopmentQuestion, moment: datetime) -> Conversation:
        """Take the case when nobody has it, and plan a talk: at the desk, by telephone, or at the company of an employer."""
        if owner_of(self.session, question=question) is None:
            claim_case(self.session, question=question, actor=self.advisor(case), now=self.now)
        way, place = case.random.choice(
            [("workplace", case.company.name), ("video", None)]
            if case.route == "employer"
            else [("desk", "Balie in Apeldoorn"), ("desk", "Balie in Deventer"), ("phone", None)]
        )
        return plan_conversation(
            self.session,
            question=question,
            planned_for=self._free_near(moment, self.advisor(case).account_id or 0),
            way=way,
            place=place,
            actor=self.advisor(case),
            now=self.now,
        )

    def choose_talk(self, question: DevelopmentQuestion, *, after: datetime) -> Conversation:
        """The person chooses a talk at the desk: the first moment after an instant at which an advisor is free."""
        free = choosable(self.session, question=question, now=self.now).moments[TalkWay.DESK]
        wish = TalkWish(next(one.starts_at for one in free if one.starts_at > after), TalkWay.DESK)
        return choose_talk(self.session, question=question, wish=wish, actor=self.asker(question), now=self.now)

    def _free_near(self, moment: datetime, advisor_id: int) -> datetime:
        """The moment nearest to this one, still to come, at which this advisor can have a talk of an hour."""
        quarter = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
        for step in range(4 * 24 * 8):
            for near in (quarter + step * QUARTER, quarter - step * QUARTER):
                if _is_open(near, self.now) and is_free(
                    self.session, advisor_id=advisor_id, starts_at=near, minutes=TALK_MINUTES
                ):
                    return near
        raise AssertionError("an advisor has time within eight days")

    def hold_talk(self, case: DemoCase, talk: Conversation) -> None:
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

    def note(self, case: DemoCase, question: DevelopmentQuestion) -> None:
        """Write a note for colleagues."""
        text = case.says(case.random.choice(texts.DESK_NOTES))
        add_note(self.session, question=question, text=text, actor=self.advisor(case), now=self.now)

    def ask_back(self, case: DemoCase, question: DevelopmentQuestion, *, days: int = 14) -> InformationRequest:
        """Ask the person for what is missing."""
        return ask_more(
            self.session,
            question=question,
            text=case.one_of(texts.REQUESTS, texts.EMPLOYER_REQUESTS),
            answer_by=self.today + timedelta(days=days),
            actor=self.advisor(case),
            now=self.now,
        )

    def answer(self, case: DemoCase, question: DevelopmentQuestion, request: InformationRequest) -> None:
        """The person answers."""
        text = case.says(case.random.choice(texts.ANSWERS))
        answer_more(self.session, request=request, answer=text, actor=self.asker(question), now=self.now)

    # Deciding ----------------------------------------------------------------------------------------------------------

    def apply(self, case: DemoCase, question: DevelopmentQuestion, *also: str) -> None:
        """Apply for what the indication says this desk can give (or else for the scheme of the route), and for `also`."""
        answer = indicative_answer(self.session, question=question, on=self.today)
        here = {offer.id for offer in answer.problem.offers if offer.administered == "here"}
        shares = answer.proposal.shares if answer.proposal is not None else ()
        chosen = {share.offer for share in shares if share.offer in here} or {DEFAULT_SCHEME[case.route]}
        self.apply_for(case, question, *(chosen | set(also)))

    def apply_for(self, case: DemoCase, question: DevelopmentQuestion, *schemes: str) -> None:
        """Apply for these schemes. Who insists on two that exclude each other does so with an advisor."""
        insists = set(EXCLUDING) <= set(schemes)
        apply_for_awards(
            self.session,
            question=question,
            schemes=sorted(schemes),
            applicant=applicant_of(case),
            confirmed=True,
            actor=self.advisor(case) if insists else self.asker(question),
            now=self.now,
        )
        if case.number % ONLINE == 0:
            self.hand_in_quotation(case, question)

    def hand_in_quotation(self, case: DemoCase, question: DevelopmentQuestion) -> None:
        """Who asked hands in the quotation of the school."""
        lines = [case.school_name, "Offerte", f"Datum: {self.today:%d-%m-%Y}", f"Opleiding: {case.training.name}"]
        total = question.total_cents
        content = invoice_pdf([*lines, f"Bedrag: EUR {total // 100},{total % 100:02d}"])
        file, by = HandedIn(content, "offerte.pdf"), self.asker(question)
        hand_in(self.session, question=question, piece="offerte", file=file, vault=self.vault, actor=by, now=self.now)

    def look_at_evidence(self, case: DemoCase, question: DevelopmentQuestion) -> None:
        """The advisor looks at what was handed in, and all is right."""
        for one in waiting_evidence(self.session, question=question):
            accept_evidence(self.session, evidence=one, actor=self.advisor(case), now=self.now)

    def complete(self, case: DemoCase, question: DevelopmentQuestion) -> None:
        """The advisor has seen all papers: from now on the application has its place in the order of receipt."""
        self.look_at_evidence(case, question)
        application = application_by_question(self.session, question=question)
        if application is not None and application.completed_at is None:
            declare_complete(
                self.session,
                question=question,
                application=application,
                received_at=self.now,
                actor=self.advisor(case),
                now=self.now,
            )

    def decide(self, case: DemoCase, question: DevelopmentQuestion, *, amend: bool = False) -> Voucher | None:
        """Award what the best mix says, or with `amend` somewhat less; reject when the money has run out."""
        advisor = self.advisor(case)
        self.complete(case, question)
        proposal = make_proposal(self.session, question=question, actor=advisor, now=self.now)
        shares = stored_proposal(proposal).shares
        if not any(share.funding_line for share in shares):
            self.reject(case, question, texts.REJECTED_NO_MONEY)
            return None
        own = self._amended(question, shares) if amend else None
        why = case.one_of(texts.AMENDED) if own else case.one_of(texts.APPROVALS, texts.EMPLOYER_APPROVALS)
        refused = dict.fromkeys(EXCLUDING, case.says(texts.PARTLY))
        draft = Draft(proposal, why, ALL_CHECKED, shares=own, rejections=refused, ground=RefusalGround.OWN_FACTS)
        decision = approve_proposal(self.session, question=question, draft=draft, actor=advisor, now=self.now)
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

    def propose(self, case: DemoCase, question: DevelopmentQuestion) -> ProposalRecord:
        """Make a proposal and decide later."""
        self.complete(case, question)
        return make_proposal(self.session, question=question, actor=self.advisor(case), now=self.now)

    def reject(self, case: DemoCase, question: DevelopmentQuestion, why: str) -> Decision:
        """Reject the application in full."""
        self.look_at_evidence(case, question)
        return reject_question(
            self.session,
            question=question,
            rationale=case.says(why),
            ground=RefusalGround.OWN_FACTS,
            actor=self.advisor(case),
            now=self.now,
        )

    # Invoices ----------------------------------------------------------------------------------------------------------

    def hand_in(self, case: DemoCase, voucher: Voucher, percent: int, *, part: int = 1, above: int = 100) -> Invoice:
        """The provider hands in an invoice for so many percent of the voucher, or for all that is open at 100.

        The whole invoice is `above` percent of that: what the voucher does not pay, the person or the employer does.
        """
        cents = voucher.open_cents if percent >= 100 else percent_of(voucher.amount_cents, percent)
        cents = min(cents, voucher.open_cents)
        learner, day = case.person.name, self.today - timedelta(days=case.random.randint(0, 9))
        number = f"{case.training.school[:3].upper()}-{self.today.year}-{case.number:03d}{part}"
        total = cents * above // 100
        content = invoice_pdf(
            [
                case.school_name,
                f"Factuur {number}",
                f"Datum: {day:%d-%m-%Y}",
                f"Deelnemer: {learner}",
                f"Opleiding: {case.training.name}",
                f"Bedrag: EUR {total // 100},{total % 100:02d}",
            ]
        )
        paper = Paper(number, day, learner, total, cents, content, f"factuur-{number}.pdf")
        return submit_invoice(
            self.session,
            voucher=voucher,
            paper=paper,
            vault=self.vault,
            actor=self.staff.schools[case.training.school],
            now=self.now,
        )

    def accept(self, case: DemoCase, invoice: Invoice) -> None:
        """The advisor looked at the file and accepts the invoice."""
        note = case.random.choice(texts.INVOICE_NOTES)
        first, second = self.advisor(case), self.colleague(case)
        accept_invoice(
            self.session, invoice=invoice, note=note, actor=second, now=self.now, prepared_by=first.reference
        )


def _is_open(moment: datetime, now: datetime) -> bool:
    try:
        require_open(moment, TALK_MINUTES, now=now)
    except Refusal:
        return False
    return True
