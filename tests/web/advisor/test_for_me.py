"""The menu in groups with counts, and the list "Voor mij", as an advisor sees them at nine in the morning.

Who: an advisor who wants to begin with what cannot wait, on a laptop, or with 360 pixels on the way to a talk. Mistakes: an address
with nonsense, a link from last week. Pause: the list is the same when one comes back. Telephone: who wants to be called has the
number beside the task.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.cases.conversations.actions import plan_conversation
from portal.cases.conversations.models import TalkWay
from portal.cases.owners.actions import claim_case
from portal.cases.questions.models import ContactDetails, ContactWay
from portal.people.accounts.models import Role
from portal.people.accounts.queries import actor_of_account
from portal.platform import clock
from tests.factories import NOW, a_question
from tests.web.office import Office, links_of, said
from tests.web.walking import assert_sound, soup_of

BY_PHONE = ContactDetails(way=ContactWay.PHONE, name="Bo Beller", phone="0612345678")


@pytest.fixture
def database() -> str:
    """Once is enough: the list itself is tried on both databases."""
    return "sqlite"


def test_the_menu_stands_in_groups_says_how_much_waits_and_opens_where_one_is(office: Office) -> None:
    office.made(a_question)
    browser = office.browser("advisor")
    page = browser.get("/adviseur/facturen")
    assert_sound(page)
    menu = soup_of(page).select_one("nav.menu")
    assert menu is not None
    groups = {one.summary.get_text(" ", strip=True): one for one in menu.select("li > details")}
    assert list(groups) == ["Zaken", "Vouchers en geld", "Mensen", "Post"], "nothing of mine is due yet"
    assert [name for name, group in groups.items() if group.has_attr("open")] == ["Vouchers en geld"]
    assert links_of(groups["Zaken"])["Werkvoorraad 1"] == "/adviseur/"
    assert {link["href"] for link in menu.find_all("a", attrs={"aria-current": "page"})} == {"/adviseur/facturen"}
    case = soup_of(browser.get("/adviseur/doorlooptijden")).select("nav.menu details[open] summary")
    assert [one.get_text(strip=True) for one in case] == ["Zaken"], "where no group has the page the cases are open"
    region = soup_of(office.browser("region").get("/regio/"))
    assert (
        not region.select("nav.menu li details") and region.select_one("nav.menu > details.fold > summary") is not None
    )


def test_voor_mij_says_what_until_when_where_and_whom_to_call(office: Office) -> None:
    me = actor_of_account(office.account(Role.ADVISOR))
    first, second = office.made(a_question, contact=BY_PHONE), office.made(a_question)
    for question in (first, second):
        office.do(lambda s, one=question: claim_case(s, question=s.merge(one), actor=me, now=NOW))
    office.do(
        lambda s: plan_conversation(
            s,
            question=s.merge(second),
            planned_for=NOW + timedelta(days=1),
            way=TalkWay.DESK,
            place="1",
            actor=me,
            now=NOW,
        )
    )
    browser = office.browser("advisor")
    page = browser.get("/adviseur/voor-mij")
    assert_sound(page)
    words = said(page)
    assert words.index("Gesprek voeren") < words.index("Bellen: wil gebeld worden")
    assert "0612345678" in words and "03-03-2026" in words
    assert "Zaken 2" in soup_of(page).select_one("nav.menu").get_text(" ", strip=True)
    leads = links_of(soup_of(page).find("main"))
    assert browser.get(leads["Gesprek voeren en vastleggen"]).status_code == 200
    assert "Bellen" not in said(browser.get("/adviseur/voor-mij?wat=talk")).split("Uiterlijk")[1]
    with clock.frozen(NOW + timedelta(days=40)):
        assert "2 dingen zijn te laat" in said(office.browser("advisor").get("/adviseur/voor-mij"))


def test_an_empty_list_and_nonsense_in_the_address(office: Office) -> None:
    browser = office.browser("advisor")
    page = browser.get("/adviseur/voor-mij")
    assert_sound(page)
    assert "Er is niets te doen" in said(page)
    for query in ("van=x&wat=x&verder=x&page=x", "page=-1", "van=everybody&page=99", "wat=invoice&verder=1"):
        assert browser.get(f"/adviseur/voor-mij?{query}").status_code == 200
