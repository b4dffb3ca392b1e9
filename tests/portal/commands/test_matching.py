"""`loket match`, `solve`, `verify` and `schema` as people run them: results, exit codes, and messages for what is wrong."""

import json
import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from matching.problem import (
    ExclusionGroup,
    FundingEarmark,
    LockedShare,
    Locks,
    OffersCap,
    OfferShareOfBase,
    Period,
    Problem,
)
from portal.commands.cli import main
from tests.matching.building import line, money, offer, pledge, problem
from tests.matching.depth import one_in

EXAMPLES = sorted(Path("matching/examples").glob("*.yaml"))
QUESTION: dict[str, Any] = {
    "format": "ontwikkelloket/question/1",
    "route": "individual",
    "reference_date": "2026-12-01",
    "wish": {"text": "Ik wil monteur worden.", "goals": ["other_job"]},
    "facts": {
        "birth_year": 1988, "residence_municipality": "GM0200", "work_situation": "job_seeker", "training_start": "2027-02-01",
    },
    "training": {"name": "Monteur", "provider": "School"},
    "costs": [
        {"id": "les", "category": "tuition", "amount_cents": 121000, "amount_without_vat_cents": 100000, "due_on": "2027-02-01",
         "bearer": "resident", "vat_reclaimable": False},
    ],
    "pledge": {"kind": "up_to", "amount_cents": 20000, "categories": ["tuition"]},
    "borrow_up_to_cents": 10000,
    "had_before": [{"scheme": "ontwikkelfonds-individueel", "amount_cents": 5000, "awarded_on": "2025-01-01"}],
}  # fmt: skip


def full_problem() -> Problem:
    """A problem in which every field is written."""
    base = OfferShareOfBase(share="1/2", of="eligible_cost_less", less=("e",))
    return problem(
        [line("a", 1000, amount_without_vat_cents=90000, bearer="resident"), line("b", 500, "books")],
        [
            offer(
                "x",
                {"tuition": "1/2", "books": 1},
                here=True,
                cap_cents=50000,
                had_before_cents=100,
                minimum_cents=10,
                version=2,
                de_minimis=True,
            ),
            offer(
                "e", share_of_base=base.model_copy(update={"less": ("x",)}), price_permille=300, rounding_unit_cents=100
            ),
        ],
        case={"municipality": "GM0200", "province": "gelderland", "sector": "ict"},
        pledges=(pledge("up_to", 100, categories=("tuition",)),),
        funding_lines=(
            money(
                "f", 900, earmark=FundingEarmark(schemes=("x",)), period=Period.model_validate({"from": "2026-01-01"})
            ),
        ),
        exclusion_groups=(ExclusionGroup(id="g", offers=("x", "e"), at_most=2),),
        joint_caps=(OffersCap(id="j", offers=("x", "e"), amount_cents=80000),),
        de_minimis_room_cents=45000,
        locks=Locks(shares=(LockedShare(line="a", offer="x", cents=20000),)),
    )


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def written(folder: Path, data: Any, name: str = "file.json") -> Path:
    path = folder / name
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize("language", ["nl", "en"])
def test_match_answers_for_people(language: str) -> None:
    result = run("match", "matching/examples/lasser-wordt-technicus.yaml", "--lang", language)
    assert result.exit_code == 0
    assert "1.100,00" in result.stdout or "1,100.00" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_answer_of_match_verifies(path: Path, tmp_path: Path) -> None:
    answered = run("match", path, "--json")
    assert answered.exit_code == 0
    data = json.loads(answered.stdout)
    if data["proposal"] is None:
        assert data["possible_payments"]
        return
    mix = written(tmp_path, answered.stdout)
    assert run("verify", path, mix).exit_code == 0
    assert run("verify", mix, mix).exit_code == 0  # an answer holds its own problem


