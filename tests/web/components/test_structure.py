"""The HTML of the components: what a screen reader needs and what the content security policy demands."""

from __future__ import annotations

import re
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from html5lib.html5parser import ParseError

from tests.web.gallery import FORMS, PAGES, ROOT, make_gallery

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATES = [(page, "gevuld") for page in PAGES] + [(page, "fout") for page in FORMS] + [(page, "") for page in FORMS]
ERROR_PAGES = (400, 404, 405, 409, 413, 422, 429, 500, 503)
CONTROLS = ("input", "select", "textarea")
FORBIDDEN = {
    "style attribute": re.compile(r"<[a-zA-Z][^<>{}]*\sstyle\s*="),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "script in the page": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "handler in an attribute": re.compile(r"<[a-zA-Z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "file from elsewhere": re.compile(
        r"<(?:link|script|img|iframe|source)\b[^>]*\s(?:href|src)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE
    ),
    "unchecked markup": re.compile(r"\|\s*safe\b"),
}
MAY_BE_SAFE = {"choices.html", "data.html"}  # their own rendered macros, never what someone typed


def html_of(page: str, state: str = "") -> str:
    answer = make_gallery().test_client().get(f"/{page}?staat={state}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def soup_of(page: str, state: str = "") -> BeautifulSoup:
    return BeautifulSoup(html_of(page, state), "html.parser")


def name_of_group(group: Tag) -> str:
    legend = group.find("legend", recursive=False)
    return legend.get_text(" ", strip=True) if isinstance(legend, Tag) else ""


@pytest.mark.parametrize(("page", "state"), STATES)
def test_the_html_is_valid_without_repair(page: str, state: str) -> None:
    try:
        html5lib.HTMLParser(strict=True).parse(html_of(page, state))
    except ParseError as error:
        pytest.fail(f"{page} {state}: {error}")


def test_the_html_check_refuses_a_page_that_needs_repair() -> None:
    with pytest.raises(ParseError):
        html5lib.HTMLParser(strict=True).parse("<!doctype html><title>x</title><p><div></p>")


@pytest.mark.parametrize(("page", "state"), STATES)
def test_every_page_has_one_h1_one_main_and_unique_ids(page: str, state: str) -> None:
    soup = soup_of(page, state)
    assert len(soup.find_all("h1")) == 1
    assert len(soup.find_all("main")) == 1
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})


@pytest.mark.parametrize(("page", "state"), STATES)
def test_every_id_that_is_referred_to_exists(page: str, state: str) -> None:
    soup = soup_of(page, state)
    ids = {str(tag["id"]) for tag in soup.find_all(id=True)}
    for attribute in ("for", "aria-describedby", "aria-labelledby", "list"):
        for tag in soup.find_all(attrs={attribute: True}):
            value = tag[attribute]
            names = value if isinstance(value, list) else str(value).split()
            assert set(names) <= ids, f"{attribute} of {tag}"
    for tag in soup.find_all(attrs={"fill": re.compile(r"^url\(#")}):
        assert str(tag["fill"])[5:-1] in ids


@pytest.mark.parametrize(("page", "state"), STATES)
def test_every_control_has_a_label_and_every_group_of_choices_a_legend(page: str, state: str) -> None:
    soup = soup_of(page, state)
    for control in soup.find_all(CONTROLS):
        assert soup.find("label", attrs={"for": control.get("id")}), control
    for choice in soup.find_all("input", type=["radio", "checkbox"]):
        group = choice.find_parent("fieldset")
        if choice.get("type") == "radio" or choice.get("value") != "y":
            assert group is not None, choice
            assert name_of_group(group), choice


@pytest.mark.parametrize("page", FORMS)
def test_each_error_is_at_its_field_and_in_the_summary_with_the_same_words(page: str) -> None:
    soup = soup_of(page, "fout")
    summary = soup.find(id="error-summary")
    assert isinstance(summary, Tag)
    assert summary["tabindex"] == "-1"
    links = summary.find_all("a")
    shown = soup.select("p.error")
    assert len(links) == len(shown) > 0
    assert str(soup.title.string if soup.title else "").startswith("Fout: ")
    for link in links:
        target = soup.find(id=str(link["href"]).removeprefix("#"))
        assert isinstance(target, Tag)
        assert target.name in CONTROLS, target
        message = soup.find(id=f"{target['id']}-error")
        assert isinstance(message, Tag)
        assert message.get_text(" ", strip=True).removeprefix("Fout: ") in link.get_text(" ", strip=True)
        holder = target if target.get("type") not in ("radio", "checkbox") else target.find_parent("fieldset") or target
        assert f"{target['id']}-error" in str(holder.get("aria-describedby", "")).split(), target


@pytest.mark.parametrize("page", FORMS)
def test_a_page_without_errors_has_no_summary_and_no_mark_of_an_error(page: str) -> None:
    soup = soup_of(page, "gevuld")
    assert soup.find(id="error-summary") is None
    assert soup.select("[aria-invalid], .has-error, p.error") == []
    assert not str(soup.title.string if soup.title else "").startswith("Fout")


def test_what_was_typed_is_shown_again_when_it_was_wrong() -> None:
    soup = soup_of("velden", "fout")
    typed = {str(tag["name"]): str(tag["value"]) for tag in soup.find_all("input", attrs={"type": ["text", "email"]})}
    assert (typed["postcode"], typed["hours"], typed["email"], typed["wage"]) == ("12", "-4", "naam@", "1,234,5")


