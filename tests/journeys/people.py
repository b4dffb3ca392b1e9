"""People at their browsers: who comes in, by which door, and what a person does on a page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from playwright.sync_api import Error, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.queries import Figures
from portal.ledger.queries import figures as ledger_figures
from portal.papers.sending import send_mail
from portal.people.accounts.actions import issue_sign_in_link
from portal.people.accounts.queries import account_by_email
from portal.people.sessions import Entrant, open_session
from portal.platform.clock import now
from portal.platform.config import Settings
from portal.platform.database import unit_of_work
from portal.spending.vouchers.models import Voucher
from tests.journeys.conftest import OpenPage
from tests.journeys.seeing import SEEN, anatomy_of, assert_accessible, assert_fits, unfolded
from tests.web.browser import SYSTEM
from tests.web.walking import CONTACT, WELDER, Desk, Walk, last_part, soup_of

ANSWERS = {**WELDER, "werkgever": {"contribution": "ask"}}

_CHOICE = "input:is([type=radio], [type=checkbox])"
_FIELD = f"""([name, wanted]) => {{
  const fields = [...document.getElementsByName(name)];
  const isChoice = field => field.matches('{_CHOICE}') && field.value === wanted;
  const kind = fields.some(isChoice) ? 'choice' : fields[0]?.matches('select') ? 'select' : 'text';
  return [kind, fields.some(field => field.closest('details:not([open])'))]; }}"""
"""What kind of field has a name, and whether something that is shut hides it."""


@dataclass
class Person:
    """Somebody with a browser. axe needs JavaScript: who has none lends the session to other `eyes`, that look at the same page.

    Who is not `careful` only walks, and stops where it is asked to `inspect`: for pages that another journey looks at.
    """

    page: Page
    address: str
    open_eyes: Callable[[], Page] | None = None
    careful: bool = True
    seen: set[tuple[str, str]] = field(default_factory=set)
    eyes: Page | None = None

    def go(self, path: str) -> Page:
        """Open an address."""
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer is not None and answer.status == 200, path
        return self.look()

    def look(self, *, wrong: bool = False) -> Page:
        """Check the page as it stands; who is careful inspects it too. `wrong`: something was refused, and the page says so."""
        self.page.wait_for_load_state("domcontentloaded")  # what is counted next must have come in whole
        if not self._stands(wrong):
            expect(self.page.locator("html")).to_have_attribute("lang", "nl")
            expect(self.page.locator("h1")).to_have_count(1)
            expect(self.page.locator(".error-summary")).to_have_count(1 if wrong else 0)
        return self.inspect(wrong=wrong) if self.careful else self.page

    def _stands(self, wrong: bool) -> bool:
        """Whether the page is as it must be at the first look, asked in one go; else it may still be on its way."""
        count = "['h1', '.error-summary'].map(one => document.querySelectorAll(one).length)"
        try:
            return bool(
                self.page.evaluate(f"() => [document.documentElement.lang, ...{count}]") == ["nl", 1, int(wrong)]
            )
        except Error:
            return False

    def inspect(self, *, wrong: bool = False) -> Page:
        """Look at the page with all that folds opened, once as long as it says the same: axe, and narrow and wide windows.

        Other eyes cannot open a page with something wrong: it answers a form.
        """
        state = (self.page.url, self.page.get_by_role("main").inner_text())
        if state in self.seen:
            return self.page
        self.seen.add(state)
        with unfolded(self.page):
            anatomy = anatomy_of(self.page)
            if self.open_eyes is None:
                assert_accessible(self.page, anatomy)
            elif not wrong and anatomy not in SEEN:
                self.eyes = self.eyes or self.open_eyes()
                self.lend_to(self.eyes)
                SEEN.add(anatomy)
            assert_fits(self.page)
        return self.page

    def lend_to(self, eyes: Page) -> None:
        """Let other eyes look at this page."""
        eyes.context.clear_cookies()
        eyes.context.add_cookies(self.page.context.cookies())  # type: ignore[arg-type]
        address = self.page.url.split("#")[0]
        answer = eyes.goto(address)
        assert answer is not None and answer.status == 200, address
        assert eyes.url == address
        with unfolded(eyes):
            assert_accessible(eyes)

    def press(self, name: str | re.Pattern[str], *, wrong: bool = False) -> Page:
        """Press a button in the page; `wrong` when it must be refused."""
        self.page.get_by_role("main").get_by_role("button", name=name).last.click()
        return self.look(wrong=wrong)

    def follow(self, name: str | re.Pattern[str]) -> Page:
        """Follow a link in the page."""
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()
        return self.look()

    def fill(self, **answers: Any) -> None:
        """Fill in fields by their names: choices by value, the rest by typing."""
        for name, value in answers.items():
            for wanted in value if isinstance(value, list) else [value]:
                kind, shut = self.page.evaluate(_FIELD, [name, str(wanted)])
                if shut:
                    self.unfold(name)
                control = self.page.locator(f'[name="{name}"]').first
                if kind == "choice":
                    self.page.locator(f'{_CHOICE}[name="{name}"][value="{wanted}"]').check()
                elif kind == "select":
                    control.select_option(wanted)
                else:
                    control.fill(str(wanted))

    def unfold(self, name: str) -> None:
        """Open what hides a field."""
        folds = self.page.locator("details", has=self.page.locator(f'[name="{name}"]'))
        for fold in folds.all():
            if fold.get_attribute("open") is None:
                fold.locator("summary").first.click()


@dataclass
class Journey:
    """The desk, its address, and browsers: of one width, or narrower ones for who has no desk at the office."""

    desk: Desk
    address: str
    open_page: OpenPage
    settings: Settings
    width: int = 1280
    narrow: int | None = None
    inbox: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def visitor(self, *, careful: bool = True) -> Person:
        """Somebody without an account and without JavaScript."""
        return self._person(self.narrow or self.width, script=False, careful=careful)

    def employee(self, email: str, *, script: bool = True, careful: bool = True, width: int | None = None) -> Person:
        """Somebody who signs in by a link; who only walks is in already, and opens a page next."""

        def way_in(session: Session) -> str:
            account = account_by_email(session, email=email)
            assert account is not None, email
            if careful:
                return issue_sign_in_link(session, account=account, actor=SYSTEM, now=now())
            return open_session(session, now=now(), who=Entrant(account=account), data={})

        given = unit_of_work(self.desk.engine, way_in)
        person = self._person(width or self.width, script=script, careful=careful)
        if not careful:
            return self.let_in(person, given)
        person.go(f"/inloggen/{given}")
        person.press("Inloggen")
        return person

    def let_in(self, person: Person, cookie: str) -> Person:
        """The browser of somebody who came in before, with the session in this cookie."""
        person.page.context.add_cookies([{"name": "loket", "value": cookie, "url": self.address}])
        return person

    def _person(self, width: int, *, script: bool, careful: bool) -> Person:
        page = self.open_page(width=width, script=script)
        return Person(page, self.address, None if script else lambda: self.open_page(width=width), careful)

    def mails(self, to: str) -> list[str]:
        """The texts of the mails that came for somebody since the last time."""
        sent: list[EmailMessage] = []
        send_mail(self.desk.engine, settings=self.settings, deliver=sent.append, clock=now)
        for mail in sent:
            text = mail.get_body(("plain",))
            self.inbox[parseaddr(str(mail["To"]))[1]].append(text.get_content() if text is not None else "")
        return self.inbox.pop(to, [])

    def mailed_link(self, to: str) -> str:
        """The address in the newest mail that came for somebody since the last time."""
        mails = self.mails(to)
        found = [match[0] for match in (re.search(r"/toegang/[\w-]+", text) for text in mails) if match is not None]
        assert found, f"no link in {len(mails)} messages to {to}"
        return found[-1]

    def booked(self) -> Figures:
        """The sums of all transfers in the ledger."""
        sums = unit_of_work(self.desk.engine, lambda session: ledger_figures(session).values(), read_only=True)
        return sum(sums, start=Figures())

    def vouchers(self) -> list[Voucher]:
        """All vouchers of the desk."""
        return unit_of_work(self.desk.engine, lambda session: list(session.scalars(select(Voucher))), read_only=True)


Answers = Mapping[str, Mapping[str, Any]]


def asked_before(
    journey: Journey, answers: Answers = ANSWERS, contact: Mapping[str, Any] = CONTACT
) -> tuple[Person, str]:
    """Somebody who sent a question before the story begins; on the page where it is followed, and its number.

    It was sent with the same forms, without a browser: `asks_for_advice` walks them in one, in test_whole_desk.py.
    """
    walk = Walk(journey.desk.app, answers)
    walk.start()
    while last_part(walk.path) != "controle":
        walk.answer(walk.answers[last_part(walk.path)])
    walk.go("versturen")
    walk.answer(contact)
    number = soup_of(walk.browser.last).select_one(".reference")
    cookie = walk.browser.client.get_cookie("loket")
    assert number is not None and cookie is not None, walk.path
    person = journey.let_in(journey.visitor(careful=False), cookie.value)
    person.go(walk.path.removesuffix("/ontvangen"))
    return person, number.get_text()


def asks_for_advice(resident: Person, answers: Answers = ANSWERS, contact: Mapping[str, Any] = CONTACT) -> str:
    """Answer every question, see the answer, and send it. Returns the number of the question."""
    resident.go("/")
    resident.follow("Start met de vragen")
    page = resident.press("Beginnen")
    asked = []
    while not page.url.endswith("/controle"):
        part = page.url.split("?")[0].split("/vraag/")[1].split("/", 1)[1]
        assert part not in asked, f"asked twice: {part}"
        asked.append(part)
        filled = answers[part]
        if part == "kosten":
            filled = {name: value for name, value in filled.items() if page.locator(f'[name="{name}"]').count()}
        resident.fill(**filled)
        resident.press("Volgende stap")
    page = resident.follow("Bekijk de uitkomst")
    expect(page.locator("h1")).to_contain_text(re.compile("U betaalt|Nog geen regeling betaalt zeker mee"))
    resident.follow("Vraag versturen")
    resident.fill(**contact)
    page = resident.press("Vraag versturen")
    expect(page.locator("h1")).to_have_text("Wij hebben uw vraag")
    number = page.locator(".reference").inner_text()
    resident.follow("Naar uw vraag")
    return number
