"""The year before in the demonstration: it was lived in, and everything that the region accounts for is there in every state."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.agreements.models import AgreementDocument, AgreementDuty, AgreementParty, PlanApproval
from portal.accounting.channels import FunnelStep, channels
from portal.accounting.chart.queries import chart
from portal.accounting.cofinancing.models import Cofinancing, CofinancingDuty, CofinancingForm, CofinancingState
from portal.accounting.expenses.models import Expense, ExpenseState
from portal.accounting.periods.models import PeriodState
from portal.accounting.periods.queries import period_breaks, periods
from portal.accounting.reports.queries import accountability_report, widest_period
from portal.accounting.samples.models import AuditSample
from portal.accounting.samples.queries import has_same_population
from portal.accounting.tranches.models import ReceiptState, Tranche, TrancheReceipt
from portal.accounting.warnings.models import InflowPlan
from portal.accounting.work_packages.models import WorkPackage
from portal.cases.origins.models import Campaign
from portal.cases.questions.models import DevelopmentQuestion
from portal.demo.plan import plan
from portal.demo.playing import ONE_EARLIER
from portal.framework.funding.models import Agreement
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date
from portal.post.letters.models import Letter, LetterPosting
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage
from portal.spending.vouchers.models import Voucher, VoucherState
from tests.portal.demo.conftest import NOW, FilledDesk
from tests.portal.demo.test_playing import all_of

REGION = Actor(Audience.REGION)
TODAY = local_date(NOW)
BEFORE = NOW - timedelta(days=365)


def test_vouchers_of_the_year_before_were_used_settled_and_paid_and_one_expired(desk: FilledDesk) -> None:
    asked = [one for one in all_of(desk, DevelopmentQuestion) if one.created_at < BEFORE]
    assert len(asked) == 85 // ONE_EARLIER
    ids = {one.id for one in asked}
    old = [one for one in all_of(desk, Voucher) if one.question_id in ids]
    assert {one.state for one in old} == {VoucherState.REDEEMED, VoucherState.SETTLED, VoucherState.EXPIRED}
    assert all(one.open_cents == 0 or not one.is_live for one in old)


def test_the_questions_of_now_are_the_same_with_and_without_a_year_before() -> None:
    without, beside = plan(20, seed=4, today=TODAY), plan(20, seed=4, today=TODAY, earlier=3)
    told = [(one.case.person, one.case.training, one.line) for one in beside]
    assert told[:20] == [(one.case.person, one.case.training, one.line) for one in without]
    assert [one.earlier for one in beside] == [False] * 20 + [True] * 3


def test_every_agreement_was_signed_and_has_duties_papers_and_money_in_parts(desk: FilledDesk) -> None:
    agreements = all_of(desk, Agreement)
    assert len(agreements) == 3 and all(one.signed_on for one in agreements)
    for kind in (AgreementParty, AgreementDuty, AgreementDocument, Tranche):
        assert {one.agreement_id for one in all_of(desk, kind)} == {one.id for one in agreements}, kind
    assert all(one.signed_on for one in all_of(desk, AgreementParty))
    assert {one.done_on is None for one in all_of(desk, AgreementDuty)} == {True, False}
    assert all(one.due_on is None or one.due_on >= TODAY for one in all_of(desk, AgreementDuty) if one.done_on is None)
    assert [one.approved_on is not None for one in all_of(desk, PlanApproval)] == [True, True]
    assert {one.state for one in all_of(desk, TrancheReceipt)} == {ReceiptState.RECEIVED, ReceiptState.WAITING}
    assert {one.line_id is None for one in all_of(desk, TrancheReceipt)} == {True, False}
    assert {one.called_on is None for one in all_of(desk, Tranche)} == {True, False}


def test_expenses_of_four_work_packages_are_approved_reversed_sent_back_and_waiting(desk: FilledDesk) -> None:
    found = all_of(desk, Expense)
    assert {one.work_package_id for one in found} == {one.id for one in all_of(desk, WorkPackage)}
    assert len(all_of(desk, WorkPackage)) == 4
    assert {one.state for one in found} == set(ExpenseState)
    assert sum(1 for one in found if one.reversed_at is not None) == 1
    assert {(one.vat_cents > 0, one.vat_deductible) for one in found} == {(True, True), (True, False), (False, False)}
    assert all(one.file_id for one in found if one.reverses_id is None)
    assert all(one.laid_down_by != one.approved_by for one in found)


def test_co_financing_stands_against_the_duty_in_every_form_and_state(desk: FilledDesk) -> None:
    found = all_of(desk, Cofinancing)
    assert [one.amount_cents for one in all_of(desk, CofinancingDuty)] == [575_000_00]
    assert {one.form for one in found} == set(CofinancingForm)
    assert {one.state for one in found} == set(CofinancingState)
    assert any(one.own_share and one.payment_file_id for one in found if one.state is CofinancingState.PROVEN)


def test_the_former_year_is_closed_by_two_people_and_holds_and_this_year_is_open(desk: FilledDesk) -> None:
    found = desk.read(periods)[::-1]
    closed = [one for one in found if one.state is PeriodState.CLOSED]
    assert [one for one in found if one.last_day.year < TODAY.year] == closed and len(closed) == 5
    assert all(one.laid_down_by != one.closed_by for one in closed)
    assert Counter(one.state for one in found[5:]) == {PeriodState.LAID_DOWN: 1, PeriodState.OPEN: 3}
    assert desk.read(lambda s: list(period_breaks(s))) == []
    assert not any(row.is_default for row in desk.read(chart))


def test_the_report_of_the_whole_time_and_of_each_funder_has_its_texts_and_figures(desk: FilledDesk) -> None:
    def texts(session: Session, actor: Actor, funder: str | None) -> list[str]:
        period = widest_period(session, actor=actor, on=TODAY)
        assert period is not None
        made = accountability_report(session, actor=actor, period=period, funder=funder)
        assert made is not None
        return [one.said for chapter in made.chapters for one in chapter.texts if one.text]

    whole = desk.read(lambda s: texts(s, REGION, None))
    assert len(whole) >= 15 and not any("{" in text for text in whole)
    for account in (one for one in all_of(desk, Account) if one.role is Role.FUNDER):
        assert len(desk.read(lambda s, me=account: texts(s, actor_of_account(me), "provincie-gelderland"))) == 5


def test_an_auditor_drew_samples_that_can_be_drawn_again_and_the_inflow_is_planned(desk: FilledDesk) -> None:
    samples = all_of(desk, AuditSample)
    assert len(samples) == 2
    assert desk.read(lambda s: [has_same_population(s, sample=s.get_one(AuditSample, one.id)) for one in samples])[0]
    assert desk.read(lambda s: len(s.scalars(select(InflowPlan)).all())) == 2


def test_people_came_by_campaigns_of_which_one_has_ended_and_said_how_they_heard_of_the_desk(desk: FilledDesk) -> None:
    known = {one.code: one for one in all_of(desk, Campaign)}
    assert [code for code, one in known.items() if one.ended_at is not None] == ["beurs"] and len(known) == 4
    shown = desk.read(lambda s: channels(s, actor=REGION, first=None, last=None))
    assert shown is not None and set(shown.by_campaign) == {*known, ""}
    for numbers in shown.by_campaign.values():
        assert numbers[FunnelStep.VISIT] > numbers[FunnelStep.BEGUN] >= numbers[FunnelStep.SENT]
    came = [code for code, numbers in shown.by_campaign.items() if numbers[FunnelStep.SENT]]
    said = [heard for heard, numbers in shown.by_heard.items() if numbers[FunnelStep.SENT]]
    assert len(came) >= 4 and len(said) >= 7
    assert sum(shown.by_heard[heard][FunnelStep.REDEEMED] > 0 for heard in said) >= 3


def test_every_letter_that_was_posted_and_every_decision_by_mail_is_kept_as_a_letter(desk: FilledDesk) -> None:
    letters = {one.message_id: one for one in all_of(desk, Letter)}
    posted = {one.letter_id: one for one in all_of(desk, LetterPosting)}
    messages = [one for one in all_of(desk, OutboxMessage) if one.object_kind == "question"]
    by_post = [one for one in messages if one.kind is MessageKind.LETTER and one.state is MessageState.SENT]
    decided = [one for one in messages if one.template.startswith("decision/") and one.state is MessageState.SENT]
    assert by_post and len(decided) > len([one for one in decided if one in by_post]), "of both there are some"
    assert {one.id for one in [*by_post, *decided]} <= letters.keys()
    for message in by_post:
        letter = letters[message.id]
        assert posted[letter.id].posted_on == letter.dated == local_date(message.sent_at or NOW)
        assert letter.pdf.startswith(b"%PDF") and letter.title
    assert not {one.id for one in messages if one.state is MessageState.QUEUED} & letters.keys(), "the control"
