"""An employer asks for several trainings at once: by form, by spreadsheet, and whatever may come back as a spreadsheet."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from matching.problem import Problem
from matching.problem.proposal import Proposal
from matching.what_if.alternatives import Alternative
from portal.people.accounts.models import Role
from portal.web.employer import bundle_result
from tests.web.browser import Browser, make_account
from tests.web.walking import COMPANY, CONTACT, START, Desk, Walk, assert_sound, question_of, sound_page, soup_of

ROW = {
    "person": "medewerker-1",
    "training": "Warmtepompen",
    "start": START,
    "path": "course",
    "level": "none",
    "sector": "technology",
    "tuition": "3.630",
    "tuition_without_vat": "3.000",
}
HEADINGS = [
    "Werknemer (geen naam)*",
    "Opleiding*",
    "Opleider",
    "Begint op",
    "Vorm",
    "Niveau",
    "Sector",
    "Lesgeld met btw",
    "Lesgeld zonder btw",
    "Examen met btw",
    "Boeken met btw",
    "Reiskosten",
]
GOOD = ["m1", "Lassen", "ROC", START, "Een cursus of training", "", "Techniek", 3630, 3000.5, "", "", "12,50"]


def started(desk: Desk, company: bool = True) -> Walk:
    walk = Walk(desk.app, COMPANY, "/werkgever")
    walk.start()
    if company:
        for part in ("wens", "organisatie", "vestiging", "omvang", "sectorfonds"):
            walk.answer(COMPANY[part])
    walk.go("samen")
    return walk


def sheet(*rows: list[Any], headings: list[str] | None = None) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet("Opleidingen")
        for line, cells in enumerate([headings or HEADINGS, *rows]):
            for place, cell in enumerate(cells):
                page.write(line, place, cell)
    return made.getvalue()


def upload(walk: Walk, content: bytes, name: str = "opleidingen.xlsx") -> Any:
    walk.go("samen/bestand")
    return walk.browser.submit(walk.path, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def test_two_trainings_by_form_give_one_result_and_two_questions(desk: Desk) -> None:
    walk = started(desk)
    for more in ({}, {"person": "medewerker-2", "training": "Koeling"}):
        assert_sound(walk.go("samen/opleiding/nieuw"))
        walk.answer({**ROW, **more})
    page = sound_page(walk.go("samen"))
    assert "Warmtepompen" in page.text and "Koeling" in page.text and "Dit moeten wij nog weten" not in page.text
    result = " ".join(sound_page(walk.go("samen/uitkomst")).text.split())
    assert "Bewezen: een betere verdeling bestaat niet." in result and "€ 7.260" in result
    assert "hoogstens € 0" not in result.replace("\xa0", " ")
    assert "Andere verdelingen" not in result, "only one scheme pays here"
    assert_sound(walk.go("samen/versturen"))
    walk.answer(CONTACT)
    sent = sound_page(walk.browser.last)  # type: ignore[arg-type]
    assert len(set(re.findall(r"OV-\d{4}-\d{4}", sent.text))) == 2
    assert walk.go("samen").status_code in (302, 303), "after sending there is nothing to fill in"
    advisor = Browser(desk.app).enter(account=make_account(desk.engine, Role.ADVISOR))
    case = sound_page(advisor.get(f"/adviseur/vraag/{question_of(desk.engine, walk.path).public_id}"))
    together = case.find(id="samen")
    assert together is not None and "Koeling" in together.text and "Warmtepompen" not in together.text


def test_other_divisions_stand_there_with_what_they_cost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(asked: Problem, mix: Proposal) -> tuple[Alternative, ...]:
        differences = {f"{name}_difference_cents": 0 for name in ("public", "repayable", "employer")}
        return (
            Alternative(mix, (asked.offers[0].id,), 100_000, schemes_difference=-1, status="proven", **differences),
        )

    monkeypatch.setattr(bundle_result, "alternatives", found)
    walk = started(desk)
    walk.go("samen/opleiding/nieuw")
    walk.answer(ROW)
    words = " ".join(sound_page(walk.go("samen/uitkomst")).get_text(" ").replace("\xa0", " ").split())
    assert "Andere verdelingen" in words and "€ 1.000 meer" in words


def test_a_training_is_changed_and_taken_away(desk: Desk) -> None:
    walk = started(desk)
    walk.go("samen/opleiding/nieuw")
    walk.answer(ROW)
    form = soup_of(walk.go("samen/opleiding/1"))
    assert form.find(id="tuition")["value"] == "3.630,00" and form.find(id="person")["value"] == "medewerker-1"
    walk.answer({**ROW, "training": "Zonnepanelen"})
    assert "Zonnepanelen" in walk.go("samen").text
    for wrong in ("x", "", "99999", "-1"):
        assert walk.browser.submit(walk.path, {"drop": wrong}).status_code == 404
        walk.go("samen")
    walk.browser.submit(walk.path, {"drop": "1"})
    assert "Zonnepanelen" not in walk.browser.follow().text
    assert walk.go("samen/opleiding/1").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"person": ""}, "person"),
        ({"person": "Jan\x00"}, "person"),
        ({"person": "é"}, "person"),
        ({"person": "x" * 31}, "person"),
        ({"training": ""}, "training"),
        ({"training": "x" * 201}, "training"),
        ({"start": "morgen"}, "start"),
        ({"start": "31-2-2027"}, "start"),
        ({"path": "nooit"}, "path"),
        ({"tuition": "-1"}, "tuition"),
        ({"tuition": "1e9"}, "tuition"),
        ({"tuition": "2.000.000"}, "tuition"),
        ({"tuition_without_vat": "4.000"}, "tuition_without_vat"),
        ({"travel": "veel"}, "travel"),
    ],
)
def test_what_nobody_should_type_gets_a_message_at_its_field(desk: Desk, change: dict[str, str], field: str) -> None:
    walk = started(desk, company=False)
    walk.go("samen/opleiding/nieuw")
    answer = walk.browser.submit(walk.path, {**ROW, **change})
    assert answer.status_code in (400, 422)
    if answer.status_code == 422:
        page = sound_page(answer)
        assert page.find(id=field)["aria-invalid"] == "true"
        assert page.find(id="training")["value"] == change.get("training", ROW["training"]), "what was typed is kept"
    assert "Er staat nog geen opleiding" in walk.go("samen").text


def test_what_is_missing_of_the_organisation_is_asked_and_leads_back(desk: Desk) -> None:
    walk = started(desk, company=False)
    page = soup_of(walk.go("samen"))
    link = next(tag["href"] for tag in page.find_all("a") if "naar=samen" in tag.get("href", ""))
    walk.browser.get(link)
    walk.browser.submit(link, dict(COMPANY["organisatie"]))
    assert walk.browser.follow().request.path.endswith("/samen")


def test_the_empty_spreadsheet_has_our_columns_and_comes_back_filled_in(desk: Desk) -> None:
    walk = started(desk)
    answer = walk.go("samen/leeg-bestand")
    assert answer.headers["Content-Disposition"].endswith('"opleidingen.xlsx"')
    table = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert table == [HEADINGS]
    assert "nog geen opleiding" in upload(walk, answer.data).text
    preview = upload(walk, sheet(GOOD, ["m2", "Frezen", *[""] * 10]))
    page = sound_page(preview)
    assert preview.status_code == 200 and "Klopt dit?" in page.text and "€ 3.642,50" in page.text.replace("\xa0", " ")
    assert "Er staat nog geen opleiding" in walk.go("samen").text, "nothing is kept before it is confirmed"
    upload(walk, sheet(GOOD))
    data = soup_of(walk.browser.last).find("input", {"name": "rows"})["value"]  # type: ignore[arg-type, index]
    walk.browser.submit(walk.path, {"rows": data})
    assert "Lassen" in walk.browser.follow().text


def test_every_row_that_is_wrong_says_what_and_nothing_is_kept(desk: Desk) -> None:
    walk = started(desk)
    wrong = ["", "Frezen", "", "gisteren", "Thuis", "", "", "gratis", "", "", "", -5]
    answer = upload(walk, sheet(GOOD, wrong))
    page = sound_page(answer)
    assert answer.status_code == 422 and page.find("input", {"name": "rows"}) is None
    rows = page.find("tbody").find_all("tr")
    assert [row.find_all("td")[0].text for row in rows] == ["2", "3"]
    assert rows[0].find_all("td")[-1].text.strip() == "Ja" and len(rows[1].find_all("li")) == 5
    assert "Er staat nog geen opleiding" in walk.go("samen").text


def test_an_amount_that_cannot_be_read_is_one_fault_and_not_two(desk: Desk) -> None:
    walk = started(desk, company=False)
    [row] = sound_page(upload(walk, sheet([*GOOD[:7], "gratis", 3000, "", "", ""]))).find("tbody").find_all("tr")
    assert [fault.text for fault in row.find_all("li")] == [
        "Lesgeld met btw (“gratis”): Vul een bedrag in cijfers in, bijvoorbeeld 1.250 of 1250,50."
    ]
    [row] = sound_page(upload(walk, sheet([*GOOD[:7], 2000, 3000, "", "", ""]))).find("tbody").find_all("tr")
    assert "niet hoger dan het bedrag met btw" in row.text


def test_what_no_scheme_pays_is_said_with_which_costs_and_how_much(desk: Desk) -> None:
    walk = started(desk)
    walk.go("samen/opleiding/nieuw")
    walk.answer({**ROW, "travel": "12,50"})
    result = " ".join(sound_page(walk.go("samen/uitkomst")).text.split()).replace("\xa0", " ")
    assert "Reiskosten, € 12,50: Geen regeling betaalt deze kosten." in result


def packed(**parts: bytes) -> bytes:
    """A zip with these parts instead of, or beside, those of a real spreadsheet."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet(GOOD))) as real, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name in real.namelist():
            out.writestr(name, parts.pop(name, real.read(name)))
        for name, content in parts.items():
            out.writestr(name, content)
    return made.getvalue()


