"""Signing in and identifying by an identity service, against a real one on this machine: what is not said is refused."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.cases.identifying.models import Identification
from portal.framework.staff import close_account
from portal.people.accounts.actions import ensure_organisation
from portal.people.accounts.models import Account, OrganisationKind, Role, SessionRecord, WayIn
from portal.people.accounts.queries import account_by_email
from portal.people.actor import Audience
from portal.people.visits.models import ServiceIdentity, ServiceVisit
from portal.platform.clock import frozen, now
from portal.platform.errors import BadSettings
from portal.platform.identity_services import IdentityService, Level, load_identity_services
from portal.platform.openid import OpenIdClient, ServiceTrouble
from tests.factories import SYSTEM, a_question
from tests.web.apps import settings_for
from tests.web.browser import Browser
from tests.web.identity_service import FILE, Service, of_this_desk, service
from tests.web.office import Office, office, said

__all__ = ["of_this_desk", "office", "service"]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def desk(office: Office, service: Service, tmp_path: Path) -> Office:
    file = tmp_path / "services.toml"
    file.write_text(FILE.format(issuer=service.issuer), encoding="utf-8")
    office.app.extensions["identity_services"] = load_identity_services(file)
    office.do(
        lambda s: ensure_organisation(
            s, slug="balie", name="De balie", kind=OrganisationKind.DESK, actor=SYSTEM, now=now()
        )
    )
    return office


def gone(browser: Browser, name: str = "werk", back: str = "/") -> str:
    answer = browser.get(f"/inloggen/via/{name}?naar={back}")
    assert answer.status_code == 302, answer.text
    asked = parse_qs(urlsplit(str(answer.location)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    return str(answer.location)


def in_as(desk: Office, service: Service, who: str, browser: Browser | None = None) -> Browser:
    browser = browser or Browser(desk.app)
    browser.get(service.comes_back(gone(browser), who))
    return browser


def test_the_claims_give_the_role_and_the_organisation_each_time(desk: Office, service: Service) -> None:
    assert "Inloggen met uw werkaccount" in said(Browser(desk.app).get("/inloggen"))
    service.knows("u1", email="Ans@gemeente.example", email_verified=True, name="Ans", groups=["loket-adviseurs"])
    browser = in_as(desk, service, "u1")
    assert browser.get("/adviseur/").status_code == 200
    account = desk.do(lambda s: account_by_email(s, email="ans@gemeente.example"))
    assert account is not None
    place = desk.do(lambda s: s.get_one(Account, account.id).organisation.slug)
    assert (account.role, account.display_name, place) == (Role.ADVISOR, "Ans", "balie")
    service.knows("u1", groups=["loket-beheer"])
    again = in_as(desk, service, "u1")
    assert again.get("/beheer/").status_code == 200
    assert browser.get("/adviseur/").status_code == 404, "the sessions of another role are over"
    ways = desk.do(lambda s: s.execute(select(SessionRecord.way_in, SessionRecord.account_id)).all())
    assert (WayIn.SERVICE, account.id) in ways
    kept = desk.do(lambda s: str([vars(one) for one in s.scalars(select(ServiceIdentity))]))
    assert "u1" not in kept.replace("_sa_instance", "")


REFUSED = {
    "no group": {"email": "a@x.example", "email_verified": True},
    "another group": {"email": "a@x.example", "email_verified": True, "groups": ["anders"]},
    "address not sure": {"email": "a@x.example", "groups": ["loket-adviseurs"]},
    "no address": {"groups": ["loket-adviseurs"]},
}


def test_who_has_no_place_here_does_not_come_in_and_no_account_is_made(desk: Office, service: Service) -> None:
    before = desk.do(lambda s: len(list(s.scalars(select(Account.id)))))
    for number, (why, claims) in enumerate(REFUSED.items()):
        service.knows(f"r{number}", **claims)
        browser = in_as(desk, service, f"r{number}")
        assert browser.last is not None
        assert browser.last.location == "/inloggen", why
        assert "geen plek" in said(browser.follow()), why
        assert browser.get("/mijn-toegang").status_code == 404, why
    assert desk.do(lambda s: len(list(s.scalars(select(Account.id))))) == before
    closed = desk.account(Role.ADVISOR)
    desk.do(lambda s: close_account(s, account=s.get_one(Account, closed.id), actor=SYSTEM, now=now()))
    service.knows("closed", email=closed.email, email_verified=True, groups=["loket-adviseurs"])
    assert "geen plek" in said(in_as(desk, service, "closed").follow())


def test_a_visit_counts_once_in_its_own_browser_and_for_some_minutes(desk: Office, service: Service) -> None:
    service.knows("u2", email="bo@gemeente.example", email_verified=True, groups=["loket-adviseurs"])
    browser, thief = Browser(desk.app), Browser(desk.app)
    back = service.comes_back(gone(browser), "u2")
    gone(thief)
    assert thief.get(back).location == "/inloggen", "in another browser"
    assert browser.get(back).status_code == 303
    assert browser.get("/adviseur/").status_code == 200
    late = Browser(desk.app)
    back = service.comes_back(gone(late), "u2")
    with frozen(now() + timedelta(minutes=16)):
        assert late.get(back).location == "/inloggen"
    refused = Browser(desk.app)
    gone(refused)
    state = desk.do(lambda s: s.scalars(select(ServiceVisit.state_hash).order_by(ServiceVisit.id.desc())).first())
    assert state is not None and state not in back, "the database has a hash of it"
    assert refused.get("/inloggen/terug?error=access_denied&state=x").location == "/inloggen"
    cancelled = Browser(desk.app)
    back = service.comes_back(gone(cancelled), "u2")
    without_state = re.sub(r"state=[^&]*", "", back)
    assert cancelled.get(without_state).location == "/inloggen", "a code without its state is nobody's"
    cancelled = Browser(desk.app)
    back = service.comes_back(gone(cancelled), "u2")
    assert "niet ingelogd bij de inlogdienst" in said(_after(cancelled, "/inloggen/terug?error=access_denied"))
    assert cancelled.get(back).location == "/inloggen", "what was cancelled is used up"
    assert cancelled.get("/adviseur/").status_code == 404
    assert Browser(desk.app).get("/inloggen/terug").location == "/inloggen"
    assert Browser(desk.app).get("/inloggen/via/onbekend").status_code == 404


def test_what_a_service_says_counts_only_with_its_nonce_its_name_and_for_this_desk(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = OpenIdClient(_service(service.issuer), "http://127.0.0.1:8000/inloggen/terug")

    def fresh() -> tuple[str, Any]:
        visit = client.visit()
        back = urlsplit(service.comes_back(visit.address, "u3"))
        return parse_qs(back.query)["code"][0], visit

    code, visit = fresh()
    assert client.said(code=code, nonce=visit.nonce, verifier=visit.verifier, now=now())["sub"] == "u3"
    with pytest.raises(ServiceTrouble, match="no_token"):
        client.said(code=code, nonce=visit.nonce, verifier=visit.verifier, now=now())
    code, visit = fresh()
    with pytest.raises(ServiceTrouble, match="not_believed"):
        client.said(code=code, nonce="another", verifier=visit.verifier, now=now())
    code, visit = fresh()
    with pytest.raises(ServiceTrouble, match="not_believed"):
        client.said(code=code, nonce=visit.nonce, verifier=visit.verifier, now=now() + timedelta(days=1))
    other = OpenIdClient(_service(f"{service.issuer}/another"), client.back)
    with pytest.raises(ServiceTrouble, match="no_answer"):
        other.visit()
    monkeypatch.setattr(OpenIdClient, "_fetch", lambda *_: {"issuer": service.issuer})
    with pytest.raises(ServiceTrouble, match="another_service"):
        other.visit()


def test_a_service_without_two_steps_leaves_the_second_to_the_desk(
    desk: Office, service: Service, tmp_path: Path
) -> None:
    desk.app.extensions["settings"] = settings_for(tmp_path, second_step="required")
    person = {"email": "cas@gemeente.example", "email_verified": True, "groups": ["loket-adviseurs"]}
    service.knows("u4", **person)
    one = in_as(desk, service, "u4")
    assert one.last is not None
    assert one.last.location == "/inloggen/tweede-stap/kiezen"
    assert one.get("/adviseur/").status_code == 404
    service.knows("u4", **person, amr=["pwd", "mfa"])
    two = in_as(desk, service, "u4")
    assert two.get("/adviseur/").status_code == 200
    assert "Inloggen met uw werkaccount" in said(two.get("/bevestigen"))
    two.get(service.comes_back(gone(two, back="/mijn-toegang"), "u4"))
    assert two.last is not None
    assert two.last.location == "/mijn-toegang", "proved anew"
    service.knows("u4", **person, amr=["pwd"])
    two.get(service.comes_back(gone(two, back="/mijn-toegang"), "u4"))
    assert str(two.last.location).startswith("/bevestigen"), "one step proves nothing"


def test_who_asked_identifies_and_the_level_is_what_the_file_says(desk: Office, service: Service) -> None:
    question = desk.do(a_question)
    browser = Browser(desk.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    here = f"/mijn/{question.public_id}/identificeren"
    page = browser.get(here)
    assert "Identificeren met DigiD" in said(page)
    for who, acr, level in (("p1", "urn:substantieel", Level.SUBSTANTIAL), ("p2", "urn:zomaar", None)):
        service.knows(who, acr=acr)
        browser.get(service.comes_back(gone(browser, "digid", here), who))
        assert browser.last is not None
        assert browser.last.location == here
        assert ("geïdentificeerd" in said(browser.follow())) == (level is not None) or level is None
    known = desk.do(lambda s: list(s.scalars(select(Identification))))
    assert [(one.level, one.means, one.paper) for one in known] == [(Level.SUBSTANTIAL, "digid", None)]
    assert Browser(desk.app).get("/inloggen/via/digid").status_code == 404, "without a question"
    assert desk.browser(Role.ADVISOR).get("/inloggen/via/digid").status_code == 404


def test_a_file_that_is_not_right_is_refused_with_its_problems(tmp_path: Path) -> None:
    good = FILE.format(issuer="https://login.example")
    wrong = {
        "not TOML": "[[service",
        "plain http": FILE.format(issuer="http://login.example"),
        "a level that is none": good.replace('"high"', '"sure"'),
        "an unknown field": good.replace("two_steps =", "three_steps ="),
        "twice the same": good + good,
    }
    file = tmp_path / "services.toml"
    for why, text in wrong.items():
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BadSettings, match="IDENTITY_SERVICES"):
            load_identity_services(file)
        assert why
    with pytest.raises(BadSettings):
        load_identity_services(tmp_path / "none.toml")
    assert load_identity_services(None) == ()


def _after(browser: Browser, address: str) -> TestResponse:
    browser.get(address)
    return browser.follow()


def test_a_service_is_asked_for_every_word_of_the_level_that_an_act_needs_or_a_higher_one(service: Service) -> None:
    said = IdentityService.model_validate(
        {
            **_service(service.issuer).model_dump(),
            "acr_values": "plain",
            "levels": {"a": "low", "b": "substantial", "c": "high"},
        }
    )
    assert [said.asked_for(level) for level in Level] == ["plain", "a b c", "b c", "c"]
    assert _service(service.issuer).asked_for(Level.HIGH) == "", (
        "without words nothing is asked, and what is said is worth nothing"
    )


def test_ending_the_session_at_a_service_leads_there_or_says_that_it_cannot_be_done_from_here(
    desk: Office, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(desk.app)
    there = urlsplit(str(browser.get("/uitloggen/werk").location))
    assert f"{there.scheme}://{there.netloc}" == service.issuer
    asked = parse_qs(there.query)
    assert asked["client_id"] == ["loket"]
    assert asked["post_logout_redirect_uri"][0].endswith("/inloggen")
    assert browser.get("/uitloggen/onbekend").status_code == 404
    monkeypatch.setattr(OpenIdClient, "goodbye", lambda *_, **__: None)
    assert browser.get("/uitloggen/werk").location == "/inloggen"
    assert "kan vanaf hier niet" in said(browser.follow())


def _service(issuer: str) -> IdentityService:
    return IdentityService(
        name="werk",
        title_nl="Werk",
        title_en="Work",
        audience="staff",
        issuer=issuer,
        client_id="loket",
        client_secret_env="LOKET_SERVICE_SECRET",
    )
