"""What is wrong with a file, said in Dutch and in English."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.cli import main
from portal.platform.i18n import use_locale
from portal.words.findings import UNKNOWN, finding_sentence
from portal.words.findings_nl import FORMS, SENTENCES
from schemes.basics.findings import Finding
from schemes.files import parsing

CODE = re.compile(
    r"""(?:PydanticCustomError|_Refused|FactProblem|self\._refuse)\(\s*"([a-z0-9_]+)"
    |(?:Finding|_finding|_unknown|refuse)\((?:[^()"]|f?"[^"]*[\[.{][^"]*"|"[^"]*"(?=\s*,\s*"[a-z0-9_]+",\s*(?:message|remedy)))*?"([a-z]+(?:_[a-z0-9]+)+)"(?!,\s*"[a-z0-9_]+",)""",
    re.VERBOSE,
)
YIELDED = re.compile(r"""yield\s.*?"([a-z]+(?:_[a-z]+)+)",\s*(?:message|"[A-Z]|\{)""")
CONTRADICTION = re.compile(r""""[a-z_]+",\s+"([a-z]+(?:_[a-z]+)+)",\s+"[A-Z]""")


def codes() -> set[str]:
    found = {row[0] for row in parsing._TABLE.values()}
    for file in [*Path("schemes").rglob("*.py"), *Path("matching").rglob("*.py"), Path("portal/commands/matching.py")]:
        text = file.read_text(encoding="utf-8")
        found |= {one for pair in CODE.findall(text) for one in pair if one}
        if file.name in ("crossrefs.py", "contradictions.py"):
            found |= set(YIELDED.findall(text)) | set(CONTRADICTION.findall(text))
    return found


def test_every_code_has_a_dutch_sentence() -> None:
    found = codes()
    assert len(found) > 90
    assert sorted(found - set(SENTENCES)) == []


def test_every_form_has_dutch() -> None:
    assert set(FORMS) == set(parsing._FORMS)


@pytest.mark.parametrize(
    ("options", "said"), [([], "Dit bestand bestaat niet."), (["--lang", "en"], "This file does not exist.")]
)
@pytest.mark.parametrize("command", [["match"], ["solve"]])
def test_a_missing_file_is_refused_in_the_language_asked_for(command: list[str], options: list[str], said: str) -> None:
    result = CliRunner().invoke(main, [*command, "nowhere.yaml", *options])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"nowhere.yaml: {said}")


def test_strange_params_do_no_harm() -> None:
    strange = {"nearest": 3, "allowed": object(), "found": {"a": {1}}, "ge": object(), "pattern": [], "key": b"{"}
    for code in (*SENTENCES, "never_heard_of"):
        for params in ({}, strange):
            assert finding_sentence(Finding("f.yaml", "a.b", code, "Wrong {x} %s.", "Do it.", params, 3))


def test_an_unknown_code_keeps_the_english() -> None:
    finding = Finding("f.yaml", "a", "never_heard_of", "It is odd.", "Do it.", {"found": "'x'"}, 3)
    assert finding_sentence(finding) == f"f.yaml:3: a: {UNKNOWN} Het gaat om: 'x'. It is odd. Do it."
    with use_locale("en"):
        assert finding_sentence(finding) == "f.yaml:3: a: It is odd. Do it."
