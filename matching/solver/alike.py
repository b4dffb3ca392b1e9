"""Very many cost lines: those that every rule looks at in the same way are one line first.

Two small problems come of it. In one everything holds as before: its best mix tells who pays of which lines, and with that as it
is only amounts are left to choose in the whole problem. In the other nobody asks others first: whatever is a mix of the whole
problem is one of it too, added up, so that no pass of the whole problem comes to less than there.
"""

from fractions import Fraction

from matching.problem import CostLine, Problem
from matching.solver.model import MixModel


def alike(problem: Problem) -> dict[str, str] | None:
    """Per line the first that is like it; None when as one they are not half as many.

    Of lines that are alike the part without VAT is the same to the cent of a cent, so that what it comes to adds up. A line of
    which an advisor fixed a share stays alone.
    """
    locked = {lock.line for lock in problem.locks.shares}
    first: dict[tuple[object, ...], str] = {}
    kept = {}
    for line in sorted(problem.lines, key=lambda line: line.id):
        part = Fraction(line.without_vat_cents, line.amount_cents) if line.amount_cents else None
        alone = line.id if line.id in locked else None
        key = (alone, line.category, line.bearer, line.due_on, line.part, part)
        kept[line.id] = first.setdefault(key, line.id)
    return kept if 2 * len(first) <= len(problem.lines) else None


def as_one(problem: Problem, kept: dict[str, str]) -> Problem:
    """The problem with lines that are alike as one, which costs what they cost together."""
    together: dict[str, list[CostLine]] = {}
    for line in problem.lines:
        together.setdefault(kept[line.id], []).append(line)
    lines = []
    for name, those in together.items():
        without = None
        if any(line.amount_without_vat_cents is not None for line in those):
            without = sum(line.without_vat_cents for line in those)
        amount = sum(line.amount_cents for line in those)
        changed = {"id": name, "amount_cents": amount, "amount_without_vat_cents": without}
        lines.append(those[0].model_copy(update=changed))
    return problem.model_copy(update={"lines": tuple(lines)})


def without_order(problem: Problem) -> Problem:
    """The problem in which nobody asks others first, and of groups only those hold that are for the whole training.

    What excludes on one line says nothing of lines that are one: two of a group may pay of two of them.
    """
    offers = tuple(offer.model_copy(update={"asks_first": ()}) for offer in problem.offers)
    groups = tuple(group for group in problem.exclusion_groups if group.scope == "training")
    return problem.model_copy(update={"offers": offers, "exclusion_groups": groups})


def answers(model: MixModel, small: MixModel, found: list[int], kept: dict[str, str]) -> dict[int, int]:
    """Per yes or no of a model what it is in a mix of the small one; what the small one does not have stays open."""
    held = {index: found[small.y[name]] for name, index in model.y.items() if name in small.y}
    for (kind, line, name, number), index in model.flags.items():
        key = (kind, kept.get(line, line), name, number)
        if key in small.flags:
            held.setdefault(index, found[small.flags[key]])
    return held
