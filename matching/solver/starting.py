"""OR-Tools, loaded without what nobody gives it.

Its Python layer takes series of pandas and arrays of numpy as well, and so it loads both: half a second of every start. A model
is written straight into the message that the solver reads, so that the layer below is all that is needed: that message, the
parameters, and what runs it.
"""

from threading import Lock
from typing import Any

import ortools
from ortools.sat.python import cp_model_helper as helper

VERSION: str = ortools.__version__  # type: ignore[attr-defined]  # the package has no types

Program = helper.CpModelProto
"""The message: variables, rows, what is made as small as possible, and a hint."""

Status = helper.CpSolverStatus
OPTIMAL, FEASIBLE, INFEASIBLE, MODEL_INVALID = Status.OPTIMAL, Status.FEASIBLE, Status.INFEASIBLE, Status.MODEL_INVALID

Parameters = helper.SatParameters


class Better(helper.SolutionCallback):
    """Hears of every better solution, and may stop the run."""

    def __init__(self) -> None:
        super().__init__()

    def better(self) -> None:
        """A better solution was found."""

    def OnSolutionCallback(self) -> None:  # the name that the library calls
        self.better()

    def stop(self) -> None:
        """Stop the run after this solution."""
        self.StopSearch()


def _wrapper() -> Any:
    return helper.SolveWrapper()


class SolverRun:
    """One run of the solver, which another thread may stop."""

    def __init__(self, parameters: Any) -> None:
        self.parameters = parameters
        self._wrapper: Any = None
        self._lock = Lock()

    def solve(self, program: Any, heard: Better) -> Any:
        """The response of the solver to a model."""
        with self._lock:
            self._wrapper = wrapper = _wrapper()
        wrapper.set_parameters(self.parameters)
        wrapper.add_solution_callback(heard)
        response = wrapper.solve(program)
        wrapper.clear_solution_callback(heard)
        with self._lock:
            self._wrapper = None
        return response

    def stop(self) -> None:
        """Stop the run that goes on now, if there is one."""
        with self._lock:
            if self._wrapper is not None:
                self._wrapper.stop_search()


def wrong_with(program: Any) -> str:
    """What is wrong with a model; empty when nothing is."""
    return str(helper.CpSatHelper.validate_model(program))
