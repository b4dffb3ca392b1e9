"""For whom a page was made. It stands in the CSRF token of its forms, signed: a form that comes too late still says whose it is.

Who that is cannot be read from it: it is a keyed hash of the account or the question.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from portal.people.actor import Actor, Audience

SALT = "wtf-csrf-token"
"""As Flask-WTF signs its tokens."""
NOBODY = ""
_APART = "."


def whose(actor: Actor) -> str:
    """Who somebody is to the forms of this desk: the account, the question and the authorisation, or for an employer that came in
    for all that it asked the address; empty for nobody.
    """
    if actor.audience is Audience.ANYONE:
        return NOBODY
    parts = f"page of:{actor.account_id}:{actor.question_id}:{actor.representative_id}"
    if actor.question_id is None and actor.employer_email:
        parts += f":{actor.employer_email}"
    digest = hmac.new(str(current_app.secret_key).encode(), parts.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:12]).decode()


def csrf_value(actor: Actor) -> str:
    """A fresh value for the session, of which the CSRF tokens of its pages are made."""
    return f"{secrets.token_urlsafe(16)}{_APART}{whose(actor)}"


def made_for(token: str) -> str | None:
    """For whom the page was made that has this CSRF token, however old it is; None when the token is not one of ours."""
    try:
        value = URLSafeTimedSerializer(str(current_app.secret_key), salt=SALT).loads(token)
    except BadData:
        return None
    _random, apart, owner = str(value).partition(_APART)
    return owner if apart else None
