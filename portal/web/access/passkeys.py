"""Passkeys: what the browser is asked, and looking at what a device answers. Each question is answered once, within minutes."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g
from flask import session as flask_session

from portal.people.accounts.models import Account
from portal.people.factors.actions import PasskeyToAdd
from portal.people.factors.models import Passkey
from portal.platform.clock import now

ASKED = "passkey_asked"
LIVES = timedelta(minutes=5)
LONGEST = 20_000
"""More characters than a device answers with."""


def options_to_add(account: Account, known: tuple[Passkey, ...], *, name: str) -> str:
    """What the browser is asked to make a new key (JSON); the keys that are known are not made again."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    wanted = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
    )
    options = generate_registration_options(
        rp_id=_host(),
        rp_name=name,
        user_id=account.public_id.encode(),
        user_name=account.email,
        user_display_name=account.display_name,
        challenge=_ask("add"),
        authenticator_selection=wanted,
        exclude_credentials=_described(known),
    )
    return options_to_json(options)


def options_to_step(known: tuple[Passkey, ...]) -> str:
    """What the browser is asked to take the second step with one of these keys (JSON)."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=_host(),
        challenge=_ask("step"),
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def credential_in(answer: str) -> str | None:
    """Which key a device says it used; None for what is no answer of a device."""
    said = _read(answer)
    return said["id"] if said is not None and isinstance(said.get("id"), str) else None


def new_key(answer: str, *, name: str) -> PasskeyToAdd | None:
    """The key that a device made when it was asked to here; None for anything else."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    said, challenge = _read(answer), _asked("add")
    if said is None or challenge is None:
        return None
    try:
        found = verify_registration_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    credential = base64.urlsafe_b64encode(found.credential_id).rstrip(b"=").decode()
    return PasskeyToAdd(credential, found.credential_public_key, found.sign_count, name)


def counted_by(answer: str, passkey: Passkey) -> int | None:
    """How often the device says it used this key, when it signed what was asked here; None when it did not."""
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    said, challenge = _read(answer), _asked("step")
    if said is None or challenge is None:
        return None
    try:
        found = verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return found.new_sign_count


def _described(known: tuple[Passkey, ...]) -> list[Any]:
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential)) for one in known]


def _ask(what: str) -> bytes:
    challenge = secrets.token_bytes(32)
    flask_session[ASKED] = {"for": what, "value": challenge.hex(), "until": (now() + LIVES).isoformat()}
    return challenge


def _asked(what: str) -> bytes | None:
    """What was asked, which counts for one answer; None when it was something else, or too long ago."""
    asked = g.passkey_asked = g.get("passkey_asked") or flask_session.pop(
        ASKED, None
    )  # also when the view runs once more
    if asked is None or asked["for"] != what or datetime.fromisoformat(asked["until"]) < now():
        return None
    return bytes.fromhex(asked["value"])


def _read(answer: str) -> dict[str, Any] | None:
    try:
        said = json.loads(answer) if len(answer) <= LONGEST else None
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _host() -> str:
    return urlsplit(current_app.extensions["settings"].address).hostname or ""


def _origin() -> str:
    parts = urlsplit(current_app.extensions["settings"].address)
    return f"{parts.scheme}://{parts.netloc}"
