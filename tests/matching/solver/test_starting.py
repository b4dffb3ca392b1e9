"""The solver is loaded without pandas, and nobody else notices."""

import sys
from types import ModuleType

import pytest

from matching.solver.starting import cp_model, unused

NAME = "a_module_that_there_is_not"


def test_a_module_that_nobody_gives_anything_of_has_a_stand_in_for_as_long_as_it_takes() -> None:
    with unused(NAME):
        stand_in = __import__(NAME)
        assert isinstance(1, stand_in.Series) is False and stand_in.Series is stand_in.Series
        with pytest.raises(AttributeError):
            stand_in.__path__  # noqa: B018
    with pytest.raises(ModuleNotFoundError):
        __import__(NAME)


def test_a_module_that_was_there_stays_and_so_does_one_that_came_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, NAME, known := ModuleType(NAME))
    with unused(NAME):
        assert __import__(NAME) is known
    assert sys.modules[NAME] is known
    monkeypatch.delitem(sys.modules, NAME)
    with unused(NAME):
        monkeypatch.setitem(sys.modules, NAME, known)
    assert sys.modules[NAME] is known


def test_the_solver_solves_without_it() -> None:
    model = cp_model.CpModel()
    one = model.new_int_var(0, 5, "one")
    model.maximize(2 * one)
    solver = cp_model.CpSolver()
    assert solver.solve(model) == cp_model.OPTIMAL and solver.value(one) == 5
