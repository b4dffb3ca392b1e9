"""The import graph of the code and the contracts that it is held to, each read once."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import grimp
from grimp import ImportGraph
from importlinter.api import read_configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "matching", "schemes")
KINDS = {"layers": LayersContract, "forbidden": ForbiddenContract}

Contract = Mapping[str, Any]


@cache
def import_graph() -> ImportGraph:
    """Every import in the code, lazy ones and those for types alone included. Copy it before you change it."""
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


@cache
def configuration() -> Mapping[str, Any]:
    """What pyproject.toml says to import-linter."""
    return read_configuration(str(CHECKOUT / "pyproject.toml"))


def contracts() -> tuple[Contract, ...]:
    """The contracts, as they stand there."""
    return tuple(configuration()["contracts_options"])


def layered() -> list[Contract]:
    """The contracts that put modules in layers."""
    return [contract for contract in contracts() if contract["type"] == "layers"]


def layers_of(contract: Contract) -> list[list[str]]:
    """The layers of a contract from top to bottom, each with the full names of its modules."""
    [container] = contract.get("containers", [""])
    prefix = f"{container}." if container else ""
    return [[prefix + name.strip() for name in row.replace(":", "|").split("|")] for row in contract["layers"]]


def is_kept(contract: Contract, graph: ImportGraph, *, last: bool = False) -> bool:
    """Whether a graph keeps to a contract. The check may change what it is given: a copy, unless it is the `last` to look."""
    made = KINDS[contract["type"]](contract["name"], configuration()["session_options"], dict(contract))
    return made.check(graph if last else copy.deepcopy(graph), verbose=False).kept


def with_import(graph: ImportGraph, importer: str, imported: str) -> ImportGraph:
    """The same graph with one import more; a module that is not there yet comes from elsewhere."""
    spoilt = copy.deepcopy(graph)
    if imported not in spoilt.modules:
        spoilt.add_module(imported, is_squashed=True)
    spoilt.add_import(importer=importer, imported=imported)
    return spoilt


def with_modules(graph: ImportGraph, *names: str) -> ImportGraph:
    """The same graph with modules that nobody gave a place."""
    spoilt = copy.deepcopy(graph)
    for name in names:
        spoilt.add_module(name)
    return spoilt
