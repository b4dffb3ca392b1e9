"""``loket receipt`` and ``loket algorithm-register``: made, verified and told without a database."""

from __future__ import annotations

import json
from pathlib import Path

import pdfua
import pytest
from click.testing import CliRunner, Result

from portal.commands.cli import main

QUESTION = Path(__file__).parents[3] / "matching" / "examples" / "tuinder-in-epe-stapelt.yaml"


def loket(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def receipt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("receipt") / "bewijs.json"
    assert loket("receipt", "make", QUESTION, "--out", file).exit_code == 0
    return file


def test_a_receipt_that_holds_is_said_to_hold(receipt: Path) -> None:
    result = loket("receipt", "verify", receipt)
    assert result.exit_code == 0
    assert "Dit bewijs klopt" in result.stdout and json.loads(receipt.read_text())["content_hash"] in result.stdout
    assert json.loads(loket("receipt", "verify", receipt, "--json").stdout)["valid"] is True


def test_one_cent_is_found_and_named_in_both_languages(receipt: Path, tmp_path: Path) -> None:
    forged = tmp_path / "veranderd.json"
    forged.write_text(receipt.read_text().replace('"cents": 250000', '"cents": 250001', 1))
    assert forged.read_text() != receipt.read_text()
    dutch, english = loket("receipt", "verify", forged), loket("receipt", "verify", forged, "--lang", "en")
    assert (dutch.exit_code, english.exit_code) == (1, 1)
    assert "De inhoud klopt niet met de controlecode" in dutch.stdout
    assert "Regel van het rekenmodel: 4" in dutch.stdout and "above_cap" not in dutch.stdout
    assert "The content is not what its hash says" in english.stdout
    found = json.loads(loket("receipt", "verify", forged, "--json").stdout)
    assert found["valid"] is False and {"hash_differs", "constraint_broken"} <= {
        one["code"] for one in found["findings"]
    }


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "ontwikkelloket/receipt/1"}', '{"format": "x", "a": 1}'])
def test_what_is_no_receipt_is_refused_readably(tmp_path: Path, text: str) -> None:
    file = tmp_path / "raar.json"
    file.write_text(text)
    for command in ("verify", "show"):
        result = loket("receipt", command, file)
        assert result.exit_code == 2 and "raar.json" in result.stderr
    assert loket("receipt", "verify", tmp_path / "weg.json").exit_code == 2


def test_it_is_told_in_plain_words_in_both_languages_and_as_a_pdf(receipt: Path, tmp_path: Path) -> None:
    words = loket("receipt", "show", receipt).stdout.replace("\xa0", " ")
    for text in ("Wie betaalt wat", "Ontwikkelfonds, individuele route", "€ 2.500,00", "Bewezen", "Zelf controleren"):
        assert text in words
    english = loket("receipt", "show", receipt, "--lang", "en").stdout
    assert "Development Fund, individual route" in english
    assert json.loads(loket("receipt", "show", receipt, "--json").stdout)["totals"]
    out = tmp_path / "bewijs.pdf"
    assert loket("receipt", "show", receipt, "--pdf", out).exit_code == 0
    assert [one.message for one in pdfua.validate(str(out)).findings] == []
    assert loket("receipt", "show", receipt, "--pdf", tmp_path / "nergens" / "bewijs.pdf").exit_code == 1


def test_a_question_without_costs_has_no_receipt(tmp_path: Path) -> None:
    result = loket(
        "receipt", "make", QUESTION.parent / "nog-geen-opleiding-in-voorst.yaml", "--out", tmp_path / "b.json"
    )
    assert result.exit_code == 1 and "geen kosten" in result.stderr and not (tmp_path / "b.json").exists()


def test_the_draft_for_the_register_is_written_with_what_is_still_to_fill_in(tmp_path: Path) -> None:
    for language, word in (("nl", "Nog in te vullen"), ("en", "")):
        out = tmp_path / f"register-{language}.json"
        result = loket("algorithm-register", "--lang", language, "--out", out, "--on", "2026-11-23")
        assert result.exit_code == 0 and word in result.stderr
        made = json.loads(out.read_text())
        assert made["entry"]["standard_version"] == "1.0.0" and made["open"]
    assert loket("algorithm-register", "--out", tmp_path / "nergens" / "x.json").exit_code == 1
