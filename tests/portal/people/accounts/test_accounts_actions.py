"""Acts on accounts and the constraints that hold them together, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.people.accounts.actions import (
    LinkUnusable,
    change_role,
    consume_access_link,
    consume_sign_in_link,
    create_account,
    disable_account,
    enable_account,
    ensure_organisation,
    grant_access_link,
    issue_sign_in_link,
    own_schemes,
)
from portal.people.accounts.models import (
    AccessLink,
    Account,
    Door,
    EndOfSession,
    Organisation,
    OrganisationKind,
    Role,
    SessionRecord,
    SignInLink,
    WayIn,
)
from portal.people.accounts.queries import (
    account_by_email,
    account_by_public_id,
    accounts,
    actor_of_account,
    organisations,
    schemes_of,
    sessions_of,
)
from portal.people.actor import Actor, Audience
from portal.people.sessions import Entrant, clear_old_sessions, open_session
from portal.platform.errors import Refusal
from tests.snapshots import made_once

SYSTEM = Actor.system("tests")


@pytest.fixture
@made_once
def owner_of_two(session: Session, now: datetime) -> Organisation:
    place = ensure_organisation(
        session, slug="fonds", name="Fonds", kind=OrganisationKind.SCHEME_OWNER, actor=SYSTEM, now=now
    )
    own_schemes(session, organisation=place, schemes=["b", "a", "a"], now=now)
    return place


def add(session: Session, now: datetime, **changes: Any) -> Account:
    values = {"email": "Kim@Loket.Example", "display_name": "Kim", "role": Role.ADVISOR, "actor": SYSTEM, "now": now}
    return create_account(session, **{**values, **changes})


def test_an_address_is_kept_in_lower_case_and_found_in_any_case(session: Session, now: datetime) -> None:
    account = add(session, now)
    assert account.email == "kim@loket.example"
    assert account_by_email(session, email=" KIM@loket.example") is account
    assert account_by_public_id(session, public_id=account.public_id) is account
    assert account_by_email(session, email="ander@loket.example") is None


def test_an_address_is_used_once(session: Session, now: datetime) -> None:
    add(session, now)
    with pytest.raises(Refusal) as refused:
        add(session, now, email="kim@LOKET.example")
    assert (refused.value.code, refused.value.field) == ("email_in_use", "email")


@pytest.mark.parametrize("role", [Role.OWNER, Role.PROVIDER])
def test_an_owner_and_a_provider_need_an_organisation(session: Session, now: datetime, role: Role) -> None:
    with pytest.raises(Refusal, match="organisatie"):
        add(session, now, role=role)
    advisor = add(session, now)
    with pytest.raises(Refusal, match="organisatie"):
        change_role(session, account=advisor, role=role, actor=SYSTEM, now=now)


def test_an_owner_acts_for_the_schemes_of_its_organisation_only(
    session: Session, now: datetime, owner_of_two: Organisation
) -> None:
    owner = add(session, now, role=Role.OWNER, organisation=owner_of_two)
    actor = actor_of_account(owner)
    assert (actor.audience, actor.schemes) == (Audience.OWNER, frozenset({"a", "b"}))
    assert actor.reference == f"account:{owner.id}"
    advisor = add(session, now, email="b@loket.example", organisation=owner_of_two)
    assert actor_of_account(advisor).schemes == frozenset()


def test_a_scheme_has_one_owner(session: Session, now: datetime, owner_of_two: Organisation) -> None:
    other = ensure_organisation(
        session, slug="ander", name="Ander", kind=OrganisationKind.SCHEME_OWNER, actor=SYSTEM, now=now
    )
    own_schemes(session, organisation=other, schemes=["b"], now=now)
    assert schemes_of(session, organisation_id=owner_of_two.id) == {"a"}
    assert schemes_of(session, organisation_id=other.id) == {"b"}
    assert schemes_of(session, organisation_id=None) == frozenset()
    assert [place.slug for place in organisations(session, kind=OrganisationKind.SCHEME_OWNER)] == ["ander", "fonds"]


def test_nobody_closes_their_own_account(session: Session, now: datetime) -> None:
    admin = add(session, now, role=Role.ADMIN)
    with pytest.raises(Refusal) as refused:
        disable_account(session, account=admin, actor=actor_of_account(admin), now=now)
    assert refused.value.code == "own_account"
    disable_account(session, account=admin, actor=SYSTEM, now=now)
    disable_account(session, account=admin, actor=SYSTEM, now=now + timedelta(days=1))
    assert admin.disabled_at == now
    with pytest.raises(Refusal):
        issue_sign_in_link(session, account=admin, actor=SYSTEM, now=now)
    enable_account(session, account=admin, actor=SYSTEM)
    assert issue_sign_in_link(session, account=admin, actor=SYSTEM, now=now)


def test_a_link_is_used_by_the_first_and_refused_to_the_rest(session: Session, now: datetime) -> None:
    account = add(session, now)
    token = issue_sign_in_link(session, account=account, actor=SYSTEM, now=now)
    assert consume_sign_in_link(session, token=token, now=now).account is account
    for wrong in (token, "x", "", "\ud800"):
        with pytest.raises(LinkUnusable):
            consume_sign_in_link(session, token=wrong, now=now)


def test_links_are_long_enough_not_to_be_guessed(session: Session, now: datetime) -> None:
    account = add(session, now)
    sign_in = {issue_sign_in_link(session, account=account, actor=SYSTEM, now=now) for _ in range(20)}
    access = {
        grant_access_link(session, question_id=1, audience=Audience.RESIDENT, actor=SYSTEM, now=now) for _ in range(20)
    }
    assert {len(token) for token in sign_in} == {43}
    assert {len(token) for token in access} == {22}
    assert len(sign_in | access) == 40


def test_an_access_link_is_for_a_resident_or_an_employer(session: Session, now: datetime) -> None:
    with pytest.raises(ValueError, match="resident or an employer"):
        grant_access_link(session, question_id=1, audience=Audience.ADVISOR, actor=SYSTEM, now=now)
    token = grant_access_link(session, question_id=1, audience=Audience.EMPLOYER, actor=SYSTEM, now=now)
    assert consume_access_link(session, token=token, now=now).door is Door.EMPLOYER


def test_old_sessions_are_cleared_in_passing_and_live_ones_stay(session: Session, now: datetime) -> None:
    open_session(session, now=now)
    open_session(session, now=now + timedelta(hours=11))
    clear_old_sessions(session, now=now + timedelta(hours=13))
    assert session.scalar(select(func.count()).select_from(SessionRecord)) == 1


def test_the_sessions_of_an_account_can_be_listed(session: Session, now: datetime) -> None:
    account = add(session, now)
    open_session(session, now=now, who=Entrant(account=account))
    open_session(session, now=now - timedelta(hours=1), who=Entrant(account=account))
    assert len(sessions_of(session, account_id=account.id, now=now)) == 1


def test_accounts_are_listed_by_role_and_name(session: Session, now: datetime) -> None:
    add(session, now, email="b@x.example", display_name="Bo")
    add(session, now, email="a@x.example", display_name="An")
    add(session, now, email="c@x.example", display_name="Cas", role=Role.ADMIN)
    assert [account.display_name for account in accounts(session)] == ["Cas", "An", "Bo"]
    assert [account.display_name for account in accounts(session, role=Role.ADVISOR)] == ["An", "Bo"]


# What the database refuses ----------------------------------------------------------------------------------------------


def _account(**changes: Any) -> Account:
    values = {
        "public_id": "x" * 22,
        "email": "a@b.example",
        "display_name": "A",
        "role": Role.ADVISOR,
        "created_by": "t",
    }
    return Account(**{**values, "created_at": datetime.fromisoformat("2026-03-02T09:00Z"), **changes})


def _session_record(now: datetime, **changes: Any) -> SessionRecord:
    values = {"token_hash": "h", "data": {}, "created_at": now, "last_seen_at": now, "expires_at": now}
    return SessionRecord(**{**values, **changes})


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("disabled_at_and_by", lambda now: _account(disabled_at=now)),
        ("role_needs_organisation", lambda now: _account(role=Role.OWNER)),
        ("email_lower_case", lambda now: _account(email="A@b.example")),
        ("question_and_door", lambda now: _session_record(now, question_id=1)),
        ("question_and_door", lambda now: _session_record(now, door=Door.RESIDENT)),
        (
            "replaced_is_nobody",
            lambda now: _session_record(now, question_id=1, door=Door.RESIDENT, replaced_at=now),
        ),
        (
            "revoked_at_and_by",
            lambda now: AccessLink(
                question_id=1,
                door=Door.RESIDENT,
                token_hash="h",
                created_at=now,
                created_by="t",
                revoked_at=now,
                expires_at=now,
                ends_at=now,
            ),
        ),
        (
            "expires_before_it_ends",
            lambda now: AccessLink(
                question_id=1,
                door=Door.RESIDENT,
                token_hash="h",
                created_at=now,
                created_by="t",
                expires_at=now,
                ends_at=now - timedelta(days=1),
            ),
        ),
        ("way_in_by_which_link", lambda now: _session_record(now, way_in=WayIn.SIGN_IN_LINK)),
        (
            "ended_is_nobody",
            lambda now: _session_record(now, question_id=1, door=Door.RESIDENT, ended_because=EndOfSession.WITHDRAWN),
        ),
        ("ended_is_nobody", lambda now: _session_record(now, ended_because=EndOfSession.IDLE)),
    ],
)
def test_half_a_step_is_refused_by_a_named_constraint(
    session: Session, now: datetime, constraint: str, make: Any
) -> None:
    session.add(make(now))
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()


def test_constraints_between_rows_are_refused_too(session: Session, now: datetime) -> None:
    account = add(session, now)
    token = grant_access_link(session, question_id=1, audience=Audience.RESIDENT, actor=SYSTEM, now=now)
    link = consume_access_link(session, token=token, now=now)
    token = issue_sign_in_link(session, account=account, actor=SYSTEM, now=now)
    way_in = consume_sign_in_link(session, token=token, now=now)
    session.commit()
    for constraint, row in (
        (
            "helps_without_link",
            _session_record(now, account_id=account.id, question_id=1, door=Door.RESIDENT, access_link_id=link.id),
        ),
        ("link_with_question", _session_record(now, access_link_id=link.id)),
        ("sign_in_link_of_an_account", _session_record(now, sign_in_link_id=way_in.id)),
        (
            "expires_after_creation",
            SignInLink(account_id=account.id, token_hash="h", created_at=now, created_by="t", expires_at=now),
        ),
    ):
        session.add(row)
        with pytest.raises(IntegrityError, match=constraint):
            session.flush()
        session.rollback()
    session.add(_session_record(now, account_id=account.id))
    session.flush()
