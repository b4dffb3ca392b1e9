"""How much there is to do behind every entry of the advisor's menu: one statement, whatever is counted.

No count grows dear: each one stops at `MOST`, and begins with what is still open, which an index finds.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session

from portal.awarding.order_of_receipt.models import WaitingPlace
from portal.awarding.waiting_list.queries import live
from portal.cases.applications.models import Application
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion
from portal.cases.questions.queries import STAFF_OF_CASES, of_cases_in_sight
from portal.cases.rights.models import PrivacyRequest, RequestState
from portal.oversight.worklist.for_me import STATEMENTS, bounds_of, how_many_due
from portal.paying.settlements.models import Recovery, RecoveryState
from portal.people.actor import Actor, Audience, CaseSight
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage
from portal.second_look.objections.models import Objection, ObjectionState
from portal.second_look.preparations.models import Preparation, PreparationState
from portal.second_look.two_person_acts.models import TwoPersonAct
from portal.second_look.two_person_acts.queries import waiting_for
from portal.spending.invoices.models import WAITING, Invoice
from portal.spending.providers.models import ProviderRegistration, RegistrationState
from portal.spending.vouchers.queries import of_vouchers_in_sight

Question = DevelopmentQuestion
MOST = 100
"""Where counting stops: what is more is shown as 99+."""


class Counted(enum.StrEnum):
    """What is counted."""

    FOR_ME = "for_me"
    CASES = "cases"
    TALKS = "talks"
    PREPARATIONS = "preparations"
    OBJECTIONS = "objections"
    WAITING = "waiting"
    INVOICES = "invoices"
    RECOVERIES = "recoveries"
    TWO_PEOPLE = "two_people"
    SIGN_UPS = "sign_ups"
    LETTERS = "letters"
    NOT_SENT = "not_sent"
    PRIVACY = "privacy"


def desk_counts(session: Session, *, actor: Actor, now: datetime) -> dict[Counted, int]:
    """What waits at the desk, each at most `MOST`; nothing for everybody but advisors."""
    if actor.audience not in STAFF_OF_CASES:
        return {}
    row = session.execute(_statement(actor.sight), bounds_of(actor, now)).one()
    return {what: int(getattr(row, what.value)) for what in Counted}


@lru_cache(STATEMENTS)
def _statement(sight: CaseSight | None) -> Select[Any]:
    """All counts in one statement, which is made once for each sight: every page of an advisor asks it."""
    counts: dict[Counted, Select[Any]] = {what: _up_to_most(rows) for what, rows in _in_sight(sight).items()}
    counts[Counted.FOR_ME] = how_many_due(most=MOST, sight=sight)
    columns: list[Any] = [query.scalar_subquery().label(what.value) for what, query in counts.items()]
    return select(*columns)


def in_words(number: int) -> str:
    """A count as the menu shows it."""
    return str(number) if number < MOST else f"{MOST - 1}+"


def _up_to_most(rows: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(rows.limit(MOST).subquery())


def _in_sight(sight: CaseSight | None) -> Mapping[Counted, Select[Any]]:
    """Of what waits what somebody sees: of the whole post nothing for who sees the own teams alone."""
    waiting = _waiting()
    if sight is None:
        return waiting
    actor = Actor(Audience.ADVISOR, sight=sight)
    questions = {
        Counted.CASES: Question.id, Counted.TALKS: Conversation.question_id, Counted.WAITING: Question.id,
        Counted.PREPARATIONS: Preparation.question_id, Counted.OBJECTIONS: Objection.question_id,
        Counted.TWO_PEOPLE: TwoPersonAct.question_id, Counted.PRIVACY: PrivacyRequest.question_id,
    }  # fmt: skip
    vouchers = {Counted.INVOICES: Invoice.voucher_id, Counted.RECOVERIES: Recovery.voucher_id}
    return {
        **{what: waiting[what].where(of_cases_in_sight(of, actor)) for what, of in questions.items()},
        **{what: waiting[what].where(of_vouchers_in_sight(of, actor)) for what, of in vouchers.items()},
        **{what: waiting[what].where(false()) for what in (Counted.LETTERS, Counted.NOT_SENT)},
        Counted.SIGN_UPS: waiting[Counted.SIGN_UPS],
    }


def _waiting() -> Mapping[Counted, Select[Any]]:
    """Per count what still waits."""
    letters = (OutboxMessage.state == MessageState.QUEUED, OutboxMessage.kind == MessageKind.LETTER)
    return {
        Counted.CASES: select(Question.id).where(Question.state.in_(OPEN_STATES)),
        Counted.TALKS: select(Conversation.id).where(Conversation.state == ConversationState.PLANNED),
        Counted.PREPARATIONS: select(Preparation.id).where(Preparation.state == PreparationState.WAITING),
        Counted.TWO_PEOPLE: waiting_for(Audience.ADVISOR),
        Counted.OBJECTIONS: select(Objection.id).where(Objection.state == ObjectionState.OPEN),
        Counted.WAITING: select(WaitingPlace.id)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(Question, Question.id == Application.question_id)
        .where(*live()),
        Counted.INVOICES: select(Invoice.id).where(Invoice.state.in_(WAITING)),
        Counted.RECOVERIES: select(Recovery.id).where(Recovery.state == RecoveryState.OPEN),
        Counted.SIGN_UPS: select(ProviderRegistration.id).where(ProviderRegistration.state == RegistrationState.OPEN),
        Counted.LETTERS: select(OutboxMessage.id).where(*letters),
        Counted.PRIVACY: select(PrivacyRequest.id).where(PrivacyRequest.state == RequestState.OPEN),
        Counted.NOT_SENT: select(OutboxMessage.id).where(OutboxMessage.state == MessageState.FAILED),
    }
