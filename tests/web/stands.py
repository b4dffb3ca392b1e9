"""Questions, vouchers, claims and decisions in every state that who asked can find them in, made by the acts of the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import refer_question, reject_question
from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind, DecisionOutcome, SchemeOutcome
from portal.awarding.decisions.on_vouchers import VoucherDraft, decide_on_voucher
from portal.awarding.decisions.requirements import mandate_for
from portal.awarding.reductions import lower_award, revoke_award
from portal.awarding.setting_aside import set_aside, take_up_again
from portal.cases.conversations.requests import ask_more
from portal.cases.questions.actions import close_question, withdraw_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion
from portal.paying.recoveries import monthly_terms, note_missed, plan_instalments, receive_instalment, write_off
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.lowering import LoweringDraft, lower_settlement
from portal.paying.settlements.models import Recovery, SettlementGround
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import OutboxMessage
from portal.second_look.late_decisions.actions import PenaltyDraft, settle_penalty
from portal.second_look.objections.actions import (
    ObjectionDraft,
    decide_objection,
    receive_objection,
    waive_hearing,
    withdraw_objection,
)
from portal.second_look.objections.models import ObjectionOutcome, WaiverReason
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher, scheme_of_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import (
    ADVISOR,
    ASKED,
    NOW,
    OWN_FACTS,
    SECOND,
    SYSTEM,
    UNHEARD,
    a_decision,
    a_provider,
    a_question,
    a_voucher,
    an_application,
    asker,
)
from tests.portal.paying.late_interest.paid_late import determined
from tests.portal.paying.settling_again.owing import OWED, used_and_paid
from tests.portal.second_look.late_decisions.test_late_decisions import at as late_at
from tests.portal.second_look.late_decisions.test_late_decisions import noticed, refuse_and_send

TODAY = NOW.date()
Maker = Callable[[Session], DevelopmentQuestion]


def of(session: Session, voucher: Voucher) -> DevelopmentQuestion:
    return session.get_one(DevelopmentQuestion, voucher.question_id)


def used(session: Session, cents: int) -> Voucher:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill("F1", TODAY, cents), actor=pia, now=NOW)
    return voucher


def expired(session: Session) -> Voucher:
    voucher = a_voucher(session)
    expire_voucher(session, voucher=voucher, today=voucher.valid_until + timedelta(1), actor=SYSTEM, now=NOW)
    return voucher


def revoked(session: Session) -> Voucher:
    voucher = a_voucher(session)
    revoke_award(session, voucher=voucher, basis=ASKED, reason="De opleiding gaat niet door.", actor=ADVISOR, now=NOW)
    return voucher


def settled(session: Session, cents: int = 90_000) -> Voucher:
    voucher = used(session, 90_000)
    ground = SettlementGround.AS_USED if cents == 90_000 else SettlementGround.NOT_DONE
    draft = SettlementDraft(cents, ground, "Zo is het gebruikt.", UNHEARD)
    settle_voucher(session, voucher=voucher, draft=draft, actor=ADVISOR, now=NOW)
    return voucher


def settled_less(session: Session) -> DevelopmentQuestion:
    """€ 900 was used and settled, of which € 200 was not due on facts of later."""
    voucher = settled(session)
    draft = LoweringDraft(70_000, SettlementGround.NEW_FACTS, "U kwam niet.", None, UNHEARD)
    lower_settlement(session, voucher=voucher, draft=draft, actor=ADVISOR, now=NOW)
    return of(session, voucher)


def claimed(session: Session) -> tuple[DevelopmentQuestion, Recovery]:
    """€ 700 was used and paid, and settled at nothing."""
    voucher = used_and_paid(session)
    draft = SettlementDraft(0, SettlementGround.NOT_DONE, "Niet afgemaakt.", UNHEARD)
    settlement = settle_voucher(session, voucher=voucher, draft=draft, actor=ADVISOR, now=NOW)
    recovery = session.scalars(select(Recovery).where(Recovery.settlement_id == settlement.id)).one()
    return of(session, voucher), recovery


def planned(session: Session, *, missed: bool = False, received: int = 0, again: bool = False) -> DevelopmentQuestion:
    question, recovery = claimed(session)
    for parts in (2, 7) if again else (2,):
        first = TODAY + timedelta(days=10)
        terms = monthly_terms(amount_cents=OWED, number=parts, first_on=first)
        made = plan_instalments(session, recovery=recovery, terms=terms, actor=ADVISOR, now=NOW)
    if received:
        receive(session, recovery, received)
    if missed:
        later = made[0].due_on + timedelta(days=1)
        note_missed(session, instalment=made[0], today=later, actor=SYSTEM, now=NOW)
    return question


def receive(session: Session, recovery: Recovery, cents: int) -> None:
    receive_instalment(
        session, recovery=recovery, amount_cents=cents, received_on=TODAY, reference="R1", actor=ADVISOR, now=NOW
    )


def closed(session: Session, *, written_off: int = 0) -> DevelopmentQuestion:
    question, recovery = claimed(session)
    if written_off:
        write_off(
            session,
            recovery=recovery,
            amount_cents=written_off,
            reason="Het lukt niet.",
            actor=ADVISOR,
            now=NOW,
            prepared_by=SECOND.reference,
        )
    if OWED - written_off:
        receive(session, recovery, OWED - written_off)
    return question


def on_a_claim(kind: DecisionKind) -> Maker:
    """A decision of € 200 about what somebody has to pay back, written as its act writes it."""

    def make(session: Session) -> DevelopmentQuestion:
        question, recovery = claimed(session)
        voucher = session.get_one(Voucher, recovery.voucher_id)
        outcome = DecisionOutcome(
            scheme=voucher.scheme,
            scheme_version=voucher.scheme_version,
            outcome=SchemeOutcome.AWARDED,
            amount_cents=20_000,
            deciding_body_nl="Het college",
            deciding_body_en="The board",
        )
        session.add(
            Decision(
                question_id=question.id,
                kind=kind,
                rationale="Zo staat het in de regeling.",
                decided_at=NOW,
                decided_by=ADVISOR.reference,
                decided_by_name="Ada",
                outcomes=[outcome],
            )
        )
        return question

    return make


def decided(kind: DecisionKind) -> Maker:
    """A decision of a kind that comes about in few desks, written as its act writes it."""

    def make(session: Session) -> DevelopmentQuestion:
        question, first = a_decision(session)
        award = {} if kind is DecisionKind.TAKEN_OVER else {"shares_json": first.shares_json}
        award |= {} if kind is DecisionKind.TAKEN_OVER else {"problem_json": first.problem_json}
        proposal = None if kind is DecisionKind.TAKEN_OVER else first.proposal_id
        checked = ("identity", "purpose", "costs", "nothing_paid_twice")
        session.add(
            Decision(
                question_id=question.id,
                kind=kind,
                rationale="Een deel past.",
                proposal_id=proposal,
                decided_at=NOW,
                decided_by=ADVISOR.reference,
                decided_by_name="Ada",
                **award,
                **{f"{one}_checked": True for one in checked},
            )
        )
        return question

    return make


def raised(session: Session) -> DevelopmentQuestion:
    voucher = a_voucher(session)
    scheme = scheme_of_voucher(session, voucher=voucher)
    mandate = mandate_for(session, scheme=scheme, cents=130_000, actor=ADVISOR, on=TODAY)
    draft = VoucherDraft(DecisionKind.TOPPED_UP, scheme, 10_000, "De boeken zijn duurder.")
    decide_on_voucher(session, voucher=voucher, draft=draft, mandate=mandate, by=Decider(ADVISOR, NOW, None))
    return of(session, voucher)


def lowered(session: Session) -> DevelopmentQuestion:
    voucher = a_voucher(session)
    lower_award(
        session, voucher=voucher, by_cents=20_000, basis=ASKED, reason="Goedkoper geworden.", actor=ADVISOR, now=NOW
    )
    return of(session, voucher)


def refused(session: Session) -> DevelopmentQuestion:
    question = an_application(session)
    reject_question(session, question=question, rationale="Al begonnen.", ground=OWN_FACTS, actor=ADVISOR, now=NOW)
    return question


def referred(session: Session) -> DevelopmentQuestion:
    question = a_question(session)
    refer_question(session, question=question, referred_to="UWV", explanation="Dat past beter.", actor=ADVISOR, now=NOW)
    return question


def incomplete(session: Session) -> DevelopmentQuestion:
    question = an_application(session)
    ask_more(session, question=question, text="Wat kost het?", answer_by=TODAY + timedelta(7), actor=ADVISOR, now=NOW)
    return question


def not_taken_up(session: Session) -> DevelopmentQuestion:
    question = incomplete(session)
    late = NOW + timedelta(days=9)
    set_aside(session, question=question, reason="De offerte ontbreekt.", actor=ADVISOR, now=late)
    return question


def taken_up_again(session: Session) -> DevelopmentQuestion:
    question = not_taken_up(session)
    take_up_again(session, question=question, actor=ADVISOR, now=NOW + timedelta(days=9))
    return question


def withdrawn(session: Session) -> DevelopmentQuestion:
    question = a_question(session)
    withdraw_question(session, question=question, reason=None, actor=asker(question), now=NOW)
    return question


def late(session: Session) -> DevelopmentQuestion:
    """A refusal that came fifteen days too late after a notice of default, and the penalty that was decided on."""
    notice = noticed(session)
    refuse_and_send(session, date(2026, 5, 28))
    on = late_at(date(2026, 6, 3))
    settle_penalty(session, notice=notice, draft=PenaltyDraft("Te laat."), actor=SECOND, now=on)
    return session.get_one(DevelopmentQuestion, notice.question_id)


def paid_late(session: Session) -> DevelopmentQuestion:
    """Interest on what went back to a holder after an objection."""
    return session.get_one(DevelopmentQuestion, determined(session).question_id)


def finished(session: Session) -> DevelopmentQuestion:
    question = a_question(session)
    close_question(session, question=question, reason=CloseReason.HELPED, actor=ADVISOR, now=NOW)
    return question


def objected(outcome: ObjectionOutcome | None = None, *, back: bool = False) -> Maker:
    def make(session: Session) -> DevelopmentQuestion:
        question, decision = a_decision(session)
        objection = receive_objection(
            session,
            decision=decision,
            received_on=TODAY,
            grounds="Te weinig.",
            committee=False,
            actor=asker(question),
            now=NOW,
        )
        if back:
            withdraw_objection(session, objection=objection, actor=SECOND, now=NOW)
        if outcome is not None:
            waive_hearing(session, objection=objection, reason=WaiverReason.NOT_WANTED, actor=SECOND, now=NOW)
            draft = ObjectionDraft(outcome, "Het besluit klopt.")
            decide_objection(session, objection=objection, draft=draft, actor=SECOND, now=NOW)
        return question

    return make


def send_all(session: Session) -> None:
    """Everything in the outbox has left."""
    for message in session.scalars(select(OutboxMessage).where(OutboxMessage.sent_at.is_(None))):
        mark_sent(session, message=message, now=NOW)
