"""Somebody at the desk who uses pages as a person does, by links, ticks and buttons that are there, and counts them."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from tests.web.browser import Browser
from tests.web.walking import sound_page

MAIN = "main form[method=post]"


class Hand:
    """A browser with one page open. Text is typed, and the Tab key goes from field to field: that is no click."""

    def __init__(self, browser: Browser, path: str) -> None:
        self.browser, self.clicks, self.loads = browser, 0, 0
        self.typed: dict[str, Any] = {}
        self._open(path)

    def _open(self, path: str) -> None:
        self.answer = self.browser.get(path)
        self._shown()

    def _shown(self) -> None:
        self.loads += 1
        self.page: BeautifulSoup = sound_page(self.answer)
        self.path = self.answer.request.path
        self.query = self.answer.request.query_string.decode()
        self.typed = {}

    def follow(self, text: str) -> None:
        """Press the link with this text."""
        main = self.page.find("main")
        assert isinstance(main, Tag)
        [link] = [one for one in main.find_all("a", href=True) if _text(one) == text]
        self.clicks += 1
        self._open(str(link["href"]))

    def tick(self, *names: str) -> None:
        """Tick boxes that are there and are not ticked."""
        for name in names:
            box = self.page.select_one(f'{MAIN} input[type=checkbox][name="{name}"]')
            assert box is not None and not box.has_attr("checked"), name
            self.typed[name] = box["value"]
            self.clicks += 1

    def type(self, **values: str) -> None:
        """Type in fields that are there."""
        for name, value in values.items():
            assert self.page.select_one(f'{MAIN} [name="{name}"]') is not None, name
            self.typed[name] = value

    def press(self, text: str, *, first: bool = False) -> TestResponse:
        """Press the button with this text (with `first` the first of several) and go where it leads."""
        found = [one for one in self.page.select("main button") if _text(one) == text]
        assert found and (first or len(found) == 1), f"{len(found)} buttons {text}"
        button = found[0]
        form = button.find_parent("form")
        assert isinstance(form, Tag)
        data = filled(form) | self.typed
        if button.get("name"):
            data[str(button["name"])] = str(button["value"])
        self.clicks += 1
        self.answer = self.browser.client.post(str(form.get("action") or f"{self.path}?{self.query}"), data=data)
        self.browser.last = self.answer
        if 300 <= self.answer.status_code < 400:
            self.answer = self.browser.follow()
        self._shown()
        return self.answer


def filled(form: Tag) -> dict[str, Any]:
    """What a form sends as it stands, hidden fields and all, without its buttons."""
    found: dict[str, Any] = {}
    for field in form.find_all(["input", "select", "textarea"]):
        name, kind = str(field.get("name", "")), str(field.get("type", ""))
        if not name or kind == "submit" or (kind in ("radio", "checkbox") and not field.has_attr("checked")):
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


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ", strip=True).replace("\xa0", " ").split())
