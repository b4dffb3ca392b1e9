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
WIDER = ["tests/journeys/test_wider.py::test_a_journey[1280]", "tests/journeys/test_wider.py::test_a_journey[360]"]
ALL = [*OTHERS, *TABLES, *DEAR, *SEEN_WIDELY, *WIDER]
RUNS = {
    "test": (False, False, False),
    "proof": (True, False, False),
    "broad": (False, True, False),
    "night": (True, True, True),
}


def done(monkeypatch: pytest.MonkeyPatch, run: str) -> set[str]:
    monkeypatch.setattr(who_runs_what, "has_a_size_in_the_proof", lambda path: "second_look" in path)
    monkeypatch.setattr(who_runs_what, "has_a_size_in_the_broad_run", lambda path: "test_wider" in path)
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
    assert set(WIDER) <= test & broad and not set(WIDER) & proof


def test_what_stands_in_the_broad_run_alone_takes_its_size_from_that_run() -> None:
    """Else it would be at its full size in the night only."""
    whole = [Path(start) for start in WIDE if start.endswith(".py") and not start.startswith("tests/reliability/")]
    assert len(whole) > 10
    asked = re.compile(r"""environ\.get\("PROOF"\)|import [^\n]*\bPROOF\b""")
    assert [str(path) for path in whole if asked.search((CHECKOUT / path).read_text(encoding="utf-8"))] == []
    assert asked.search((CHECKOUT / "tests/matching/depth.py").read_text(encoding="utf-8")), "the control"


def test_a_journey_that_looks_at_more_in_the_broad_run_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else its other widths and pages would be looked at in no run at all."""
    monkeypatch.setattr(who_runs_what, "BROAD", True)
    journeys = sorted((CHECKOUT / "tests/journeys").glob("test_*.py"))
    says_so = re.compile(r"\(1280, 360\) if BROAD|if BROAD or ")
    wider = [
        one.relative_to(CHECKOUT).as_posix() for one in journeys if says_so.search(one.read_text(encoding="utf-8"))
    ]
    assert len(wider) >= 3
    assert left_to_another_run([f"{path}::test_it" for path in wider]) == set()
    monkeypatch.setattr(who_runs_what, "has_a_size_in_the_broad_run", lambda path: False)
    assert left_to_another_run([f"{path}::test_it" for path in wider]), "the control"
