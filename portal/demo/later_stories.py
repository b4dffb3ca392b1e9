"""Stories of vouchers after they were issued: changed, raised, credited, settled, and money that comes back in parts."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.awarding.decisions.models import Decision
from portal.awarding.hearing_first.actions import Intent, invite_holder
from portal.awarding.hearing_first.models import LeftOut, Unheard
from portal.awarding.reductions import TakingBasis, lower_award
from portal.awarding.takings.models import TakingGround
from portal.awarding.top_ups import TopUpDraft, top_up
from portal.cases.hearings.actions import record_view
from portal.cases.hearings.models import IntendedAct, ViewWay
from portal.cases.rights.actions import ask_right
from portal.cases.rights.models import Right
from portal.demo import texts
from portal.demo.case import DemoCase
from portal.demo.desk import DemoDesk
from portal.demo.steps import award, ended, finished, invoiced
from portal.demo.timetable import Story, Timetable
from portal.framework.funding.queries import lines_for_scheme
from portal.ledger.queries import line_figures
from portal.paying.collecting.actions import remind_provider
from portal.paying.collecting.models import StepKind
from portal.paying.collecting.relief import refuse_relief
from portal.paying.recoveries import monthly_terms, plan_instalments, receive_instalment, write_off
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.models import Recovery, SettlementGround
from portal.platform.clock import local_date
from portal.second_look.objections.actions import (
    ObjectionDraft,
    decide_objection,
    receive_objection,
    waive_hearing,
)
from portal.second_look.objections.models import ObjectionOutcome, WaiverReason
from portal.spending.changes.actions import block_voucher, extend_voucher, move_start
from portal.spending.invoices.models import EndKind
from portal.spending.vouchers.models import Redemption, Voucher

# Changed ---------------------------------------------------------------------------------------------------------------


def extended(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The group starts later: the voucher is good for longer, and the training begins on another day. In the end the holder
    wants to know what the desk keeps."""
    yield at.ago(110, 140)
    question = desk.ask(case)
    voucher = yield from award(desk, case, at, question)
    if voucher is None:
        return
    yield at.after(desk.now, 25, 45)
    who, reason = desk.advisor(case), case.says(texts.STARTS_LATER)
    until, starts = voucher.valid_until + timedelta(days=45), voucher.valid_until + timedelta(days=14)
    extend_voucher(desk.session, voucher=voucher, until=until, reason=reason, actor=who, now=desk.now)
    move_start(desk.session, voucher=voucher, starts_on=starts, reason=reason, actor=who, now=desk.now)
    yield at.ago(3, 12)
    asked_on, me = local_date(desk.now), desk.asker(question)
    ask_right(desk.session, question=question, kind=Right.ACCESS, text="", asked_on=asked_on, actor=me, now=desk.now)


