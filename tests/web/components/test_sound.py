"""What the check of every page must find: each thing that is wrong, in a page that is right but for that."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.web.walking import assert_refused_kindly, assert_sound, sound_page

RIGHT = """<!doctype html><html lang="nl"><head><title>Fout: Naam</title></head><body><main><h1>Uw naam</h1>
<div class="error-summary"><a href="#name">Vul uw naam in.</a></div>
<fieldset><legend>Wie</legend><div class="field wide"><p class="error" id="name-error">Fout: <b>Vul</b> uw naam in.</p>
<label for="name">Naam</label><input id="name" name="name" value="" aria-describedby="name-error"></div>
<div class="field"><label for="city">Plaats</label><textarea id="city" name="city">Epe</textarea></div></fieldset>
<script src="/a.js"></script></main></body></html>"""
WRONG = {
    "another language": ('lang="nl"', 'lang="en"'),
    "no title": ("Fout: Naam", " "),
    "two headings": ("<h1>", "<h1>Eerst</h1><h1>"),
    "an id twice": ("<main>", '<main id="name">'),
    "no label": ('<label for="name">', '<label for="other">'),
    "described by nothing": ('aria-describedby="name-error"', 'aria-describedby="name-help"'),
    "a group without a legend": ("<legend>Wie</legend>", ""),
    "a summary that leads nowhere": ('href="#name"', 'href="#nobody"'),
    "a script in the page": ('<script src="/a.js">', "<script>a()"),
    "a style in the page": ("<main>", "<style>p {}</style><main>"),
    "a style of a tag": ("<main>", '<main style="color: red">'),
    "an act of a tag": ("<main>", '<main onclick="a()">'),
}


def answer(page: str, status: int = 422) -> Any:
    return SimpleNamespace(text=page, status_code=status, request=SimpleNamespace(path="/naam"))


def test_a_right_page_is_sound() -> None:
    assert_sound(answer(RIGHT))
    assert sound_page(answer(RIGHT)).h1.text == "Uw naam"  # type: ignore[union-attr]
    assert_refused_kindly(answer(RIGHT), "name", {"name": "", "city": "Epe"})


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_found(what: str) -> None:
    here, instead = WRONG[what]
    assert here in RIGHT
    with pytest.raises(AssertionError):
        assert_sound(answer(RIGHT.replace(here, instead)))


@pytest.mark.parametrize(
    ("here", "instead"),
    [
        ("Fout: Naam", "Naam"),
        ('class="error"', 'class="errors"'),
        ("uw naam in.</p>", "uw naam in</p>"),
        ("uw naam in.</a>", "iets in.</a>"),
        ("Fout: <b>Vul</b> uw naam in.", "Fout: verplicht."),
        (">Epe<", "><"),
    ],
)
def test_a_refusal_that_is_not_kind_is_found(here: str, instead: str) -> None:
    assert here in RIGHT
    with pytest.raises(AssertionError):
        assert_refused_kindly(answer(RIGHT.replace(here, instead)), "name", {"name": "", "city": "Epe"})


def test_a_page_that_was_not_found_is_not_sound() -> None:
    with pytest.raises(AssertionError, match="404"):
        assert_sound(answer(RIGHT, 404))
