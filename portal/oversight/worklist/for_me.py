"""One list of everything that is due for an advisor: of the cases that advisor has, and what is nobody's in particular.

What counts in the menu is what stands in the list: both read the same branches. Each branch begins with what is still open, which
an index finds, and looks up the owner after that; the history of a case costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from portal.awarding.divisions.queries import UNDECIDED
from portal.awarding.order_of_receipt.models import PlaceState, WaitingPlace
from portal.cases.applications.models import Application
from portal.cases.appointments.models import CallBack
from portal.cases.conversations.models import Conversation, ConversationState, InformationRequest
from portal.cases.evidence.models import Evidence, EvidenceState
from portal.cases.handovers.queries import stood_in_for
from portal.cases.owners.models import CaseOwner
from portal.cases.questions.models import OPEN_STATES, Contact, ContactWay, DevelopmentQuestion, QuestionState, Route
from portal.cases.questions.queries import STAFF_OF_CASES, of_cases_in_sight
from portal.oversight.worklist.due import (
    NO_DAY,
    NO_INSTANT,
    NO_NUMBER,
    Due,
    DueItem,
    columns,
    last_day_of,
    thing,
    things_of_cases,
    with_names,
)  # fmt: skip
from portal.oversight.worklist.queries import Whose
from portal.paying.collecting.models import CollectionStep
from portal.paying.collecting.queries import INTERRUPTIONS
from portal.paying.settlements.models import Debtor, Recovery, RecoveryState
from portal.people.actor import Actor, Audience, CaseSight
from portal.platform.among import among
from portal.platform.clock import end_of_day, local_date
from portal.platform.database import UtcDateTime
from portal.second_look.objections.models import Objection, ObjectionState
from portal.second_look.preparations.models import Preparation, PreparationState
from portal.second_look.two_person_acts.kinds import kinds_for
from portal.second_look.two_person_acts.models import TwoPersonAct, TwoPersonState
from portal.spending.invoices.models import WAITING, Invoice
from portal.spending.providers.models import (
    IbanChange,
    IbanChangeState,
    Provider,
    ProviderRegistration,
    RegistrationState,
)
from portal.spending.vouchers.models import Voucher

Question = DevelopmentQuestion
NO_QUESTION = cast(null(), Integer)
ACCOUNT, REFERENCE = bindparam("account", type_=Integer), bindparam("reference", type_=String)
OLD, OLD_END = bindparam("old", type_=Date), bindparam("old_end", type_=UtcDateTime)
TODAY, LAST, END = bindparam("today", type_=Date), bindparam("last", type_=Date), bindparam("end", type_=UtcDateTime)
"""What differs per person and per day (`bounds_of`): the statements themselves are made once."""
Things = Select[*tuple[Any, ...]]
DAYS_AHEAD = 14
"""So many days ahead the list looks; what has no last day is always in it."""
MOST_OF_A_KIND = 200
STATEMENTS = 64
"""So many lists and counts are kept ready, each for who sees the same cases; those of who sees all are used most."""
ALMOST_FIVE_YEARS = timedelta(days=5 * 365 - 90)
"""So old a claim is shown: then there are three months left at least."""


@dataclass(frozen=True)
class ForMe:
    """What is due, the most urgent first."""

    items: list[DueItem]
    cut: frozenset[Due]
    """Kinds of which there are more than the list holds."""


def due_for(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    whose: Whose = Whose.MINE,
    days_ahead: int | None = DAYS_AHEAD,
) -> ForMe:
    """Everything that is due, by its last day; what has none counts from the day since when it waits. Empty for all but advisors.
    Two queries at most, of each kind at most `MOST_OF_A_KIND`. With ``days_ahead=None`` also what is far away."""
    if actor.audience not in STAFF_OF_CASES:
        return ForMe([], frozenset())
    today = local_date(now)
    wanted = _list(whose, days_ahead is not None, actor.sight)
    rows = session.execute(wanted, bounds_of(actor, now, days_ahead or 0)).all()
    names = _names(session, [row.about for row in rows if row.what in _WITHOUT_CASE])
    items = [_item(row, names, today) for row in rows]
    full = {what for what in Due if sum(1 for item in items if item.what is what) >= MOST_OF_A_KIND}
    return ForMe(sorted(items, key=_urgency), frozenset(full))


def how_many_due(*, most: int, sight: CaseSight | None) -> Select[Any]:
    """A query that counts what stands in the list of an advisor with this sight (`bounds_of`), not further than `most`."""
    things = union_all(*_branches(Whose.MINE, sight, ahead=True)).subquery()
    return select(func.count()).select_from(select(things.c.what).limit(most).subquery())


def bounds_of(actor: Actor, now: datetime, days_ahead: int = DAYS_AHEAD) -> dict[str, Any]:
    """The values with which the list of an advisor, and its count, are asked: who looks, and until when."""
    today = local_date(now)
    last = today + timedelta(days=days_ahead)
    end = end_of_day(last)
    old = today - ALMOST_FIVE_YEARS
    return {
        "account": actor.account_id, "reference": actor.reference, "today": today, "last": last, "end": end,
        "old": old, "old_end": end_of_day(old),
    }  # fmt: skip


@lru_cache(STATEMENTS)
def _list(whose: Whose, ahead: bool, sight: CaseSight | None) -> Select[Any]:
    """The list as one statement, which is made once for each sight: the first of each kind, with the names beside them."""
    parts = []
    for one in _branches(whose, sight, ahead=ahead):
        due_on, since = list(one.selected_columns)[4:6]
        parts.append(select(one.order_by(due_on, since).limit(MOST_OF_A_KIND).subquery()))
    things = union_all(*parts).subquery()
    return with_names(select(things).outerjoin(Question, Question.id == things.c.question_id))


def urgent_day(item: DueItem) -> date:
    """The day by which things are put in order: the last one, that of the talk, or else since when it waits."""
    return item.due_on or local_date(item.at or item.since)


def _urgency(item: DueItem) -> tuple[date, datetime, str, str]:
    return urgent_day(item), item.at or item.since, item.what.value, item.about


# Where it comes from ---------------------------------------------------------------------------------------------------


def _branches(whose: Whose, sight: CaseSight | None, *, ahead: bool) -> Iterator[Things]:
    """Per kind the columns of `things_of_cases`, only of whom is asked, and with `ahead` not what is further away."""
    for rows, mine in _kinds():
        _, _, _, question, due_on, _, at, _ = list(rows.selected_columns)
        if ahead:
            rows = rows.where(or_(due_on.is_(None), due_on <= LAST), or_(at.is_(None), at < END))
        if whose is Whose.MINE:
            rows = rows.where(mine if mine is not None else _owned_by(question))
        elif whose is Whose.NOBODY:
            rows = rows.where(_unowned(question))
        yield rows.where(of_cases_in_sight(question, Actor(Audience.ADVISOR, sight=sight)))


def _kinds() -> Iterator[tuple[Things, ColumnElement[bool] | None]]:
    """Each kind with when it is "mine"; None: when the case is."""
    for rows in things_of_cases(TODAY, preparations=False):
        yield rows, None
    yield _hearings(), None
    yield _others_preparations(), Preparation.prepared_by != REFERENCE
    yield _talks(), or_(_owned_by(Conversation.question_id), Conversation.planned_by == REFERENCE)
    yield _unanswered(), None
    yield _handed_in(), or_(_owned_by(Evidence.question_id), _unowned(Evidence.question_id))
    yield _given_answers(), or_(_owned_by(InformationRequest.question_id), _unowned(InformationRequest.question_id))
    yield _reactions(), None
    yield _call_backs(), or_(_owned_by(CallBack.question_id), _unowned(CallBack.question_id))
    yield _decisions(), None
    yield _freed(), None
    yield _invoices(), or_(_owned_by(Voucher.question_id), _unowned(Voucher.question_id))
    yield _old_claims(), or_(_owned_by(Voucher.question_id), _unowned(Voucher.question_id))
    yield _sign_ups(), literal(True)
    yield (
        _account_numbers(),
        and_(IbanChange.asked_by != REFERENCE, func.coalesce(IbanChange.checked_by, "") != REFERENCE),
    )
    yield _acts_of_two(), TwoPersonAct.laid_down_by != REFERENCE


def _owned_by(question: Any) -> ColumnElement[bool]:
    """A case of this advisor, or of a colleague who is away and for whom this advisor stands in."""
    of_them = or_(CaseOwner.account_id == ACCOUNT, CaseOwner.account_id.in_(stood_in_for(account_id=ACCOUNT)))
    return exists().where(CaseOwner.question_id == question, of_them)


def _unowned(question: Any) -> ColumnElement[bool]:
    return ~exists().where(CaseOwner.question_id == question)


def _planned(what: Due, about: Any, number: Any, *, question: Any, since: Any, at: Any) -> Things:
    """The columns of a thing that is planned for an instant."""
    return columns(literal(what.value), about, number, question, NO_DAY, since, at, NO_DAY)


def _hearings() -> Things:
    """Hearings about objections that were planned and not held."""
    row = Objection
    found = _planned(
        Due.OBJECTION_HEARING,
        row.public_id,
        row.number,
        question=row.question_id,
        since=row.recorded_at,
        at=row.hearing_on,
    )
    return found.where(row.state == ObjectionState.OPEN, row.hearing_on.is_not(None), row.heard_on.is_(None))


def _others_preparations() -> Things:
    """Prepared decisions that wait for a second person; a first decision by its last day."""
    row = Preparation
    found = thing(
        Due.PREPARATION, row.public_id, question=row.question_id, due_on=Question.decide_by, since=row.prepared_at
    )
    return found.join(Question, Question.id == row.question_id).where(row.state == PreparationState.WAITING)


def _talks() -> Things:
    """Talks that are planned, also those of which nobody wrote what was said."""
    row = Conversation
    found = _planned(
        Due.TALK, row.public_id, NO_NUMBER, question=row.question_id, since=row.planned_at, at=row.planned_for
    )
    return found.where(row.state == ConversationState.PLANNED)


def _unanswered() -> Things:
    """Applicants who were asked for more and let the term pass."""
    row = InformationRequest
    found = thing(Due.ANSWER, row.public_id, question=row.question_id, due_on=row.answer_by, since=row.asked_at)
    return found.join(Question, Question.id == row.question_id).where(
        Question.state == QuestionState.WAITING,
        row.answered_at.is_(None),
        row.ended_at.is_(None),
        row.answer_by < TODAY,
    )


def _handed_in() -> Things:
    """Open cases with something that was handed in and that nobody looked at, each once, by the first."""
    row = Evidence
    waits = select(func.min(row.id).label("id")).where(row.state == EvidenceState.HANDED_IN)
    first = waits.group_by(row.question_id).subquery()
    found = thing(Due.EVIDENCE, Question.public_id, question=row.question_id, since=row.handed_in_at)
    found = found.join(first, first.c.id == row.id).join(Question, Question.id == row.question_id)
    return found.where(Question.state.in_(OPEN_STATES))


def _given_answers() -> Things:
    """Answers on facts that nobody looked at, of open cases."""
    row = InformationRequest
    found = thing(Due.GIVEN_ANSWERS, row.public_id, question=row.question_id, since=row.answered_at)
    found = found.join(Question, Question.id == row.question_id).where(Question.state.in_(OPEN_STATES))
    return found.where(row.given.is_not(None), row.looked_at.is_(None))


def _reactions() -> Things:
    """Questions for which nobody did anything yet; who wants to be called is called."""
    what = case((Contact.way == ContactWay.PHONE, Due.CALL.value), else_=Due.REACT.value)
    row = Question
    return (
        columns(what, row.public_id, NO_NUMBER, row.id, row.respond_by, row.submitted_at, NO_INSTANT, NO_DAY)
        .outerjoin(Contact, Contact.question_id == row.id)
        .where(row.state == QuestionState.SUBMITTED, row.responded_at.is_(None))
    )


def _call_backs() -> Things:
    """Who asked to be called back and was not."""
    row = CallBack
    found = thing(Due.CALL_BACK, row.public_id, question=row.question_id, since=row.asked_at)
    return found.where(row.answered_at.is_(None))


def _decisions() -> Things:
    """Applications to be decided; not those that wait for a second person, which are due for that person."""
    row = Question
    laid_before = exists().where(Preparation.question_id == row.id, Preparation.state == PreparationState.WAITING)
    found = thing(Due.DECIDE, row.public_id, question=row.id, due_on=row.decide_by, since=row.applied_at)
    return found.where(row.state == QuestionState.APPLIED, row.decide_by.is_not(None), ~laid_before)


def _freed() -> Things:
    """Places on a waiting list, before the decision, for which there is money now."""
    row = WaitingPlace
    return (
        thing(Due.FREED, row.public_id, question=Question.id, since=row.offered_at)
        .join(Application, Application.id == row.application_id)
        .join(Question, Question.id == Application.question_id)
        .where(row.state == PlaceState.OFFERED, row.left_at.is_(None), Question.state.in_(UNDECIDED))
    )


def _invoices() -> Things:
    """Invoices and paid bills that nobody accepted or refused."""
    row = Invoice
    what, question, since = literal(Due.INVOICE.value), Voucher.question_id, row.submitted_at
    found = columns(what, row.public_id, row.number, question, NO_DAY, since, NO_INSTANT, NO_DAY)
    return found.join(Voucher, Voucher.id == row.voucher_id).where(row.state.in_(WAITING))


def _old_claims() -> Things:
    """Open claims on holders of almost five years, of which nothing began the time of prescription anew."""
    row = Recovery
    anew = exists().where(
        CollectionStep.recovery_id == row.id, CollectionStep.kind.in_(INTERRUPTIONS), CollectionStep.on > OLD
    )
    found = thing(Due.OLD_CLAIM, row.public_id, question=Voucher.question_id, since=row.claimed_at)
    return found.join(Voucher, Voucher.id == row.voucher_id).where(
        row.state == RecoveryState.OPEN, row.debtor == Debtor.HOLDER, row.claimed_at < OLD_END, ~anew
    )


def _sign_ups() -> Things:
    """Providers that ask to be put on the list; no case, so of everybody."""
    row = ProviderRegistration
    found = thing(Due.SIGN_UP, row.public_id, question=NO_QUESTION, since=row.asked_at)
    return found.where(row.state == RegistrationState.OPEN)


def _account_numbers() -> Things:
    """Account numbers that wait to be checked, or for a second person; of everybody but who asked or checked."""
    row = IbanChange
    found = thing(Due.ACCOUNT_NUMBER, Provider.public_id, question=NO_QUESTION, since=row.asked_at)
    return found.join(Provider, Provider.id == row.provider_id).where(row.state == IbanChangeState.WAITING)


def _acts_of_two() -> Things:
    """What a colleague laid down and an advisor may do as the second person."""
    row = TwoPersonAct
    found = thing(Due.TWO_PEOPLE, row.public_id, question=row.question_id, since=row.laid_down_at)
    return found.where(row.state == TwoPersonState.WAITING, row.kind.in_(kinds_for(Actor(Audience.ADVISOR))))


# How it is shown -------------------------------------------------------------------------------------------------------


_WITHOUT_CASE: dict[Due, tuple[Any, str]] = {
    Due.SIGN_UP: (ProviderRegistration, "name"),
    Due.ACCOUNT_NUMBER: (Provider, "name"),
    Due.TWO_PEOPLE: (TwoPersonAct, "laid_down_by_name"),
}
"""What may be about no case: the record that it is about, and the name that is shown."""


def _names(session: Session, wanted: list[str]) -> dict[str, str]:
    if not wanted:
        return {}
    parts: list[Select[Any]] = [
        select(kind.public_id, getattr(kind, name)).where(among(kind.public_id, wanted))
        for kind, name in _WITHOUT_CASE.values()
    ]
    return {row[0]: row[1] for row in session.execute(union_all(*parts))}


def _item(row: Row[Any], names: dict[str, str], today: date) -> DueItem:
    what = Due(row.what)
    at = row.hearing_on if what in (Due.OBJECTION_HEARING, Due.TALK) else None
    employer = row.employer_name if row.route is Route.EMPLOYER else None
    due_on = last_day_of(row)
    late = due_on is not None and due_on < today
    return DueItem(
        what=what,
        about=row.about,
        number=row.number,
        question_public_id=row.question or "",
        reference_number=row.reference_number or "",
        asker_name=employer or row.name or names.get(row.about, ""),
        owner_name=row.display_name,
        since=row.since,
        due_on=due_on,
        at=at,
        overdue=late or (at is not None and local_date(at) < today),
        phone=row.phone if what in (Due.CALL, Due.CALL_BACK) else None,
    )
