"""Who works here asks a link by mail: it goes to the own address alone, and nobody learns who has an account."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select
from werkzeug.test import TestResponse

from portal.framework.staff import close_account, send_sign_in_link
from portal.papers.sending import SendingRun, send_mail
from portal.people.accounts.models import Account, Role, SessionRecord, SignInLink, WayIn
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent
from portal.platform.clock import frozen, now
from portal.platform.config import load_settings
from portal.platform.limits.models import SIGN_IN_CODES, SIGN_IN_MAILS
from portal.post.messages.models import MessageState, OutboxMessage
from tests.factories import NOW, SYSTEM
from tests.mails import text_of
from tests.web.browser import Browser
from tests.web.office import Office, office, said, still
from tests.web.walking import assert_sound

__all__ = ["office", "still"]

UNKNOWN = "niemand@loket.example"
MINUTE = timedelta(minutes=1)
_TOKENS = re.compile(r'name="(csrf_token|submission_token)" value="[^"]*"')


def ask(office: Office, email: str, browser: Browser | None = None) -> TestResponse:
    browser = browser or Browser(office.app)
    assert_sound(browser.get("/inloggen"))
    answer = browser.submit("/inloggen", {"email": email})
    assert (answer.status_code, answer.location) == (303, "/inloggen/gevraagd"), answer.text
    return browser.follow()


def send(office: Office, folder: Path) -> tuple[list[EmailMessage], SendingRun]:
    sent: list[EmailMessage] = []
    settings = load_settings(portal_env="test", state_dir=folder, base_url="https://loket.example")
    return sent, send_mail(office.engine, settings=settings, deliver=sent.append, clock=now)


def path_in(mail: EmailMessage) -> str:
    found = re.search(r"https://loket\.example(/inloggen/[\w-]{43})\n", text_of(mail))
    assert found
    return found[1]


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"^([0-9]{6})$", text_of(mail), re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.parametrize("role", list(Role))
def test_everybody_with_an_account_comes_in_by_themselves(office: Office, tmp_path: Path, role: Role) -> None:
    account, browser = office.account(role), Browser(office.app)
    assert_sound(ask(office, account.email.upper(), browser))
    (mail,), _run = send(office, tmp_path)
    assert account.email in mail["To"]
    assert account.display_name in browser.get(path_in(mail)).text
    assert browser.submit(path_in(mail)).status_code == 303
    assert browser.follow().status_code == 200
    again = Browser(office.app)
    assert again.get(path_in(mail)).status_code == 404, "once"


def test_the_answer_is_the_same_for_who_is_known_who_is_not_and_whose_account_is_closed(
    office: Office, tmp_path: Path
) -> None:
    closed = office.account(Role.HELPER)
    office.do(lambda s: close_account(s, account=s.get_one(Account, closed.id), actor=SYSTEM, now=NOW))
    send(office, tmp_path)
    pages = {
        _TOKENS.sub("", ask(office, email).text)
        for email in (office.account(Role.ADVISOR).email, UNKNOWN, closed.email)
    }
    assert len(pages) == 1
    assert "Als dit adres bij ons bekend is" in pages.pop()
    sent, _run = send(office, tmp_path)
    assert [mail["To"].rpartition("<")[2].rstrip(">") for mail in sent] == [office.account(Role.ADVISOR).email]


def test_the_work_is_the_same_for_who_is_known_and_who_is_not(office: Office) -> None:
    """The same statements, to the last one: what was written for nobody is taken back."""
    account = office.account(Role.ADVISOR)
    said_to = {email: statements(office.engine, office, email) for email in (account.email, UNKNOWN)}
    assert len(said_to[UNKNOWN]) > 10
    assert said_to[UNKNOWN] == said_to[account.email]
    kept = office.do(lambda s: list(s.scalars(select(OutboxMessage.object_id))))
    assert kept == [account.id]


def statements(engine: Engine, office: Office, email: str) -> list[str]:
    """What the database is told while somebody asks; to keep what was done and to take it back count as one."""
    browser, told = Browser(office.app), []
    browser.get("/inloggen")

    def note(_connection, _cursor, statement, *_rest) -> None:
        told.append(re.sub(r"^(RELEASE|ROLLBACK TO) SAVEPOINT \w+$", "END", statement))

    def end(_connection, _name, _context) -> None:
        told.append("END")

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "rollback_savepoint", end)
    event.listen(engine, "release_savepoint", end)
    try:
        assert browser.submit("/inloggen", {"email": email}).status_code == 303
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "rollback_savepoint", end)
        event.remove(engine, "release_savepoint", end)
    return [one for one in told if not one.startswith("SAVEPOINT")]


def test_the_ten_minutes_begin_when_the_mail_leaves(office: Office, tmp_path: Path) -> None:
    browser = Browser(office.app)
    ask(office, office.account(Role.ADVISOR).email, browser)
    with frozen(NOW + 30 * MINUTE):
        (mail,), _run = send(office, tmp_path)
    with frozen(NOW + 40 * MINUTE - timedelta(seconds=1)):
        assert browser.get(path_in(mail)).status_code == 200
    with frozen(NOW + 40 * MINUTE):
        assert browser.get(path_in(mail)).status_code == 404


def test_a_mail_that_could_not_leave_in_an_hour_does_not_leave_any_more(office: Office, tmp_path: Path) -> None:
    ask(office, office.account(Role.ADVISOR).email)
    with frozen(NOW + 61 * MINUTE):
        sent, run = send(office, tmp_path)
    assert (sent, run.given_up) == ([], 1)
    (kept,) = office.do(lambda s: list(s.scalars(select(OutboxMessage))))
    assert (kept.state, kept.trouble) == (MessageState.FAILED, "too_late")


def test_nothing_that_is_kept_or_logged_lets_anybody_in_or_names_the_address(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    account = office.account(Role.ADVISOR)
    ask(office, account.email)
    (waiting,) = office.do(lambda s: list(s.scalars(select(OutboxMessage))))
    assert office.do(lambda s: list(s.scalars(select(SignInLink)))) == [], "there is no link yet"
    assert waiting.details is not None and waiting.details.keys() == {"asked_by", "asked_from", "asked_in"}
    (mail,), _run = send(office, tmp_path)
    token = path_in(mail).rpartition("/")[2]
    code = code_in(mail)
    Browser(office.app).get(path_in(mail))
    (link,) = office.do(lambda s: list(s.scalars(select(SignInLink))))
    (left,) = office.do(lambda s: list(s.scalars(select(OutboxMessage))))
    printed = capfd.readouterr()
    assert code not in mail["Subject"] + caplog.text
    for secret in (token, account.email):
        assert secret not in str(vars(left)) + str(vars(link)) + mail["Subject"]
        assert secret not in caplog.text + printed.out + printed.err
    assert left.details is None


def test_the_session_says_by_which_link_and_who_asked_for_it_from_where(office: Office, tmp_path: Path) -> None:
    account, admin = office.account(Role.ADVISOR), office.account(Role.ADMIN)
    asking = Browser(office.app)
    ask(office, account.email, asking)
    sender = Actor(admin.role.audience, account_id=admin.id, origin="f" * 32)
    office.do(lambda s: send_sign_in_link(s, account=s.get_one(Account, account.id), actor=sender, now=NOW))
    for mail, browser in zip(send(office, tmp_path)[0], (asking, Browser(office.app)), strict=True):
        browser.get(path_in(mail))
        browser.submit(path_in(mail))
    rows = select(SessionRecord.way_in, SignInLink.created_by, SignInLink.created_from).join(SignInLink)
    found = office.do(lambda s: s.execute(rows.order_by(SessionRecord.id)).all())
    assert [(row.way_in, row.created_by) for row in found] == [
        (WayIn.SIGN_IN_LINK, "anyone"),
        (WayIn.SIGN_IN_LINK, f"account:{admin.id}"),
    ]
    assert re.fullmatch("[0-9a-f]{32}", found[0].created_from)
    assert found[1].created_from == "f" * 32
    page = said(office.browser("admin").get(f"/beheer/accounts/{account.public_id}"))
    assert "link, zelf gevraagd" in page
    assert f"link, gestuurd door {admin.display_name}" in page
    assert found[0].created_from[:8] in page
    acts = select(AuditEvent.action).where(AuditEvent.object_kind == "account", AuditEvent.object_id == str(account.id))
    assert office.do(lambda s: list(s.scalars(acts.order_by(AuditEvent.id)))) == [
        "account.link_asked",
        "account.link_sent",
        "session.opened",
        "session.opened",
    ]


def test_who_floods_an_address_leaves_its_owner_a_link_that_works(office: Office, tmp_path: Path) -> None:
    account, elsewhere = office.account(Role.ADVISOR), {"REMOTE_ADDR": "192.0.2.77"}
    for _ in range(SIGN_IN_MAILS.most):
        ask(office, account.email)
    browser = Browser(office.app)
    browser.get("/inloggen")
    refused = browser.submit("/inloggen", {"email": account.email})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    assert "Het kan weer vanaf" in said(refused)
    assert account.email in refused.text, "what was typed stands there still"
    sent, _run = send(office, tmp_path)
    assert len(sent) == SIGN_IN_MAILS.most
    owner = Browser(office.app)
    owner.get("/inloggen", environ_base=elsewhere)
    assert owner.submit("/inloggen", {"email": account.email}, environ_base=elsewhere).status_code == 303
    (mine,), _run = send(office, tmp_path)
    assert owner.get(path_in(mine)).status_code == 200
    assert "ergens anders gevraagd" in said(owner.get(path_in(sent[-1]))), "a link of the flood lets nobody in here"
    with frozen(NOW + SIGN_IN_MAILS.window):
        ask(office, account.email)


def test_a_link_works_in_the_browser_that_asked_and_its_code_too_and_in_no_other(
    office: Office, tmp_path: Path
) -> None:
    account, asked, other = office.account(Role.ADVISOR), Browser(office.app), Browser(office.app)
    ask(office, account.email, asked)
    ask(office, office.account(Role.HELPER).email, other)
    mails, _run = send(office, tmp_path)
    mail = next(one for one in mails if account.email in one["To"])
    assert "ergens anders gevraagd" in said(other.get(path_in(mail)))
    other.get("/inloggen")
    assert other.submit(path_in(mail)).status_code == 404
    other.get("/inloggen/gevraagd")
    wrong = other.submit("/inloggen/gevraagd", {"code": code_in(mail)})
    assert (wrong.status_code, 'id="code-error"' in wrong.text) == (422, True), "the code of another browser"
    assert_sound(asked.get("/inloggen/gevraagd"))
    typed = f"{code_in(mail)[:3]} {code_in(mail)[3:]}"
    assert asked.submit("/inloggen/gevraagd", {"code": typed}).status_code == 303
    assert account.display_name in asked.follow().text
    assert Browser(office.app).get(path_in(mail)).status_code == 404, "the code used the link up"


def test_who_guesses_the_code_is_stopped_after_five_also_with_the_right_one(office: Office, tmp_path: Path) -> None:
    browser = Browser(office.app)
    ask(office, office.account(Role.ADVISOR).email, browser)
    (mail,), _run = send(office, tmp_path)
    right = code_in(mail)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    codes = [wrong] * SIGN_IN_CODES.most + [right]
    answers = []
    for code in codes:
        browser.get("/inloggen/gevraagd")
        answers.append(browser.submit("/inloggen/gevraagd", {"code": code}).status_code)
    assert answers == [422] * SIGN_IN_CODES.most + [429]
    with frozen(NOW + SIGN_IN_CODES.window):
        browser.get("/inloggen/gevraagd")
        assert browser.submit("/inloggen/gevraagd", {"code": right}).status_code == 422, "its ten minutes are over"


def test_an_address_that_is_none_is_refused_at_the_field(office: Office) -> None:
    browser = Browser(office.app)
    browser.get("/inloggen")
    for wrong in ("", "x", "a@b", "a b@c.example"):
        refused = browser.submit("/inloggen", {"email": wrong})
        assert refused.status_code == 422
        assert 'id="email-error"' in refused.text
