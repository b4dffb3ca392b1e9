"""Every answer has its headers, every error its page, and no input makes a fault of ours."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal import create_app
from portal.people.accounts.actions import grant_access_link
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from portal.web.edge import policy as access
from tests.web.apps import settings_for
from tests.web.browser import SYSTEM, Browser
from tests.web.probe import names, probe_app

ALL_ANSWERS = (
    "/inloggen",
    "/",
    "/bestaat-niet",
    "/static/app.css",
    "/healthz",
    "/readyz",
    "/inloggen/fout",
    "/a%00b",
    "/probe/500",
)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with the probe screens, and errors answered as in production."""
    return probe_app(engine, tmp_path, monkeypatch)


# Headers and errors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL_ANSWERS)
def test_every_answer_carries_the_security_headers(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    policy = {part.split()[0]: part.split()[1:] for part in answer.headers["Content-Security-Policy"].split("; ")}
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == policy["script-src"] == policy["style-src"] == ["'self'"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    if not path.startswith("/static/"):
        assert answer.headers["Cache-Control"] == "no-store"
    answer.close()


def test_pages_behind_a_link_send_no_referrer(browser: Browser) -> None:
    assert browser.get("/inloggen/fout").headers["Referrer-Policy"] == "no-referrer"
    assert browser.get("/toegang/fout").headers["Referrer-Policy"] == "no-referrer"
    assert browser.get("/werkgever/inloggen/fout").headers["Referrer-Policy"] == "no-referrer"


def test_https_adds_hsts_and_a_host_bound_cookie(engine: Engine, tmp_path: Path) -> None:
    secure = create_app(settings_for(tmp_path, base_url="https://loket.example"), engine=engine)
    token = unit_of_work(
        engine,
        lambda s: grant_access_link(s, question_id=1, audience=access.Audience.RESIDENT, actor=SYSTEM, now=now()),
    )
    answer = secure.test_client().get(f"/toegang/{token}?taal=en", base_url="https://loket.example")
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookies = {cookie.partition("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"taal", "__Host-loket"}
    for cookie in cookies.values():
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/bestaat-niet", 404, "Deze pagina is er niet"),
        ("/probe/500", 500, "Er ging iets mis bij ons"),
        ("/probe/busy", 503, ""),
        ("/probe/full", 507, ""),
        ("/probe/refused", 422, "Dit mag nu niet."),
    ],
)
def test_errors_have_a_page_in_plain_dutch(browser: Browser, path: str, status: int, words: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_a_fault_shows_a_number_and_never_its_text(browser: Browser) -> None:
    answer = browser.get("/probe/500")
    assert "Fatima" not in answer.text
    assert 'class="reference"' in answer.text


def test_a_wrong_method_is_a_405_page_that_says_what_is_allowed(browser: Browser) -> None:
    answer = browser.post("/nieuwe-link/gevraagd")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_busy_database_says_when_to_try_again(browser: Browser) -> None:
    assert browser.get("/probe/busy").headers["Retry-After"] == "5"


def test_an_unreachable_database_is_a_503_and_not_a_500(tmp_path: Path) -> None:
    from portal.platform.database import make_engine

    away = make_engine("postgresql://nobody@127.0.0.1:1/none")
    client = create_app(settings_for(tmp_path), engine=away).test_client()
    client.set_cookie("loket", "A" * 43)
    assert client.get("/inloggen").status_code == 503
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    away.dispose()


# Odd input -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/%00", "/inloggen?x=%00", "/inloggen?%01=1", "/inloggen/%1b%5b31m", "/inloggen?taal=%7f"],
)
def test_control_characters_in_the_address_are_a_400(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 400


@pytest.mark.parametrize(
    "path", ["/inloggen?x=%ff", "/inloggen/%ff%fe", "/inloggen?taal=xx", "/inloggen?x=" + "9" * 5000, "/%e2%82%ac"]
)
def test_odd_addresses_are_never_a_500(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code in (200, 400, 404)


@pytest.mark.parametrize("name", ["name-\N{SUPERSCRIPT TWO}", "a" * 101, "x[0]", "\x00", "naam van"])
def test_field_names_that_no_form_has_are_a_400(browser: Browser, name: str) -> None:
    assert browser.post("/probe/name", {"name": "Epe", name: "1"}).status_code == 400


def test_more_fields_than_any_form_has_is_a_413(browser: Browser) -> None:
    assert browser.post("/probe/name", {f"x{n}": "1" for n in range(600)}).status_code == 413


def test_a_form_that_is_too_large_is_a_413(browser: Browser) -> None:
    answer = browser.post("/probe/name", {"name": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "te groot" in answer.text


@pytest.mark.parametrize("value", ["a\x00b", "a\x1bb", "\x7f", "\ufffd", "a\x85b"])
def test_control_characters_in_a_field_are_an_error_at_the_field(browser: Browser, value: str) -> None:
    answer = browser.post("/probe/name", {"name": value})
    assert answer.status_code == 422
    assert "een teken dat wij niet kunnen lezen" in answer.text


def test_bytes_that_are_no_text_are_never_a_500(browser: Browser) -> None:
    body = f"csrf_token={browser.csrf()}&submission_token={secrets.token_urlsafe(16)}&name=%ed%a0%80%ff".encode()
    answer = browser.client.post("/probe/name", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (303, 422)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x"]
)
def test_bodies_of_another_kind_are_never_a_500(browser: Browser, kind: str) -> None:
    browser.csrf()
    assert browser.client.post("/probe/name", data=b'{"a": NaN', content_type=kind).status_code == 400


def test_a_form_of_another_site_is_refused(browser: Browser, engine: Engine) -> None:
    answer = browser.post("/probe/name", {"name": "Epe"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert names(engine) == []


def test_a_form_without_csrf_token_is_refused(browser: Browser, engine: Engine) -> None:
    assert browser.post("/probe/name", {"name": "Epe", "csrf_token": "x"}).status_code == 400
    assert names(engine) == []
