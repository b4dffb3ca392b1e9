"""Where the source contradicts itself or leaves a gap: a check per finding, computed from its own figures.

Each check gets the figures and says a sentence, or None when these figures do not contradict each other: nothing is said that
the figures do not show.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from portal.accounting.source_report.figures import SECTIONS, SOURCE, SPELLINGS
from portal.platform.i18n import LazyString, format_euros, format_percent
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l

Source = Mapping[str, int]


class FindingKind(enum.StrEnum):
    """What a check found."""

    CONTRADICTS = "contradicts"
    GAP = "gap"
    RIGHT = "right"


KIND_WORDS: Mapping[FindingKind, LazyString] = {
    FindingKind.CONTRADICTS: _l("Tegenspraak"),
    FindingKind.GAP: _l("Staat er niet"),
    FindingKind.RIGHT: _l("Klopt"),
}


@dataclass(frozen=True)
class SourceFinding:
    """What one check found, in the language in use."""

    code: str
    kind: FindingKind
    place: str
    sentence: str


def technology(source: Source) -> str | None:
    """I1: the number of vouchers for technology against the percentage."""
    number, of, by_employers = source["vouchers_technology"], source["vouchers"], source["vouchers_employer"]
    share, said = Fraction(number, of), source["technology_percent"]
    if _percents(share) == said:
        return None
    return _(
        "%(number)s van %(of)s vouchers is %(share)s. Het rapport noemt ook %(said)s%%. Van alleen de %(employer)s vouchers van "
        "werkgevers is %(said)s%% ongeveer %(part)s: zo kan het bedoeld zijn, maar dat staat er niet.",
        number=number, of=of, share=format_percent(share), said=said, employer=by_employers,
        part=round(by_employers * said / 100),
    )  # fmt: skip


def unredeemed_and_unspent(source: Source) -> str | None:
    """I2: what was not redeemed is more than what was not spent."""
    unredeemed, unspent = source["awarded"] - source["redeemed"], source["budget"] - source["spent"]
    if unredeemed <= unspent:
        return None
    return _(
        "Er is voor %(unredeemed)s aan vouchers niet verzilverd. Er is %(unspent)s niet uitgegeven. Dat scheelt "
        "%(difference)s: geld dat vrijkwam, is dus voor een deel opnieuw toegekend. Het rapport zegt dat niet.",
        unredeemed=format_euros(unredeemed), unspent=format_euros(unspent), difference=format_euros(unredeemed - unspent),
    )  # fmt: skip


def number_redeemed(source: Source) -> str | None:
    """I3: by value the redemption is known, by number it is not."""
    if source["redeemed_vouchers"]:
        return None
    return _(
        "Verzilverd is %(share)s van het toegekende bedrag. Hoeveel vouchers dat zijn, staat er niet. Gemiddeld is een voucher "
        "%(mean)s; %(number)s vouchers van %(most)s zijn hoogstens %(all)s.",
        share=format_percent(Fraction(source["redeemed"], source["awarded"])),
        mean=format_euros(round(Fraction(source["awarded"], source["vouchers"]))),
        number=source["vouchers"], most=format_euros(source["most_per_voucher"]),
        all=format_euros(source["vouchers"] * source["most_per_voucher"]),
    )  # fmt: skip


def outside_vouchers(source: Source) -> str | None:
    """I4: what was spent outside vouchers follows, but is not given."""
    cents = source["spent"] - source["redeemed"]
    if cents == 0:
        return None
    return _(
        "Buiten vouchers is %(cents)s uitgegeven: %(share)s van alles. Dat bedrag volgt uit twee andere; het "
        "rapport noemt het niet.",
        cents=format_euros(cents), share=format_percent(Fraction(cents, source["spent"])),
    )  # fmt: skip


def financiers(source: Source) -> str | None:
    """I5: how many financiers."""
    named, paying = source["financiers_named"], source["financiers_paying"]
    if named == paying:
        return None
    return _(
        "Het rapport noemt %(named)s financiers, maar het geld komt van %(paying)s. Wie de %(named)s zijn, staat er niet.",
        named=named, paying=paying,
    )  # fmt: skip


def percentages(source: Source) -> str | None:
    """I6: the two percentages of what was spent come out."""
    whole = Fraction(source["spent"], source["budget"])
    deal = Fraction(source["spent_regio_deal"], source["budget_regio_deal"])
    if (_percents(whole), _percents(deal)) != (source["share_spent"], source["share_regio_deal"]):
        return None
    return _(
        "De percentages %(whole)s%% en %(deal)s%% kloppen met de bedragen (%(exact)s en %(exact_deal)s).",
        whole=source["share_spent"], deal=source["share_regio_deal"], exact=format_percent(whole),
        exact_deal=format_percent(deal),
    )  # fmt: skip


def without_overijssel(source: Source) -> str | None:
    """I7: the total is about three funders, the report that goes with it about two."""
    parts = ("regio_deal", "gelderland", "overijssel")
    if source["reported_funders"] == len(parts):
        return None
    if sum(source[f"budget_{one}"] for one in parts) != source["budget"]:
        return None
    return _(
        "De %(spent)s gaat over al het geld, ook de %(part)s van Overijssel. De financiële rapportage die erbij hoort, laat "
        "Overijssel weg. De twee zijn niet te vergelijken.",
        spent=format_euros(source["spent"]), part=format_euros(source["budget_overijssel"]),
    )  # fmt: skip


def municipalities(source: Source) -> str | None:
    """I8: how many municipalities take part."""
    signed, all_of_them = source["signing_municipalities"], source["region_municipalities"]
    if signed == all_of_them:
        return None
    return _(
        "%(signed)s gemeenten tekenden. Inwoners van alle gemeenten van de regio konden aanvragen. Hoeveel en welke dat zijn, "
        "staat er niet; een ander bericht noemt er %(all)s.",
        signed=signed, all=all_of_them,
    )  # fmt: skip


def individual_route(source: Source) -> str | None:
    """I9: the vouchers of the individual route follow, but are not given."""
    number = source["vouchers"] - source["vouchers_employer"]
    if number <= 0:
        return None
    return _(
        "De individuele route heeft %(number)s vouchers: %(all)s min %(employer)s. Het rapport noemt dat getal niet.",
        number=number, all=source["vouchers"], employer=source["vouchers_employer"],
    )  # fmt: skip


def by_residents(source: Source) -> str | None:
    """I10: not redeemed by "the resident", while employers had vouchers too."""
    if not source["vouchers_employer"]:
        return None
    return _(
        "Vouchers zijn niet verzilverd 'door de inwoner', staat er. Maar %(share)s van de vouchers liep via een werkgever.",
        share=format_percent(Fraction(source["vouchers_employer"], source["vouchers"])),
    )  # fmt: skip


def names_and_numbers(source: Source) -> str | None:
    """I11: paragraphs with one number, and names that differ. (No figures: it reads the numbers and the names.)"""
    twice = sorted(number for number, times in Counter(SECTIONS).items() if times > 1)
    if not twice or not SPELLINGS:
        return None
    return _(
        "Paragraaf %(twice)s staat er twee keer. De provincie heet ook '%(province)s', en de regio %(region)s heeft een loket "
        "voor %(area)s: dat gebied is groter.",
        twice=", ".join(twice), province=SPELLINGS[0][1], region=SPELLINGS[1][0], area=SPELLINGS[1][1],
    )  # fmt: skip


def dates(source: Source) -> str | None:
    """I12: when it began and ended."""
    if source["days_named"]:
        return None
    return _("Het rapport noemt geen enkele dag: niet wanneer het fonds begon en ook niet wanneer het stopte.")


def launch_promise(source: Source) -> str | None:
    """I13: what was promised at the launch, against the budget and the vouchers."""
    if source["launch_promise"] <= source["budget"]:
        return None
    return _(
        "Bij de start is %(promise)s aan vouchers beloofd. Er was %(budget)s, en aan vouchers is %(awarded)s toegekend.",
        promise=format_euros(source["launch_promise"]), budget=format_euros(source["budget"]),
        awarded=format_euros(source["awarded"]),
    )  # fmt: skip


def employer_half(source: Source) -> str | None:
    """I14: what the half of the employer is a half of."""
    if source["employer_percent"] in (0, 100):
        return None
    return _(
        "'%(percent)s%% cofinanciering voorwaardelijk' kan betekenen dat de werkgever altijd de helft betaalt, of alleen soms. "
        "En %(most)s kan de helft zijn, of het geheel.",
        percent=source["employer_percent"], most=format_euros(source["most_per_voucher"]),
    )  # fmt: skip


Check = tuple[str, FindingKind, str, Callable[[Source], str | None]]
CHECKS: Sequence[Check] = (
    ("I1", FindingKind.CONTRADICTS, "1.4, 4.2", technology),
    ("I2", FindingKind.CONTRADICTS, "3.3", unredeemed_and_unspent),
    ("I3", FindingKind.GAP, "3.3", number_redeemed),
    ("I4", FindingKind.GAP, "3.3", outside_vouchers),
    ("I5", FindingKind.CONTRADICTS, "2.2, 3.1", financiers),
    ("I6", FindingKind.RIGHT, "3.3", percentages),
    ("I7", FindingKind.CONTRADICTS, "3.2, 3.3", without_overijssel),
    ("I8", FindingKind.GAP, "1.3, 2.1", municipalities),
    ("I9", FindingKind.GAP, "4.2", individual_route),
    ("I10", FindingKind.CONTRADICTS, "3.3", by_residents),
    ("I11", FindingKind.CONTRADICTS, "4.2", names_and_numbers),
    ("I12", FindingKind.GAP, "4.3, 9", dates),
    ("I13", FindingKind.CONTRADICTS, "3.1", launch_promise),
    ("I14", FindingKind.GAP, "1.3", employer_half),
)
"""Code, kind, paragraphs of the source, and the check."""


def source_findings(source: Source = SOURCE) -> tuple[SourceFinding, ...]:
    """What the checks find in these figures, in the language in use."""
    found = ((code, kind, place, check(source)) for code, kind, place, check in CHECKS)
    return tuple(SourceFinding(code, kind, place, said) for code, kind, place, said in found if said is not None)


def _percents(share: Fraction) -> int:
    return round(share * 100)
