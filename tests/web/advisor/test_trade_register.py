"""An advisor sees what the trade register says beside what a provider filled in, outside any transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from portal.platform import trade_register
from portal.platform.database import current_session
from portal.spending.providers.models import ProviderRegistration
from tests.portal.platform.test_trade_register import ANSWER
from tests.web.office import Office, said
from tests.web.walking import assert_sound

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FORM = {
    "name": "Dagobert Opleidingen",
    "kvk_number": "69599084",
    "iban": "NL91ABNA0417164300",
    "contact_name": "Dagobert",
    "contact_email": "dagobert@school.example",
}


def registration(office: Office, **changes: str) -> str:
    from tests.web.browser import Browser

    browser = Browser(office.app)
    browser.get("/opleider/aanmelden")
    assert browser.submit("/opleider/aanmelden", FORM | changes).status_code == 303
    return office.do(
        lambda s: s.scalars(select(ProviderRegistration).order_by(ProviderRegistration.id.desc())).first()
    ).public_id  # type: ignore[union-attr]


def in_a_transaction() -> bool:
    try:
        current_session()
    except RuntimeError:
        return False
    return True


def connected(office: Office, monkeypatch: pytest.MonkeyPatch, answer: Any, status: int = 200) -> list[bool]:
    """A desk with a key; in which unit of work the register was asked."""
    inside: list[bool] = []

    def get(_url: str, _headers: Mapping[str, str], **_more: Any) -> tuple[int, bytes]:
        inside.append(in_a_transaction())
        return status, json.dumps(answer).encode()

    monkeypatch.setattr(trade_register, "get_public", get)
    settings = office.app.extensions["settings"].model_copy(update={"kvk_api_key": SecretStr("a key")})
    office.app.extensions["settings"] = settings
    office.app.jinja_env.globals["settings"] = settings
    return inside


def test_what_the_register_says_stands_beside_the_request(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/adviseur/opleiders/aanmeldingen/{registration(office)}"
    browser, there = office.browser("advisor"), f"{path}/handelsregister"
    assert "Kijk wat het Handelsregister zegt" not in said(browser.get(path))
    bare = browser.get(there)
    assert_sound(bare)
    assert "niet aangesloten" in said(bare)
    kept = office.app.jinja_env.globals["settings"]
    inside = connected(office, monkeypatch, ANSWER)
    try:
        assert "Kijk wat het Handelsregister zegt" in said(browser.get(path))
        shown = browser.get(there)
        assert_sound(shown)
        assert "Abebe Bikilalaan 17" in said(shown) and "staat niet bij de namen" not in said(shown)
        connected(office, monkeypatch, ANSWER | {"naam": "Katrien", "handelsnamen": []})
        assert "staat niet bij de namen" in said(browser.get(there))
        connected(office, monkeypatch, {}, 404)
        assert "kent geen bedrijf" in said(browser.get(there))
        connected(office, monkeypatch, {}, 503)
        assert "status_503" in said(browser.get(there))
        assert inside == [False], "nothing is asked inside a transaction"
        assert office.browser("region").get(there).status_code == 404
    finally:
        office.app.jinja_env.globals["settings"] = kept
