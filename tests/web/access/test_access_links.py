"""Coming in by a link: used once, only by the button, and dead when it should be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from portal import create_app
from portal.people.accounts.actions import (
    change_role,
    disable_account,
    grant_access_link,
    issue_sign_in_link,
    revoke_access_links,
)
from portal.people.accounts.models import Account, EndOfSession, Role, SessionRecord, SignInLink, WayIn
from portal.people.accounts.queries import account_by_email, secret_hash
from portal.people.actor import Audience
from portal.people.audit.models import AuditEvent
from portal.platform.clock import frozen, now
from portal.platform.database import unit_of_work
from portal.platform.limits.models import WRONG_LINKS
from tests.web.apps import settings_for
from tests.web.browser import SYSTEM, Browser, make_account

MINUTE = timedelta(minutes=1)


def sign_in_path(engine: Engine, account: Account) -> str:
    def work(session):
        found = account_by_email(session, email=account.email)
        assert found is not None
        return issue_sign_in_link(session, account=found, actor=SYSTEM, now=now())

    return f"/inloggen/{unit_of_work(engine, work)}"


def access_path(engine: Engine, audience: Audience = Audience.RESIDENT, question_id: int = 5) -> str:
    token = unit_of_work(
        engine,
        lambda s: grant_access_link(s, question_id=question_id, audience=audience, actor=SYSTEM, now=now()),
    )
    return f"/toegang/{token}"


def who(browser: Browser) -> tuple[str, str | None]:
    """As whom the desk knows this browser."""
    from portal.web.edge.session import this_session

    cookie = browser.client.get_cookie("loket")
    headers = {"Cookie": f"loket={cookie.value}"} if cookie is not None else {}
    with browser.app.test_request_context("/inloggen", headers=headers):
        actor = this_session().actor
        return actor.audience.value, actor.reference


def test_a_sign_in_link_lets_an_account_in(browser: Browser, engine: Engine) -> None:
    advisor = make_account(engine, "advisor", name="Noor")
    path = sign_in_path(engine, advisor)
    assert "Noor" in browser.get(path).text
    assert browser.submit(path).status_code == 303
    assert who(browser) == ("advisor", f"account:{advisor.id}")


def test_looking_at_a_link_does_not_use_it_and_using_it_twice_does_not_work(app: Flask, engine: Engine) -> None:
    path = sign_in_path(engine, make_account(engine, "advisor"))
    for _ in range(3):
        assert Browser(app).get(path).status_code == 200
    first, second = Browser(app), Browser(app)
    first.get(path)
    second.get(path)
    assert first.submit(path).status_code == 303
    assert second.submit(path).status_code == 404
    assert who(second)[0] == "anyone"
    assert second.get(path).status_code == 404


def test_a_double_click_on_the_button_lets_in_whichever_answer_arrives(app: Flask, engine: Engine) -> None:
    path = sign_in_path(engine, make_account(engine, "advisor"))
    browser = Browser(app)
    page = browser.get(path)
    before = browser.client.get_cookie("loket")
    assert before is not None
    sent = dict(re.findall(r'name="(csrf_token|submission_token)" value="([^"]+)"', page.text))
    assert browser.client.post(path, data=sent).status_code == 303
    other = Browser(app)
    other.client.set_cookie("loket", before.value)
    assert other.client.post(path, data=sent).status_code == 303
    assert who(other)[0] == "advisor"


def test_a_sign_in_link_dies_after_ten_minutes(app: Flask, engine: Engine) -> None:
    start = now()
    with frozen(start):
        path = sign_in_path(engine, make_account(engine, "advisor"))
    with frozen(start + 10 * MINUTE - timedelta(seconds=1)):
        assert Browser(app).get(path).status_code == 200
    with frozen(start + 10 * MINUTE):
        assert Browser(app).get(path).status_code == 404


def test_only_a_hash_of_a_link_and_of_a_session_is_stored(app: Flask, engine: Engine) -> None:
    path = sign_in_path(engine, make_account(engine, "advisor"))
    browser = Browser(app)
    browser.get(path)
    browser.submit(path)
    cookie = browser.client.get_cookie("loket")
    assert cookie is not None
    with engine.connect() as connection:
        links = [row.token_hash for row in connection.execute(select(SignInLink.token_hash))]
        sessions = [row.token_hash for row in connection.execute(select(SessionRecord.token_hash))]
    assert links == [secret_hash(path.rpartition("/")[2])]
    assert secret_hash(cookie.value) in sessions
    assert cookie.value not in sessions
    assert cookie.http_only
    assert (cookie.domain, cookie.path) == ("localhost", "/")


def test_the_session_id_changes_when_somebody_comes_in(app: Flask, engine: Engine) -> None:
    path = sign_in_path(engine, make_account(engine, "advisor"))
    browser = Browser(app)
    browser.get(path)
    before = browser.client.get_cookie("loket")
    browser.submit(path)
    after = browser.client.get_cookie("loket")
    assert before is not None
    assert after is not None
    assert before.value != after.value


@pytest.mark.parametrize("audience", [Audience.RESIDENT, Audience.EMPLOYER])
def test_an_access_link_opens_its_question_as_often_as_needed(app: Flask, engine: Engine, audience: Audience) -> None:
    path = access_path(engine, audience)
    for _ in range(2):
        browser = Browser(app)
        assert browser.get(path).status_code == 200
        assert browser.submit(path).status_code == 303
        assert who(browser) == (audience.value, audience.value)


def test_a_revoked_access_link_is_dead_and_so_are_its_sessions(app: Flask, engine: Engine) -> None:
    path, other = access_path(engine), access_path(engine, Audience.EMPLOYER)
    browser, employer = Browser(app), Browser(app)
    for one, place in ((browser, path), (employer, other)):
        one.get(place)
        one.submit(place)
    unit_of_work(
        engine,
        lambda s: revoke_access_links(
            s,
            question_id=5,
            audience=Audience.RESIDENT,
            because=EndOfSession.OTHER_ADDRESS,
            actor=SYSTEM,
            now=now(),
        ),
    )
    assert who(browser)[0] == "anyone"
    assert Browser(app).get(path).status_code == 404
    assert who(employer)[0] == "employer"


def test_wrong_used_old_and_unknown_links_get_the_same_page(app: Flask, engine: Engine) -> None:
    used = sign_in_path(engine, make_account(engine, "advisor"))
    browser = Browser(app)
    browser.get(used)
    browser.submit(used)
    with frozen(now() - timedelta(hours=1)):
        old = sign_in_path(engine, make_account(engine, "advisor"))
    pages = {Browser(app).get(path).text.replace(path, "PATH") for path in (used, old, "/inloggen/nooit-bestaan")}
    assert len(pages) == 1


def test_guessing_links_stops_at_twenty_an_hour_from_one_place_and_locks_nobody_out(app: Flask, engine: Engine) -> None:
    start, most = now(), WRONG_LINKS.most
    with frozen(start):
        good, way_in = access_path(engine), sign_in_path(engine, make_account(engine, "advisor"))
        answers = [Browser(app).get(f"/toegang/gok{n}").status_code for n in range(most + 2)]
        assert answers == [404] * most + [429, 429]
        refused = Browser(app).get("/inloggen/gok")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
        assert app.test_client().get("/toegang/gok", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
        for path in (good, way_in):
            browser = Browser(app)
            assert browser.get(path).status_code == 200, "a link that works is nobody's guess"
            assert browser.submit(path).status_code == 303
    with frozen(start + 60 * MINUTE):
        assert Browser(app).get("/toegang/gok").status_code == 404


def test_a_link_that_works_is_never_counted(app: Flask, engine: Engine) -> None:
    good = access_path(engine)
    assert [Browser(app).get(good).status_code for _ in range(WRONG_LINKS.most + 2)] == [200] * (WRONG_LINKS.most + 2)
    assert Browser(app).get("/toegang/gok").status_code == 404


def test_behind_a_proxy_people_are_told_apart_and_without_one_nobody_can_pretend(
    engine: Engine, tmp_path: Path
) -> None:
    for hops, refused in ((0, True), (1, False)):
        app = create_app(settings_for(tmp_path, proxy_hops=hops), engine=engine)
        answers = [
            Browser(app).get(f"/toegang/gok{n}", headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code
            for n in range(WRONG_LINKS.most + 1)
        ]
        assert (answers[-1] == 429) is refused, hops


@pytest.mark.parametrize("kind", ["sign in", "access"])
def test_asking_for_the_head_of_a_link_uses_nothing_and_lets_nobody_in(app: Flask, engine: Engine, kind: str) -> None:
    path = access_path(engine) if kind == "access" else sign_in_path(engine, make_account(engine, "advisor"))
    scanner = Browser(app)
    assert [scanner.client.head(path).status_code for _ in range(2)] == [200, 200]
    assert who(scanner)[0] == "anyone"
    assert scanner.client.head(f"{path}x").status_code == 404
    person = Browser(app)
    person.get(path)
    assert person.submit(path).status_code == 303


# How long a session lives ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("door", "minutes"), [("advisor", 30), ("resident by link", 15), ("resident with a draft", 60)]
)
def test_a_session_ends_when_nothing_is_done(app: Flask, engine: Engine, door: str, minutes: int) -> None:
    start = now()
    for idle, alive in ((minutes * MINUTE - timedelta(seconds=1), True), (minutes * MINUTE, False)):
        with frozen(start):
            browser = Browser(app)
            if door == "advisor":
                browser.enter(account=make_account(engine, "advisor"))
            elif door == "resident with a draft":
                browser.enter(question_id=3, audience=Audience.RESIDENT)
            else:
                path = access_path(engine)
                browser.get(path)
                browser.submit(path)
        with frozen(start + idle):
            assert (who(browser)[0] != "anyone") is alive


def test_doing_something_keeps_a_session_but_never_past_twelve_hours(app: Flask, engine: Engine) -> None:
    start = now()
    with frozen(start):
        browser = Browser(app).enter(account=make_account(engine, "advisor"))
    for step in range(1, 36):
        with frozen(start + step * 20 * MINUTE):
            browser.get("/inloggen")
            assert who(browser)[0] == "advisor", step
    with frozen(start + timedelta(hours=12)):
        assert who(browser)[0] == "anyone"


def test_signing_out_kills_a_stolen_cookie(app: Flask, engine: Engine) -> None:
    browser = Browser(app).enter(account=make_account(engine, "advisor"))
    stolen = browser.client.get_cookie("loket")
    assert stolen is not None
    assert browser.post("/uitloggen").status_code == 303
    assert who(browser)[0] == "anyone"
    thief = Browser(app)
    thief.client.set_cookie("loket", stolen.value)
    assert who(thief)[0] == "anyone"


@pytest.mark.parametrize("act", ["disable", "change_role"])
def test_closing_an_account_or_changing_its_role_ends_its_sessions_and_links(
    app: Flask, engine: Engine, act: str
) -> None:
    advisor = make_account(engine, "advisor")
    browser = Browser(app).enter(account=advisor)
    path = sign_in_path(engine, advisor)

    def work(session):
        found = account_by_email(session, email=advisor.email)
        assert found is not None
        if act == "disable":
            disable_account(session, account=found, actor=SYSTEM, now=now())
        else:
            change_role(session, account=found, role=Role.REGION, actor=SYSTEM, now=now())

    assert who(browser)[0] == "advisor"
    unit_of_work(engine, work)
    assert who(browser)[0] == "anyone"
    assert Browser(app).get(path).status_code == 404


def test_a_form_of_a_session_that_is_over_says_so(app: Flask, engine: Engine) -> None:
    start = now()
    with frozen(start):
        browser = Browser(app).enter(account=make_account(engine, "advisor"))
    with frozen(start + timedelta(hours=2)):
        answer = browser.post("/uitloggen")
    assert answer.status_code == 400
    assert "een tijd niets gedaan" in answer.text


def test_a_cookie_that_means_nothing_is_taken_away(browser: Browser) -> None:
    for value in ("x", "A" * 43, "A" * 4000, "é"):
        browser.client.set_cookie("loket", value)
        assert browser.get("/bestaat-niet").status_code == 404
        assert browser.client.get_cookie("loket") is None


def test_coming_in_and_going_out_is_in_the_audit_log(app: Flask, engine: Engine) -> None:
    advisor = make_account(engine, "advisor")
    browser, path = Browser(app), sign_in_path(engine, advisor)
    browser.get(path)
    browser.submit(path)
    browser.get("/bestaat-niet")
    browser.submit("/uitloggen")
    with engine.connect() as connection:
        rows = connection.execute(
            select(AuditEvent.actor, AuditEvent.action, AuditEvent.origin, AuditEvent.fields)
            .where(AuditEvent.action.startswith("session."))
            .order_by(AuditEvent.id)
        ).all()
    assert [(row.actor, row.action, row.fields) for row in rows] == [
        (f"account:{advisor.id}", "session.opened", ["sign_in_link"]),
        (f"account:{advisor.id}", "session.closed", []),
    ]
    assert all(re.fullmatch("[0-9a-f]{32}", row.origin) for row in rows)


# The demonstration -----------------------------------------------------------------------------------------------------


def test_the_demonstration_lets_one_in_with_a_button_and_says_what_it_is(engine: Engine, tmp_path: Path) -> None:
    advisor = make_account(engine, "advisor", name="Noor de Vries")
    demo = create_app(settings_for(tmp_path, portal_env="demo"), engine=engine)
    browser = Browser(demo)
    page = browser.get("/inloggen").text
    assert "Noor de Vries" in page
    assert "Proefomgeving" in page
    assert browser.submit(f"/inloggen/proef/{advisor.public_id}").status_code == 303
    assert who(browser)[0] == "advisor"
    with engine.connect() as connection:
        ways = connection.scalars(select(SessionRecord.way_in).where(SessionRecord.account_id == advisor.id)).all()
    assert ways == [WayIn.DEMO]


def test_outside_the_demonstration_there_is_no_such_button(browser: Browser, engine: Engine) -> None:
    advisor = make_account(engine, "advisor", name="Noor de Vries")
    assert "Noor" not in browser.get("/inloggen").text
    assert browser.post(f"/inloggen/proef/{advisor.public_id}").status_code == 404
    assert who(browser)[0] == "anyone"


def test_staff_find_a_link_to_sign_in_on_a_page_they_may_not_see(
    staff: Callable[[str], Browser], browser: Browser
) -> None:
    assert 'href="/inloggen"' in browser.get("/adviseur/niet-voor-u").text
