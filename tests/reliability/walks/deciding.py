"""Acts of deciding: proposals, approving alone or by two, deciding again, raising, lowering and ending, and who waits for money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.awarding.deciding_again import decide_again, propose_again
from portal.awarding.decisions.actions import approve_proposal, refer_question, reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.order_of_receipt.models import PlaceState, WaitingPlace
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.reductions import Ending, end_award, lower_award, revoke_award
from portal.awarding.shares_elsewhere.actions import OutcomeElsewhere, follow_up, record_outcome
from portal.awarding.shares_elsewhere.models import Sequel, ShareElsewhere, ShareOutcome
from portal.awarding.top_ups import TopUpDraft, top_up
from portal.awarding.waiting_list.actions import join_waiting_list, leave_waiting_lists
from portal.cases.applications.models import Application
from portal.cases.hearings.models import RefusalGround
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.funding.models import FundingLine
from portal.second_look.preparations.actions import (
    decide_prepared,
    prepare_deciding_again,
    prepare_decision,
    prepare_settlement,
    prepare_top_up,
    send_back,
    withdraw_preparation,
)
from portal.second_look.preparations.models import Preparation, PreparationKind, PreparationState
from portal.spending.vouchers.models import Voucher
from tests.factories import ALL_CHECKED, ASKED, MOVED, OWN_FACTS
from tests.reliability.walks.asking import APPLIED
from tests.reliability.walks.region import ALONE_CENTS
from tests.reliability.walks.spending import LIVE, settling_of
from tests.reliability.walks.walk import NothingToDo, Walk, act

Question = DevelopmentQuestion
WHY = "Past bij de vraag."


def newest(walk: Walk, question: DevelopmentQuestion) -> Any:
    """The newest proposal on a question: as old as it is."""
    rows = select(ProposalRecord).where(ProposalRecord.question_id == question.id)
    found = walk.find(rows.order_by(ProposalRecord.id.desc()).limit(1))
    if not found:
        raise NothingToDo
    return found[0]


def drafted(walk: Walk, question: DevelopmentQuestion) -> Draft:
    ground = RefusalGround.OWN_FACTS if walk.happens(0.8) else RefusalGround.SLIGHT
    draft = Draft(newest(walk, question), WHY, ALL_CHECKED, ground=ground)
    alone = sum(one.cents for one in draft.proposed if one.funding_line is not None) <= ALONE_CENTS
    if walk.happens(0.6 if alone else 0.3):
        return draft
    part = walk.chance.choice((0.3, 0.5, 0.7, 1.2))  # a mix of one's own: mostly less, which leaves room for more later
    own = [
        one if one.funding_line is None else one.model_copy(update={"cents": max(2_500, int(one.cents * part))})
        for one in draft.proposed
    ]
    return replace(draft, shares=own)


def proposed_on(walk: Walk, *states: QuestionState) -> DevelopmentQuestion:
    """A question in one of these states with a proposal."""
    made = select(ProposalRecord.question_id)
    found: DevelopmentQuestion = walk.pick(
        select(Question).where(Question.state.in_(states), Question.id.in_(made)).order_by(Question.id)
    )
    return found


@act(5)
def proposes(walk: Walk) -> None:
    make_proposal(walk.session, question=walk.pick(APPLIED), **walk.by)


@act(4)
def approves(walk: Walk) -> None:
    question = proposed_on(walk, QuestionState.APPLIED)
    approve_proposal(walk.session, question=question, draft=drafted(walk, question), **walk.by)


@act(9)
def proposes_and_approves(walk: Walk) -> None:
    question = walk.pick(APPLIED)
    make_proposal(walk.session, question=question, **walk.by)
    approve_proposal(walk.session, question=question, draft=drafted(walk, question), **walk.by)


@act(0.6)
def rejects(walk: Walk) -> None:
    reject_question(walk.session, question=walk.pick(APPLIED), rationale="Past niet.", ground=OWN_FACTS, **walk.by)


@act(0.3)
def refers(walk: Walk) -> None:
    applied = select(Application.question_id)
    states = (QuestionState.SUBMITTED, QuestionState.WAITING)
    rows = select(Question).where(Question.state.in_(states), Question.id.not_in(applied)).order_by(Question.id)
    refer_question(walk.session, question=walk.pick(rows), referred_to="UWV", explanation="Daar.", **walk.by)


def replaceable(walk: Walk) -> DevelopmentQuestion:
    """A decided question of which no voucher was used."""
    used = select(Voucher.question_id).where(Voucher.redeemed_cents > 0)
    rows = select(Question).where(Question.state == QuestionState.DECIDED, Question.id.not_in(used))
    found: DevelopmentQuestion = walk.pick(rows.order_by(Question.id))
    return found


@act(1.5)
def proposes_again(walk: Walk) -> None:
    propose_again(walk.session, question=replaceable(walk), **walk.by)


@act(2)
def decides_again(walk: Walk) -> None:
    question = replaceable(walk)
    if walk.happens(0.6):
        propose_again(walk.session, question=question, **walk.by)
    decide_again(walk.session, question=question, draft=drafted(walk, question), **walk.by)


# More, less and over ---------------------------------------------------------------------------------------------------


SAME_LINE = 0.6
"""How often more is asked of a line that pays already, and not of any."""


def more_of(walk: Walk, voucher: Voucher) -> TopUpDraft:
    """More for a cost line that is not paid in full, mostly of the line that pays it."""
    question = walk.session.get_one(Question, voucher.question_id)
    parts = walk.session.get_one(Voucher, voucher.id).award.parts
    cost = walk.chance.choice(question.cost_lines)
    left = cost.amount_cents - sum(part.amount_cents for part in parts if part.line_key == cost.line_key)
    if left <= 0 and walk.happens(0.9):
        raise NothingToDo
    known = [part.funding_line_id for part in parts]
    every = list(walk.session.scalars(select(FundingLine.id).order_by(FundingLine.id)))
    line = walk.session.get_one(FundingLine, walk.chance.choice(known if walk.happens(SAME_LINE) else every))
    cents = walk.cents(left) if walk.happens(0.9) else 60_000
    return TopUpDraft(cost.line_key, line, cents, "Meer nodig.")


@act(7)
def tops_up(walk: Walk) -> None:
    voucher = walk.pick(LIVE)
    top_up(walk.session, voucher=voucher, draft=more_of(walk, voucher), **walk.by)


@act(2)
def lowers(walk: Walk) -> None:
    voucher = walk.pick(LIVE)
    lower_award(
        walk.session,
        voucher=voucher,
        by_cents=walk.cents(max(voucher.open_cents - 1, 1)),
        basis=ASKED,
        reason="Goedkoper.",
        **walk.by,
    )


@act(0.8)
def revokes(walk: Walk) -> None:
    revoke_award(walk.session, voucher=walk.pick(LIVE), basis=ASKED, reason="Gaat niet door.", **walk.by)


@act(0.6)
def ends_after_a_move(walk: Walk) -> None:
    voucher = walk.pick(LIVE)
    end_award(
        walk.session,
        voucher=voucher,
        ending=Ending(walk.today + timedelta(days=21), 0, "Geen kosten.", walk.today),
        basis=MOVED,
        reason="Verhuisd.",
        **walk.by,
    )


# What others decide ----------------------------------------------------------------------------------------------------


@act(3)
def another_body_decides(walk: Walk) -> None:
    share = walk.pick(select(ShareElsewhere).where(ShareElsewhere.outcome.is_(None)).order_by(ShareElsewhere.id))
    outcome = walk.chance.choice(list(ShareOutcome))
    most = share.expected_cents
    cents = {ShareOutcome.GRANTED: most, ShareOutcome.PARTLY: max(1, most // 2), ShareOutcome.REFUSED: 0}[outcome]
    told = OutcomeElsewhere(outcome=outcome, granted_cents=cents, by="DUO", on=walk.today)
    record_outcome(walk.session, share=share, told=told, **walk.by)


@act(3)
def the_award_is_kept(walk: Walk) -> None:
    less = (ShareOutcome.PARTLY, ShareOutcome.REFUSED)
    rows = select(ShareElsewhere).where(ShareElsewhere.outcome.in_(less), ShareElsewhere.sequel.is_(None))
    follow_up(walk.session, share=walk.pick(rows.order_by(ShareElsewhere.id)), sequel=Sequel.KEPT, **walk.by)


# Who waits -------------------------------------------------------------------------------------------------------------


@act(4)
def joins_the_waiting_list(walk: Walk) -> None:
    states = (QuestionState.APPLIED,) if walk.happens(0.8) else (QuestionState.APPLIED, QuestionState.DECIDED)
    complete = select(Application.question_id).where(Application.completed_at.is_not(None))
    rows = select(Question).where(Question.state.in_(states), Question.id.in_(complete), Question.route == "individual")
    question = walk.pick(rows.order_by(Question.id))
    join_waiting_list(walk.session, question=question, scheme="leervoucher", agreed_on=walk.today, **walk.by)


@act(0.5)
def leaves_the_waiting_list(walk: Walk) -> None:
    waiting = select(WaitingPlace.application_id).where(WaitingPlace.state != PlaceState.LEFT)
    rows = select(Question).join(Application, Application.question_id == Question.id).where(Application.id.in_(waiting))
    leave_waiting_lists(walk.session, question=walk.pick(rows.order_by(Question.id)), **walk.by)


# A second person -------------------------------------------------------------------------------------------------------


@act(1.5)
def prepares_a_decision(walk: Walk) -> None:
    question = walk.pick(APPLIED)
    make_proposal(walk.session, question=question, **walk.by)
    prepare_decision(walk.session, question=question, draft=drafted(walk, question), **walk.by)


@act(0.8)
def prepares_to_decide_again(walk: Walk) -> None:
    question = replaceable(walk)
    propose_again(walk.session, question=question, **walk.by)
    prepare_deciding_again(walk.session, question=question, draft=drafted(walk, question), **walk.by)


@act(1.5)
def prepares_a_settlement(walk: Walk) -> None:
    voucher, draft = settling_of(walk)
    prepare_settlement(walk.session, voucher=voucher, draft=draft, **walk.by)


@act(3)
def prepares_a_top_up(walk: Walk) -> None:
    voucher = walk.pick(LIVE)
    prepare_top_up(walk.session, voucher=voucher, draft=more_of(walk, voucher), **walk.by)


def prepared(walk: Walk, *kinds: PreparationKind) -> Any:
    waiting = Preparation.state == PreparationState.WAITING
    return walk.pick(select(Preparation).where(waiting, Preparation.kind.in_(kinds)).order_by(Preparation.id))


def decide(walk: Walk, kind: PreparationKind) -> None:
    preparation = prepared(walk, kind)
    walk.not_by(preparation.prepared_by)
    decide_prepared(walk.session, preparation=preparation, checks=ALL_CHECKED, **walk.by)


@act(6)
def a_second_person_decides(walk: Walk) -> None:
    decide(walk, PreparationKind.AWARDED)


@act(3)
def a_second_person_decides_again(walk: Walk) -> None:
    decide(walk, PreparationKind.DECIDED_AGAIN)


@act(3)
def a_second_person_settles(walk: Walk) -> None:
    decide(walk, PreparationKind.SETTLED)


@act(4)
def a_second_person_tops_up(walk: Walk) -> None:
    decide(walk, PreparationKind.TOPPED_UP)


@act(0.7)
def what_was_prepared_is_sent_back(walk: Walk) -> None:
    preparation = prepared(walk, *PreparationKind)
    walk.not_by(preparation.prepared_by)
    send_back(walk.session, preparation=preparation, reason="Anders.", **walk.by)


@act(0.5)
def what_was_prepared_is_withdrawn(walk: Walk) -> None:
    withdraw_preparation(walk.session, preparation=prepared(walk, *PreparationKind), **walk.by)
