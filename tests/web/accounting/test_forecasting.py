"""The region and its controller see what every budget will do and how the last forecast turned out; everybody sees how long."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.accounting.kept_forecasts.models import Forecast
from portal.commands.working import kinds_of
from portal.oversight.long_work.doing import do_waiting
from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from portal.people.accounts.models import Role
from portal.planning.forecasts.queries import latest_forecast
from portal.platform.config import load_settings
from tests.factories import NOW, a_voucher
from tests.web.browser import Browser
from tests.web.forecasted import TODAY, a_forecast, a_line
from tests.web.office import Office, figures_of, said
from tests.web.walking import assert_sound

LIST = "/verantwoording/prognose"


def the_forecast(office: Office) -> Forecast:
    found = office.do(latest_forecast)
    assert found is not None
    return found


def an_old_voucher(session: Session) -> None:
    a_voucher(session, now=NOW - timedelta(days=20))


def test_a_controller_lets_a_forecast_be_made_apart_from_the_page_and_looks_at_it(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    browser, region = office.browser(Role.CONTROLLER), office.browser(Role.REGION)
    assert "Als er vouchers zijn" in said(browser.get(LIST))
    assert "dan valt er niets te verwachten" in said(browser.post(f"{LIST}/nieuw", {})).lower()
    office.do(an_old_voucher)
    empty = said(browser.get(LIST))
    assert "Er is nog geen prognose gemaakt" in empty and "knop hierboven" in empty and "Als er vouchers" not in empty
    assert "De regio of de controller kan er een maken" in said(office.browser(Role.AUDITOR).get(LIST))
    browser.get(f"{LIST}/nieuw")
    asked = browser.post(f"{LIST}/nieuw", {})
    assert asked.status_code == 303 and "/werk/" in asked.headers["Location"]
    waits = browser.get(asked.headers["Location"])
    assert_sound(waits)
    assert "Prognose maken" in said(waits) and "wacht" in said(waits)
    assert "Het loket maakt nu een prognose" in said(browser.get(LIST))
    assert "Bekijk hoe ver het is" not in said(office.browser(Role.AUDITOR).get(LIST))
    again = region.post(f"{LIST}/nieuw", {})
    assert again.headers["Location"] == asked.headers["Location"], "a colleague is sent to the same work"
    assert region.get(again.headers["Location"]).status_code == 200
    do = {WorkKind.FORECAST: kinds_of(load_settings())[WorkKind.FORECAST]}
    assert do_waiting(office.engine, kinds=do, clock=lambda: NOW) == 1
    work = office.do(lambda session: session.query(LongWork).one())
    assert work.state is WorkState.DONE and work.done == work.total > 10
    one = the_forecast(office)
    assert f"{LIST}/{one.public_id}" in browser.get(asked.headers["Location"]).text
    assert one.made_by == work.asked_by
    path = f"{LIST}/{one.public_id}"
    seen = browser.get(path)
    assert_sound(seen)
    assert "marges zijn daarom ruim" in said(seen) and "te weinig verleden" in said(seen)
    rows = figures_of(seen, "Gebruik per budget")
    assert len(rows) == len(one.figures["lines"]) and all(" tot " in row[6] for row in rows)
    slug = one.figures["lines"][-1]["line"]
    picture = browser.get(f"{path}/beeld.svg?budget={slug}")
    assert picture.mimetype == "image/svg+xml" and "<desc" in picture.text
    assert browser.get(f"{path}/beeld.svg?budget=niets").status_code == 404
    lines = browser.get(f"{path}/cijfers.csv").text.splitlines()
    assert len(lines) == 1 + sum(len(line["course"]) for line in one.figures["lines"])
    assert_sound(browser.get(LIST))


def tested(session: Session) -> None:
    rows = [
        {"line": "rijk-leren", "used": [1, 2, 3, 4, 500_000], "real": 400_000},
        {"line": "provincie-breed", "used": [1, 2, 3, 4, 500_000], "real": 600_000},
    ]
    back = {"then": (TODAY - timedelta(weeks=26)).isoformat(), "vouchers": 30, "lines": rows}
    out = [(TODAY + timedelta(weeks=week)).isoformat() for week in (1, 2, 3, 4, 5)]
    lines = [a_line("rijk-leren", out=out, out_permille=1000), a_line("provincie-breed")]
    scheme = {"scheme": "leervoucher", "vouchers": 40, "last": out[4], "short_permille": 900, "until": out}
    a_forecast(session, lines=lines, back_test=back, schemes=[scheme])


def test_how_the_last_one_turned_out_stands_beside_it(office: Office) -> None:
    office.do(an_old_voucher)
    office.do(tested)
    seen = office.browser(Role.AUDITOR).get(f"{LIST}/{the_forecast(office).public_id}?budget=rijk-leren")
    assert_sound(seen)
    assert "Bij 1 van 2 budgetten lag het gebruik binnen de marge van 90%" in said(seen)
    assert [row[4] for row in figures_of(seen, "Verwacht en gebeurd")] == ["ja", "nee"]
    best = figures_of(seen, "Wat een maatregel waard is")[0]
    assert best[0] == "Herinner nog een keer" and "€ 600" in best[2]
    assert "meer dan 99%" in said(seen) and "dan meestal van" in said(seen)
    assert "naar verwachting € 3.000 gebruikt" in said(seen)
    assert office.browser(Role.AUDITOR).get(f"{LIST}/nieuw").status_code == 404
    assert "Er is naar verwachting geld tot" in said(Browser(office.app).get("/alle-regelingen/leervoucher"))


@pytest.mark.parametrize(("vouchers", "said_so"), [(20, True), (99, True), (100, False)])
def test_with_twenty_vouchers_it_is_said_that_the_bands_are_wide(office: Office, vouchers: int, said_so: bool) -> None:
    office.do(an_old_voucher)
    office.do(lambda session: a_forecast(session, vouchers=vouchers))
    seen = office.browser(Role.CONTROLLER).get(f"{LIST}/{the_forecast(office).public_id}")
    assert ("marges zijn daarom ruim" in said(seen)) is said_so


def test_the_region_says_whether_everybody_sees_it(office: Office) -> None:
    browser = office.browser(Role.REGION)
    assert "Iedereen ziet dat" in said(browser.get(LIST))
    assert browser.post(f"{LIST}/meter", {}).status_code == 303
    assert "staat niet tot wanneer er geld is" in said(browser.get(LIST))
    assert office.browser(Role.CONTROLLER).post(f"{LIST}/meter", {}).status_code == 404
