"""The first page is made once in half a minute for every stranger, per language and day; who is somebody here gets its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Response

from portal.platform import clock
from portal.web.edge import same_page
from portal.web.resident import public
from tests.web.browser import Browser
from tests.web.walking import Desk


def test_strangers_share_a_page_and_nobody_gets_that_of_another(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real, at = public.page, [1000.0]

    def counted(template: str, **context: Any) -> Response:
        made.append(template)
        return real(template, **context)

    monkeypatch.setattr(public, "page", counted)
    monkeypatch.setattr(same_page.time, "monotonic", lambda: at[0])
    pages = {Browser(desk.app).get("/").text for _ in range(3)}
    assert len(pages) == 1 and len(made) == 1
    english = Browser(desk.app)
    english.get("/?taal=en")
    assert 'lang="en"' in english.get("/").text and 'lang="nl"' in Browser(desk.app).get("/").text
    walk = desk.walk()
    walk.start()
    before = len(made)
    assert "Mijn vraag" in walk.browser.get("/").text and len(made) == before + 1, "who has a draft sees where it is"
    assert "Mijn vraag" not in Browser(desk.app).get("/").text and len(made) == before + 1
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert Browser(desk.app).get("/").status_code == 200
    assert len(made) == before + 2, "another day is another page"
    at[0] += same_page.KEEP_SECONDS
    assert Browser(desk.app).get("/").status_code == 200
    assert len(made) == before + 3, "after half a minute it is made anew"


def test_a_desk_without_a_region_is_told_so_no_longer_than_it_is_true(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as empty:
        empty.setattr(public, "has_region", lambda _session: False)
        assert "nog niet ingericht" in Browser(desk.app).get("/").text
    assert "nog niet ingericht" not in Browser(desk.app).get("/").text
