"""Parts that several stories share: a talk, an application, an award, an employer who says yes."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta

from portal.demo.desk import Case, Desk
from portal.demo.timetable import Story, Timetable
from portal.pledges.actions import give_pledge
from portal.questions.actions import close_question
from portal.questions.models import CloseReason, DevelopmentQuestion
from portal.vouchers.models import Voucher


def expecting(desk: Desk, case: Case, percent: int) -> DevelopmentQuestion:
    """A question of somebody who expects the employer to pay so many percent."""
    question = desk.begin(case)
    desk.fill_in(case, question)
    desk.expects(case, question, percent)
    return desk.send(case, question)


def talk(desk: Desk, case: Case, at: Timetable, question: DevelopmentQuestion) -> Story:
    """Planned, and held some days later."""
    yield at.after(desk.now, 1, 2)
    moment = at.after(desk.now, 2, 4)
    planned = desk.plan_talk(case, question, moment)
    yield moment + timedelta(minutes=50)
    desk.hold_talk(case, planned)


def apply(desk: Desk, case: Case, at: Timetable, question: DevelopmentQuestion) -> Story:
    """A talk, and then the application."""
    yield from talk(desk, case, at, question)
    yield at.after(desk.now, 0, 3, office=False)
    desk.apply(case, question)


def award(
    desk: Desk, case: Case, at: Timetable, question: DevelopmentQuestion, *, amend: bool = False
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


def pledge(desk: Desk, case: Case, at: Timetable, question: DevelopmentQuestion, percent: int) -> Story:
    """The employer is asked, and some days later pledges so many percent."""
    yield at.after(desk.now, 0, 1, office=False)
    desk.ask_employer(case, question)
    yield at.after(desk.now, 1, 4)
    cents = question.total_cents * percent // 100 // 100 * 100 + 100
    give_pledge(
        desk.session, question=question, kind="up_to", amount_cents=cents, categories=None, name=case.company.contact,
        function=case.company.function, actor=desk.employer(question), now=desk.now,
    )  # fmt: skip


def close(desk: Desk, case: Case, question: DevelopmentQuestion, reason: CloseReason) -> None:
    """The advisor closes the question."""
    close_question(desk.session, question=question, reason=reason, actor=desk.advisor(case), now=desk.now)
