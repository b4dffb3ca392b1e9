"""A cookie or a token that somebody captured is dead after whatever ends the right to be in: tried for every audience."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.cases.questions.models import Route
from portal.framework.staff import close_account, give_role
from portal.framework.tokens.models import SCOPES_OF, TokenScope
from portal.people.accounts.models import Account, Role, SessionRecord
from portal.people.accounts.queries import secret_hash
from portal.people.actor import BY_LINK, STAFF, Audience
from portal.people.sessions import Entrant, open_session
from tests.factories import NOW, SYSTEM, a_draft, a_question
from tests.web.browser import Browser, make_account
from tests.web.office import Office, office, still
from tests.web.programs import a_token, call

__all__ = ["office", "still"]

MINE = "/mijn-toegang"
READS = {
    TokenScope.QUESTIONS_READ: "/api/v1/questions",
    TokenScope.VOUCHERS_READ: "/api/v1/vouchers",
    TokenScope.INVOICES_READ: "/api/v1/invoices",
    TokenScope.ALLOCATIONS_READ: "/api/v1/allocations",
    TokenScope.REPORTS_READ: "/api/v1/reports/accountability",
}
"""Of each scope to read something: a page of it."""
ROLES = [Role(audience.value) for audience in sorted(STAFF)]


def cookie_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("loket")
    assert cookie is not None
    return cookie.value


def opens(office: Office, cookie: str, page: str = MINE) -> bool:
    """Whether who captured this cookie sees the page, and may send a form of it."""
    thief = Browser(office.app)
    thief.client.set_cookie("loket", cookie)
    status = thief.get(page).status_code
    assert status in (200, 404), status
    return status == 200


def log_out(_office: Office, browser: Browser, _account: Account) -> None:
    browser.get(MINE)
    assert browser.submit("/uitloggen").status_code == 303


def another_role(office: Office, _browser: Browser, account: Account) -> None:
    """The nearest other role: of the tokens that it may have as much as can be is the same."""
    mine = SCOPES_OF.get(account.role, frozenset())
    near = max(ROLES, key=lambda role: (role is not account.role, len(mine & SCOPES_OF.get(role, frozenset()))))
    assert near is not account.role
    office.do(lambda s: give_role(s, account=s.get_one(Account, account.id), role=near, actor=SYSTEM, now=NOW))


def disable(office: Office, _browser: Browser, account: Account) -> None:
    office.do(lambda s: close_account(s, account=s.get_one(Account, account.id), actor=SYSTEM, now=NOW))


def end_from_the_list(office: Office, browser: Browser, account: Account) -> None:
    """In another browser of the same person, by the button beside the session."""
    hashed = secret_hash(cookie_of(browser))
    number = office.do(lambda s: s.scalars(select(SessionRecord.id).where(SessionRecord.token_hash == hashed)).one())
    elsewhere = second_browser(office, account)
    elsewhere.get(MINE)
    assert elsewhere.submit(f"{MINE}/uitloggen", {"which": str(number)}).status_code == 303
    assert opens(office, cookie_of(elsewhere)), "control: where it was ended goes on"


def second_browser(office: Office, account: Account) -> Browser:
    """One more browser of the same person, with a session of its own."""
    cookie = office.do(lambda s: open_session(s, now=NOW, who=Entrant(account=s.get_one(Account, account.id)), data={}))
    browser = Browser(office.app)
    browser.client.set_cookie("loket", cookie)
    return browser


End = Callable[[Office, Browser, Account], None]
ENDS: dict[str, End] = {
    "log-out": log_out,
    "another role": another_role,
    "disabled": disable,
    "ended from the list": end_from_the_list,
}
TOKENS_TOO = {"another role", "disabled"}
"""What ends the right itself, and so that of a program too; a session is none of a program."""


NO_RIGHT = {401, 403}
"""What a program hears whose token is not good, or not for this."""


def test_every_audience_of_the_desk_is_tried() -> None:
    assert {role.audience for role in ROLES} | BY_LINK | {Audience.ANYONE, Audience.SYSTEM} == set(Audience)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("how", ENDS)
def test_a_captured_cookie_is_dead_after_whatever_ends_the_right_to_be_in(office: Office, role: Role, how: str) -> None:
    if role is Role.ADMIN:
        make_account(office.engine, Role.ADMIN, name="Tweede Beheerder")  # the last administrator stays
    account = office.account(role)
    mine, other = second_browser(office, account), second_browser(office, account)
    token = office.do(lambda s: a_token(s, s.get_one(Account, account.id))) if role in SCOPES_OF else None
    pages = sorted(READS[scope] for scope in SCOPES_OF.get(role, frozenset()) & READS.keys())
    captured = cookie_of(mine)
    assert opens(office, captured), "control: before it, it opens"
    before = {call(office.app, token, "GET", page).status_code for page in pages}
    assert not before & NO_RIGHT, "control: before it, it reads"
    ENDS[how](office, mine, account)
    assert not opens(office, captured)
    assert opens(office, cookie_of(other)) is (how not in TOKENS_TOO), "the other session of the same person"
    for page in pages:
        assert (call(office.app, token, "GET", page).status_code in NO_RIGHT) is (how in TOKENS_TOO), page


@pytest.mark.parametrize("audience", sorted(BY_LINK))
def test_who_came_in_by_a_link_logs_out_and_the_captured_cookie_is_dead(office: Office, audience: Audience) -> None:
    asks = audience is Audience.RESIDENT
    question = office.made(a_question) if asks else office.made(a_draft, route=Route.EMPLOYER)
    browser = Browser(office.app).enter(question_id=question.id, audience=audience)
    captured = cookie_of(browser)
    page = f"/mijn/{question.public_id}" if asks else f"/werkgever/vraag/{question.public_id}/wens"
    assert opens(office, captured, page), "control: before it, it opens"
    assert browser.post("/uitloggen").status_code == 303
    assert not opens(office, captured, page)
