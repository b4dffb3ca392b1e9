"""Filling in a form as somebody would: what fits the name of a field, and another guess where the desk says that it does not."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lxml.html import document_fromstring
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from tests.portal.post.files.hostile import pdf
from tests.web.asked import NOW
from tests.web.every_form.finding import Control, PostForm
from tests.web.walking import with_class
from tests.web.world import World

_SOON, _BEFORE = NOW + timedelta(days=40), NOW - timedelta(days=20)
WORDS = "Een zin van proef, met genoeg woorden erin."
GUESSES = (
    WORDS,
    "2",
    f"{_SOON:%d-%m-%Y}",
    "10,00",
    f"{_BEFORE:%d-%m-%Y}",
    f"{NOW:%d-%m-%Y}",
    "14.30",
    f"{NOW.year}",
    "iemand@voorbeeld.example",
    "0570 12 34 56",
    "7311 AB",
    "12345678",
    "NL91ABNA0417164300",
    "https://voorbeeld.example/plek",
    "proef",
)
"""What somebody may have to type, the likeliest first."""
BY_NAME: Mapping[str, str] = {
    r"e?mail": "iemand@voorbeeld.example",
    r"phone": "0570 12 34 56",
    r"postcode": "7311 AB",
    r"house_number": "12",
    r"kvk": "12345678",
    r"iban|account_number": "NL91ABNA0417164300",
    r"birth_date": "31-12-1985",
    r"(_on|_by|_until|_from|_day|_date|date|day|until|from)$": f"{_SOON:%d-%m-%Y}",
    r"amount|cents|costs|total": "10,00",
    r"time$": "14.30",
    r"year": f"{NOW.year}",
    r"number|count|hours|percent|places|days|weeks|months": "2",
    r"url|link": "https://voorbeeld.example/plek",
}
MOST_TRIES = 12
LEADS_AWAY = frozenset({"later", "leave"})
NOT_SENT = frozenset({"edit", "keep", "forget"})
"""What a button says that sends nothing in."""


@dataclass
class Filled:
    """A form with what somebody fills in: which guess stands in each field."""

    form: PostForm
    guess: dict[str, int] = field(default_factory=dict)

    def pairs(self) -> list[tuple[str, str]]:
        """The fields that are sent, without those of the desk itself."""
        found: list[tuple[str, str]] = []
        pressed = self.form.plain
        for one in self.form.controls:
            if one.name in ("csrf_token", "submission_token"):
                continue
            if one.kind == "button":
                does = [value for value in one.values if value not in NOT_SENT]
                if not pressed and one.name not in LEADS_AWAY and does:
                    found.append((one.name, does[0]))
                    pressed = True
                continue
            found += [(one.name, value) for value in self._values(one)]
        return found

    def files(self) -> dict[str, tuple[io.BytesIO, str]]:
        """The files that are sent along."""
        return {one.name: (io.BytesIO(pdf()), "stuk.pdf") for one in self.form.controls if one.kind == "file"}

    def _values(self, one: Control) -> list[str]:
        number = self.guess.get(one.name, 0)
        if one.kind == "file":
            return []
        if one.kind == "hidden":
            return list(one.values)
        if one.kind in ("radio", "select"):
            choices = [value for value in one.values if value] or [""]
            return [choices[number % len(choices)]]
        if one.kind == "checkbox":
            return [list(one.values), [], [one.values[0]]][number % 3]
        guesses = list(guesses_for(one))
        return [guesses[number % len(guesses)]]

    def other_guesses(self, names: set[str]) -> bool:
        """Guess something else in these fields; False when none of them is a field of the form."""
        mine = {one.name for one in self.form.asked} & names
        for name in mine:
            self.guess[name] = self.guess.get(name, 0) + 1
        return bool(mine)


def guesses_for(one: Control) -> Iterator[str]:
    """What may fit a field in which is typed: what stands there, what its name says, and the rest."""
    stands = one.values[0].strip() if one.values else ""
    if stands and one.kind != "password":
        yield stands
    yield from (value for name, value in BY_NAME.items() if re.search(name, one.name))
    yield from GUESSES


def sent(
    world: World, form: PostForm, pairs: list[tuple[str, str]], files: Mapping[str, Any] | None = None
) -> TestResponse:
    """Send the fields as who has the form, with what is good in a form of theirs."""
    world.stage = form.stage
    browser = world.let_in_as(form.audience, form.where.question_id)
    data = MultiDict([("csrf_token", browser.csrf()), ("submission_token", "t" * 22), *pairs])
    for name, file in (files or {}).items():
        data.add(name, file)
    answer = browser.client.post(form.action, data=data, headers={"Referer": f"http://localhost{form.where.path}"})
    answer.get_data()
    answer.close()
    if "loket=" in answer.headers.get("Set-Cookie", ""):
        world.forget(form.audience, form.where.question_id)
    return answer


def wrong_fields(answer: Response) -> set[str]:
    """The names of the fields beside which the page of an answer says what is wrong."""
    if answer.mimetype != "text/html" or not answer.data.strip():
        return set()
    page = document_fromstring(answer.get_data(as_text=True))
    beside = {box for box in with_class(page, "has-error") if with_class(box, "error")}
    controls = [(one, with_class(one, "field", "ancestor")) for one in page.xpath("//main//*[@name]")]
    return {str(one.get("name")) for one, boxes in controls if boxes and boxes[-1] in beside}


def filled_in(world: World, form: PostForm) -> tuple[Filled, TestResponse]:
    """The form filled in as far as guessing gets, and how the desk answered; the desk is as it was kept before and after."""
    filled = Filled(form)
    for _ in range(MOST_TRIES):
        world.put_back()
        answer = sent(world, form, filled.pairs(), filled.files())
        if answer.status_code != 422 or not filled.other_guesses(wrong_fields(answer)):
            break
    world.put_back()
    return filled, answer
