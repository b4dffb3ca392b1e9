"""Which vouchers are for a sector that is short of staff: by the list of the region that held on the day of the application."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from portal.accounting.figures.columns import Numbers, WordColumn
from portal.framework.catalogue.queries import catalogue, has_region
from schemes.facts.references import ValueList, ValueVersion

SHORTAGE_LIST = "shortage_sectors"
"""The list of the region that says it: values of the fact about the sector of a training."""


@dataclass(frozen=True)
class ShortageUse:
    """What the list says of some vouchers, and what of it was used."""

    listed: Any
    """True for a voucher of a sector on the list of its day."""
    versions: tuple[ValueVersion, ...]
    """The versions that held on the days of these vouchers, the oldest first."""
    gaps: bool
    """Whether some of these days have no list."""


def shortage_versions(session: Session) -> tuple[ValueVersion, ...]:
    """Every version of the list, the oldest first; none of a region without the list."""
    reference = catalogue(session).references.get(SHORTAGE_LIST) if has_region(session) else None
    return tuple(reference.versions) if isinstance(reference, ValueList) else ()


def shortage_use(versions: tuple[ValueVersion, ...], sector: WordColumn, day: Numbers) -> ShortageUse:
    """Of vouchers with these sectors, and these days on which they were applied for."""
    listed, known, used = np.zeros(len(day), dtype=bool), np.zeros(len(day), dtype=bool), []
    for version, first, last in _periods(versions):
        holds = (day >= first) & (day <= last)
        if not holds.any():
            continue
        places = [place for place, name in enumerate(sector.names) if name in version.values]
        listed |= holds & np.isin(sector.places, places)
        known |= holds
        used.append(version)
    return ShortageUse(listed, tuple(used), bool((~known).any()))


def _periods(versions: tuple[ValueVersion, ...]) -> Iterator[tuple[ValueVersion, int, int]]:
    """Each version with its first and last day: until the next one, or earlier when it says so."""
    for version, later in zip_longest(versions, versions[1:]):
        last = version.until or date.max
        end = min(last.toordinal(), later.from_.toordinal() - 1) if later is not None else last.toordinal()
        yield version, version.from_.toordinal(), end
