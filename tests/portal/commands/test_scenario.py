"""`loket scenario` and `loket plan divide` as people run them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from portal.commands.cli import main
from portal.platform.database import unit_of_work
from tests.portal.planning.years import LATER, asked_before
from tests.web.planned import a_kept_scenario

ROUND = {
    "format": "ontwikkelloket/round/1",
    "method": "lot",
    "seed": "trekking 7 maart",
    "lines": [{"id": "general", "cents": 10_000}],
    "applications": [{"id": f"a-{number}", "cents": 6_000} for number in range(3)],
}


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def test_a_round_is_divided_from_a_file_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "round.json"
    path.write_text(json.dumps(ROUND))
    answer = json.loads(run("plan", "divide", str(path)).stdout)
    assert (answer["cents"], answer["bound_cents"], answer["bound_lines"]) == (6_000, 10_000, ["general"])
    assert [len(one["lot"]) for one in answer["granted"]] == [64] * 3
    assert answer["granted"] == sorted(answer["granted"], key=lambda one: str(one["lot"]))
    jsonschema.validate(ROUND, json.loads(run("schema", "round").stdout))
    path.write_text(json.dumps(ROUND | {"seed": ""}))
    assert run("plan", "divide", str(path)).exit_code == 2


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_scenario_runs_from_a_file_and_those_that_were_kept_are_listed(
    engine: Engine, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit_of_work(engine, asked_before)
    unit_of_work(engine, a_kept_scenario)
    monkeypatch.setattr("portal.commands.scenario.open_ready_desk", lambda: (None, engine))
    monkeypatch.setattr("portal.commands.scenario.today", lambda: LATER.date())
    listed = run("scenario", "list")
    assert "Meer geld voor leren: +43 people" in listed.stdout, listed.output
    path = tmp_path / "scenario.json"
    wish = {
        "format": "ontwikkelloket/scenario/1",
        "changes": [{"kind": "cap", "scheme": "leervoucher", "cents": 5_000}],
    }
    path.write_text(json.dumps(wish))
    result = json.loads(run("scenario", "run", str(path), "--years", "4").stdout)
    assert result["changed"]["more_own"]["mean"] > 0 == result["now"]["more_own"]["mean"]
    jsonschema.validate(wish, json.loads(run("schema", "scenario").stdout))
    path.write_text(json.dumps(wish | {"changes": []}))
    assert run("scenario", "run", str(path)).exit_code == 2
