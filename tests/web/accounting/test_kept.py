"""The first page of the accounts asks the books once, as long as nobody does anything; after every act it asks again."""

from __future__ import annotations

from typing import Any

import pytest

from portal.people.accounts.models import Role
from portal.platform.i18n import format_euros
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.web.accounting import overview
from tests.factories import NOW, a_provider, a_voucher
from tests.web.browser import Browser
from tests.web.office import Office
from tests.web.walking import soup_of


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that the books were asked for the figures of the lines, or the warnings were looked for."""
    said: list[str] = []
    for name in ("line_figures", "desk_warnings"):
        whole = getattr(overview, name)

        def counted(*args: Any, _whole: Any = whole, _name: str = name, **named: Any) -> Any:
            said.append(_name)
            return _whole(*args, **named)

        monkeypatch.setattr(overview, name, counted)
    return said


def seen(browser: Browser) -> str:
    """The words of the page."""
    return " ".join(soup_of(browser.get("/verantwoording/")).get_text(" ").replace("\xa0", " ").split())


def test_who_looks_again_has_the_same_page_and_the_books_are_asked_once(office: Office, asked: list[str]) -> None:
    office.do(a_voucher)
    first, second = office.browser(Role.REGION), office.browser(Role.CONTROLLER)
    shown = seen(first)
    assert seen(first) == shown and asked == ["line_figures", "desk_warnings"]
    seen(second)
    assert asked == ["line_figures", "desk_warnings"], "nor for somebody else who sees the same"


def test_after_an_act_the_page_says_what_the_books_say(office: Office, asked: list[str]) -> None:
    browser = office.browser(Role.REGION)
    voucher = office.do(a_voucher)
    before = seen(browser)

    def use(session: Any) -> None:
        _, pia = a_provider(session)
        redeem_voucher(
            session, voucher=session.merge(voucher), bill=Bill("F-1", NOW.date(), 41_234), actor=pia, now=NOW
        )

    office.do(use)
    after = seen(browser)
    used = format_euros(41_234, exact=True).replace("\xa0", " ")
    assert used in after and used not in before
    assert asked.count("line_figures") == 2


def test_a_funder_never_has_the_page_of_all_money(office: Office) -> None:
    office.do(a_voucher)
    region, funder = office.browser(Role.REGION), office.browser(Role.FUNDER)
    whole = seen(region)
    own = seen(funder)
    assert own != whole and len(whole) > len(own)
