"""Applying where schemes exclude each other: what is chosen already, what cannot be chosen together, and why, for each kind.

Three schemes are offered: one for the training, one for its books, and one for materials.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import Engine, func, select

from portal.cases.applications.models import Application
from portal.cases.questions.models import CostInput
from portal.framework.loading import load_region
from portal.people.actor import Audience
from portal.platform.database import unit_of_work
from tests.factories import NOW, PROEFLAND, SYSTEM, a_question
from tests.web.browser import Browser
from tests.web.office import still
from tests.web.walking import APPLICANT, sound_page, soup_of

__all__ = ["still"]
TRAINING, BOOKS, MATERIALS = "leervoucher", "boekenvoucher", "materiaalvoucher"
TITLES = {TRAINING: "Leervoucher", BOOKS: "Boekenvoucher", MATERIALS: "Materiaalvoucher"}
SPREAD = (CostInput("tuition", 300_000), CostInput("books", 9_000), CostInput("materials", 30_000))
ON_BOOKS = (CostInput("books", 500_000), CostInput("materials", 30_000))
ALL_TO_TRAINING = "Dit kan niet samen met: Leervoucher. Die keuze is voor u voordeliger."


def group(*schemes: str, at_most: int = 1, scope: str = "training") -> dict[str, str]:
    rules = f"exclusion: {{groups: [{{group: g, at_most: {at_most}, scope: {scope}}}]}}\n"
    return dict.fromkeys(schemes, rules)


@dataclass(frozen=True)
class Kind:
    """A way in which schemes exclude each other, and what the page makes of it."""

    rules: dict[str, str]
    radios: set[str]
    chosen: set[str]
    why: dict[str, str]
    """What stands with a scheme that does not go with what is chosen."""
    together: list[str]
    """What somebody would choose together."""
    refused: str
    """What the page says then; nothing when it is taken."""
    costs: tuple[CostInput, ...] = SPREAD


KINDS = {
    "none": Kind({}, set(), {TRAINING, BOOKS, MATERIALS}, {}, [TRAINING, BOOKS, MATERIALS], ""),
    "one of two": Kind(
        group(TRAINING, BOOKS),
        {TRAINING, BOOKS},
        {TRAINING, MATERIALS},
        {BOOKS: ALL_TO_TRAINING},
        [TRAINING, BOOKS],
        "Dit kan niet samen voor één opleiding: Boekenvoucher; Leervoucher. Kies er één.",
    ),
    "two of three": Kind(
        group(TRAINING, BOOKS, MATERIALS, at_most=2),
        set(),
        {TRAINING, MATERIALS},
        {BOOKS: "Dit kan niet samen met: Leervoucher en Materiaalvoucher. Die keuze is voor u voordeliger."},
        [TRAINING, BOOKS, MATERIALS],
        "Dit kan niet allemaal samen voor één opleiding: Boekenvoucher; Leervoucher; Materiaalvoucher. Kies er hoogstens 2.",
    ),
    "one of two on each line": Kind(
        group(TRAINING, BOOKS, scope="line"),
        set(),
        {TRAINING, MATERIALS},
        {BOOKS: ALL_TO_TRAINING},
        [TRAINING, BOOKS],
        "",
        ON_BOOKS,
    ),
    "no other public money": Kind(
        {BOOKS: "exclusion: {no_other_public_money: true}\n"},
        {BOOKS, MATERIALS},
        {TRAINING, MATERIALS},
        {BOOKS: "Dit kan niet samen met: Leervoucher en Materiaalvoucher. Die keuze is voor u voordeliger."},
        [TRAINING, BOOKS],
        "Dit kan niet samen voor één opleiding: Boekenvoucher; Leervoucher. Kies er één.",
    ),
}


def region_with(folder: Path, rules: dict[str, str]) -> Path:
    """Proefland with a third scheme for who asks, and these rules."""
    place = folder / "proefland"
    shutil.copytree(PROEFLAND, place)
    schemes = place / "schemes"
    books = (schemes / f"{TRAINING}.yaml").read_text()
    books = books.replace(f"scheme: {TRAINING}", f"scheme: {BOOKS}").replace("nl: Leervoucher", "nl: Boekenvoucher")
    books = books.replace("[tuition, exam, books]", "[books]").replace("amount_cents: 250000", "amount_cents: 30000")
    (schemes / f"{BOOKS}.yaml").write_text(books)
    for slug, said in rules.items():
        with (schemes / f"{slug}.yaml").open("a") as file:
            file.write(said)
    return place


def at_the_page(app: Flask, engine: Engine, folder: Path, kind: Kind) -> tuple[Browser, str]:
    """Who asked, in a region with these rules, and the page to apply."""
    place = region_with(folder, kind.rules)
    unit_of_work(engine, lambda s: load_region(s, folder=place, actor=SYSTEM, now=NOW))
    question = unit_of_work(engine, lambda s: a_question(s, costs=kind.costs))
    browser = Browser(app).enter(question_id=question.id, audience=Audience.RESIDENT)
    return browser, f"/mijn/{question.public_id}/aanvragen"


def chosen_on(page: BeautifulSoup) -> set[str]:
    return {str(one["value"]) for one in page.select("[name=schemes][checked]")}


def words_of(part: object) -> str:
    assert isinstance(part, Tag)
    return " ".join(part.get_text(" ").split())


@pytest.mark.parametrize("kind", KINDS)
def test_what_excludes_each_other_is_chosen_apart_with_the_reason(
    app: Flask, engine: Engine, tmp_path: Path, kind: str
) -> None:
    given = KINDS[kind]
    browser, path = at_the_page(app, engine, tmp_path, given)
    page = sound_page(browser.get(path))
    inputs = {str(one["value"]): str(one["type"]) for one in page.select("[name=schemes]") if one["value"]}
    assert set(inputs) == set(TITLES)
    assert {slug for slug, shape in inputs.items() if shape == "radio"} == given.radios
    assert chosen_on(page) == given.chosen
    hints = {str(one["value"]): str(one["aria-describedby"]) for one in page.select("[name=schemes][aria-describedby]")}
    for slug, why in given.why.items():
        assert why in words_of(page.find(id=hints[slug]))
    hasty = browser.submit(path, {**APPLICANT, "schemes": given.together, "birth_date": "", "city": ""})
    told = words_of(soup_of(hasty).find(id="error-summary"))
    assert "Vul uw geboortedatum in" in told and given.refused in told, "all that is wrong is said at once"
    both = browser.submit(path, {**APPLICANT, "schemes": given.together})
    if not given.refused:
        assert both.status_code == 303
        return
    assert both.status_code == 422
    again = soup_of(both)
    assert given.refused in words_of(again.find(id="error-summary"))
    assert chosen_on(again) == set(given.together), "what was chosen stays"
    assert unit_of_work(engine, lambda s: s.scalar(select(func.count()).select_from(Application))) == 0
