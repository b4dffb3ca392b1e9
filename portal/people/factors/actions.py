"""Acts on second steps. Somebody acts on the own ones alone; an administrator can only take all of somebody's away.

Each is logged. A code that is right counts once: the half minute of an app, a recovery code, the challenge of a passkey.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.people.accounts.models import Account
from portal.people.accounts.queries import secret_hash
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.factors.models import CodeApp, Passkey, RecoveryCode
from portal.people.factors.queries import factors_of
from portal.platform import sealing_methods
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l

HOW_MANY_CODES = 10
MOST_PASSKEYS = 10
_STEPS_ASIDE = 1
"""So many half minutes the clock of a telephone may be off."""


def key_of(secret: str) -> bytes:
    """The key for the secrets of apps, made of the secret of the desk."""
    return hashlib.sha256(b"second step\x00" + secret.encode()).digest()


def new_app_secret() -> str:
    """A secret for an app, as it is typed over (base 32, 160 bits)."""
    return pyotp.random_base32()


@dataclass(frozen=True)
class AppToAdd:
    """The secret that an app took in, and a code that it shows."""

    secret: str
    code: str


def add_app(session: Session, *, account: Account, added: AppToAdd, key: bytes, actor: Actor, now: datetime) -> None:
    """From now on an app takes the second step, in the place of the one before. Raises ``Refusal`` for a wrong code."""
    _own(actor, account)
    hold(session, account)
    step = _step_of(added.secret, added.code, now)
    if step is None:
        raise wrong_code()
    session.execute(delete(CodeApp).where(CodeApp.account_id == account.id))
    sealed = seal(added.secret, key=key, account_id=account.id)
    session.add(CodeApp(account_id=account.id, sealed=sealed, last_step=step, made_at=now))
    session.flush()
    _log(session, account, "account.app_added", actor, now)


@dataclass(frozen=True)
class PasskeyToAdd:
    """What a device said of a new key, looked at and found right."""

    credential: str
    public_key: bytes
    sign_count: int
    name: str


def add_passkey(session: Session, *, account: Account, added: PasskeyToAdd, actor: Actor, now: datetime) -> Passkey:
    """From now on a key on a device takes the second step. Raises ``Refusal`` when it is known, or there are too many."""
    _own(actor, account)
    hold(session, account)
    if len(factors_of(session, account_id=account.id).passkeys) >= MOST_PASSKEYS:
        raise Refusal("too_many_passkeys", _l("U hebt al tien passkeys. Haal er eerst een weg."))
    made = Passkey(
        account_id=account.id,
        credential=added.credential,
        public_key=added.public_key,
        sign_count=added.sign_count,
        name=added.name.strip()[:60] or "passkey",
        made_at=now,
    )
    write_new(session, made, otherwise=Refusal("passkey_known", _l("Deze passkey is al bekend.")))
    _log(session, account, "account.passkey_added", actor, now)
    return made


def take_step_with_code(
    session: Session, *, account: Account, code: str, key: bytes, actor: Actor, now: datetime
) -> None:
    """Take the second step with the code of the app, or with a recovery code. Raises ``Refusal`` for a wrong or used one."""
    _own(actor, account)
    hold(session, account)
    typed = "".join(code.split()).replace("-", "").upper()
    if typed.isdecimal() and len(typed) == 6:
        _use_app(session, account, typed, key, now)
        _log(session, account, "account.step_by_app", actor, now)
        return
    mine = (RecoveryCode.account_id == account.id, RecoveryCode.code_hash == _hash_of(account, typed))
    used = session.execute(update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=now))
    if getattr(used, "rowcount", 0) != 1:
        raise wrong_code()
    _log(session, account, "account.step_by_recovery_code", actor, now)


def take_step_with_passkey(
    session: Session, *, account: Account, passkey: Passkey, sign_count: int, actor: Actor, now: datetime
) -> None:
    """Take the second step with a key whose signature was looked at and found right; `sign_count` is what its device counted."""
    _own(actor, account)
    if passkey.account_id != account.id:
        raise wrong_code()
    write_guarded(session, passkey, otherwise=wrong_code(), sign_count=sign_count, used_at=now)
    _log(session, account, "account.step_by_passkey", actor, now)


def new_recovery_codes(session: Session, *, account: Account, actor: Actor, now: datetime) -> list[str]:
    """Ten new recovery codes, to be shown once; the old ones work no more. Raises ``Refusal`` without a second step."""
    _own(actor, account)
    hold(session, account)
    if not factors_of(session, account_id=account.id).any:
        raise Refusal("no_second_step", _l("Kies eerst een tweede stap: een app of een passkey."))
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(HOW_MANY_CODES)]
    rows = [RecoveryCode(account_id=account.id, code_hash=_hash_of(account, code), made_at=now) for code in codes]
    session.add_all(rows)
    session.flush()
    _log(session, account, "account.recovery_codes_made", actor, now)
    return ["-".join(code[place : place + 4] for place in range(0, 16, 4)) for code in codes]


def remove_step(
    session: Session, *, account: Account, passkey: Passkey | None, required: bool, actor: Actor, now: datetime
) -> None:
    """Take away a passkey, or the app (`passkey` is None). Raises ``Refusal`` for the last second step where one is `required`.

    With the last one its recovery codes go too.
    """
    _own(actor, account)
    hold(session, account)
    mine = factors_of(session, account_id=account.id)
    if (mine.app is None) if passkey is None else (passkey not in mine.passkeys):
        raise Conflict("step_is_gone", _l("Deze tweede stap is al weg."))
    if required and len(mine.passkeys) + (mine.app is not None) == 1:
        message = _l("Dit is uw laatste tweede stap. Voeg eerst een andere toe.")
        raise Refusal("last_second_step", message)
    session.delete(mine.app if passkey is None else passkey)
    session.flush()
    if not factors_of(session, account_id=account.id).any:
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    _log(session, account, "account.app_removed" if passkey is None else "account.passkey_removed", actor, now)


def forget_steps(session: Session, *, account: Account) -> bool:
    """Take all second steps of an account away, for who lost them; whether there were any. The act is its caller's."""
    hold(session, account)
    had = factors_of(session, account_id=account.id)
    for kind in (CodeApp, Passkey, RecoveryCode):
        session.execute(delete(kind).where(kind.account_id == account.id))
    session.flush()
    return had.any or had.codes_left > 0


