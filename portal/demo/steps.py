"""Parts that several stories share: a talk, an application, an award, an employer who says yes."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime, timedelta

from portal.cases.pledges.actions import Contribution, give_pledge
from portal.cases.questions.actions import close_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion
from portal.demo.case import DemoCase
from portal.demo.desk import DemoDesk
from portal.demo.timetable import Story, Timetable
from portal.oversight.outcomes.actions import HolderAnswer, answer_outcome
from portal.oversight.outcomes.models import TrainingEnd, WithoutFund, Work
from portal.oversight.outcomes.queries import outcomes_of_question
from portal.people.actor import Actor
from portal.spending.attendance import confirm_end, confirm_start
from portal.spending.invoices.models import EndKind, Invoice
from portal.spending.vouchers.models import Voucher

Plot = Callable[[DemoDesk, DemoCase, Timetable], Story]
"""The life of one question: it yields the instant at which it goes on, and then acts at that instant."""


def expecting(desk: DemoDesk, case: DemoCase, percent: int) -> DevelopmentQuestion:
    """A question of somebody who expects the employer to pay so many percent."""
    question = desk.begin(case)
    desk.fill_in(case, question)
    desk.expects(case, question, percent)
    return desk.send(case, question)


def talk(desk: DemoDesk, case: DemoCase, at: Timetable, question: DevelopmentQuestion) -> Story:
    """Planned, and held some days later."""
    yield at.after(desk.now, 1, 2)
    moment = at.after(desk.now, 2, 4)
    planned = desk.plan_talk(case, question, moment)
    yield planned.planned_for + timedelta(minutes=50)
    desk.hold_talk(case, planned)


def apply(desk: DemoDesk, case: DemoCase, at: Timetable, question: DevelopmentQuestion) -> Story:
    """A talk, and then the application."""
    yield from talk(desk, case, at, question)
    yield at.after(desk.now, 0, 3, office=False)
    desk.apply(case, question)


def award(
    desk: DemoDesk, case: DemoCase, at: Timetable, question: DevelopmentQuestion, *, amend: bool = False
) -> Generator[datetime, None, Voucher | None]:
    """From the talk to the decision; sometimes the desk asks for something or writes a note in between."""
    yield from apply(desk, case, at, question)
    yield at.after(desk.now, 1, 3)
    if case.number % 3 == 1:
        request = desk.ask_back(case, question)
        yield at.after(desk.now, 2, 5, office=False)
        desk.answer(case, question, request)
        yield at.after(desk.now, 0, 2)
    elif case.number % 3 == 2:
        desk.note(case, question)
        yield at.after(desk.now, 1, 3)
    return desk.decide(case, question, amend=amend)


def pledge(desk: DemoDesk, case: DemoCase, at: Timetable, question: DevelopmentQuestion, percent: int) -> Story:
    """The employer is asked, and some days later pledges so many percent."""
    yield at.after(desk.now, 0, 1, office=False)
    desk.ask_employer(case, question)
    yield at.after(desk.now, 1, 4)
    cents = question.total_cents * percent // 100 // 100 * 100 + 100
    give_pledge(
        desk.session,
        question=question,
        money=Contribution("up_to", cents),
        name=case.company.contact,
        function=case.company.function,
        actor=desk.employer(question),
        now=desk.now,
    )


def close(desk: DemoDesk, case: DemoCase, question: DevelopmentQuestion, reason: CloseReason) -> None:
    """The advisor closes the question."""
    close_question(desk.session, question=question, reason=reason, actor=desk.advisor(case), now=desk.now)


def invoiced(
    desk: DemoDesk, case: DemoCase, at: Timetable, voucher: Voucher, percent: int, *, part: int = 1
) -> Generator[datetime, None, Invoice]:
    """The training began, the provider hands in an invoice, and some days later an advisor accepts it."""
    if part == 1:
        started(desk, voucher)
    invoice = desk.hand_in(case, voucher, percent, part=part)
    yield at.after(desk.now, 1, 3)
    desk.accept(case, invoice)
    return invoice


def started(desk: DemoDesk, voucher: Voucher) -> None:
    """The holder says that the training began, some days ago."""
    day = max(voucher.issued_on, desk.today - timedelta(days=4))
    confirm_start(desk.session, voucher=voucher, started_on=day, actor=holder(desk, voucher), now=desk.now)


def ended(desk: DemoDesk, voucher: Voucher, how: EndKind) -> None:
    """The holder says that the training ended, yesterday or today."""
    day = max(voucher.issued_on, desk.today - timedelta(days=1))
    confirm_end(
        desk.session,
        voucher=voucher,
        ended_on=day,
        how=how,
        own_share_paid=True,
        actor=holder(desk, voucher),
        now=desk.now,
    )


def finished(desk: DemoDesk, case: DemoCase, at: Timetable, voucher: Voucher, *, answers: bool) -> Story:
    """The training ended; a week later the desk asks how it went, and most people answer."""
    yield at.after(desk.now, 12, 25, office=False)
    ended(desk, voucher, EndKind.COMPLETED)
    yield at.after(desk.now, 10, 15, office=False)
    question = desk.session.get_one(DevelopmentQuestion, voucher.question_id)
    asked = [
        one
        for one in outcomes_of_question(desk.session, question=question, actor=desk.asker(question))
        if one.answered_at is None
    ]
    if answers and asked:
        said = HolderAnswer(
            result=case.random.choice((TrainingEnd.CERTIFICATE, TrainingEnd.COMPLETED, TrainingEnd.DIPLOMA)),
            work_before=Work.SAME_JOB
            if case.route == "employer"
            else case.random.choice((Work.LOOKING, Work.SAME_JOB)),
            work_after=case.random.choice((Work.SAME_JOB, Work.OTHER_JOB)),
            without_fund=case.random.choice((WithoutFund.NO, WithoutFund.LATER, WithoutFund.SMALLER, WithoutFund.YES)),
        )
        answer_outcome(desk.session, outcome=asked[0], answer=said, actor=desk.asker(question), now=desk.now)


def holder(desk: DemoDesk, voucher: Voucher) -> Actor:
    """Who has a voucher, as an actor."""
    return desk.asker(desk.session.get_one(DevelopmentQuestion, voucher.question_id))
