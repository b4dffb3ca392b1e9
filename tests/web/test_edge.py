"""The edge: one unit of work per request, once however often sent, the same headers on every answer, and no 500 on odd input."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

import pytest
from flask import Blueprint, Flask, redirect, request
from sqlalchemy import Engine, func, select, text

from portal import create_app
from portal.accounts import access
from portal.accounts.actions import grant_access_link
from portal.accounts.models import Organisation, SessionRecord
from portal.accounts.queries import organisations
from portal.audit.actions import note_viewing
from portal.audit.models import ViewingEvent
from portal.clock import now
from portal.database import current_session, unit_of_work
from portal.errors import Busy, Refusal, StorageFull
from portal.web.edge import found, page, repeatable, start_over
from portal.web.forms import Form, TextField
from portal.web.session import enter_question
from tests.web.browser import SYSTEM, Browser, make_account
from tests.web.conftest import settings_for

ALL_ANSWERS = (
    "/inloggen",
    "/",
    "/bestaat-niet",
    "/static/app.css",
    "/healthz",
    "/readyz",
    "/inloggen/fout",
    "/a%00b",
    "/probe/500",
)


class NameForm(Form):
    name = TextField("Naam", missing="Vul een naam in.")


def add_organisation(name: str) -> None:
    session = current_session()
    session.add(
        Organisation(
            public_id=secrets.token_urlsafe(16),
            slug=secrets.token_hex(4),
            name=name,
            kind="desk",
            created_at=now(),
            created_by=SYSTEM.reference,
        )
    )
    session.flush()


def probe() -> Blueprint:  # noqa: C901 - a list of small screens
    """Screens that do what no screen should, to see what the edge makes of it."""
    blueprint = Blueprint("probe", __name__, url_prefix="/probe")
    seen = {"tries": 0}

    @blueprint.route("/name", methods=["GET", "POST"])
    def name():
        form = NameForm()
        if form.validate_on_submit():
            with form.refusals():
                if form.name.data == "weiger":
                    add_organisation("half done")
                    raise Refusal("refused", "Dit kan nu niet.", field="name")
                add_organisation(form.name.data)
                return redirect("/probe/name", code=303)
        return page("probe.html", form=form)

    @blueprint.post("/instead")
    def instead():
        add_organisation("half done")
        start_over()
        add_organisation("instead")
        return redirect("/probe/name", code=303)

    @blueprint.post("/draft")
    @repeatable
    def draft():
        return redirect("/probe/name", code=303)

    @blueprint.post("/forgets-redirect")
    def forgets_redirect():
        add_organisation("shown at once")
        return "done"

    @blueprint.post("/<int:status>")
    def answers(status: int):
        add_organisation(f"with {status}")
        return "no", status

    @blueprint.get("/500")
    def fails():
        raise ValueError("a fault with a name in it: Fatima")

    @blueprint.get("/busy")
    def busy():
        raise Busy("no luck")

    @blueprint.get("/full")
    def full():
        raise StorageFull("no room")

    @blueprint.get("/refused")
    def refused():
        raise Refusal("no", "Dit mag nu niet.")

    @blueprint.get("/writes-on-get")
    def writes_on_get():
        add_organisation("by a GET")
        return "ok"

    @blueprint.get("/case")
    def case():
        note_viewing(question_id=7)
        return "a case"

    @blueprint.post("/enter")
    def enter():
        add_organisation("entered")
        enter_question(question_id=11, audience=access.Audience.RESIDENT)
        return redirect("/probe/mine", code=303)

    @blueprint.get("/mine")
    def mine():
        found(access.current_actor().question_id)
        return "yours"

    @blueprint.post("/unlucky")
    def unlucky():
        seen["tries"] += 1
        add_organisation(f"try {seen['tries']}")
        if seen["tries"] < 3:
            raise lock_error()
        return redirect("/", code=303)

    return blueprint


def lock_error() -> Exception:
    import pysqlite3.dbapi2 as driver
    from sqlalchemy.exc import OperationalError

    error = driver.OperationalError("database is locked")
    error.sqlite_errorcode = driver.SQLITE_BUSY
    return OperationalError("COMMIT", {}, error)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with the probe screens, and errors answered as in production."""
    from portal import blueprints

    real = blueprints.register

    def register(app: Flask) -> None:
        real(app)
        part = probe()
        app.register_blueprint(part)
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("probe."):
                monkeypatch.setitem(access.POLICY, rule.endpoint, access.ANYONE)

    monkeypatch.setattr(blueprints, "SCREENS", ("access",))
    monkeypatch.setattr(blueprints, "register", register)
    made = create_app(settings_for(tmp_path), engine=engine)
    made.config["PROPAGATE_EXCEPTIONS"] = False
    from jinja2 import ChoiceLoader, DictLoader

    made.jinja_env.loader = ChoiceLoader([made.jinja_env.loader, DictLoader({"probe.html": PROBE})])
    return made


PROBE = """{% for error in form.name.errors %}<p class="error">{{ error }}</p>{% endfor %}
<form method="post">{{ form_tokens() }}<input name="name" value="{{ form.name._value() }}"></form>"""


def names(engine: Engine) -> list[str]:
    return unit_of_work(engine, lambda s: [o.name for o in organisations(s)], read_only=True)


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


