"""Who the second person is, is looked at in one place: nobody compares who acts with who was there before by hand."""

from __future__ import annotations

import ast
from pathlib import Path

import portal

ROOT = Path(portal.__file__).parent
THE_PLACE = "people/second_person.py"
PAGES = "web/"
"""Pages compare to say something else to who laid it down; the act refuses."""
OTHER_REASONS: dict[str, str] = {
    "cases/evidence/queries.py": "Who handed a file in may open it.",
    "cases/handovers/actions.py": "Who handed cases over may put them back.",
    "cases/owners/actions.py": "Who gave a case away may put it back.",
    "framework/loading.py": "Drafts of the program itself are found again.",
    "framework/training_files/actions.py": "A new file takes the place of the own one that waits.",
    "framework/training_files/queries.py": "Who sent a list that waits finds it.",
    "publishing/workshop/actions.py": "The own draft is found again.",
    "accounting/report_files/actions.py": "A file is made for who asked for it.",
    "accounting/report_files/queries.py": "Who asked for a file finds it.",
    "accounting/samples/queries.py": "An auditor sees the own sample.",
    "spending/providers/actions.py": "A second approval by the same person changes nothing.",
    "oversight/long_work/queries.py": "Who asked for work may see how it goes.",
}


def compares(text: str) -> bool:
    """Whether in this code the reference of who acts is compared with something."""

    def is_reference(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and node.attr == "reference" and ast.unparse(node.value) == "actor"

    sides = ([node.left, *node.comparators] for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Compare))
    return any(is_reference(one) for each in sides for one in each)


def test_only_one_place_looks_whether_somebody_is_another_person() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if not str(path.relative_to(ROOT)).startswith(PAGES) and compares(path.read_text())
    }
    assert found == set(OTHER_REASONS) | {THE_PLACE}


def test_control_a_comparison_by_hand_is_seen() -> None:
    assert compares("if row.made_by == actor.reference:\n    raise Refusal()")
    assert compares("if actor.reference in (row.asked_by, row.checked_by):\n    raise Refusal()")
    assert not compares("row.made_by = actor.reference")
