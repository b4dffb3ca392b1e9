"""Courses and programmes of an Open Education API become rows of a list; recorded answers, versions 5 and 6, without a network."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.commands.cli import main
from portal.framework.training_files.columns import read_training
from portal.framework.training_files.open_education import written_courses
from portal.framework.training_files.tables import Written
from portal.framework.trainings.actions import TrainingRules
from portal.framework.trainings.models import PriceLine, TeachingForm
from portal.framework.trainings.queries import every_training
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from schemes.basics.values import Text
from tests.factories import a_region

HERE = Path(__file__).parent
TODAY = date(2026, 3, 2)


def recording(spec: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / f"open_education_v{spec}.json").read_text(encoding="utf-8"))
    return found["answers"]


def fetched(spec: int) -> list[Written]:
    rows = written_courses(
        recording(spec).__getitem__, spec=spec, source="Open Education API, oeapi.example", today=TODAY, postcodes={"1001": "Proefstad"}
    )  # fmt: skip
    assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
    return [row for _, row in rows]


@pytest.fixture
def rules() -> TrainingRules:
    known = TrainingRules(Session(), TODAY)
    known.sectors = {key: Text(nl=key, en=key) for key in ("technology", "care", "ict", "other")}
    known.municipalities = {"GM0001": "Proefstad"}
    return known


def test_a_course_of_version_5_becomes_a_training(rules: TrainingRules) -> None:
    terms = read_training(1, {"sector": "other", **fetched(5)[0]}, rules).terms
    assert terms is not None
    assert (terms.name, terms.provider_name, terms.level, terms.crebo) == (
        "Lassen voor gevorderden", "Vakschool Voorbeeld", 2, "25331",
    )  # fmt: skip
    assert (terms.form, terms.municipality, terms.weeks, terms.hours) == (TeachingForm.CLASSROOM, "GM0001", 12, 96)
    assert terms.starts == (date(2026, 9, 7),), "what is past or cancelled does not count"
    assert terms.prices == (
        PriceLine("tuition", 114_500), PriceLine("exam", 18_500), PriceLine("materials", 12_000, 2_083),
    )  # fmt: skip
    assert terms.total_cents == 145_000, "what is named apart is part of the total"


def test_another_currency_is_a_wrong_row_and_no_euros(rules: TrainingRules) -> None:
    row = read_training(2, {"sector": "other", **fetched(5)[1]}, rules)
    assert row.terms is None and set(row.errors) == {"tuition"}
    assert row.written["name"] == "Python basics" and row.written["any_time"] == "ja"


def test_a_programme_of_version_5_brings_croho_and_the_number_of_the_provider(rules: TrainingRules) -> None:
    terms = read_training(3, fetched(5)[2], rules).terms
    assert terms is not None
    assert (terms.level, terms.crebo, terms.croho, terms.provider_kvk) == (5, None, "80009", "00002010")
    assert (terms.sector, terms.form, terms.weeks) == ("technology", TeachingForm.BLENDED, 104)


def test_version_6_says_the_same_with_other_words(rules: TrainingRules) -> None:
    course, programme = (read_training(1, row, rules).terms for row in fetched(6))
    assert course is not None and programme is not None
    assert (course.sector, course.form, course.hours, course.total_cents) == ("care", TeachingForm.BLENDED, 18, 34_500)
    assert course.starts == (date(2026, 4, 13),) and course.provider_kvk == "00002003"
    assert (programme.level, programme.crebo, programme.weeks) == (3, "25491", 78)
    assert programme.prices == ()


def test_what_is_no_open_education_api_is_refused() -> None:
    for answer in ([], {"items": "none"}, {"items": [1]}, "<html>"):
        with pytest.raises(Refusal) as refused:
            written_courses(lambda _path, told=answer: told, spec=5, source="x", today=TODAY, postcodes={})  # type: ignore[misc]
        assert refused.value.code == "not_oeapi"


def test_a_source_without_end_is_refused() -> None:
    for endless in ({"items": [], "hasNextPage": True}, {"items": [{"courseId": "x"}] * 250, "hasNextPage": True}):
        with pytest.raises(Refusal) as refused:
            written_courses(lambda _path, told=endless: told, spec=5, source="x", today=TODAY, postcodes={})  # type: ignore[misc]
        assert refused.value.code == "too_many_rows"


@pytest.fixture
def database() -> str:
    return "sqlite"


def test_the_commands_fetch_import_and_export(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unit_of_work(engine, a_region)
    monkeypatch.setattr("portal.commands.trainings.open_ready_desk", lambda: (None, engine))
    recorded = HERE / "open_education_v6.json"

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["trainings", *words])
        return done.exit_code, done.output

    def number() -> int:
        return len(unit_of_work(engine, every_training))

    fetch = ("fetch", "https://oeapi.example/v6", "--spec", "6", "--recorded", str(recorded))
    code, said = run(*fetch, "--dry-run")
    assert number() == 0 and "would be new" in said
    code, said = run(*fetch, "--record", str(tmp_path / "again.json"))
    assert json.loads((tmp_path / "again.json").read_text())["answers"] == recording(6)
    file = tmp_path / "list.csv"
    file.write_text(
        "Opleiding;Opleider;Sector;Vorm;Bron;Stand van\nLassen;Vakschool;;Online;Folder;01-02-2026\n", encoding="utf-8"
    )
    before = number()
    assert run("import", str(file), "--dry-run") == (
        0,
        "1 trainings would be new, 0 would be changed, 0 are the same, 0 rows are wrong\n",
    )
    assert number() == before
    assert run("import", str(file))[0] == 0 and number() == before + 1
    assert run("export", str(tmp_path / "all.xlsx"))[0] == 0
    code, said = run("import", str(tmp_path / "all.xlsx"))
    assert code == 0 and f"0 trainings are new, 0 are changed, {number()} are the same" in said
    file.write_text(
        "Opleiding;Opleider;Sector;Vorm;Bron;Stand van\n;Vakschool;;Online;Folder;01-02-2026\n", encoding="utf-8"
    )
    code, said = run("import", str(file))
    assert code == 2 and "row 2, name: Fill this in." in said
    assert run("fetch", "http://oeapi.example")[0] == 1
