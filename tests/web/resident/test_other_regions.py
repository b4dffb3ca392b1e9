"""Another region needs no code: its questions are asked, whatever its facts are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from portal import create_app
from portal.framework.loading import load_region
from portal.platform.clock import now
from portal.platform.database import load_models, make_engine, unit_of_work
from tests.web.apps import settings_for
from tests.web.browser import SYSTEM, Browser
from tests.web.walking import assert_sound, sound_page, soup_of

ROOT = Path(__file__).parents[2]
REGIONS = sorted(path.parent for path in ROOT.glob("**/regions/*/region.yaml"))
TYPED = {
    "wish": "Iets leren",
    "postcode": "7411",
    "name": "Naam",
    "provider": "Opleider",
    "kvk_number": "12345678",
    "lines-0-amount": "1000",
    "up_to": "100",
    "amount": "100",
}


def guess(page: BeautifulSoup) -> dict[str, Any]:
    """A plausible answer to any page: the first choice of each group, a date in the future, a small number."""
    form: dict[str, Any] = {}
    for control in page.select("form.form [name]"):
        name, kind = str(control["name"]), control.get("type")
        if kind in ("hidden", "submit") or name in form:
            continue
        if control.name == "select":
            form[name] = next(str(option["value"]) for option in control.select("option") if option["value"])
        elif kind in ("radio", "checkbox"):
            form[name] = control["value"]
        elif "31-12" in str(control.find_parent(class_="field")) or "begint" in page.h1.text:  # type: ignore[union-attr]
            form[name] = "01-02-2027"
        else:
            form[name] = TYPED.get(name, "1985" if "jaar" in page.h1.text else "12")  # type: ignore[union-attr]
    return form


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: str(region.name))
@pytest.mark.parametrize("door", ["/vraag", "/werkgever"])
def test_every_question_of_another_region_can_be_answered(region: Path, door: str, tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'other.db'}")
    load_models().create_all(engine)
    unit_of_work(engine, lambda s: load_region(s, folder=region, actor=SYSTEM, now=now()))
    browser = Browser(create_app(settings_for(tmp_path), engine=engine))
    browser.get(door)
    browser.submit(door)
    answer = browser.follow()
    asked: list[str] = []
    while not answer.request.path.endswith("/controle"):
        path = answer.request.path
        assert path not in asked, f"asked twice: {path}"
        asked.append(path)
        sent = browser.submit(path, guess(sound_page(answer)))
        if sent.status_code == 422:
            browser.get(path)
            sent = browser.submit(path, {"unknown": "1"})
        assert sent.status_code == 303, soup_of(sent).select_one(".error-summary")
        answer = browser.follow()
    assert_sound(answer)
    assert_sound(browser.get(answer.request.path.replace("controle", "uitkomst")))
    engine.dispose()


def test_there_are_other_regions_to_try() -> None:
    assert len(REGIONS) >= 2