def wrong_code() -> Refusal:
    """One refusal for a code that is wrong, too old, or used before."""
    message = _l("Deze code klopt niet, of is al gebruikt. Wacht op een nieuwe code en typ die.")
    return Refusal("wrong_code", message, field="code")


def seal(text: str, *, key: bytes, account_id: int) -> bytes:
    """A secret as it is kept: nobody opens it without the key, nor for another account."""
    return sealing_methods.seal(key, text.encode(), f"code_app:{account_id}".encode())


def unseal(sealed: bytes, *, key: bytes, account_id: int) -> str | None:
    """The secret; None with another key than it was sealed with."""
    try:
        return sealing_methods.opened(key, sealed, f"code_app:{account_id}".encode()).decode()
    except sealing_methods.CannotOpenSealed:
        return None


def _use_app(session: Session, account: Account, code: str, key: bytes, now: datetime) -> None:
    app = factors_of(session, account_id=account.id).app
    secret = unseal(app.sealed, key=key, account_id=account.id) if app is not None else None
    step = _step_of(secret, code, now) if secret is not None else None
    if app is None or step is None:
        raise wrong_code()
    write_guarded(session, app, CodeApp.last_step < step, otherwise=wrong_code(), last_step=step)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=_STEPS_ASIDE)
    except OTPVerificationError:
        return None


def _hash_of(account: Account, code: str) -> str:
    return secret_hash(f"recovery:{account.id}:{code}")


def _own(actor: Actor, account: Account) -> None:
    if actor.account_id != account.id or account.disabled_at is not None:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _log(session: Session, account: Account, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="account", object_id=account.id, now=now)
