"""A virus scanner that is set and does not answer: the status page, the figures and the doctor name it, and who keeps the desk hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.commands.doctor import examine
from portal.oversight.running import UNSCANNED_STUCK, Aspect, Sign, running
from portal.oversight.trouble import TOLD, trouble_job, troubles
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Role
from portal.platform.room import Room
from portal.post.files.actions import Vault, store_file
from portal.post.files.scanning import scanner_answers
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, NOW, SYSTEM
from tests.portal.post.files.hostile import pdf
from tests.portal.post.files.test_scanning import a_clamd
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound

NOBODY = "/nowhere/clamd.ctl"
ROOM = Room(50 * 2**30, 100 * 2**30)


@pytest.fixture
def set_to(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The desk, made from the models without a revision, with its settings put back afterwards."""
    monkeypatch.setattr("portal.commands.doctor.require_head", lambda _engine: None)
    kept = office.app.extensions["settings"]
    yield office
    office.app.extensions["settings"] = kept


def with_clamd(office: Office, address: str) -> None:
    office.app.extensions["settings"] = office.app.extensions["settings"].model_copy(update={"clamd": address})


def seen(office: Office, address: str) -> tuple[str, str, str]:
    """What the status page, the figures and the doctor say of the scanner at this address."""
    with_clamd(office, address)
    page = office.browser("admin").get("/beheer/werking")
    assert_sound(page)
    figures = Browser(office.app).client.get("/metrics").text
    [sign] = [line for line in figures.splitlines() if line.startswith('loket_sign{about="scanner"}')]
    [found] = [one for one in examine(office.app.extensions["settings"], office.engine) if one.about == "virus scanner"]
    return said(page), sign.split()[-1], f"{found.status} {found.message}"


def test_that_it_does_not_answer_is_said_everywhere_and_that_it_does_or_is_not_set_too(set_to: Office) -> None:
    page, figure, doctor = seen(set_to, NOBODY)
    assert "Virusscanner let op antwoordt niet" in page and figure == "1.0"
    assert doctor.startswith("warning CLAMD is set and does not answer")
    with a_clamd() as address:
        page, figure, doctor = seen(set_to, address)
    assert "Virusscanner in orde antwoordt" in page and (figure, doctor) == ("0.0", "ok clamd answers")
    page, figure, doctor = seen(set_to, "")
    assert "Virusscanner in orde niet ingesteld" in page and figure == "0.0" and doctor.startswith("ok none is set")


def sign_of(session: Session, address: str, after: timedelta) -> Sign:
    at, answers = NOW + after, scanner_answers(address)
    signs = running(session, room=ROOM, minimum_mb=0, at=at, scanner=answers).signs()
    return signs[Aspect.SCANNER]


def test_an_hour_with_a_file_that_waits_is_wrong_and_mailed_a_minute_is_not(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.oversight.trouble.room_in", lambda _folder: ROOM)
    late = UNSCANNED_STUCK + timedelta(minutes=1)
    assert sign_of(session, NOBODY, late) is Sign.WARNING, "no file waits for it"
    store_file(session, vault=Vault.under(tmp_path, "geheim"), content=pdf(), name="f.pdf", actor=ADVISOR, now=NOW)
    assert sign_of(session, NOBODY, timedelta(minutes=1)) is Sign.WARNING
    assert sign_of(session, NOBODY, late) is Sign.WRONG
    assert sign_of(session, "", late) is Sign.OK, "control: without a scanner nothing waits for one"
    assert troubles({Aspect.SCANNER: Sign.WARNING}) == [] and troubles({Aspect.SCANNER: Sign.WRONG}) == [Aspect.SCANNER]

    def told(address: str) -> bool:
        job = trouble_job(SYSTEM, state_dir=tmp_path, minimum_mb=0, clamd=address)
        [item] = job.due(session, NOW + late)
        session.query(OutboxMessage).delete()
        job.act(session, item, NOW + late)
        rows = session.query(OutboxMessage).filter_by(template=TOLD).all()
        return any("scanner" in (row.details or {})["aspects"] for row in rows)

    create_account(session, email="r@loket.example", display_name="Rik", role=Role.ADMIN, actor=SYSTEM, now=NOW)
    assert told(NOBODY)
    with a_clamd() as address:
        assert not told(address), "control"
