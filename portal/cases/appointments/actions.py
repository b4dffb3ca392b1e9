"""Acts on appointments: the person chooses, moves and calls off a talk; the desk moves one, reminds, and notes who was absent.

Whoever plans: the time is taken in the diary of an advisor (``portal.cases.diaries``); its key lets nobody have two at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.appointments.models import CallBack
from portal.cases.appointments.queries import ENDED_STATES, change_until, choosable, is_reminder_due, upcoming_talk
from portal.cases.conversations.actions import call_off, take_time, tell_of_talk
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.diaries.actions import free_quarters, take_quarters
from portal.cases.diaries.models import TalkWay
from portal.cases.diaries.queries import FreeMoment, diary_of, minutes_at
from portal.cases.open_hours import require_open
from portal.cases.questions.actions import advisor_only, not_yours, tell_asker
from portal.cases.questions.models import ContactWay, DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.framework.catalogue.queries import region
from portal.people.accounts.queries import account_by_id, actor_of_account
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.models import MessageKind, Recipient
from portal.post.messages.queries import may_mail, may_text

MOST_MOVES = 20
"""How often a person moves one talk; after that they telephone."""


@dataclass(frozen=True)
class TalkWish:
    """The moment that a person chose, and how they want to talk. `phone` is the number to call, for a talk by telephone."""

    starts_at: datetime
    way: TalkWay
    phone: str | None = None


def choose_talk(
    session: Session, *, question: DevelopmentQuestion, wish: TalkWish, actor: Actor, now: datetime
) -> Conversation:
    """Who asked chooses a talk at a free moment. At most one is planned at a time.

    Raises ``Refusal`` at the field, and ``Conflict`` when a talk is planned already, the question is over, or somebody else has
    just taken the moment.
    """
    _asker_only(question, actor)
    hold(session, question)
    _open_only(question)
    waits = select(Conversation.id).where(
        Conversation.question_id == question.id,
        Conversation.own_choice,
        Conversation.state == ConversationState.PLANNED,
    )
    if upcoming_talk(session, question=question, now=now) is not None:
        raise Conflict(
            "talk_planned_before", _l("U hebt al een gesprek. Kies daarvoor een ander moment, of zeg het af.")
        )
    if session.scalars(waits.limit(1)).first() is not None:
        message = _l("Uw vorige gesprek is nog niet verwerkt. Bel ons voor een nieuwe afspraak.")
        raise Conflict("talk_not_recorded", message)
    spots = _spots(session, question, wish, now)
    with session.begin_nested():
        talk = Conversation(
            question_id=question.id,
            way=wish.way,
            planned_for=wish.starts_at,
            planned_at=now,
            planned_by=actor.reference,
            own_choice=True,
            advisor_name="",
            state=ConversationState.PLANNED,
            sequence=0,
        )
        session.add(talk)
        session.flush()
        _take_first(session, talk, spots, wish)
    tell_of_talk(session, talk, "question/talk_chosen", now=now)
    _tell_advisor(session, talk, actor, now)
    _log(session, talk, "conversation.chosen", actor, now)
    return talk


def move_talk(session: Session, *, talk: Conversation, wish: TalkWish, actor: Actor, now: datetime) -> Conversation:
    """Who asked gives the talk another moment, by preference with the same advisor. It stays the same talk.

    Raises ``Refusal`` at the field, and ``Conflict`` when it is no longer planned, too near, or somebody took the moment.
    """
    question = session.get_one(DevelopmentQuestion, talk.question_id)
    _asker_only(question, actor)
    hold(session, question)
    _changeable(session, talk, now)
    if talk.sequence >= MOST_MOVES:
        raise Conflict("moved_often", _l("U hebt dit gesprek al vaak verzet. Bel ons om een moment af te spreken."))
    spots = sorted(_spots(session, question, wish, now), key=lambda spot: spot.advisor_id != talk.advisor_id)
    before = talk.advisor_id
    with session.begin_nested():
        _take_first(session, talk, spots, wish)
        _moved(talk, now)
    if before != talk.advisor_id:
        _tell_advisor(session, talk, actor, now, account_id=before)
    _tell_moved(session, talk, actor, now)
    return talk


def replan_talk(
    session: Session,
    *,
    talk: Conversation,
    planned_for: datetime,
    place: str | None,
    take_over: bool = False,
    actor: Actor,
    now: datetime,
) -> Conversation:
    """An advisor gives a talk another moment or place, or takes it over from a colleague (`take_over`); the person is told.

    Raises ``Refusal`` at the field, and ``Conflict`` when it is no longer planned or the advisor has another talk then.
    """
    advisor_only(actor)
    question = session.get_one(DevelopmentQuestion, talk.question_id)
    hold(session, question)
    _planned_only(session, talk)
    before = talk.advisor_id
    minutes = minutes_at(session, advisor_id=actor.account_id if take_over else before, starts_at=planned_for)
    require_open(planned_for, minutes, now=now)
    with session.begin_nested():
        if take_over:
            talk.advisor_id, talk.advisor_name = actor.account_id, actor.signature
        talk.planned_for, talk.minutes, talk.place = planned_for, minutes, place or None
        session.flush()
        take_time(session, talk)
        _moved(talk, now)
    if before != talk.advisor_id:
        _tell_advisor(session, talk, actor, now, account_id=before)
    _tell_moved(session, talk, actor, now)
    return talk


def call_off_talk(session: Session, *, talk: Conversation, actor: Actor, now: datetime) -> None:
    """Who asked calls the talk off. Raises ``Conflict`` when it is no longer planned, or too near."""
    question = session.get_one(DevelopmentQuestion, talk.question_id)
    _asker_only(question, actor)
    hold(session, question)
    _changeable(session, talk, now)
    call_off(session, talk, actor, now)
    tell_of_talk(session, talk, "question/talk_called_off", now=now)
    _tell_advisor(session, talk, actor, now)


def miss_talk(session: Session, *, talk: Conversation, actor: Actor, now: datetime) -> None:
    """An advisor notes that the person was not there; the person can choose another moment.

    Raises ``Refusal`` before the talk begins, ``Conflict`` when it was held, called off or noted before.
    """
    advisor_only(actor)
    _planned_only(session, talk)
    if now < talk.planned_for:
        raise Refusal("talk_still_to_come", _l("Dit gesprek moet nog beginnen."))
    talk.state, talk.missed_at, talk.missed_by = ConversationState.MISSED, now, actor.reference
    free_quarters(session, talk_id=talk.id)
    question = session.get_one(DevelopmentQuestion, talk.question_id)
    tell_asker(session, question=question, template="question/talk_missed", now=now, version=talk.id)
    _log(session, talk, "conversation.missed", actor, now)


def remind_of_talk(session: Session, *, talk: Conversation, actor: Actor, now: datetime) -> bool:
    """Remind the person of a talk, once for each moment that it gets; whether it was due.

    Only by e-mail, with consent, or by SMS: a letter would come too late.
    """
    if not hold(session, talk, Conversation.state == ConversationState.PLANNED) or not is_reminder_due(talk, now):
        return False
    talk.reminded_for = talk.planned_for
    session.flush()
    question = session.get_one(DevelopmentQuestion, talk.question_id)
    template, contact = "question/talk_reminder", question.contact
    way = contact.way if contact is not None and question.is_open else None
    may = {ContactWay.EMAIL: may_mail, ContactWay.PHONE: may_text}.get(way) if way is not None else None
    if may is not None and may(session, question_id=question.id, template=template):
        tell_of_talk(session, talk, template, now=now, version=_moments(session, talk))
        _log(session, talk, "conversation.reminded", actor, now)
    return True


def call_off_ended(session: Session, *, talk: Conversation, actor: Actor, now: datetime) -> bool:
    """Call off a talk of a question that was ended meanwhile, and give its time back; whether it was still planned.

    The person ended the question or was told that it ended: nobody writes again. The advisor hears of it.
    """
    question = session.get_one(DevelopmentQuestion, talk.question_id)
    hold(session, question)
    planned = hold(session, talk, Conversation.state == ConversationState.PLANNED)
    if not planned or question.state not in ENDED_STATES:
        return False
    call_off(session, talk, actor, now)
    _tell_advisor(session, talk, actor, now)
    return True


# Calling back -----------------------------------------------------------------------------------------------------------


def ask_call_back(
    session: Session, *, question: DevelopmentQuestion, note: str | None, actor: Actor, now: datetime
) -> CallBack:
    """An advisor notes that somebody wants to be called back. Raises ``Conflict`` when that was noted already."""
    advisor_only(actor)
    hold(session, question)
    _open_only(question)
    call = CallBack(question_id=question.id, note=(note or "").strip() or None, asked_at=now, asked_by=actor.reference)
    known = Conflict("call_back_open", _l("Er staat al genoteerd dat u terugbelt."))
    write_new(session, call, otherwise=known)
    record(session, actor=actor, action="call_back.asked", object_kind="question", object_id=question.id, now=now)
    return call


def answer_call_back(session: Session, *, call: CallBack, actor: Actor, now: datetime) -> None:
    """Somebody of the desk called. Raises ``Conflict`` when a colleague did before."""
    advisor_only(actor)
    done = Conflict("call_back_done", _l("Een collega heeft al gebeld."))
    hold(session, call, CallBack.answered_at.is_(None), otherwise=done)
    call.answered_at, call.answered_by = now, actor.reference
    session.flush()
    record(
        session, actor=actor, action="call_back.answered", object_kind="question", object_id=call.question_id, now=now
    )


# Shared by the acts above ------------------------------------------------------------------------------------------------


def _spots(session: Session, question: DevelopmentQuestion, wish: TalkWish, now: datetime) -> Sequence[FreeMoment]:
    """The advisors who are free at the moment that was chosen, who comes first in front."""
    if wish.way is TalkWay.PHONE and not wish.phone:
        raise Refusal("phone_missing", _l("Vul het nummer in waarop wij u bellen."), field="phone")
    moments = choosable(session, question=question, now=now).moments.get(wish.way, ())
    found = [one for one in moments if one.starts_at == wish.starts_at]
    if not found:
        raise _gone()
    return found


def _take_first(session: Session, talk: Conversation, spots: Sequence[FreeMoment], wish: TalkWish) -> None:
    """Give the talk to the first of these advisors who is still free. Raises ``Conflict`` when none is."""
    for spot in spots:
        if take_quarters(
            session, advisor_id=spot.advisor_id, talk_id=talk.id, starts_at=spot.starts_at, minutes=spot.minutes
        ):
            account = account_by_id(session, account_id=spot.advisor_id)
            talk.advisor_id, talk.advisor_name = spot.advisor_id, actor_of_account(account).signature if account else ""
            talk.planned_for, talk.minutes = spot.starts_at, spot.minutes
            talk.way, talk.place = wish.way, _place(session, spot.advisor_id, wish)
            session.flush()
            return
    raise _gone()


def _place(session: Session, advisor_id: int, wish: TalkWish) -> str | None:
    """The number to call, the link, or where the person comes."""
    if wish.way is TalkWay.PHONE:
        return wish.phone
    diary, known = diary_of(session, account_id=advisor_id), region(session)
    if wish.way is TalkWay.VIDEO:
        return (diary.video_link if diary is not None else None) or known.settings.talks.video_link
    address = known.desk.address if known.desk is not None else None
    return (diary.place if diary is not None else None) or (" ".join(address.split())[:200] if address else None)


def _gone() -> Conflict:
    message = _l("Dit moment is niet meer vrij. Iemand anders was net eerder. Kies een ander moment.")
    return Conflict("moment_gone", message, field="starts_at")


def _moved(talk: Conversation, now: datetime) -> None:
    talk.sequence += 1
    talk.moved_at = now


def _tell_moved(session: Session, talk: Conversation, actor: Actor, now: datetime) -> None:
    session.flush()
    tell_of_talk(session, talk, "question/talk_moved", now=now, version=_moments(session, talk))
    _tell_advisor(session, talk, actor, now)
    _log(session, talk, "conversation.moved", actor, now)


def _tell_advisor(
    session: Session, talk: Conversation, actor: Actor, now: datetime, *, account_id: int | None = None
) -> None:
    """Tell who has the talk in the diary that something changed, unless that is who did it."""
    account_id = account_id or talk.advisor_id
    if account_id is None or account_id == actor.account_id:
        return
    enqueue(
        session,
        message=NewMessage(
            kind=MessageKind.EMAIL,
            template="account/talk_changed",
            recipient=Recipient.ACCOUNT,
            object_kind=f"talk:{talk.id}",
            object_id=account_id,
            version=talk.sequence + 1,
        ),
        now=now,
    )


def _moments(session: Session, talk: Conversation) -> int:
    """How many moments the talks of this question got so far, moves counted: what is told of a moment is told once."""
    rows = select(func.count() + func.coalesce(func.sum(Conversation.sequence), 0))
    return int(session.scalars(rows.where(Conversation.question_id == talk.question_id)).one())


def _asker_only(question: DevelopmentQuestion, actor: Actor) -> None:
    if not is_asker(question, actor):
        raise not_yours()


def _open_only(question: DevelopmentQuestion) -> None:
    if not question.is_open:
        raise Conflict("question_moved_on", _l("Deze vraag is al afgerond."))


def _planned_only(session: Session, talk: Conversation) -> None:
    over = Conflict("talk_not_planned", _l("Dit gesprek is al gevoerd of afgezegd."))
    hold(session, talk, Conversation.state == ConversationState.PLANNED, otherwise=over)


def _changeable(session: Session, talk: Conversation, now: datetime) -> None:
    _planned_only(session, talk)
    if now > change_until(session, talk=talk):
        raise Conflict("talk_too_near", _l("Het gesprek is al bijna. Bel ons als u niet kunt."))


def _log(session: Session, talk: Conversation, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="question", object_id=talk.question_id, now=now)
