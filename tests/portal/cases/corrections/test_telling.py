"""Somebody is told once, an hour after the talk, that something in the own question was changed; never of what is right already."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.correcting import correct_question, take_back_correction
from portal.cases.corrections.actions import confirm_correction
from portal.cases.corrections.models import Correction, OnWord
from portal.cases.corrections.queries import TOLD
from portal.cases.questions.models import DevelopmentQuestion
from portal.commands.due import desk_jobs
from portal.platform.database import unit_of_work
from portal.platform.jobs.actions import run_jobs
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, MAIL, NOW, a_question, resident

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
JOBS = [job for job in desk_jobs() if job.name == "tell_corrections"]


def changed(session: Session, question: DevelopmentQuestion, at: datetime, **changes: Any) -> Correction:
    [row] = correct_question(session, question=question, changes=changes, on_word=OnWord.TOLD, actor=ADVISOR, now=at)
    session.commit()
    return row


def told(session: Session, at: datetime) -> int:
    """How many messages there are after the jobs of this moment."""
    session.commit()
    run_jobs(session.get_bind(), jobs=JOBS, now=at)  # type: ignore[arg-type]
    session.expire_all()
    return len(session.scalars(select(OutboxMessage).where(OutboxMessage.template == TOLD)).all())


def test_one_message_tells_of_all_that_was_changed_in_a_talk_and_a_new_one_of_what_comes_later(
    session: Session,
) -> None:
    question = a_question(session, contact=MAIL)
    changed(session, question, NOW, wish="Ik wil leren lassen.")
    changed(session, question, NOW + 20 * MINUTE, training={"name": "Lasser", "provider": None})
    assert told(session, NOW + 70 * MINUTE) == 0, "the talk may still go on"
    assert told(session, NOW + 80 * MINUTE) == told(session, NOW + 90 * MINUTE) == 1
    changed(session, question, NOW + 2 * HOUR, wish="Ik wil leren draaien.")
    assert told(session, NOW + 3 * HOUR) == told(session, NOW + 4 * HOUR) == 2


def test_nobody_is_told_of_what_was_taken_back_or_confirmed_at_once(session: Session) -> None:
    question = a_question(session, contact=MAIL)
    wish = changed(session, question, NOW, wish="Ik wil leren lassen.")
    training = changed(session, question, NOW, training={"name": "Lasser", "provider": None})
    take_back_correction(session, correction=wish, actor=ADVISOR, now=NOW + MINUTE)
    confirm_correction(session, correction=training, actor=resident(question), now=NOW + MINUTE)
    assert told(session, NOW + 2 * HOUR) == 0
    assert unit_of_work(session.get_bind(), lambda s: JOBS[0].due(s, NOW + 62 * 24 * HOUR), read_only=True) == []  # type: ignore[arg-type]
