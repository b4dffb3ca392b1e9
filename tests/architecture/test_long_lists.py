"""A page of a long list reads its own rows, not the whole list: where a screen reads all and shows a part stands here, with a reason."""

from __future__ import annotations

import ast

from tests.architecture.test_code import modules, name_of, parse

READS_ALL: dict[str, str] = {
    "accounting/cofinancing.py": "As many as there are promises of money.",
    "accounting/expenses.py": "What the region itself spent: some hundreds in a year.",
    "accounting/report_figures.py": "The rows of one figure of the report, which add up to it: known as long, 1.4 s at 100,000 cases.",
    "accounting/takeover_page.py": "The vouchers of one takeover.",
    "advisor/for_me.py": "What waits for one person, with a limit per kind.",
    "region/money.py": "The bookings behind one figure, which add up to it: known as long, 4 s for 67,000 of them.",
    "region/training_list_page.py": "The rows of one file, at most 1,000.",
}
ENOUGH = 10_000
"""A screen that asks for so many rows at once asks for all of them."""


def reads_all(tree: ast.Module) -> bool:
    """Whether a list is counted after it was read, or asked for with a limit that limits nothing."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
        counted = name == "paging" and any(ast.unparse(one).startswith("len(") for one in call.args)
        limits = [word.value for word in call.keywords if word.arg == "limit"]
        if counted or any(isinstance(one, ast.Constant) and _much(one.value) for one in limits):
            return True
    named = (node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EVERY")
    return any(isinstance(node.value, ast.Constant) and _much(node.value.value) for node in named)


def _much(value: object) -> bool:
    return isinstance(value, int) and value >= ENOUGH


def test_a_page_of_a_long_list_reads_its_own_rows() -> None:
    found = {
        name_of(path).split("web/", 1)[1]
        for path, text in modules("portal")
        if "/web/" in f"/{name_of(path)}" and reads_all(parse(text))
    }
    assert found == set(READS_ALL)


def test_control_a_list_that_is_read_whole_is_seen() -> None:
    assert reads_all(parse("def page():\n    rows = invoices()\n    place = paging(len(rows))\n"))
    assert reads_all(parse("def page():\n    rows = invoices(limit=100_000)\n")) and reads_all(
        parse("EVERY = 100_000\n")
    )
    assert not reads_all(parse("def page():\n    place = paging(invoice_count())\n    rows = invoices(limit=25)\n"))
