"""A second, invented region on the same software: every name, price, place, fact and list on its pages is its own.

The region is `tests/schemes/regions/veldrijk`: a folder of files, no code.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal import create_app
from portal.awarding.proposals.actions import make_proposal
from portal.cases.questions.models import DevelopmentQuestion
from portal.demo.staff import add_staff
from portal.framework.loading import load_region
from portal.platform import clock
from portal.platform.database import make_engine, unit_of_work
from tests.factories import NOW
from tests.web.apps import settings_for
from tests.web.browser import SYSTEM, Browser
from tests.web.office import said
from tests.web.walking import CONTACT, Walk, act, assert_sound, question_of, sound_page, soup_of

VELDRIJK = Path(__file__).resolve().parents[2] / "schemes" / "regions" / "veldrijk"
OTHER_REGION = re.compile(
    r"stedendriehoek|stedenvierkant|leerwerkloket|apeldoorn|deventer|zutphen|ontwikkelfonds", re.I
)
PAGES = (
    "/",
    "/vraag",
    "/werkgever",
    "/alle-regelingen",
    "/zo-rekenen-wij",
    "/privacy",
    "/toegankelijkheid",
    "/contact",
    "/inloggen",
    "/handboek",
    "/alle-regelingen/leervoucher",
    "/alle-regelingen/metaalbijdrage",
    "/alle-regelingen/oude-cheque",
)
ANSWERS: dict[str, dict[str, Any]] = {
    "wens": {"wish": "Ik wil monteur worden", "goals": ["other_job"]},
    "gemeente": {"answer": "GM9901"},
    "geboortejaar": {"answer": "1985"},
    "werk": {"answer": "employee"},
    "opleiding": {"known": "yes", "name": "Monteur", "provider": "Vakschool Veldstad"},
    "sector": {"answer": "technology"},
    "begin": {"answer": "1-5-2026"},
    "kosten": {"lines-0-category": "tuition", "lines-0-amount": "2.340,50"},
    "werkgever": {"contribution": "no"},
    "gegevens/student_finance": {"answer": "no"},
}


@dataclass
class Second:
    """The desk of Veldrijk, and a walk through its questions up to the check page."""

    app: Flask
    engine: Engine
    walk: Walk


@pytest.fixture(scope="module")
def second(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Second]:
    folder = tmp_path_factory.mktemp("veldrijk")
    shutil.copyfile(sqlite_template, folder / "desk.db")
    engine = make_engine(f"sqlite:///{folder / 'desk.db'}")
    with clock.frozen(NOW):
        unit_of_work(engine, lambda s: load_region(s, folder=VELDRIJK, actor=SYSTEM, now=NOW))
        app = create_app(settings_for(folder), engine=engine)
        walk = Walk(app, ANSWERS)
        walk.to_check()
        yield Second(app, engine, walk)
    engine.dispose()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_names_the_other_region(second: Second, path: str, language: str) -> None:
    browser = Browser(second.app)
    answer = browser.get(f"{path}?taal={language}")
    assert answer.status_code == 200 and f'lang="{language}"' in answer.text
    assert OTHER_REGION.findall(answer.text) == []


@pytest.mark.parametrize("path", ["/alle-regelingen.jsonld", "/alle-regelingen/leervoucher.jsonld"])
def test_the_open_data_are_those_of_this_region(second: Second, path: str) -> None:
    answer = Browser(second.app).get(path)
    assert "Leervoucher Veldrijk" in json.dumps(answer.get_json(force=True))
    assert OTHER_REGION.findall(answer.text) == []


def test_the_home_page_has_the_name_the_places_and_the_numbers_of_this_region(second: Second) -> None:
    answer = Browser(second.app).get("/")
    page = sound_page(answer)
    assert page.title is not None and page.title.text.endswith("Leerpunt Veldrijk")
    assert page.header is not None and "Leerpunt Veldrijk" in page.header.text
    assert "Voor wie woont of werkt in Rijkdorp en Veldstad." in said(answer)
    assert "0500 12 34 56" in said(answer) and "leerpunt@veldrijk.example" in said(answer)
    assert ".." not in said(answer)


def test_the_home_page_has_the_english_name_in_english(second: Second) -> None:
    browser = Browser(second.app)
    assert "Veldrijk Learning Point" in browser.get("/?taal=en").text


def test_the_contact_page_is_that_of_this_desk(second: Second) -> None:
    text = said(Browser(second.app).get("/contact"))
    for words in ("Leerpunt Veldrijk", "0500 12 34 56", "Dorpsstraat 1, 9990 AA Veldstad", "van 9.00 tot 17.00 uur"):
        assert words in text, words


def test_only_the_schemes_of_this_region_are_listed(second: Second) -> None:
    page = sound_page(Browser(second.app).get("/alle-regelingen"))
    listed = {str(link["href"]).rsplit("/", 1)[1] for link in page.select(".tasks a")}
    assert listed == {"leervoucher", "metaalbijdrage", "oude-cheque"}


def test_only_the_facts_of_this_region_are_asked_and_only_its_places_offered(second: Second) -> None:
    assert second.walk.seen == list(ANSWERS)
    page = soup_of(second.walk.go("gemeente"))
    likely = [str(radio["value"]) for radio in page.select("input[type=radio]")]
    others = [str(option["value"]) for option in page.select("#elsewhere option") if option.get("value")]
    assert likely == ["GM9902", "GM9901", "other"] and others == ["GM9903", "GM0000"]
    work = soup_of(second.walk.go("werk"))
    assert [radio["value"] for radio in work.select("input[type=radio]")] == [
        "employee",
        "self_employed",
        "job_seeker",
        "unknown",
    ]


def test_the_outcome_uses_the_amounts_and_the_rules_of_this_region(second: Second) -> None:
    """€ 2.340,50 of tuition: all of it is covered up to € 2.500, in whole euros, so € 2.340; 50 cents are left."""
    answer = second.walk.go("uitkomst")
    assert_sound(answer)
    text = said(answer)
    assert "Leervoucher Veldrijk" in text and "€ 2.340" in text and "€ 0,50" in text
    assert "Binnen 5 werkdagen hoort u van ons." in text  # response_days of region.yaml
    assert OTHER_REGION.findall(answer.text) == []


def test_the_prices_of_this_region_count(second: Second) -> None:
    """A euro of the only funding line counts for 300 in a thousand: € 2.340 is priced at € 702."""
    engine, walk = second.engine, Walk(second.app, ANSWERS)
    walk.to_check()
    walk.go("versturen")
    walk.answer(CONTACT)
    path = walk.browser.get("/mijn").location

    def proposed(session: Any, question: DevelopmentQuestion) -> dict[str, Any]:
        record = make_proposal(session, question=question, actor=SYSTEM, now=NOW)
        return {"problem": json.loads(record.problem_json), "answer": json.loads(record.answer_json)}

    found = act(engine, path, proposed)
    settings = found["problem"]["settings"]
    assert settings["smallest_share_cents"] == 5000
    [line] = [one for one in found["problem"]["funding_lines"] if one["id"] == "provincie-a-2026"]
    assert line["price_permille"] == 300
    passes = {one["name"]: one["value"] for one in found["answer"]["proposal"]["passes"]}
    assert passes["priced_money"] == 234_000 * 300
    assert [one["name"] for one in found["answer"]["proposal"]["passes"]][:2] == ["own_money", "priced_money"]
    assert question_of(engine, path).public_id in path


def test_somebody_of_outside_the_region_is_told_so_with_its_own_rule(second: Second) -> None:
    walk = Walk(second.app, {**ANSWERS, "gemeente": {"answer": "other", "elsewhere": "GM9903"}})
    walk.to_check()
    text = said(walk.go("uitkomst"))
    assert "Wij vonden geen regeling die meebetaalt." in text
    assert "U hebt ingevuld: Buitenveld." in text and "Gemeenten van de regio" in text


def test_the_accounts_of_a_demonstration_carry_the_names_of_this_region(second: Second) -> None:
    unit_of_work(second.engine, lambda session: add_staff(session, now=NOW))
    from portal.people.accounts.queries import accounts

    def houses(session: Any) -> set[str]:
        return {one.organisation.name for one in accounts(session) if one.organisation is not None}

    invented = {"Bibliotheek (voorbeeld)", "Accountant (voorbeeld)"}
    assert unit_of_work(second.engine, houses) == {"Leerpunt Veldrijk", "Regio Veldrijk", "Provincie A", *invented}
