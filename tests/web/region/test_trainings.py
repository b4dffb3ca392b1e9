"""Staff of the region looks after the trainings: enters and corrects one, retires it, and takes in a list after seeing what it changes.

Rik gets a list by mail. He sends it and sees that one row is new, one is wrong (line, column, what to do) and nothing is written. A
colleague corrects a training of the list meanwhile: when Rik presses the button he sees that the list now does something else. He
looks again and takes it in; the wrong row stays out. The phone rings half-way: the list waits at its own address.
"""

from __future__ import annotations

import io

import pytest

from portal.framework.trainings.actions import retire_training
from portal.framework.trainings.queries import every_training
from tests.factories import NOW, REGION
from tests.web.office import Office, said
from tests.web.walking import assert_sound, sound_page

LIST = "/regio/opleidingen"
SEND = f"{LIST}/inlezen"
HEAD = "Kenmerk;Opleiding;Opleider;Sector;Vorm;Lesgeld met btw;Bron;Stand van"
ROW = "a;Lassen;Vakschool;;Online;1.250,50;Folder;01-02-2026"
WRONG = "b;Solderen;Vakschool;;Online;veel;Folder;01-02-2026"
ONE = {
    "reference": "x-1", "name": "Lassen", "provider": "Vakschool Voorbeeld", "kvk": "00002001", "level": "2", "form": "Online",
    "shortage": "ja", "evening": "nee", "any_time": "nee", "starts": "09-03-2026, 07-09-2026", "crkbo": "nee", "tuition": "1.210",
    "tuition_vat": "210", "source": "Folder", "as_of": "01-02-2026",
}  # fmt: skip


@pytest.fixture
def database() -> str:
    """Screens only: the acts behind them are tested on both databases."""
    return "sqlite"


def sent(*lines: str) -> dict[str, tuple[io.BytesIO, str]]:
    return {"file": (io.BytesIO("\n".join([HEAD, *lines]).encode()), "lijst.csv")}


def names(office: Office) -> list[str]:
    return [training.name for training in office.do(every_training)]


def test_a_training_is_entered_corrected_retired_and_taken_up_again(office: Office) -> None:
    browser = office.browser("region")
    assert_sound(browser.get(f"{LIST}/nieuw"))
    assert browser.submit(f"{LIST}/nieuw", ONE).status_code == 303
    page = browser.follow()
    assert_sound(page)
    here = page.request.path
    [training] = office.do(every_training)
    assert (training.total_cents, training.level, training.starts) == (121_000, 2, ["2026-03-09", "2026-09-07"])
    assert browser.submit(here, {**ONE, "tuition": "1.100", "tuition_vat": ""}).status_code == 303
    assert office.do(every_training)[0].total_cents == 110_000
    assert browser.post(f"{here}/vervallen").status_code == 303
    assert "Geen opleiding gevonden" in said(browser.get(LIST))
    assert "Lassen" in said(browser.get(f"{LIST}?staat=vervallen"))
    assert browser.post(f"{here}/terug").status_code == 303
    assert "Lassen" in said(browser.get(LIST))
    assert browser.get(f"{LIST}.csv").data.startswith("\ufeffKenmerk;Opleiding".encode())
    assert browser.get(f"{LIST}.xlsx").data.startswith(b"PK")


@pytest.mark.parametrize(
    ("name", "value"),
    [("name", ""), ("name", "=1"), ("kvk", "12"), ("level", "9"), ("form", "thuis"), ("municipality", "Parijs"), ("starts", "morgen"),
     ("tuition", "veel"), ("tuition_vat", "2.000"), ("as_of", ""), ("as_of", "01-02-2027"), ("weeks", "-1")],
)  # fmt: skip
def test_a_wrong_value_is_said_at_its_field_and_nothing_typed_is_lost(
    shared_office: Office, name: str, value: str
) -> None:
    browser = shared_office.browser("region")
    browser.get(f"{LIST}/nieuw")
    answer = browser.submit(f"{LIST}/nieuw", {**ONE, name: value})
    assert answer.status_code == 422
    page = sound_page(answer)
    assert page.select_one(f'#error-summary a[href="#{name}"]') is not None
    kept = page.find(attrs={"name": "source"})
    assert kept is not None and kept["value"] == "Folder"
    assert names(shared_office) == []