FIRST = "xl/worksheets/sheet1.xml"
FAR = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "kunnen wij niet lezen"),
        (b"Werknemer;Opleiding\n", "kunnen wij niet lezen"),
        (sheet(GOOD)[:400], "kunnen wij niet lezen"),
        (b"PK\x03\x04" + b"\0" * 200, "kunnen wij niet lezen"),
        (packed(**{FIRST: b"<x"}), "kunnen wij niet lezen"),
        (packed(**{FIRST: b"\xff\xfe<\0w\0"}), "kunnen wij niet lezen"),
        (packed(**{"xl/bomb.xml": b"0" * 9_000_000}), "te groot"),
        (packed(**{FIRST: FAR}), "te veel rijen"),
        (
            packed(**{FIRST: b"<worksheet><sheetData>" + b"<row/>" * 1200 + b"</sheetData></worksheet>"}),
            "te veel rijen",
        ),
        (packed(**{"xl/vbaProject.bin": b"x"}), "macro"),
        (packed(**{"xl/externalLinks/externalLink1.xml": b"<x/>"}), "ander bestand"),
        (sheet(["m1", "=1+1", *[""] * 10]), "formules"),
        (sheet(GOOD, headings=["Naam", *HEADINGS[1:]]), "kolommen"),
        (sheet(), "nog geen opleiding"),
        (sheet(*[GOOD] * 201), "te veel rijen"),
        (b"x" * 450_000, "te groot"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(desk: Desk, content: bytes, says: str) -> None:
    walk = started(desk, company=False)
    answer = upload(walk, content)
    assert answer.status_code == 422 and says in sound_page(answer).text
    assert "Er staat nog geen opleiding" in walk.go("samen").text


def test_without_a_file_one_is_asked(desk: Desk) -> None:
    walk = started(desk, company=False)
    walk.go("samen/bestand")
    answer = walk.browser.submit(walk.path, {}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "Kies een bestand." in answer.text


@pytest.mark.parametrize("rows", ["", "x", "[]", "{}", "[1]", "[" * 5000, json.dumps([{"person": "a"}] * 201)])
def test_rows_that_a_browser_made_up_are_read_again(desk: Desk, rows: str) -> None:
    walk = started(desk, company=False)
    walk.go("samen/bestand")
    answer = walk.browser.submit(walk.path, {"rows": rows})
    assert answer.status_code == 422 and "Er staat nog geen opleiding" in walk.go("samen").text


def test_there_is_no_result_without_trainings(desk: Desk) -> None:
    walk = started(desk, company=False)
    assert walk.go("samen/uitkomst").status_code == 303
    walk.go("samen/versturen")
    assert "Voeg eerst een opleiding toe." in walk.browser.submit(walk.path, CONTACT).text
