"""What was seen is what is done: every screen that decides compares what came along with how it stands, inside the act."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.test_code import modules, name_of, parse

DECIDES = {
    "accept_invoice",
    "announce_ceiling",
    "begin_taking_in",
    "approve_proposal",
    "book_as_receipt",
    "call_off_talk",
    "cancel_batch",
    "choose_in_talk",
    "choose_talk",
    "confirm_outcome",
    "correct_question",
    "correct_training",
    "decide_again",
    "decide_iban_change",
    "decide_objection",
    "decide_prepared",
    "do_laid_down",
    "end_award",
    "export_batch",
    "extend_voucher",
    "leave_out",
    "lower_award",
    "lower_settlement",
    "lay_down",
    "move_talk",
    "note_entered",
    "plan_instalments",
    "prepare_deciding_again",
    "prepare_decision",
    "prepare_lowering",
    "prepare_settlement",
    "prepare_top_up",
    "publish_version",
    "put_back_extension",
    "reassign_voucher",
    "receive_instalment",
    "refer_question",
    "refuse_invoice",
    "reject_question",
    "release_batch",
    "replan_talk",
    "revoke_award",
    "settle_in_one_go",
    "settle_voucher",
    "take_back_correction",
    "take_credit_note",
    "take_in_trainings",
    "top_up",
    "write_off",
}
"""Acts that decide about money, or about what somebody gets."""
COMPARES = "require_seen"
THROUGH = {"act", "lay_before_a_colleague"}
"""Functions of a screen that compare for the act they are given."""


def decides_blindly(tree: ast.Module) -> Iterator[str]:
    """Functions that call an act of `DECIDES` and do not compare first, themselves or through one that does."""
    inner = {
        id(node)
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef)
        for node in ast.walk(one)
        if node is not one
    }
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or id(function) in inner:
            continue
        called = [_name(node) for node in ast.walk(function) if isinstance(node, ast.Call)]
        if DECIDES & set(called) and not {COMPARES, *THROUGH} & set(called):
            yield f"{function.lineno}: {function.name}"


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", None) or getattr(call.func, "id", "")


def screens() -> list[tuple[str, ast.Module]]:
    return [(name_of(path), parse(text)) for path, text in modules("portal") if "/web/" in f"/{name_of(path)}"]


def test_no_screen_decides_on_what_was_not_seen() -> None:
    assert len(screens()) > 60
    found = {name: list(decides_blindly(tree)) for name, tree in screens()}
    assert {name: where for name, where in found.items() if where} == {}


def test_every_act_that_decides_is_on_a_screen() -> None:
    called = {_name(node) for _, tree in screens() for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert called >= DECIDES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def view():\n    top_up(session)\n", ["1: view"]),
        ("def view():\n    run(lambda by: settle_voucher(session, **by))\n", ["1: view"]),
        ("def view():\n    require_seen()\n    top_up(session)\n", []),
        ("def view():\n    return act(voucher, form, lambda by: top_up(session, **by))\n", []),
        ("def view():\n    def work(by):\n        end_award(session)\n    return act(voucher, form, work)\n", []),
    ],
)
def test_control_a_screen_that_decides_blindly_is_found(text: str, found: list[str]) -> None:
    assert list(decides_blindly(parse(text))) == found
