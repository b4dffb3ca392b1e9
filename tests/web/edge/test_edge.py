"""The edge: one unit of work per request, done once however often it is sent, in the language that was chosen, and logged."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

import pytest
from flask import Flask, request
from sqlalchemy import Engine, func, select, text

from portal.people.accounts.models import SessionRecord
from portal.people.audit.models import ViewingEvent
from portal.platform.database import current_session, unit_of_work
from portal.platform.errors import Busy
from portal.web.edge.guards import place_of
from tests.web.browser import Browser, make_account
from tests.web.probe import names, probe_app


@pytest.fixture
def app(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with the probe screens, and errors answered as in production."""
    return probe_app(engine, tmp_path, monkeypatch)


# One unit of work ------------------------------------------------------------------------------------------------------


def test_a_form_is_committed_before_the_redirect(browser: Browser, engine: Engine) -> None:
    browser.get("/probe/name")
    assert browser.submit("/probe/name", {"name": "Deventer"}).status_code == 303
    assert names(engine) == ["Deventer"]


def test_a_form_with_errors_is_422_and_keeps_what_was_typed(browser: Browser, engine: Engine) -> None:
    browser.get("/probe/name")
    answer = browser.submit("/probe/name", {"name": "x" * 201})
    assert answer.status_code == 422
    assert "te lang" in answer.text
    assert "x" * 201 in answer.text
    assert names(engine) == []


def test_a_refusal_is_shown_at_its_field_and_nothing_half_done_stays(browser: Browser, engine: Engine) -> None:
    browser.get("/probe/name")
    answer = browser.submit("/probe/name", {"name": "weiger"})
    assert answer.status_code == 422
    assert "Dit kan nu niet." in answer.text
    assert names(engine) == []


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500, 503])
def test_an_answer_of_400_or_more_is_rolled_back(browser: Browser, engine: Engine, status: int) -> None:
    assert browser.post(f"/probe/{status}").status_code == status
    assert names(engine) == []


def test_a_post_that_writes_and_shows_a_page_is_a_fault_and_is_rolled_back(browser: Browser, engine: Engine) -> None:
    assert browser.post("/probe/forgets-redirect").status_code == 500
    assert names(engine) == []


def test_a_get_cannot_write(browser: Browser, engine: Engine) -> None:
    assert browser.get("/probe/writes-on-get").status_code == 500
    assert names(engine) == []


def test_a_lock_error_runs_the_whole_view_again(browser: Browser, engine: Engine) -> None:
    assert browser.post("/probe/unlucky").status_code == 303
    assert names(engine) == ["try 3"]


# Once, however often sent ----------------------------------------------------------------------------------------------


def test_the_same_form_twice_is_done_once_and_gives_the_same_redirect(browser: Browser, engine: Engine) -> None:
    token = secrets.token_urlsafe(16)
    first = browser.post("/probe/name", {"name": "Zutphen"}, token=token)
    again = browser.post("/probe/name", {"name": "Zutphen"}, token=token)
    assert (first.status_code, first.location) == (again.status_code, again.location) == (303, "/probe/name")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert names(engine) == ["Zutphen"]


def test_two_forms_with_their_own_tokens_are_both_done(browser: Browser, engine: Engine) -> None:
    """The control: without the same token the act happens twice."""
    for _ in range(2):
        browser.get("/probe/name")
        assert browser.submit("/probe/name", {"name": "Zutphen"}).status_code == 303
    assert names(engine) == ["Zutphen", "Zutphen"]


def test_a_view_that_starts_over_keeps_only_what_it_did_after_that_and_once(browser: Browser, engine: Engine) -> None:
    token = secrets.token_urlsafe(16)
    for _ in range(2):
        assert browser.post("/probe/instead", token=token).status_code == 303
    assert names(engine) == ["instead"]


def test_clicking_from_many_windows_at_once_is_done_once(app: Flask, browser: Browser, engine: Engine) -> None:
    token, csrf = secrets.token_urlsafe(16), browser.csrf()
    cookie = browser.client.get_cookie("loket")
    assert cookie is not None
    answers: list[int] = []

    def click() -> None:
        client = app.test_client()
        client.set_cookie("loket", cookie.value)
        sent = {"csrf_token": csrf, "submission_token": token, "name": "Lochem"}
        answers.append(client.post("/probe/name", data=sent).status_code)

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 6
    assert names(engine) == ["Lochem"]


def test_another_body_with_the_same_token_is_a_409_page(browser: Browser, engine: Engine) -> None:
    token = secrets.token_urlsafe(16)
    browser.post("/probe/name", {"name": "Zutphen"}, token=token)
    answer = browser.post("/probe/name", {"name": "Apeldoorn"}, token=token)
    assert answer.status_code == 409
    assert "al eerder verstuurd" in answer.text
    assert names(engine) == ["Zutphen"]


def test_a_form_with_errors_may_be_mended_and_sent_with_the_same_token(browser: Browser, engine: Engine) -> None:
    token = secrets.token_urlsafe(16)
    assert browser.post("/probe/name", {"name": ""}, token=token).status_code == 422
    assert browser.post("/probe/name", {"name": "Epe"}, token=token).status_code == 303
    assert names(engine) == ["Epe"]


def test_a_form_without_a_token_is_not_carried_out(browser: Browser, engine: Engine) -> None:
    assert browser.post("/probe/name", {"name": "Voorst", "submission_token": "kort"}).status_code == 400
    assert names(engine) == []


