"""Before the disk is full nothing more is taken in: a clear page, the form given back, and over by itself with room again."""

from __future__ import annotations

import pytest

from portal.platform.room import Room
from tests.web.browser import Browser
from tests.web.office import Office, office, said, shared_office, still

__all__ = ["office", "shared_office", "still"]


@pytest.mark.norm("V16.5.2", "V16.5.3")
def test_nearly_full_is_read_only_and_over_by_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    advisor = office.browser("advisor")
    form = {"from_day": "3-3-2026", "until_day": "4-3-2026"}
    free = {"bytes": 10 * 2**20}
    for place in ("portal.platform.room", "portal.web.admin.running"):
        monkeypatch.setattr(f"{place}.room_in", lambda _folder: Room(free["bytes"], 10**12))
    assert advisor.get("/adviseur/").status_code == 200, "what is there is read"
    refused = advisor.post("/adviseur/afwezig", form)
    assert refused.status_code == 507 and refused.headers["Retry-After"] == "60"
    assert "bijna geen ruimte" in said(refused) or "niet bereikbaar" in said(refused)
    assert Browser(office.app).get("/healthz").status_code == 200
    admin = office.browser("admin")
    page = admin.get("/beheer/werking")
    assert page.status_code == 200 and "niet in orde" in said(page)
    free["bytes"] = 10 * 2**30
    assert advisor.post("/adviseur/afwezig", form).status_code != 507
