"""An account number of a provider takes two members of staff, also the first one, and is of nobody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.paying.account_numbers.actions import ask_iban_change, check_iban_change, decide_iban_change
from portal.paying.payments.actions import make_batch
from portal.paying.payments.pain001 import PayingAccount
from portal.paying.payments.queries import payables
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Account, Organisation, Role
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault
from portal.post.messages.models import OutboxMessage
from portal.spending.invoices.actions import refuse_invoice
from portal.spending.invoices.models import InvoiceKind
from portal.spending.providers.actions import accept_registration, ask_registration
from portal.spending.providers.models import IbanChange, IbanChangeState, Provider, RegistrationState
from portal.spending.providers.queries import waiting_iban_change
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import ADVISOR, NOW, REGION, SECOND, SYSTEM, a_provider, a_region, a_voucher
from tests.portal.paying.settling_again.owing import owed_to_the_holder
from tests.portal.spending.invoices.handing_in import hand_in

OLD, NEW = "NL91ABNA0417164300", "NL39RABO0300065264"
PAYER = PayingAccount("Regio", "NL44 RABO 0123 4567 89")
ADMIN = Actor(Audience.ADMIN, account_id=979, display_name="Bea Beheer")
OWNER = Actor(Audience.OWNER, account_id=980, schemes=frozenset({"leervoucher"}))


def refused(code: str, act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as raised:
        act()
    assert raised.value.code == code
    return raised.value


def asked(session: Session, provider: Provider, actor: Actor, iban: str = NEW) -> IbanChange:
    a_region(session)  # for the mandate of who confirms
    how = "" if actor.audience is Audience.PROVIDER else "Gebeld met de administratie."
    return ask_iban_change(session, provider=provider, iban=iban, how=how, payer=PAYER, actor=actor, now=NOW)


def decided(session: Session, change: IbanChange, actor: Actor, confirm: bool = True) -> IbanChange:
    return decide_iban_change(session, change=change, confirm=confirm, payer=PAYER, actor=actor, now=NOW)


def test_one_person_who_accepts_a_provider_with_their_own_account_is_not_paid_alone(session: Session) -> None:
    one = ask_registration(
        session,
        name="Schijnschool",
        kvk_number="11112222",
        iban=NEW,
        contact_name="Ik",
        contact_email="ik@x.example",
        now=NOW,
    )
    provider = accept_registration(session, registration=one, actor=ADVISOR, now=NOW)
    assert (provider.iban, one.state) == (None, RegistrationState.ACCEPTED), "it used to have the number of the request"
    change = asked(session, provider, ADVISOR, one.iban)
    refused("second_person", lambda: decided(session, change, ADVISOR))
    assert provider.iban is None
    decided(session, change, SECOND)
    assert provider.iban == NEW, "control: with a second person it is"


def test_who_is_on_the_list_without_a_confirmed_account_is_not_paid(session: Session) -> None:
    voucher, (provider, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill("F-1", NOW.date(), 1_000), actor=pia, now=NOW)
    change = asked(session, provider, ADVISOR)
    assert [one.iban for one in payables(session)] == [None]
    refused("nothing_to_pay", lambda: make_batch(session, actor=REGION, now=NOW))
    decided(session, change, SECOND)
    assert [one.iban for one in make_batch(session, actor=REGION, now=NOW).payments] == [NEW]


def test_what_a_provider_asks_is_checked_by_one_and_confirmed_by_another(session: Session) -> None:
    provider, pia = a_provider(session)
    provider.iban = OLD
    change = asked(session, provider, pia)
    assert waiting_iban_change(session, provider=provider) is change and change.checked_by is None
    refused("iban_change_waiting", lambda: asked(session, provider, ADVISOR))
    refused("not_checked", lambda: decided(session, change, SECOND))
    for stranger in (pia, ADMIN, OWNER):
        refused(
            "not_yours", lambda who=stranger: check_iban_change(session, change=change, how="Ja.", actor=who, now=NOW)
        )
        refused("not_yours", lambda who=stranger: decided(session, change, who))
    wrong = refused("how_missing", lambda: check_iban_change(session, change=change, how=" ", actor=ADVISOR, now=NOW))
    assert wrong.field == "how"
    check_iban_change(session, change=change, how="Gebeld.", actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        check_iban_change(session, change=change, how="Ook.", actor=SECOND, now=NOW)
    refused("second_person", lambda: decided(session, change, ADVISOR))
    assert provider.iban == OLD
    decided(session, change, REGION)
    assert (provider.iban, change.state, change.checked_how) == (NEW, IbanChangeState.CONFIRMED, "Gebeld.")
    refused("iban_change_decided", lambda: decided(session, change, SECOND))


def test_a_wrong_number_or_one_that_holds_is_refused_and_a_refused_one_changes_nothing(session: Session) -> None:
    provider, pia = a_provider(session)
    stranger = a_provider(session)[1]
    provider.iban = OLD
    session.flush()
    refused("iban_same", lambda: asked(session, provider, pia, "NL91 ABNA 0417 1643 00"))
    assert refused("iban", lambda: asked(session, provider, pia, "NL00RABO0300065264")).field == "iban"
    for who in (stranger, ADMIN, OWNER):
        refused("not_yours", lambda who=who: asked(session, provider, who))
    change = asked(session, provider, pia)
    decided(session, change, ADVISOR, confirm=False)
    assert (provider.iban, change.state) == (OLD, IbanChangeState.REFUSED)


def another_provider(session: Session) -> None:
    a_provider(session)[0].iban = NEW
    session.flush()


def another_that_waits(session: Session) -> None:
    asked(session, a_provider(session)[0], ADVISOR)


def a_holder(session: Session) -> None:
    owed = owed_to_the_holder(session)
    owed.payee_name, owed.iban, owed.account_given_at, owed.account_given_by = "S. de Vries", NEW, NOW, "resident"
    session.flush()


@pytest.mark.parametrize("whose", [another_provider, another_that_waits, a_holder])
def test_an_account_of_somebody_else_is_refused_when_it_is_asked(
    session: Session, whose: Callable[[Session], None]
) -> None:
    provider, pia = a_provider(session)
    whose(session)
    for actor in (pia, ADVISOR, REGION):
        wrong = refused("iban_of_another", lambda actor=actor: asked(session, provider, actor))
        assert wrong.field == "iban"
    asked(session, provider, pia, OLD)


def test_an_account_on_which_an_applicant_is_paid_back_is_refused_until_the_bill_is(
    session: Session, tmp_path: Path
) -> None:
    provider, pia = a_provider(session)
    case = (a_voucher(session), *a_provider(session))
    bill = hand_in(session, case, Vault.under(tmp_path, "a secret of a desk, for tests only"), 10_000)
    bill.kind, bill.payee_name, bill.payee_iban = InvoiceKind.PAID_BILL, "S. de Vries", NEW
    session.flush()
    refused("iban_of_another", lambda: asked(session, provider, pia))
    refuse_invoice(session, invoice=bill, reason="Van de school zelf.", actor=ADVISOR, now=NOW)
    asked(session, provider, pia)


@pytest.mark.parametrize("actor", [ADVISOR, SYSTEM])
def test_the_account_of_the_desk_itself_is_refused(session: Session, actor: Actor) -> None:
    provider, _ = a_provider(session)
    refused("iban_of_another", lambda: asked(session, provider, actor, PAYER.iban))


def test_an_account_that_became_of_somebody_else_meanwhile_is_not_confirmed(session: Session) -> None:
    provider, other = a_provider(session)[0], a_provider(session)[0]
    change = asked(session, provider, ADVISOR)
    other.iban = NEW
    session.flush()
    refused("iban_of_another", lambda: decided(session, change, SECOND))
    other.iban = None
    session.flush()
    decided(session, change, SECOND)
    assert provider.iban == NEW


def test_everybody_at_the_provider_is_told_of_asking_checking_and_confirming(session: Session) -> None:
    provider, pia = a_provider(session)
    place = session.get_one(Organisation, provider.organisation_id)
    for name in ("een", "twee"):
        create_account(
            session,
            email=f"{name}@school.example",
            display_name=name,
            role=Role.PROVIDER,
            organisation=place,
            actor=SYSTEM,
            now=NOW,
        )
    change = asked(session, provider, pia)
    check_iban_change(session, change=change, how="Gebeld.", actor=ADVISOR, now=NOW)
    decided(session, change, SECOND)
    told = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    people = session.scalars(select(Account.id).where(Account.organisation_id == place.id)).all()
    steps = ["provider/iban_asked", "provider/iban_checked", "provider/iban_changed"]
    assert sorted((one.template, one.object_id) for one in told) == sorted(
        (step, person) for step in steps for person in people
    )


@pytest.mark.parametrize(
    ("by", "checked_by"),
    [(ADVISOR, ADVISOR), (SECOND, ADVISOR), (ADVISOR, None)],
    ids=["who checked it confirms", "who asked it confirms", "nobody checked it"],
)
def test_the_database_itself_refuses_one_person_for_both(session: Session, by: Actor, checked_by: Actor | None) -> None:
    provider, _ = a_provider(session)
    change = asked(session, provider, SECOND)
    change.checked_by = checked_by.reference if checked_by is not None else None
    if checked_by is None:
        change.checked_at = change.checked_how = None
    change.state, change.decided_at, change.decided_by = IbanChangeState.CONFIRMED, NOW, by.reference
    with pytest.raises(IntegrityError):
        session.flush()


def test_control_the_database_takes_two_people(session: Session) -> None:
    provider, _ = a_provider(session)
    change = asked(session, provider, SECOND)
    change.state, change.decided_at, change.decided_by = IbanChangeState.CONFIRMED, NOW, REGION.reference
    session.flush()


def test_the_database_lets_a_number_wait_for_one_provider_only(session: Session) -> None:
    one, two = a_provider(session)[0], a_provider(session)[0]
    first = asked(session, one, ADVISOR)
    session.add(IbanChange(provider_id=two.id, iban=first.iban, asked_at=NOW, asked_by=ADVISOR.reference))
    with pytest.raises(IntegrityError):
        session.flush()
