"""Every form of every page comes back as it was filled in: each field, tick, choice and row, in the form that was sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml.html import HtmlElement, document_fromstring

from portal.people.actor import Audience
from portal.web.edge.again import OURS
from portal.web.edge.refilling import fill_again
from portal.web.edge.sight import SEEN_FIELD
from tests.web.access.test_access_matrix import AUDIENCES
from tests.web.every_page import pages_of
from tests.web.world import World
from tests.web.worlds import a_world

Pair = tuple[str, str]
NOT_TYPED = OURS | {SEEN_FIELD}
AS_THE_PAGE_HAS_IT = frozenset({"hidden", "submit", "image", "reset", "button", "file", "password"})
"""What is not filled in: it says how things stand now, or a browser lets nobody fill it in."""
LINES = 'Eerste regel, met "aanhaling"\nen <tweede> & laatste'


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    """One desk for all pages."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("forms")) as world:
        yield world


def controls_of(page: HtmlElement, form: HtmlElement) -> list[HtmlElement]:
    """The controls of a form, also those that stand elsewhere and name it."""
    inside = form.xpath(".//input | .//textarea | .//select | .//button")
    own = [one for one in inside if one.get("form") in (None, form.get("id"))]
    named = page.xpath("//*[@form=$id]", id=form.get("id")) if form.get("id") else []
    controls = [*own, *(one for one in named if one not in own)]
    return [one for one in controls if one.get("name") and one.get("disabled") is None]


def kind_of(control: HtmlElement) -> str:
    return (control.get("type") or "text").lower() if control.tag == "input" else str(control.tag)


def options_of(select: HtmlElement) -> list[str]:
    return [str(one.get("value", one.text_content().strip())) for one in select.xpath(".//option")]


def filled_in(page: HtmlElement, form: HtmlElement) -> list[Pair]:
    """What a browser sends when somebody changes every field: each text, every second tick, the last of what can be chosen."""
    pairs: list[Pair] = []
    controls, pressed = controls_of(page, form), False
    last_radio = {one.get("name"): one for one in controls if kind_of(one) == "radio"}
    for place, control in enumerate(controls):
        name, kind, value = str(control.get("name")), kind_of(control), str(control.get("value", ""))
        if name in NOT_TYPED or kind in AS_THE_PAGE_HAS_IT - {"hidden"}:
            continue
        if kind == "button":
            pairs += [] if pressed else [(name, value)]
            pressed = True
        elif kind == "checkbox":
            pairs += [(name, str(control.get("value", "on")))] if control.get("checked") is None else []
        elif kind == "radio":
            pairs += [(name, str(control.get("value", "on")))] if control is last_radio[name] else []
        elif kind == "select":
            chosen = options_of(control)[-1:] if control.get("multiple") is None else options_of(control)[::2]
            pairs += [(name, one) for one in chosen]
        elif kind == "hidden":
            pairs.append((name, value))
        else:
            pairs.append((name, LINES if kind == "textarea" else f'Getypt "{place}" & <meer>'))
    return pairs


def stands(page: HtmlElement, form: HtmlElement) -> list[Pair]:
    """What stands in the form that somebody fills in, in the order of the page."""
    pairs: list[Pair] = []
    for control in controls_of(page, form):
        name, kind = str(control.get("name")), kind_of(control)
        if name in NOT_TYPED or kind in AS_THE_PAGE_HAS_IT:
            continue
        if kind in ("checkbox", "radio"):
            pairs += [(name, str(control.get("value", "on")))] if control.get("checked") is not None else []
        elif kind == "select":
            values = zip(control.xpath(".//option"), options_of(control), strict=True)
            pairs += [(name, value) for option, value in values if option.get("selected") is not None]
        elif kind == "textarea":
            pairs.append((name, str(control.text_content())))
        else:
            pairs.append((name, str(control.get("value", ""))))
    return pairs


def typed_of(page: HtmlElement, form: HtmlElement, pairs: list[Pair]) -> list[Pair]:
    """Of what was sent what somebody typed or chose."""
    typed = {str(one.get("name")) for one in controls_of(page, form) if kind_of(one) not in AS_THE_PAGE_HAS_IT}
    return [(name, value) for name, value in pairs if name in typed]


def faults_of(html: str, where: str) -> list[str]:
    """What of the forms of a page does not come back as it was sent."""
    page, found = document_fromstring(html), []
    for number, form in enumerate(page.xpath("//form")):
        if (form.get("method") or "").lower() != "post":
            continue
        pairs = filled_in(page, form)
        wanted = typed_of(page, form, pairs)
        if not wanted:
            continue
        again = fill_again(html, page=where, action=form.get("action") or where, fields=pairs)
        other = document_fromstring(again.html)
        there = stands(other, other.xpath("//form")[number])
        if again.missing or sorted(there) != sorted(wanted):
            lost, more = sorted(set(wanted) - set(there)), sorted(set(there) - set(wanted))
            found.append(f"{where} form {number}: lost {lost}, came {more}, said to be missing {again.missing}")
    return found


@pytest.mark.parametrize("audience", AUDIENCES)
def test_each_field_of_every_form_comes_back_with_its_name_and_value(world: World, audience: Audience) -> None:
    found: list[str] = []
    for place in pages_of(world, audience):
        world.stage = place.stage
        answer = world.let_in_as(audience, place.where.question_id).client.get(place.where.path)
        if answer.status_code == 200:
            found += faults_of(answer.text, urlsplit(place.where.path).path)
        answer.close()
    assert not found, "\n".join(found)


FORM = """<!doctype html><form method="post" action="/x">
<input name="a"><input type="checkbox" name="b" value="1"><input type="checkbox" name="b" value="2">
<select name="c"><option>een</option><option value="2">twee</option></select></form>"""


def test_control_a_form_of_which_a_field_does_not_come_back_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not faults_of(FORM, "/x")
    monkeypatch.setattr("portal.web.edge.refilling._TICKED", frozenset({"radio"}))
    assert faults_of(FORM, "/x")
