"""The mail about a talk takes its calendar file along, as the talk stands when the mail leaves; a job reminds the day before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.appointments.actions import TalkWish, call_off_talk, choose_talk, move_talk
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.diaries.models import TakenQuarter, TalkWay
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.commands.due import desk_jobs
from portal.papers.sending import send_mail
from portal.platform.config import load_settings
from portal.platform.database import unit_of_work
from portal.platform.jobs.actions import run_jobs
from portal.post.messages.models import OutboxMessage
from tests.factories import NOW, a_question, an_advisor, asker
from tests.portal.papers.test_calendar_file import read

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TEN = datetime(2026, 3, 4, 9, tzinfo=UTC)
DAY = timedelta(days=1)
JOBS = ("call_off_talks", "remind_of_talks")


def begin(session: Session) -> int:
    """A question whose person chose a talk."""
    question = a_question(session)
    an_advisor(session)
    wish = TalkWish(TEN, TalkWay.DESK)
    choose_talk(session, question=question, wish=wish, actor=asker(question), now=NOW)
    return question.id


def the_question(session: Session) -> DevelopmentQuestion:
    return session.scalars(select(DevelopmentQuestion)).one()


def the_talk(session: Session) -> Conversation:
    return session.scalars(select(Conversation)).one()


def sent(engine: Engine, folder: Path) -> list[EmailMessage]:
    """The mails about talks that leave now."""
    settings = load_settings(portal_env="test", state_dir=folder, base_url="https://loket.example")
    mails: list[EmailMessage] = []
    send_mail(engine, settings=settings, deliver=mails.append, clock=lambda: NOW + timedelta(hours=1))
    return [mail for mail in mails if "gesprek" in str(mail["Subject"]).lower()]


def file_of(mail: EmailMessage) -> dict[str, str]:
    [part] = mail.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "gesprek.ics")
    found = read(part.get_payload(decode=True))  # type: ignore[arg-type]
    assert part["Content-Type"].params["method"] == found["METHOD"]
    return found


def test_each_mail_to_the_person_takes_the_talk_along_and_names_nobody(engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, begin)
    to_person, to_advisor = sent(engine, tmp_path)
    assert file_of(to_person)["DTSTART"] == "20260304T090000Z"
    assert not list(to_advisor.iter_attachments())
    for mail in (to_person, to_advisor):
        assert "Sam" not in str(mail["Subject"]) and "2026" not in str(mail["Subject"])
    me = unit_of_work(engine, lambda s: asker(the_question(s)))
    wish = TalkWish(TEN + timedelta(hours=1), TalkWay.DESK)
    unit_of_work(engine, lambda s: move_talk(s, talk=the_talk(s), wish=wish, actor=me, now=NOW))
    moved = file_of(sent(engine, tmp_path)[0])
    unit_of_work(engine, lambda s: call_off_talk(s, talk=the_talk(s), actor=me, now=NOW))
    called_off = file_of(sent(engine, tmp_path)[0])
    assert (moved["SEQUENCE"], called_off["SEQUENCE"], called_off["METHOD"]) == ("1", "2", "CANCEL")
    assert moved["UID"] == called_off["UID"]


def test_the_jobs_remind_once_and_free_the_hour_of_who_withdrew(engine: Engine) -> None:
    unit_of_work(engine, begin)
    jobs = [job for job in desk_jobs() if job.name in JOBS]

    def told(session: Session) -> int:
        rows = select(OutboxMessage.id).where(OutboxMessage.template == "question/talk_reminder")
        return len(session.scalars(rows).all())

    for now, number in ((TEN - 2 * DAY, 0), (TEN - DAY, 1), (TEN - DAY + timedelta(hours=3), 1)):
        run_jobs(engine, jobs=jobs, now=now)
        assert unit_of_work(engine, told, read_only=True) == number

    def withdraw(session: Session) -> None:
        question = the_question(session)
        withdraw_question(session, question=question, reason=None, actor=asker(question), now=TEN - DAY)

    unit_of_work(engine, withdraw)
    done = run_jobs(engine, jobs=jobs, now=TEN - DAY + timedelta(hours=4))
    assert done.done == {"call_off_talks": 1} and not done.failed
    assert unit_of_work(engine, lambda s: the_talk(s).state, read_only=True) is ConversationState.CANCELLED
    assert unit_of_work(engine, lambda s: s.scalars(select(TakenQuarter)).all(), read_only=True) == []
