"""Any bytes at all become plain data or a finding with a remedy; never a traceback."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schemes.basics.findings import BadFile
from schemes.definition import SchemeDefinition
from schemes.files.parsing import load, load_text
from schemes.files.reading import parse_text, read_yaml_or_json


def code_of(text: str, **options: Any) -> str:
    with pytest.raises(BadFile) as bad:
        parse_text(text, "file", **options)
    (finding,) = bad.value.findings
    assert finding.message_en
    assert finding.remedy_en
    return finding.code


def test_yaml_is_read_by_the_plain_core_of_1_2() -> None:
    text = "a: 010\nb: 1_000\nc: 12:30\nd: yes\ne: 2026-01-01\nf: 36.5\ng: ~\nh: true\ni: '5'\nj: -3\nno: {type: no}\n"
    assert parse_text(text).data == {
        "a": 10,
        "b": "1_000",
        "c": "12:30",
        "d": "yes",
        "e": "2026-01-01",
        "f": Decimal("36.5"),
        "g": None,
        "h": True,
        "i": "5",
        "j": -3,
        "no": {"type": "no"},
    }


def test_lines_are_known_for_every_path() -> None:
    document = parse_text("a: 1\nb:\n  - x\n  - c: 2\n")
    assert document.line(("b", 1, "c")) == 4
    assert document.line(("b", 1, "missing")) == 4
    assert document.line(("nowhere",)) is None or document.line(("nowhere",)) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("# only a comment\n", "empty_file"),
        ("a: 1\na: 2", "duplicate_key"),
        ("a: {b: 1, b: 2}", "duplicate_key"),
        ("a: &x 1", "alias"),
        ("a: *x", "alias"),
        ("<<: {a: 1}", "alias"),
        ("a: &a [x]\nb: [*a, *a]", "alias"),
        ("a: !!python/object/apply:os.system ['true']", "tag"),
        ("a: !!int '1'", "tag"),
        ("a: [1, 2", "not_yaml"),
        ("a: b: c", "not_yaml"),
        ("\ta: 1", "not_yaml"),
        ("a: {nl: Waarom?, x: [}", "not_yaml"),
        ("? {a: 1}\n: 2", "key_not_text"),
        ("? [a]\n: 2", "key_not_text"),
        ("a: 1\n---\nb: 2", "several_documents"),
        ("[" * 100_000, "too_deep"),
        ("- " * 100_000, "too_deep"),
        ("{a: " * 50, "too_deep"),
        ("a: " + "9" * 30, "number_out_of_range"),
        ("a: " + "9" * 5000, "number_out_of_range"),
        ("a: 1.0e999", "number_out_of_range"),
        ("a: .inf", "not_a_number"),
        ("a: .NaN", "not_a_number"),
        ("a: x\x00y", "control_character"),
        ("a: x\x1by", "control_character"),
        ("a: x\u202ey", "control_character"),
        ('a: "\\u0007"', "control_character"),
        ('"a\\0": 1', "control_character"),
        ("a: \ud800", "control_character"),
        ("a: " + "x" * 1_000_001, "too_large"),
        ("a:\n" + "  - 1\n" * 100_001, "too_large"),
    ],
)
def test_yaml_that_could_harm_or_mislead_is_refused(text: str, code: str) -> None:
    assert code_of(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("{", "not_json"),
        ('{"a": 1} x', "not_json"),
        ("{'a': 1}", "not_json"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ('{"a": NaN}', "not_a_number"),
        ('{"a": -Infinity}', "not_a_number"),
        ('{"a": 1e999}', "number_out_of_range"),
        ('{"a": 1e-999}', "number_out_of_range"),
        ('{"a": ' + "9" * 5000 + "}", "number_out_of_range"),
        ("[" * 100_000, "too_deep"),
        ("[" * 50 + "]" * 50, "too_deep"),
        ('{"a": "\\ud800"}', "control_character"),
        ('{"a\\u0000": 1}', "control_character"),
        ("[" + "1," * 100_001 + "1]", "too_large"),
    ],
)
def test_json_that_could_harm_or_mislead_is_refused(text: str, code: str) -> None:
    assert code_of(text, as_json=True) == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe a", "not_utf8"),
        (b"a: \xe9", "not_utf8"),
        (b"", "empty_file"),
        (b"x" * 1_000_001, "too_large"),
        (b"- 1", "wrong_top_level"),
        (b"5", "wrong_top_level"),
        (b"text", "wrong_top_level"),
        (b"null", "wrong_top_level"),
        (b"\x00\x01", "control_character"),
    ],
)
def test_a_file_that_is_not_ours_is_a_finding_with_its_name(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_bytes(content)
    with pytest.raises(BadFile) as bad:
        load(SchemeDefinition, path)
    assert [(finding.file, finding.code) for finding in bad.value.findings] == [(str(path), code)]


def test_a_missing_file_a_folder_and_an_impossible_name_are_findings(tmp_path: Path) -> None:
    (tmp_path / "closed.yaml").symlink_to(tmp_path / "closed.yaml")
    for path, code in (
        (tmp_path / "none.yaml", "file_missing"),
        (tmp_path, "is_a_folder"),
        (tmp_path / ("x" * 400), "file_unreadable"),
        (tmp_path / "closed.yaml", "file_unreadable"),
        ("a\0b", "file_unreadable"),
    ):
        with pytest.raises(BadFile) as bad:
            read_yaml_or_json(path)
        assert bad.value.findings[0].code == code, path


def test_a_file_of_windows_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n")
    assert read_yaml_or_json(path).data == {"a": 1, "b": "x\n"}


@given(st.text(max_size=200))
def test_any_text_is_data_or_a_finding(text: str) -> None:
    for as_json in (False, True):
        try:
            parse_text(text, "file", as_json=as_json)
        except BadFile as bad:
            assert all(finding.message_en and finding.remedy_en for finding in bad.findings)


@given(st.text(alphabet="abc:-[]{}#&*!|>'\"%@`?,\n \t01.~", max_size=60))
def test_any_text_of_yaml_marks_is_data_or_a_finding(text: str) -> None:
    try:
        load_text(SchemeDefinition, text)
    except BadFile as bad:
        assert bad.findings


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(plain)
def test_what_the_standard_writers_write_is_read_back(data: Any) -> None:
    written = yaml.safe_dump(data, allow_unicode=True)
    assert parse_text(json.dumps(data), as_json=True).data == data
    if "yes" not in written and "&" not in written:
        assert parse_text(written.replace("...\n", "")).data == data
