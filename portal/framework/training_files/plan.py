"""What a list of trainings would change: which rows are new, which differ and in what, which are the same, which are wrong."""

from __future__ import annotations

import enum
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from portal.framework.training_files.columns import (
    TRAINING_COLUMNS,
    TrainingRow,
    read_training,
    reference_of,
    written_training,
)
from portal.framework.training_files.tables import Written
from portal.framework.trainings.actions import TrainingRules
from portal.framework.trainings.models import RegionTraining, terms_of
from portal.framework.trainings.queries import trainings_by_reference
from portal.platform.i18n import lazy_gettext as _l

UNSAID_SECTOR = "other"
"""The sector of a new training of which the list has no sectors at all."""


class RowKind(enum.StrEnum):
    """What taking in a row does."""

    WRONG = "wrong"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class ColumnDifference:
    """One column in which a row differs from what the desk knows."""

    heading: Any
    was: str
    becomes: str


@dataclass(frozen=True)
class PlannedRow:
    """A row and what taking it in does."""

    row: TrainingRow
    kind: RowKind
    training: RegionTraining | None = None
    differences: tuple[ColumnDifference, ...] = ()

    @property
    def is_work(self) -> bool:
        """Whether taking it in writes something."""
        return self.kind in (RowKind.NEW, RowKind.CHANGED)

    @cached_property
    def fingerprint(self) -> str:
        """The same in every language while taking it in does the same: it changes when anything that would be written, or be
        written over, does."""
        terms = asdict(self.row.terms) if self.row.terms is not None else sorted(self.row.errors)
        said = [self.row.number, self.kind.value, terms, self.training.revision if self.training else 0]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class ImportPlan:
    """All rows of a list, in its order."""

    rows: tuple[PlannedRow, ...]
    rules: TrainingRules

    @cached_property
    def counts(self) -> Counter[RowKind]:
        """How many rows there are of each kind."""
        return Counter(one.kind for one in self.rows)

    @cached_property
    def digest(self) -> str:
        """The same for the same plan, as `PlannedRow.fingerprint` is for one row."""
        return hashlib.sha256("".join(one.fingerprint for one in self.rows).encode()).hexdigest()

    @cached_property
    def work(self) -> list[PlannedRow]:
        """The rows of which something is written."""
        return [one for one in self.rows if one.is_work]

    def of_kind(self, kind: RowKind | None) -> list[PlannedRow]:
        """The rows of one kind, or all."""
        return [one for one in self.rows if kind is None or one.kind is kind]


def plan_of(session: Session, *, rows: Sequence[tuple[int, Written]], today: date) -> ImportPlan:
    """What taking in these rows would do now. Reads only.

    A column that a list does not have keeps what is known of a training.
    """
    rules = TrainingRules(session, today)
    named = [(number, {**written, "reference": reference_of(written)}) for number, written in rows]
    known = trainings_by_reference(session, references=[written["reference"] for _, written in named])
    read = [read_training(number, _whole(written, known, rules), rules) for number, written in named]
    first: dict[str, int] = {}
    for row in read:
        number = first.setdefault(row.written["reference"], row.number)
        if number != row.number:
            row.errors["reference"] = _l(
                "Deze opleiding staat ook op rij %(number)s. Geef elke rij een eigen kenmerk.", number=number
            )
            row.terms = None
    return ImportPlan(tuple(_planned(row, known, rules) for row in read), rules)


def _whole(written: Written, known: dict[str, RegionTraining], rules: TrainingRules) -> Written:
    training = known.get(written["reference"])
    before = written_training(terms_of(training), rules) if training is not None else {"sector": UNSAID_SECTOR}
    return {**before, **written}


def _planned(row: TrainingRow, known: dict[str, RegionTraining], rules: TrainingRules) -> PlannedRow:
    if row.terms is None:
        return PlannedRow(row, RowKind.WRONG)
    training = known.get(row.terms.reference)
    if training is None:
        return PlannedRow(row, RowKind.NEW)
    before = terms_of(training)
    if before == row.terms:
        return PlannedRow(row, RowKind.UNCHANGED, training)
    was, becomes = (written_training(terms, rules) for terms in (before, row.terms))
    differences = tuple(
        ColumnDifference(column.heading, was[column.key], becomes[column.key])
        for column in TRAINING_COLUMNS
        if was[column.key] != becomes[column.key]
    )
    return PlannedRow(row, RowKind.CHANGED, training, differences)
