"""The register of de-minimis aid on the screens of the region: what is due, the file, and that it was entered."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal.awarding.reductions import lower_award
from portal.platform.database import unit_of_work
from tests.factories import ADVISOR, ASKED, NOW, approve
from tests.portal.awarding.aid_region import with_aid
from tests.portal.awarding.test_state_aid import asked, voucher_of
from tests.web.office import Office, said
from tests.web.walking import assert_sound

HERE = "/regio/de-minimis"


@pytest.fixture
def database() -> str:
    """Once is enough: what is asked here of the database is asked on both where the acts stand."""
    return "sqlite"


def test_an_award_is_entered_in_the_register_and_corrected_when_it_was_lowered(
    app: Flask, engine: Engine, tmp_path: Path
) -> None:
    unit_of_work(engine, lambda session: with_aid(session, tmp_path / "proefland"))
    office = Office(app, engine)
    question = office.made(asked, cents=60_000)
    browser, other = office.browser("region"), office.browser("region")
    assert "Er is niets in het register te zetten." in said(browser.get(HERE))
    office.do(lambda session: approve(session, session.merge(question)))
    assert "De-minimissteun: de regio zet haar in het register" in said(office.browser("advisor").get("/adviseur/"))
    listed = browser.get(HERE)
    assert_sound(listed)
    assert "Bakkerij Proef bv" in said(listed) and "30-03-2026" in said(listed)
    one = next(part for part in listed.text.split('"') if part.startswith(f"{HERE}/") and "bestand" not in part)
    for who in (browser, other):
        assert_sound(who.get(one))
    wrong = browser.submit(one, {"reference": "", "sector": "bakker"})
    assert wrong.status_code == 422 and 'id="reference-error"' in wrong.text
    assert_sound(wrong)
    assert browser.submit(one, {"reference": "REG-1", "sector": "10.71"}).status_code == 303
    assert "REG-1" in said(browser.follow())
    late = other.submit(one, {"reference": "REG-2", "sector": "10.71"})
    assert late.status_code == 422 and "Er is iets veranderd" in said(late)
    file = browser.get(f"{HERE}/bestand.csv").data.decode()
    assert "12345678;600,00;2026-03-02;" in file and ";10.71;" in file and "REG-1" in file
    office.do(
        lambda session: lower_award(
            session,
            voucher=voucher_of(session, session.merge(question)),
            by_cents=10_000,
            basis=ASKED,
            reason="Goedkoper.",
            actor=ADVISOR,
            now=NOW,
        )
    )
    again = browser.get(one)
    assert_sound(again)
    assert "In het register staat € 600,00. Het is nu € 500,00." in said(again)
    assert browser.get(f"{HERE}/bestaat-niet").status_code == 404
