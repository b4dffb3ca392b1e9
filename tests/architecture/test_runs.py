"""No test is in no run: what one leaves out, another does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.platform.config import CHECKOUT
from tests import who_runs_what
from tests.who_runs_what import A_FEW, LONG, PAIRS, SCREENS, WIDE, left_to_another_run

OTHERS = [f"tests/schemes/test_{n}.py::test_{n}" for n in range(A_FEW)]
TABLES = [
    f"{path}::test_a_long_table[{database}{n}]"
    for path in (
        "tests/schemes/test_table.py",
        "tests/portal/accounting/test_accounts.py",
        "tests/portal/ledger/test_books.py",
        *(f"{screens}test_screen.py" for screens in SCREENS),
        f"{PAIRS}test_powers.py",
        "tests/web/resident/test_own_page_stands.py",
        "tests/portal/second_look/test_nobody_alone.py",
    )
    for database in ("sqlite-", "postgresql-")
    for n in range(40)
]
DEAR, SEEN_WIDELY = (
    [f"{start}{'::test_it' if start.endswith('.py') else '_it'}" for start in starts] for starts in (LONG, WIDE)
)
ALL = [*OTHERS, *TABLES, *DEAR, *SEEN_WIDELY]
RUNS = {
    "test": (False, False, False),
    "proof": (True, False, False),
    "broad": (False, True, False),
    "night": (True, True, True),
}


def done(monkeypatch: pytest.MonkeyPatch, run: str) -> set[str]:
    monkeypatch.setattr(who_runs_what, "has_a_size_in_the_proof", lambda path: "second_look" in path)
    for name, value in zip(("PROOF", "BROAD", "NIGHT"), RUNS[run], strict=True):
        monkeypatch.setattr(who_runs_what, name, value)
    return set(ALL) - left_to_another_run(ALL)


def test_every_test_is_in_some_run_and_the_night_does_what_the_others_do_beyond_every_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    test, proof, broad, night = (done(monkeypatch, run) for run in RUNS)
    assert set(ALL) - (test | proof | broad | night) == set()
    assert (proof | broad) - night == set()
    assert set(DEAR) <= proof and not set(DEAR) & (test | broad)
    assert set(SEEN_WIDELY) <= broad and not set(SEEN_WIDELY) & test
    drawn = [row for row in TABLES if row in broad and row not in test]
    assert 0 < len(drawn) < len(TABLES)
    assert not {one for one in OTHERS if one in proof | broad}


def test_what_stands_in_the_broad_run_alone_takes_its_size_from_that_run() -> None:
    """Else it would be at its full size in the night only."""
    whole = [Path(start) for start in WIDE if start.endswith(".py") and not start.startswith("tests/reliability/")]
    assert len(whole) > 10
    asked = re.compile(r"""environ\.get\("PROOF"\)|import [^\n]*\bPROOF\b""")
    assert [str(path) for path in whole if asked.search((CHECKOUT / path).read_text(encoding="utf-8"))] == []
    assert asked.search((CHECKOUT / "tests/matching/depth.py").read_text(encoding="utf-8")), "the control"
