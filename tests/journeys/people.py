"""People at their browsers: who comes in, by which door, and what a person does on a page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.actions import issue_sign_in_link
from portal.accounts.queries import account_by_email
from portal.clock import now
from portal.config import Settings
from portal.database import unit_of_work
from portal.ledger.queries import Figures
from portal.ledger.queries import figures as ledger_figures
from portal.vouchers.models import Voucher
from portal.web.posting import send_mail
from tests.journeys.conftest import OpenPage, assert_accessible, assert_reflows
from tests.web.browser import SYSTEM
from tests.web.walking import CONTACT, WELDER, Desk

ANSWERS = {**WELDER, "werkgever": {"contribution": "ask"}}


@dataclass
class Person:
    """Somebody with a browser. `eyes` is a page with JavaScript, because axe needs it; it looks at what this browser shows.

    Who is not `careful` only walks: for pages that another journey looks at.
    """

    page: Page
    eyes: Page
    address: str
    careful: bool = True
    seen: set[tuple[str, str]] = field(default_factory=set)

    def go(self, path: str) -> Page:
        """Open an address."""
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer is not None and answer.status == 200, path
        return self.look()

    def look(self, *, wrong: bool = False) -> Page:
        """Check the page as it stands, with all that folds opened; once as long as it says the same.

        `wrong`: something was refused, and the page says so. Other eyes cannot open such a page: it answers a form.
        """
        expect(self.page.locator("html")).to_have_attribute("lang", "nl")
        expect(self.page.locator("h1")).to_have_count(1)
        expect(self.page.locator(".error-summary")).to_have_count(1 if wrong else 0)
        if not self.careful:
            return self.page
        if wrong and self.eyes is not self.page:
            assert_reflows(self.page)
            return self.page
        state = (self.page.url, self.page.get_by_role("main").inner_text())
        if state not in self.seen:
            self.seen.add(state)
            if self.eyes is not self.page:
                self.eyes.context.clear_cookies()
                self.eyes.context.add_cookies(self.page.context.cookies())  # type: ignore[arg-type]
                address = self.page.url.split("#")[0]
                answer = self.eyes.goto(address)
                assert answer is not None and answer.status == 200, address
                assert self.eyes.url == address
            self.eyes.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
            assert_accessible(self.eyes)
            assert_reflows(self.eyes)
        return self.page

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
                choice = self.page.locator(f'input:is([type=radio], [type=checkbox])[name="{name}"][value="{wanted}"]')
                control = self.page.locator(f'[name="{name}"]').first
                self.unfold(name)
                if choice.count():
                    choice.check()
                elif control.evaluate("control => control.tagName") == "SELECT":
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
    """The desk, its address, and browsers of one width."""

    desk: Desk
    address: str
    open_page: OpenPage
    settings: Settings
    width: int

    def visitor(self, *, careful: bool = True) -> Person:
        """Somebody without an account and without JavaScript."""
        page = self.open_page(width=self.width, script=False)
        return Person(page, self.open_page(width=self.width), self.address, careful)

    def employee(self, email: str, *, script: bool = True) -> Person:
        """Somebody who signs in by a link."""

        def link(session: Session) -> str:
            account = account_by_email(session, email=email)
            assert account is not None, email
            return issue_sign_in_link(session, account=account, actor=SYSTEM, now=now())

        token = unit_of_work(self.desk.engine, link)
        page = self.open_page(width=self.width, script=script)
        person = Person(page, page if script else self.open_page(width=self.width), self.address)
        person.go(f"/inloggen/{token}")
        person.press("Inloggen")
        return person

    def mailed_link(self, to: str) -> str:
        """The address in the mail that somebody gets now."""
        mails: list[EmailMessage] = []
        send_mail(self.desk.engine, settings=self.settings, deliver=mails.append, clock=now)
        texts = [mail.get_body(("plain",)) for mail in mails if to in str(mail["To"])]
        found = [re.search(r"/toegang/[\w-]+", text.get_content()) for text in texts if text is not None]
        links = [match[0] for match in found if match is not None]
        assert len(links) == 1, f"{len(links)} links in {len(mails)} messages to {to}"
        return links[0]

    def booked(self) -> Figures:
        """The sums of all transfers in the ledger."""
        sums = unit_of_work(self.desk.engine, lambda session: ledger_figures(session).values(), read_only=True)
        return sum(sums, start=Figures())

    def vouchers(self) -> list[Voucher]:
        """All vouchers of the desk."""
        return unit_of_work(self.desk.engine, lambda session: list(session.scalars(select(Voucher))), read_only=True)


def asks_for_advice(resident: Person) -> str:
    """Answer every question, see the answer, and send it. Returns the number of the question."""
    resident.go("/")
    resident.follow("Start met de vragen")
    page = resident.press("Beginnen")
    asked = []
    while not page.url.endswith("/controle"):
        part = page.url.split("?")[0].split("/vraag/")[1].split("/", 1)[1]
        assert part not in asked, f"asked twice: {part}"
        asked.append(part)
        answers = ANSWERS[part]
        if part == "kosten":
            answers = {name: value for name, value in answers.items() if page.locator(f'[name="{name}"]').count()}
        resident.fill(**answers)
        resident.press("Volgende stap")
    page = resident.follow("Bekijk de uitkomst")
    expect(page.locator("h1")).to_contain_text("U betaalt waarschijnlijk")
    resident.follow("Vraag versturen")
    resident.fill(**CONTACT)
    page = resident.press("Vraag versturen")
    expect(page.locator("h1")).to_have_text("Wij hebben uw vraag")
    number = page.locator(".reference").inner_text()
    resident.follow("Naar mijn vraag")
    return number
