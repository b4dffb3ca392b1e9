"""Who may import whom, and that a folder nobody gave a place is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.graph import (
    CHECKOUT,
    PACKAGES,
    Contract,
    contracts,
    import_graph,
    is_kept,
    layered,
    layers_of,
    with_import,
    with_modules,
)


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
def test_an_import_against_the_layers_is_refused(where: str, line: str, why: str) -> None:
    importer = where.removesuffix(".py").replace("/", ".")
    spoilt = with_import(import_graph(), importer, line.removeprefix("import "))
    assert not all(is_kept(contract, spoilt) for contract in contracts()), why


# Every contract, one by one: the graph is built once and spoilt in memory --------------------------------------------


def upward() -> Iterator[Any]:
    """Of every contract each layer with the one above it, and modules of one layer that do not know each other."""
    for contract in layered():
        rows = layers_of(contract)
        pairs = [(below[0], above[-1]) for above, below in pairwise(rows)]
        pairs += [(row[0], row[-1]) for row, text in zip(rows, contract["layers"], strict=True) if "|" in text]
        for importer, imported in pairs:
            yield pytest.param(contract, importer, imported, id=f"{importer}-{imported}")


def forbidden() -> Iterator[Any]:
    """Of every contract that forbids: each who may not, with each that is not allowed."""
    for contract in contracts():
        if contract["type"] == "forbidden":
            for importer, imported in product(contract["source_modules"], contract["forbidden_modules"]):
                yield pytest.param(contract, importer, imported, id=f"{importer}-{imported}")


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract["name"])
def test_every_contract_is_kept(contract: Contract) -> None:
    assert is_kept(contract, import_graph())


@pytest.mark.parametrize(("contract", "importer", "imported"), [*upward(), *forbidden()])
def test_a_planted_import_is_refused_by_its_contract(contract: Contract, importer: str, imported: str) -> None:
    assert not is_kept(contract, with_import(import_graph(), importer, imported), last=True)


@pytest.mark.parametrize("new", [("newcomer",), ("newcomer", "newcomer.inside")], ids=["module", "folder"])
@pytest.mark.parametrize(
    "contract", [contract for contract in layered() if "containers" in contract], ids=lambda contract: contract["name"]
)
def test_what_nobody_gave_a_place_in_a_department_is_refused(contract: Contract, new: tuple[str, ...]) -> None:
    [container] = contract["containers"]
    spoilt = with_modules(import_graph(), *(f"{container}.{name}" for name in new))
    assert not is_kept(contract, spoilt, last=True)


def test_every_department_has_a_contract_of_its_own() -> None:
    """A department of one module has nothing to put in order."""
    graph = import_graph()
    held = {container for contract in layered() for container in contract.get("containers", ())}
    departments = {name for place in (*PACKAGES, "portal.web") for name in graph.find_children(place)}
    assert sorted(name for name in departments if len(graph.find_children(name)) > 1 and name not in held) == []


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
