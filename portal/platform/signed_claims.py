"""Who asks and when, as a token that is signed with a secret both sides know (JWT, RFC 7519, with HS256)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping


def signed_claims(claims: Mapping[str, str | int], *, secret: str) -> str:
    """The token of these claims."""
    told = ({"typ": "JWT", "alg": "HS256"}, dict(claims))
    said = ".".join(_url_safe(json.dumps(one, separators=(",", ":")).encode()) for one in told)
    return f"{said}.{_url_safe(hmac.new(secret.encode(), said.encode(), hashlib.sha256).digest())}"


def _url_safe(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
