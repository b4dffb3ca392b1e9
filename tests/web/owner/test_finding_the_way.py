"""An owner finds everything from the list: drafts, what waits for a second person, what must be looked at, what ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.platform import clock
from portal.publishing.workshop.actions import retire_scheme, save_draft, start_draft, submit_for_review
from portal.publishing.workshop.queries import document_of
from tests.factories import NOW
from tests.web.browser import make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

SLUG = "leervoucher"
PAGE = f"/eigenaar/regeling/{SLUG}"


@pytest.fixture
def people(office: Office) -> tuple[Account, Account]:
    """Two people of the organisation that owns the schemes."""
    first, second = (make_account(office.engine, Role.OWNER, organisation="regio-proefland") for _ in range(2))
    return first, second


def begin(office: Office, writer: Account, *, offered: bool = False) -> None:
    def work(session: object) -> None:
        actor = actor_of_account(session.merge(writer))  # type: ignore[attr-defined]
        draft = start_draft(session, scheme=SLUG, actor=actor, now=NOW)  # type: ignore[arg-type]
        if offered:
            submit_for_review(session, version=draft, actor=actor, now=NOW)  # type: ignore[arg-type]

    office.do(work)


def links(page: object) -> dict[str, str]:
    """Every link in the page, by its words."""
    found = soup_of(page).select("main a[href]")  # type: ignore[arg-type]
    return {" ".join(one.get_text().split()): str(one["href"]) for one in found}


def test_the_page_of_a_scheme_leads_to_everything_one_can_do_with_it(
    office: Office, people: tuple[Account, Account]
) -> None:
    browser = office.browser("owner", people[0])
    page = browser.get(PAGE)
    assert_sound(page)
    assert soup_of(page).select_one(f"form[action='{PAGE}/concept'] button") is not None
    known = links(page)
    assert known["Versie 1"] == f"{PAGE}/versie/1"
    assert "Vergelijk versies" not in known, "there is one version"
    for words in (
        "Download deze versie als bestand (YAML)",
        "Download pakket voor een ander loket",
        "Stop de regeling",
    ):
        assert browser.get(known[words]).status_code == 200, words


def test_who_has_a_draft_goes_on_with_it(office: Office, people: tuple[Account, Account]) -> None:
    writer, other = people
    begin(office, writer)
    browser = office.browser("owner", writer)
    known = links(browser.get(PAGE))
    assert browser.get(known["Ga verder met uw concept"]).status_code == 200
    assert browser.get(known["Vergelijk versies"]).status_code == 200
    assert "Wijzig deze regeling" in said(office.browser("owner", other).get(PAGE))


def test_the_list_says_who_a_version_waits_for(office: Office, people: tuple[Account, Account]) -> None:
    writer, second = people
    begin(office, writer)
    words = said(office.browser("owner", writer).get("/eigenaar/"))
    assert "op verder schrijven" in words and "wacht op u" not in words
    office.do(lambda session: submit_all(session, writer))
    assert "op een tweede persoon" in said(office.browser("owner", writer).get("/eigenaar/"))
    page = office.browser("owner", second).get("/eigenaar/")
    assert_sound(page)
    assert "1 versie wacht op u als tweede persoon" in said(page)
    assert f"{PAGE}/versie/2" in links(page).values()


def submit_all(session: object, writer: Account) -> None:
    actor = actor_of_account(session.merge(writer))  # type: ignore[attr-defined]
    draft = start_draft(session, scheme=SLUG, actor=actor, now=NOW)  # type: ignore[arg-type]
    submit_for_review(session, version=draft, actor=actor, now=NOW)  # type: ignore[arg-type]


def test_a_definition_past_its_review_date_is_listed_with_the_reason(
    office: Office, people: tuple[Account, Account]
) -> None:
    assert "Kijk deze regelingen na" not in said(office.browser("owner", people[0]).get("/eigenaar/"))
    with clock.frozen(NOW + timedelta(days=365 * 5)):
        page = office.browser("owner", people[0]).get("/eigenaar/")
        assert_sound(page)
        assert "De regeling moest voor 1 januari 2030 worden nagekeken" in said(page)


def test_a_scheme_that_ended_stays_in_the_list_and_its_pages_lead_back_there(
    office: Office, people: tuple[Account, Account]
) -> None:
    def end(session: object) -> None:
        actor = actor_of_account(session.merge(people[0]))  # type: ignore[attr-defined]
        retire_scheme(
            session, scheme=SLUG, last_day=NOW.date(), reason="Op.", actor=actor, now=NOW, prepared_by="account:0"
        )  # type: ignore[arg-type]

    office.do(end)
    browser = office.browser("owner", people[0])
    page = browser.get(PAGE)
    assert "Deze regeling stopt. De laatste dag is 2 maart 2026." in said(page)
    assert "Stop de regeling" not in links(page)
    with clock.frozen(NOW + timedelta(days=2)):
        browser = office.browser("owner", people[0])
        listed = browser.get("/eigenaar/")
        assert_sound(listed)
        assert "Regelingen die nu niet gelden" in said(listed)
        shown = browser.get(f"{PAGE}/versie/1")
        assert_sound(shown)
        assert soup_of(shown).select_one("a.back")["href"] == "/eigenaar/"


def test_the_pages_of_a_new_scheme_lead_back_to_the_list(office: Office, people: tuple[Account, Account]) -> None:
    browser = office.browser("owner", people[0])
    browser.get("/eigenaar/nieuw")
    made = browser.post("/eigenaar/nieuw", {"title_nl": "Lasvoucher"})
    form = browser.get(made.location)
    assert soup_of(form).select_one("a.back")["href"] == "/eigenaar/"
    version = made.location.replace("/concept/", "/versie/").rsplit("/", 1)[0]
    page = browser.get(version)
    assert_sound(page)
    assert soup_of(page).select_one("a.back")["href"] == "/eigenaar/"
    assert "Wat het is : Vul dit in." in said(page)
    assert soup_of(form).find("input", attrs={"name": "scheme"})["value"] == "lasvoucher", "it may still be renamed"


def test_a_finding_at_the_gate_leads_to_its_field(office: Office, people: tuple[Account, Account]) -> None:
    def work(session: object) -> None:
        actor = actor_of_account(session.merge(people[0]))  # type: ignore[attr-defined]
        draft = start_draft(session, scheme=SLUG, actor=actor, now=NOW)  # type: ignore[arg-type]
        document = document_of(draft) | {"caps": [{"per": "award"}]}
        save_draft(
            session,
            version=draft,
            document=document,
            cases=None,
            revision=draft.revision,
            actor=actor,
            now=NOW,  # type: ignore[arg-type]
        )

    office.do(work)
    browser = office.browser("owner", people[0])
    address, _, field = links(browser.get(f"{PAGE}/versie/2"))["Maxima 1, Bedrag"].partition("#")
    assert soup_of(browser.get(address)).find(id=field) is not None
    assert "Maxima 1, Bedrag" not in links(office.browser(Role.REGION).get(f"{PAGE}/versie/2")), (
        "the region cannot write"
    )