def test_who_looked_at_an_older_version_writes_nothing_and_sees_the_difference(office: Office) -> None:
    browser = office.browser("region")
    browser.get(f"{LIST}/nieuw")
    browser.submit(f"{LIST}/nieuw", ONE)
    here = browser.follow().request.path
    other = office.browser("admin")
    other.get(here)
    assert other.submit(here, {**ONE, "tuition": "1.300"}).status_code == 303
    answer = browser.submit(here, {**ONE, "source": "Mijn bron"})
    assert answer.status_code in (409, 422)
    assert "1300,00" in said(answer) and 'value="Mijn bron"' in answer.text
    assert office.do(every_training)[0].source == "Folder"


def test_a_list_is_shown_row_by_row_and_taken_in_as_it_was_shown(office: Office) -> None:
    browser = office.browser("region")
    assert_sound(browser.get(SEND))
    assert browser.submit(SEND, sent(ROW, WRONG)).status_code == 303
    page = browser.follow()
    assert_sound(page)
    plan = page.request.path
    text = said(page)
    assert "Lesgeld met btw (“veel”): Vul een bedrag in cijfers in" in text and "Er is nog niets gedaan" in text
    assert names(office) == []
    assert "Solderen" not in said(browser.get(f"{plan}?soort=new"))
    browser.get(plan)
    assert browser.submit(plan, {"whole": "y"}).status_code == 422 and names(office) == []
    browser.get(plan)
    assert browser.submit(plan).status_code == 303
    assert "Ingelezen: 1 nieuw, 0 anders. Overgeslagen: 1." in said(browser.follow()) or "1 nieuw" in browser.last.text  # type: ignore[union-attr]
    assert names(office) == ["Lassen"]
    shown = browser.get(plan)
    assert_sound(shown)
    assert "Ingelezen: 1 nieuw, 0 anders. Overgeslagen: 1." in said(shown) and "Lees deze" not in said(shown)


def test_a_list_that_would_do_something_else_now_does_nothing(office: Office) -> None:
    browser = office.browser("region")
    browser.get(SEND)
    browser.submit(SEND, sent(ROW))
    browser.get(browser.follow().request.path)
    browser.submit(browser.last.request.path)  # type: ignore[union-attr]
    browser.get(SEND)
    browser.submit(SEND, sent(ROW.replace("1.250,50", "1.300")))
    plan = browser.follow().request.path
    office.do(lambda s: retire_training(s, training=every_training(s)[0], actor=REGION, now=NOW))
    answer = browser.submit(plan)
    assert answer.status_code in (409, 422) and "Veranderd sinds u deze bladzijde opende" in said(answer)
    assert office.do(every_training)[0].total_cents == 125_050
    assert browser.submit(f"{plan}/weg").status_code == 303
    assert office.do(every_training)[0].total_cents == 125_050


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2", b"\0", b"PK\x03\x04"])
def test_a_file_that_cannot_be_read_is_said_at_the_field(shared_office: Office, content: bytes) -> None:
    browser = shared_office.browser("region")
    browser.get(SEND)
    answer = browser.submit(SEND, {"file": (io.BytesIO(content), "lijst.csv")})
    assert answer.status_code == 422
    assert sound_page(answer).select_one('#error-summary a[href="#file"]') is not None


def test_an_advisor_looks_but_does_not_write(office: Office) -> None:
    browser = office.browser("region")
    browser.get(f"{LIST}/nieuw")
    browser.submit(f"{LIST}/nieuw", ONE)
    advisor = office.browser("advisor")
    assert_sound(advisor.get("/adviseur/opleidingen?q=lasen"))
    public_id = office.do(every_training)[0].public_id
    assert_sound(advisor.get(f"/adviseur/opleidingen/{public_id}"))
    for path in (LIST, f"{LIST}/{public_id}", SEND):
        assert advisor.get(path).status_code == 404
