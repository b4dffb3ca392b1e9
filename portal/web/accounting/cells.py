"""Cells of cross tables in the address of a register: which dimensions are asked for, and what they are called there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import request, url_for

from portal.accounting.crosstables.naming import DIMENSIONS, cross_names
from portal.accounting.registers.asked import TOLD_APART, RegisterName
from portal.accounting.registers.dimensions import UNKNOWN, Dimension
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.web.accounting.asked import in_address

CELL_PARAMETERS: Mapping[Dimension, str] = {
    Dimension.ROUTE: "route",
    Dimension.MUNICIPALITY: "gemeente",
    Dimension.SECTOR: "sector",
    Dimension.LEVEL: "niveau",
    Dimension.AGE: "leeftijd",
    Dimension.MONTH: "maand",
    Dimension.SCHEME: "volgens",
}
"""The parameters of an address that say in which cell the vouchers stand."""
NOBODY_KNOWS = "-"
"""What stands in an address for what is not known."""
_WRITTEN = re.compile(r"[A-Za-z0-9_.+-]{1,80}")
Cell = tuple[tuple[Dimension, str], ...]


def asked_cell(name: RegisterName) -> Cell:
    """The cell that the address asks for; what can be no value of a dimension is left out."""
    if name not in TOLD_APART:
        return ()
    given = {dimension: request.args.get(parameter, "") for dimension, parameter in CELL_PARAMETERS.items()}
    return tuple(
        (dimension, UNKNOWN if text == NOBODY_KNOWS else text)
        for dimension, text in given.items()
        if _WRITTEN.fullmatch(text)
    )


def in_parameters(cell: Cell) -> dict[str, str]:
    """A cell as the parameters of an address."""
    return {CELL_PARAMETERS[dimension]: key or NOBODY_KNOWS for dimension, key in cell}


def cell_address(register: RegisterName, cell: Cell, first: date | None, last: date | None) -> str:
    """The address of a register with what is in a cell."""
    asked: dict[str, Any] = {"wat": register.value, **in_parameters(cell)}
    if first is not None and last is not None:
        asked |= {"vanaf": in_address(first), "tot": in_address(last)}
    return url_for("accounting.register_page", **asked)


def cell_in_words(cell: Cell) -> list[str]:
    """What a cell is called: each dimension with its value."""
    if not cell:
        return []
    names = cross_names(current_session(), on=today())
    return [f"{DIMENSIONS[dimension]}: {names.of(dimension, key)}" for dimension, key in cell]
