"""The kinds of acts of two people: under which power each stands, and how it is done when the second person says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.framework.funding.actions import add_funding_line, lower_budget, raise_budget
from portal.framework.funding.models import FundingLine
from portal.framework.powers import POWERS, Power
from portal.framework.staff import NewAccount, give_role, open_account, open_account_again
from portal.paying.recoveries import write_off
from portal.paying.setting_off.actions import SetOffDraft, set_off
from portal.paying.setting_off.models import SetOffGround
from portal.paying.settlements.models import Recovery
from portal.people.accounts.models import Account, Organisation, Role
from portal.people.actor import Actor
from portal.publishing.workshop.actions import retire_scheme
from portal.second_look.two_person_acts.models import TwoPersonAct, TwoPersonKind
from portal.spending.changes.cancelling import Cancellation, charge_cancellation_fee
from portal.spending.invoices.actions import accept_invoice
from portal.spending.invoices.models import Invoice
from portal.spending.providers.models import Provider
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption, Voucher
from schemes.files.parsing import validate
from schemes.region.funding import FundingLineDefinition

Doing = Callable[[Session, TwoPersonAct, dict[str, Any]], None]
"""Does an act of two people: the session, the act, and ``actor``, ``now`` and ``prepared_by`` by name."""


@dataclass(frozen=True)
class Kind:
    """Under which power a kind of act stands, and how it is done."""

    power: Power
    do: Doing


def _accept_invoice(session: Session, laid: TwoPersonAct, by: dict[str, Any]) -> None:
    accept_invoice(session, invoice=session.get_one(Invoice, laid.number), note=laid.reason, **by)


def _cancellation_fee(session: Session, laid: TwoPersonAct, by: dict[str, Any]) -> None:
    told = laid.details
    bill = Bill(told["number"], date.fromisoformat(told["invoice_date"]), laid.amount_cents or 0)
    cancelled = Cancellation(session.get_one(Provider, told["provider"]), bill, laid.reason)
    charge_cancellation_fee(session, voucher=session.get_one(Voucher, laid.number), cancelled=cancelled, **by)


def _write_off(session: Session, laid: TwoPersonAct, by: dict[str, Any]) -> None:
    claim, cents = session.get_one(Recovery, laid.number), laid.amount_cents or 0
    write_off(session, recovery=claim, amount_cents=cents, reason=laid.reason, **by)


def _set_off(session: Session, laid: TwoPersonAct, by: dict[str, Any]) -> None:
    told = laid.details
    draft = SetOffDraft(laid.amount_cents or 0, SetOffGround(told["ground"]), laid.reason, told["article"])
    claim, bill = session.get_one(Recovery, laid.number), session.get_one(Redemption, told["redemption"])
    set_off(session, recovery=claim, redemption=bill, draft=draft, **by)


def _change_budget(change: Callable[..., None]) -> Doing:
    def do(session: Session, laid: TwoPersonAct, by: dict[str, Any]) -> None:
        line, cents = session.get_one(FundingLine, laid.number), laid.amount_cents or 0
        change(session, line=line, amount_cents=cents, reason=laid.reason, **by)

    return do


def _new_budget(session: Session, laid: TwoPersonAct, by: dict[str, Any]) -> None:
    definition = validate(FundingLineDefinition, laid.details["definition"])
    add_funding_line(session, definition=definition, **by)


def _stop_scheme(session: Session, laid: TwoPersonAct, by: dict[str, Any]) -> None:
    told = laid.details
    last_day = date.fromisoformat(told["last_day"])
    retire_scheme(session, scheme=told["scheme"], last_day=last_day, reason=laid.reason, **by)


def _new_account(session: Session, laid: TwoPersonAct, by: dict[str, Any]) -> None:
    told, number = laid.details, laid.details["organisation"]
    place = session.get_one(Organisation, number) if number is not None else None
    open_account(session, wanted=NewAccount(told["email"], told["display_name"], Role(told["role"]), place), **by)


def _change_role(session: Session, laid: TwoPersonAct, by: dict[str, Any]) -> None:
    account, role = session.get_one(Account, laid.number), Role(laid.details["role"])
    give_role(session, account=account, role=role, **by)


def _open_account(session: Session, laid: TwoPersonAct, by: dict[str, Any]) -> None:
    open_account_again(session, account=session.get_one(Account, laid.number), **by)


KINDS: dict[TwoPersonKind, Kind] = {
    TwoPersonKind.OVERRIDE_INVOICE: Kind(Power.OVERRIDE_INVOICE, _accept_invoice),
    TwoPersonKind.CANCELLATION_FEE: Kind(Power.CANCELLATION_FEE, _cancellation_fee),
    TwoPersonKind.WRITE_OFF: Kind(Power.WRITE_OFF, _write_off),
    TwoPersonKind.SET_OFF: Kind(Power.SET_OFF, _set_off),
    TwoPersonKind.RAISE_BUDGET: Kind(Power.BUDGET, _change_budget(raise_budget)),
    TwoPersonKind.LOWER_BUDGET: Kind(Power.BUDGET, _change_budget(lower_budget)),
    TwoPersonKind.NEW_BUDGET: Kind(Power.BUDGET, _new_budget),
    TwoPersonKind.STOP_SCHEME: Kind(Power.STOP_SCHEME, _stop_scheme),
    TwoPersonKind.NEW_ACCOUNT: Kind(Power.GIVE_ROLE, _new_account),
    TwoPersonKind.CHANGE_ROLE: Kind(Power.GIVE_ROLE, _change_role),
    TwoPersonKind.OPEN_ACCOUNT: Kind(Power.GIVE_ROLE, _open_account),
}


def kinds_for(actor: Actor) -> frozenset[TwoPersonKind]:
    """The kinds that somebody may lay down, see and do."""
    return frozenset(kind for kind, one in KINDS.items() if actor.audience in POWERS[one.power].may)
