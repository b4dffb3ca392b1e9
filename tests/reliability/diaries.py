"""Many people who want few hours: each chooses a talk for a question of its own, through the guard or (the control) past it."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from portal.cases.appointments.actions import TalkWish, choose_talk
from portal.cases.appointments.queries import choosable
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.diaries.models import TakenQuarter, TalkWay
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor, Audience
from portal.platform.database import unit_of_work, written_columns
from portal.platform.errors import Conflict
from tests.factories import ADVISOR, SECOND, a_question, an_advisor
from tests.reliability.race import PROCESSES

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HESITATION = 0.01  # seconds between looking and writing, in the control
PATIENCE = 20  # tries of one unit of work: the race is about hours, not about waiting
WANTED = 54 if os.environ.get("PROOF") else 7
"""How many moments people choose from, at most 54; two advisors are free at each."""
WANTED_IN_CONTROL = 3
"""Fewer by far than there are processes: what they look at together, several want, whatever the order in which they come."""
QUARTERS = 4
"""How many quarters of an hour a talk takes here."""


def prepare(session: Session, *, people: int) -> None:
    """That many people with a question, numbered from 1, and two advisors with the same hours."""
    first = a_question(session)
    an_advisor(session)
    an_advisor(session, SECOND)
    table = DevelopmentQuestion.__table__
    row = dict(session.execute(select(*written_columns(table)).where(table.c.id == first.id)).mappings().one())
    copies = [
        row | {"id": number, "public_id": f"person-{number}", "reference_number": f"OV-2026-{number:05d}"}
        for number in range(first.id + 1, people + 1)
    ]
    for start in range(0, len(copies), 500):
        session.execute(insert(table), copies[start : start + 500])


def moment(number: int, wanted: int = WANTED) -> datetime:
    """The moment that one of the people wants: one of so many, from Tuesday on, at nine, ten or eleven in Amsterdam."""
    day, hour = divmod(number % wanted, 3)
    weekends = (day + 1) // 5
    return datetime(2026, 3, 3, 8 + hour, tzinfo=UTC) + timedelta(days=day + 2 * weekends)


def person(number: int) -> int:
    """The question of an attempt: races number their attempts in blocks of a million, of which each begins anew."""
    block, place = divmod(number - 1, 1_000_000)
    return 1 + place * PROCESSES + block % 100


def choose(engine: Engine, number: int) -> None:
    """One person chooses the moment that it wants."""
    choose_for(engine, person(number))


def choose_for(engine: Engine, question_id: int, wanted: int = WANTED) -> None:
    """The person of this question chooses the moment that it wants. Raises ``Conflict`` when somebody was earlier."""

    def work(session: Session) -> None:
        question = session.get_one(DevelopmentQuestion, question_id)
        me = Actor(Audience.RESIDENT, question_id=question_id)
        choose_talk(
            session, question=question, wish=TalkWish(moment(question_id, wanted), TalkWay.DESK), actor=me, now=NOW
        )

    unit_of_work(engine, work, attempts=PATIENCE)


def choose_unguarded(engine: Engine, number: int) -> None:
    """The control: see that somebody is free, and only then begin to write, past the key of the diary."""
    question_id = person(number)

    def look(session: Session) -> int | None:
        question = session.get_one(DevelopmentQuestion, question_id)
        free = choosable(session, question=question, now=NOW).moments.get(TalkWay.DESK, [])
        busy = {(talk.advisor_id, talk.planned_for) for talk in session.scalars(select(Conversation))}
        at_once = moment(question_id, WANTED_IN_CONTROL)
        wanted = ((one.advisor_id, one.starts_at) for one in free if one.starts_at == at_once)
        return next((advisor for advisor, at in wanted if (advisor, at) not in busy), None)

    advisor_id = unit_of_work(engine, look, read_only=True)
    if advisor_id is None:
        raise Conflict("moment_gone", "gone")
    time.sleep(HESITATION)
    unit_of_work(engine, lambda s: s.add(a_talk(question_id, advisor_id)), attempts=PATIENCE)


def a_talk(question_id: int, advisor_id: int) -> Conversation:
    """A talk of this person as it stands when nobody looks into the diary."""
    return Conversation(
        question_id=question_id,
        way=TalkWay.DESK,
        planned_for=moment(question_id, WANTED_IN_CONTROL),
        minutes=15 * QUARTERS,
        planned_at=NOW,
        planned_by="resident",
        own_choice=True,
        advisor_name="Ada",
        advisor_id=advisor_id,
        state=ConversationState.PLANNED,
    )


def doubles(session: Session) -> int:
    """How many planned talks begin while their advisor still has the one before: looked up in the talks, not in the diary."""
    rows = select(Conversation).where(Conversation.state == ConversationState.PLANNED)
    talks = session.scalars(rows.order_by(Conversation.advisor_id, Conversation.planned_for)).all()
    return sum(one.advisor_id == after.advisor_id and after.planned_for < one.ends_at for one, after in pairwise(talks))


def planned(session: Session) -> set[tuple[int | None, datetime]]:
    """Whose talks stand, and when."""
    rows = session.scalars(select(Conversation).where(Conversation.state == ConversationState.PLANNED))
    return {(talk.advisor_id, talk.planned_for) for talk in rows}


def every_moment(wanted: int = WANTED) -> set[tuple[int | None, datetime]]:
    """All that there is to choose: every moment, with both advisors."""
    return {(one.account_id, moment(number, wanted)) for one, number in product((ADVISOR, SECOND), range(wanted))}


def taken(session: Session) -> int:
    """How many quarters of an hour are taken in the diaries."""
    return len(session.scalars(select(TakenQuarter.talk_id)).all())
