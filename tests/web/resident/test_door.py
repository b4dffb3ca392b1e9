"""Who comes to the door is counted without a cookie, at no cost to the page, and a campaign goes along until there is a draft."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.cases.origins.actions import make_campaign
from portal.cases.origins.models import DoorCount, DoorStep, HeardFrom, QuestionOrigin
from portal.platform.errors import Busy
from portal.web.resident import door
from tests.factories import NOW, REGION, a_region
from tests.web.browser import Browser
from tests.web.office import Office, office, shared_office, still
from tests.web.walking import assert_sound, soup_of

__all__ = ["office", "shared_office", "still"]
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "Accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A desk with a campaign that writes each visit at once."""
    office.do(a_region)
    office.do(lambda session: make_campaign(session, code="flyer", name="Flyer", actor=REGION, now=NOW))
    monkeypatch.setattr(door, "EVERY", 0.0)
    monkeypatch.setitem(office.app.extensions, "visits", door.VisitTally())
    return office


def counts(office: Office) -> dict[tuple[str, str], int]:
    rows = office.do(lambda session: [(one.step, one.code, one.number) for one in session.scalars(select(DoorCount))])
    return {(step.value, code): number for step, code, number in rows}


def visit(office: Office, path: str = "/", **headers: str) -> Any:
    return office.app.test_client().get(path, headers=BROWSER | headers, buffered=True)


def test_somebody_with_a_browser_is_counted_and_nobody_else(desk: Office) -> None:
    for path in ("/", "/?via=flyer", "/?via=FLYER", "/?via=onbekend", "/?via=%27%20or%201", "/?via=" + "9" * 500):
        answer = visit(desk, path)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert counts(desk) == {("visit", ""): 4, ("visit", "flyer"): 2}
    client = desk.app.test_client()
    assert client.head("/", headers=BROWSER).status_code == 200
    for headers in (
        {"User-Agent": "Googlebot/2.1"}, {"User-Agent": ""}, {"User-Agent": "curl/8"}, {"Accept": "application/json"},
        {"Accept": "*/*"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"},
    ):  # fmt: skip
        assert visit(desk, "/", **headers).status_code == 200
    assert visit(desk, "/privacy").status_code == 200
    assert counts(desk) == {("visit", ""): 4, ("visit", "flyer"): 2}


def test_a_campaign_goes_along_to_the_draft_and_what_is_said_stays_with_the_question(desk: Office) -> None:
    home = soup_of(visit(desk, "/?via=flyer"))
    links = {str(link["href"]) for link in home.select("main a[href*='via=']")}
    assert links == {"/vraag?via=flyer", "/werkgever?via=flyer"}
    for path in sorted(links):
        browser = Browser(desk.app)
        start = browser.get(path)
        assert_sound(start)
        form = soup_of(start).select_one("main form[method=post]")
        assert form is not None and form["action"] == path
        assert browser.submit(path, {}).status_code == 303
    plain = Browser(desk.app)
    plain.get("/vraag")
    assert plain.submit("/vraag", {}).status_code == 303
    assert counts(desk)["begun", "flyer"] == 2 and counts(desk)["begun", ""] == 1
    kept = desk.do(lambda session: [one.code for one in session.scalars(select(QuestionOrigin))])
    assert kept == ["flyer", "flyer"], "without a campaign nothing is kept"
    assert "via=" not in str(soup_of(visit(desk, "/?via=onbekend")).main)


def test_what_cannot_be_written_is_counted_on_and_the_page_is_there(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: Any, **_more: Any) -> None:
        raise Busy("no room")

    with monkeypatch.context() as fault:
        fault.setattr(door, "count_at_door", broken)
        assert visit(desk).status_code == 200
    assert counts(desk) == {}, "control: it was not written"
    assert visit(desk).status_code == 200
    assert counts(desk) == {("visit", ""): 2}


def test_a_visit_is_not_written_each_time_and_only_so_many_are_kept() -> None:
    kept = door.VisitTally()
    assert not any(kept.add(NOW.date(), "") for _ in range(1_000)), "a minute did not pass"
    for number in range(2 * door.MOST_KEPT):
        kept.add(NOW.date(), f"c{number}")
    assert len(kept._counts) == door.MOST_KEPT
    assert {step.value for step in DoorStep} == {"visit", "begun"} and len(HeardFrom) == 8
