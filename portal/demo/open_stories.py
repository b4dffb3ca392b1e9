"""Stories of questions that are still open: at home, in talks, waiting, applied.

A story yields the instant at which it goes on, and then acts at that instant.
"""

from __future__ import annotations

from portal.demo import texts
from portal.demo.desk import Case, Desk
from portal.demo.steps import apply, expecting, pledge, talk
from portal.demo.timetable import Story, Timetable
from portal.pledges.actions import decline_pledge

# At home ---------------------------------------------------------------------------------------------------------------


def draft(desk: Desk, case: Case, at: Timetable) -> Story:
    """Begun, not sent."""
    yield at.ago(1, 19)
    question = desk.begin(case)
    if case.number % 2:
        yield at.after(desk.now, 0, 1, office=False)
        desk.fill_in(case, question)


def fresh(desk: Desk, case: Case, at: Timetable) -> Story:
    """Sent just now; nobody looked yet."""
    yield at.ago(0, 1)
    desk.ask(case)


def overdue(desk: Desk, case: Case, at: Timetable) -> Story:
    """Sent more than a week ago and still without a reaction."""
    yield at.ago(9, 16)
    desk.ask(case)


# In talks --------------------------------------------------------------------------------------------------------------


def talk_planned(desk: Desk, case: Case, at: Timetable) -> Story:
    """A talk stands in the diary."""
    yield at.ago(3, 7)
    question = desk.ask(case)
    yield at.after(desk.now, 1, 2)
    desk.plan_talk(case, question, at.ahead(1, 8))
    desk.note(case, question)


def no_training_yet(desk: Desk, case: Case, at: Timetable) -> Story:
    """Somebody without a training in mind: a talk comes first."""
    yield at.ago(3, 6)
    question = desk.begin(case, wish=texts.NO_IDEA_WISH)
    desk.fill_in(case, question, with_training=False)
    desk.send(case, question)
    yield at.after(desk.now, 1, 2)
    desk.plan_talk(case, question, at.ahead(1, 6))


def talk_held(desk: Desk, case: Case, at: Timetable) -> Story:
    """The talk was held; the next step is for the person."""
    yield at.ago(13, 22)
    yield from talk(desk, case, at, desk.ask(case))


def waiting(desk: Desk, case: Case, at: Timetable) -> Story:
    """The desk asked for something that is missing."""
    yield at.ago(12, 20)
    question = desk.ask(case)
    yield from talk(desk, case, at, question)
    yield at.after(desk.now, 1, 2)
    desk.ask_back(case, question, days=21)


def waiting_on_application(desk: Desk, case: Case, at: Timetable) -> Story:
    """The same after the application: the legal clock stands still."""
    yield at.ago(28, 40)
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.after(desk.now, 3, 6)
    desk.ask_back(case, question, days=28)


def pledge_asked(desk: Desk, case: Case, at: Timetable) -> Story:
    """The employer was asked for a contribution and has not answered."""
    yield at.ago(5, 10)
    question = expecting(desk, case, 25)
    yield at.after(desk.now, 1, 2, office=False)
    desk.ask_employer(case, question)


def pledge_given(desk: Desk, case: Case, at: Timetable) -> Story:
    """The employer contributes; the application is still to come."""
    yield at.ago(13, 21)
    question = expecting(desk, case, 30)
    yield from pledge(desk, case, at, question, 30)
    yield at.after(desk.now, 1, 2)
    desk.plan_talk(case, question, at.ahead(1, 7))


def pledge_declined(desk: Desk, case: Case, at: Timetable) -> Story:
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


def applied(desk: Desk, case: Case, at: Timetable) -> Story:
    """An application that waits for a decision, with a proposal on the table."""
    yield at.ago(16, 34)
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.after(desk.now, 1, 3)
    desk.propose(case, question)


def applied_late(desk: Desk, case: Case, at: Timetable) -> Story:
    """An application whose legal term of eight weeks has passed."""
    yield at.ago(82, 90)
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.after(desk.now, 4, 6)
    desk.note(case, question)
