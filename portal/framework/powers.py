"""Powers: the acts that move money or rights, who may do them, under which mandate, and which of them take two people.

One table, `POWERS`. An act that moves money or rights stands in it and calls `require_power`; a test goes through all acts of the
portal and fails on one that is missing. A mandate is that of Awb 10:1 to 10:12; two people is the rule of the desk.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.framework.catalogue.queries import SchemeInForce, scheme_in_force, scheme_version
from portal.framework.mandates.actions import require_any_mandate, require_mandate
from portal.framework.mandates.models import Mandate
from portal.people.actor import Actor, Audience
from portal.people.grades import require_full_grade
from portal.people.second_person import require_other_person, require_second_person
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l


class Power(enum.StrEnum):
    """What somebody may have the power to do."""

    AWARD = "award"
    """Award, award again, award more, lower, revoke, settle: every decision about an amount."""
    REJECT = "reject"
    SET_ASIDE = "set_aside"
    """Not take up an incomplete application (Awb 4:5), or take it up after all."""
    ACCEPT_INVOICE = "accept_invoice"
    OVERRIDE_INVOICE = "override_invoice"
    """Accept an invoice although a check found something."""
    CANCELLATION_FEE = "cancellation_fee"
    RECEIVE = "receive"
    """Book that money came back: the budget has it available again."""
    WRITE_OFF = "write_off"
    SET_OFF = "set_off"
    """Take what a debtor owes off what is to be paid to that debtor."""
    PROVIDER = "provider"
    """Let a provider redeem vouchers of a scheme."""
    ACCOUNT_NUMBER = "account_number"
    """Confirm a first or another account number of a provider."""
    BUDGET = "budget"
    """Add, raise and lower budgets."""
    STOP_SCHEME = "stop_scheme"
    PAY = "pay"
    """Release payments to the bank."""
    FUNDER_MONEY = "funder_money"
    """Count money of a funder that came in as somebody wrote it down by hand."""
    GIVE_ROLE = "give_role"
    """Give somebody a role that decides or pays."""
    MANDATE = "mandate"
    """Record a mandate."""
    CLOSE_BOOKS = "close_books"
    """Close an accounting period: nothing is booked in it any more."""
    TAKE_OVER = "take_over"
    """Take an existing administration over into the books, or undo that: budgets, awards, invoices and payments at once."""
    EXPENSE = "expense"
    """Approve what the region paid outside vouchers: the budget has it no longer."""
    REBALANCE = "rebalance"
    """Let other budgets pay many vouchers at once, so that less money lapses."""


class Hands(enum.StrEnum):
    """How many people an act takes."""

    ONE = "one"
    TWO_ABOVE = "two_above"
    """Two above the amount that the scheme says."""
    TWO = "two"


@dataclass(frozen=True)
class PowerRule:
    """Who may, whether that needs a mandate, and how many people it takes."""

    may: frozenset[Audience]
    mandate: bool
    hands: Hands = Hands.ONE


_ADVISOR, _REGION = frozenset({Audience.ADVISOR}), frozenset({Audience.REGION})
_DESK = _ADVISOR | _REGION
_OWNERS = frozenset({Audience.OWNER}) | _REGION

POWERS: dict[Power, PowerRule] = {
    Power.AWARD: PowerRule(_ADVISOR, mandate=True, hands=Hands.TWO_ABOVE),
    Power.REJECT: PowerRule(_ADVISOR, mandate=True),
    Power.SET_ASIDE: PowerRule(_ADVISOR, mandate=True),
    Power.ACCEPT_INVOICE: PowerRule(_ADVISOR, mandate=False),
    Power.OVERRIDE_INVOICE: PowerRule(_ADVISOR, mandate=False, hands=Hands.TWO),
    Power.CANCELLATION_FEE: PowerRule(_ADVISOR, mandate=True, hands=Hands.TWO),
    Power.RECEIVE: PowerRule(_DESK, mandate=True),
    Power.WRITE_OFF: PowerRule(_ADVISOR, mandate=True, hands=Hands.TWO_ABOVE),
    Power.SET_OFF: PowerRule(_REGION, mandate=True, hands=Hands.TWO_ABOVE),
    Power.PROVIDER: PowerRule(_DESK | _OWNERS, mandate=True),
    Power.ACCOUNT_NUMBER: PowerRule(_DESK, mandate=True, hands=Hands.TWO),
    Power.BUDGET: PowerRule(_REGION, mandate=False, hands=Hands.TWO),
    Power.STOP_SCHEME: PowerRule(_OWNERS, mandate=True, hands=Hands.TWO),
    Power.PAY: PowerRule(_REGION, mandate=False, hands=Hands.TWO),
    Power.FUNDER_MONEY: PowerRule(_REGION, mandate=False, hands=Hands.TWO),
    Power.GIVE_ROLE: PowerRule(frozenset({Audience.ADMIN}), mandate=False, hands=Hands.TWO),
    Power.MANDATE: PowerRule(_REGION, mandate=False),
    Power.CLOSE_BOOKS: PowerRule(_REGION, mandate=False, hands=Hands.TWO),
    Power.TAKE_OVER: PowerRule(_REGION, mandate=False, hands=Hands.TWO),
    Power.EXPENSE: PowerRule(_REGION, mandate=False, hands=Hands.TWO),
    Power.REBALANCE: PowerRule(_REGION, mandate=False, hands=Hands.TWO),
}
"""Budgets, expenses and payments rest on the agreement with the funders: two people of the region; roles two administrators."""


def require_power(
    session: Session,
    power: Power,
    *,
    actor: Actor,
    on: date,
    scheme: SchemeInForce | None = None,
    cents: int = 0,
    prepared_by: str | None = None,
) -> Mandate | None:
    """Refuse who may not do this, or not alone, or not without a mandate; the mandate under which it is done, if it needs one.

    Above the amount of the scheme (`one_person_up_to`) an act of `Hands.TWO_ABOVE` needs a first person, `prepared_by`. Without a
    scheme any mandate that is in force covers the act. Programs (the command line, jobs) have the power of who runs them.
    Raises ``Refusal``: not_yours, second_person_needed, own_preparation, no_mandate, or as `require_full_grade` does.
    """
    rule = POWERS[power]
    if actor.audience is Audience.SYSTEM:
        return None
    if actor.audience not in rule.may:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    require_full_grade(actor, scheme=scheme.slug if scheme is not None else None)
    if rule.hands is Hands.TWO or (rule.hands is Hands.TWO_ABOVE and cents > one_person_up_to(scheme)):
        require_second_person(actor, prepared_by=prepared_by)
    require_other_person(actor, prepared_by=prepared_by)
    if not rule.mandate:
        return None
    if scheme is None:
        return require_any_mandate(session, actor=actor, on=on)
    body = scheme.definition.deciding_body
    if body is None:
        return require_any_mandate(session, actor=actor, on=on, scheme=scheme.slug)
    return require_mandate(session, actor=actor, body=body.nl, scheme=scheme.slug, cents=cents, on=on)


def one_person_up_to(scheme: SchemeInForce | None) -> int:
    """Up to how many cents one person may decide, approve the provider, accept and write off; nothing without a scheme."""
    return scheme.definition.one_person_up_to_cents if scheme is not None else 0


def scheme_of_version(session: Session, *, slug: str, version: int) -> SchemeInForce:
    """The version of a scheme under which a voucher was awarded. Raises ``LookupError`` when there is none."""
    found = scheme_version(session, slug=slug, version=version)
    if found is None:
        raise LookupError(f"no version {version} of scheme {slug}")
    return found


def scheme_now(session: Session, *, slug: str, on: date) -> SchemeInForce | None:
    """The version of a scheme that holds on a day; None when none does."""
    return scheme_in_force(session, slug=slug, on=on)
