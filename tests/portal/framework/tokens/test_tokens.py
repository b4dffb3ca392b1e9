"""A token is for one account and named purposes, for a while; nobody lets somebody read cases alone, and two at most are good at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.framework.tokens.actions import (
    CHANGE_OVER,
    NewToken,
    approve_token,
    end_token,
    make_token,
    note_use,
    replace_token,
)
from portal.framework.tokens.models import ApiToken, TokenScope
from portal.framework.tokens.queries import token_holder
from portal.people.accounts.actions import create_account, disable_account, ensure_organisation
from portal.people.accounts.models import Account, OrganisationKind, Role
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from tests.factories import SYSTEM

ONE, OTHER = (Actor(Audience.ADMIN, account_id=number, display_name="Beheerder") for number in (901, 902))
ADVISOR = Actor(Audience.ADVISOR, account_id=903)
READ = NewToken("Dashboard", [TokenScope.QUESTIONS_READ], 30)


@pytest.fixture
def account(session: Session, now: datetime) -> Account:
    return create_account(
        session, email="ada@loket.example", display_name="Ada", role=Role.ADVISOR, actor=SYSTEM, now=now
    )


@pytest.fixture
def school(session: Session, now: datetime) -> Account:
    place = ensure_organisation(
        session, slug="school", name="School", kind=OrganisationKind.PROVIDER, actor=SYSTEM, now=now
    )
    return create_account(
        session,
        email="pia@school.example",
        display_name="Pia",
        role=Role.PROVIDER,
        organisation=place,
        actor=SYSTEM,
        now=now,
    )


def good(session: Session, secret: str, now: datetime) -> bool:
    return token_holder(session, token=secret, now=now) is not None


def test_who_is_let_in_is_the_account_with_what_the_token_is_for(
    session: Session, account: Account, school: Account, now: datetime
) -> None:
    token, secret = make_token(session, account=account, wanted=READ, actor=ONE, now=now)
    assert secret not in str(vars(token)) and not good(session, secret, now)
    for actor in (ONE, ADVISOR):
        with pytest.raises(Refusal):
            approve_token(session, token=token, actor=actor, now=now)
    approve_token(session, token=token, actor=OTHER, now=now)
    with pytest.raises(Conflict):
        approve_token(session, token=token, actor=OTHER, now=now)
    holder = token_holder(session, token=secret, now=now)
    assert holder is not None and holder.actor.account_id == account.id and holder.scopes == {TokenScope.QUESTIONS_READ}
    note_use(session, token_id=token.id, now=now)
    session.expire_all()
    again = token_holder(session, token=secret, now=now)
    assert again is not None and holder.first_today and not again.first_today
    own, key = make_token(
        session, account=school, wanted=NewToken("Kassa", [TokenScope.INVOICES_WRITE], 1), actor=ONE, now=now
    )
    assert good(session, key, now) and not own.waits, "a person looks at all that a provider sends"
    assert not good(session, key, own.expires_at) and not good(session, secret[:-1] + "!", now)
    disable_account(session, account=account, actor=OTHER, now=now)
    assert not good(session, secret, now)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (NewToken(" ", [TokenScope.QUESTIONS_READ], 30), "token_name"),
        (NewToken("X", [], 30), "token_scopes"),
        (NewToken("X", [TokenScope.INVOICES_WRITE], 30), "token_scopes"),
        (NewToken("X", [TokenScope.QUESTIONS_READ], 0), "token_days"),
        (NewToken("X", [TokenScope.QUESTIONS_READ], 367), "token_days"),
    ],
)
def test_no_token_for_more_than_the_role_may_or_for_ever(
    session: Session, account: Account, wanted: NewToken, code: str, now: datetime
) -> None:
    with pytest.raises(Refusal) as refused:
        make_token(session, account=account, wanted=wanted, actor=ONE, now=now)
    assert refused.value.code == code
    with pytest.raises(Refusal):
        make_token(session, account=account, wanted=READ, actor=ADVISOR, now=now)


def test_a_new_one_comes_in_the_place_of_the_old_and_two_are_good_for_a_week(
    session: Session, school: Account, now: datetime
) -> None:
    old, first = make_token(
        session, account=school, wanted=NewToken("Kassa", [TokenScope.INVOICES_READ], 90), actor=ONE, now=now
    )
    new, second = replace_token(session, token=old, actor=ONE, now=now)
    assert good(session, first, now) and good(session, second, now)
    with pytest.raises(Conflict):
        replace_token(session, token=old, actor=ONE, now=now)
    with pytest.raises(Conflict):
        replace_token(session, token=new, actor=ONE, now=now)
    later = now + CHANGE_OVER
    assert not good(session, first, later) and good(session, second, later)
    _newest, third = replace_token(session, token=new, actor=ONE, now=later)
    end_token(session, token=new, actor=ONE, now=later)
    end_token(session, token=new, actor=ONE, now=later)
    assert not good(session, second, later) and good(session, third, later)
    with pytest.raises(Conflict):
        replace_token(session, token=new, actor=ONE, now=later)


def test_the_old_one_of_who_reads_cases_runs_out_when_the_new_one_is_approved(
    session: Session, account: Account, now: datetime
) -> None:
    old, first = make_token(session, account=account, wanted=READ, actor=ONE, now=now)
    approve_token(session, token=old, actor=OTHER, now=now)
    new, second = replace_token(session, token=old, actor=ONE, now=now)
    assert good(session, first, now + CHANGE_OVER + timedelta(days=1)) and not good(session, second, now)
    approve_token(session, token=new, actor=OTHER, now=now)
    assert good(session, second, now) and not good(session, first, now + CHANGE_OVER)


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"approved_by": "account:1"},
        {"ended_by": "account:1"},
        {"approved_by": "account:901", "approved_at": datetime(2026, 3, 2, 9)},
        {"needs_second": False, "approved_by": "account:902", "approved_at": datetime(2026, 3, 2, 9)},
        {"expires_at": datetime(2020, 1, 1)},
    ],
)
def test_the_database_refuses_a_token_that_cannot_be(
    session: Session, account: Account, values: dict[str, object], now: datetime
) -> None:
    token, _secret = make_token(session, account=account, wanted=READ, actor=ONE, now=now)
    known = {
        key: value.replace(tzinfo=now.tzinfo) if isinstance(value, datetime) else value for key, value in values.items()
    }
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(ApiToken).where(ApiToken.id == token.id).values(**known))
