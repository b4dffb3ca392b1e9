"""No two files need each other, not by a lazy import and not by one for types alone."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
from grimp import ImportGraph

from tests.architecture.graph import import_graph, with_import


def circle(graph: ImportGraph) -> list[str]:
    """The modules of one circle, the first again at the end; empty when there is none."""
    try:
        TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def test_there_is_no_circle_between_files() -> None:
    assert circle(import_graph()) == []


def test_a_circle_through_several_departments_is_found() -> None:
    graph = import_graph()
    assert "portal.web.advisor.deciding" in graph.find_downstream_modules("schemes.basics.money")
    found = circle(with_import(graph, "schemes.basics.money", "portal.web.advisor.deciding"))
    assert {"schemes.basics.money", "portal.web.advisor.deciding"} <= set(found)


@pytest.mark.parametrize(
    "back",
    [
        "from planted import one",
        "from planted.one import x",
        "def later():\n    from planted.one import x",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from planted.one import x",
    ],
)
def test_a_circle_of_two_files_is_found_however_it_is_imported(
    back: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "planted"
    folder.mkdir()
    for name, text in (("__init__", ""), ("one", "from planted import two\nx = 1"), ("two", "")):
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    assert circle(grimp.build_graph("planted", cache_dir=None)) == []
    (folder / "two.py").write_text(back)
    assert set(circle(grimp.build_graph("planted", cache_dir=None))) == {"planted.one", "planted.two"}
