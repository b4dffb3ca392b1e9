"""The table of decisions is complete: every kind, power, act and letter has its row, and what a row names is there."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

from portal.awarding.decisions.models import NO_OBJECTION, DecisionKind
from portal.framework.powers import Power
from portal.papers.handbook import handbook
from portal.papers.legal_document import decisions_document
from portal.papers.legal_table import (
    DECISIONS,
    DecisionRow,
    Recourse,
    row_of_letter,
)
from portal.papers.letter_subjects import SUBJECTS
from portal.papers.no_decisions import NO_DECISION, NO_DECISION_BY, NO_DECISION_IN, NOT_TAKEN_HERE
from portal.platform.config import TEMPLATES
from schemes.region.loading import load_region
from tests.factories import NOW, PROEFLAND
from tests.portal.papers.told import TOLD
from tests.reliability.pairs.moving import POWER_OF

ROOT = Path(__file__).parents[3]
WRAPPED = {
    "portal.second_look.preparations.actions.decide_prepared": "takes the decision that was prepared: awarding, settling, adding",
    "portal.second_look.in_one_go.settle_in_one_go": "does all acts of one visit, of which approving is the last",
}
"""Acts that decide by one of the acts in the table."""
TITLES_ONLY = {
    "decision/parts",
    "decision/decided",
    "decision/explained",
    "objection/appeal",
    "late/object",
    "late/account",
    "late/interest_over",
}
"""Parts of letters, and no letters."""


MAKERS = {"decide_on_voucher", "decide_on_penalty", "decision_on_mix", "decision_without_mix"}
"""What writes a decision down, each called by nothing but acts of the table."""
CARRIED = {"portal.accounting.takeover.carrying": "decisions that others took, as they took them"}


@cache
def deciding_modules() -> set[str]:
    """The modules of the desk that write a decision down."""
    found = set()
    for file in (ROOT / "portal").rglob("*.py"):
        calls = [one for one in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(one, ast.Call)]
        called = {one.func.id for one in calls if isinstance(one.func, ast.Name)}
        if called & {*MAKERS, "Decision"}:
            found.add(".".join(file.relative_to(ROOT).with_suffix("").parts))
    return {name for name in found if not name.startswith("portal.awarding.decisions.on_")}


def names(folder: str) -> set[str]:
    found = (TEMPLATES / folder).glob("*/*.txt")
    return {str(path.relative_to(TEMPLATES / folder).with_suffix("")) for path in found} - TITLES_ONLY


@cache
def there_in(path: str) -> set[str]:
    file = ROOT / path
    return (
        set(re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)) if file.exists() else set()
    )


def wrong(rows: tuple[DecisionRow, ...]) -> list[str]:
    """What is missing from a table with these rows, or named in it and not there."""
    found = []
    kinds = {row.kind for row in rows} | set(NOT_TAKEN_HERE)
    found += [f"kind {kind}" for kind in DecisionKind if kind not in kinds]
    powers = {row.power for row in rows}
    found += [f"power {power}" for power in Power if (power in powers) is (power in NO_DECISION)]
    acts = {row.act for row in rows}
    deciding = {act for act, power in POWER_OF.items() if power not in NO_DECISION}
    found += [f"act {act}" for act in sorted(deciding - acts - set(WRAPPED))]
    modules = {act.rpartition(".")[0] for act in acts}
    found += [f"module {name}" for name in sorted(deciding_modules() - modules - set(CARRIED))]
    told = {name for row in rows for name in row.letters}
    found += [f"letter {name}" for name in sorted(names("letters") - told - set(NO_DECISION_BY))]
    beside = names("messages") - told - TOLD
    beside |= {name for name in TOLD if name.partition("/")[0] not in NO_DECISION_IN} | (TOLD - names("messages"))
    found += [f"message {name}" for name in sorted(beside)]
    for row in rows:
        module, _, act = row.act.rpartition(".")
        found += [] if hasattr(import_module(module), act) else [f"no act {row.act}"]
        found += [f"no letter {name}" for name in row.letters if name not in names("messages")]
        found += [f"no test {test}" for test in row.tests if test.split("::")[1] not in there_in(test.split("::")[0])]
        found += [f"nothing shows {row.act}"] if not row.tests else []
        advice = row.kind is DecisionKind.REFERRED
        found += [f"no ground {row.act}"] if not row.ground and not advice else []
        known = POWER_OF.get(row.act, row.power)
        found += [f"power of {row.act}"] if row.power is not known or (row.power is None and not advice) else []
        if row.kind is not None and (row.kind in NO_OBJECTION) is not (row.recourse is Recourse.NONE):
            found.append(f"objection to {row.kind}")
    return found


def test_every_decision_act_and_letter_has_a_row_and_what_it_names_is_there() -> None:
    assert wrong(DECISIONS) == []
    told = {name for row in DECISIONS for name in row.letters}
    assert {name for name in SUBJECTS if "/" in name} - told == {"objection/of_another_decided"}, "it tells who asked"
    assert row_of_letter("voucher/redeemed") is None


def test_control_a_row_less_or_one_that_names_what_is_not_there_is_found() -> None:
    for left_out in DECISIONS:
        rest = tuple(row for row in DECISIONS if row is not left_out)
        assert wrong(rest), left_out.act
        for changed in (replace(left_out, ground=()), replace(left_out, tests=()), replace(left_out, power=None)):
            if left_out.kind is not DecisionKind.REFERRED or not changed.tests:
                assert wrong((*rest, changed)), changed
    known = DECISIONS[0]
    other = DecisionRow(known.what, known.act + "_x", known.power, known.kind, ("decision/none",), known.ground,
                        known.hearing, known.recourse, known.remedy, ("tests/none.py::test_none",))  # fmt: skip
    assert {f"no act {other.act}", "no letter decision/none", "no test tests/none.py::test_none"} <= set(
        wrong((*DECISIONS, other))
    )


def test_the_document_and_the_handbook_are_made_from_it() -> None:
    kept = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    assert kept == decisions_document(), "write it anew: python -m portal.papers.legal_document > docs/decisions.md"
    assert all(row.act.removeprefix("portal.") in kept for row in DECISIONS)
    book = handbook(load_region(PROEFLAND), NOW.date())
    assert [row[0] for row in book["decisions"]] == [str(row.what) for row in DECISIONS]
    assert handbook(load_region(PROEFLAND), NOW.date(), "annex")["decisions"] == []
