"""What is wrong with a file, said in Dutch and in English."""

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.commands.cli import main
from portal.platform.i18n import use_locale
from portal.words.findings import UNKNOWN, finding_sentence, finding_text
from portal.words.findings_nl import FORMS, SENTENCES
from portal.words.lint_nl import LINT
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
    found = {row[0] for row in parsing.FAULTS.values()}
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


def written_words() -> set[str]:
    """Every text that stands by itself in the code that finds faults: all but the Dutch."""
    roots = ("schemes", "matching", "portal/commands", "portal/framework", "portal/publishing")
    files = [file for root in roots for file in Path(root).rglob("*.py")]
    trees = (ast.walk(ast.parse(file.read_text(encoding="utf-8"))) for file in files)
    return {node.value for tree in trees for node in tree if isinstance(node, ast.Constant) and type(node.value) is str}


def test_no_dutch_is_left_of_a_code_that_is_gone() -> None:
    assert sorted({*SENTENCES, *LINT} - written_words()) == []


def test_every_code_stands_in_one_of_the_two_tables() -> None:
    assert sorted(SENTENCES.keys() & LINT.keys()) == []


def test_the_english_of_every_code_is_what_the_finding_says() -> None:
    """There is no second English that could come to differ from it."""
    params = {"rule": "r", "found": "f", "ge": 1}
    for code in (*SENTENCES, *LINT, "never_heard_of"):
        finding = Finding("f.yaml", "a.b", code, f"This is {code}.", "Do it.", params, 3)
        with use_locale("en"):
            assert finding_text(finding) == f"This is {code}. Do it."
        assert ("This is" in finding_text(finding)) == (code == "never_heard_of"), (
            "known codes show no English in Dutch"
        )


def test_every_form_has_dutch() -> None:
    assert set(FORMS) == set(parsing.FORMS)


@pytest.mark.parametrize(
    ("options", "said"), [([], "Dit bestand bestaat niet."), (["--lang", "en"], "This file does not exist.")]
)
@pytest.mark.parametrize("command", [["match"], ["solve"]])
def test_a_missing_file_is_refused_in_the_language_asked_for(command: list[str], options: list[str], said: str) -> None:
    result = CliRunner().invoke(main, [*command, "nowhere.yaml", *options])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"nowhere.yaml: {said}")


@pytest.mark.parametrize("near", [True, False])
@pytest.mark.parametrize(
    ("place", "written", "possible"),
    [
        ("costs[0].category", '"tuition"', ("tuition", "travel")),
        ("facts.work_situation", '"job_seeker"', ("job_seeker", "employee_permanent")),
        ("route", '"individual"', ("individual", "employer")),
    ],
)
def test_a_wrong_value_in_a_question_names_all_that_are_possible_in_both_languages(
    tmp_path: Path, place: str, written: str, possible: tuple[str, ...], near: bool
) -> None:
    question = (
        '{"format": "ontwikkelloket/question/1", "route": "individual", "reference_date": "2026-12-01", '
        '"facts": {"work_situation": "job_seeker"}, '
        '"costs": [{"id": "les", "category": "tuition", "amount_cents": 1000, "due_on": "2027-02-01", "bearer": "resident"}]}'
    )
    assert question.count(written) == 1
    file = tmp_path / "question.json"
    file.write_text(question.replace(written, f'"{possible[0][:-1]}"' if near else '"xyzzy"'), encoding="utf-8")
    for language, asked in (("nl", "Bedoelde u"), ("en", "Did you mean")):
        result = CliRunner().invoke(main, ["match", str(file), "--lang", language])
        [said] = [line for line in result.stderr.splitlines() if f" {place}: " in line]
        assert all(one in said for one in possible), said
        assert (f"{asked} {possible[0]}?" in said) is near, said
        assert ("Kies uit: " in said) is (language == "nl")


def test_a_wrong_key_names_the_nearest_and_no_list() -> None:
    finding = Finding(
        "f.yaml", "a", "unknown_key", "No.", "Did you mean route?", {"key": "rout", "nearest": "route"}, 3
    )
    assert finding_sentence(finding).endswith("Bedoelde u route?") and "Kies uit" not in finding_sentence(finding)


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
