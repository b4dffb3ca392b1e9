"""Who may import whom, and that a folder nobody gave a place is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "matching", "schemes")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts in a folder."""
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); {script}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code without its data, to be spoilt."""
    folder = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        shutil.copytree(CHECKOUT / package, folder / package, ignore=lambda _, names: [n for n in names if n in SKIP])
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    return folder


SKIP = {"__pycache__", "static", "translations", "examples"}


def test_the_code_keeps_to_its_layers() -> None:
    checked = lint(CHECKOUT)
    assert checked.returncode == 0, checked.stdout


def test_a_new_folder_without_a_place_is_refused(copy: Path) -> None:
    new = copy / "portal" / "newcomer"
    new.mkdir()
    (new / "__init__.py").write_text("")
    try:
        checked = lint(copy)
        assert checked.returncode != 0
        assert "newcomer" in checked.stdout
    finally:
        shutil.rmtree(new)


@pytest.mark.parametrize(
    ("where", "line", "why"),
    [
        ("schemes/basics/money.py", "import flask", "schemes know no web"),
        ("matching/problem/problem.py", "import portal.platform.clock", "matching does not know the portal"),
        ("portal/ledger/queries.py", "import portal.cases.questions.models", "the ledger is below the subjects"),
        ("portal/platform/clock.py", "import ortools", "only matching knows the solver"),
    ],
)
def test_an_import_against_the_layers_is_refused(copy: Path, where: str, line: str, why: str) -> None:
    file = copy / where
    before = file.read_text(encoding="utf-8")
    file.write_text(f"{before}\n{line}\n", encoding="utf-8")
    try:
        assert lint(copy).returncode != 0, why
    finally:
        file.write_text(before, encoding="utf-8")


def test_only_the_ledger_writes_money_rows() -> None:
    """Transfers, guards and accounts are made in portal/ledger/ and nowhere else."""
    forbidden = ("Transfer(", "BudgetGuard(", "CapGuard(", "CapUse(", "LedgerAccount(")
    found = [
        f"{path.relative_to(CHECKOUT)}: {word}"
        for path in sorted((CHECKOUT / "portal").rglob("*.py"))
        if "ledger" not in path.relative_to(CHECKOUT / "portal").parts[:1]
        for word in forbidden
        if f" {word}" in path.read_text(encoding="utf-8")
    ]
    assert found == []