def blocked(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Stopped for a while: another body has to say yes first."""
    yield at.ago(50, 80)
    voucher = yield from award(desk, case, at, desk.ask(case))
    if voucher is not None:
        yield at.after(desk.now, 4, 9)
        block_voucher(
            desk.session, voucher=voucher, reason=case.says(texts.BLOCKED), actor=desk.advisor(case), now=desk.now
        )


def lowered(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The training became cheaper, and the holder asked to free the rest at once; but it turned out otherwise."""
    yield at.ago(60, 100)
    voucher = yield from award(desk, case, at, desk.ask(case))
    if voucher is not None:
        yield at.after(desk.now, 8, 20)
        cents = min(75_00, voucher.open_cents // 4)
        decision = lower_award(
            desk.session,
            voucher=voucher,
            by_cents=cents,
            basis=TakingBasis(TakingGround.AT_REQUEST, LeftOut(Unheard.ASKED, texts.ASKED_FOR)),
            reason=case.says(texts.CHEAPER),
            actor=desk.advisor(case),
            now=desk.now,
        )
        yield at.after(desk.now, 5, 9)
        yield from given_back(desk, case, at, decision)


def given_back(desk: DemoDesk, case: DemoCase, at: Timetable, decision: Decision) -> Story:
    """The holder objects to less money after all, and is right: the voucher has its part back."""
    who = desk.colleague(case)
    objection = receive_objection(
        desk.session,
        decision=decision,
        received_on=desk.today,
        grounds=texts.DEARER_AFTER_ALL,
        committee=False,
        actor=who,
        now=desk.now,
    )
    waive_hearing(desk.session, objection=objection, reason=WaiverReason.FULLY_MET, actor=who, now=desk.now)
    yield at.after(desk.now, 2, 4)
    draft = ObjectionDraft(ObjectionOutcome.FOUNDED, texts.GIVEN_BACK)
    decide_objection(desk.session, objection=objection, draft=draft, actor=who, now=desk.now)


def topped_up(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Awarded a little less than was asked, and later more after all, by a decision of its own."""
    yield at.ago(70, 110)
    question = desk.ask(case)
    voucher = yield from award(desk, case, at, question, amend=True)
    if voucher is None:
        return
    yield at.after(desk.now, 12, 25)
    paid: dict[str, int] = {}
    for part in voucher.award.parts:
        paid[part.line_key] = paid.get(part.line_key, 0) + part.amount_cents
    room = {
        line.line_key: line.amount_cents - paid[line.line_key] for line in question.cost_lines if line.line_key in paid
    }
    key = max(room, key=lambda one: (room[one], one))
    if room[key] < 100_00:
        return
    lines = lines_for_scheme(desk.session, scheme=voucher.scheme)
    figures = line_figures(desk.session, funding_line_ids=[line.id for line in lines])
    richest = max(lines, key=lambda line: figures[line.id].available_cents)
    draft = TopUpDraft(key, richest, min(room[key] // 2, 80_00), case.says(texts.RAISED))
    top_up(desk.session, voucher=voucher, draft=draft, actor=desk.colleague(case), now=desk.now)


# Settled, and money back -----------------------------------------------------------------------------------------------


def settled(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Used, finished, and determined for good at what was used."""
    yield at.ago(185, 225)
    voucher = yield from award(desk, case, at, desk.ask(case))
    if voucher is None:
        return
    yield at.after(desk.now, 20, 30)
    yield from invoiced(desk, case, at, voucher, case.random.choice((80, 100)))
    yield from finished(desk, case, at, voucher, answers=True)
    yield at.after(desk.now, 10, 25)
    settle_voucher(
        desk.session,
        voucher=voucher,
        draft=SettlementDraft(voucher.used_cents, SettlementGround.AS_USED, texts.SETTLED),
        actor=desk.colleague(case),
        now=desk.now,
    )


def settled_lower(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The training was stopped half-way after it was paid: heard, settled lower, and paid back in instalments, one of them
    missed."""
    yield at.ago(195, 225)
    voucher = yield from award(desk, case, at, desk.ask(case))
    if voucher is None:
        return
    yield at.after(desk.now, 10, 20)
    yield from invoiced(desk, case, at, voucher, 100)
    yield at.working_day_ago(92, 98)
    ended(desk, voucher, EndKind.STOPPED)
    who = desk.colleague(case)
    less = voucher.used_cents * 3 // 4 // 100 * 100
    hearing = invite_holder(
        desk.session,
        voucher=voucher,
        intent=Intent(IntendedAct.SETTLE_LOWER, texts.THINKS_OF_LESS, less),
        answer_by=desk.today + timedelta(days=14),
        actor=who,
        now=desk.now,
    )
    yield at.working_day_ago(84, 88)
    record_view(
        desk.session,
        hearing=hearing,
        way=ViewWay.SPOKEN,
        view=texts.VIEW_ON_LESS,
        on=desk.today,
        actor=who,
        now=desk.now,
    )
    settle_voucher(
        desk.session,
        voucher=voucher,
        draft=SettlementDraft(less, SettlementGround.NOT_DONE, case.says(texts.SETTLED_LOWER)),
        actor=who,
        now=desk.now,
    )
    yield at.working_day_ago(74, 78)
    recovery = recovery_of(desk, voucher)
    if recovery is not None:
        yield from _paid_back_in_parts(desk, case, at, recovery)


def _paid_back_in_parts(desk: DemoDesk, case: DemoCase, at: Timetable, recovery: Recovery) -> Story:
    """Letting it go is refused, instalments are agreed on, the first comes in, and later a part lapses after all."""
    who = desk.advisor(case)
    refuse_relief(
        desk.session,
        recovery=recovery,
        refused=StepKind.NOT_WAIVED,
        reason=texts.NOT_WAIVED,
        actor=who,
        now=desk.now,
    )
    yield at.working_day_ago(70, 73)
    terms = monthly_terms(amount_cents=recovery.open_cents, number=4, first_on=desk.today + timedelta(days=30))
    plan_instalments(
        desk.session, recovery=recovery, terms=terms, actor=who, now=desk.now, reason=texts.INSTALMENTS_AGREED
    )
    yield at.after(desk.now, 22, 26)
    receive_instalment(
        desk.session,
        recovery=recovery,
        amount_cents=terms[0].amount_cents,
        received_on=desk.today,
        reference=f"TERUG-{case.number:03d}-1",
        actor=who,
        now=desk.now,
    )
    yield at.after(desk.now, 8, 10)
    part = recovery.open_cents // 10
    if part:
        write_off(desk.session, recovery=recovery, amount_cents=part, reason=texts.LET_GO, actor=who, now=desk.now)


def credited(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The provider charged too much: a credit note after the invoice was paid, a reminder, and the money came back."""
    yield at.ago(170, 220)
    voucher = yield from award(desk, case, at, desk.ask(case))
    if voucher is None:
        return
    yield at.after(desk.now, 10, 20)
    invoice = yield from invoiced(desk, case, at, voucher, 70)
    yield at.working_day_ago(60, 66)
    who, redemption = desk.advisor(case), desk.session.get_one(Redemption, invoice.redemption_id)
    recovery = take_credit_note(
        desk.session, redemption=redemption, amount_cents=50_00, reason=texts.CREDITED, actor=who, now=desk.now
    )
    if recovery is not None:
        yield at.after(desk.now, 40, 45)
        remind_provider(desk.session, recovery=recovery, actor=who, now=desk.now)
        yield at.after(desk.now, 5, 9)
        receive_instalment(
            desk.session,
            recovery=recovery,
            amount_cents=recovery.open_cents,
            received_on=desk.today,
            reference=f"CREDIT-{case.number:03d}",
            actor=who,
            now=desk.now,
        )


def recovery_of(desk: DemoDesk, voucher: Voucher) -> Recovery | None:
    """What has to come back of a voucher."""
    return desk.session.scalar(select(Recovery).where(Recovery.voucher_id == voucher.id).order_by(Recovery.id))
