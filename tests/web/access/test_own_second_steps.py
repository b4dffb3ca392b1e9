"""Whoever changes the own way in proves anew who they are; and who lost the second step begins as at the first time."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.factors.actions import PasskeyToAdd, add_passkey
from portal.people.factors.queries import factors_of
from portal.platform.clock import frozen, now
from portal.web.edge.fresh import FRESH
from tests.factories import NOW
from tests.web.access.test_proof_asked import acts_of
from tests.web.access.test_second_step import MINE, SECOND, enrolled, first_step, strict
from tests.web.browser import Browser
from tests.web.office import Office, office, said, still

__all__ = ["office", "still", "strict"]

OWN = frozenset(
    f"portal.people.factors.actions.{name}" for name in ("add_app", "add_passkey", "new_recovery_codes", "remove_step")
)
"""The acts by which somebody changes the own second step."""
FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "access.add_code_app": ("/inloggen/app", {"code": "123456"}),
    "access.add_a_passkey": ("/inloggen/passkey", {"name": "Sleutel", "credential": "{}"}),
    "access.make_recovery_codes": (f"{MINE}/herstelcodes/nieuw", {}),
    "access.remove_code_app": (f"{MINE}/app/weg", {}),
    "access.remove_passkey": (f"{MINE}/passkey/weg", {}),
}


def test_every_form_that_changes_the_own_second_step_is_tried_here(office: Office) -> None:
    app = office.app
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert {one for one in posts if one in app.view_functions and acts_of(app, one, OWN)} == FORMS.keys()


def state_of(office: Office, account: Account) -> tuple[object, ...]:
    """What the second step of an account is."""

    def read(session: Any) -> tuple[object, ...]:
        mine = factors_of(session, account_id=account.id)
        return mine.app is not None, len(mine.passkeys), mine.codes_left

    return office.do(read)


def sent(browser: Browser, name: str, **more: Any) -> Any:
    where, fields = FORMS[name]
    browser.get(MINE)
    return browser.submit(where, {**fields, **more})


@pytest.mark.norm("V7.5.1")
@pytest.mark.parametrize("name", FORMS)
def test_the_own_second_step_is_changed_only_by_who_proved_a_moment_ago_who_they_are(strict: Office, name: str) -> None:
    account = strict.account(Role.ADVISOR)
    browser, _app, _codes = enrolled(strict, account)
    added = PasskeyToAdd("geen", b"key", 0, "Sleutel")

    def add(session: Session) -> str:
        mine = session.get_one(Account, account.id)
        return add_passkey(session, account=mine, added=added, actor=actor_of_account(mine), now=now()).public_id

    key = strict.do(add)
    before = state_of(strict, account)
    with frozen(NOW + FRESH):
        assert browser.get(MINE).status_code == 200, "reading needs no proof"
        answer = sent(browser, name, which=key)
        assert answer.status_code == 303 and str(answer.location).startswith("/bevestigen")
        assert state_of(strict, account) == before
    assert not str(sent(browser, name, which=key).location).startswith("/bevestigen")
    removes = name in ("access.remove_code_app", "access.remove_passkey")
    assert (state_of(strict, account) != before) == removes, "control: proved just now it is gone"


def test_control_who_proved_it_just_now_or_is_not_asked_changes_it(
    strict: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = strict.account(Role.ADVISOR)
    browser, _app, codes = enrolled(strict, account)
    assert sent(browser, "access.make_recovery_codes").location == f"{MINE}/herstelcodes"
    assert not set(codes) & set(said(browser.follow()).split()), "new ones"
    for module in ("own_access", "second_step"):
        monkeypatch.setattr(f"portal.web.access.{module}.is_fresh", lambda: True)
    with frozen(NOW + FRESH):
        assert sent(browser, "access.make_recovery_codes").location == f"{MINE}/herstelcodes"


@pytest.mark.norm("V6.4.4")
def test_who_lost_the_second_step_is_known_again_as_at_the_first_time_and_who_helps_gets_nothing(
    strict: Office,
) -> None:
    account, admin = strict.account(Role.ADVISOR), strict.account(Role.ADMIN)
    mine, app, codes = enrolled(strict, account)
    helper, _app, _codes = enrolled(strict, admin)
    page = f"/beheer/accounts/{account.public_id}"
    assert "Weet u zeker dat deze persoon het zelf vraagt?" in said(helper.get(page))
    answer = helper.submit(f"{page}/tweede-stap")
    assert answer.location == page
    text = helper.follow().text
    assert "/inloggen/" not in text and not any(code in text for code in codes)
    assert mine.get(MINE).status_code == 404, "all sessions are over"
    assert state_of(strict, account) == (False, 0, 0)
    again = first_step(strict, account)
    assert again.last is not None and again.last.location == "/inloggen/tweede-stap/kiezen", (
        "the mail, and choosing, as at first"
    )
    assert again.get("/adviseur/").status_code == 404
    for code in (app.at(now()), codes[0]):
        assert again.get(SECOND).status_code == 303 or again.submit(SECOND, {"code": code}).status_code != 303
    assert again.get("/adviseur/").status_code == 404, "what was lost takes nobody in"
    assert state_of(strict, admin)[0]


def test_control_without_a_loss_the_code_of_the_app_lets_in(strict: Office) -> None:
    account = strict.account(Role.ADVISOR)
    _mine, _app, codes = enrolled(strict, account)
    again = first_step(strict, account)
    assert again.last is not None and again.last.location == SECOND
    again.get(SECOND)
    assert again.submit(SECOND, {"code": codes[0]}).status_code == 303 and again.get("/adviseur/").status_code == 200
