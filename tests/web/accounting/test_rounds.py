"""The region opens a round, everybody sees the print, the money is divided apart from the page, and everybody can draw the lots again."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.awarding.divisions.models import AwardRound, RoundState
from portal.awarding.divisions.queries import DIVISION
from portal.commands.working import kinds_of
from portal.oversight.long_work.doing import do_waiting
from portal.people.accounts.models import Role
from portal.platform import clock
from portal.platform.config import load_settings
from portal.platform.database import unit_of_work
from tests.portal.awarding.divided import AFTER, ALL, a_division, applications, divided_by, open_already
from tests.web.browser import Browser
from tests.web.office import Office, figures_of, said
from tests.web.walking import assert_sound

LIST = "/verantwoording/rondes"


def test_a_round_by_lot_from_the_print_to_the_lots(
    app: Flask, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    unit_of_work(engine, lambda session: divided_by(session, tmp_path / "proefland", "lottery", cents=2 * ALL))
    office = Office(app, engine)
    browser = office.browser(Role.REGION)
    assert "Open er een met de knop hierboven" in said(browser.get(LIST))
    assert_sound(browser.get(f"{LIST}/nieuw"))
    assert browser.post(f"{LIST}/nieuw", {"scheme": "leervoucher", "until": "1-1-2026"}).status_code == 422
    browser.get(f"{LIST}/nieuw")
    opened = browser.post(f"{LIST}/nieuw", {"scheme": "leervoucher", "until": "9-3-2026"})
    assert opened.status_code == 303
    here = opened.headers["Location"]
    one = office.do(lambda session: session.query(AwardRound).one())
    unit_of_work(engine, lambda session: applications(session, 3))
    page = browser.get(here)
    assert_sound(page)
    assert one.seed_print in said(page) and one.seed not in page.text and "Verdeel het geld" not in said(page)
    public = Browser(app).get("/alle-regelingen/leervoucher")
    assert one.seed_print in public.text and one.seed not in public.text
    assert browser.post(f"{here}/verdelen", {}).status_code == 422, "applications may still come in"
    with clock.frozen(AFTER):
        later = office.browser(Role.REGION)
        assert "Verdeel het geld" in said(later.get(here))
        asked = later.post(f"{here}/verdelen", {})
        assert asked.status_code == 303
        assert do_waiting(engine, kinds=kinds_of(load_settings()), clock=lambda: AFTER) == 1
        assert "Bekijk de ronde" in said(later.get(asked.headers["Location"]))
        result = later.get(here)
        assert_sound(result)
        rows = figures_of(result, "Wat elke aanvraag krijgt, wie voorgaat bovenaan")
        lots = [sha256(f"{one.seed}:{row[0]}".encode()).hexdigest()[:16] for row in rows]
        assert lots == sorted(lots) == [row[1] for row in rows]
        assert [row[3] for row in rows] == ["€ 1.200,00", "€ 1.200,00", "€ 0,00"] and "dat is bewezen" in said(result)
        assert one.seed in Browser(app).get("/alle-regelingen/leervoucher").text, "everybody can draw them again"
        assert "Verdeel het geld" not in said(office.browser(Role.AUDITOR).get(here))
        assert_sound(later.get(LIST))


def test_of_a_round_in_proportion_the_seed_is_told_too_for_units_that_are_left_over(office: Office) -> None:
    def in_proportion(session: object) -> AwardRound:
        return open_already(session, method="pro_rata")  # type: ignore[arg-type]

    one = office.do(in_proportion)
    page = office.browser(Role.AUDITOR).get(f"{LIST}/{one.public_id}")
    assert_sound(page)
    assert one.seed_print in said(page) and one.seed not in page.text
    public = Browser(office.app).get(f"/alle-regelingen/{one.scheme}")
    assert one.seed_print in public.text and one.seed not in public.text and "hetzelfde deel" in said(public)

    def divided(session: Session) -> None:
        found = session.get_one(AwardRound, one.id)
        found.state, found.result_json = RoundState.DIVIDED, DIVISION.dump_json(a_division()).decode()
        found.divided_at, found.divided_by, found.divided_by_name = AFTER, "account:931", "Pia Planner"

    office.do(divided)
    result = office.browser(Role.AUDITOR).get(f"{LIST}/{one.public_id}")
    assert_sound(result)
    assert one.seed in said(result) and "door afronden overblijft" in said(result)
    assert one.seed in Browser(office.app).get(f"/alle-regelingen/{one.scheme}").text


def test_points_are_given_line_by_line_and_a_round_can_be_dropped(office: Office) -> None:
    def ranking(session: object) -> str:
        return open_already(session, method="ranking").public_id  # type: ignore[arg-type]

    here = f"{LIST}/{office.do(ranking)}"
    browser = office.browser(Role.REGION)
    assert_sound(browser.get(f"{here}/punten"))
    wrong = browser.post(f"{here}/punten", {"points": "AV-2026-0001 veel"})
    assert wrong.status_code == 422 and "Dit klopt niet: AV-2026-0001 veel" in said(wrong)
    browser.get(f"{here}/punten")
    assert browser.post(f"{here}/punten", {"points": "AV-2026-0001 80\nAV-2026-0002;70"}).status_code == 303
    assert "Van 2 aanvragen zijn punten vastgelegd" in said(browser.get(here))
    assert "AV-2026-0002 70" in browser.get(f"{here}/punten").text
    assert "Laat de ronde vervallen" not in said(office.browser(Role.CONTROLLER).get(here))
    browser.get(here)
    assert browser.post(f"{here}/weg", {}).status_code == 303
    assert "vervallen" in said(browser.get(here))
