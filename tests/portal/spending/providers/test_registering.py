"""Providers ask to be on the list, and staff accept or refuse them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.paying.payments.queries import exposure
from portal.people.accounts.models import Account
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from portal.spending.providers.actions import (
    accept_registration,
    ask_registration,
    refuse_registration,
    withdraw_provider,
)
from portal.spending.providers.models import RegistrationState
from portal.spending.providers.queries import provider_of, registrations, shares_iban_with
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import ADVISOR, NOW, a_provider, a_voucher

ADMIN = Actor(Audience.ADMIN, account_id=978, display_name="Bea Beheer")
SCHOOL = {
    "name": "Vakschool",
    "kvk_number": "11112222",
    "iban": "NL39 RABO 0300 0652 64",
    "contact_name": "Vera",
    "contact_email": "Vera@Vakschool.example",
}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"kvk_number": "1111222"}, "kvk_number"),
        ({"kvk_number": "١١١١٢٢٢٢"}, "kvk_number"),
        ({"iban": "NL39RABO0300065265"}, "iban"),
        ({"iban": ""}, "iban"),
    ],
)
def test_a_wrong_request_is_refused_at_its_field(session: Session, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        ask_registration(session, **(SCHOOL | wrong), now=NOW)
    assert refused.value.field == field


def test_a_provider_that_is_accepted_has_an_account_and_waits_for_approval(session: Session) -> None:
    asked = ask_registration(session, **SCHOOL, now=NOW)
    with pytest.raises(Conflict):
        ask_registration(session, **SCHOOL, now=NOW)
    assert registrations(session, actor=ADVISOR) == [asked] and registrations(session, actor=Actor.anonymous()) == []
    for stranger in (Actor.anonymous(), ADMIN):
        with pytest.raises(Refusal):
            accept_registration(session, registration=asked, actor=stranger, now=NOW)
    provider = accept_registration(session, registration=asked, actor=ADVISOR, now=NOW)
    assert (provider.iban, provider.approvals, asked.state) == (None, [], RegistrationState.ACCEPTED)
    account = session.scalars(select(Account).where(Account.email == "vera@vakschool.example")).one()
    assert provider_of(session, actor=actor_of_account(account)) is provider
    assert session.scalars(select(OutboxMessage.template)).all() == ["provider/registered"]
    with pytest.raises(Conflict):
        accept_registration(session, registration=asked, actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        ask_registration(session, **SCHOOL, now=NOW)


def test_a_request_is_refused_with_a_reason_and_may_be_made_again(session: Session) -> None:
    asked = ask_registration(session, **SCHOOL, now=NOW)
    with pytest.raises(Refusal):
        refuse_registration(session, registration=asked, reason=" ", actor=ADVISOR, now=NOW)
    refuse_registration(session, registration=asked, reason="Bestaat niet bij de KVK.", actor=ADVISOR, now=NOW)
    ask_registration(session, **SCHOOL, now=NOW)


def test_who_shares_an_account_number_is_found(session: Session) -> None:
    one, two = a_provider(session)[0], a_provider(session)[0]
    one.iban = two.iban = "NL91ABNA0417164300"
    session.flush()
    assert shares_iban_with(session, iban="NL91ABNA0417164300", but=one.id) == [two]


def test_what_stands_open_with_a_provider_that_leaves_the_list(session: Session) -> None:
    voucher, (provider, pia) = a_voucher(session), a_provider(session)
    use: dict[str, Any] = {"actor": pia, "now": NOW}
    redeem_voucher(session, voucher=voucher, bill=Bill("F-1", NOW.date(), 1_000), **use)
    voucher.reserved_provider_id, voucher.reserved_at = provider.id, NOW
    session.flush()
    withdraw_provider(session, provider=provider, actor=ADVISOR, now=NOW)
    open_now = exposure(session, provider=provider)
    assert (open_now.reserved_cents, open_now.pending_cents, open_now.unpaid_cents) == (119_000, 0, 1_000)
    with pytest.raises(Refusal):
        redeem_voucher(session, voucher=voucher, bill=Bill("F-2", NOW.date(), 1_000), **use)