def test_costs_that_were_typed_wrong_stay_in_their_line_and_the_summary_names_the_line() -> None:
    soup = soup_of("kosten", "fout")
    assert soup.find("input", attrs={"name": "lines-0-amount"})["value"] == "twee"  # type: ignore[index]
    texts = [link.get_text(" ", strip=True) for link in soup.select("#error-summary a")]
    assert [text.split(":")[0] for text in texts] == ["Kostenpost 1", "Kostenpost 2"]


def test_the_last_cost_line_cannot_be_removed_and_each_button_names_its_line() -> None:
    assert soup_of("kosten").find(attrs={"name": "remove_line"}) is None
    names = [
        button.get_text(" ", strip=True)
        for button in soup_of("kosten", "gevuld").find_all(attrs={"name": "remove_line"})
    ]
    assert names == ["Verwijderen van kostenpost 1", "Verwijderen van kostenpost 2"]


@pytest.mark.parametrize(("page", "state"), STATES)
def test_forms_leave_checking_to_the_server_and_help_to_hints(page: str, state: str) -> None:
    soup = soup_of(page, state)
    assert all(form.has_attr("novalidate") for form in soup.find_all("form"))
    assert (
        soup.select(
            "[placeholder], [required], [pattern], [maxlength], button[disabled], input[type=date], input[type=number]"
        )
        == []
    )
    assert all(button.get("type") == "submit" for button in soup.find_all("button"))


@pytest.mark.parametrize("page", FORMS)
def test_a_form_has_one_primary_button(page: str) -> None:
    form = soup_of(page).select_one("main form")
    assert form is not None
    assert len(form.select(".button.primary")) == 1


def test_each_wijzig_link_says_what_it_changes() -> None:
    names = [link.get_text(" ", strip=True) for link in soup_of("controle").select(".change a")]
    assert len(names) == len(set(names)) > 1
    assert all(name.startswith("Wijzig ") and len(name) > len("Wijzig ") for name in names)


@pytest.mark.parametrize("page", PAGES)
def test_tables_have_a_caption_and_headers_with_a_scope_and_equal_rows(page: str) -> None:
    for table in soup_of(page).find_all("table"):
        assert table.caption is not None
        assert table.caption.get_text(strip=True)
        assert all(header.get("scope") in ("col", "row") for header in table.find_all("th"))
        assert len({len(row.find_all(["th", "td"])) for row in table.find_all("tr")}) == 1


def test_the_bar_says_who_pays_what_and_is_followed_by_the_same_figures() -> None:
    soup = soup_of("uitkomst")
    bar = soup.select_one("svg.bar")
    assert bar is not None
    spoken = str(bar["aria-label"]).replace("\xa0", " ")
    assert spoken == "Ontwikkelfonds, voucher € 2.250, Sectorfonds OOM € 400, Uw werkgever € 350, U zelf € 150"
    amounts = [cell.get_text(strip=True).replace("\xa0", " ") for cell in soup.select(".mix-table .n")]
    assert amounts == ["Bedrag", "€ 2.250", "€ 400", "€ 350", "€ 150", "€ 3.150"]
    assert bar.find(attrs={"fill": "url(#pattern-vertical)"}) is not None


@pytest.mark.parametrize("code", ERROR_PAGES)
def test_an_error_page_says_what_to_do_next_and_whom_to_call(code: int) -> None:
    answer = make_gallery().test_client().get(f"/fout/{code}")
    soup = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    html5lib.HTMLParser(strict=True).parse(answer.get_data(as_text=True))
    assert soup.find("a", href="tel:0570123456")
    main = soup.find("main")
    assert isinstance(main, Tag)
    assert len(main.find_all("p")) >= 2
    assert str(code) not in main.get_text()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_has_anything_inline(template: Path) -> None:
    text = template.read_text("utf-8")
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]
    if template.name in MAY_BE_SAFE and template.parent.name == "components":
        found = [name for name in found if name != "unchecked markup"]
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        '<p style="x">',
        "<p class='a' style=x>",
        "<STYLE>",
        "<script>1</script>",
        '<a onclick="x">',
        '<a href="javascript:x">',
        '<link href="https://a.example/x.css">',
        "<img src=//a.example/x.png>",
        "{{ text|safe }}",
    ],
)
def test_the_inline_check_finds_each_kind_of_fault(text: str) -> None:
    assert any(pattern.search(text) for pattern in FORBIDDEN.values())


def test_what_someone_typed_is_never_markup() -> None:
    from werkzeug.datastructures import MultiDict

    from tests.web import gallery

    nasty = "</textarea><script>x</script>\"'<b>"
    rows = MultiDict([("wish", nasty), ("postcode", nasty), ("provider", nasty)])
    form = gallery.FieldsForm(rows)
    form.validate()
    app = make_gallery()
    with app.test_request_context("/velden"):
        html = app.jinja_env.get_template("velden.html").render(form=form)
    assert html.count("<script") == html.count('<script src="/static/'), "only our own, from a file"
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find("textarea").get_text().strip() == nasty  # type: ignore[union-attr]
    assert soup.find("input", attrs={"name": "provider"})["value"] == nasty  # type: ignore[index]
