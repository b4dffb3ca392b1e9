"""A change that holds only while a record still is as it was seen goes through the one function for it; no act repeats it by hand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_code import parse

CHECKOUT = Path(__file__).resolve().parents[2]
THE_ONE = "portal/platform/guarded.py"

#: Who looks at how many rows a statement changed, or locks one record, by hand; and why.
EXCEPTIONS = {
    "portal/cases/bundles/actions.py:drop_training": "deletes a row by its place in the list; nothing of it is left to read",
    "portal/cases/owners/actions.py:_let_go": "deletes a row; nothing of it is left to read",
    "portal/framework/catalogue/actions.py:_retire_past": "counts the versions that ended; none is refused",
    "portal/oversight/long_work/doing.py:_take": "takes the next work that waits; that another process has it is no conflict",
    "portal/oversight/long_work/doing.py:_write": "finds the work by its lease; that somebody stopped it is said to who does it",
    "portal/ledger/guards.py:move_budgets": "is the guard of the money: a statement made once, on a counter that no record stands for",
    "portal/ledger/guards.py:_execute_update": "is the guard of the caps: found by their key, in an order that holds for all",
    "portal/people/accounts/actions.py:use_up_sign_in_link": "finds the link by its token; one answer for unknown, used and late",
    "portal/people/factors/actions.py:take_step_with_code": "finds a recovery code by its hash, while the account is held",
    "portal/people/visits/actions.py:end_visit": "finds the visit by its state; one answer for unknown, used and late",
    "portal/oversight/privacy/erasing/cases.py:_erase": "counts the rows that were erased; the cases were locked before",
    "portal/oversight/privacy/erasing/cases.py:_erase_bank_files": "counts the rows that were erased; none is refused",
    "portal/oversight/privacy/retention/actions.py:_erase_loose": "counts the rows that were erased; none is refused",
    "portal/people/sessions.py:keep_session": "finds the session by its token, on every request; gone is no conflict",
    "portal/people/accounts/actions.py:_written": "counts the links and sessions that ended; none is refused",
    "portal/accounting/report_files/actions.py:forget_report_files": "counts the files that went; none is refused",
    "portal/platform/idempotency.py:forget_expired": "counts the rows that were cleared; none is refused",
    "portal/platform/apart/actions.py:_written": "finds it by its lease; that another process has it is said to who computes it",
    "portal/platform/jobs/actions.py:finish": "finds the item by its lease, before anything was loaded",
    "portal/platform/jobs/actions.py:take": "takes an item by its name; that another has it is no conflict",
    "portal/post/registrations/actions.py:claim_registration": "takes the next letter that is due; another one is tried when it went",
    "portal/post/webhooks/actions.py:claim_delivery": "takes the next word that is due; another one is tried when it went",
    "portal/post/messages/actions.py:claim_next": "takes the next message that is due; another one is tried when it went",
}


def by_hand(text: str) -> Iterator[str]:
    """The functions in which a guarded change is made by hand.

    One that looks at how many rows a statement changed, one that has an UPDATE return what it changed, and one that locks a record
    while reading it anew.
    """
    if not any(word in text for word in ("rowcount", "returning", "refresh")):
        return  # each of the three needs its word
    for function in ast.walk(parse(text)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = list(ast.walk(function))
            counts = any(
                (isinstance(node, ast.Attribute) and node.attr == "rowcount")
                or (isinstance(node, ast.Constant) and node.value == "rowcount")
                for node in inside
            )
            calls = {_called(node) for node in inside if isinstance(node, ast.Call)}
            returns = "returning" in calls and bool({"update", "delete"} & calls)
            locks = any(
                isinstance(node, ast.Call)
                and _called(node) == "refresh"
                and any(word.arg == "with_for_update" for word in node.keywords)
                for node in inside
            )
            if counts or returns or locks:
                yield function.name


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "")


def found_in_the_portal() -> set[str]:
    return {
        f"{name}:{function}"
        for path in sorted((CHECKOUT / "portal").rglob("*.py"))
        if (name := path.relative_to(CHECKOUT).as_posix()) != THE_ONE and "migrations" not in path.parts
        for function in by_hand(path.read_text(encoding="utf-8"))
    }


def test_no_act_makes_a_guarded_change_by_hand_but_those_with_a_reason() -> None:
    assert found_in_the_portal() - EXCEPTIONS.keys() == set()


def test_every_exception_is_still_there() -> None:
    assert EXCEPTIONS.keys() - found_in_the_portal() == set()


def test_the_one_function_is_found_by_the_same_look() -> None:
    assert list(by_hand((CHECKOUT / THE_ONE).read_text(encoding="utf-8"))) == ["write_guarded"]


@pytest.mark.parametrize(
    "body",
    [
        "done = session.execute(update(Flag).where(Flag.id == 1).values(number=2))\n    return done.rowcount",
        'done = session.execute(update(Flag).values(number=2))\n    return getattr(done, "rowcount", 0)',
        "return session.scalar(update(Flag).where(Flag.id == 1).values(number=2).returning(Flag.id))",
        "session.refresh(flag, with_for_update=True)\n    flag.number = 2",
    ],
)
def test_control_a_planted_change_by_hand_is_found(body: str) -> None:
    assert list(by_hand(f"def act(session, flag):\n    {body}\n")) == ["act"]


def test_control_what_counts_nothing_and_locks_no_record_is_left_alone() -> None:
    fine = "def act(session):\n    session.execute(update(Flag).values(number=2))\n    session.refresh(flag)\n"
    assert list(by_hand(fine)) == []
