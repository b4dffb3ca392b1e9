"""Addresses of static files, the theme, the menu, and the widths of a bar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form as PlainForm

from portal.web.edge import assets
from tests.web.gallery import ROOT, CostsForm

CSS = (ROOT / "portal" / "web" / "static" / "app.css").read_text("utf-8")
KINDS = ("scheme", "employer", "sector", "loan", "own")


def app_with_static(folder: Path, theme: str = "") -> Flask:
    app = Flask("assets", static_folder=str(folder), static_url_path="/static")
    assets.install(app, theme_css=theme)
    return app


def permyriad(text: str) -> int:
    whole, part = text.split(".")
    return int(whole) * 100 + int(part)


def test_the_address_of_a_file_changes_with_its_content_and_may_be_kept_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "app.css"
    file.write_text("a{}")
    app = app_with_static(tmp_path)
    with app.test_request_context():
        first = assets.static_url("app.css")
    file.write_text("b{color:red}")
    with app.test_request_context():
        second = assets.static_url("app.css")
    assert first != second
    with app.test_client().get(second) as hashed, app.test_client().get("/static/app.css") as plain:
        assert "immutable" in hashed.headers["Cache-Control"]
        assert "immutable" not in plain.headers.get("Cache-Control", "")


def test_a_theme_of_the_region_is_served_and_without_one_the_address_is_not_found(tmp_path: Path) -> None:
    theme = tmp_path / "theme.css"
    theme.write_text(":root,.voorbeeld-theme{--basis-color-default-color-document:#123}")
    app = app_with_static(tmp_path, str(theme))
    with app.test_request_context():
        address = assets.theme_url()
        assert assets.theme_class() == "themed voorbeeld-theme"
    assert address is not None
    with app.test_client().get(address) as answer:
        assert answer.get_data(as_text=True).startswith(":root")
        assert answer.mimetype == "text/css"
    without = app_with_static(tmp_path)
    with without.test_request_context():
        assert assets.theme_url() is None
        assert assets.theme_class() == ""
    assert without.test_client().get("/thema.css").status_code == 404


def test_the_style_sheet_is_small_and_every_basis_token_has_a_value_of_our_own() -> None:
    assert len(CSS.encode()) < 27_000
    assert re.findall(r"var\(--basis-[a-z0-9-]+\)", CSS) == []
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert "!important" not in CSS


def test_the_style_sheet_sets_no_left_or_right_so_that_it_can_be_mirrored() -> None:
    physical = (
        r"(?:margin|padding|border)-(?:left|right)|(?<![-a-z])(?:left|right)\s*:|(?:text-align|float):\s*(?:left|right)"
    )
    assert re.findall(physical, CSS) == []


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 10**9)), max_size=9))
def test_the_pieces_of_a_bar_join_and_make_exactly_a_hundred_percent(parts: list[tuple[str, int]]) -> None:
    segments = assets.bar_segments([{"label": "x", "kind": kind, "cents": cents} for kind, cents in parts])
    assert len(segments) == sum(cents > 0 for _, cents in parts)
    start = 0
    for segment in segments:
        assert permyriad(segment.start) == start
        assert permyriad(segment.width) >= assets.SMALLEST_PERMYRIAD
        start += permyriad(segment.width)
    assert start == (10_000 if segments else 0)


@pytest.mark.parametrize(("cents", "widths"), [((75, 25), ["75.00", "25.00"]), ((1, 999_999), ["1.20", "98.80"])])
def test_a_piece_is_as_wide_as_its_share_but_never_too_small_to_see(cents: tuple[int, int], widths: list[str]) -> None:
    segments = assets.bar_segments([{"label": "x", "kind": "scheme", "cents": amount} for amount in cents])
    assert [segment.width for segment in segments] == widths


def test_two_payers_never_look_alike() -> None:
    parts = [
        {"kind": kind}
        for kind in ("scheme", "scheme", "scheme", "scheme", "scheme", "employer", "sector", "loan", "own")
    ]
    assert len(set(assets.bar_looks(parts))) == len(parts)


def test_no_form_and_a_form_without_errors_give_no_errors() -> None:
    assert assets.form_errors(None) == []
    assert assets.form_errors(PlainForm()) == []


def test_errors_of_the_whole_form_come_first_and_lead_nowhere() -> None:
    form = CostsForm(MultiDict([("lines-0-category", "tuition"), ("lines-0-amount", "twee")]))
    form.validate()
    form.form_errors.append("Samen is dit te veel.")
    errors = assets.form_errors(form)
    assert (errors[0].text, errors[0].id, errors[0].line) == ("Samen is dit te veel.", None, None)
    assert (errors[1].id, errors[1].line) == ("lines-0-amount", 1)


def test_an_error_of_a_whole_list_leads_to_its_first_field() -> None:
    form = CostsForm(MultiDict([("lines-0-category", "tuition"), ("lines-0-amount", "12")]))
    form.validate()
    form.lines.errors = ["Vul minstens één bedrag in."]
    assert [(str(error.text), error.id) for error in assets.form_errors(form)] == [
        ("Vul minstens één bedrag in.", "lines-0-category")
    ]