def test_saving_a_draft_needs_no_token(browser: Browser) -> None:
    assert browser.post("/probe/draft", {"submission_token": ""}).status_code == 303


def test_the_second_click_of_entering_lets_the_browser_in_too(app: Flask, browser: Browser, engine: Engine) -> None:
    """The first answer, with the new cookie, may never have arrived."""
    token, csrf = secrets.token_urlsafe(16), browser.csrf()
    before = browser.client.get_cookie("loket")
    assert before is not None
    assert browser.post("/probe/enter", token=token).status_code == 303
    second = app.test_client()
    second.set_cookie("loket", before.value)
    answer = second.post("/probe/enter", data={"csrf_token": csrf, "submission_token": token})
    assert answer.status_code == 303
    assert second.get("/probe/mine").text == "yours"
    assert names(engine) == ["entered"]


def test_the_old_cookie_is_nobody_after_entering(app: Flask, browser: Browser) -> None:
    browser.csrf()
    before = browser.client.get_cookie("loket")
    assert before is not None
    browser.post("/probe/enter")
    assert browser.get("/probe/mine").status_code == 200
    thief = app.test_client()
    thief.set_cookie("loket", before.value)
    assert thief.get("/probe/mine").status_code == 404


# Language --------------------------------------------------------------------------------------------------------------


def test_a_language_is_kept_and_the_page_says_which_it_is(browser: Browser) -> None:
    assert '<html lang="nl"' in browser.get("/inloggen").text
    assert '<html lang="en"' in browser.get("/inloggen?taal=en").text
    assert '<html lang="en"' in browser.get("/inloggen").text
    assert '<html lang="nl"' in browser.get("/inloggen?taal=nl").text
    assert '<html lang="nl"' in browser.get("/inloggen?taal=xx").text


def test_the_language_of_one_request_does_not_reach_the_next(app: Flask) -> None:
    Browser(app).get("/inloggen?taal=en")
    assert '<html lang="nl"' in Browser(app).get("/inloggen").text


def test_templates_and_the_extraction_of_sentences_agree(app: Flask) -> None:
    """A sentence that the runtime reads differently from the extraction would never be translated."""
    from io import BytesIO

    from babel.messages.extract import extract
    from jinja2.ext import babel_extract

    source = """{% trans %}
        Een zin over
        twee regels, voor 12,5%.
    {% endtrans %}{{ _('50% van de kosten') }}{% trans days=3 %}Nog {{ days }} dagen{% endtrans %}"""
    options = {"trimmed": "true", "silent": "false"}
    found = [text for _, text, _, _ in extract(babel_extract, BytesIO(source.encode()), options=options)]
    assert found == ["Een zin over twee regels, voor 12,5%.", "50% van de kosten", "Nog %(days)s dagen"]
    asked: list[str] = []

    def gettext(message: str, **_values: object) -> str:
        asked.append(message)
        return message

    environment = app.jinja_env.overlay()
    environment.install_gettext_callables(gettext, gettext, newstyle=False)  # type: ignore[attr-defined]
    environment.from_string(source).render()
    assert asked == found


# Who looked ------------------------------------------------------------------------------------------------------------


def viewings(engine: Engine) -> list[tuple[str, int, str]]:
    rows = select(ViewingEvent.actor, ViewingEvent.question_id, ViewingEvent.screen)
    return unit_of_work(engine, lambda s: [tuple(row) for row in s.execute(rows)], read_only=True)


def test_a_look_at_a_case_is_logged_before_the_page_is_given(app: Flask, engine: Engine) -> None:
    advisor = make_account(engine, "advisor")
    assert Browser(app).enter(account=advisor).get("/probe/case").status_code == 200
    assert viewings(engine) == [(f"account:{advisor.id}", 7, "probe.case")]


def test_a_look_that_cannot_be_logged_does_not_happen(
    app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.web.edge import edge

    def broken(*_: object, **__: object) -> None:
        raise Busy("the log takes no rows")

    monkeypatch.setattr(edge, "record_viewings", broken)
    answer = Browser(app).enter(account=make_account(engine, "advisor")).get("/probe/case")
    assert answer.status_code == 503
    assert "a case" not in answer.text


def test_a_reader_of_pages_without_forms_leaves_no_session(browser: Browser, engine: Engine) -> None:
    browser.get("/bestaat-niet")
    browser.get("/healthz")
    count = unit_of_work(engine, lambda s: s.scalar(select(func.count()).select_from(SessionRecord)), read_only=True)
    assert count == 0


def test_the_probe_screens_run_inside_the_edge(browser: Browser) -> None:
    """The control of this file: the views above really are behind the unit of work."""
    with browser.app.test_request_context("/probe/name"):
        assert request.endpoint == "probe.name"
    with pytest.raises(RuntimeError):
        current_session().execute(text("SELECT 1"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.7", "192.0.2.8", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_a_connection_with_many_addresses_is_one_place(one: str, other: str, same: bool) -> None:
    """Who has a network of IPv6 has 2^64 addresses, and would have as many turns."""
    assert (place_of(one) == place_of(other)) is same


def test_what_is_no_address_is_a_place_of_its_own() -> None:
    assert [place_of(""), place_of("nowhere")] == ["", "nowhere"]
