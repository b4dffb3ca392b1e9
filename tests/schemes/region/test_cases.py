"""A cases file is read as strictly as a definition: a slip of the pen is found before it can hide a failing case."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from schemes.basics.findings import BadFile, Finding
from schemes.region.loading import load_region
from tests.schemes.conftest import VELDRIJK

Broken = Callable[[str, str], list[Finding]]
FILE = "cases/leervoucher.yaml"


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """What is found after replacing a text in the cases of the example region."""

    def findings(old: str, new: str) -> list[Finding]:
        folder = Path(shutil.copytree(VELDRIJK, tmp_path / "veldrijk"))
        text = (folder / FILE).read_text()
        assert old in text
        (folder / FILE).write_text(text.replace(old, new, 1))
        with pytest.raises(BadFile) as caught:
            load_region(folder)
        return list(caught.value.findings)

    return findings


def test_the_example_region_has_cases_by_scheme() -> None:
    assert set(load_region(VELDRIJK).cases) == {"leervoucher"}


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("scheme: leervoucher", "scheme: leervouchr", "name_differs", "scheme"),
        ("  on: 2026-03-01", "  route: individual", "case_without_day", "cases[0].on"),
        ("birth_date: 2008-03-02", "birthdate: 2008-03-02", "unknown_fact", "cases[3].facts.birthdate"),
        ("work_situation: employee", "work_situation: boss", "value_not_allowed", "given.facts.work_situation"),
        ("reason: no_student_finance", "reason: no_student_finances", "unknown_reason", "cases[5].expect.reason"),
        ("availability: opens_on", "availability: opens", "unknown_state", "cases[7].expect.availability"),
        ("expect: {verdict: eligible}", "expect: {}", "nothing_expected", "cases[4].expect"),
        (
            "expect: {amount_cents: 250000}",
            "expect: {amount_cent: 250000}",
            "unknown_key",
            "cases[1].expect.amount_cent",
        ),
        ("Op de achttiende verjaardag mag het", "In juli is het loket dicht", "duplicate_case", ""),
        ("[{category: tuition, amount_cents: 200000}]", "[]", "case_without_costs", "cases[0].costs"),
    ],
)
def test_a_slip_in_a_case_names_its_place(broken: Broken, old: str, new: str, code: str, path: str) -> None:
    found = broken(old, new)
    assert (code, path) in [(one.code, one.path) for one in found]
    assert all(FILE in one.file and one.remedy_en for one in found)


def test_a_wrong_fact_of_given_is_reported_once(broken: Broken) -> None:
    found = broken("work_situation: employee", "work_situation: boss")
    assert len([one for one in found if one.code == "value_not_allowed"]) == 1


def test_a_misspelt_reason_suggests_the_nearest(broken: Broken) -> None:
    found = broken("reason: no_student_finance", "reason: no_student_finances")
    assert found[0].params["nearest"] == "no_student_finance"
    assert found[0].line is not None
