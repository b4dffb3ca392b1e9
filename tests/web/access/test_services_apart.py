"""Two identity services beside each other: what one says counts for that one alone, and nothing of either reaches the browser."""

from __future__ import annotations

import base64
import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.people.accounts.actions import ensure_organisation
from portal.people.accounts.models import Account, OrganisationKind
from portal.people.accounts.queries import account_by_email
from portal.people.visits.models import ServiceIdentity
from portal.platform.clock import now
from portal.platform.identity_services import load_identity_services
from portal.platform.openid import OpenIdClient
from tests.factories import SYSTEM
from tests.web.access.test_services import gone
from tests.web.browser import Browser
from tests.web.identity_service import FILE, Service, of_this_desk, service
from tests.web.office import Office, office

__all__ = ["of_this_desk", "office", "service"]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
STAFF = {"email_verified": True, "groups": ["loket-adviseurs"]}


@pytest.fixture(scope="module")
def second() -> Iterator[Service]:
    """Another service, which calls people by the same numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import oidc_provider_mock

        with oidc_provider_mock.run_server_in_thread() as server:
            yield Service(f"http://localhost:{server.server_port}")


@pytest.fixture
def desk(office: Office, service: Service, second: Service, tmp_path: Path) -> Office:
    one = FILE.partition('\n[[service]]\nname = "digid"')[0]
    file = tmp_path / "services.toml"
    both = one.format(issuer=service.issuer) + one.replace('"werk"', '"ander"').format(issuer=second.issuer)
    file.write_text(both, encoding="utf-8")
    office.app.extensions["identity_services"] = load_identity_services(file)
    office.do(
        lambda s: ensure_organisation(
            s, slug="balie", name="De balie", kind=OrganisationKind.DESK, actor=SYSTEM, now=now()
        )
    )
    return office


def id_of(desk: Office, email: str) -> int:
    account = desk.do(lambda s: account_by_email(s, email=email))
    assert account is not None
    return account.id


def test_the_same_number_at_two_services_is_two_people(desk: Office, service: Service, second: Service) -> None:
    service.knows("u1", email="ans@gemeente.example", name="Ans", **STAFF)
    second.knows("u1", email="bo@provincie.example", name="Bo", **STAFF)
    first, other = Browser(desk.app), Browser(desk.app)
    first.get(service.comes_back(gone(first, "werk"), "u1"))
    other.get(second.comes_back(gone(other, "ander"), "u1"))
    assert first.get("/adviseur/").status_code == other.get("/adviseur/").status_code == 200
    ans, bo = id_of(desk, "ans@gemeente.example"), id_of(desk, "bo@provincie.example")
    known = desk.do(lambda s: {(one.service, one.account_id) for one in s.scalars(select(ServiceIdentity))})
    assert ans != bo and known == {("werk", ans), ("ander", bo)}
    hashes = desk.do(lambda s: list(s.scalars(select(ServiceIdentity.subject_hash))))
    assert len(set(hashes)) == 2, "the number counts with the name of its service"


def test_an_account_is_one_number_at_a_service_and_another_with_its_address_does_not_come_in(
    desk: Office, service: Service
) -> None:
    service.knows("u2", email="cas@gemeente.example", **STAFF)
    service.knows("thief", email="cas@gemeente.example", **STAFF)
    mine, theirs = Browser(desk.app), Browser(desk.app)
    mine.get(service.comes_back(gone(mine), "u2"))
    theirs.get(service.comes_back(gone(theirs), "thief"))
    assert mine.get("/adviseur/").status_code == 200, "the control"
    assert theirs.get("/adviseur/").status_code == 404
    service.knows("u2", email="another@gemeente.example", **STAFF)
    again = Browser(desk.app)
    again.get(service.comes_back(gone(again), "u2"))
    assert again.get("/adviseur/").status_code == 200
    assert desk.do(lambda s: account_by_email(s, email="another@gemeente.example")) is None, (
        "the number says who, not the address"
    )
    assert (
        len(desk.do(lambda s: list(s.scalars(select(Account.id).where(Account.email == "cas@gemeente.example"))))) == 1
    )


def test_an_answer_of_another_service_than_the_visit_went_to_is_not_believed(
    desk: Office, service: Service, second: Service
) -> None:
    service.knows("u3", email="dik@gemeente.example", **STAFF)
    second.knows("u3", email="evil@gemeente.example", **STAFF)
    mixed, named, right = Browser(desk.app), Browser(desk.app), Browser(desk.app)
    asked = gone(mixed, "werk")
    elsewhere = asked.replace(service.issuer, second.issuer)
    assert elsewhere != asked
    mixed.get(second.comes_back(elsewhere, "u3"))
    assert mixed.get("/adviseur/").status_code == 404, "a code of the other one, for the state of this one"
    back = service.comes_back(gone(named, "werk"), "u3")
    named.get(f"{re.sub(r'&iss=[^&]*', '', back)}&iss={second.issuer}")
    assert named.get("/adviseur/").status_code == 404, "an answer that names the other one"
    right.get(f"{re.sub(r'&iss=[^&]*', '', service.comes_back(gone(right, 'werk'), 'u3'))}&iss={service.issuer}")
    assert right.get("/adviseur/").status_code == 200, "the control"
    assert desk.do(lambda s: account_by_email(s, email="evil@gemeente.example")) is None


def test_no_token_of_a_service_reaches_the_browser(
    desk: Office, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: list[str] = []

    def kept(self: OpenIdClient, about: Any, token: Any, *more: Any) -> Any:
        tokens.extend(str(token[name]) for name in ("access_token", "id_token", "refresh_token") if name in token)
        return looked_at(self, about, token, *more)

    looked_at = OpenIdClient._claims
    monkeypatch.setattr("portal.platform.openid.OpenIdClient._claims", kept)
    service.knows("u4", email="fee@gemeente.example", **STAFF)
    browser = Browser(desk.app)
    answers = [browser.get(service.comes_back(gone(browser), "u4"))]
    answers += [browser.get(place) for place in ("/adviseur/", "/mijn-toegang")]
    assert answers[1].status_code == 200 and len(tokens) >= 2, "the control: there are tokens, and they count"
    for answer in answers:
        whole = f"{answer.headers}{answer.text}"
        cookies = [one.split("=", 1)[1].split(";")[0] for one in answer.headers.getlist("Set-Cookie")]
        whole += "".join(_opened(one) for one in cookies)
        assert not [token for token in tokens if token in whole or token.split(".")[-1] in whole]


def _opened(cookie: str) -> str:
    """What is in a cookie that is signed and not sealed, for whoever has it."""
    part = cookie.removeprefix(".").split(".")[0]
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("latin-1") + json.dumps(part)
    except ValueError:
        return cookie
