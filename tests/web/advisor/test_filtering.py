"""The worklist as a place to work: filter, order, columns, a name for a filter, and the same as a file.

Who: an advisor who makes the round of one kind of cases every week and passes a list on to a team leader. Mistakes: a day that does
not exist, a filter without a name, a name that is a formula. Pause: the filter is in the address and under a name. Telephone: the
same page, with the cells below each other.
"""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.cases.owners.actions import claim_case
from portal.cases.questions.models import ContactDetails, ContactWay, Route
from portal.oversight.worklist.models import SavedSelection
from portal.people.accounts.models import Role
from portal.people.accounts.queries import actor_of_account
from portal.people.audit.models import ViewingEvent
from portal.web.advisor import worklist
from tests.factories import NOW, a_question
from tests.web.browser import Browser, make_account
from tests.web.office import Office, links_of, said
from tests.web.walking import assert_sound, soup_of

FORMULA = ContactDetails(way=ContactWay.EMAIL, name="=1+1", email="f@voorbeeld.example")
AAN = ContactDetails(way=ContactWay.EMAIL, name="Aan Aarts", email="a@voorbeeld.example")


@pytest.fixture
def database() -> str:
    """Once is enough: the selection itself is tried on both databases."""
    return "sqlite"


def numbers(browser: Browser, query: str = "") -> list[str]:
    """The cases on the page, in order."""
    page = browser.get(f"/adviseur/?{query}")
    assert page.status_code == 200
    return [row.find("a").get_text(strip=True)[-4:] for row in soup_of(page).select("form table tbody tr")]


def three(office: Office) -> Browser:
    """A resident of last week, an employer, and a resident with another name; the last one is of the advisor."""
    office.made(a_question, now=NOW - timedelta(days=7))
    office.made(a_question, route=Route.EMPLOYER)
    last = office.made(a_question, contact=AAN, now=NOW - timedelta(days=2))
    me = actor_of_account(office.account(Role.ADVISOR))
    office.do(lambda s: claim_case(s, question=s.merge(last), actor=me, now=NOW))
    return office.browser("advisor")


def test_filter_and_order_narrow_what_the_page_the_count_and_the_file_say(office: Office) -> None:
    browser = three(office)
    page = browser.get("/adviseur/")
    assert_sound(page)
    assert sorted(numbers(browser)) == ["0001", "0002", "0003"]
    assert numbers(browser, "soort=employer") == ["0002"]
    assert numbers(browser, "vanaf=25-02-2026&tot=28-02-2026") == ["0003"]
    assert numbers(browser, f"van={office.account(Role.ADVISOR).public_id}") == ["0003"]
    assert numbers(browser, "op=oldest") == ["0001", "0003", "0002"]
    assert numbers(browser, "op=name")[0] == "0003"
    assert "1 vraag ." in said(browser.get("/adviseur/?soort=employer")) or "1 vraag." in said(browser.last)
    assert numbers(browser, "laat=y") == ["0001"]
    assert numbers(browser, "laat=y&soort=employer") == []
    assert "Er zijn geen vragen die hierbij passen" in said(browser.last)


def test_a_wrong_day_has_its_message_and_narrows_nothing(office: Office) -> None:
    browser = three(office)
    assert len(numbers(browser, "vanaf=31-02-2026")) == 3
    page = browser.get("/adviseur/?vanaf=31-02-2026&tot=gisteren")
    assert_sound(page)
    assert {"vanaf", "tot"} <= {link["href"][1:] for link in soup_of(page).select("#error-summary a")}
    assert soup_of(page).find(id="vanaf")["value"] == "31-02-2026"


def test_the_columns_that_are_chosen_stand_on_the_page_and_in_the_file(office: Office) -> None:
    browser = three(office)
    page = browser.get("/adviseur/?kol=sent&kol=route&op=oldest")
    heads = [one.get_text(strip=True) for one in soup_of(page).select("form table thead th")]
    assert heads == ["Nummer en naam", "Soort vrager", "Verstuurd"]
    sorted_by = soup_of(page).select_one("form table thead th[aria-sort]")
    assert sorted_by is None, "the oldest first is the age, which is not shown"
    newest = browser.get(soup_of(page).select("form table thead a")[1]["href"])
    assert soup_of(newest).select_one("th[aria-sort]").get_text(strip=True) == "Verstuurd"
    file = browser.get(links_of(soup_of(page).find("main"))["Download deze vragen (CSV)"])
    assert file.mimetype == "text/csv"
    lines = list(csv.reader(io.StringIO(file.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    assert lines[0] == ["Nummer", "Naam", "Soort vrager", "Verstuurd"]
    assert [line[0][-4:] for line in lines[1:]] == ["0001", "0003", "0002"]
    assert lines[2][1:] == ["Aan Aarts", "inwoner", "28-02-2026"]
    in_file = select(func.count(ViewingEvent.id)).where(ViewingEvent.screen == "advisor.queue_file")
    assert office.do(lambda s: s.scalar(in_file)) == 3, "each case in the file is logged as looked at"


def test_a_name_that_is_a_formula_is_text_in_the_file_and_too_many_are_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.made(a_question, contact=FORMULA)
    browser = office.browser("advisor")
    assert ";'=1+1;" in browser.get("/adviseur/werkvoorraad.csv?kol=sent").get_data(as_text=True)
    monkeypatch.setattr(worklist, "MOST_IN_A_FILE", 0)
    assert browser.get("/adviseur/werkvoorraad.csv").status_code == 422
    assert "Maak het filter kleiner" in said(browser.get("/adviseur/"))


def test_a_filter_is_kept_under_a_name_replaced_and_thrown_away(office: Office) -> None:
    browser = three(office)
    page = browser.get("/adviseur/?soort=employer&op=newest")
    back = soup_of(page).select_one("input[name=terug]")["value"]
    assert browser.post("/adviseur/filters", {"name": " Werkgevers ", "terug": back}).status_code == 303
    assert browser.last.location == "/adviseur/?soort=employer&op=newest"
    browser.post("/adviseur/filters", {"name": "Werkgevers", "terug": "soort=employer&zomaar=x&staat=weg"})
    kept = office.do(lambda s: s.scalars(select(SavedSelection)).all())
    assert [(one.name, one.asked) for one in kept] == [("Werkgevers", {"soort": ["employer"]})]
    assert links_of(soup_of(browser.get("/adviseur/")))["Werkgevers"] == "/adviseur/?soort=employer"
    other = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    assert "Werkgevers" not in said(other.get("/adviseur/filters"))
    gone = f"/adviseur/filters/{kept[0].public_id}/verwijderen"
    assert other.post(gone).status_code == 404
    wrong = browser.post("/adviseur/filters", {"name": " ", "terug": back})
    assert_sound(wrong)
    assert wrong.status_code == 422
    assert back.replace("&", "&amp;") in wrong.text, "the filter is still there to be named"
    assert browser.post(gone).status_code == 303
    assert "nog geen filters bewaard" in said(browser.follow())


@pytest.mark.parametrize("query", ["van=x&soort=x&laat=x&op=x&kol=x", "kol=", "vanaf=&tot=", "van=mine&van=nobody"])
def test_what_is_not_known_is_left_out(office: Office, query: str) -> None:
    office.made(a_question)
    assert office.browser("advisor").get(f"/adviseur/?{query}").status_code == 200
