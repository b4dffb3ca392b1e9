"""What is due: which cases ended so long ago that a part of them goes, and which rows that belong to no case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Table, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from portal.awarding.own_debts.models import OwnDebt, OwnDebtState
from portal.cases.questions.models import DevelopmentQuestion as Question
from portal.cases.questions.models import QuestionState
from portal.cases.rights.models import PrivacyRequest, RequestState
from portal.cases.rights.restricted import not_restricted, restricted_cases
from portal.oversight.privacy.erasing.writing import written_over
from portal.oversight.privacy.holdings import HOLDINGS, Family, Holding
from portal.oversight.privacy.holdings.ways import columns_to_case, table_called
from portal.oversight.privacy.kinds import CASES, Kept
from portal.oversight.privacy.retention.models import ErasedCase, LegalHold
from portal.paying.payments.models import Payment, PaymentState, Repayment, RepaymentState
from portal.paying.settlements.models import Recovery
from portal.platform.among import among
from portal.platform.clock import AMSTERDAM
from portal.second_look.objections.models import Objection, ObjectionState
from portal.second_look.penalties.models import DefaultNotice
from portal.spending.invoices.models import Invoice, InvoiceState
from portal.spending.vouchers.models import Award, Redemption, Voucher, VoucherState

ENDED = (
    *(QuestionState.DECIDED, QuestionState.REFERRED, QuestionState.SET_ASIDE),
    *(QuestionState.WITHDRAWN, QuestionState.CLOSED),
)
"""States in which a case can be over."""
LIVE_VOUCHERS = (VoucherState.ISSUED, VoucherState.PARTLY_REDEEMED)
FAMILY_OF: dict[Kept, Family] = {
    **dict.fromkeys(CASES, Family.CASE),
    Kept.INVOICES: Family.INVOICES,
    Kept.LETTERS: Family.LETTERS,
    Kept.UPLOADS: Family.UPLOADS,
    Kept.VIEWING: Family.VIEWING,
    Kept.LOGS: Family.LOGS,
    Kept.STAFF: Family.STAFF,
}


def end_of(day: date) -> datetime:
    """The first instant after a day in Amsterdam, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), AMSTERDAM).astimezone(UTC)


def due_cases(kind: Kept, *, cut: date, today: date, asked: bool = False) -> Select[int]:
    """The ids of the cases of which the part of this kind goes: over since `cut`, nothing runs on, nothing holds them up.

    What the person asks of the own data and was not answered holds them up too, unless that is what is `asked`.
    """
    before = end_of(cut)
    unanswered = exists().where(PrivacyRequest.question_id == Question.id, PrivacyRequest.state == RequestState.OPEN)
    rows = select(Question.id).where(
        Question.state.in_(ENDED),
        *_all_before(before, *(Question.decided_at, Question.closed_at, Question.withdrawn_at)),
        *_all_before(before, Question.set_aside_at, Question.referred_at),
        *_of_kind(kind),
        *_nothing_runs(before, cut),
        not_(_held(today)),
        *([] if asked else [not_(unanswered)]),
        not_(exists().where(ErasedCase.question_id == Question.id, ErasedCase.part == FAMILY_OF[kind])),
    )
    return rows.order_by(Question.id)


def _all_before(before: datetime, *columns: Any) -> list[ColumnElement[bool]]:
    return [or_(column.is_(None), column < before) for column in columns]


def _of_kind(kind: Kept) -> list[ColumnElement[bool]]:
    awarded = exists().where(Award.question_id == Question.id)
    if kind is Kept.UNAPPLIED:
        return [Question.applied_at.is_(None)]
    if kind is Kept.REFUSED:
        return [Question.applied_at.is_not(None), not_(awarded)]
    if kind in (Kept.AWARDED, Kept.INVOICES):
        return [awarded]
    if kind is Kept.LETTERS:
        letter = table_called("letter")
        return [exists().where(letter.c.question_id == Question.id)]
    evidence, representative = table_called("evidence"), table_called("representative")
    handed_in = (
        exists().where(evidence.c.question_id == Question.id, evidence.c.file_id.is_not(None)),
        exists().where(representative.c.question_id == Question.id, representative.c.proof_file_id.is_not(None)),
        exists().where(Invoice.voucher_id == Voucher.id, Voucher.question_id == Question.id),
    )
    return [or_(*handed_in)]


