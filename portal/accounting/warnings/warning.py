"""What a warning is: a value with its figures and the rows that add up to them. Sentences stand in `sentences`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.accounting.warnings.models import WarningKind, WarningSeverity


@dataclass(frozen=True)
class WarningRow:
    """One row behind the figure of a warning. What does not belong to its kind is None."""

    name: Any = None
    """In Dutch and English."""
    code: str | None = None
    """A word that screens have a label for: a figure, a step."""
    first: date | None = None
    last: date | None = None
    number: int | None = None
    cents: int | None = None
    planned: float | None = None
    """How many were planned."""
    days: int | None = None
    promised: int | None = None
    """Days."""


@dataclass(frozen=True)
class DeskWarning:
    """One warning as it is now. `key` is its name while it stands: ``lapsing.rijk-2026``."""

    kind: WarningKind
    about: str
    """What it is about: a route, the slug of a funding line, a step. Empty where there is one warning of its kind."""
    severity: WarningSeverity
    since: date
    figures: Mapping[str, Any]
    """What the sentence says: whole numbers, cents, days, and titles in Dutch and English."""
    rows: tuple[WarningRow, ...] = field(default=())
    """`number` or `cents` of all rows together are the figure."""

    @property
    def key(self) -> str:
        """The name of this warning, in addresses too. Without personal data."""
        return f"{self.kind.value}.{self.about}" if self.about else self.kind.value
