"""By what vouchers are told apart: who asked, where, for what, at which age, in which month, by which scheme; for the database.

These are the answers as they stand now. An answer that is not there, or that nobody knows, is the empty one.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, case, cast, func, literal, or_, type_coerce

from portal.cases.questions.models import NOT_KNOWN, DevelopmentQuestion
from portal.framework.trainings.models import RegionTraining
from portal.spending.vouchers.models import Voucher

UNKNOWN = ""
OTHER = "other"
"""The answer for what is none of the others in a list of answers."""


class Dimension(enum.StrEnum):
    """The ways to tell vouchers apart, in the order in which they are offered."""

    ROUTE = "route"
    MUNICIPALITY = "municipality"
    SECTOR = "sector"
    LEVEL = "level"
    AGE = "age"
    MONTH = "month"
    SCHEME = "scheme"


AGE_BANDS = (("-26", 26), ("27-39", 39), ("40-54", 54))
"""Bands of age in the year in which the voucher was issued, with the highest age in each."""
OLDEST = "55+"
OF_THE_VOUCHER = frozenset({Dimension.MONTH, Dimension.SCHEME})
"""What the voucher itself says."""
OF_THE_TRAINING = frozenset({Dimension.SECTOR})
"""What is known from the training of the region when the question does not say it."""


Told = Mapping[str, ColumnElement[Any]]
"""By name the columns by which vouchers are told apart in a dimension."""


def told_by(dimension: Dimension) -> Told:
    """By what a voucher is told apart; the statement joins the question, and the training for `OF_THE_TRAINING`."""
    question, issued = DevelopmentQuestion, cast(Voucher.issued_on, String)
    columns: dict[Dimension, Callable[[], dict[str, Any]]] = {
        Dimension.ROUTE: lambda: {"key": type_coerce(question.route, String)},
        Dimension.MUNICIPALITY: lambda: {"key": question.municipality},
        Dimension.SECTOR: lambda: {"key": func.coalesce(question.sector, RegionTraining.sector)},
        Dimension.LEVEL: lambda: {"key": question.level},
        Dimension.AGE: lambda: {"born": question.born, "year": func.substr(issued, 1, 4)},
        Dimension.MONTH: lambda: {"key": func.substr(issued, 1, 7)},
        Dimension.SCHEME: lambda: {"key": Voucher.scheme},
    }
    return columns[dimension]()


def placed(dimension: Dimension, told: Told) -> ColumnElement[str]:
    """Where vouchers that are told apart by these columns stand in a dimension."""
    key = _age(told["born"], told["year"]) if dimension is Dimension.AGE else told["key"]
    return func.coalesce(func.nullif(key, NOT_KNOWN), UNKNOWN)


def needs_question(dimensions: Sequence[Dimension]) -> bool:
    """Whether the statement has to join the question: a voucher by itself says only when it was issued, and by which scheme."""
    return not OF_THE_VOUCHER.issuperset(dimensions)


def needs_training(dimensions: Sequence[Dimension]) -> bool:
    """Whether the statement has to join the training."""
    return bool(OF_THE_TRAINING.intersection(dimensions))


def _age(said: ColumnElement[Any], year: ColumnElement[Any]) -> ColumnElement[str]:
    """The band of the age that is reached in the year of issue: years are compared as texts of four digits."""
    born, issued = func.coalesce(said, UNKNOWN), cast(year, Integer)
    is_year = and_(func.length(born) == 4, born >= "1900", born <= "2999")
    bands = [(born >= cast(issued - most, String), literal(band)) for band, most in AGE_BANDS]
    return case((or_(born == UNKNOWN, ~is_year), literal(UNKNOWN)), *bands, else_=literal(OLDEST))
