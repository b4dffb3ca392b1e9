"""The solver as it is loaded here: a message goes in, a response comes out. That nothing else is: tests/architecture/test_commands.py."""

from matching.solver.starting import INFEASIBLE, OPTIMAL, Better, Parameters, Program, SolverRun, wrong_with


def most_of(limit: int) -> Program:
    """The most that a whole number from 0 to 5 can be, when twice as much is at most a limit."""
    program = Program()
    program.variables.add().domain.extend((0, 5))
    row = program.constraints.add().linear
    row.vars.extend([0])
    row.coeffs.extend([2])
    row.domain.extend((-10, limit))
    program.objective.scaling_factor = 1.0
    program.objective.vars.extend([0])
    program.objective.coeffs.extend([-1])
    return program


class Heard(Better):
    """Counts the better solutions."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def better(self) -> None:
        self.count += 1


def test_the_solver_solves_a_message_and_tells_of_what_it_finds() -> None:
    heard, program = Heard(), most_of(7)
    found = SolverRun(Parameters()).solve(program, heard)
    assert found.status == OPTIMAL and list(found.solution) == [3] and heard.count >= 1
    assert wrong_with(program) == ""
    assert SolverRun(Parameters()).solve(most_of(-1), Heard()).status == INFEASIBLE
    program.constraints.add().linear.domain.extend((1, 1))  # a sum of nothing that is to be one
    assert SolverRun(Parameters()).solve(program, Heard()).status == INFEASIBLE
    program.variables.add().domain.extend((2, 1))  # from two to one
    assert wrong_with(program) != ""


def test_a_run_that_does_not_go_on_can_be_stopped_too() -> None:
    run = SolverRun(Parameters())
    run.stop()
    assert run.solve(most_of(7), Heard()).status == OPTIMAL
    run.stop()
