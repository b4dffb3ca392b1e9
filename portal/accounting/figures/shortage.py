"""Which vouchers are for a sector that is short of staff: by the list of the region that held on the day of the application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from portal.accounting.figures.columns import Numbers, WordColumn
from portal.framework.catalogue.queries import catalogue, has_region
from schemes.facts.references import ValueList, ValueVersion, valid_on

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
    valid = {ordinal: valid_on(versions, date.fromordinal(int(ordinal))) for ordinal in np.unique(day)}
    for version in versions:
        days = [ordinal for ordinal, one in valid.items() if one is version]
        if not days:
            continue
        holds = np.isin(day, days)
        places = [place for place, name in enumerate(sector.names) if name in version.values]
        listed |= holds & np.isin(sector.places, places)
        known |= holds
        used.append(version)
    return ShortageUse(listed, tuple(used), bool((~known).any()))
