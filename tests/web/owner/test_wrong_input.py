"""Whatever is sent to the screens of a version: an answer in words or "not found", never an error, and nothing changes."""

from __future__ import annotations

from typing import Any

import pytest

from portal.framework.catalogue.models import VersionState
from portal.framework.catalogue.queries import versions_of
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.publishing.workshop.actions import start_draft, submit_for_review
from tests.factories import NOW
from tests.web.browser import make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound

SLUG = "leervoucher"
PAGE = f"/eigenaar/regeling/{SLUG}"
HERE = f"{PAGE}/versie/2"
LONG = "x" * 2001


def person(office: Office) -> Account:
    return make_account(office.engine, Role.OWNER, organisation="regio-proefland")


def drafted(office: Office, writer: Account, *, offered: bool) -> None:
    def work(session: Any) -> None:
        actor = actor_of_account(session.merge(writer))
        draft = start_draft(session, scheme=SLUG, actor=actor, now=NOW)
        if offered:
            submit_for_review(session, version=draft, actor=actor, now=NOW)

    office.do(work)


def states(office: Office) -> list[VersionState]:
    return [row.state for row in office.do(lambda session: versions_of(session, slug=SLUG))]


@pytest.mark.parametrize("number", ["0", "-1", "abc", "2.0", "٢", "9999999", "99999999999999999999", "1e3"])
def test_a_version_that_cannot_be_is_not_found(office: Office, number: str) -> None:
    browser = office.browser("owner", person(office))
    for path in (f"{PAGE}/versie/{number}", f"{PAGE}/versie/{number}/bestand", f"{PAGE}/concept/{number}/algemeen"):
        assert browser.get(path).status_code == 404, path
    for act in ("aanbieden", "proef", "bijwerken", "uitkomst", "terug", "publiceren"):
        assert browser.post(f"{PAGE}/versie/{number}/{act}", {"key": "x", "reason": "x"}).status_code == 404, act


@pytest.mark.parametrize(
    "query", ["van=abc&naar=x", "van=-1&naar=0", "van=99&naar=99", f"van={'9' * 40}", "van=1&van=2&naar="]
)
def test_a_comparison_of_versions_that_are_not_there_shows_those_that_are(office: Office, query: str) -> None:
    writer = person(office)
    drafted(office, writer, offered=False)
    page = office.browser("owner", writer).get(f"{PAGE}/vergelijken?{query}")
    assert page.status_code == 200
    assert_sound(page)


@pytest.mark.parametrize("key", ["", "x", "0" * 64, "0" * 5000, "'; --"])
def test_an_outcome_that_does_not_change_cannot_be_approved(office: Office, key: str) -> None:
    writer = person(office)
    drafted(office, writer, offered=True)
    browser = office.browser("owner", person(office))
    browser.get(HERE)
    assert browser.post(f"{HERE}/uitkomst", {"key": key}).status_code == 303
    assert "De nieuwe uitkomst is goedgekeurd" not in said(browser.get(HERE))


def test_acts_on_a_version_in_another_state_are_explained(office: Office) -> None:
    writer = person(office)
    drafted(office, writer, offered=True)
    browser = office.browser("owner", writer)
    browser.get(HERE)
    for act in ("aanbieden", "bijwerken"):
        assert browser.post(f"{HERE}/{act}").status_code in (303, 409), act
    published = f"{PAGE}/versie/1"
    for act in ("aanbieden", "bijwerken", "proef"):
        assert browser.post(f"{published}/{act}").status_code in (303, 409), act
    for act, sent in (("terug", {"back-reason": "x"}), ("publiceren", {"from_day": "2-3-2026", "reason": "x"})):
        assert browser.post(f"{published}/{act}", sent).status_code in (409, 422), act
    assert browser.get(f"{PAGE}/concept/2/algemeen").status_code == 404, "what is offered is not changed"
    assert states(office) == [VersionState.IN_REVIEW, VersionState.IN_FORCE]


@pytest.mark.parametrize(
    ("act", "sent", "field"),
    [
        ("terug", {}, "back-reason"),
        ("terug", {"back-reason": " \n "}, "back-reason"),
        ("terug", {"back-reason": LONG}, "back-reason"),
        ("publiceren", {"from_day": "31-2-2026", "reason": "x"}, "from_day"),
        ("publiceren", {"from_day": "2-3-20260", "reason": "x"}, "from_day"),
        ("publiceren", {"from_day": "1-1-1", "reason": "x"}, "from_day"),
        ("publiceren", {"from_day": "2-3-2026", "reason": LONG}, "reason"),
        ("publiceren", {"from_day": "2-3-2026", "reason": "\x00"}, "reason"),
    ],
)
def test_a_wrong_field_is_pointed_at_and_keeps_what_was_typed(
    office: Office, act: str, sent: dict[str, str], field: str
) -> None:
    drafted(office, person(office), offered=True)
    browser = office.browser("owner", person(office))
    browser.get(HERE)
    page = browser.post(f"{HERE}/{act}", sent)
    assert page.status_code == 422
    assert_sound(page)
    assert f'href="#{field}"' in page.text
    assert sent.get("from_day", "") in page.text
    assert states(office)[0] is VersionState.IN_REVIEW


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "last_day"),
        ({"last_day": "gisteren", "reason": "Op."}, "last_day"),
        ({"last_day": "1-3-2026", "reason": "Op."}, "last_day"),
        ({"last_day": "31-3-2026", "reason": ""}, "reason"),
        ({"last_day": "31-3-2026", "reason": LONG}, "reason"),
    ],
)
def test_a_scheme_does_not_end_on_wrong_input(office: Office, sent: dict[str, str], field: str) -> None:
    browser = office.browser("owner", person(office))
    browser.get(f"{PAGE}/stoppen")
    page = browser.post(f"{PAGE}/stoppen", sent)
    assert page.status_code == 422
    assert_sound(page)
    assert f'href="#{field}"' in page.text
    assert states(office) == [VersionState.IN_FORCE]


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "\x00", "‮"])
def test_a_new_scheme_needs_a_title(office: Office, title: str) -> None:
    browser = office.browser("owner", person(office))
    browser.get("/eigenaar/nieuw")
    page = browser.post("/eigenaar/nieuw", {"title_nl": title})
    assert page.status_code in (303, 422)
    if page.status_code == 422:
        assert_sound(page)
        assert 'href="#title_nl"' in page.text


@pytest.mark.parametrize("title", ["!!!", "Łódź", "-", "a" * 200, "<script>alert(1)</script>"])
def test_any_title_makes_a_draft_that_can_be_opened(office: Office, title: str) -> None:
    browser = office.browser("owner", person(office))
    browser.get("/eigenaar/nieuw")
    made = browser.post("/eigenaar/nieuw", {"title_nl": title})
    assert made.status_code == 303
    assert_sound(browser.get(made.location))
    assert_sound(browser.get(made.location.replace("/concept/", "/versie/").rsplit("/", 1)[0]))
    assert "<script>alert" not in browser.get("/eigenaar/").text
