"""Identity services that run on this machine, and the file that says what they are worth here: a work account, DigiD and eHerkenning."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from portal.platform.clock import frozen

FILE = """
[[service]]
name = "werk"
title_nl = "Inloggen met uw werkaccount"
title_en = "Sign in with your work account"
audience = "staff"
issuer = "{issuer}"
client_id = "loket"
client_secret_env = "LOKET_SERVICE_SECRET"
scopes = ["openid", "email", "profile"]
two_steps = ["mfa"]
roles = [
  {{ claim = "groups", value = "loket-adviseurs", role = "advisor", organisation = "balie" }},
  {{ claim = "groups", value = "loket-beheer", role = "admin" }},
]

[[service]]
name = "digid"
title_nl = "Identificeren met DigiD"
title_en = "Identify with DigiD"
audience = "resident"
issuer = "{issuer}"
client_id = "loket"
client_secret_env = "LOKET_SERVICE_SECRET"
levels = {{ "urn:midden" = "low", "urn:substantieel" = "substantial", "urn:hoog" = "high" }}

[[service]]
name = "eherkenning"
title_nl = "Identificeren met eHerkenning"
title_en = "Identify with eHerkenning"
audience = "employer"
issuer = "{issuer}"
client_id = "loket"
client_secret_env = "LOKET_SERVICE_SECRET"
levels = {{ "urn:eh2" = "low", "urn:eh3" = "substantial" }}
"""


@dataclass
class Service:
    """The service that runs, and what it says of people."""

    issuer: str

    def knows(self, who: str, **claims: Any) -> None:
        requests.put(f"{self.issuer}/users/{who}", json=claims, timeout=5).raise_for_status()

    def comes_back(self, address: str, who: str) -> str:
        """Somebody signs in there; the address, without the host, to which they are sent back."""
        answer = requests.post(address, data={"sub": who}, allow_redirects=False, timeout=5)
        assert answer.status_code in (302, 303), answer.text
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"


@pytest.fixture(autouse=True)
def of_this_desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The secret of the desk, no proxy, and the time by which the service signs."""
    monkeypatch.setenv("LOKET_SERVICE_SECRET", "for tests only")
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    with frozen(datetime.now(UTC)):
        yield


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import oidc_provider_mock

        with oidc_provider_mock.run_server_in_thread() as server:
            yield Service(f"http://localhost:{server.server_port}")
