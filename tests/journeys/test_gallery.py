"""Every component in a real browser: axe, light and dark, with errors, at 320 px, enlarged, without JavaScript, in print."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.journeys.conftest import OpenPage, serving
from tests.journeys.lines import out_of_column
from tests.journeys.seeing import (
    FRAME_OPTIONS,
    Seen,
    assert_accessible,
    assert_reflows,
    assert_targets_are_large_enough,
    judge_contrast,
)
from tests.web.gallery import FORMS, PAGES, make_gallery

pytestmark = pytest.mark.browser
STATES = [(page, "gevuld") for page in PAGES] + [(page, "fout") for page in FORMS] + [(page, "") for page in FORMS]
ERROR_PAGES = (400, 404, 405, 409, 413, 422, 429, 500, 503)


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The address of the gallery; it shows the same to everybody."""
    with serving(make_gallery()) as address:
        yield address


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_in_any_component_in_any_state(open_page: OpenPage, gallery: str, colours: str) -> None:
    page = open_page(colours=colours)
    for name, state in STATES:
        page.goto(f"{gallery}/{name}?staat={state}")
        assert_accessible(page)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_on_the_error_pages(open_page: OpenPage, gallery: str, colours: str) -> None:
    page = open_page(colours=colours)
    for code in ERROR_PAGES:
        page.goto(f"{gallery}/fout/{code}")
        assert_accessible(page)


def test_axe_finds_a_planted_fault(open_page: OpenPage, gallery: str) -> None:
    page = open_page()
    page.goto(f"{gallery}/velden")
    page.evaluate("document.querySelector('label[for=postcode]').remove()")
    with pytest.raises(AssertionError, match="label"):
        assert_accessible(page)


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("document.querySelector('label[for=postcode]').textContent = ' '", "label"),
        ("document.querySelector('main button').textContent = ''", "button-name"),
        ("document.documentElement.removeAttribute('lang')", "html-has-lang"),
        ("document.querySelector('#postcode').setAttribute('autocomplete', 'bogus')", "autocomplete-valid"),
        ("document.querySelector('h1').style.color = '#ddd'", "color-contrast"),
        ("document.querySelector('main').style.backgroundColor = '#333'", "color-contrast"),
        ("document.querySelector('main').style.opacity = '0.3'", "color-contrast"),
        ("document.querySelector('h1').outerHTML = '<h4>Velden</h4>'", "page-has-heading-one"),
        ("document.querySelector('main').append(document.querySelector('header').cloneNode(true))", "landmark"),
        ("document.body.append(document.querySelector('main p').cloneNode(true))", "region"),
        ("document.querySelector('main').prepend(document.querySelector('nav').cloneNode(true))", "landmark-unique"),
        ("document.querySelector('h1').insertAdjacentHTML('afterend', '<h4>Te diep</h4>')", "heading-order"),
        ("document.querySelector('main').id = 'elders'", "skip-link"),
        ("document.querySelector('main').append(document.createElement('li'))", "listitem"),
        ("document.querySelector('main').insertAdjacentHTML('beforeend', '<ul><p>x</p></ul>')", "list"),
        ("document.querySelector('main').setAttribute('aria-nonsense', 'x')", "aria-valid-attr"),
        ("document.querySelector('#postcode').setAttribute('aria-controls', 'nergens')", "aria-valid-attr-value"),
    ],
)
def test_a_fault_in_a_page_that_was_sound_is_found(open_page: OpenPage, gallery: str, fault: str, rule: str) -> None:
    page = open_page()
    page.goto(f"{gallery}/velden")
    assert_accessible(page)
    page.evaluate(fault)
    with pytest.raises(AssertionError, match=rule):
        assert_accessible(page)


def test_a_sound_page_with_other_words_is_not_judged_again(
    open_page: OpenPage, gallery: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(f"{assert_accessible.__module__}.SEEN", Seen(tmp_path))
    page = open_page()
    page.goto(f"{gallery}/velden")
    assert_accessible(page)
    judged = Mock(return_value=([], []))
    monkeypatch.setattr(f"{assert_accessible.__module__}.judge_all_but_contrast", judged)
    page.evaluate("document.querySelector('h1').textContent = 'Andere woorden'")
    assert_accessible(page)
    assert judged.call_count == 0
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)
    assert judged.call_count == 1


