"""Stories of questions that are still open: at home, in talks, waiting, applied, or with an invoice that somebody must look at.

A story yields the instant at which it goes on, and then acts at that instant.
"""

from __future__ import annotations

from portal.awarding.decisions.drafts import Draft
from portal.awarding.setting_aside import set_aside, take_up_again
from portal.awarding.waiting_list.actions import join_waiting_list
from portal.cases.hearings.actions import invite_view
from portal.cases.hearings.models import RefusalGround
from portal.cases.pledges.actions import decline_pledge
from portal.demo import texts
from portal.demo.case import DemoCase
from portal.demo.desk import ALL_CHECKED, DemoDesk
from portal.demo.steps import Plot, apply, award, expecting, pledge, started, talk
from portal.demo.timetable import Story, Timetable
from portal.second_look.preparations.actions import prepare_decision
from portal.spending.invoices.actions import refuse_invoice

# At home ---------------------------------------------------------------------------------------------------------------


def draft(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Begun, not sent."""
    yield at.ago(1, 19)
    question = desk.begin(case)
    if case.number % 2:
        yield at.after(desk.now, 0, 1, office=False)
        desk.fill_in(case, question)


def fresh(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Sent just now; nobody looked yet."""
    yield at.ago(0, 1)
    desk.ask(case)


def overdue(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Sent more than a week ago and still without a reaction."""
    yield at.ago(9, 16)
    desk.ask(case)


# In talks --------------------------------------------------------------------------------------------------------------


def talk_planned(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """A talk stands in the diary."""
    yield at.ago(3, 7)
    question = desk.ask(case)
    yield at.after(desk.now, 1, 2)
    desk.plan_talk(case, question, at.ahead(1, 8))
    desk.note(case, question)


def no_training_yet(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Somebody without a training in mind: a talk comes first, at a moment that the person chooses."""
    yield at.ago(3, 6)
    question = desk.begin(case, wish=texts.NO_IDEA_WISH)
    desk.fill_in(case, question, with_training=False)
    desk.send(case, question)
    yield at.after(desk.now, 1, 2)
    desk.choose_talk(question, after=at.end)


def talk_held(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The talk was held; the next step is for the person."""
    yield at.ago(13, 22)
    yield from talk(desk, case, at, desk.ask(case))


def waiting(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The desk asked for something that is missing."""
    yield at.ago(12, 20)
    question = desk.ask(case)
    yield from talk(desk, case, at, question)
    yield at.after(desk.now, 1, 2)
    desk.ask_back(case, question, days=21)


def waiting_on_application(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The same after the application: the legal clock stands still."""
    yield at.ago(28, 40)
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.after(desk.now, 3, 6)
    desk.ask_back(case, question, days=28)


def pledge_asked(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The employer was asked for a contribution and has not answered."""
    yield at.ago(5, 10)
    question = expecting(desk, case, 25)
    yield at.after(desk.now, 1, 2, office=False)
    desk.ask_employer(case, question)


def pledge_given(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The employer contributes; the application is still to come."""
    yield at.ago(13, 21)
    question = expecting(desk, case, 30)
    yield from pledge(desk, case, at, question, 30)
    yield at.after(desk.now, 1, 2)
    desk.plan_talk(case, question, at.ahead(1, 7))


def pledge_declined(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The employer does not contribute."""
    yield at.ago(12, 20)
    question = expecting(desk, case, 30)
    yield at.after(desk.now, 0, 1, office=False)
    desk.ask_employer(case, question)
    yield at.after(desk.now, 2, 4)
    decline_pledge(
        desk.session, question=question, name=case.company.contact, actor=desk.employer(question), now=desk.now
    )
    yield at.after(desk.now, 1, 2)
    desk.note(case, question)


# Applied ---------------------------------------------------------------------------------------------------------------


def applied(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """An application that waits for a decision, with a proposal on the table."""
    yield at.ago(16, 34)
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.after(desk.now, 1, 3)
    desk.propose(case, question)


def applied_late(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """An application whose legal term of eight weeks has passed."""
    yield at.ago(82, 90)
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.after(desk.now, 4, 6)
    desk.note(case, question)


def prepared(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """One advisor prepared the decision; a second one has to take it."""
    yield at.ago(18, 30)
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.after(desk.now, 1, 3)
    proposal = desk.propose(case, question)
    why = case.one_of(texts.APPROVALS, texts.EMPLOYER_APPROVALS)
    draft = Draft(proposal, why, ALL_CHECKED, ground=RefusalGround.OWN_FACTS)
    prepare_decision(desk.session, question=question, draft=draft, actor=desk.advisor(case), now=desk.now)


def asked_for_view(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The desk thinks of refusing on what others said, and asks the applicant first."""
    yield at.ago(16, 24)
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.after(desk.now, 1, 2)
    facts, day = case.says(texts.FACTS_OF_OTHERS), at.ahead(8, 12).date()
    invite_view(desk.session, question=question, facts=facts, answer_by=day, actor=desk.advisor(case), now=desk.now)


def left_incomplete(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The desk asked to complete the application; nothing came, and it is not taken up. It is after all, and then again not."""
    yield at.ago(75, 110)
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.after(desk.now, 1, 3)
    desk.ask_back(case, question)
    yield at.after(desk.now, 17, 20)
    set_aside(desk.session, question=question, reason=texts.SET_ASIDE, actor=desk.advisor(case), now=desk.now)
    yield at.after(desk.now, 2, 4)
    take_up_again(desk.session, question=question, reason=texts.TAKEN_UP, actor=desk.advisor(case), now=desk.now)
    desk.ask_back(case, question)
    yield at.after(desk.now, 17, 20)
    set_aside(desk.session, question=question, reason=texts.SET_ASIDE, actor=desk.advisor(case), now=desk.now)


def waits_for_money(fewest: int, most: int) -> Plot:
    """The money of the work-to-work vouchers has run out: the applicant waits, since between so many days ago."""

    def plot(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
        yield at.ago(34, 40)
        question = expecting(desk, case, 67)
        yield from pledge(desk, case, at, question, 67)
        yield at.working_day_ago(20, 24)
        desk.apply_for(case, question, "werk-naar-werk-voucher")
        yield at.working_days_ago(fewest + 1, most + 1)
        desk.complete(case, question)
        yield at.working_days_ago(fewest, most)
        join_waiting_list(
            desk.session,
            question=question,
            scheme="werk-naar-werk-voucher",
            agreed_on=desk.today,
            actor=desk.asker(question),
            now=desk.now,
        )

    return plot


# Invoices --------------------------------------------------------------------------------------------------------------


def invoice_waits(fewest: int, most: int) -> Plot:
    """A provider handed in an invoice, between so many days ago; nobody decided on it yet."""

    def plot(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
        yield at.ago(60, 90)
        voucher = yield from award(desk, case, at, desk.ask(case))
        if voucher is not None:
            yield at.working_day_ago(fewest, most)
            if fewest > 2:
                started(desk, voucher)
            desk.hand_in(case, voucher, case.random.choice((60, 100)))

    return plot


def invoice_refused(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """An invoice for more than was agreed was refused; a better one is to come."""
    yield at.ago(60, 90)
    voucher = yield from award(desk, case, at, desk.ask(case))
    if voucher is not None:
        yield at.working_day_ago(12, 18)
        invoice = desk.hand_in(case, voucher, 100, above=140)
        yield at.after(desk.now, 1, 3)
        refuse_invoice(
            desk.session, invoice=invoice, reason=texts.INVOICE_REFUSED, actor=desk.advisor(case), now=desk.now
        )
