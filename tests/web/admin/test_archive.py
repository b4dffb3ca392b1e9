"""The administrator sees what the archive of the municipality did not take, and tries it again; the desk says when it is stuck."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from portal.commands.doctor import said_of
from portal.oversight.running import Aspect, Running, Sign, running
from portal.people.accounts.models import Role
from portal.platform.room import Room
from tests.factories import NOW
from tests.portal.papers.archive import FakeArchive
from tests.portal.papers.test_registering import a_letter, run, the_row
from tests.web.office import Office, said

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HERE = "/beheer/archief"


def seen(office: Office, days: int = 0) -> Running:
    at = NOW + timedelta(days=days)
    return office.do(lambda s: running(s, room=Room(90, 100), minimum_mb=0, at=at))


def test_what_was_given_up_is_tried_again_by_a_button_and_then_registered(office: Office, tmp_path: Path) -> None:
    admin = office.browser(Role.ADMIN)
    assert "Er is geen archief ingesteld" in said(admin.get(HERE))
    office.do(lambda s: a_letter(s))
    archive = FakeArchive(faults=[(404, {})])
    run(office.engine, archive, tmp_path)
    page = said(admin.get(HERE))
    assert "opgegeven" in page and "status_404" in page and "Vries" not in page and "voucher" not in page
    button = f"{HERE}/{the_row(office.engine).id}/opnieuw"
    assert admin.post(button, {}).status_code == 303
    assert admin.post(button, {}).status_code == 409, "it is on its way"
    run(office.engine, archive, tmp_path)
    page = said(admin.get(HERE))
    assert "geregistreerd" in page and "/enkelvoudiginformatieobjecten/1" in page
    assert admin.post(f"{HERE}/999/opnieuw", {}).status_code == 404


def test_the_desk_says_when_letters_wait_too_long_or_were_given_up(office: Office, tmp_path: Path) -> None:
    assert seen(office).signs()[Aspect.ARCHIVE] is Sign.OK
    office.do(lambda s: a_letter(s))
    run(office.engine, FakeArchive(faults=[(500, {})]), tmp_path)
    assert seen(office).signs()[Aspect.ARCHIVE] is Sign.OK, "just now"
    assert seen(office, days=2).signs()[Aspect.ARCHIVE] is Sign.WRONG
    run(office.engine, FakeArchive(faults=[(404, {})]), tmp_path, NOW + timedelta(minutes=5))
    found = seen(office)
    assert found.signs()[Aspect.ARCHIVE] is Sign.WARNING
    assert "1 were given up" in said_of(found)[Aspect.ARCHIVE]
    assert "0 onderweg, 1 opgegeven" in said(office.browser(Role.ADMIN).get("/beheer/werking"))