def _nothing_runs(before: datetime, cut: date) -> list[ColumnElement[bool]]:
    """No voucher that can be used, no money under way or owed, and no claim, invoice, objection or notice that ended later."""
    mine, late = Voucher.question_id == Question.id, partial(_ended_later, before)
    voucher = or_(
        Voucher.state.in_(LIVE_VOUCHERS),
        late(Voucher.redeemed_at, Voucher.expired_at, Voucher.revoked_at, Voucher.settled_at),
    )
    invoice = or_(Invoice.state.in_((InvoiceState.SUBMITTED, InvoiceState.CHECKED)), late(Invoice.refused_at))
    repayment = or_(Repayment.state == RepaymentState.OPEN, late(Repayment.paid_at))
    debt = or_(OwnDebt.state == OwnDebtState.OPEN, late(OwnDebt.paid_at, OwnDebt.lapsed_at))
    objection = or_(Objection.state == ObjectionState.OPEN, late(Objection.decided_at, Objection.withdrawn_at))
    payment = or_(Payment.state.in_((PaymentState.PLANNED, PaymentState.SENT)), Payment.executed_on > cut)
    running: tuple[tuple[ColumnElement[bool], ...], ...] = (
        (mine, voucher),
        (mine, Redemption.voucher_id == Voucher.id, Payment.redemption_id == Redemption.id, payment),
        (mine, Repayment.voucher_id == Voucher.id, Payment.repayment_id == Repayment.id, payment),
        (OwnDebt.question_id == Question.id, Payment.own_debt_id == OwnDebt.id, payment),
        (mine, Invoice.voucher_id == Voucher.id, invoice),
        (mine, Recovery.voucher_id == Voucher.id, _open(Recovery.closed_at, before)),
        (mine, Repayment.voucher_id == Voucher.id, repayment),
        (OwnDebt.question_id == Question.id, debt),
        (Objection.question_id == Question.id, objection),
        (DefaultNotice.question_id == Question.id, _open(DefaultNotice.settled_at, before)),
    )
    return [not_(exists().where(*one)) for one in running]


def _ended_later(before: datetime, *ends: Any) -> ColumnElement[bool]:
    return or_(*(end >= before for end in ends))


def _open(ended_at: Any, before: datetime) -> ColumnElement[bool]:
    return or_(ended_at.is_(None), ended_at >= before)


def _held(today: date) -> ColumnElement[bool]:
    return or_(exists().where(LegalHold.question_id == Question.id, *in_force(today)), not_(not_restricted()))


def in_force(today: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions for a hold that keeps its case on this day."""
    return (LegalHold.ended_at.is_(None), or_(LegalHold.until.is_(None), LegalHold.until >= today))


# What belongs to no case -----------------------------------------------------------------------------------------------


def loose_tables(family: Family) -> list[tuple[Table, Holding]]:
    """The tables of a family with rows that are counted from a day or instant of their own."""
    return [
        (table_called(name), held)
        for name, held in HOLDINGS.items()
        if isinstance(held, Holding) and held.family is family and held.since is not None
    ]


def due_rows(table: Table, holding: Holding, *, cut: date, today: date) -> ColumnElement[bool]:
    """The condition for rows that belong to no case and are due. Of a case that is held or restricted nothing goes."""
    column = table.c[holding.since or ""]
    over = column <= cut if isinstance(column.type, Date) else column < end_of(cut)
    conditions: list[ColumnElement[bool]] = [column.is_not(None), over]
    if holding.family is Family.VIEWING:
        held = select(LegalHold.question_id).where(*in_force(today)).union(restricted_cases())
        conditions.append(table.c.question_id.not_in(held))
    elif columns_to_case(table):
        conditions.append(table.c.question_id.is_(None))
    if table.name == "access_link":  # a session that still knows it goes first
        sessions = table_called("session_record")
        conditions.append(not_(exists().where(sessions.c.access_link_id == table.c.id)))
    if table.name == "sign_in_link":
        sessions = table_called("session_record")
        conditions.append(not_(exists().where(sessions.c.sign_in_link_id == table.c.id)))
    if holding.becomes:
        conditions.append(not_(written_over(table, holding)))
    return and_(*conditions)


def count_loose(session: Session, family: Family, *, cut: date, today: date) -> int:
    """How many rows that belong to no case are due."""
    tables = loose_tables(family)
    counted = (
        session.scalar(select(func.count()).select_from(table).where(due_rows(table, held, cut=cut, today=today)))
        for table, held in tables
    )
    return sum(int(number or 0) for number in counted)


def drafts_due(*, cut: date) -> Select[int]:
    """The drafts that nobody touched since that day."""
    old = (Question.state == QuestionState.DRAFT, Question.changed_at < end_of(cut))
    return select(Question.id).where(*old).order_by(Question.id)


def numbers_of(session: Session, question_ids: Sequence[int]) -> list[str]:
    """By which numbers these cases go."""
    rows = select(Question.reference_number).where(among(Question.id, question_ids)).order_by(Question.id)
    return [number for number in session.scalars(rows) if number]
