"""Stories of questions that came to an end: a voucher and what became of it, a rejection, a referral, a withdrawal.

A story yields the instant at which it goes on, and then acts at that instant.
"""

from __future__ import annotations

from portal.awarding.decisions.actions import refer_question
from portal.awarding.hearing_first.models import LeftOut, Unheard
from portal.awarding.reductions import TakingBasis, revoke_award
from portal.awarding.takings.models import TakingGround
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import CloseReason
from portal.demo import texts
from portal.demo.case import DemoCase
from portal.demo.desk import DemoDesk
from portal.demo.steps import Plot, apply, award, close, expecting, finished, invoiced, pledge, started, talk
from portal.demo.timetable import Story, Timetable

# Awarded ---------------------------------------------------------------------------------------------------------------


def issued(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """A voucher that can be used."""
    yield at.ago(34, 80)
    yield from award(desk, case, at, desk.ask(case))


def issued_lately(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Decided only just: the letter still lies with the post."""
    yield at.ago(24, 30)
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.working_day_ago(0, 1)
    desk.decide(case, question)


def amended(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Awarded with a mix that the advisor changed."""
    yield at.ago(40, 90)
    yield from award(desk, case, at, desk.ask(case), amend=True)


def partly_redeemed(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """A first invoice was taken from the voucher."""
    yield at.ago(95, 165)
    voucher = yield from award(desk, case, at, desk.ask(case))
    if voucher is not None:
        yield at.after(desk.now, 25, 45)
        yield from invoiced(desk, case, at, voucher, case.random.choice((40, 50, 60)))


def redeemed(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The whole voucher was used, in one invoice or two."""
    yield at.ago(95, 225)
    question = desk.ask(case)
    voucher = yield from award(desk, case, at, question)
    if voucher is None:
        return
    yield at.after(desk.now, 20, 35)
    part = 1
    if case.number % 3 == 0:
        yield from invoiced(desk, case, at, voucher, 50)
        part = 2
        yield at.after(desk.now, 10, 20)
    yield from invoiced(desk, case, at, voucher, 100, part=part)
    yield from finished(desk, case, at, voucher, answers=case.number % 3 > 0)
    if case.number % 4 == 1:
        yield at.after(desk.now, 10, 25)
        close(desk, case, question, CloseReason.FINISHED)


def redeemed_lately(fewest: int, most: int) -> Plot:
    """Used between so many working days ago: the region still has to pay, or the bank still has to answer."""

    def plot(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
        yield at.ago(75, 90)
        voucher = yield from award(desk, case, at, desk.ask(case))
        if voucher is None:
            return
        yield at.working_days_ago(most + 2, most + 3)
        started(desk, voucher)
        invoice = desk.hand_in(case, voucher, 100, above=case.random.choice((100, 115)))
        yield at.working_days_ago(fewest, most)
        desk.accept(case, invoice)

    return plot


def expired(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """A voucher that nobody used in time; the nightly run lets it expire."""
    yield at.ago(218, 226)
    yield from award(desk, case, at, desk.ask(case))


def expired_in_part(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Used for one invoice; the rest expired."""
    yield at.ago(218, 226)
    voucher = yield from award(desk, case, at, desk.ask(case))
    if voucher is not None:
        yield at.after(desk.now, 40, 70)
        yield from invoiced(desk, case, at, voucher, 55)


def about_to_expire(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """A voucher with a few weeks left."""
    yield at.ago(187, 193)
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.working_day_ago(158, 171)
    desk.decide(case, question)


def revoked(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Taken back because the training stopped."""
    yield at.ago(100, 150)
    voucher = yield from award(desk, case, at, desk.ask(case))
    if voucher is not None:
        yield at.after(desk.now, 20, 40)
        asked = TakingBasis(TakingGround.AT_REQUEST, LeftOut(Unheard.ASKED, texts.ASKED_FOR))
        who = desk.advisor(case)
        revoke_award(desk.session, voucher=voucher, basis=asked, reason=texts.REVOKED, actor=who, now=desk.now)


def work_to_work(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Towards other work: the employer pays two thirds, the work-to-work voucher the rest."""
    yield at.ago(60, 170)
    question = expecting(desk, case, 67)
    yield from pledge(desk, case, at, question, 67)
    voucher = yield from award(desk, case, at, question)
    if voucher is not None and case.number % 2:
        yield at.after(desk.now, 15, 25)
        yield from invoiced(desk, case, at, voucher, 100)


def partly(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Applied for two vouchers, of which one can be given."""
    yield at.ago(45, 95)
    question = expecting(desk, case, 67)
    yield from pledge(desk, case, at, question, 67)
    yield from talk(desk, case, at, question)
    yield at.after(desk.now, 1, 3, office=False)
    desk.apply(case, question, "ontwikkelfonds-individueel", "werk-naar-werk-voucher")
    yield at.after(desk.now, 4, 9)
    desk.decide(case, question)


# Not awarded -----------------------------------------------------------------------------------------------------------


def rejected(why: str) -> Plot:
    """Applied and rejected, for one reason."""

    def plot(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
        yield at.ago(40, 200)
        question = desk.ask(case)
        yield from apply(desk, case, at, question)
        yield at.after(desk.now, 3, 12)
        desk.reject(case, question, why)

    return plot


def referred(to: str) -> Plot:
    """After a talk sent on to another body, which can do more."""

    def plot(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
        yield at.ago(25, 210)
        if to == "career":
            question = desk.begin(case, wish=texts.NO_IDEA_WISH)
            desk.fill_in(case, question, with_training=False)
            desk.send(case, question)
        else:
            question = desk.ask(case)
        yield from talk(desk, case, at, question)
        yield at.after(desk.now, 0, 1)
        where, why = texts.REFERRALS[to]
        refer_question(
            desk.session, question=question, referred_to=where, explanation=why, actor=desk.advisor(case), now=desk.now
        )

    return plot


def withdrawn(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The person takes the question back; sometimes after applying."""
    yield at.ago(25, 180)
    question = desk.ask(case)
    if case.number % 2:
        yield from apply(desk, case, at, question)
    yield at.after(desk.now, 2, 7, office=False)
    reason = case.random.choice(texts.WITHDRAWN)
    withdraw_question(desk.session, question=question, reason=reason, actor=desk.asker(question), now=desk.now)


def helped(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Closed after a talk that was enough."""
    yield at.ago(30, 200)
    question = desk.ask(case)
    yield from talk(desk, case, at, question)
    yield at.after(desk.now, 0, 3)
    close(desk, case, question, CloseReason.HELPED)


def no_answer(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Closed because the person could not be reached."""
    yield at.ago(45, 180)
    question = desk.ask(case)
    yield at.after(desk.now, 1, 3)
    desk.note(case, question)
    yield at.after(desk.now, 14, 20)
    close(desk, case, question, CloseReason.NO_ANSWER)
