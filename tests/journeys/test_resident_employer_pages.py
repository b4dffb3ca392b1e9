"""The pages of residents and employers in a real browser: accessible, no sideways scrolling, and usable without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.cases.conversations.actions import plan_conversation
from portal.cases.conversations.requests import ask_more
from portal.cases.pledges.actions import ask_pledge
from portal.people.actor import Audience
from portal.platform.clock import now, today
from tests.factories import time_for_a_talk
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.seeing import assert_accessible, assert_fits, assert_reflows, unfolded
from tests.web.browser import SYSTEM, Browser
from tests.web.walking import (
    APPLICANT,
    COMPANY,
    CONTACT,
    WELDER,
    Desk,
    Walk,
    act,
    app_on_copy,
    approve,
    make_template,
    question_of,
)
from tests.who_runs_what import BROAD

pytestmark = pytest.mark.browser
PUBLIC = (
    "/",
    "/vraag",
    "/werkgever",
    "/alle-regelingen",
    "/alle-regelingen/ontwikkelfonds-individueel",
    "/zo-rekenen-wij",
    "/privacy",
    "/toegankelijkheid",
    "/contact",
)
QUESTIONS = (
    "wens",
    "postcode",
    "gemeente",
    "geboortejaar",
    "werk",
    "uitkering",
    "opleiding",
    "begin",
    "kosten",
    "werkgever",
    "gegevens/employer_sector_fund",
    "gegevens/contract_hours",
    "controle",
    "uitkomst",
    "versturen",
    "bewaren",
    "weggooien",
)
OF_EMPLOYER = ("wens", "organisatie", "vestiging", "omvang", "kosten", "controle", "uitkomst", "versturen")
OF_STATUS = ("", "/ontvangen", "/antwoord", "/werkgever-vragen", "/aanvragen", "/intrekken")
EVERY_RUN = {
    "/",
    "/alle-regelingen/ontwikkelfonds-individueel",
    "wens",
    "kosten",
    "uitkomst",
    "versturen",
    "organisatie",
    "",
    "/aanvragen",
    "/antwoord",
    "/besluit",
}
"""The pages with most on them; what they are made of is looked at in the gallery. The proof looks at all pages."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with the demo region."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "own").mkdir()
    app, engine = app_on_copy(make_template(folder), folder / "own")
    yield Desk(app, engine)
    engine.dispose()


def looked_at(names: Iterable[str]) -> list[str]:
    """The pages of this run."""
    return [name for name in names if BROAD or name in EVERY_RUN]


def let_in(page: Page, address: str, browser: Browser) -> None:
    """Give a real browser the session of a test browser."""
    cookie = browser.client.get_cookie("loket")
    assert cookie is not None
    page.context.add_cookies([{"name": "loket", "value": cookie.value, "url": address}])


def look(page: Page, address: str, paths: list[str]) -> None:
    """Open each page, with everything that folds opened, and check it, narrow and wide."""
    for path in paths:
        answer = page.goto(address + path)
        assert answer is not None and answer.status == 200, path
        with unfolded(page):
            assert_accessible(page)
            assert_fits(page)


def sent(desk: Desk) -> tuple[Walk, str]:
    """A resident whose question was sent, and the address of its status."""
    walk = desk.walk()
    walk.to_check()
    walk.go("versturen")
    walk.answer(CONTACT)
    walk.browser.get("/mijn")
    walk.browser.follow()
    return walk, walk.path


def test_public_pages_are_accessible(desk: Desk, serve: Serve, open_page: OpenPage) -> None:
    look(open_page(), serve(desk.app), looked_at(PUBLIC))


def test_the_questions_and_the_answer_are_accessible(desk: Desk, serve: Serve, open_page: OpenPage) -> None:
    walk = desk.walk()
    walk.to_check()
    address, page = serve(desk.app), open_page()
    let_in(page, address, walk.browser)
    look(page, address, [walk.path.replace("controle", name) for name in looked_at(QUESTIONS)])


def test_the_answer_is_accessible_in_the_dark(desk: Desk, serve: Serve, open_page: OpenPage) -> None:
    walk = desk.walk()
    walk.to_check()
    address, page = serve(desk.app), open_page(colours="dark")
    let_in(page, address, walk.browser)
    look(page, address, ["/", walk.path.replace("controle", "uitkomst")])


