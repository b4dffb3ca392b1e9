"""The second step: a code counts once, nobody takes another's, and the last one stays where one is required."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.audit.models import AuditEvent
from portal.people.factors.actions import (
    HOW_MANY_CODES,
    AppToAdd,
    PasskeyToAdd,
    add_app,
    add_passkey,
    forget_steps,
    key_of,
    new_app_secret,
    new_recovery_codes,
    remove_step,
    seal,
    take_step_with_code,
    take_step_with_passkey,
    unseal,
)
from portal.people.factors.models import CodeApp, RecoveryCode
from portal.people.factors.queries import factors_of
from portal.platform.errors import Refusal
from tests.factories import SYSTEM

KEY = key_of("a secret of a desk, for tests only")
STEP = timedelta(seconds=30)


def somebody(session: Session, now: datetime, name: str = "kim") -> Account:
    email = f"{name}@loket.example"
    return create_account(session, email=email, display_name=name, role=Role.ADVISOR, actor=SYSTEM, now=now)


def with_app(session: Session, account: Account, now: datetime) -> str:
    secret = new_app_secret()
    added = AppToAdd(secret, pyotp.TOTP(secret).at(now))
    add_app(session, account=account, added=added, key=KEY, actor=actor_of_account(account), now=now)
    return secret


def tried(session: Session, account: Account, code: str, now: datetime, *, key: bytes = KEY) -> str | None:
    """Why the step is not taken with this code; None when it is."""
    actor = actor_of_account(account)
    try:
        with session.begin_nested():
            take_step_with_code(session, account=account, code=code, key=key, actor=actor, now=now)
    except Refusal as refused:
        return refused.code
    return None


def test_a_code_of_the_app_counts_once_and_for_a_minute_around_its_time(session: Session, now: datetime) -> None:
    account = somebody(session, now)
    app = pyotp.TOTP(with_app(session, account, now))
    assert tried(session, account, app.at(now), now) == "wrong_code", "the code that added the app was used by that"
    later = now + 2 * STEP
    assert tried(session, account, app.at(later - 3 * STEP), later) == "wrong_code", "too old"
    assert tried(session, account, app.at(later + 2 * STEP), later) == "wrong_code", "too early"
    code = app.at(later)
    assert tried(session, account, f"{code[:3]} {code[3:]}", later) is None
    assert tried(session, account, code, later) == "wrong_code", "the same code again"
    assert tried(session, account, app.at(later - STEP), later) == "wrong_code", "the one before it"
    assert tried(session, account, app.at(later + STEP), later) is None, "a telephone that is a little ahead"
    with_key = tried(session, account, app.at(later + 2 * STEP), later + 2 * STEP, key=key_of("another desk"))
    assert with_key == "wrong_code", "another key opens nothing"


def test_the_secret_of_an_app_stands_sealed_and_for_its_own_account_alone(session: Session, now: datetime) -> None:
    account = somebody(session, now)
    secret = with_app(session, account, now)
    kept = session.scalars(select(CodeApp.sealed)).one()
    assert secret.encode() not in kept
    assert unseal(kept, key=KEY, account_id=account.id) == secret
    assert unseal(kept, key=KEY, account_id=account.id + 1) is None
    assert seal(secret, key=KEY, account_id=account.id) != kept


def test_recovery_codes_work_once_each_and_are_hashes(session: Session, now: datetime) -> None:
    account, other = somebody(session, now), somebody(session, now, "lou")
    with pytest.raises(Refusal) as refused:
        new_recovery_codes(session, account=account, actor=actor_of_account(account), now=now)
    assert refused.value.code == "no_second_step"
    for one in (account, other):
        with_app(session, one, now)
    codes = new_recovery_codes(session, account=account, actor=actor_of_account(account), now=now)
    assert len(set(codes)) == HOW_MANY_CODES
    assert not {code.replace("-", "") for code in codes} & set(session.scalars(select(RecoveryCode.code_hash)))
    assert tried(session, other, codes[0], now) == "wrong_code", "of somebody else"
    assert tried(session, account, codes[0].lower(), now) is None
    assert tried(session, account, codes[0], now) == "wrong_code", "used"
    assert factors_of(session, account_id=account.id).codes_left == HOW_MANY_CODES - 1
    anew = new_recovery_codes(session, account=account, actor=actor_of_account(account), now=now)
    assert tried(session, account, codes[1], now) == "wrong_code", "replaced"
    assert tried(session, account, anew[1], now) is None


def test_a_wrong_code_adds_no_app_and_another_one_adds_nothing(session: Session, now: datetime) -> None:
    account, other = somebody(session, now), somebody(session, now, "lou")
    secret = new_app_secret()
    for code, actor, why in (("000000", account, "wrong_code"), (pyotp.TOTP(secret).at(now), other, "not_yours")):
        with pytest.raises(Refusal) as refused:
            add_app(
                session,
                account=account,
                added=AppToAdd(secret, code),
                key=KEY,
                actor=actor_of_account(actor),
                now=now,
            )
        assert refused.value.code == why
    assert not factors_of(session, account_id=account.id).any


def test_the_last_second_step_stays_where_one_is_required(session: Session, now: datetime) -> None:
    account = somebody(session, now)
    actor = actor_of_account(account)
    with_app(session, account, now)
    key = PasskeyToAdd("Y3JlZA", b"public", 0, " laptop ")
    passkey = add_passkey(session, account=account, added=key, actor=actor, now=now)
    with pytest.raises(Refusal) as refused:
        add_passkey(session, account=account, added=key, actor=actor, now=now)
    assert refused.value.code == "passkey_known"
    remove_step(session, account=account, passkey=None, required=True, actor=actor, now=now)
    with pytest.raises(Refusal) as refused:
        remove_step(session, account=account, passkey=passkey, required=True, actor=actor, now=now)
    assert refused.value.code == "last_second_step"
    with pytest.raises(Refusal) as refused:
        remove_step(session, account=account, passkey=None, required=False, actor=actor, now=now)
    assert refused.value.code == "step_is_gone"
    remove_step(session, account=account, passkey=passkey, required=False, actor=actor, now=now)
    assert not factors_of(session, account_id=account.id).any


def test_a_passkey_takes_the_step_of_its_own_account_and_everything_is_logged(session: Session, now: datetime) -> None:
    account, other = somebody(session, now), somebody(session, now, "lou")
    actor = actor_of_account(account)
    added = PasskeyToAdd("Y3JlZA", b"public", 0, "laptop")
    passkey = add_passkey(session, account=account, added=added, actor=actor, now=now)
    take_step_with_passkey(session, account=account, passkey=passkey, sign_count=4, actor=actor, now=now)
    assert (passkey.sign_count, passkey.used_at) == (4, now)
    with pytest.raises(Refusal):
        take_step_with_passkey(
            session, account=other, passkey=passkey, sign_count=5, actor=actor_of_account(other), now=now
        )
    assert forget_steps(session, account=account)
    assert not forget_steps(session, account=account)
    mine = select(AuditEvent.action).where(AuditEvent.action.like("account.%passkey%")).order_by(AuditEvent.id)
    assert list(session.scalars(mine)) == ["account.passkey_added", "account.step_by_passkey"]
