"""Holding two things against each other: what was seen and what is there, the sums of the files and of the books."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from portal.accounting.takeover.rows import Sums
from portal.platform.errors import Conflict
from portal.platform.i18n import lazy_gettext as _l


class Touched(Conflict):
    """Something was done with vouchers that were taken over: `references` says with which. Nothing was undone."""

    def __init__(self, references: tuple[str, ...]) -> None:
        shown = ", ".join(references[:5]) + (", …" if len(references) > 5 else "")
        message = _l(
            "Met deze vouchers is na het overnemen iets gedaan: %(which)s. Ongedaan maken kan niet meer.", which=shown
        )
        super().__init__("takeover_touched", message, params={"number": len(references)})
        self.references = references


def hash_of(tables: Mapping[str, Any], mapping: Mapping[str, Any]) -> str:
    """One hash of the rows of the files and the choice of columns."""
    text = json.dumps({"tables": tables, "mapping": mapping}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def compared(sums: Sums, booked: Sums) -> dict[str, Any]:
    """Per funding line and kind the sum of the files and that of the books. Raises ``Refusal`` when one differs."""
    found = {}
    for slug in sorted(sums.keys() | booked.keys()):
        mine, other = sums.get(slug, {}), booked.get(slug, {})
        kinds = sorted(mine.keys() | other.keys())
        found[slug] = {kind.value: [mine.get(kind, 0), other.get(kind, 0)] for kind in kinds}
    if any(before != after for kinds in found.values() for before, after in kinds.values()):
        raise sums_differ()
    return found


def sums_differ() -> Conflict:
    """Something was lost or made up on the way to the books."""
    return Conflict(
        "sums_differ", _l("De sommen in het bestand en in de boeken zijn niet gelijk. Er is niets geboekt.")
    )
