"""The first page is made once for every stranger, per language and day; who is somebody here gets a page of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.platform import clock
from portal.web.edge import same_page
from tests.web.browser import Browser
from tests.web.walking import Desk


def test_strangers_share_a_page_and_nobody_gets_that_of_another(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = same_page.render_template

    def counted(template: str, **context: Any) -> str:
        made.append(template)
        return real(template, **context)

    monkeypatch.setattr(same_page, "render_template", counted)
    pages = {Browser(desk.app).get("/").text for _ in range(3)}
    assert len(pages) == 1 and len(made) == 1
    english = Browser(desk.app)
    english.get("/?taal=en")
    assert 'lang="en"' in english.get("/").text and 'lang="nl"' in Browser(desk.app).get("/").text
    walk = desk.walk()
    walk.start()
    before = len(made)
    assert "Mijn vraag" in walk.browser.get("/").text and len(made) == before, "who has a draft sees where it is"
    assert "Mijn vraag" not in Browser(desk.app).get("/").text and len(made) == before
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert Browser(desk.app).get("/").status_code == 200
    assert len(made) == before + 1, "another day is another page"