ENDED = {"nl": "Het STAP-budget stopte op 1 januari 2024.", "en": "The STAP budget ended on 1 January 2024."}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("costs", [True, False], ids=["with costs", "without costs"])
def test_a_scheme_that_has_ended_explains_itself(language: str, costs: bool, tmp_path: Path) -> None:
    path = written(tmp_path, QUESTION if costs else {**QUESTION, "costs": []})
    assert ENDED[language] in run("match", path, "--all", "--lang", language).stdout
    folded = run("match", path, "--lang", language).stdout
    assert ENDED[language] not in folded and re.search(r"(Bestaat niet meer|No longer exists) \(\d+\)", folded)
    verdicts = {one["scheme"]: one for one in json.loads(run("match", path, "--json").stdout)["verdicts"]}
    ended, going = verdicts["stap-budget"]["availability"], verdicts["ontwikkelfonds-individueel"]["availability"]
    assert ended["state"] == "ended" and ended["explanation"][language].startswith(ENDED[language])
    assert going["explanation"] is None


def test_a_cost_line_is_named_once_and_its_own_name_only_when_it_says_more(tmp_path: Path) -> None:
    names = ["lesgeld", None, "reizen", "pak-a", None, "exam"]
    kinds = ["tuition", "books", "travel", "materials", "materials", "exam"]
    costs = [
        {"category": kind, "amount_cents": 10000, **({"id": name} if name else {})}
        for name, kind in zip(names, kinds, strict=True)
    ]
    text = run("match", written(tmp_path, {**QUESTION, "costs": costs, "pledge": None})).stdout
    table = text.split("\n\n")[0]
    shown = [row.split(", ")[0] for row in table.splitlines()[2:] if ", €" in row]
    assert sorted(shown) == [
        "boeken",
        "examen",
        "lesgeld",
        "materiaal (k5)",
        "materiaal (pak-a)",
        "reiskosten (reizen)",
    ]


@pytest.mark.parametrize(("used", "note"), [(None, True), (29_950_000, False)])
def test_a_declaration_is_asked_for_while_the_room_for_aid_is_not_known(
    used: int | None, note: bool, tmp_path: Path
) -> None:
    facts = {"employer_municipality": "GM0150", "training_start": "2027-02-01", "de_minimis_used_cents": used}
    for costs in ([{"category": "tuition", "amount_cents": 200000}], []):
        question = {"format": QUESTION["format"], "route": "employer", "facts": facts, "costs": costs}
        path = written(tmp_path, question)
        answered = json.loads(run("match", path, "--on", "2026-12-01", "--json").stdout)
        assert [one["code"] for one in answered["notes"]] == (["de_minimis_declaration"] if note else [])
        assert ("ask_missing_facts" in answered["next_steps"]) or not note
        assert ("Een verklaring is nodig" in run("match", path, "--on", "2026-12-01").stdout) is note


def test_match_exits_0_when_nothing_matches(tmp_path: Path) -> None:
    question = {"format": QUESTION["format"], "facts": {"residence_municipality": "GM0363"}, "costs": QUESTION["costs"]}
    result = run("match", written(tmp_path, question), "--on", "2026-12-01")
    assert result.exit_code == 0
    assert "adviseur" in result.stdout


def test_the_reference_date_of_the_command_goes_before_that_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, QUESTION)
    assert json.loads(run("match", path, "--json").stdout)["reference_date"] == "2026-12-01"
    assert json.loads(run("match", path, "--json", "--on", "2026-12-15").stdout)["reference_date"] == "2026-12-15"


def test_other_budgets_give_another_answer(tmp_path: Path) -> None:
    path = written(tmp_path, QUESTION)
    empty = written(
        tmp_path, {"format": "ontwikkelloket/funding/1", "funders": [], "funding_lines": []}, "funding.json"
    )
    before = json.loads(run("match", path, "--json").stdout)["proposal"]["own_contribution_cents"]
    after = json.loads(run("match", path, "--json", "--funding", empty).stdout)["proposal"]["own_contribution_cents"]
    assert before < after


