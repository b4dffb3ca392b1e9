"""Two people decide at the same moment what a provider asked for: one decision stands, and the other is told."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.paying.account_numbers.actions import ask_iban_change, decide_iban_change
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.spending.providers.actions import (
    accept_registration,
    ask_registration,
    refuse_registration,
    withdraw_approval,
)
from portal.spending.providers.models import (
    IbanChange,
    IbanChangeState,
    Provider,
    ProviderApproval,
    ProviderRegistration,
    RegistrationState,
)
from tests.factories import ADVISOR, NOW, REGION, SECOND, a_provider, a_region
from tests.portal.at_once import Act, at_once

OLD, NEW = "NL91ABNA0417164300", "NL39RABO0300065264"


def asked(session: Session) -> int:
    """A provider with an account number, for which a member of staff asked another."""
    a_region(session)
    provider, _ = a_provider(session)
    provider.iban = OLD
    session.flush()
    return ask_iban_change(session, provider=provider, iban=NEW, how="Gebeld.", payer=None, actor=REGION, now=NOW).id


def decide(change_id: int, *, confirm: bool, actor: Actor) -> Act:
    def read(session: Session) -> Callable[[], object]:
        change = session.get_one(IbanChange, change_id)
        return lambda: decide_iban_change(session, change=change, confirm=confirm, payer=None, actor=actor, now=NOW)

    return read


def test_of_who_confirms_and_who_refuses_an_account_number_one_wins(engine: Engine) -> None:
    change_id = unit_of_work(engine, asked)
    outcomes = at_once(
        engine,
        decide(change_id, confirm=True, actor=ADVISOR),
        decide(change_id, confirm=False, actor=SECOND),
    )
    assert sorted(outcomes) == ["done", "iban_change_decided"]
    with Session(engine) as session:
        change = session.get_one(IbanChange, change_id)
        confirmed = outcomes[0] == "done"
        assert change.state is (IbanChangeState.CONFIRMED if confirmed else IbanChangeState.REFUSED)
        assert change.provider.iban == (NEW if confirmed else OLD), "what is paid to is what was decided"


@pytest.mark.parametrize("confirm", [True, False])
def test_who_decides_alone_gets_through(engine: Engine, confirm: bool) -> None:
    change_id = unit_of_work(engine, asked)
    assert at_once(engine, decide(change_id, confirm=confirm, actor=ADVISOR)) == ["done"]


# A writer holds the only lock of SQLite from its first statement, so that two can never have looked before one has written.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_without_the_lock_both_are_done(engine: Engine) -> None:
    change_id = unit_of_work(engine, asked)
    with patch("portal.paying.account_numbers.actions.hold"):
        outcomes = at_once(
            engine,
            decide(change_id, confirm=True, actor=ADVISOR),
            decide(change_id, confirm=False, actor=SECOND),
        )
    assert outcomes == ["done", "done"]


def test_of_who_accepts_and_who_refuses_a_provider_one_wins(engine: Engine) -> None:
    def wants_in(session: Session) -> int:
        return ask_registration(
            session,
            name="Vakschool",
            kvk_number="11112222",
            iban=NEW,
            contact_name="Vera",
            contact_email="vera@vakschool.example",
            now=NOW,
        ).id

    number = unit_of_work(engine, wants_in)

    def accept(session: Session) -> Callable[[], object]:
        one = session.get_one(ProviderRegistration, number)
        return lambda: accept_registration(session, registration=one, actor=ADVISOR, now=NOW)

    def refuse(session: Session) -> Callable[[], object]:
        one = session.get_one(ProviderRegistration, number)
        return lambda: refuse_registration(session, registration=one, reason="Onbekend.", actor=SECOND, now=NOW)

    outcomes = at_once(engine, accept, refuse)
    assert sorted(outcomes) == ["done", "registration_decided"]
    with Session(engine) as session:
        accepted = outcomes[0] == "done"
        one = session.get_one(ProviderRegistration, number)
        assert one.state is (RegistrationState.ACCEPTED if accepted else RegistrationState.REFUSED)
        assert session.scalar(select(func.count()).select_from(Provider)) == int(accepted)


def test_an_approval_that_two_people_withdraw_ends_once_with_the_first_reason(engine: Engine) -> None:
    provider_id = unit_of_work(engine, lambda session: a_provider(session, schemes=["leervoucher"])[0].id)

    def withdraw(reason: str) -> Act:
        def read(session: Session) -> Callable[[], object]:
            provider = session.get_one(Provider, provider_id)
            _ = provider.approvals
            return lambda: withdraw_approval(
                session, provider=provider, scheme="leervoucher", reason=reason, actor=ADVISOR, now=NOW
            )

        return read

    outcomes = at_once(engine, withdraw("Eerste."), withdraw("Tweede."))
    assert sorted(outcomes) == ["done", "not_approved"]
    with Session(engine) as session:
        kept = session.scalars(select(ProviderApproval)).one().withdrawn_reason
        assert kept == ("Eerste.", "Tweede.")[outcomes.index("done")]
        gone = AuditEvent.action == "provider.approval_withdrawn"
        assert session.scalar(select(func.count()).select_from(AuditEvent).where(gone)) == 1
