"""What is due besides the open questions: objections, hearings, decisions for a second person, refused shares elsewhere."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, Row, Select, case, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from portal.awarding.aid_register.queries import RegisterDuty, register_of_aid
from portal.awarding.hearing_first.models import DecisionHearing
from portal.awarding.order_of_receipt.models import PlaceState, WaitingPlace
from portal.awarding.order_of_receipt.queries import for_the_rest
from portal.awarding.own_debts.models import OwnDebt, OwnDebtState, pay_own_debt_by
from portal.awarding.shares_elsewhere.models import ShareElsewhere, ShareOutcome
from portal.cases.applications.models import Application
from portal.cases.corrections.models import Correction, CorrectionAnswer
from portal.cases.hearings.models import Hearing, IntendedAct
from portal.cases.owners.models import CaseOwner
from portal.cases.questions.models import Contact, DevelopmentQuestion, Route
from portal.cases.questions.queries import STAFF_OF_CASES
from portal.cases.rights.models import PrivacyRequest, RequestState
from portal.oversight.worklist.queries import Whose, of_whom
from portal.paying.collecting.models import ChargeKind, CollectionCharge
from portal.paying.late_interest.models import OwnInterest
from portal.paying.payments.models import Repayment, RepaymentState
from portal.paying.settlements.models import Recovery, RecoveryState
from portal.people.accounts.models import Account
from portal.people.actor import Actor
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.second_look.objections.models import Objection, ObjectionState
from portal.second_look.penalties.models import DefaultNotice
from portal.second_look.preparations.models import Preparation, PreparationKind, PreparationState
from portal.spending.vouchers.models import LIVE_STATES, Voucher, VoucherState

Question = DevelopmentQuestion


class Due(enum.StrEnum):
    """What has to be done."""

    OBJECTION = "objection"
    """Decide on an objection (Awb 7:10)."""
    OBJECTION_HEARING = "objection_hearing"
    """A hearing about an objection was planned: hold it and write the report (Awb 7:2, 7:7)."""
    VIEW = "view"
    """The term in which the applicant could give a view passed: write down what came of it (Awb 4:7)."""
    GIVEN_VIEW = "given_view"
    """The holder of a voucher was heard: decide what the desk thought of doing, or let it go (Awb 4:8)."""
    PENALTY = "penalty"
    """Somebody gave notice that a decision is late: decide before the penalty begins, or on the penalty (Awb 4:17, 4:18)."""
    PREPARATION = "preparation"
    """A prepared decision waits for a second person."""
    REPAYMENT = "repayment"
    """After an objection the holder gets back what was paid back too much."""
    OWN_DEBT = "own_debt"
    """The region itself owes somebody, who is asked for an account (a penalty, damage): pay within six weeks (Awb 4:87)."""
    OWN_INTEREST = "own_interest"
    """The region paid somebody too late: decide on the interest that it owes (Awb 4:99)."""
    CLAIM_INTEREST = "claim_interest"
    """A holder paid back too late: decide on the interest that is owed to the desk (Awb 4:99)."""
    SHARE = "share"
    """A share elsewhere was refused or partly granted: keep the award or revise it."""
    CORRECTION = "correction"
    """Who asked objects to what the desk changed in the question: take it back, or say why it stays."""
    REST = "rest"
    """Money came free for the rest of an award that the ceiling cut short: award more."""
    REGISTER = "register"
    """De-minimis aid was awarded: enter it in the central register (the region does)."""
    REGISTER_AGAIN = "register_again"
    """What stands in that register changed: correct it there."""
    TALK = "talk"
    """A talk was planned: hold it, or write down what was said."""
    REACT = "react"
    """Nobody did anything yet for who asked: react before the day that was promised."""
    CALL = "call"
    """The same for who wants to be called."""
    CALL_BACK = "call_back"
    """Somebody asked to be called back, and nobody did."""
    DECIDE = "decide"
    """Decide on an application before the legal term ends (Awb 4:13)."""
    EVIDENCE = "evidence"
    """Something was handed in and nobody looked at it."""
    GIVEN_ANSWERS = "given_answers"
    """Who asked answered on facts: take the answers over, or leave them."""
    ANSWER = "answer"
    """The applicant did not answer in time: go on, or do not take the application up."""
    FREED = "freed"
    """Money came free for an application that waits: decide on it."""
    INVOICE = "invoice"
    """An invoice or paid bill waits to be accepted or refused."""
    SIGN_UP = "sign_up"
    """A provider asks to be put on the list."""
    ACCOUNT_NUMBER = "account_number"
    """A first or another account number of a provider waits to be checked, or for a second person."""
    OLD_CLAIM = "old_claim"
    """What has to come back is almost five years old: look until when it can be claimed and collected (Awb 4:57, 4:104)."""
    PRIVACY = "privacy"
    """Somebody asked something of the own data: answer within the month (AVG 12 lid 3)."""
    TWO_PEOPLE = "two_people"
    """A colleague laid something down for a second person."""


@dataclass(frozen=True)
class DueItem:
    """One thing that is due. `about` is the public id of what it is about: the objection, hearing, prepared decision, ...

    What is about no case (a provider that signs up) has an empty `question_public_id`, and the name of the provider, or of the
    colleague who laid something down.
    """

    what: Due
    about: str
    number: str | None
    """The number of an objection."""
    question_public_id: str
    reference_number: str
    asker_name: str
    owner_name: str | None
    since: datetime
    due_on: date | None
    """The last day; None where the law sets no term: for a decision after the first, a repayment, a share elsewhere, the rest of
    an award and a correction."""
    at: datetime | None
    """The instant of a planned hearing or talk."""
    overdue: bool
    phone: str | None = None
    """The number of who wants to be called."""


def due_items(
    session: Session, *, actor: Actor, now: datetime, whose: Whose = Whose.EVERYBODY, limit: int = 100
) -> list[DueItem]:
    """What is due besides the open questions, without a term first, then by term; empty for everybody but advisors.

    A fixed number of queries, however many there are. A prepared first decision is due on the decision day of its application.
    """
    if actor.audience not in STAFF_OF_CASES:
        return []
    today = local_date(now)
    things = union_all(*things_of_cases(today)).subquery()
    rows = of_whom(with_names(select(things).join(Question, Question.id == things.c.question_id)), whose, actor)
    rows = rows.order_by(things.c.due_on.is_not(None), things.c.due_on, things.c.since, things.c.about).limit(limit)
    found = [item for row in session.execute(rows) for item in _items(row, today)]
    found += _of_the_register(session, actor, whose, today)
    return sorted(found, key=lambda item: (item.due_on is not None, item.due_on or today, item.since, item.about))


def with_names(rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """What is said of a question beside a thing: its number, who asked, and who has it."""
    return (
        rows.add_columns(
            Question.public_id.label("question"), Question.reference_number, Question.decide_by, Question.route,
            Question.employer_name, Contact.name, Contact.phone, Account.display_name,
        )
        .outerjoin(Contact, Contact.question_id == Question.id)
        .outerjoin(CaseOwner, CaseOwner.question_id == Question.id)
        .outerjoin(Account, Account.id == CaseOwner.account_id)
    )  # fmt: skip


def _of_the_register(session: Session, actor: Actor, whose: Whose, today: date) -> Iterator[DueItem]:
    """De-minimis aid that is not in the central register, or not as it is now. The term counts working days."""
    due = register_of_aid(session, actor=actor, due=True)
    if not due:
        return
    wanted = select(Question.id).where(among(Question.id, {one.question_id for one in due}))
    rows = {row.id: row for row in session.execute(of_whom(with_names(wanted), whose, actor))}
    for one in due:
        row = rows.get(one.question_id)
        if row is not None:
            yield DueItem(
                what=Due.REGISTER if one.duty is RegisterDuty.ENTER else Due.REGISTER_AGAIN,
                about=one.public_id,
                number=None,
                question_public_id=row.question,
                reference_number=row.reference_number or "",
                asker_name=row.employer_name or one.beneficiary,
                owner_name=row.display_name,
                since=one.since,
                due_on=one.due_on,
                at=None,
                overdue=one.due_on < today,
            )


COLUMNS = ("what", "about", "number", "question_id", "due_on", "since", "hearing_on", "heard_on")
NO_DAY = cast(null(), Date)
NO_INSTANT = cast(null(), DateTime(timezone=True))
NO_NUMBER = cast(null(), Objection.number.type)


def things_of_cases(today: Any, *, preparations: bool = True) -> Iterator[Select[*tuple[Any, ...]]]:
    """Per kind the same columns: what, about, number, question, due_on, since, hearing_on, heard_on.

    `today` is a day, or an expression for one. Who looks otherwise at decisions that wait for a second person leaves them out.
    """
    yield _objections()
    yield _late_views(today)
    yield _views_on_vouchers()
    if preparations:
        yield _preparations()
    yield _repayments()
    yield _own_debts()
    yield from _interest()
    yield _shares_elsewhere()
    yield _rests_offered()
    yield _objected_corrections()
    yield _notices()
    yield _privacy_requests()


def _objections() -> Select[*tuple[Any, ...]]:
    """Objections that wait for a decision."""
    row = Objection
    return columns(
        literal(Due.OBJECTION.value),
        row.public_id,
        row.number,
        row.question_id,
        row.decide_by,
        row.recorded_at,
        row.hearing_on,
        row.heard_on,
    ).where(row.state == ObjectionState.OPEN)


def columns(*values: Any) -> Select[*tuple[Any, ...]]:
    """These values under the names of the columns: two that are nothing are told apart by their names."""
    return select(*(value.label(name) for name, value in zip(COLUMNS, values, strict=True)))


def thing(what: Due, about: Any, *, question: Any, due_on: Any = NO_DAY, since: Any) -> Select[*tuple[Any, ...]]:
    """The columns of a thing without a number and without a hearing."""
    return columns(literal(what.value), about, NO_NUMBER, question, due_on, since, NO_INSTANT, NO_DAY)


def _privacy_requests() -> Select[*tuple[Any, ...]]:
    """What people ask of their own data."""
    row = PrivacyRequest
    found = thing(Due.PRIVACY, row.public_id, question=row.question_id, due_on=row.answer_by, since=row.asked_at)
    return found.where(row.state == RequestState.OPEN)


def _late_views(today: Any) -> Select[*tuple[Any, ...]]:
    """Applicants who were asked for their view and did not answer in time."""
    row = Hearing
    return thing(Due.VIEW, row.public_id, question=row.question_id, due_on=row.answer_by, since=row.invited_at).where(
        row.way.is_(None), row.dropped_at.is_(None), row.answer_by < today
    )


def _views_on_vouchers() -> Select[*tuple[Any, ...]]:
    """Views on what the desk thinks of doing with a voucher, on which nothing was decided yet."""
    row, used = Hearing, select(DecisionHearing.hearing_id).where(DecisionHearing.hearing_id.is_not(None))
    found = thing(Due.GIVEN_VIEW, row.public_id, question=row.question_id, since=row.recorded_at)
    found = found.join(Voucher, Voucher.id == row.voucher_id)
    later = row.act == IntendedAct.LOWER_SETTLED
    ended = Voucher.state.not_in(LIVE_STATES) & (row.act != IntendedAct.SETTLE_LOWER) & ~later
    settled = (Voucher.state == VoucherState.SETTLED) & ~later
    return found.where(row.way.is_not(None), row.dropped_at.is_(None), row.id.not_in(used), ~ended, ~settled)


def _preparations() -> Select[*tuple[Any, ...]]:
    """Prepared decisions that wait for a second person; of an award by the day on which it must be decided."""
    row, due_on = Preparation, case((Preparation.kind == PreparationKind.AWARDED, Question.decide_by))
    found = thing(Due.PREPARATION, row.public_id, question=row.question_id, due_on=due_on, since=row.prepared_at)
    return found.join(Question, Question.id == row.question_id).where(row.state == PreparationState.WAITING)


def _repayments() -> Select[*tuple[Any, ...]]:
    """Holders who are owed money and gave no account."""
    row = Repayment
    found = thing(Due.REPAYMENT, row.public_id, question=Voucher.question_id, since=row.owed_since)
    return found.join(Voucher, Voucher.id == row.voucher_id).where(row.state == RepaymentState.OPEN, row.iban.is_(None))


def _own_debts() -> Select[*tuple[Any, ...]]:
    """Who gets money of the region itself and gave no account, or of whom the bank could not pay on the one that was given."""
    row = OwnDebt
    found = thing(Due.OWN_DEBT, row.public_id, question=row.question_id, since=row.owed_since)
    return found.where(row.state == OwnDebtState.OPEN, row.iban.is_(None))


def _interest() -> Iterator[Select[*tuple[Any, ...]]]:
    """What was paid too late, by the region and by a holder, of which `note_interest_due` found that it bears interest."""
    of_own, of_claim = (
        select(OwnInterest.id),
        select(CollectionCharge.id).where(CollectionCharge.kind == ChargeKind.INTEREST),
    )
    paid, debt, claim = Repayment, OwnDebt, Recovery
    back = thing(Due.OWN_INTEREST, paid.public_id, question=Voucher.question_id, since=paid.interest_due_at)
    decided = of_own.where(OwnInterest.repayment_id == paid.id).exists()
    back = back.join(Voucher, Voucher.id == paid.voucher_id)
    yield back.where(paid.interest_due_at.is_not(None), paid.state == RepaymentState.PAID, ~decided)
    own = thing(Due.OWN_INTEREST, debt.public_id, question=debt.question_id, since=debt.interest_due_at)
    decided = of_own.where(OwnInterest.own_debt_id == debt.id).exists()
    yield own.where(debt.interest_due_at.is_not(None), debt.state == OwnDebtState.PAID, ~decided)
    late = thing(Due.CLAIM_INTEREST, claim.public_id, question=Voucher.question_id, since=claim.interest_due_at)
    decided = of_claim.where(CollectionCharge.recovery_id == claim.id).exists()
    late = late.join(Voucher, Voucher.id == claim.voucher_id)
    yield late.where(claim.interest_due_at.is_not(None), claim.state == RecoveryState.CLOSED, ~decided)


def last_day_of(row: Row[Any]) -> date | None:
    """The last day of a thing: its own, or what is counted from the day since when it waits."""
    if row.what == Due.OWN_DEBT.value:
        return pay_own_debt_by(row.since)
    found: date | None = row.due_on
    return found


def _shares_elsewhere() -> Select[*tuple[Any, ...]]:
    """Shares that another body refused, of which nobody said what follows."""
    row = ShareElsewhere
    refused = row.outcome.in_((ShareOutcome.REFUSED, ShareOutcome.PARTLY))
    found = thing(Due.SHARE, row.public_id, question=row.question_id, since=row.recorded_at)
    return found.where(refused, row.sequel.is_(None))


def _rests_offered() -> Select[*tuple[Any, ...]]:
    """Places on a waiting list for the rest of an award, for which there is money now."""
    row = WaitingPlace
    return (
        thing(Due.REST, row.public_id, question=Question.id, since=row.offered_at)
        .join(Application, Application.id == row.application_id)
        .join(Question, Question.id == Application.question_id)
        .where(row.state == PlaceState.OFFERED, for_the_rest())
    )


def _objected_corrections() -> Select[*tuple[Any, ...]]:
    """Corrections that who asked objects to, and that nobody settled."""
    row = Correction
    found = thing(Due.CORRECTION, row.public_id, question=row.question_id, since=row.answered_at)
    return found.where(row.answer == CorrectionAnswer.OBJECTED, row.settled_at.is_(None))


def _notices() -> Select[*tuple[Any, ...]]:
    """Notices that a decision is late, until the penalty is decided on; due on the last day without a penalty."""
    row = DefaultNotice
    found = thing(Due.PENALTY, row.public_id, question=row.question_id, due_on=row.free_until, since=row.recorded_at)
    return found.where(row.settled_at.is_(None))


def _items(row: Row[Any], today: date) -> Iterator[DueItem]:
    """The things of one row: an objection with a planned hearing is two."""
    employer = row.employer_name if row.route is Route.EMPLOYER else None

    def item(what: Due, due_on: date | None, at: datetime | None = None) -> DueItem:
        return DueItem(
            what=what,
            about=row.about,
            number=row.number,
            question_public_id=row.question,
            reference_number=row.reference_number or "",
            asker_name=employer or row.name or "",
            owner_name=row.display_name,
            since=row.since,
            due_on=due_on,
            at=at,
            overdue=due_on is not None and due_on < today,
        )

    yield item(Due(row.what), last_day_of(row))
    if row.hearing_on is not None and row.heard_on is None:
        yield item(Due.OBJECTION_HEARING, local_date(row.hearing_on), row.hearing_on)
