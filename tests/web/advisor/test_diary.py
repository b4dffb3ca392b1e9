"""The diary of an advisor, and what becomes of appointments.

The job on paper: an advisor says once in which hours people can choose a talk, and where; says so when away, and hears which talks
still stand then. In the week a talk is moved by telephone, somebody does not come, somebody asks to be called back: one press each,
on the case and in the list. A colleague may have done the same a minute ago, and a day may be a holiday without anybody noticing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.cases.appointments.actions import TalkWish, choose_talk
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.conversations.queries import conversations_of
from portal.cases.diaries.models import TalkWay
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.accounts.models import Role
from portal.platform import clock
from tests.factories import ADVISOR, NOW, a_question, asker
from tests.portal.papers.test_calendar_file import read
from tests.web.advisor.steps import case
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import assert_refused_kindly, assert_sound, soup_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TEN = datetime(2026, 3, 4, 9, tzinfo=UTC)
HOURS = {"weekday": "2", "begins": "9.00", "ends": "12.00", "talk_minutes": "60", "ways": ["desk", "phone"]}


@pytest.fixture
def advisor(office: Office) -> Browser:
    """An advisor with hours on Wednesday morning."""
    browser = office.browser("advisor")
    browser.get("/adviseur/mijn-uren/toevoegen")
    assert browser.submit("/adviseur/mijn-uren/toevoegen", HOURS).status_code == 303
    return browser


def chosen(office: Office, question: DevelopmentQuestion) -> Conversation:
    wish = TalkWish(TEN, TalkWay.PHONE, "+31570123456")
    return office.do(lambda s: choose_talk(s, question=s.merge(question), wish=wish, actor=asker(question), now=NOW))


def talks(office: Office, question: DevelopmentQuestion) -> list[Conversation]:
    return office.do(lambda s: conversations_of(s, question=question, actor=ADVISOR))


def test_hours_are_kept_shown_and_taken_away(office: Office, advisor: Browser) -> None:
    page = advisor.follow()
    assert_sound(page)
    assert "woensdag 09.00 uur – 12.00 uur" in said(page) and "60 minuten per gesprek" in said(page)
    answer = advisor.post("/adviseur/mijn-uren/toevoegen", HOURS | {"begins": "11.00", "ends": "13.00"})
    assert answer.status_code == 422 and "vallen" in said(answer) and 'value="11.00"' in answer.text
    remove = soup_of(advisor.get("/adviseur/mijn-uren")).select_one("main form")
    assert remove is not None
    other = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    assert other.post(str(remove["action"])).status_code == 404, "a colleague keeps the own hours only"
    assert advisor.post(str(remove["action"])).status_code == 303
    assert "U hebt nog geen uren opgegeven." in said(advisor.get("/adviseur/mijn-uren"))


def test_who_is_away_hears_which_talks_still_stand(office: Office, advisor: Browser) -> None:
    question = office.made(a_question)
    chosen(office, question)
    for path in ("/adviseur/mijn-uren/afwezig", "/adviseur/mijn-uren/plaats", "/adviseur/mijn-uren/toevoegen"):
        assert_sound(advisor.get(path))
    days = {"first_day": "04-03-2026", "last_day": "05-03-2026"}
    assert advisor.post("/adviseur/mijn-uren/afwezig", days).status_code == 303
    assert "Er staat op deze dagen nog 1 gesprek." in said(advisor.follow())
    page = advisor.get("/adviseur/mijn-uren")
    assert_sound(page)
    assert "woensdag 4 maart 2026 tot en met donderdag 5 maart 2026" in said(page)
    place = {"place": "Kamer 2", "video_link": "https://kamer.example/1"}
    assert advisor.post("/adviseur/mijn-uren/plaats", place).status_code == 303
    assert "Kamer 2" in said(advisor.follow()) and "https://kamer.example/1" in said(advisor.get("/adviseur/mijn-uren"))


def test_a_talk_is_moved_by_the_advisor_as_it_was_seen(office: Office, advisor: Browser) -> None:
    question = office.made(a_question)
    talk = chosen(office, question)
    path = f"/adviseur/gesprek/{talk.public_id}/verzetten"
    page = advisor.get(path)
    assert_sound(page)
    assert 'value="10.00"' in page.text
    colleague = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    colleague.get(path)
    form = {"planned_for": "04-03-2026", "time": "15.00", "place": "Kamer 3", "advisor": "same"}
    assert colleague.submit(path, form).status_code == 303
    answer = advisor.submit(path, form | {"time": "16.00"})
    assert (
        answer.status_code == 422 and "nu: 4 maart 2026, 15.00 uur, " in said(answer) and 'value="16.00"' in answer.text
    )
    for wrong, message in (
        ({"planned_for": "08-03-2026"}, "Op zondag zijn er geen gesprekken."),
        ({"planned_for": "06-04-2026"}, "Dit is een feestdag."),
        ({"time": "3.00"}, "Een gesprek is tussen 7.00 en 21.00 uur."),
        ({"time": "14.10"}, "Kies een heel uur of een kwartier"),
    ):
        answer = advisor.submit(path, form | {"time": "16.00"} | wrong)
        assert answer.status_code == 422 and message in said(answer), wrong
    [moved] = talks(office, question)
    assert (moved.sequence, moved.place) == (1, "Kamer 3")
    colleague.get(path)
    assert colleague.submit(path, form | {"advisor": "me"}).status_code == 303, "somebody is ill"
    [taken_over] = talks(office, question)
    assert taken_over.advisor_id not in (None, moved.advisor_id) and taken_over.sequence == 2
    assert read(advisor.get(f"/adviseur/gesprek/{talk.public_id}.ics").data)["SEQUENCE"] == "2"


def test_who_did_not_come_and_who_wants_a_call_stand_on_the_case_and_in_the_list(
    office: Office, advisor: Browser
) -> None:
    question = office.made(a_question)
    talk = chosen(office, question)
    assert "Gekozen door de aanvrager" in said(advisor.get(case(question)))
    missed = f"/adviseur/gesprek/{talk.public_id}/niet-gekomen"
    assert advisor.post(missed).status_code == 422, "it has yet to begin"
    with clock.frozen(TEN + timedelta(hours=1)):
        browser = office.browser("advisor")
        assert "Was de persoon er niet?" in said(browser.get(f"/adviseur/gesprek/{talk.public_id}"))
        assert browser.post(missed).status_code == 303
        assert "niet gekomen" in said(browser.follow())
        assert [one.state for one in talks(office, question)] == [ConversationState.MISSED]
        call = case(question, "/terugbellen")
        assert_sound(browser.get(call))
        assert browser.submit(call, {"note": "Na 17 uur"}).status_code == 303
        assert "Wil teruggebeld worden, sinds 4 maart 2026" in said(browser.follow())
        assert browser.post(call, {"note": ""}).status_code == 422, "noted already"
        listed = browser.get("/adviseur/gesprekken")
        assert_sound(listed)
        words = said(listed)
        assert "Na 17 uur" in words and words.index("Terugbellen") < words.index("Niet gekomen")
        called = next(str(link["href"]) for link in soup_of(listed).find_all("a") if link.text.strip() == "Gebeld")
        assert_sound(browser.get(called))
        assert browser.submit(called).status_code == 303
        assert browser.post(called).status_code == 422, "a colleague was first"
        assert "Na 17 uur" not in said(browser.get("/adviseur/gesprekken"))


def test_the_list_says_how_long_people_wait(office: Office, advisor: Browser) -> None:
    office.made(a_question, now=NOW - timedelta(days=4))
    page = advisor.get("/adviseur/gesprekken")
    assert_sound(page)
    words = said(page)
    assert "Het eerste moment dat mensen nu zelf kunnen kiezen is woensdag 4 maart 2026, 09.00 uur." in words
    assert "1 vraag heeft nog geen gesprek." in words and "stuurde 4 dagen geleden de vraag" in words
    mine = said(advisor.get("/adviseur/gesprekken?van=mijn"))
    assert "Er zijn geen gesprekken gepland" in mine


BAD: list[tuple[dict[str, Any], str]] = [
    ({"weekday": "6"}, "weekday"),
    ({"weekday": ""}, "weekday"),
    ({"begins": "3.00"}, "begins"),
    ({"begins": "9.05"}, "begins"),
    ({"begins": "9" * 6000}, "begins"),
    ({"ends": "9.30"}, "ends"),
    ({"ends": "22.00"}, "ends"),
    ({"talk_minutes": "20"}, "talk_minutes"),
    ({"ways": []}, "ways"),
    ({"ways": ["video"]}, "ways"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD, ids=str)
def test_hours_that_cannot_be_get_a_message_at_the_field(office: Office, wrong: dict[str, Any], field: str) -> None:
    form = HOURS | {"weekday": "1"} | wrong
    answer = office.browser("advisor").post("/adviseur/mijn-uren/toevoegen", form)
    assert_refused_kindly(answer, field, form)