# Headers and errors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL_ANSWERS)
def test_every_answer_carries_the_security_headers(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    policy = {part.split()[0]: part.split()[1:] for part in answer.headers["Content-Security-Policy"].split("; ")}
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == policy["script-src"] == policy["style-src"] == ["'self'"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    if not path.startswith("/static/"):
        assert answer.headers["Cache-Control"] == "no-store"
    answer.close()


def test_pages_behind_a_link_send_no_referrer(browser: Browser) -> None:
    assert browser.get("/inloggen/fout").headers["Referrer-Policy"] == "no-referrer"
    assert browser.get("/toegang/fout").headers["Referrer-Policy"] == "no-referrer"


def test_https_adds_hsts_and_a_host_bound_cookie(engine: Engine, tmp_path: Path) -> None:
    secure = create_app(settings_for(tmp_path, base_url="https://loket.example"), engine=engine)
    token = unit_of_work(
        engine,
        lambda s: grant_access_link(s, question_id=1, audience=access.Audience.RESIDENT, actor=SYSTEM, now=now()),
    )
    answer = secure.test_client().get(f"/toegang/{token}?taal=en", base_url="https://loket.example")
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookies = {cookie.partition("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"taal", "__Host-loket"}
    for cookie in cookies.values():
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/bestaat-niet", 404, "Deze pagina is er niet"),
        ("/probe/500", 500, "Er ging iets mis bij ons"),
        ("/probe/busy", 503, ""),
        ("/probe/full", 507, ""),
        ("/probe/refused", 422, "Dit mag nu niet."),
    ],
)
def test_errors_have_a_page_in_plain_dutch(browser: Browser, path: str, status: int, words: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_a_fault_shows_a_number_and_never_its_text(browser: Browser) -> None:
    answer = browser.get("/probe/500")
    assert "Fatima" not in answer.text
    assert 'class="reference"' in answer.text


def test_a_wrong_method_is_a_405_page_that_says_what_is_allowed(browser: Browser) -> None:
    answer = browser.post("/inloggen")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_busy_database_says_when_to_try_again(browser: Browser) -> None:
    assert browser.get("/probe/busy").headers["Retry-After"] == "5"


def test_an_unreachable_database_is_a_503_and_not_a_500(tmp_path: Path) -> None:
    from portal.database import make_engine

    away = make_engine("postgresql://nobody@127.0.0.1:1/none")
    client = create_app(settings_for(tmp_path), engine=away).test_client()
    client.set_cookie("loket", "A" * 43)
    assert client.get("/inloggen").status_code == 503
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    away.dispose()


# Odd input -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/%00", "/inloggen?x=%00", "/inloggen?%01=1", "/inloggen/%1b%5b31m", "/inloggen?taal=%7f"],
)
def test_control_characters_in_the_address_are_a_400(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 400


@pytest.mark.parametrize(
    "path", ["/inloggen?x=%ff", "/inloggen/%ff%fe", "/inloggen?taal=xx", "/inloggen?x=" + "9" * 5000, "/%e2%82%ac"]
)
def test_odd_addresses_are_never_a_500(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code in (200, 400, 404)


@pytest.mark.parametrize("name", ["name-\N{SUPERSCRIPT TWO}", "a" * 101, "x[0]", "\x00", "naam van"])
def test_field_names_that_no_form_has_are_a_400(browser: Browser, name: str) -> None:
    assert browser.post("/probe/name", {"name": "Epe", name: "1"}).status_code == 400


def test_more_fields_than_any_form_has_is_a_413(browser: Browser) -> None:
    assert browser.post("/probe/name", {f"x{n}": "1" for n in range(600)}).status_code == 413


def test_a_form_that_is_too_large_is_a_413(browser: Browser) -> None:
    answer = browser.post("/probe/name", {"name": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "te groot" in answer.text


@pytest.mark.parametrize("value", ["a\x00b", "a\x1bb", "\x7f", "\ufffd", "a\x85b"])
def test_control_characters_in_a_field_are_an_error_at_the_field(browser: Browser, value: str) -> None:
    answer = browser.post("/probe/name", {"name": value})
    assert answer.status_code == 422
    assert "een teken dat wij niet kunnen lezen" in answer.text


def test_bytes_that_are_no_text_are_never_a_500(browser: Browser) -> None:
    body = f"csrf_token={browser.csrf()}&submission_token={secrets.token_urlsafe(16)}&name=%ed%a0%80%ff".encode()
    answer = browser.client.post("/probe/name", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (303, 422)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x"]
)
def test_bodies_of_another_kind_are_never_a_500(browser: Browser, kind: str) -> None:
    browser.csrf()
    assert browser.client.post("/probe/name", data=b'{"a": NaN', content_type=kind).status_code == 400


def test_a_form_of_another_site_is_refused(browser: Browser, engine: Engine) -> None:
    answer = browser.post("/probe/name", {"name": "Epe"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert names(engine) == []


def test_a_form_without_csrf_token_is_refused(browser: Browser, engine: Engine) -> None:
    assert browser.post("/probe/name", {"name": "Epe", "csrf_token": "x"}).status_code == 400
    assert names(engine) == []


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
    from portal.web import edge

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