def test_following_a_question_is_accessible(desk: Desk, serve: Serve, open_page: OpenPage) -> None:
    walk, path = sent(desk)
    when, day = time_for_a_talk(now() + timedelta(days=2)), today() + timedelta(days=14)
    address, page = serve(desk.app), open_page()
    act(
        desk.engine,
        path,
        lambda s, q: plan_conversation(
            s, question=q, planned_for=when, way="desk", place="Apeldoorn", actor=SYSTEM, now=now()
        ),
    )
    act(
        desk.engine,
        path,
        lambda s, q: ask_more(s, question=q, text="De offerte?", answer_by=day, actor=SYSTEM, now=now()),
    )
    act(
        desk.engine,
        path,
        lambda s, q: ask_pledge(
            s, question=q, employer_name="P", employer_email="p@p.example", actor=SYSTEM, now=now()
        ),
    )
    let_in(page, address, walk.browser)
    look(
        page,
        address,
        [path + part for part in looked_at(OF_STATUS)],
    )
    walk.browser.get(f"{path}/aanvragen")
    walk.answer(APPLICANT)
    approve(desk.engine, path)
    look(page, address, [path, f"{path}/besluit"])


def test_the_pages_of_an_employer_are_accessible(desk: Desk, serve: Serve, open_page: OpenPage) -> None:
    walk = desk.walk(COMPANY, "/werkgever")
    walk.to_check()
    resident, path = sent(desk)
    act(
        desk.engine,
        path,
        lambda s, q: ask_pledge(
            s, question=q, employer_name="P", employer_email="p@p.example", actor=SYSTEM, now=now()
        ),
    )
    address, page = serve(desk.app), open_page()
    let_in(page, address, walk.browser)
    look(page, address, [walk.path.replace("controle", name) for name in looked_at(OF_EMPLOYER)])
    let_in(page, address, desk.visitor(resident, audience=Audience.EMPLOYER))
    look(page, address, [f"/werkgever/bijdrage/{question_of(desk.engine, path).public_id}"])


def test_a_form_with_errors_is_accessible_and_leads_to_the_field(desk: Desk, serve: Serve, open_page: OpenPage) -> None:
    walk = desk.walk()
    walk.to_check()
    address, page = serve(desk.app), open_page(width=360)
    let_in(page, address, walk.browser)
    page.goto(address + walk.path.replace("controle", "versturen"))
    page.get_by_role("button", name="Vraag versturen").click()
    assert_accessible(page)
    page.locator(".error-summary a").first.click()
    expect(page.locator("#name")).to_be_focused()


def test_the_link_to_go_on_later_fits_on_a_phone(desk: Desk, serve: Serve, open_page: OpenPage) -> None:
    walk = desk.walk()
    walk.to_check()
    address, page = serve(desk.app), open_page(width=360)
    let_in(page, address, walk.browser)
    page.goto(address + walk.path.replace("controle", "bewaren"))
    page.get_by_role("button", name="Maak een link").click()
    expect(page.locator(".code a")).to_be_visible()
    assert_accessible(page)
    assert_reflows(page)


def test_a_resident_sees_the_answer_without_javascript(desk: Desk, serve: Serve, open_page: OpenPage) -> None:
    address, page = serve(desk.app), open_page(width=360, script=False)
    page.goto(address)
    page.get_by_role("link", name="Start met de vragen").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Beginnen").click()
    page.get_by_label("Vertel het in uw eigen woorden").fill("Ik wil monteur worden")
    while not page.url.endswith("/controle"):
        fill(page, WELDER)
        with page.expect_navigation():
            page.get_by_role("button", name="Volgende stap").last.click()
    page.get_by_role("link", name="Bekijk de uitkomst").click()
    expect(page.locator("h1")).to_contain_text("U betaalt waarschijnlijk")


def fill(page: Page, answers: dict[str, dict[str, object]]) -> None:
    """Fill in the page a browser is on, as the walk does."""
    part = page.url.split("/vraag/")[1].split("/", 1)[1].split("?")[0]
    if part == "kosten":
        page.get_by_label("Waarvoor").first.select_option("tuition")
        page.get_by_label("Bedrag met btw").first.fill("€ 2.500")
        return
    for name, value in answers[part].items():
        for wanted in value if isinstance(value, list) else [value]:
            choice = page.locator(f'input[name="{name}"][value="{wanted}"]')
            if choice.count():
                choice.check()
            elif page.locator(f'[name="{name}"]').is_visible():
                page.locator(f'[name="{name}"]').fill(str(wanted))
