"""Signing in with a second step, where it is required: nobody is anybody before it, and what matters is proved anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from portal.framework.staff import close_account, give_role, limit_rights, reset_second_step
from portal.people.accounts.actions import issue_sign_in_link
from portal.people.accounts.models import Account, Role, SessionRecord
from portal.people.actor import Grade
from portal.people.audit.models import AuditEvent
from portal.platform.clock import frozen, now
from portal.platform.limits.models import WRONG_STEPS
from portal.web.edge.fresh import FRESH
from tests.factories import NOW, SYSTEM
from tests.web.apps import settings_for
from tests.web.browser import Browser
from tests.web.office import Office, office, said, still
from tests.web.walking import assert_sound

__all__ = ["office", "still"]

STEP = timedelta(seconds=30)
MINE, SECOND = "/mijn-toegang", "/inloggen/tweede-stap"


@pytest.fixture
def strict(office: Office, tmp_path: Path) -> Office:
    """The office where a second step is required, as in production."""
    office.app.extensions["settings"] = settings_for(tmp_path, second_step="required")
    return office


def first_step(office: Office, account: Account) -> Browser:
    """A browser in which somebody came as far as the mail."""
    token = office.do(lambda s: issue_sign_in_link(s, account=s.get_one(Account, account.id), actor=SYSTEM, now=now()))
    browser = Browser(office.app)
    browser.get(f"/inloggen/{token}")
    assert browser.submit(f"/inloggen/{token}").status_code == 303
    return browser


def enrolled(office: Office, account: Account) -> tuple[Browser, pyotp.TOTP, list[str]]:
    """Somebody who came in for the first time, with the app they chose and the recovery codes they were shown."""
    browser = first_step(office, account)
    browser.get("/inloggen/app")
    shown = re.search(r"<code>([A-Z2-7 ]{32,})</code>", browser.last.text if browser.last else "")
    assert shown
    app = pyotp.TOTP(shown[1].replace(" ", ""))
    assert browser.submit("/inloggen/app", {"code": app.at(now())}).location == "/mijn-toegang/herstelcodes"
    codes = re.findall(r"<code>([A-Z2-7-]{19})</code>", browser.follow().text)
    return browser, app, codes


def in_again(office: Office, account: Account, app: pyotp.TOTP) -> Browser:
    browser = first_step(office, account)
    browser.get(SECOND)
    assert browser.submit(SECOND, {"code": app.at(now())}).status_code == 303
    return browser


def test_nobody_is_anybody_before_the_second_step_and_codes_are_shown_once(strict: Office) -> None:
    account = strict.account(Role.ADVISOR)
    browser = first_step(strict, account)
    assert browser.last is not None
    assert browser.last.location == f"{SECOND}/kiezen"
    for page in (browser.get(f"{SECOND}/kiezen"), browser.get("/inloggen/app"), browser.get("/inloggen/passkey")):
        assert_sound(page)
    assert "<noscript>" in browser.get("/inloggen/passkey").text
    for closed in ("/adviseur/", MINE, "/bevestigen"):
        assert browser.get(closed).status_code == 404, closed
    browser.get("/inloggen/app")
    assert browser.submit("/inloggen/app", {"code": "000000"}).status_code == 422
    browser, app, codes = enrolled(strict, account)
    assert len(codes) == 10
    assert browser.get("/adviseur/").status_code == 200
    again = browser.get("/mijn-toegang/herstelcodes")
    assert not re.findall(r"<code>", again.text), "shown once"
    assert app.secret not in browser.get(MINE).text
    with frozen(NOW + 3 * STEP):
        other = first_step(strict, account)
        assert other.get("/inloggen/app").location == SECOND, "who has a second step takes it, and adds none before"
        other.get(SECOND)
        assert other.submit(SECOND, {"code": codes[0].lower()}).status_code == 303
        assert other.get("/adviseur/").status_code == 200
        assert "9 herstelcodes" in said(other.get(MINE))
        twice = first_step(strict, account)
        twice.get(SECOND)
        assert twice.submit(SECOND, {"code": codes[0]}).status_code == 422, "used"
        assert twice.get("/adviseur/").status_code == 404


def test_a_code_is_not_used_twice_and_who_guesses_is_stopped(strict: Office) -> None:
    account = strict.account(Role.ADVISOR)
    _browser, app, _codes = enrolled(strict, account)
    with frozen(NOW + 4 * STEP):
        in_again(strict, account, app)
        again = first_step(strict, account)
        again.get(SECOND)
        assert again.submit(SECOND, {}).status_code == 422, "nothing typed is no guess"
        answers = []
        for code in [app.at(now())] + ["000000"] * (WRONG_STEPS.most - 1) + [app.at(now() + STEP)]:
            again.get(SECOND)
            answers.append(again.submit(SECOND, {"code": code}).status_code)
        assert answers == [422] * WRONG_STEPS.most + [429]


End = Callable[[Office, Account], object]
ENDS: dict[str, End] = {
    "role": lambda o, a: o.do(
        lambda s: give_role(s, account=s.get_one(Account, a.id), role=Role.HELPER, actor=SYSTEM, now=NOW)
    ),
    "limited": lambda o, a: o.do(
        lambda s: limit_rights(
            s, account=s.get_one(Account, a.id), grade=Grade.READER, schemes=(), actor=SYSTEM, now=NOW
        )
    ),
    "closed": lambda o, a: o.do(lambda s: close_account(s, account=s.get_one(Account, a.id), actor=SYSTEM, now=NOW)),
    "lost second step": lambda o, a: o.do(
        lambda s: reset_second_step(s, account=s.get_one(Account, a.id), actor=SYSTEM, now=NOW)
    ),
}


def test_captured_cookies_are_dead_after_whatever_ends_the_right_to_be_in(strict: Office) -> None:
    """Also the cookie of before the second step: it never lets anybody in, and dies with the rest."""
    account = strict.account(Role.ADVISOR)
    browser, app, _codes = enrolled(strict, account)
    stolen = Browser(strict.app)
    for number, (name, end) in enumerate({**ENDS, "log-out": None, "ended elsewhere": None}.items()):
        with frozen(NOW + (10 * (number + 1)) * STEP):
            if number:
                _set_up(strict, account, app)
                browser = in_again(strict, account, app)
            waiting = first_step(strict, account)
            before, inside = _cookie(waiting), _cookie(browser)
            assert _opens(stolen, inside), name
            if end is not None:
                end(strict, account)
            elif name == "log-out":
                browser.get(MINE)
                browser.submit("/uitloggen")
            else:
                other = in_again_with_recovery(strict, account)
                other.get(MINE)
                other.submit(f"{MINE}/uitloggen", {"which": "others"})
            assert not _opens(stolen, inside), name
            stolen.client.set_cookie("loket", before)
            assert stolen.get(SECOND).status_code in (303, 302) or name == "log-out", name


def in_again_with_recovery(office: Office, account: Account) -> Browser:
    return office.browser(Role.ADVISOR, account)


def _set_up(office: Office, account: Account, app: pyotp.TOTP) -> None:
    """Put the account back as it was: open, an advisor with all rights, and with the same app."""
    from portal.framework.staff import open_account_again
    from portal.people.factors.actions import key_of, seal
    from portal.people.factors.models import CodeApp

    def work(session: Any) -> None:
        mine = session.get_one(Account, account.id)
        open_account_again(session, account=mine, actor=SYSTEM, now=NOW)
        give_role(session, account=mine, role=Role.ADVISOR, actor=SYSTEM, now=NOW)
        if session.scalar(select(CodeApp).where(CodeApp.account_id == mine.id)) is None:
            sealed = seal(app.secret, key=key_of(str(office.app.secret_key)), account_id=mine.id)
            session.add(CodeApp(account_id=mine.id, sealed=sealed, last_step=1, made_at=NOW))

    office.do(work)


def _cookie(browser: Browser) -> str:
    cookie = browser.client.get_cookie("loket")
    assert cookie is not None
    return cookie.value


def _opens(browser: Browser, cookie: str) -> bool:
    browser.client.set_cookie("loket", cookie)
    return browser.get(MINE).status_code == 200


def test_what_moves_rights_money_or_much_at_once_is_proved_anew_after_five_minutes(strict: Office) -> None:
    admin, region = strict.account(Role.ADMIN), strict.account(Role.REGION)
    browser, app, _codes = enrolled(strict, admin)
    target = f"/beheer/accounts/{region.public_id}"
    browser.get(target)
    assert browser.submit(f"{target}/uitloggen").location == target, "proved just now"
    with frozen(NOW + FRESH):
        assert browser.get(target).status_code == 200, "reading needs no proof"
        asked = browser.submit(f"{target}/uitloggen")
        assert asked.location == f"/bevestigen?naar={target}"
        assert_sound(browser.follow())
        assert browser.submit(f"/bevestigen?naar={target}", {"code": "123"}).status_code == 422
        browser.get(f"/bevestigen?naar={target}")
        assert browser.submit(f"/bevestigen?naar={target}", {"code": app.at(now())}).location == target
        browser.get(target)
        assert browser.submit(f"{target}/uitloggen").location == target
    with frozen(NOW + 2 * FRESH):
        browser.get("/bevestigen?naar=https://elders.example/")
        away = browser.submit("/bevestigen?naar=https://elders.example/", {"code": app.at(now())})
        assert away.location == "/beheer/", "never to another site"
    money, _app, _codes = enrolled(strict, region)
    assert money.get("/regio/overzicht.csv").status_code == 200
    with frozen(NOW + FRESH):
        assert money.get("/regio/overzicht.csv").location == "/bevestigen?naar=/regio/overzicht.csv"
        assert money.get("/regio/").status_code == 200


def test_where_no_second_step_is_required_who_has_one_takes_it_and_others_come_straight_in(office: Office) -> None:
    account = office.account(Role.ADVISOR)
    plain = first_step(office, account)
    assert plain.last is not None
    assert plain.last.location == "/adviseur/voor-mij" or plain.follow().status_code == 200
    assert_sound(plain.get(MINE))
    shown = plain.get("/inloggen/app")
    code = re.search(r"<code>([A-Z2-7 ]{32,})</code>", shown.text)
    assert code
    app = pyotp.TOTP(code[1].replace(" ", ""))
    assert plain.submit("/inloggen/app", {"code": app.at(now())}).status_code == 303
    assert len(re.findall(r"<code>", plain.follow().text)) == 10
    again = first_step(office, account)
    assert again.last is not None
    assert again.last.location == SECOND
    plain.get(MINE)
    assert plain.submit(f"{MINE}/app/weg").location == MINE
    assert "geen tweede stap" in said(plain.follow())
    assert first_step(office, account).get("/adviseur/").status_code == 200


def test_somebody_ends_own_sessions_and_no_session_of_another(strict: Office) -> None:
    account, other = strict.account(Role.ADVISOR), strict.account(Role.HELPER)
    browser, app, _codes = enrolled(strict, account)
    strict.browser(Role.HELPER)
    with frozen(NOW + 4 * STEP):
        second = in_again(strict, account, app)
        numbers = strict.do(lambda s: dict(s.execute(select(SessionRecord.account_id, SessionRecord.id)).all()))
        page = browser.get(MINE)
        assert "dit is deze browser" in said(page)
        browser.submit(f"{MINE}/uitloggen", {"which": str(numbers[other.id])})
        assert "al beëindigd" in said(browser.follow())
        assert strict.do(lambda s: s.get(SessionRecord, numbers[other.id])) is not None
        browser.get(MINE)
        browser.submit(f"{MINE}/uitloggen", {"which": "zomaar"})
        assert "Kies welke" in said(browser.follow())
        browser.get(MINE)
        browser.submit(f"{MINE}/uitloggen", {"which": "others"})
        assert second.get(MINE).status_code == 404
        assert browser.get(MINE).status_code == 200
        ended = select(AuditEvent.id).where(AuditEvent.action == "account.own_sessions_ended")
        assert len(strict.do(lambda s: list(s.scalars(ended)))) == 1


def test_who_only_reads_sees_and_changes_nothing_but_the_own_way_in(office: Office) -> None:
    account = office.account(Role.REGION)
    office.do(
        lambda s: limit_rights(
            s, account=s.get_one(Account, account.id), grade=Grade.READER, schemes=(), actor=SYSTEM, now=NOW
        )
    )
    browser = office.browser(Role.REGION)
    assert browser.get("/regio/mandaten").status_code == 200
    refused = browser.submit("/regio/mandaten", {"basis": "x"})
    assert (refused.status_code, "alleen meelezen" in said(refused)) == (422, True)
    assert "alleen meelezen" in said(browser.get(MINE))
    assert browser.submit("/uitloggen").status_code == 303
