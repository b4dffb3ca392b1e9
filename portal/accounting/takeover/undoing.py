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
    vouchers = held_vouchers(session, administration=administration)
    budgets = budgets_of(session, administration=administration)
    lock_lines(session, budgets=budgets, vouchers=vouchers)
    untouched()
    undo_vouchers(session, vouchers=vouchers, actor=actor, now=now)
    undo_budgets(session, budgets=[*reversed(budgets)], actor=actor, now=now)


def held_vouchers(session: Session, *, administration: EarlierAdministration, most: int | None = None) -> list[Voucher]:
    """The vouchers of a takeover that stand (at most so many), the last one first, locked."""
    mine = select(VoucherTakenOver.voucher_id).where(
        VoucherTakenOver.administration_id == administration.id, VoucherTakenOver.undone_at.is_(None)
    )
    chosen = session.scalars(mine.order_by(VoucherTakenOver.voucher_id.desc()).limit(most)).all()
    rows = select(Voucher).where(among(Voucher.id, chosen)).order_by(Voucher.id)
    locked = session.scalars(rows.with_for_update(of=Voucher).execution_options(populate_existing=True)).all()
    return [*reversed(locked)]


def budgets_of(session: Session, *, administration: EarlierAdministration) -> list[Transfer]:
    """What a takeover put into funding lines, in the order of the books."""
    keyed = Transfer.key.startswith(f"{BUDGET_KEY}{administration.id}:")
    rows = select(Transfer).where(keyed, Transfer.kind == TransferKind.FUND).order_by(Transfer.id)
    return list(session.scalars(rows))


def lock_lines(session: Session, *, budgets: Sequence[Transfer], vouchers: Sequence[Voucher]) -> None:
    """Lock the funding lines that these budgets and vouchers are about."""
    found = {line_of(session, one.credit_account_id) for one in budgets}
    touched = select(LedgerAccount.funding_line_id).join(Transfer, Transfer.credit_account_id == LedgerAccount.id)
    ids = [one.id for one in vouchers]
    lines = found | set(session.scalars(touched.where(among(Transfer.voucher_id, ids)).distinct()))
    lock_money(session, funding_line_ids=lines)


def undo_vouchers(session: Session, *, vouchers: Sequence[Voucher], actor: Actor, now: datetime) -> None:
    """Book these vouchers back, in this order: nothing of them counts any more."""
    for voucher in vouchers:
        _undo_voucher(session, voucher, actor, now)
    for one in session.scalars(
        select(VoucherTakenOver).where(among(VoucherTakenOver.voucher_id, [each.id for each in vouchers]))
    ):
        one.undone_at = now
    session.flush()


def undo_budgets(session: Session, *, budgets: Sequence[Transfer], actor: Actor, now: datetime) -> None:
    """Give these budgets back to the funder, in this order. Raises ``Conflict`` when their money is in use by now."""
    try:
        for budget in budgets:
            with booked_for(session, budget.booked_on):
                give_back(
                    session,
                    funding_line_id=line_of(session, budget.credit_account_id),
                    amount_cents=budget.amount_cents,
                    actor_id=actor.reference,
                    now=now,
                    note=NOTE,
                )
    except BudgetExhausted as used:
        raise money_in_use() from used


def money_in_use() -> Conflict:
    """What came with a takeover was awarded again."""
    message = _l("Geld uit deze administratie is hier al opnieuw gebruikt. Ongedaan maken kan niet meer.")
    return Conflict("money_in_use", message)


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
