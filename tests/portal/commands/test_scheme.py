"""``loket scheme``: a definition is checked, run, explained and compared without a database."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.commands.cli import main

VELDRIJK = Path(__file__).parents[2] / "schemes" / "regions" / "veldrijk"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(VELDRIJK, tmp_path / "veldrijk"))


def loket(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["scheme", *(str(one) for one in arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def said(result: Result) -> str:
    """What was printed, with plain spaces in amounts."""
    return result.output.replace("\xa0", " ")


def replaced(path: Path, old: str, new: str) -> Path:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path


def test_a_good_file_is_valid_and_says_so(folder: Path) -> None:
    result = loket("validate", folder / "schemes" / "leervoucher.yaml")
    assert result.exit_code == 0
    assert "Leervoucher Veldrijk, 7 voorwaarden" in result.output


def test_a_misspelt_fact_is_named_with_its_place_and_the_nearest_name(folder: Path) -> None:
    file = replaced(folder / "schemes" / "leervoucher.yaml", "fact: training_sector", "fact: training_secter")
    result = loket("validate", file)
    assert result.exit_code == 2
    assert "leervoucher.yaml:" in result.output
    assert "training_sector" in result.output


def test_a_file_outside_a_region_uses_the_facts_of_the_named_region(folder: Path, tmp_path: Path) -> None:
    loose = tmp_path / "losse-regeling.yaml"
    shutil.copy(folder / "schemes" / "leervoucher.yaml", loose)
    assert loket("validate", loose, "--region", folder).exit_code == 0
    replaced(loose, "fact: goals", "fact: gaols")
    refused = loket("validate", loose, "--region", folder)
    assert refused.exit_code == 2
    assert "goals" in refused.output


@pytest.mark.parametrize("command", ["validate", "lint", "cases", "explain"])
def test_a_slug_that_does_not_exist_suggests_the_nearest(command: str, folder: Path) -> None:
    result = loket(command, "leervouche", "--region", folder)
    assert result.exit_code == 2
    assert "leervoucher" in result.output


def test_cases_that_come_out_give_exit_code_0_and_one_that_does_not_1(folder: Path) -> None:
    assert loket("cases", "leervoucher", "--region", folder).exit_code == 0
    replaced(folder / "cases" / "leervoucher.yaml", "amount_cents: 250000}", "amount_cents: 250100}")
    failed = loket("cases", folder / "schemes" / "leervoucher.yaml")
    assert failed.exit_code == 1
    assert "X Een cent boven € 2.500 betaalt iemand zelf" in said(failed)
    assert "verwacht € 2.501,00, gevonden € 2.500,00" in said(failed)


def test_cases_as_json_hold_what_was_found(folder: Path) -> None:
    plain = json.loads(loket("cases", "leervoucher", "--region", folder, "--json").output)
    assert plain["leervoucher"][0]["found"]["amount_cents"] == 200_000


def test_explain_says_every_condition_with_its_article(folder: Path) -> None:
    result = loket("explain", "leervoucher", "--region", folder, "--on", "2026-03-01")
    assert result.exit_code == 0
    for words in (
        "(artikel 2)",
        "U krijgt geen studiefinanciering.",
        "€ 2.500",
        "Verordening leervoucher Veldrijk 2026",
    ):
        assert words in said(result)


def test_explain_with_a_question_traces_what_is_met_and_what_is_not_known(folder: Path, tmp_path: Path) -> None:
    question = tmp_path / "vraag.yaml"
    question.write_text("format: ontwikkelloket/question/1\nfacts: {birth_year: 1984, student_finance: true}\n")
    result = loket("explain", "leervoucher", "--region", folder, "--on", "2026-03-01", "--question", question)
    assert result.exit_code == 0
    signs = [line.strip()[0] for line in result.output.splitlines() if line.strip()[:2] in ("+ ", "X ", "? ")]
    assert {"+", "X", "?"} <= set(signs)
    assert "Deze persoon voldoet niet aan alle voorwaarden." in result.output


def test_two_versions_are_compared_in_words(folder: Path, tmp_path: Path) -> None:
    newer = tmp_path / "leervoucher.yaml"
    shutil.copy(folder / "schemes" / "leervoucher.yaml", newer)
    assert loket("diff", "leervoucher", newer, "--region", folder).exit_code == 0
    replaced(newer, "below_state_pension: true", "below: 60")
    result = loket("diff", "leervoucher", newer, "--region", folder)
    assert result.exit_code == 1
    assert "60" in result.output
    assert (
        json.loads(loket("diff", "leervoucher", newer, "--region", folder, "--json").output)[0]["key"] == "conditions"
    )


def test_english_is_complete_beside_it(folder: Path) -> None:
    file = replaced(folder / "schemes" / "leervoucher.yaml", "fact: training_sector", "fact: training_secter")
    assert "Did you mean training_sector?" in loket("validate", file, "--lang", "en").output


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_handbook_and_the_annex_are_made_of_the_definitions(folder: Path, tmp_path: Path, language: str) -> None:
    book, annex = tmp_path / "handboek.pdf", tmp_path / "bijlage.json"
    assert loket("handbook", "--region", folder, "--lang", language, "--out", book).exit_code == 0
    assert book.read_bytes().startswith(b"%PDF-")
    assert loket("handbook", "--annex", "--region", folder, "--lang", language, "--out", annex).exit_code == 0
    plain = json.loads(annex.read_text())
    assert [one["scheme"] for one in plain["schemes"]] == ["leervoucher"]
    assert plain["elsewhere"] == []
    assert plain["language"] == language


def test_the_handbook_needs_a_name_it_can_write(folder: Path, tmp_path: Path) -> None:
    assert loket("handbook", "--region", folder, "--out", tmp_path / "boek.docx").exit_code == 2
    refused = loket("handbook", "--region", folder, "--out", tmp_path / "geen" / "map.pdf")
    assert refused.exit_code == 1
    assert "kan niet worden geschreven" in refused.output
