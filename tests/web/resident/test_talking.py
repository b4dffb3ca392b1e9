"""Choosing a talk: who asked picks a free moment on the own page, moves it, calls it off, and puts it in a calendar.

The job on paper: somebody sent a question and wants to talk, mostly on a telephone, between other things. They look when somebody is
free, press a moment, and want to be sure that it stands. A week later they cannot come and press another moment, or call it off.
Somebody else may have been a second earlier; the page may have stood open since yesterday; the session may have ended. Nothing typed
is lost, and when nothing is free the page says so and gives a number to call.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal.cases.appointments.queries import latest_talk
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.diaries.actions import add_away, keep_place
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.people.actor import Audience
from portal.platform import clock
from portal.platform.database import unit_of_work
from tests.factories import ADVISOR, NOW, SYSTEM, a_question, an_advisor
from tests.portal.papers.test_calendar_file import read
from tests.web.browser import Browser
from tests.web.office import said
from tests.web.walking import assert_refused_kindly, assert_sound, soup_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TEN = "2026-03-04T09:00Z"
ELEVEN = "2026-03-04T10:00Z"
PHONE = {"phone": "0570 12 34 56"}


def made(engine: Engine, **more: Any) -> DevelopmentQuestion:
    return unit_of_work(engine, lambda s: a_question(s, **more))


@pytest.fixture
def asked(engine: Engine) -> DevelopmentQuestion:
    """A question, and one advisor with three hours on every working day."""
    question = made(engine)
    unit_of_work(engine, an_advisor)
    return question


def enter(app: Flask, question: DevelopmentQuestion) -> Browser:
    audience = Audience.EMPLOYER if question.route is Route.EMPLOYER else Audience.RESIDENT
    return Browser(app).enter(question_id=question.id, audience=audience)


def own(question: DevelopmentQuestion, more: str = "") -> str:
    return ("/werkgever/vraag/" if question.route is Route.EMPLOYER else "/mijn/") + question.public_id + more


def talk_of(engine: Engine, question: DevelopmentQuestion) -> Conversation | None:
    return unit_of_work(
        engine, lambda s: latest_talk(s, question=question, actor=SYSTEM, now=clock.now()), read_only=True
    )


@pytest.mark.parametrize("route", [Route.INDIVIDUAL, Route.EMPLOYER])
def test_a_moment_is_chosen_moved_and_called_off(app: Flask, engine: Engine, route: Route) -> None:
    question = made(engine, route=route)
    unit_of_work(engine, an_advisor)
    with clock.frozen(NOW):
        browser, path = enter(app, question), own(question, "/gesprek")
        status = browser.get(own(question))
        assert_sound(status)
        assert "Kies zelf wanneer u met een adviseur praat." in said(status)
        page = browser.get(f"{path}?hoe=desk")
        assert_sound(page)
        assert "Het eerste vrije moment is dinsdag 3 maart 2026, 09.00 uur." in said(page)
        assert browser.submit(f"{path}?hoe=desk", {"starts_at": TEN}).status_code == 303
        status = browser.follow()
        assert_sound(status)
        assert "Uw gesprek staat vast." in said(status) and "4 maart 2026, 10.00 uur, met Ada Adviseur" in said(status)
        assert read(browser.get(f"{path}.ics").data)["DTSTART"] == "20260304T090000Z"
        page = browser.get(path)
        assert_sound(page)
        assert "Een ander moment kiezen" in said(page) and TEN not in page.text
        assert browser.submit(path, {"starts_at": ELEVEN}).status_code == 303
        file = browser.get(f"{path}.ics")
        assert file.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
        assert (read(file.data)["SEQUENCE"], read(file.data)["DTSTART"]) == ("1", "20260304T100000Z")
        assert_sound(browser.get(f"{path}/afzeggen"))
        assert browser.submit(f"{path}/afzeggen").status_code == 303
        assert "Uw gesprek is afgezegd." in said(browser.follow())
        assert read(browser.get(f"{path}.ics").data)["METHOD"] == "CANCEL"
        assert browser.get(f"{path}/afzeggen").status_code == 303, "nothing left to call off"
    talk = talk_of(engine, question)
    assert talk is not None and (talk.state, talk.sequence) == (ConversationState.CANCELLED, 2)


def test_who_is_a_second_later_is_told_with_what_is_left_and_keeps_what_was_typed(
    app: Flask, engine: Engine, asked: DevelopmentQuestion
) -> None:
    other = made(engine)
    with clock.frozen(NOW):
        first, second = enter(app, asked), enter(app, other)
        for browser, question in ((first, asked), (second, other)):
            browser.get(own(question, "/gesprek?hoe=phone"))
        form = {"starts_at": TEN, **PHONE}
        assert first.submit(own(asked, "/gesprek?hoe=phone"), form).status_code == 303
        answer = second.submit(own(other, "/gesprek?hoe=phone"), form)
        assert_refused_kindly(answer, "starts_at", form)
        assert "Iemand anders was net eerder" in said(answer)
        left = {str(one["value"]) for one in soup_of(answer).find_all("input", {"name": "starts_at"})}
        assert TEN not in left and ELEVEN in left
        assert second.submit(own(other, "/gesprek?hoe=phone"), {"starts_at": ELEVEN, **PHONE}).status_code == 303
    talk = talk_of(engine, other)
    assert talk is not None and talk.place == "+31570123456"


def test_a_page_that_stood_open_does_nothing_with_what_was_not_seen(
    app: Flask, engine: Engine, asked: DevelopmentQuestion
) -> None:
    with clock.frozen(NOW):
        old, new, path = enter(app, asked), enter(app, asked), own(asked, "/gesprek?hoe=desk")
        old.get(path)
        new.get(path)
        assert new.submit(path, {"starts_at": TEN}).status_code == 303
        answer = old.submit(path, {"starts_at": ELEVEN})
        assert answer.status_code == 422
        assert "u zag: geen" in said(answer) and "nu: 4 maart 2026, 10.00 uur" in said(answer)
    talk = talk_of(engine, asked)
    assert talk is not None and talk.planned_for == datetime(2026, 3, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_at", ""),
        ("starts_at", "morgen"),
        ("starts_at", "9" * 6000),
        ("starts_at", "2026-03-04T09:00+00:00"),
        ("starts_at", "2026-03-08T09:00Z"),
        ("starts_at", "2026-03-04T02:00Z"),
        ("phone", ""),
        ("phone", "zomaar iets"),
        ("phone", "9" * 6000),
    ],
)
def test_what_nobody_should_send_gets_a_message_at_the_field(
    app: Flask, engine: Engine, asked: DevelopmentQuestion, field: str, value: str
) -> None:
    with clock.frozen(NOW):
        browser, path = enter(app, asked), own(asked, "/gesprek?hoe=phone")
        browser.get(path)
        form = {"starts_at": TEN, **PHONE} | {field: value}
        assert_refused_kindly(browser.submit(path, form), field, form)
    assert talk_of(engine, asked) is None


def test_nobody_is_booked_in_another_way_than_was_asked(app: Flask, engine: Engine, asked: DevelopmentQuestion) -> None:
    with clock.frozen(NOW):
        browser = enter(app, asked)
        browser.get(own(asked, "/gesprek?hoe=video"))
        answer = browser.submit(own(asked, "/gesprek?hoe=video"), {"starts_at": TEN})
        assert answer.status_code == 409 and "Zo is er geen moment meer vrij." in said(answer)
        assert_sound(answer)
        last = (NOW + timedelta(days=60)).date()
        unit_of_work(engine, lambda s: add_away(s, first_day=NOW.date(), last_day=last, actor=ADVISOR, now=NOW))
        answer = browser.submit(own(asked, "/gesprek?hoe=desk"), {"starts_at": TEN})
        assert answer.status_code == 409 and "Er is nu geen moment vrij" in said(answer)
        assert_sound(answer)
    assert talk_of(engine, asked) is None


def test_days_are_paged_and_nonsense_in_the_address_is_harmless(app: Flask, asked: DevelopmentQuestion) -> None:
    with clock.frozen(NOW):
        browser = enter(app, asked)
        page = browser.get(own(asked, "/gesprek?hoe=desk"))
        assert "Latere dagen" in said(page) and "Eerdere dagen" not in said(page)
        later = next(str(link["href"]) for link in soup_of(page).find_all("a") if link.text == "Latere dagen")
        page = browser.get(later)
        assert_sound(page)
        assert "Eerdere dagen" in said(page) and "dinsdag 10 maart 2026" in said(page)
        for query in ("hoe=x", "vanaf=x", "vanaf=9999-01-01", "hoe=phone&vanaf="):
            assert browser.get(own(asked, f"/gesprek?{query}")).status_code == 200


def test_without_free_moments_the_page_says_who_to_call(app: Flask, engine: Engine, asked: DevelopmentQuestion) -> None:
    last = (NOW + timedelta(days=60)).date()
    unit_of_work(engine, lambda s: add_away(s, first_day=NOW.date(), last_day=last, actor=ADVISOR, now=NOW))
    with clock.frozen(NOW):
        page = enter(app, asked).get(own(asked, "/gesprek"))
        assert_sound(page)
        assert "Er is nu geen moment vrij" in said(page)


def test_when_it_is_near_the_person_telephones(app: Flask, engine: Engine, asked: DevelopmentQuestion) -> None:
    unit_of_work(engine, lambda s: keep_place(s, place="Kamer 2", video_link=None, actor=ADVISOR, now=NOW))
    with clock.frozen(NOW):
        browser, path = enter(app, asked), own(asked, "/gesprek")
        browser.post(f"{path}?hoe=desk", {"starts_at": TEN})
    with clock.frozen(NOW + timedelta(days=1, hours=1)):
        browser = enter(app, asked)
        page = browser.get(path)
        assert_sound(page)
        assert "Het gesprek is al bijna." in said(page) and "Kamer 2" in said(page)
        assert soup_of(page).find("input", {"name": "starts_at"}) is None
        assert browser.post(f"{path}/afzeggen").status_code == 422


def test_somebody_else_does_not_see_it(app: Flask, engine: Engine, asked: DevelopmentQuestion) -> None:
    other = made(engine)
    with clock.frozen(NOW):
        browser = enter(app, other)
        for more in ("/gesprek", "/gesprek/afzeggen", "/gesprek.ics"):
            assert browser.get(own(asked, more)).status_code == 404
        assert browser.get(own(other, "/gesprek.ics")).status_code == 404, "there is none"
