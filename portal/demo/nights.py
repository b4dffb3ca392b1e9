"""What goes by itself in the history: every night the work that falls due is done, and the mail of the day has left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.waiting_list.actions import offer_freed_money
from portal.cases.rights.restricted import may_leave
from portal.demo.desk import DemoDesk
from portal.demo.timetable import Story
from portal.oversight.flags.actions import raise_flags
from portal.oversight.outcomes.actions import ask_outcomes
from portal.papers.letter_content import ensure_letter
from portal.papers.stationery import EXAMPLE, Stationery
from portal.paying.recoveries import note_missed
from portal.paying.settlements.models import Instalment
from portal.paying.settlements.queries import missed_instalments
from portal.people.actor import Actor
from portal.platform.clock import AMSTERDAM, local_date
from portal.post.letters.actions import post_letters
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import MessageKind, MessageState, MessageTopic, OutboxMessage
from portal.post.messages.queries import topic_of
from portal.spending.expiry import expiry_job
from portal.spending.invoices.actions import hold_vouchers, note_credits
from portal.spending.reminders.actions import remind_holder, warn_owner
from portal.spending.reminders.queries import reminders_due, terms_due
from portal.spending.vouchers.models import Voucher

ACTOR = Actor.system("loket jobs run")
PAPER = Stationery(account=EXAMPLE)
SELDOM = 3
"""Work that catches up by itself is done once in so many nights: the history is filled sooner."""
EARLY_NIGHTS = 10
MAIL_WAITS, POST_WAITS = timedelta(hours=40), timedelta(days=6)
"""So old is the oldest mail, and the oldest letter, that still waits when the history ends."""


def nights(desk: DemoDesk, since: datetime, begun: datetime, end: datetime) -> Story:
    """Every night: vouchers expire, holders are reminded, instalments are missed, and money that came free is offered.

    In the year before, from `since` on, once in so many nights.
    """
    expiry, early = expiry_job(ACTOR), days(since, begun, time(2, 30))
    before = [night for number, night in enumerate(early) if number % EARLY_NIGHTS == 0]
    for night in (*before, *days(begun, end, time(2, 30))):
        yield night
        _send(desk.session, before=desk.now, end=end)
        hold_vouchers(desk.session, now=desk.now)
        for late in expiry.due(desk.session, desk.now):
            expiry.act(desk.session, late, desk.now)
        for one, _day, _kind in reminders_due(desk.session, today=desk.today):
            remind_holder(desk.session, voucher=desk.session.get_one(Voucher, one), actor=ACTOR, now=desk.now)
        offer_freed_money(desk.session, now=desk.now, actor=ACTOR)
        if desk.today.toordinal() % SELDOM == 0:
            ask_outcomes(desk.session, now=desk.now)
            _terms(desk)
    raise_flags(desk.session, now=desk.now)


def _terms(desk: DemoDesk) -> None:
    """Instalments that were not received, decisions that are due, and invoices that were credited."""
    for one in missed_instalments(desk.session, today=desk.today):
        missed = desk.session.get_one(Instalment, one)
        note_missed(desk.session, instalment=missed, today=desk.today, actor=ACTOR, now=desk.now)
    warned = desk.session.info.setdefault("demo_warned", set())
    for question, day in terms_due(desk.session, today=desk.today):
        if (question, day) not in warned:
            warned.add((question, day))
            warn_owner(desk.session, question_id=question, actor=ACTOR, now=desk.now)
    note_credits(desk.session, now=desk.now)


def days(begun: datetime, end: datetime, moment: time) -> Iterator[datetime]:
    """A moment of every day of the history, from the third day."""
    day = local_date(begun) + timedelta(days=2)
    while day <= local_date(end):
        yield datetime.combine(day, moment, tzinfo=AMSTERDAM).astimezone(UTC)
        day += timedelta(days=1)


def _send(session: Session, *, before: datetime, end: datetime) -> None:
    """What waited in the outbox was sent in its time: mail at once, letters by the post of the next day."""
    queued = select(OutboxMessage).where(OutboxMessage.state == MessageState.QUEUED).order_by(OutboxMessage.id)
    for message in session.scalars(queued).all():
        mail = message.kind is not MessageKind.LETTER
        sent_at = message.created_at + (timedelta(minutes=1) if mail else timedelta(hours=20))
        if sent_at < before and message.created_at < end - (MAIL_WAITS if mail else POST_WAITS):
            _leave(session, message, sent_at)


def _leave(session: Session, message: OutboxMessage, at: datetime) -> None:
    """A letter is made, kept and posted; of a decision by mail the letter is kept too, as of every mail that makes one known."""
    on_paper = message.kind is MessageKind.LETTER
    if on_paper or (message.object_kind == "question" and topic_of(message.template) is MessageTopic.DECISION):
        day = local_date(at)
        letter = ensure_letter(session, message=message, dated=day, actor=ACTOR, now=at, stationery=PAPER)
        if on_paper:
            post_letters(session, letters=[letter], on=day, may_leave=may_leave(day), actor_id=ACTOR.reference, now=at)
            return
    mark_sent(session, message=message, now=at)
