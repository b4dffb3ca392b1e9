"""Over which days a figure is, and as it stood on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class FigurePeriod:
    """From a first up to and including a last day, as everything stood on the day `on`. Raises ``Refusal`` at `last`."""

    first: date
    last: date
    on: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refusal("period_in_order", _l("De laatste dag ligt voor de eerste dag."), field="last")

    @property
    def end(self) -> date:
        """The last day of which anything is counted."""
        return min(self.last, self.on)
