"""The page on which a question is discussed, used as a browser does: every field goes along as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bs4 import Tag
from werkzeug.test import TestResponse

from portal.cases.questions.models import DevelopmentQuestion
from tests.web.advisor.steps import case
from tests.web.browser import Browser
from tests.web.walking import soup_of

BY_SCRIPT = {"HX-Request": "true"}


def standing(answer: TestResponse) -> dict[str, Any]:
    """What the form of the page would send, hidden fields and all, as it stands."""
    form = soup_of(answer).find("form", id="talk")
    assert isinstance(form, Tag)
    found: dict[str, Any] = {}
    for field in form.find_all(["input", "select", "textarea"]):
        name, kind = str(field.get("name", "")), str(field.get("type", ""))
        if not name or (kind in ("radio", "checkbox") and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            found[name] = chosen["value"]
        elif field.name == "textarea":
            found[name] = field.text.removeprefix("\n")
        elif kind == "checkbox":
            found.setdefault(name, []).append(field["value"])
        else:
            found[name] = field.get("value", "")
    return found


class Table:
    """An advisor with one question on the table."""

    def __init__(self, browser: Browser, question: DevelopmentQuestion) -> None:
        self.browser, self.path = browser, case(question, "/bespreken")
        self.page = browser.get(self.path)
        assert self.page.status_code == 200, self.page.text[:3000]

    def send(self, changes: Mapping[str, Any], *, script: bool = False) -> TestResponse:
        """Type something, press a button, and go where that leads. A change of None takes the field away."""
        data = {name: value for name, value in {**standing(self.page), **changes}.items() if value is not None}
        headers = BY_SCRIPT if script else {}
        answer = self.browser.client.post(self.path, data=data, headers=headers)
        if 300 <= answer.status_code < 400:
            answer = self.browser.client.get(answer.location, headers=headers)
            assert answer.status_code == 200, answer.text[:3000]
        if not script:
            self.page = answer
        return answer
