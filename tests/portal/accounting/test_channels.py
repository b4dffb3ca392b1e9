"""The funnel per channel: both ways to split it add up to the total, each question counts once in each step, and nobody is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.accounting.channels import OF_QUESTIONS, FunnelStep, channels
from portal.accounting.plots.figures import steps
from portal.accounting.plots.plot import PlotName
from portal.accounting.plots.queries import channel_sentence, plot
from portal.cases.origins.actions import count_at_door
from portal.cases.origins.models import DoorStep, HeardFrom, QuestionOrigin
from portal.cases.questions.models import DevelopmentQuestion
from portal.oversight.outcomes.models import Moment, TrainingEnd, TrainingOutcome, WithoutFund, Work
from portal.people.actor import Actor, Audience
from portal.spending.vouchers.models import Voucher
from tests.benchmarks.worklist import statements_of
from tests.factories import NOW, REGION, a_question
from tests.portal.accounting.a_desk import AUDITOR, CONTROLLER, TODAY, a_funder


def come(session: Session) -> None:
    """Of the questions of a desk two came by a campaign and three say how; one training is finished, at two moments."""
    questions = session.query(DevelopmentQuestion).order_by(DevelopmentQuestion.id).all()
    said = (("flyer", HeardFrom.FLYER), ("flyer", None), (None, HeardFrom.FLYER), (None, HeardFrom.UWV))
    for question, (code, heard) in zip(questions, said, strict=False):
        session.add(QuestionOrigin(question_id=question.id, code=code, heard_from=heard))
    voucher = session.query(Voucher).filter(Voucher.redeemed_cents > 0).first()
    assert voucher is not None
    for moment in list(Moment)[:2]:
        answered = {"answered_at": NOW, "answered_by": "resident", "result": TrainingEnd.DIPLOMA}
        answered |= {"work_after": Work.SAME_JOB, "without_fund": WithoutFund.NO}
        session.add(TrainingOutcome(voucher_id=voucher.id, moment=moment, asked_at=NOW, **answered))
    for day, step, code, number in (
        (TODAY, DoorStep.VISIT, "", 40), (TODAY, DoorStep.VISIT, "flyer", 9), (TODAY, DoorStep.BEGUN, "flyer", 4),
        (TODAY - timedelta(days=1), DoorStep.VISIT, "gone", 1),
    ):  # fmt: skip
        count_at_door(session, counts={(day, step, code): number})
    session.flush()


def test_the_channels_add_up_to_what_the_records_count(desk: Session) -> None:
    come(desk)
    shown = channels(desk, actor=REGION, first=None, last=None)
    assert shown is not None
    counted = steps(desk)
    assert [shown.total[one] for one in (FunnelStep.SENT, FunnelStep.TALKED, FunnelStep.APPLIED, FunnelStep.DECIDED)] == [
        counted.sent, counted.talked, counted.applied, counted.decided,
    ]  # fmt: skip
    assert shown.total[FunnelStep.REDEEMED] == counted.used and shown.total[FunnelStep.FINISHED] == 1
    assert (shown.total[FunnelStep.VISIT], shown.total[FunnelStep.BEGUN]) == (50, 4)
    for one in FunnelStep:
        assert shown.total[one] == sum(numbers[one] for numbers in shown.by_campaign.values())
    for one in OF_QUESTIONS:
        assert shown.total[one] == sum(numbers[one] for numbers in shown.by_heard.values())
    assert shown.by_campaign["flyer"][FunnelStep.SENT] == 2 == shown.by_heard["flyer"][FunnelStep.SENT]
    assert shown.by_campaign["gone"] == dict.fromkeys(FunnelStep, 0) | {FunnelStep.VISIT: 1}
    a_question(desk)
    again = channels(desk, actor=REGION, first=None, last=None)
    assert again is not None and again.total == shown.total | {FunnelStep.SENT: shown.total[FunnelStep.SENT] + 1}


def test_a_period_counts_its_own_days_in_two_statements(desk: Session) -> None:
    come(desk)
    with statements_of(desk) as said:
        today = channels(desk, actor=CONTROLLER, first=TODAY, last=TODAY)
    before = channels(desk, actor=AUDITOR, first=None, last=TODAY - timedelta(days=1))
    assert today is not None and before is not None and len(said) == 2
    assert today.total[FunnelStep.VISIT] == 49 and today.total[FunnelStep.SENT] > 0
    assert before.total == dict.fromkeys(FunnelStep, 0) | {FunnelStep.VISIT: 1}


def test_who_does_not_see_all_money_sees_no_channels(desk: Session) -> None:
    for actor in (a_funder(desk, "rijk"), Actor(Audience.ADVISOR, account_id=1), Actor.anonymous()):
        assert channels(desk, actor=actor, first=None, last=None) is None


def test_the_plot_says_by_which_channel_most_came(desk: Session) -> None:
    come(desk)
    shown = plot(desk, name=PlotName.CHANNELS, actor=REGION, today=TODAY)
    assert shown is not None
    assert [row[0] for row in shown.rows] == ["een flyer of folder", "UWV", "niet gezegd"]
    assert "is van 3 bekend" in shown.sentence and "2 keer via een flyer of folder, en nergens vaker." in shown.sentence


@pytest.mark.parametrize(
    ("sent", "said"),
    [({}, "nog geen vraag verstuurd"), ({"?": 4}, "van geen bekend"), ({"UWV": 1, "?": 4}, "1 keer via UWV")],
)
def test_the_sentence_is_true_of_few_numbers_too(sent: dict[str, int], said: str) -> None:
    assert said in channel_sentence(sent, "?")
