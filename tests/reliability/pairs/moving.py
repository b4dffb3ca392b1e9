"""Which acts move money or rights: found out by doing each of them and looking at what it writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from portal.framework.powers import Power
from portal.people.actor import Actor
from portal.people.audit.counting import ActCounts
from portal.platform.errors import PortalError
from tests.reliability.pairs.acts import Row, Scene, said
from tests.reliability.pairs.desks import WRITES

MOVED = frozenset(
    {"transfer", "recovery_entry", "payment_batch", "mandate", "account", "provider_approval", "trusted_signer"}
    | {"representative", "scheme_version", "iban_change", "tranche_receipt", "employer_address", "api_token"}
)
"""Tables of money and of rights."""

POWER_OF: dict[str, Power] = {
    "portal.awarding.decisions.actions.approve_proposal": Power.AWARD,
    "portal.awarding.deciding_again.decide_again": Power.AWARD,
    "portal.awarding.top_ups.top_up": Power.AWARD,
    "portal.awarding.reductions.lower_award": Power.AWARD,
    "portal.awarding.reductions.revoke_award": Power.AWARD,
    "portal.awarding.restoring.restore_award": Power.AWARD,
    "portal.paying.settlements.actions.settle_voucher": Power.AWARD,
    "portal.paying.settlements.lowering.lower_settlement": Power.AWARD,
    "portal.paying.settling_again.actions.settle_again": Power.AWARD,
    "portal.second_look.preparations.actions.decide_prepared": Power.AWARD,
    "portal.second_look.objections.actions.decide_objection": Power.AWARD,
    "portal.second_look.in_one_go.settle_in_one_go": Power.AWARD,
    "portal.awarding.decisions.actions.reject_question": Power.REJECT,
    "portal.awarding.setting_aside.set_aside": Power.SET_ASIDE,
    "portal.awarding.setting_aside.take_up_again": Power.SET_ASIDE,
    "portal.spending.invoices.actions.accept_invoice": Power.OVERRIDE_INVOICE,
    "portal.spending.changes.cancelling.charge_cancellation_fee": Power.CANCELLATION_FEE,
    "portal.paying.recoveries.receive_instalment": Power.RECEIVE,
    "portal.paying.statements.incoming.book_as_receipt": Power.RECEIVE,
    "portal.paying.recoveries.write_off": Power.WRITE_OFF,
    "portal.paying.setting_off.actions.set_off": Power.SET_OFF,
    "portal.paying.setting_off.undoing.undo_set_off": Power.AWARD,
    "portal.spending.providers.actions.approve_provider": Power.PROVIDER,
    "portal.paying.account_numbers.actions.decide_iban_change": Power.ACCOUNT_NUMBER,
    "portal.framework.funding.actions.add_funding_line": Power.BUDGET,
    "portal.framework.funding.actions.raise_budget": Power.BUDGET,
    "portal.framework.funding.actions.lower_budget": Power.BUDGET,
    "portal.publishing.workshop.actions.retire_scheme": Power.STOP_SCHEME,
    "portal.paying.payments.actions.release_batch": Power.PAY,
    "portal.accounting.tranches.actions.confirm_receipt": Power.FUNDER_MONEY,
    "portal.accounting.undone_receipts.undo_receipt": Power.FUNDER_MONEY,
    "portal.framework.staff.open_account": Power.GIVE_ROLE,
    "portal.framework.staff.give_role": Power.GIVE_ROLE,
    "portal.framework.staff.open_account_again": Power.GIVE_ROLE,
    "portal.framework.tokens.actions.approve_token": Power.GIVE_ROLE,
    "portal.framework.mandates.actions.give_mandate": Power.MANDATE,
    "portal.framework.mandates.actions.end_mandate": Power.MANDATE,
    "portal.accounting.takeover.actions.take_over_administration": Power.TAKE_OVER,
    "portal.accounting.takeover.actions.undo_administration": Power.TAKE_OVER,
    "portal.accounting.takeover.parts.begin_taking_over": Power.TAKE_OVER,
    "portal.accounting.takeover.parts.begin_undoing": Power.TAKE_OVER,
    "portal.accounting.takeover.parts.carry_part": Power.TAKE_OVER,
    "portal.accounting.takeover.parts.undo_part": Power.TAKE_OVER,
    "portal.accounting.expenses.actions.approve_expense": Power.EXPENSE,
    "portal.accounting.periods.actions.close_period": Power.CLOSE_BOOKS,
    "portal.accounting.winding_down.actions.transfer_what_is_left": Power.BUDGET,
    "portal.planning.expected_use.actions.begin_surety": Power.BUDGET,
    "portal.planning.rebalances.actions.carry_out_rebalance": Power.REBALANCE,
}
"""Per act, by its whole name, under which power it stands."""


@dataclass
class Tried:
    """What became of one act: done, or the code of the refusal; and which tables it wrote."""

    code: str
    wrote: set[str] = field(default_factory=set)
    """Of money and of rights."""
    changed: set[str] = field(default_factory=set, compare=False)
    """All of them."""
    counted: frozenset[str] = field(default=frozenset(), compare=False)
    """The names under which it is counted."""


@contextmanager
def watching(engine: Engine) -> Iterator[set[str]]:
    """The tables that are written in here."""
    wrote: set[str] = set()

    def look(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if found := WRITES.match(statement):
            wrote.add(found[1])

    event.listen(engine, "before_cursor_execute", look)
    try:
        yield wrote
    finally:
        event.remove(engine, "before_cursor_execute", look)


def tried(session: Session, row: Row, **instead: Any) -> Tried:
    """Do an act in a savepoint that is undone, with other values for some names."""
    trial, counts, more = session.begin_nested(), ActCounts(), frozenset[str]()
    before = counts.counted(session)
    with watching(session.get_bind().engine) as wrote:  # type: ignore[union-attr]
        try:
            values = {name: said(value, session, 0) for name, value in row.values.items()} | instead
            row.act(session, **values)
            session.flush()
            more = frozenset(act for act, _ in Counter(counts.counted(session)) - Counter(before))
            code = "done"
        except PortalError as refused:
            code = getattr(refused, "code", type(refused).__name__)
        finally:
            trial.rollback()
    session.expire_all()
    if code != "done":
        return Tried(code)
    return Tried(code, wrote & MOVED, wrote, more)


def actor_of(row: Row, session: Session) -> Actor | None:
    """Who does it in its scene; None for an act that takes nobody."""
    value = row.values.get("actor")
    return said(value, session, 0) if value is not None else None


Making = Callable[[Scene], Session]
