"""For every two roles: one person who holds both moves no money alone above the limit, whichever way it goes.

A way is a chain of acts, each by some role. The person does every act that one of the two roles may do, whatever comes of it, and
lays down and does what takes two. In the control enough people do the same chain, and the money moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.framework.funding.queries import funding_lines
from portal.framework.staff import NewAccount, open_account
from portal.ledger.models import Transfer
from portal.paying.account_numbers.actions import ask_iban_change, check_iban_change, decide_iban_change
from portal.paying.payments.actions import CANCEL_WITHIN, export_batch, make_batch, release_batch
from portal.paying.payments.models import PaymentBatch
from portal.paying.payments.pain001 import PayingAccount
from portal.paying.recoveries import write_off
from portal.people.accounts.models import Account, Role
from portal.people.actor import STAFF, Actor, Audience
from portal.platform.errors import PortalError
from portal.post.files.actions import Vault
from portal.second_look.two_person_acts.actions import ActToLayDown, do_laid_down, lay_down
from portal.second_look.two_person_acts.models import TwoPersonAct, TwoPersonKind
from portal.spending.invoices.actions import accept_invoice
from portal.spending.invoices.models import Invoice
from portal.spending.providers.actions import approve_provider
from portal.spending.providers.models import IbanChange, Provider
from portal.spending.providers.queries import is_approved
from portal.spending.vouchers.models import Voucher
from tests.conftest import DATABASES
from tests.factories import NOW, OWNER, SYSTEM, a_mandate, a_provider, a_region, an_application, approve
from tests.portal.paying.statements.test_incoming import a_claim
from tests.portal.spending.invoices.handing_in import clear, hand_in
from tests.who_runs_what import PROOF

IBAN = "NL91ABNA0417164300"
PAYER = PayingAccount("Regio", "NL44RABO0123456789")
REASON = "De opleiding loopt, zegt de opleider."
ALL_SCHEMES = frozenset({"leervoucher", "bedrijfsvoucher", "materiaalvoucher"})


def person(role: Audience, number: int) -> Actor:
    """Somebody with this role; a mandate for everything stands in the desk for each."""
    schemes = ALL_SCHEMES if role is Audience.OWNER else frozenset()
    return replace(OWNER, audience=role, account_id=number, display_name=f"{role} {number}", schemes=schemes)


@dataclass
class Desk:
    """The desk, and who acts in it."""

    session: Session
    people: Sequence[Actor]
    vault: Vault

    def each(self, act: Callable[[Actor], object]) -> None:
        """Everybody tries this act, each in a savepoint."""
        for who in self.people:
            with suppress(PortalError), self.session.begin_nested():
                act(who)

    def two(self, act: ActToLayDown) -> None:
        """Everybody lays it down, and everybody does what waits."""
        self.each(lambda who: lay_down(self.session, act=act, actor=who, now=NOW))
        for laid in self.session.scalars(select(TwoPersonAct)):
            self.each(lambda who, laid=laid: do_laid_down(self.session, laid=laid, actor=who, now=NOW))  # type: ignore[misc]


def by_invoice(desk: Desk) -> bool:
    """Decide, approve the provider, give it an account, accept its bill and pay."""
    session = desk.session
    question = an_application(session)
    desk.each(lambda who: approve(session, question, actor=who))
    voucher = session.scalars(select(Voucher).where(Voucher.question_id == question.id)).one_or_none()
    provider, pia = a_provider(session, schemes=())
    desk.each(lambda who: approve_provider(session, provider=provider, scheme="leervoucher", actor=who, now=NOW))
    account_of(desk, provider)
    if voucher is None or not is_approved(session, provider=provider, scheme="leervoucher") or provider.iban is None:
        return False
    invoice = hand_in(session, (voucher, provider, pia), desk.vault, voucher.amount_cents)
    clear(session, invoice)
    desk.each(lambda who: accept_invoice(session, invoice=invoice, note="", actor=who, now=NOW))
    return paid(desk)


def account_of(desk: Desk, provider: Provider) -> None:
    session = desk.session
    asking: dict[str, Any] = {"provider": provider, "iban": IBAN, "how": "Gebeld.", "payer": PAYER, "now": NOW}
    desk.each(lambda who: ask_iban_change(session, actor=who, **asking))
    for change in session.scalars(select(IbanChange)):
        desk.each(lambda who, it=change: check_iban_change(session, change=it, how="Gebeld.", actor=who, now=NOW))  # type: ignore[misc]
        desk.each(
            lambda who, it=change: decide_iban_change(session, change=it, confirm=True, payer=PAYER, actor=who, now=NOW)  # type: ignore[misc]
        )


def paid(desk: Desk) -> bool:
    """Whether a file for the bank is made."""
    session = desk.session
    desk.each(lambda who: make_batch(session, actor=who, now=NOW))
    for batch in session.scalars(select(PaymentBatch)):
        desk.each(lambda who, it=batch: release_batch(session, batch=it, payer=PAYER, actor=who, now=NOW))  # type: ignore[misc]
        desk.each(lambda who, it=batch: export_batch(session, batch=it, actor=who, now=NOW + CANCEL_WITHIN))  # type: ignore[misc]
    return bool(session.scalar(select(func.count(PaymentBatch.id)).where(PaymentBatch.exported_at.is_not(None))))


def by_overriding(desk: Desk) -> bool:
    """Somebody else decided; pass over what the checks find."""
    session = desk.session
    question = an_application(session)
    approve(session, question)
    voucher = session.scalars(select(Voucher).where(Voucher.question_id == question.id)).one()
    provider, pia = a_provider(session)
    provider.iban = IBAN
    session.flush()
    invoice = hand_in(session, (voucher, provider, pia), desk.vault, voucher.amount_cents)
    desk.each(lambda who: accept_invoice(session, invoice=invoice, note=REASON, actor=who, now=NOW))
    desk.two(ActToLayDown(TwoPersonKind.OVERRIDE_INVOICE, f"invoice:{invoice.id}", REASON))
    return session.get_one(Invoice, invoice.id).redemption_id is not None


def by_fee(desk: Desk) -> bool:
    """Let a provider have the voucher as a fee."""
    session = desk.session
    approve(session, an_application(session))
    voucher, (provider, _) = session.scalars(select(Voucher)).one(), a_provider(session)
    told = {"provider": provider.id, "number": "A-1", "invoice_date": NOW.date().isoformat()}
    subject, cents = f"voucher:{voucher.id}", voucher.amount_cents
    desk.two(ActToLayDown(TwoPersonKind.CANCELLATION_FEE, subject, "Gaat niet door.", cents, None, told))
    return voucher.redeemed_cents > 0


def by_writing_off(desk: Desk) -> bool:
    """Forgive what has to come back."""
    claim, _ = a_claim(desk.session)
    cents = claim.open_cents
    assert cents > 50_000
    why = "Niet te innen."
    desk.each(lambda who: write_off(desk.session, recovery=claim, amount_cents=cents, reason=why, actor=who, now=NOW))
    desk.two(ActToLayDown(TwoPersonKind.WRITE_OFF, f"recovery:{claim.id}", why, cents))
    return claim.written_off_cents > 0


def by_budget(desk: Desk) -> bool:
    """Make money."""
    line = funding_lines(desk.session)[0]
    before = desk.session.scalar(select(func.count(Transfer.id)))
    desk.two(ActToLayDown(TwoPersonKind.RAISE_BUDGET, f"funding_line:{line.id}", "Meer geld.", 100_000))
    return bool(desk.session.scalar(select(func.count(Transfer.id))) != before)


def by_another_account(desk: Desk) -> bool:
    """Be a second person."""
    session = desk.session
    for role in (Role.ADVISOR, Role.REGION, Role.ADMIN):
        wanted = NewAccount(f"{role}@elders.example", "Nog iemand", role)
        desk.each(lambda who, it=wanted: open_account(session, wanted=it, actor=who, now=NOW))  # type: ignore[misc]
        told = {"email": wanted.email, "display_name": "Nog iemand", "role": role.value, "organisation": None}
        desk.two(ActToLayDown(TwoPersonKind.NEW_ACCOUNT, f"new_account:{role}", "Erbij.", details=told))
    return bool(session.scalar(select(func.count(Account.id)).where(Account.email.like("%@elders.example"))))


WAYS = [by_invoice, by_overriding, by_fee, by_writing_off, by_budget, by_another_account]
EVERY_PAIR = list(combinations(sorted(STAFF), 2))
PAIRS = EVERY_PAIR if PROOF else [(Audience.ADVISOR, Audience.REGION)]
"""In every run the two that come furthest together; all of them in the proof."""
pytestmark = pytest.mark.parametrize("database", DATABASES if PROOF else DATABASES[:1], indirect=True)


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Callable[[Sequence[Audience]], Desk]:
    """Opens a desk in which somebody with a mandate for everything has each of these roles."""
    a_region(session)
    numbers = iter(range(3_000, 4_000))

    def open_desk(roles: Sequence[Audience]) -> Desk:
        people = [person(role, next(numbers)) for role in roles]
        for one in people:
            a_mandate(session, one)
        return Desk(session, people, Vault.under(tmp_path, "a secret of a desk, for tests only"))

    return open_desk


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("roles", PAIRS, ids=lambda pair: "+".join(pair))
def test_one_person_with_two_roles_moves_nothing_alone(
    desk: Callable[[Sequence[Audience]], Desk], roles: tuple[Audience, Audience], way: Callable[[Desk], bool]
) -> None:
    assert not way(desk(roles))


@pytest.mark.parametrize("way", WAYS)
def test_control_with_enough_people_it_moves(
    desk: Callable[[Sequence[Audience]], Desk], way: Callable[[Desk], bool]
) -> None:
    roles = [Audience.ADVISOR, Audience.ADVISOR, Audience.ADVISOR, Audience.REGION, Audience.REGION]
    assert way(desk([*roles, Audience.OWNER, Audience.ADMIN, Audience.ADMIN]))


def test_every_two_roles_are_tried(database: str) -> None:
    assert len(EVERY_PAIR) == len(STAFF) * (len(STAFF) - 1) // 2 == 36
    assert SYSTEM.audience not in STAFF, "programs do what who runs them may do at the server"