def test_solve_writes_a_mix_that_verifies_and_the_schemas_describe_both(tmp_path: Path) -> None:
    plain = full_problem().model_dump(mode="json")
    path = written(tmp_path, plain)
    solved = run("solve", path, "--json")
    assert solved.exit_code == 0
    mix = json.loads(solved.stdout)
    jsonschema.validate(plain, json.loads(run("schema", "problem").stdout))
    jsonschema.validate(mix, json.loads(run("schema", "mix").stdout))
    assert run("verify", path, written(tmp_path, mix, "mix.json")).exit_code == 0
    only = {"format": mix["format"], "shares": mix["shares"]}
    assert run("verify", path, written(tmp_path, only, "mix.json")).exit_code == 0
    assert "Bewezen" in run("solve", path).stdout


def test_verify_lists_every_violation_and_exits_1(tmp_path: Path) -> None:
    path = written(tmp_path, full_problem().model_dump(mode="json"))
    shares = [
        {"line": "a", "offer": "x", "funding_line": "f", "cents": 60000},
        {"line": "a", "offer": "nobody", "cents": 1},
    ]
    mix = written(tmp_path, {"format": "ontwikkelloket/mix/1", "shares": shares}, "mix.json")
    result = run("verify", path, mix, "--json")
    assert result.exit_code == 1
    found = {(one["constraint"], one["code"]) for one in json.loads(result.stdout)["violations"]}
    assert {(0, "unknown_offer"), (2, "above_coverage"), (4, "above_cap"), (17, "lock_not_kept")} <= found
    assert (4, "above_de_minimis_room") in found
    text = run("verify", path, mix)
    assert text.exit_code == 1
    assert "4. maximum (x)" in text.stdout


@pytest.mark.parametrize("name", ["own_contribution_cents", "repayable_cents"])
def test_verify_rejects_a_whole_mix_whose_sums_are_wrong(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, full_problem().model_dump(mode="json"))
    mix = json.loads(run("solve", path, "--json").stdout)
    mix[name] += 1
    result = run("verify", path, written(tmp_path, mix, "mix.json"), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["claims"][0]["code"] == "total_differs"


def test_verify_and_schema_load_no_solver_and_match_no_web(tmp_path: Path) -> None:
    path = written(tmp_path, full_problem().model_dump(mode="json"))
    mix = written(tmp_path, run("solve", path, "--json").stdout, "mix.json")
    commands = [  # what one loads, those after it have loaded too: the lightest first
        ["verify", str(path), str(mix)],
        ["schema", "question"],
        ["match", "matching/examples/lasser-wordt-technicus.yaml"],
    ]
    script = f"import sys; from portal.commands.cli import main\nfor command in {commands!r}:\n"
    script += " try:\n  main(command)\n except SystemExit: pass\n"
    script += " loaded = {name.split('.')[0] for name in sys.modules}\n"
    script += " print(sorted(loaded & {'ortools', 'flask', 'sqlalchemy', 'pandas'}), file=sys.stderr)\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    said = [json.loads(line.replace("'", '"')) for line in done.stderr.splitlines() if line.startswith("[")]
    assert said == [[], [], ["ortools"]]


def test_locks_that_clash_are_explained(tmp_path: Path) -> None:
    clash = full_problem().model_copy(update={"locks": Locks(shares=(LockedShare(line="a", offer="x", cents=99900),))})
    path = written(tmp_path, clash.model_dump(mode="json"))
    result = run("solve", path)
    assert result.exit_code == 2
    assert "x" in result.stderr and "hoogstens" in result.stderr and "2. dekking" in result.stderr
    english = run("solve", path, "--lang", "en")
    for said in (result.stderr.replace(str(path), ""), english.stderr.replace(str(path), "")):
        assert not any(code in said for code in ("above_c", "constraint", " cents", "_"))
    assert "at most" in english.stderr


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "not_proven"}, "status_differs"),
        ({"passes": "turned"}, "passes_differ"),
        ({"rest": []}, "rest_missing"),
    ],
)
def test_verify_refuses_a_changed_proof_and_says_so_in_words(change: dict[str, Any], code: str, tmp_path: Path) -> None:
    path = written(tmp_path, full_problem().model_dump(mode="json"))
    mix = json.loads(run("solve", path, "--json").stdout)
    mix |= {**change, "passes": mix["passes"][::-1]} if "passes" in change else change
    changed = written(tmp_path, mix, "mix.json")
    result = run("verify", path, changed, "--json")
    assert result.exit_code == 1
    assert code in {one["code"] for one in json.loads(result.stdout)["claims"]}
    said = run("verify", path, changed)
    assert said.exit_code == 1 and "_" not in said.stdout and "niet niet" not in said.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("match", "no.yaml"),
        ("solve", "."),
        ("verify", "no.json", "no.json"),
        ("match", str(EXAMPLES[0]), "--on", "31-12-2026"),
    ],
)
def test_files_that_are_not_there_and_dates_that_do_not_exist_exit_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr and result.stdout == ""


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "x: [", "a: &b 1\nc: *b", '{"a": NaN}', "\x00", "a: 1\na: 2", "- " * 60, "12", "null"],
)
def test_files_that_are_no_such_file_exit_2(text: str, tmp_path: Path) -> None:
    for name in ("file.yaml", "file.json"):
        path = written(tmp_path, text, name)
        for arguments in (("match", path), ("solve", path), ("verify", path, path)):
            result = run(*arguments)
            assert result.exit_code == 2, (name, arguments)
            assert name in result.stderr and "Traceback" not in result.stderr


