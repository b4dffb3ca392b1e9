"""The region makes a scenario, lets it be worked out, looks at it and takes it along; and puts prices in force by a click."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.commands.working import kinds_of
from portal.oversight.long_work.doing import do_waiting
from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from portal.people.accounts.models import Role
from portal.planning.prices.queries import price_versions
from portal.planning.scenarios.models import Scenario
from portal.planning.scenarios.queries import result_of
from portal.platform.config import load_settings
from tests.portal.planning.years import LATER, asked_before
from tests.web.office import Office, figures_of, said
from tests.web.planned import a_kept_scenario, some_prices
from tests.web.walking import assert_sound

LIST, PRICES = "/verantwoording/scenarios", "/verantwoording/prijzen"


def the_scenario(office: Office) -> Scenario:
    return office.do(lambda session: session.query(Scenario).one())


def test_a_scenario_is_made_worked_out_apart_and_looked_at(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    office.do(asked_before)
    browser = office.browser(Role.REGION)
    assert "Er zijn geen scenario’s" in said(browser.get(LIST))
    assert_sound(browser.get(f"{LIST}/nieuw"))
    half = browser.post(f"{LIST}/nieuw", {"name": "Half", "cap_scheme": "leervoucher"})
    assert half.status_code == 422 and "of laat allebei leeg" in said(half)
    assert browser.post(f"{LIST}/nieuw", {"name": "Leeg"}).status_code == 422
    wish = {"name": "Lager maximum", "cap_scheme": "leervoucher", "cap_cents": "50", "more_line": "rijk-leren"}
    wish |= {"more_cents": "1000", "share_group": "route:individual", "share_percent": "40"}
    made = browser.post(f"{LIST}/nieuw", wish)
    assert made.status_code == 303 and "/werk/" in made.headers["Location"]
    assert "wacht" in said(browser.get(made.headers["Location"]))
    do = {WorkKind.SCENARIO: kinds_of(load_settings())[WorkKind.SCENARIO]}
    assert do_waiting(office.engine, kinds=do, clock=lambda: LATER) == 1
    work = office.do(lambda session: session.query(LongWork).one())
    assert (work.state, work.done, work.total) == (WorkState.DONE, 8, 8)
    assert "Bekijk het scenario" in said(browser.get(made.headers["Location"]))
    one = the_scenario(office)
    result = result_of(one)
    assert result is not None and result.years == 400 and result.changed.more_own.mean > 0
    here = f"{LIST}/{one.public_id}"
    page = browser.get(here)
    assert_sound(page)
    assert "Het maximum van" in said(page) and "Minstens 40% van elk budget" in said(page)
    assert "deel alleen: even veel mensen geholpen, en samen betalen ze evenveel zelf" in said(page)
    assert len(figures_of(page, "In een jaar")) == 5
    assert browser.post(f"{here}/uitrekenen", {}).status_code == 303
    assert browser.post(f"{here}/weg", {}).status_code == 303 and browser.get(here).status_code == 404


def test_others_look_compare_and_take_it_along_and_write_nothing(office: Office) -> None:
    office.do(a_kept_scenario)
    here = f"{LIST}/{the_scenario(office).public_id}"
    for role in (Role.CONTROLLER, Role.AUDITOR):
        page = office.browser(role).get(here)
        assert_sound(page)
        assert "In een jaar: 43 mensen meer geholpen" in said(page) and "Gooi dit scenario weg" not in said(page)
    browser = office.browser(Role.REGION)
    assert_sound(browser.get(LIST))
    beside = browser.get(f"{LIST}/naast-elkaar")
    assert_sound(beside)
    assert "Zoals nu" in said(beside)
    assert [row[1] for row in figures_of(beside, "Budgetten")] == ["Meer geld voor leren"], "when it is empty"
    groups = figures_of(beside, "Wie erop vooruitgaat en wie erop achteruitgaat: Route")
    assert [row[1] for row in groups] == ["Meer geld voor leren"] * 2 and sorted(row[2] for row in groups) == [
        "60",
        "te weinig",
    ]
    text = browser.get(f"{here}.csv").get_data(as_text=True)
    assert "Mensen die geld krijgen;40;43" in text and "op, in van de 100 jaren;80;80" in text
    assert "Route, individuele route: betalen minder;0;12" in text and "werkgeversroute" not in text, "too few"
    assert browser.get(f"{here}.xlsx").get_data()[:2] == b"PK"


def test_prices_wait_for_a_click(office: Office) -> None:
    office.do(some_prices)
    browser = office.browser(Role.REGION)
    page = browser.get(PRICES)
    assert_sound(page)
    assert (
        "99 procent" in said(page)
        and "soms krap" in said(page)
        and "Alleen voor: " in said(page)
        and "Nu gelden de vaste prijzen" in said(page)
    )
    [waiting] = office.do(lambda session: price_versions(session))
    assert browser.post(f"{PRICES}/uitrekenen", {}).status_code == 422, "nobody asked anything here yet"
    assert browser.post(f"{PRICES}/{waiting.public_id}/gebruiken", {}).status_code == 303
    held = browser.get(PRICES)
    assert_sound(held)
    assert "Terug naar de vaste prijzen" in said(held)
    assert browser.post(f"{PRICES}/{waiting.public_id}/weg", {}).status_code in (409, 422), "it is in force"
    assert browser.post(f"{PRICES}/{waiting.public_id}/stoppen", {}).status_code == 303
    assert "Gebruik deze prijzen" not in said(office.browser(Role.AUDITOR).get(PRICES))


def test_what_the_year_that_was_left_is_told_in_its_four_parts(office: Office) -> None:
    parts = {"hindsight": 100_000, "unforeseeable": 4_000, "no_show": 3_000, "rule": 2_000, "override": 1_000}

    def of_a_past(session: Session) -> None:
        one = some_prices(session)
        for name, cents in parts.items():
            setattr(one, f"past_{name}_cents", cents)

    office.do(of_a_past)
    page = office.browser(Role.CONTROLLER).get(PRICES)
    assert_sound(page)
    rows = figures_of(page, "Het jaar ervoor: wat had kunnen worden gebruikt, en waar de rest bleef")
    assert [row[1] for row in rows] == ["€ 1.000", "€ 40", "€ 30", "€ 20", "€ 10", "€ 900"], "they add up"


def test_prices_are_worked_out_apart_from_the_page_and_stopping_leaves_nothing(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    for module, name, few in (("scarcity", "SAMPLES", 6), ("scarcity", "TRIED", 2), ("past_regret", "SAMPLES", 2)):
        monkeypatch.setattr(f"portal.planning.{module}.{name}", few)
    office.do(asked_before)
    browser, do = office.browser(Role.REGION), kinds_of(load_settings())
    for stops in (True, False):
        asked = browser.post(f"{PRICES}/uitrekenen", {})
        assert asked.status_code == 303 and "/werk/" in asked.headers["Location"]
        assert "Het loket rekent nu prijzen uit" in said(browser.get(PRICES))
        if stops:
            assert browser.post(f"{asked.headers['Location']}/stop", {}).status_code == 303
        kinds = {WorkKind.PRICES: do[WorkKind.PRICES]}
        assert do_waiting(office.engine, kinds=kinds, clock=lambda: LATER) == (0 if stops else 1)
        assert len(office.do(lambda session: price_versions(session))) == (0 if stops else 1)
    assert "Bekijk de prijzen" in said(browser.get(asked.headers["Location"]))
    assert "Versie 1: nog niet in gebruik" in said(browser.get(PRICES))
