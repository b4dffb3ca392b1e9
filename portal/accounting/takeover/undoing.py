"""Undoing a takeover: its bookings are booked back, its vouchers are taken back, and its budgets go back to the funder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.accounting.takeover.carrying import FREED_BEFORE
from portal.accounting.takeover.models import EarlierAdministration, VoucherTakenOver
from portal.accounting.takeover.queries import BUDGET_KEY
from portal.awarding.order_of_receipt.actions import lock_money
from portal.cases.questions.actions import move_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion, QuestionState
from portal.ledger.actions import give_back, release
from portal.ledger.booking import booked_for, line_of
from portal.ledger.guards import BudgetExhausted
from portal.ledger.models import LedgerAccount, Transfer, TransferKind
from portal.ledger.undoing import reserve_released_again, reserve_spends_again, take_back_payment
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.among import among
from portal.platform.errors import Conflict
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.linking import link_spends
from portal.spending.vouchers.models import Redemption, RedemptionSpend, Voucher, VoucherState

NOTE = "takeover undone"
UNDONE = "Het overnemen is ongedaan gemaakt."


def undo_everything(
    session: Session,
    *,
    administration: EarlierAdministration,
    untouched: Callable[[], None],
    actor: Actor,
    now: datetime,
) -> None:
    """Book everything of a takeover back. Everything is locked first; then `untouched` looks whether it may still be done.

    Raises ``Conflict`` when money of its budgets is in use by now.
    """
    mine = select(VoucherTakenOver.voucher_id).where(VoucherTakenOver.administration_id == administration.id)
    rows = select(Voucher).where(Voucher.id.in_(mine)).order_by(Voucher.id)
    vouchers = session.scalars(rows.with_for_update(of=Voucher).execution_options(populate_existing=True)).all()
    budgets = _budgets(session, administration)
    lock_money(session, funding_line_ids=_lines(session, budgets, vouchers))
    untouched()
    try:
        for voucher in reversed(vouchers):
            _undo_voucher(session, voucher, actor, now)
        for budget in reversed(budgets):
            line = line_of(session, budget.credit_account_id)
            with booked_for(session, budget.booked_on):
                give_back(
                    session,
                    funding_line_id=line,
                    amount_cents=budget.amount_cents,
                    actor_id=actor.reference,
                    now=now,
                    note=NOTE,
                )
    except BudgetExhausted as used:
        message = _l("Geld uit deze administratie is hier al opnieuw gebruikt. Ongedaan maken kan niet meer.")
        raise Conflict("money_in_use", message) from used
    taken = select(VoucherTakenOver).where(VoucherTakenOver.administration_id == administration.id)
    for one in session.scalars(taken):
        one.undone_at = now
    session.flush()


def _budgets(session: Session, administration: EarlierAdministration) -> list[Transfer]:
    keyed = Transfer.key.startswith(f"{BUDGET_KEY}{administration.id}:")
    rows = select(Transfer).where(keyed, Transfer.kind == TransferKind.FUND).order_by(Transfer.id)
    return list(session.scalars(rows))


def _lines(session: Session, budgets: list[Transfer], vouchers: Sequence[Voucher]) -> set[int]:
    found = {line_of(session, one.credit_account_id) for one in budgets}
    ids = [one.id for one in vouchers]
    touched = select(LedgerAccount.funding_line_id).join(Transfer, Transfer.credit_account_id == LedgerAccount.id)
    return found | set(session.scalars(touched.where(among(Transfer.voucher_id, ids)).distinct()))


def _undo_voucher(session: Session, voucher: Voucher, actor: Actor, now: datetime) -> None:
    by, spends = actor.reference, list[tuple[Transfer, date]]()
    if voucher.open_cents < voucher.amount_cents - voucher.redeemed_cents:
        freed = select(Transfer).where(Transfer.voucher_id == voucher.id, Transfer.note.startswith(FREED_BEFORE))
        reserve_released_again(session, released=session.scalars(freed).all(), note=NOTE, actor_id=by, now=now)
    for redemption in session.scalars(select(Redemption).where(Redemption.voucher_id == voucher.id)).all():
        back = list[int]()
        for spend in session.scalars(_spends(redemption)).all():
            returned = take_back_payment(session, spend_id=spend.id, note=NOTE, actor_id=by, now=now)
            spends.append((returned or spend, spend.booked_on))
            back += [returned.id] if returned is not None else []
        link_spends(session, redemption=redemption, transfer_ids=back)
        redemption.credited_cents = redemption.amount_cents
    reserve_spends_again(session, spends=spends, note=NOTE, actor_id=by, now=now)
    with booked_for(session, voucher.issued_on):
        release(session, voucher_id=voucher.id, actor_id=by, now=now, note=NOTE)
    voucher.redeemed_cents, voucher.redeemed_at, voucher.expired_at = 0, None, None
    voucher.released_cents, voucher.state = voucher.amount_cents, VoucherState.REVOKED
    voucher.revoked_at, voucher.revoked_by, voucher.revoke_reason = now, by, UNDONE
    session.flush()
    move_question(
        session,
        question=session.get_one(DevelopmentQuestion, voucher.question_id),
        to=QuestionState.CLOSED,
        allowed=(QuestionState.DECIDED, QuestionState.CLOSED),
        closed_at=now,
        closed_by=by,
        close_reason=CloseReason.OTHER,
        changed_at=now,
    )
    record(session, actor=actor, action="voucher.takeover_undone", object_kind="voucher", object_id=voucher.id, now=now)


def _spends(redemption: Redemption) -> Select[Transfer]:
    rows = select(Transfer).join(RedemptionSpend, RedemptionSpend.transfer_id == Transfer.id)
    return rows.where(RedemptionSpend.redemption_id == redemption.id).order_by(Transfer.id)