def test_contrast_is_judged_once_for_texts_in_the_same_colours(
    open_page: OpenPage, gallery: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(f"{assert_accessible.__module__}.SEEN", Seen(tmp_path))
    judged = Mock(wraps=judge_contrast)
    monkeypatch.setattr(f"{assert_accessible.__module__}.judge_contrast", judged)
    page = open_page()
    page.goto(f"{gallery}/velden")
    assert_accessible(page)
    page.evaluate("document.querySelector('main').append(document.querySelector('main p').cloneNode(true))")
    assert_accessible(page)
    assert len(judged.call_args_list[0].args[1]) > 3
    assert judged.call_args_list[1].args[1] == [], "another anatomy, no other colours"


def test_small_text_is_judged_by_itself_in_colours_that_large_text_may_have(open_page: OpenPage, gallery: str) -> None:
    page = open_page()
    page.goto(f"{gallery}/velden")
    page.evaluate("document.querySelector('h1').style.cssText = 'color: #838383; font-size: 40px'")
    assert_accessible(page)
    page.evaluate("document.querySelector('h1').style.fontSize = '16px'")
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_accessible(page)


def test_a_part_is_judged_once_and_again_where_something_about_it_differs(
    open_page: OpenPage, gallery: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(f"{assert_accessible.__module__}.SEEN", Seen(tmp_path))
    page = open_page()
    page.goto(f"{gallery}/velden")
    assert_accessible(page)
    again = Mock(return_value=[])
    monkeypatch.setattr(f"{assert_accessible.__module__}.judge", again)
    page.evaluate("document.querySelector('main').append(document.querySelector('main p').cloneNode(true))")
    assert_accessible(page)
    assert again.call_count == 0, "the same parts in the same frame, once more"
    page.evaluate("document.querySelector('main').append(document.createElement('hr'))")
    assert_accessible(page)
    [(_, options, left_out)] = [call.args for call in again.call_args_list]
    assert "rules" in options and len(left_out) > 3, "only the new part"
    page.evaluate("document.querySelector('main').append(document.querySelector('h1').cloneNode(true))")
    assert_accessible(page)
    assert [call.args[1] for call in again.call_args_list[1:]] == [FRAME_OPTIONS], "a frame that is new"


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways_and_every_target_can_be_hit(open_page: OpenPage, gallery: str, width: int) -> None:
    page = open_page(width=width)
    for name, state in STATES:
        page.goto(f"{gallery}/{name}?staat={state}")
        assert_reflows(page)
        assert_targets_are_large_enough(page)


def test_the_reflow_check_finds_a_planted_fault(open_page: OpenPage, gallery: str) -> None:
    page = open_page(width=320)
    page.goto(f"{gallery}/leeg")
    page.evaluate("document.querySelector('h1').innerHTML = '<svg width=\"700\" height=\"9\"></svg>'")
    with pytest.raises(AssertionError, match="px wide"):
        assert_reflows(page)


def test_a_table_that_stands_under_itself_has_its_values_in_one_column(open_page: OpenPage, gallery: str) -> None:
    page = open_page(width=360)
    page.goto(f"{gallery}/geld")
    assert page.evaluate("() => getComputedStyle(document.querySelector('.stacked td')).display") != "table-cell"
    assert [*out_of_column(page)] == []
    page.evaluate("() => document.querySelectorAll('.stacked td .tag').forEach(one => one.style.marginLeft = '2rem')")
    assert [*out_of_column(page)], "the control: what stands to the right is seen"


def test_no_divider_of_the_head_dangles_in_either_language(open_page: OpenPage, gallery: str) -> None:
    page = open_page(width=1280)
    page.goto(f"{gallery}/geld")
    shown = page.evaluate("() => getComputedStyle(document.querySelector('nav.language')).borderInlineEndWidth")
    assert shown == "0px", "a line between it and the menu stands alone when the menu goes to the next line"


def test_text_of_twice_the_size_still_fits(open_page: OpenPage, gallery: str) -> None:
    page = open_page(width=640)
    for name, state in STATES:
        page.goto(f"{gallery}/{name}?staat={state}")
        page.evaluate("document.documentElement.style.setProperty('font-size', '225%')")
        assert_reflows(page)


def test_the_pages_read_from_right_to_left_without_breaking(open_page: OpenPage, gallery: str) -> None:
    page = open_page(width=320)
    for name in PAGES:
        page.goto(f"{gallery}/{name}?staat=gevuld")
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert_reflows(page)


def test_the_error_summary_has_the_focus_and_its_link_leads_to_the_field(open_page: OpenPage, gallery: str) -> None:
    page = open_page()
    page.goto(f"{gallery}/velden?staat=fout")
    assert page.title().startswith("Fout: ")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.get_by_role("link", name="Vul de postcode in").click()
    assert page.evaluate("document.activeElement.id") == "postcode"


def test_without_javascript_a_choice_opens_its_own_detail(open_page: OpenPage, gallery: str) -> None:
    page = open_page(script=False, width=360)
    page.goto(f"{gallery}/vraag")
    amount = page.get_by_label("Welk bedrag?")
    assert not amount.is_visible()
    page.get_by_label("Ja", exact=True).check()
    assert amount.is_visible()


def test_pressing_enter_in_a_cost_line_goes_on_and_removes_nothing(open_page: OpenPage, gallery: str) -> None:
    page = open_page(script=False)
    page.goto(f"{gallery}/kosten?staat=gevuld")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_label("Bedrag").first.press("Enter")
    assert "remove_line" not in (sent.value.post_data or "")
    assert "lines-0-amount" in (sent.value.post_data or "")


def test_the_keyboard_starts_at_the_skip_link_and_reaches_the_main_button(open_page: OpenPage, gallery: str) -> None:
    page = open_page()
    page.goto(f"{gallery}/vraag?staat=gevuld")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert seen.index("Terug") < seen.index("Volgende stap")


def test_print_shows_the_answer_and_leaves_out_what_one_can_only_press(open_page: OpenPage, gallery: str) -> None:
    page = open_page()
    page.goto(f"{gallery}/uitkomst")
    page.emulate_media(media="print")
    assert page.locator(".mix-table").is_visible()
    assert not page.locator(".menu").is_visible()
    assert not page.get_by_text("Vraag versturen").is_visible()


def test_in_forced_colours_the_bar_and_the_focus_stay_visible(open_page: OpenPage, gallery: str) -> None:
    page = open_page(forced_colors="active")
    page.goto(f"{gallery}/uitkomst")
    assert page.locator(".bar").first.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert_accessible(page)
