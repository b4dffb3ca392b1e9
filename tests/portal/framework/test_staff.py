"""Who works here is told of everything that happens to the own account, and nobody gives a role that decides alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.staff import (
    NewAccount,
    ask_sign_in_link,
    close_account,
    give_role,
    log_out_everywhere,
    make_sign_in_link,
    open_account,
    open_account_again,
    send_sign_in_link,
)
from portal.papers.correspondence import NoRecipient, compose
from portal.people.accounts.actions import DECIDING_ROLES, ensure_organisation
from portal.people.accounts.models import Account, Organisation, OrganisationKind, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Refusal
from portal.platform.limits.actions import TooMany
from portal.platform.limits.models import SIGN_IN_MAILS
from portal.post.messages.models import OutboxMessage

SYSTEM = Actor.system("tests")
ONE, OTHER = (Actor(Audience.ADMIN, account_id=number, display_name="Beheerder") for number in (901, 902))
PREPARED = {"nobody": None, "oneself": ONE.reference, "another": OTHER.reference}


@pytest.fixture
def place(session: Session, now: datetime) -> Organisation:
    return ensure_organisation(
        session, slug="fonds", name="Fonds", kind=OrganisationKind.SCHEME_OWNER, actor=SYSTEM, now=now
    )


def somebody(session: Session, place: Organisation, role: Role, now: datetime) -> Account:
    return open_account(session, wanted=NewAccount("kim@loket.example", "Kim", role, place), actor=SYSTEM, now=now)


def told(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.template).order_by(OutboxMessage.id)))


Act = Callable[[Session, Organisation, Role, Actor, str | None, datetime], object]


def opened(
    session: Session, place: Organisation, role: Role, actor: Actor, prepared_by: str | None, now: datetime
) -> None:
    wanted = NewAccount("nieuw@loket.example", "Nieuw", role, place)
    open_account(session, wanted=wanted, actor=actor, now=now, prepared_by=prepared_by)


def given(
    session: Session, place: Organisation, role: Role, actor: Actor, prepared_by: str | None, now: datetime
) -> None:
    before = Role.HELPER if role is not Role.HELPER else Role.PROVIDER
    account = somebody(session, place, before, now)
    give_role(session, account=account, role=role, actor=actor, now=now, prepared_by=prepared_by)


def opened_again(
    session: Session, place: Organisation, role: Role, actor: Actor, prepared_by: str | None, now: datetime
) -> None:
    stays = NewAccount("blijft@loket.example", "Blijft", Role.ADMIN, place)  # the last administrator is not closed
    open_account(session, wanted=stays, actor=SYSTEM, now=now)
    account = somebody(session, place, role, now)
    close_account(session, account=account, actor=SYSTEM, now=now)
    open_account_again(session, account=account, actor=actor, now=now, prepared_by=prepared_by)


@pytest.mark.parametrize("prepared", PREPARED)
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("act", [opened, given, opened_again])
def test_a_role_that_decides_or_pays_takes_two_and_the_others_one(
    session: Session, now: datetime, place: Organisation, act: Act, role: Role, prepared: str
) -> None:
    allowed = role not in DECIDING_ROLES or prepared == "another"
    code = None
    try:
        act(session, place, role, ONE, PREPARED[prepared], now)
    except Refusal as refused:
        code = refused.code
    wanted = {"nobody": "second_person_needed", "oneself": "own_preparation", "another": None}[prepared]
    assert code == (None if allowed else wanted)


@pytest.mark.parametrize("act", [opened, given, opened_again])
def test_a_program_needs_nobody_and_everybody_else_does(
    session: Session, now: datetime, place: Organisation, act: Act
) -> None:
    for audience in Audience:
        if audience not in (Audience.SYSTEM, Audience.ADMIN):
            with pytest.raises(Refusal, match="hier niet"), session.begin_nested():
                act(session, place, Role.REGION, Actor(audience, account_id=77), None, now)
    act(session, place, Role.REGION, SYSTEM, None, now)


def test_the_roles_that_take_two_are_those_that_decide_pay_or_let_in() -> None:
    assert set(Role) - DECIDING_ROLES == {Role.HELPER, Role.PROVIDER, Role.FUNDER, Role.CONTROLLER, Role.AUDITOR}


def test_nobody_changes_the_own_role_whoever_prepared_it(session: Session, now: datetime, place: Organisation) -> None:
    account = somebody(session, place, Role.ADMIN, now)
    for role in Role:
        with pytest.raises(Refusal) as refused:
            give_role(
                session,
                account=account,
                role=role,
                actor=actor_of_account(account),
                now=now,
                prepared_by=OTHER.reference,
            )
        assert refused.value.code == "own_role"
    assert account.role is Role.ADMIN


def test_the_person_is_told_of_everything_that_happens_to_the_account(
    session: Session, now: datetime, place: Organisation
) -> None:
    account = somebody(session, place, Role.ADVISOR, now)
    give_role(session, account=account, role=Role.HELPER, actor=ONE, now=now)
    send_sign_in_link(session, account=account, actor=ONE, now=now)
    make_sign_in_link(session, account=account, actor=SYSTEM, now=now)
    log_out_everywhere(session, account=account, actor=ONE, now=now)
    close_account(session, account=account, actor=ONE, now=now)
    close_account(session, account=account, actor=ONE, now=now)
    open_account_again(session, account=account, actor=ONE, now=now)
    open_account_again(session, account=account, actor=ONE, now=now)
    give_role(session, account=account, role=Role.PROVIDER, actor=ONE, now=now)
    assert told(session) == [
        "account/opened",
        "account/role_changed",
        "account/sign_in_sent",
        "account/link_made",
        "account/closed",
        "account/opened_again",
        "account/role_changed",
    ]
    events = session.execute(select(AuditEvent.action, AuditEvent.actor).order_by(AuditEvent.id)).all()
    assert [row.action for row in events] == [
        "account.created",
        "account.role_changed",
        "account.link_sent",
        "account.link_issued",
        "account.sessions_ended",
        "account.disabled",
        "account.disabled",
        "account.enabled",
        "account.enabled",
        "account.role_changed",
    ]
    for message in session.scalars(select(OutboxMessage)):
        mail = compose(session, message=message, address="https://loket.example", now=now)
        assert mail.to.email == "kim@loket.example"
        assert "kim" not in mail.subject.lower()


def test_who_is_closed_hears_that_and_nothing_else(session: Session, now: datetime, place: Organisation) -> None:
    account = somebody(session, place, Role.ADVISOR, now)
    send_sign_in_link(session, account=account, actor=ONE, now=now)
    close_account(session, account=account, actor=ONE, now=now)
    with pytest.raises(Refusal) as refused:
        send_sign_in_link(session, account=account, actor=ONE, now=now)
    assert refused.value.code == "account_disabled"
    opened, link, closed = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    for message in (opened, link):
        with pytest.raises(NoRecipient, match="account_gone"):
            compose(session, message=message, address="", now=now)
    assert "niet meer inloggen" in compose(session, message=closed, address="", now=now).body


def test_an_administrator_floods_nobody_with_links(session: Session, now: datetime, place: Organisation) -> None:
    account = somebody(session, place, Role.ADVISOR, now)
    ask_sign_in_link(session, email=account.email, actor=Actor.anonymous(), now=now)
    for _ in range(SIGN_IN_MAILS.most - 1):
        send_sign_in_link(session, account=account, actor=ONE, now=now)
    with pytest.raises(TooMany):
        send_sign_in_link(session, account=account, actor=ONE, now=now)
    send_sign_in_link(session, account=account, actor=ONE, now=now + timedelta(minutes=10))
