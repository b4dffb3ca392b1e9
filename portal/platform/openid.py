"""Speaking OpenID Connect with an identity service: where somebody goes, and what the service says when they come back.

The code flow with PKCE, a state and a nonce, each for one time. Nothing is asked of a service while a transaction is open. What a
service says counts only when it is signed with a key of that service, for this desk, just now, and for this very visit.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from portal.platform.errors import PortalError
from portal.platform.identity_services import IdentityService, Level, safe_address

SECONDS = 8
"""So long a service may take to answer."""
KEPT_SECONDS = 3600
SIGNED_WITH = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures that only the service can make."""
LEEWAY = 120
_KNOWN: dict[str, tuple[float, dict[str, Any]]] = {}
_LOCK = Lock()


class ServiceTrouble(PortalError):
    """The service did not answer, or what it says cannot be believed. `code` says in one word why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Visit:
    """One visit to a service: its address there, and what only this visit has."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class OpenIdClient:
    """This desk at one service. `back` is the address to which the service sends people back."""

    service: IdentityService
    back: str

    def visit(self, *, anew: bool = False, level: Level = Level.NONE) -> Visit:
        """Begin: the address to go to. With `anew` the service asks again who somebody is; `level` is what it is for.

        Raises `ServiceTrouble`.
        """
        about = self._about()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asks = self.service.asked_for(level)
        more = {"acr_values": asks} if asks else {}
        if anew:
            more |= {"prompt": "login", "max_age": "0"}
        with self._session() as asked:
            address, _state = asked.create_authorization_url(
                about["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce, **more
            )
        return Visit(address, state, nonce, verifier)

    def goodbye(self, *, back: str) -> str | None:
        """The address at which somebody ends the session at the service, and comes back at `back`; None when it has none.

        Raises `ServiceTrouble`. Source: OpenID Connect RP-Initiated Logout 1.0.
        """
        address = self._about().get("end_session_endpoint")
        if not isinstance(address, str) or not safe_address(address):
            return None
        asked = urlencode({"client_id": self.service.client_id, "post_logout_redirect_uri": back})
        return f"{address}{'&' if '?' in address else '?'}{asked}"

    def said(self, *, code: str, nonce: str, verifier: str, now: datetime) -> Mapping[str, Any]:
        """What the service says of who came back with this code. Raises `ServiceTrouble`."""
        from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
        from requests import RequestException

        about = self._about()
        try:
            with self._session() as asked:
                token = asked.fetch_token(
                    about["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=SECONDS,
                )
        except (OAuthError, RequestException, ValueError) as error:
            raise ServiceTrouble("no_token") from error
        claims = self._claims(about, token, nonce, now)
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise ServiceTrouble("nobody")
        return claims

    def _claims(self, about: Mapping[str, Any], token: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
        from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet
        from joserfc.jws import JWSRegistry

        offered = about.get("id_token_signing_alg_values_supported") or ["RS256"]
        registry = JWSRegistry(algorithms=[one for one in SIGNED_WITH if one in offered], strict_check_header=False)
        wanted = {
            "iss": {"essential": True, "values": [about["issuer"]]},
            "aud": {"essential": True, "value": self.service.client_id},
        }
        params = {"nonce": nonce, "client_id": self.service.client_id, "access_token": token.get("access_token")}
        try:
            told: Any = self._fetch(about["jwks_uri"])
            keys = KeySet.import_key_set(told)
            read = jwt.decode(str(token.get("id_token", "")), key=keys, registry=registry)
            claims = CodeIDToken(read.claims, read.header, wanted, params)
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ServiceTrouble("not_believed") from error
        return dict(claims)

    def _session(self) -> Any:
        from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]

        return OAuth2Session(
            self.service.client_id,
            self.service.secret,
            scope=" ".join(self.service.scopes),
            redirect_uri=self.back,
            code_challenge_method="S256",
        )

    def _about(self) -> dict[str, Any]:
        """What the service says of itself, kept for an hour; only when it says that it is the one in the file."""
        issuer = self.service.issuer
        with _LOCK:
            kept = _KNOWN.get(issuer)
        if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        about = self._fetch(f"{issuer}/.well-known/openid-configuration")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if str(about.get("issuer", "")).rstrip("/") != issuer or not all(
            safe_address(about.get(one)) for one in needed
        ):
            raise ServiceTrouble("another_service")
        with _LOCK:
            _KNOWN[issuer] = (time.monotonic(), about)
        return about

    def _fetch(self, address: str) -> dict[str, Any]:
        import requests

        try:
            answer = requests.get(address, timeout=SECONDS, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise ServiceTrouble("no_answer") from error
        if not isinstance(found, dict):
            raise ServiceTrouble("no_answer")
        return found
