"""Opleidingen in de regio: everybody looks for one; at the question about the training one is chosen, and its costs can be changed.

Mia does not know yet which training. From that question she looks for "lasen" (mistyped), in Apeldoorn, up to € 2.000. She opens
one to read it, goes back and chooses it: name, provider, sector and costs stand in her question. The book costs less second-hand:
she changes that line. When the training stops meanwhile she is told, and nothing she filled in is lost.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.contents import save_facts
from portal.cases.questions.models import DevelopmentQuestion
from portal.demo.region_trainings import add_region_trainings
from portal.framework.trainings.actions import retire_training
from portal.framework.trainings.queries import TrainingSearch, trainings_found
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from tests.factories import asker
from tests.web.browser import SYSTEM, Browser
from tests.web.office import said
from tests.web.walking import Desk, Walk, act, assert_sound, question_of, sound_page, soup_of

LIST = "/opleidingen"
WELDING = "Lassen TIG, niveau 1"


@pytest.fixture(scope="module")
def desk_with_trainings(shared_desk: Desk) -> Iterator[Desk]:
    """A desk with the invented trainings of the region."""
    unit_of_work(shared_desk.engine, lambda session: add_region_trainings(session, now=now()))
    yield shared_desk


def public_id(desk: Desk, words: str) -> str:
    search = TrainingSearch(words=words)
    return unit_of_work(desk.engine, lambda session: trainings_found(session, search=search, limit=1))[0].public_id


def test_words_with_a_mistake_and_filters_find_a_training(desk_with_trainings: Desk) -> None:
    browser = Browser(desk_with_trainings.app)
    everything = said(browser.get(LIST))
    assert "193 opleidingen gevonden" in everything and "Pagina 1 van 8" in everything
    page = browser.get(f"{LIST}?q=lasen+tig&place=GM0200&up_to=2.000&level=2")
    assert_sound(page)
    text = said(page)
    assert "1 opleiding gevonden" in text and WELDING in text
    assert "Verzonnen aanbod voor de demonstratie, stand van" in text and "beroep met een tekort aan mensen" in text
    assert "Geen opleiding gevonden" in said(browser.get(f"{LIST}?q=xyzzyx"))
    assert "193 opleidingen gevonden" not in said(browser.get(f"{LIST}?evening=y&how=online&page=99"))


def test_a_wrong_filter_is_said_at_its_field(desk_with_trainings: Desk) -> None:
    for wrong in ("up_to=veel", "level=12", "sector=maan", "place=Parijs", "how=x", "q=" + "a" * 101):
        page = sound_page(Browser(desk_with_trainings.app).get(f"{LIST}?{wrong}"))
        assert page.find(id="error-summary") is not None, wrong


def test_one_training_says_what_it_costs_who_says_so_and_when(desk_with_trainings: Desk) -> None:
    browser = Browser(desk_with_trainings.app)
    page = browser.get(f"{LIST}/{public_id(desk_with_trainings, WELDING)}")
    assert_sound(page)
    text = said(page)
    for told in (
        WELDING,
        "Vakschool Voorbeeld",
        "€ 1.905,00",
        "€ 24,30",
        "Bron: Verzonnen aanbod",
        "Stand van",
        "geen btw",
    ):
        assert told in text, told
    assert browser.get(f"{LIST}/bestaat-niet").status_code == 404


def test_choosing_one_fills_in_the_training_and_the_costs_which_can_be_changed(desk_with_trainings: Desk) -> None:
    walk = Walk(desk_with_trainings.app, {})
    walk.start()
    page = sound_page(walk.go("opleiding"))
    assert any(str(link["href"]).endswith("/opleiding/zoeken") for link in page.find_all("a", href=True))
    found = sound_page(walk.go("opleiding/zoeken?q=lassen+tig"))
    assert found.find("button", attrs={"name": "choose"}) is not None
    wanted = public_id(desk_with_trainings, WELDING)
    assert walk.browser.submit(walk.path, {"choose": wanted}).status_code == 303
    walk.browser.follow()
    question = question_of(desk_with_trainings.engine, walk.path)
    assert (question.training_name, question.training_provider) == (WELDING, "Vakschool Voorbeeld")
    assert question.training_id is not None
    assert question.facts["training_sector"] == "technology"
    costs = {line.category: line.amount_cents for line in question.cost_lines}
    assert costs == {"tuition": 158_000, "exam": 18_500, "materials": 14_000}
    walk.go("kosten")
    lines = {"lines-0-category": "tuition", "lines-0-amount": "1.500"}
    assert walk.browser.submit(walk.path, lines).status_code == 303
    question = question_of(desk_with_trainings.engine, walk.path)
    assert [line.amount_cents for line in question.cost_lines] == [150_000]


def test_one_that_is_not_given_any_more_cannot_be_chosen(desk_with_trainings: Desk) -> None:
    walk = Walk(desk_with_trainings.app, {})
    walk.start()
    walk.go("opleiding/zoeken?q=barista")
    wanted = public_id(desk_with_trainings, "barista")

    def retire(session):  # type: ignore[no-untyped-def]
        [training] = trainings_found(session, search=TrainingSearch(words="barista"), limit=1)
        retire_training(session, training=training, actor=SYSTEM, now=now())

    unit_of_work(desk_with_trainings.engine, retire)
    answer = walk.browser.submit(walk.path, {"choose": wanted})
    assert answer.status_code == 422 and "Deze opleiding wordt niet meer gegeven" in said(answer)
    assert_sound(answer)
    assert question_of(desk_with_trainings.engine, walk.path).training_name is None


def names_on(answer: TestResponse) -> list[str]:
    """What a page says of each training in the list."""
    rows = soup_of(answer).select("main ul.tasks > li")
    return [" ".join(row.get_text(" ").replace("\xa0", " ").split()) for row in rows]


def test_how_far_it_is_is_asked_said_and_sorted_and_only_the_municipality_stands_in_the_address(
    desk_with_trainings: Desk,
) -> None:
    browser = Browser(desk_with_trainings.app)
    page = browser.get(f"{LIST}?home=GM0301&within=10&how=classroom")
    assert_sound(page)
    rows = names_on(page)
    assert rows and all("Zutphen, in uw gemeente" in row or "km (hemelsbreed)" in row for row in rows)
    assert "Zutphen, in uw gemeente" in rows[0]
    further = names_on(browser.get(f"{LIST}?home=GM0301&place=GM0200"))
    assert further and all("Apeldoorn, ongeveer 18 km (hemelsbreed)" in row for row in further)
    assert "Geen opleiding gevonden" in said(browser.get(f"{LIST}?home=GM0301&place=GM0200&within=10"))
    online = browser.get(f"{LIST}?home=GM0301&within=5&how=online")
    assert all("km" not in row and "in uw gemeente" not in row for row in names_on(online)) and names_on(online)
    chosen = soup_of(online).select_one("#home option[selected]")
    assert chosen is not None and chosen["value"] == "GM0301"
    links = [str(link["href"]) for link in soup_of(browser.get(f"{LIST}?home=GM0301&within=50")).select("nav a[href]")]
    assert any("home=GM0301" in link and "within=50" in link and "page=2" in link for link in links)
    assert "hemelsbreed" not in said(browser.get(LIST))


def test_a_wrong_distance_is_said_at_its_field_and_the_rest_stays(desk_with_trainings: Desk) -> None:
    for wrong, field in (
        ("home=GM9999&within=10", "home"),
        ("home=Apeldoorn", "home"),
        ("home=GM0000&within=5", "home"),
        ("within=10", "home"),
        ("within=12&home=GM0200", "within"),
        ("within=-5&home=GM0200", "within"),
        ("within=99999999999999999999&home=GM0200", "within"),
    ):
        answer = Browser(desk_with_trainings.app).get(f"{LIST}?q=lassen&evening=y&{wrong}")
        page = sound_page(answer)
        assert page.select_one(f"#{field}-error") is not None, wrong
        assert page.select_one("#q")["value"] == "lassen" and page.select_one("#evening[checked]"), wrong  # type: ignore[index]
        assert "gevonden" in said(answer), "what is wrong does not count"
    kept = sound_page(Browser(desk_with_trainings.app).get(f"{LIST}?within=10"))
    assert kept.select_one('#within option[value="10"][selected]') is not None


def test_who_told_where_they_live_is_not_asked_again_and_it_stands_in_no_address(desk_with_trainings: Desk) -> None:
    walk = Walk(desk_with_trainings.app, {})
    walk.start()

    def tell(session: Session, question: DevelopmentQuestion, **facts: str | None) -> None:
        save_facts(session, question=question, facts=facts, actor=asker(question), now=now())

    search = "opleiding/zoeken?q=lassen&how=classroom&within=25"
    assert sound_page(walk.go(search)).select_one("#home-error") is not None
    act(desk_with_trainings.engine, walk.path, lambda s, q: tell(s, q, residence_postcode="7201"))
    answer = walk.go(search)
    page = sound_page(answer)
    assert page.select_one("#home") is None and "Vanaf Zutphen." in said(answer), (
        "the postcode lies in one municipality"
    )
    act(desk_with_trainings.engine, walk.path, lambda s, q: tell(s, q, residence_municipality="GM0150"))
    for path in (walk.path.rsplit("/", 2)[0] + "/" + search, f"{LIST}?q=lassen&how=classroom&within=25"):
        answer = walk.browser.get(path)
        page = sound_page(answer)
        assert page.select_one("#home") is None and "Vanaf Deventer. Online staat er altijd bij." in said(answer)
        assert "Deventer, in uw gemeente" in names_on(answer)[0]
        assert (
            "GM0150" not in "".join(str(link["href"]) for link in page.select("main a[href]"))
            and "7201" not in answer.text
        )
