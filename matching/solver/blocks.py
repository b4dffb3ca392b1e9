"""The model of a bundle, taken apart: what belongs to one training alone, and the few rows in which trainings meet.

They meet in funding lines, in room for aid, in caps of an employer, in what may be borrowed, and in the values of earlier passes.
"""

from dataclasses import dataclass, field
from typing import Any

from matching.solver.model import MixModel
from matching.solver.rows import LARGEST, Row
from matching.solver.starting import Program


@dataclass(slots=True)
class Block:
    """The variables of one training and its own rows, as a model by itself. `used`: places of "this offer is used"."""

    variables: tuple[int, ...]
    program: Any
    used: tuple[int, ...]
    place: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A row in which trainings meet: coefficients by variable, and the most that the sum may be."""

    terms: dict[int, int]
    most: int


def taken_apart(model: MixModel) -> tuple[list[Block], list[SharedRow]] | None:
    """The trainings, and where they meet; None when some variable belongs to no training."""
    part = _parts(model)
    own: dict[str | None, list[Row]] = {}
    limits: list[SharedRow] = []
    for row in model.rows:
        variables, coefficients, low, high = row
        parts = _parts_of(row, part)
        if len(parts) == 1:
            own.setdefault(parts.pop(), []).append(row)
            for index in variables:
                part.setdefault(index, part[next(one for one in variables if one in part)])
            continue
        if any(index not in part for index in variables):
            return None
        if high < LARGEST:
            limits.append(SharedRow(dict(zip(variables, coefficients, strict=True)), high))
        if low > -LARGEST:
            limits.append(SharedRow({v: -c for v, c in zip(variables, coefficients, strict=True)}, -low))
    members: dict[str | None, list[int]] = {}
    for index in range(len(model.bounds)):
        if index not in part:
            return None
        members.setdefault(part[index], []).append(index)
    yes_or_no = set(model.y.values())
    return [_block(model, those, own.get(name, []), yes_or_no) for name, those in members.items()], limits


def _parts(model: MixModel) -> dict[int, str | None]:
    """To which training each cell, offer and part of money belongs."""
    reading = model.reading
    of_line = {line.id: line.part for line in reading.lines}
    of_offer = {offer.id: offer.part for offer in reading.offers}
    part = {index: of_line[line] for (line, _), index in model.x.items()}
    part.update({index: of_offer[name] for name, index in model.y.items()})
    part.update({index: of_offer[name] for (name, _, _), index in model.z.items()})
    return part


def _parts_of(row: Row, part: dict[int, str | None]) -> set[str | None]:
    return {part[index] for index in row[0] if index in part}


def _block(model: MixModel, members: list[int], rows: list[Row], yes_or_no: set[int]) -> Block:
    program, place = Program(), {index: n for n, index in enumerate(members)}
    for index in members:
        program.variables.add().domain.extend(model.program.variables[index].domain)
    for variables, coefficients, low, high in rows:
        linear = program.constraints.add().linear
        linear.vars.extend([place[index] for index in variables])
        linear.coeffs.extend(coefficients)
        linear.domain.extend((low, high))
    used = tuple(place[index] for index in members if index in yes_or_no)
    return Block(tuple(members), program, used, place)
