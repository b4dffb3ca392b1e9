"""No form is answered in silence: who sends one that cannot be done any more is told so, in one way for all pages.

A condition beside ``validate_on_submit`` makes a page that comes back with a 200, without a word and without what was typed; and a
redirect before it leads on as if it was done. `portal.web.forms.Form.sent_while` and `portal.web.edge.leave_for` are for that.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.test_code import modules, name_of, parse

FORM_CALLS = frozenset({"validate_on_submit", "sent_while"})
OF_WHAT_WAS_SENT = {
    "portal/web/intake/drafting.py: costs_page": "the buttons of a list, and the button for who does not know",
    "portal/web/resident/wishes.py: postcode": "the button for who does not know",
}
"""Functions with a condition beside the method that is about what was sent, not about how things stand."""
LEADS_ON = {
    "portal/web/access/second_step.py: second": "who is not coming in (any more) has nothing here to fill in but a code",
    "portal/web/access/unlocking.py: unlock": "without a draft in this browser there is nothing to answer",
    "portal/web/advisor/corrected.py: correction": "a button of its own, that was done",
    "portal/web/advisor/several.py: several": "nothing was chosen or too much: it says so, and nothing was typed",
}
"""Functions that lead on before they look at the form, and why nobody loses anything by it."""
NOT_SCREENS = ("portal/web/edge/", "portal/web/api/", "portal/web/forms/")


def calls(node: ast.AST, names: frozenset[str]) -> list[ast.Call]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Call) and _called(one) in names]


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", None) or getattr(call.func, "id", "")


def is_post(node: ast.AST) -> bool:
    """``request.method == "POST"``."""
    return isinstance(node, ast.Compare) and "method" in ast.dump(node.left) and "'POST'" in ast.dump(node)


def silent_in(function: ast.FunctionDef) -> Iterator[str]:
    """What in a function may answer a form in silence."""
    sought = frozenset({"validate_on_submit"})
    for node in ast.walk(function):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            if any(calls(one, sought) for one in node.values):
                yield f"{node.lineno}: a condition beside validate_on_submit"
            if any(is_post(one) for one in node.values):
                yield f"{node.lineno}: a condition beside the method"
        if isinstance(node, ast.If) and any(calls(one, sought) for one in node.body):
            yield f"{node.lineno}: a condition around validate_on_submit"
    first = min((one.lineno for one in calls(function, FORM_CALLS)), default=0)
    for node in ast.walk(function):
        if isinstance(node, ast.If) and node.lineno < first and "READING" not in ast.dump(node.test):
            leads = [one for part in node.body for one in ast.walk(part) if isinstance(one, ast.Return)]
            if any(calls(one, frozenset({"redirect"})) for one in leads if one.lineno < first):
                yield f"{node.lineno}: leads on before the form"


def silent() -> dict[str, list[str]]:
    """The functions of all screens that may answer a form in silence."""
    found: dict[str, list[str]] = {}
    for path, text in modules("portal/web"):
        name = name_of(path)
        if name.startswith(NOT_SCREENS):
            continue
        for function in ast.walk(parse(text)):
            if isinstance(function, ast.FunctionDef):
                for what in silent_in(function):
                    found.setdefault(f"{name}: {function.name}", []).append(what.partition(": ")[2])
    return found


def test_no_screen_answers_a_form_in_silence() -> None:
    known = {**OF_WHAT_WAS_SENT, **LEADS_ON}
    assert {where: what for where, what in silent().items() if where not in known} == {}


def test_every_exception_is_still_there() -> None:
    found = silent()
    assert all("a condition beside the method" in found[where] for where in OF_WHAT_WAS_SENT)
    assert all(found[where] == ["leads on before the form"] * len(found[where]) for where in LEADS_ON)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("if open and form.validate_on_submit():\n  act()", ["a condition beside validate_on_submit"]),
        ("if form.validate_on_submit() and (record or other):\n  act()", ["a condition beside validate_on_submit"]),
        ("if open:\n  if form.validate_on_submit():\n    act()", ["a condition around validate_on_submit"]),
        ("if request.method == 'POST' and open:\n  act()", ["a condition beside the method"]),
        (
            "if not open:\n  return redirect(back)\nif form.validate_on_submit():\n  act()",
            ["leads on before the form"],
        ),
        (
            "if request.method in READING and not open:\n  return redirect(back)\nif form.validate_on_submit():\n  act()",
            [],
        ),
        ("if unsure or form.validate_on_submit():\n  return redirect(back)", []),
        ("if form.sent_while(open, words):\n  with form.refusals():\n    act()\n    return redirect(back)", []),
        ("if not open:\n  return leave_for(back, words)\nif form.validate_on_submit():\n  act()", []),
    ],
)
def test_control_the_bad_shapes_are_found_and_the_good_ones_are_not(text: str, found: list[str]) -> None:
    lines = "\n".join(f"  {line}" for line in text.split("\n"))
    [function] = parse(f"def view():\n{lines}\n").body
    assert isinstance(function, ast.FunctionDef)
    assert [one.partition(": ")[2] for one in silent_in(function)] == found
