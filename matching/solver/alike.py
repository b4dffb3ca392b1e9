"""Very many cost lines: those that every rule looks at in the same way are one line first.

Whatever is a mix of the whole problem is one of the small one too, added up, but for who pays first: that is of every line by
itself, and is said of them together in kinds.py.
"""

from fractions import Fraction

from matching.problem import CostLine, Problem


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
