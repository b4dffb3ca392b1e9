"""Channels and campaigns on the screen: the region makes a link, ends it, and sees how far people come by it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from portal.cases.origins.actions import count_at_door
from portal.cases.origins.models import DoorStep, HeardFrom, QuestionOrigin
from portal.people.accounts.models import Role
from portal.spending.vouchers.models import Voucher
from tests.factories import NOW, a_voucher
from tests.web.office import Office
from tests.web.walking import assert_sound, soup_of

PAGE, MAKE = "/verantwoording/kanalen", "/verantwoording/campagnes"


def test_the_region_makes_a_campaign_and_sees_how_far_people_come(office: Office) -> None:
    voucher: Voucher = office.made(a_voucher)
    browser = office.browser(Role.REGION)
    assert_sound(browser.get(MAKE))
    assert browser.submit(MAKE, {"code": "Flyer", "name": "Flyer in april"}).status_code == 303
    shown = browser.get(MAKE)
    assert_sound(shown)
    assert "/?via=flyer" in shown.text and "Flyer in april" in shown.text
    for sent in ({"code": "flyer", "name": "Nog een"}, {"code": "?", "name": "x"}, {"code": "", "name": ""}):
        assert browser.submit(MAKE, sent).status_code == 422

    def come(session: object) -> None:
        origin = QuestionOrigin(question_id=voucher.question_id, code="flyer", heard_from=HeardFrom.FLYER)
        session.add(origin)  # type: ignore[attr-defined]
        count_at_door(session, counts={(NOW.date(), DoorStep.VISIT, "flyer"): 30})  # type: ignore[arg-type]

    office.do(come)
    one = f"{MAKE}/flyer"
    assert_sound(browser.get(one))
    assert browser.submit(one, {"name": ""}).status_code == 422
    assert browser.submit(one, {"name": "Flyer in mei"}).status_code == 303
    assert_sound(browser.get(f"{one}/einde"))
    assert browser.submit(f"{one}/einde", {}).status_code == 303
    listed = browser.get(MAKE)
    assert_sound(listed)
    assert "beëindigd op" in listed.text and "/?via=flyer" in listed.text
    assert "weer lopen" in browser.get(one).text and browser.get(f"{MAKE}/geen").status_code == 404
    controller = office.browser(Role.CONTROLLER)
    assert controller.get(one).status_code == 404
    shown = controller.get(PAGE)
    assert_sound(shown)
    tables = soup_of(shown).select("main table")
    rows = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in tables[0].select("tr")]
    assert rows[1] == ["Flyer in mei", "30", "0", "1", "0", "1", "1", "0", "0"]
    assert rows[-1] == ["Totaal", "30", "0", "1", "0", "1", "1", "0", "0"]
    assert "een flyer of folder" in tables[1].get_text()
    lines = list(csv.reader(io.StringIO(controller.get(f"{PAGE}.csv").text.lstrip("\ufeff")), delimiter=";"))
    assert lines[1][:4] == ["Campagne", "Flyer in mei", "30", "0"]
    assert next(line for line in lines if line[1] == "een flyer of folder")[2:5] == ["", "", "1"]
    later = f"{NOW + timedelta(days=1):%d-%m-%Y}"
    narrowed = controller.get(f"{PAGE}?vanaf={later}&tot=ooit")
    assert_sound(narrowed)
    file = soup_of(narrowed).select_one("main a[href*='kanalen.csv']")
    assert file is not None and "vanaf=" in str(file["href"]) and "tot=" not in str(file["href"])
    assert "Flyer in mei" not in narrowed.text, "nobody came by it then, and it does not run any more"
    assert_sound(browser.get(f"{one}/weer"))
    again = browser.submit(f"{one}/weer", {})
    assert again.status_code == 303
    assert "Flyer in mei" in controller.get(f"{PAGE}?vanaf={later}").text
    assert MAKE not in shown.text and controller.get(MAKE).status_code == 404
    assert office.browser(Role.FUNDER).get(PAGE).status_code == 404
