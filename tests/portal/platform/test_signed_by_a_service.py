"""What a service says of somebody is believed when it signed it, for this desk, now and for this visit: every other token is refused."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from portal.platform.identity_services import IdentityService
from portal.platform.openid import OpenIdClient, ServiceTrouble

ISSUER, DESK, NONCE = "https://login.example", "loket", "of-this-visit"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
CLAIMS = {"iss": ISSUER, "aud": DESK, "sub": "u1", "nonce": NONCE, "iat": AT, "exp": AT + 300}
OWN = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
FALSE = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
"""The key of somebody else, who gives it the same name."""
SECRET = OctKey.import_key("the public key of the service, taken for a secret, is long enough for this")


def signed(claims: dict[str, Any], key: Any = OWN, algorithm: str = "RS256", **header: Any) -> str:
    """A token as a service makes it."""
    made = jwt.encode({"alg": algorithm, "kid": "one"} | header, claims, key, algorithms=[algorithm])
    return str(made)


def unsigned() -> str:
    """A token that says that it needs no signature."""
    parts = ({"alg": "none", "kid": "one"}, CLAIMS)
    head, body = (urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    return f"{head}.{body}."


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Come back from a service that gives this token; what the desk makes of it."""
    service = IdentityService(
        name="werk", title_nl="Werk", title_en="Work", audience="staff", issuer=ISSUER, client_id=DESK
    )
    client = OpenIdClient(service, "https://loket.example/inloggen/terug")
    about = {
        "issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys", "token_endpoint": f"{ISSUER}/token",
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
    }  # fmt: skip
    monkeypatch.setattr(OpenIdClient, "_about", lambda _client: about)
    monkeypatch.setattr(OpenIdClient, "_fetch", lambda _client, _address: {"keys": [OWN.as_dict(private=False)]})

    def come_back(token: str) -> Any:
        class Asked:
            """The service, as far as it is asked here."""

            def fetch_token(self, *_args: Any, **_named: Any) -> dict[str, Any]:
                return {"id_token": token, "access_token": "of-no-use-here"}

        @contextmanager
        def session(_client: OpenIdClient) -> Iterator[Asked]:
            yield Asked()

        monkeypatch.setattr(OpenIdClient, "_session", session)
        return client.said(code="c", nonce=NONCE, verifier="v", now=NOW)

    return come_back


@pytest.mark.norm("V6.8.2", "V9.1.1")
def test_control_a_token_of_the_service_is_believed(read: Callable[[str], Any]) -> None:
    assert read(signed(CLAIMS))["sub"] == "u1"


NOT_BELIEVED = {
    "not signed": unsigned(),
    "signed by another": signed(CLAIMS, FALSE),
    "signed with a secret": signed(CLAIMS, SECRET, "HS256"),
    "changed afterwards": signed(CLAIMS).replace(".", ".e30", 1),
    "another key in the token itself": signed(CLAIMS, FALSE, jwk=FALSE.as_dict(private=False)),
    "an address of keys in the token itself": signed(CLAIMS, FALSE, jku="https://elsewhere.example/keys"),
    "for another desk": signed(CLAIMS | {"aud": "another"}),
    "for nobody": signed({key: value for key, value in CLAIMS.items() if key != "aud"}),
    "of another service": signed(CLAIMS | {"iss": "https://another.example"}),
    "of another visit": signed(CLAIMS | {"nonce": "another"}),
    "too late": signed(CLAIMS | {"iat": AT - 900, "exp": AT - 600}),
    "without an end": signed({key: value for key, value in CLAIMS.items() if key != "exp"}),
    "no token at all": "a.b.c",
}


@pytest.mark.norm("V6.8.2", "V9.1.1", "V9.1.2", "V9.1.3", "V9.2.1", "V9.2.3", "V10.5.4")
@pytest.mark.parametrize("token", [*NOT_BELIEVED.values(), ""], ids=[*NOT_BELIEVED, "nothing"])
def test_a_token_that_is_not_of_this_service_for_this_desk_and_now_is_refused(
    read: Callable[[str], Any], token: str
) -> None:
    with pytest.raises(ServiceTrouble, match="not_believed"):
        read(token)
