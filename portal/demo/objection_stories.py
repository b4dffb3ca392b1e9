"""Stories of people who object: received, invited to be heard, heard and decided, and a new decision after all."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta

from portal.awarding.deciding_again import propose_again
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision
from portal.cases.hearings.models import RefusalGround
from portal.cases.questions.models import DevelopmentQuestion
from portal.demo import texts
from portal.demo.case import DemoCase
from portal.demo.desk import ALL_CHECKED, DemoDesk
from portal.demo.steps import apply
from portal.demo.timetable import Story, Timetable
from portal.second_look.objections.actions import (
    ObjectionDraft,
    decide_objection,
    hold_hearing,
    plan_hearing,
    receive_objection,
    waive_hearing,
)
from portal.second_look.objections.models import Objection, ObjectionOutcome, WaiverReason

PLACE = "Balie in Apeldoorn, spreekkamer 2"


def received(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """An objection that came in this week."""
    yield at.ago(40, 50)
    _question, decision = yield from refused(desk, case, at, texts.REJECTED_START)
    yield at.working_day_ago(1, 4)
    receive(desk, case, decision)


def hearing_planned(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The objector is invited to be heard."""
    yield at.ago(56, 66)
    _question, decision = yield from refused(desk, case, at, texts.REJECTED_START)
    yield at.working_day_ago(9, 14)
    objection = receive(desk, case, decision)
    yield at.after(desk.now, 2, 4)
    moment = at.ahead(3, 9)
    plan_hearing(desk.session, objection=objection, at=moment, place=PLACE, actor=desk.colleague(case), now=desk.now)


def unfounded(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """Heard, and decided: the decision stands."""
    yield at.ago(120, 150)
    _question, decision = yield from refused(desk, case, at, texts.REJECTED_START)
    yield at.after(desk.now, 8, 16)
    objection = receive(desk, case, decision)
    yield at.after(desk.now, 2, 4)
    moment, who = at.after(desk.now, 9, 14), desk.colleague(case)
    plan_hearing(desk.session, objection=objection, at=moment, place=PLACE, actor=who, now=desk.now)
    yield moment + timedelta(minutes=45)
    report = case.says(texts.HEARING_REPORT)
    hold_hearing(desk.session, objection=objection, on=desk.today, report=report, actor=who, now=desk.now)
    yield at.after(desk.now, 4, 8)
    draft = ObjectionDraft(ObjectionOutcome.UNFOUNDED, case.says(texts.UNFOUNDED))
    decide_objection(desk.session, objection=objection, draft=draft, actor=who, now=desk.now)


def founded(desk: DemoDesk, case: DemoCase, at: Timetable) -> Story:
    """The objector is right: a voucher after all."""
    yield at.ago(100, 140)
    question, decision = yield from refused(desk, case, at, texts.REJECTED_PAPERS)
    yield at.after(desk.now, 6, 14)
    objection = receive(desk, case, decision)
    yield at.after(desk.now, 5, 9)
    who = desk.colleague(case)
    waive_hearing(desk.session, objection=objection, reason=WaiverReason.FULLY_MET, actor=who, now=desk.now)
    desk.complete(case, question)
    proposal = propose_again(desk.session, question=question, actor=who, now=desk.now)
    why = case.says(texts.FOUNDED)
    draft = ObjectionDraft(
        ObjectionOutcome.FOUNDED, why, Draft(proposal, why, ALL_CHECKED, ground=RefusalGround.OWN_FACTS)
    )
    decide_objection(desk.session, objection=objection, draft=draft, actor=who, now=desk.now)


def refused(
    desk: DemoDesk, case: DemoCase, at: Timetable, why: str
) -> Generator[datetime, None, tuple[DevelopmentQuestion, Decision]]:
    """Asked, applied and refused."""
    question = desk.ask(case)
    yield from apply(desk, case, at, question)
    yield at.after(desk.now, 3, 6)
    return question, desk.reject(case, question, why)


def receive(desk: DemoDesk, case: DemoCase, decision: Decision) -> Objection:
    """The desk records the letter that came in today."""
    return receive_objection(
        desk.session,
        decision=decision,
        received_on=desk.today,
        grounds=case.one_of(texts.GROUNDS, texts.EMPLOYER_GROUNDS),
        committee=False,
        actor=desk.advisor(case),
        now=desk.now,
    )
