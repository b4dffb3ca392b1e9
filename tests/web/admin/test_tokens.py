"""An administrator makes a key, sees it once, and a second one lets it be used."""

from __future__ import annotations

import pytest

from portal.people.accounts.models import Role
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.programs import bearer
from tests.web.walking import soup_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def shown(browser: Browser, path: str) -> str:
    """The key on a page; empty when it is not there."""
    found = soup_of(browser.get(path)).select_one("p.code code")
    return "" if found is None else found.get_text(strip=True)


def test_a_key_is_shown_once_works_after_a_second_look_and_ends_at_once(office: Office) -> None:
    first, second = office.browser("admin"), office.colleague("admin")
    form = {"name": "Dashboard", "account": office.account(Role.ADVISOR).public_id, "days": "30"}
    assert first.post("/beheer/sleutels/nieuw", form).status_code == 422, "a key is for something"
    made = first.post("/beheer/sleutels/nieuw", {**form, "scopes": ["questions:read"]})
    assert made.status_code == 303
    path = str(made.location)
    key = shown(first, path)
    assert key.startswith("loket_") and shown(first, path) == "" and shown(second, path) == ""

    def works() -> int:
        return office.app.test_client().get("/api/v1/questions", headers=bearer(key)).status_code

    assert works() == 401 and "wacht op een tweede beheerder" in said(first.get(path))
    assert first.post(f"{path}/goedkeuren", {}).status_code in (409, 422)
    assert second.post(f"{path}/goedkeuren", {}).status_code == 303
    assert works() == 200
    newer = first.post(f"{path}/vervangen", {})
    assert newer.status_code == 303 and shown(first, str(newer.location)) not in ("", key)
    assert second.post(f"{path}/beeindigen", {}).status_code == 303
    assert works() == 401
    assert "Dashboard" in said(first.get("/beheer/sleutels"))