WRONG: tuple[Any, ...] = (
    -1,
    10**30,
    1.5,
    "",
    "\x07",
    "x" * 100_000,
    [],
    {},
    None,
    True,
    [[]],
    {"": ""},
    "🙂",
    "NaN",
    -(10**18),
)


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in plain data."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, item in items for place in places(item, (*path, key)))]


def replaced(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = deepcopy(data)
    here = copy
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return copy


def sweep(command: Any, data: Any, folder: Path) -> tuple[int, int]:
    """Run with every place replaced by every wrong value: never a traceback, a message whenever it is refused."""
    refused = accepted = 0
    for n, path in enumerate(places(data)):
        for value in one_in(3, WRONG, n):
            result = command(written(folder, replaced(data, path, value)))
            assert result.exit_code in (0, 1, 2), (path, value)
            if result.exit_code == 2:
                refused += 1
                assert result.stderr.strip() and result.stdout == "", (path, value)
            else:
                accepted += 1
    return refused, accepted


def test_every_field_of_a_question_may_be_wrong(tmp_path: Path) -> None:
    refused, accepted = sweep(lambda path: run("match", path, "--on", "2026-12-01"), QUESTION, tmp_path)
    assert refused > 5 * accepted > 0


def test_every_field_of_a_problem_may_be_wrong(tmp_path: Path) -> None:
    refused, accepted = sweep(lambda path: run("solve", path), full_problem().model_dump(mode="json"), tmp_path)
    assert refused > 5 * accepted > 0


def test_every_field_of_a_mix_may_be_wrong(tmp_path: Path) -> None:
    path = written(tmp_path, full_problem().model_dump(mode="json"), "problem.json")
    mix = json.loads(run("solve", path, "--json").stdout)
    refused, accepted = sweep(lambda changed: run("verify", path, changed), mix, tmp_path)
    assert refused > 5 * accepted > 0


def test_a_message_names_file_path_problem_and_remedy(tmp_path: Path) -> None:
    data = replaced(QUESTION, ("costs", 0, "category"), "tuitoin")
    data["facts"]["birth_yaer"] = 1988
    result = run("match", written(tmp_path, data))
    assert (
        "file.json" in result.stderr and "costs[0].category" in result.stderr and "Bedoelde u tuition?" in result.stderr
    )
    data["costs"][0]["category"] = "tuition"
    result = run("match", written(tmp_path, data))
    assert "facts.birth_yaer" in result.stderr and "Bedoelde u birth_year?" in result.stderr
