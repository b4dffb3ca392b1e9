"""The figures of the final report of the Ontwikkelfonds, each with the paragraph and the words in which the source gives it.

Pure data. Amounts are in cents, percentages in whole percents. What the source does not say but follows from it is derived.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

HISTORY_REGION = "stedendriehoek-2021"
"""The slug of the region of a desk that was loaded with the history: by it such a desk is known."""


class SourceUnit(enum.StrEnum):
    """In what the source counts."""

    CENTS = "cents"
    COUNT = "count"
    PERCENT = "percent"


@dataclass(frozen=True)
class SourceFigure:
    """One figure: where the source gives it and how; without words of the source it is derived from its other figures."""

    key: str
    label: LazyString
    unit: SourceUnit
    value: int
    place: str
    words: str = ""

    @property
    def is_derived(self) -> bool:
        """Whether the source does not give it itself."""
        return not self.words


def _money(key: str, label: LazyString, euros: int, place: str, words: str = "") -> SourceFigure:
    return SourceFigure(key, label, SourceUnit.CENTS, euros * 100, place, words)


def _count(key: str, label: LazyString, number: int, place: str, words: str = "") -> SourceFigure:
    return SourceFigure(key, label, SourceUnit.COUNT, number, place, words)


def _percent(key: str, label: LazyString, number: int, place: str, words: str = "") -> SourceFigure:
    return SourceFigure(key, label, SourceUnit.PERCENT, number, place, words)


SOURCE_FIGURES: tuple[SourceFigure, ...] = (
    _money("budget", _l("Beschikbaar geld"), 1_200_000, "3.1", "was er € 1.200.000 beschikbaar"),
    _money("budget_regio_deal", _l("Waarvan Regio Deal"), 400_000, "3.1", "€400.000 toegekend is vanuit de Regio Deal"),
    _money("budget_gelderland", _l("Waarvan Gelderland"), 500_000, "3.1", "de provincie Gelderland met €500.000"),
    _money("budget_overijssel", _l("Waarvan Overijssel"), 300_000, "3.1", "provincie Overijsel met €300.000"),
    _money("cofinancing", _l("Cofinanciering"), 575_000, "3.1", "voldaan aan de co-financieringseisen t.w.v. €575.000"),
    _money("spent", _l("Uitgegeven"), 1_055_977, "3.3", "In totaal is €1.055.977 (88%) van het budget uitgegeven"),
    _percent("share_spent", _l("Deel dat is uitgegeven"), 88, "3.3", "€1.055.977 (88%)"),
    _money("spent_regio_deal", _l("Uitgegeven: Regio Deal"), 362_523, "3.3", "gaat het om €362.523 (91%)"),
    _percent("share_regio_deal", _l("Deel van de Regio Deal dat is uitgegeven"), 91, "3.3", "€362.523 (91%)"),
    _money("awarded", _l("Toegekend aan vouchers"), 854_004, "3.3", "Totaal is er € 854.004 aan vouchers verstrekt"),
    _money("redeemed", _l("Verzilverd"), 680_322, "3.3", "waarvan in totaal € 680.322 is verzilverd"),
    _count("vouchers", _l("Vouchers"), 520, "1.4, 4.2", "zijn er 520 scholingsvouchers verstrekt"),
    _count("vouchers_technology", _l("Vouchers techniek"), 149, "1.4", "149 hiervan zijn verstrekt voor [..] de techniek"),
    _count("vouchers_employer", _l("Vouchers werkgeversroute"), 246, "4.2", "via 139 werkgevers 246 scholingsvouchers verstrekt"),
    _count("employers", _l("Werkgevers"), 139, "4.2", "via 139 werkgevers 246 scholingsvouchers verstrekt"),
    _count("vouchers_individual", _l("Vouchers individuele route"), 274, "520 - 246"),
    _money("outside_vouchers", _l("Uitgaven buiten vouchers"), 375_655, "1.055.977 - 680.322"),
    _money("unredeemed", _l("Toegekend en niet verzilverd"), 173_682, "854.004 - 680.322"),
    _money("unspent", _l("Niet uitgegeven"), 144_023, "1.200.000 - 1.055.977"),
)  # fmt: skip
SOURCE: Mapping[str, int] = {one.key: one.value for one in SOURCE_FIGURES} | {
    "technology_percent": 45,
    "financiers_named": 2,
    "financiers_paying": 3,
    "signing_municipalities": 3,
    "region_municipalities": 8,
    "launch_promise": 1_500_000 * 100,
    "most_per_voucher": 2_500 * 100,
    "employer_percent": 50,
    "helped_otherwise": 500,
    "redeemed_vouchers": 0,
    "days_named": 0,
    "reported_funders": 2,
}
"""Every number of the source by key, also those that the books cannot show; 0 is a number that the source does not give."""
SECTIONS = ("1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2", "4.2", "4.3")
"""The numbers of its paragraphs up to chapter 4, as they stand there."""
SPELLINGS = (("Overijssel", "Overijsel"), ("Stedendriehoek", "Stedenvierkant"))
"""Two names of one thing, or of things that look like one: the province, and the areas of the region and of its desk."""
