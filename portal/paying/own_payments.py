"""Acts on what the region itself owes somebody: on which account it is wanted, that it was paid or came back, and that it lapsed.

It is paid in a batch for the bank by two people like everything else, but it has no row in the books: it is no money of a budget.
"""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.awarding.own_debts.models import OwnDebt, OwnDebtState
from portal.awarding.own_debts.queries import own_debt_of_decision, own_debts_of
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.cases.representatives.actions import require_own_account
from portal.paying.payments.models import Payment, PaymentState
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.providers.actions import checked_iban

MOST_NAME = 70


class OwnDebtStand(enum.StrEnum):
    """How far the money is that somebody gets of the region itself."""

    ASKED = "asked"
    """Whoever gets it still has to say on which account."""
    RETURNED = "returned"
    """The bank sent it back; another account is asked."""
    GIVEN = "given"
    ON_ITS_WAY = "on_its_way"
    PAID = "paid"
    LAPSED = "lapsed"


def debt_stands_at(session: Session, *, owed: OwnDebt) -> OwnDebtStand:
    """How far the money is."""
    if owed.state is OwnDebtState.PAID:
        return OwnDebtStand.PAID
    if owed.state is OwnDebtState.LAPSED:
        return OwnDebtStand.LAPSED
    last = _last_payment(session, owed)
    if last is not None and last.state is PaymentState.SENT:
        return OwnDebtStand.ON_ITS_WAY
    if owed.iban is not None:
        return OwnDebtStand.GIVEN
    return OwnDebtStand.RETURNED if last is not None and last.state is PaymentState.RETURNED else OwnDebtStand.ASKED


def _last_payment(session: Session, owed: OwnDebt) -> Payment | None:
    rows = select(Payment).where(Payment.own_debt_id == owed.id, Payment.state != PaymentState.CANCELLED)
    return session.scalar(rows.order_by(Payment.id.desc()).limit(1))


def give_account_for_debt(
    session: Session,
    *,
    question: DevelopmentQuestion,
    to_another: bool = False,
    payee_name: str,
    iban: str,
    actor: Actor,
    now: datetime,
) -> list[OwnDebt]:
    """Who gets money of the region itself (or an advisor who heard it) says on which account; it can go in a batch then.

    Who asked is told, once for all that is given at one time. `to_another`: who objected without having asked, which only the
    desk can write down. Another account may be given until the payment went to the bank. Raises ``Refusal`` at the field that is
    wrong, ``Conflict`` when nothing is owed any more, or it is on its way.
    """
    if not (actor.audience is Audience.ADVISOR or (is_asker(question, actor) and not to_another)):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    require_own_account(actor)
    name = " ".join(payee_name.split())
    if not 0 < len(name) <= MOST_NAME:
        message = _l("Vul in op welke naam de rekening staat. De naam heeft hoogstens 70 tekens.")
        raise Refusal("payee_name", message, field="payee_name")
    checked = checked_iban(iban)
    still = (OwnDebt.state == OwnDebtState.OPEN, OwnDebt.to_another.is_(to_another))
    # Who releases a batch with it at the same moment waits, or went first.
    owed = [one for one in own_debts_of(session, question=question, actor=actor) if hold(session, one, *still)]
    if not owed:
        raise Conflict("nothing_owed", _l("Er is niets meer te betalen."))
    if any(debt_stands_at(session, owed=one) is OwnDebtStand.ON_ITS_WAY for one in owed):
        raise Conflict("payment_on_its_way", _l("Dit geld is al onderweg. De rekening kan niet meer anders."))
    for one in owed:
        one.payee_name, one.iban = name, checked
        one.account_given_at, one.account_given_by = now, actor.reference
        session.flush()
        _log(session, one, "own_debt.account_given", actor, now)
    if not to_another:  # who objected without having asked has no page here
        tell_asker(session, question=question, template="payment/account_given", now=now, version=int(now.timestamp()))
    return owed


def book_debt_paid(
    session: Session, *, owed: OwnDebt, paid_on: date, reference: str, actor: Actor, now: datetime
) -> None:
    """Write that the bank paid it: a part of booking the outcome of a payment. Raises ``Conflict`` when it was paid before."""
    write_guarded(
        session,
        owed,
        OwnDebt.state == OwnDebtState.OPEN,
        otherwise=Conflict("repaid_before", _l("Deze betaling is al vastgelegd.")),
        state=OwnDebtState.PAID,
        paid_on=paid_on,
        reference=reference,
        paid_at=now,
        paid_by=actor.reference,
    )
    _log(session, owed, "own_debt.paid", actor, now)


def owe_debt_again(session: Session, *, owed: OwnDebt, actor: Actor, now: datetime) -> None:
    """The bank sent the payment back: it is owed again, and another account is asked."""
    hold(session, owed)
    owed.state = OwnDebtState.OPEN
    owed.paid_on = owed.reference = owed.paid_at = owed.paid_by = None
    owed.iban = owed.payee_name = owed.account_given_at = owed.account_given_by = None
    session.flush()
    _log(session, owed, "own_debt.returned", actor, now)


def pays_it_again(session: Session, *, payment: Payment) -> None:
    """That a payment came back is undone: it pays what is owed once more, on the account to which it went.

    Raises ``Conflict`` when another payment does.
    """
    owed = payment.own_debt
    assert owed is not None, "only of what the region itself owes"
    hold(session, owed)
    last = _last_payment(session, owed)
    if owed.state is not OwnDebtState.OPEN or last is not payment:
        message = _l("Dit bedrag staat in een andere betaling, of is al betaald. Haal het daar eerst uit.")
        raise Conflict("taken_elsewhere", message)
    batch = payment.batch
    owed.iban, owed.payee_name = payment.iban, payment.payee_name
    owed.account_given_at, owed.account_given_by = batch.made_at, batch.made_by
    session.flush()


def let_damage_lapse(session: Session, *, decision: Decision, actor: Actor, now: datetime) -> OwnDebt | None:
    """The decision that gave damage is replaced after an objection: what was not paid of it lapses (Awb 7:11); None without any.

    What was paid stays paid: the holder had that damage meanwhile, and the region may agree otherwise. Raises ``Conflict`` while
    it is in a payment.
    """
    owed = own_debt_of_decision(session, decision_id=decision.id)
    if owed is None or not hold(session, owed, OwnDebt.state == OwnDebtState.OPEN):
        return None
    last = _last_payment(session, owed)
    if last is not None and last.state in (PaymentState.PLANNED, PaymentState.SENT):
        message = _l("De schade bij dit besluit zit in een betaling aan de bank. Haal haar daar eerst uit.")
        raise Conflict("in_a_payment", message)
    owed.state, owed.lapsed_at, owed.lapsed_by = OwnDebtState.LAPSED, now, actor.reference
    session.flush()
    _log(session, owed, "own_debt.lapsed", actor, now)
    return owed


def _log(session: Session, owed: OwnDebt, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="question", object_id=owed.question_id, now=now)
