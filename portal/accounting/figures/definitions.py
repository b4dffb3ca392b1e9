"""The registry of figures: what each is called, what it means in a sentence, its unit, and by what it can be broken down."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l


class FigureUnit(enum.StrEnum):
    """In what a figure is counted."""

    CENTS = "cents"
    COUNT = "count"
    SHARE = "share"
    DAYS = "days"


class Counting(enum.StrEnum):
    """How a figure comes from what is behind it."""

    SUM = "sum"
    DISTINCT = "distinct"
    """Each person, company, voucher or question once."""
    MEAN = "mean"
    MEDIAN = "median"
    SHARE = "share"
    """Of two other figures."""


class Breakdown(enum.StrEnum):
    """By what a figure can be broken down."""

    YEAR = "year"
    MONTH = "month"
    FUNDING_LINE = "funding_line"
    FUNDER = "funder"
    SCHEME = "scheme"
    ROUTE = "route"
    MUNICIPALITY = "municipality"
    SECTOR = "sector"
    PROVIDER = "provider"
    CATEGORY = "category"
    WORK_PACKAGE = "work_package"
    EMPLOYER_SIZE = "employer_size"
    REFERRED_TO = "referred_to"


BREAKDOWNS: Mapping[Breakdown, LazyString] = {
    Breakdown.YEAR: _l("Jaar"),
    Breakdown.MONTH: _l("Maand"),
    Breakdown.FUNDING_LINE: _l("Budgetregel"),
    Breakdown.FUNDER: _l("Financier"),
    Breakdown.SCHEME: _l("Regeling"),
    Breakdown.ROUTE: _l("Route"),
    Breakdown.MUNICIPALITY: _l("Gemeente"),
    Breakdown.SECTOR: _l("Sector"),
    Breakdown.PROVIDER: _l("Opleider"),
    Breakdown.CATEGORY: _l("Kostensoort"),
    Breakdown.WORK_PACKAGE: _l("Werkpakket"),
    Breakdown.EMPLOYER_SIZE: _l("Grootte van het bedrijf"),
    Breakdown.REFERRED_TO: _l("Verwezen naar"),
}
MONEY_BY = frozenset({Breakdown.YEAR, Breakdown.MONTH, Breakdown.FUNDING_LINE, Breakdown.FUNDER})
CASE_BY = frozenset({Breakdown.YEAR, Breakdown.MONTH, Breakdown.ROUTE, Breakdown.MUNICIPALITY, Breakdown.SECTOR})
VOUCHER_BY = MONEY_BY | CASE_BY | {Breakdown.SCHEME, Breakdown.PROVIDER}
USE_BY = VOUCHER_BY | {Breakdown.CATEGORY, Breakdown.WORK_PACKAGE}
OVERLAPPING = frozenset({Breakdown.FUNDING_LINE, Breakdown.FUNDER, Breakdown.CATEGORY})
"""One voucher can be in several of these: what is counted in each is together more than the total."""


@dataclass(frozen=True)
class FigureDefinition:
    """One figure. `of` are the numerator and the denominator of a share, or the one figure that a mean or median is of."""

    key: str
    label: LazyString
    meaning: LazyString
    unit: FigureUnit
    counting: Counting
    by: frozenset[Breakdown]
    of: tuple[str, ...] = ()
    balance: bool = False
    """A balance is the stand on the last day, of everything until then; else only what happened in the period counts."""
    whole_desk: bool = False
    """Of the desk as a whole, also in the report of one funder: nobody's money pays a question."""
    about_people: bool = True
    """Whether a small cell says something about a person."""


def _cents(key: str, label: LazyString, meaning: LazyString, by: frozenset[Breakdown], **more: Any) -> FigureDefinition:
    return FigureDefinition(key, label, meaning, FigureUnit.CENTS, Counting.SUM, by, **more)


def _count(
    key: str, label: LazyString, meaning: LazyString, by: frozenset[Breakdown] = VOUCHER_BY, **more: Any
) -> FigureDefinition:
    return FigureDefinition(key, label, meaning, FigureUnit.COUNT, Counting.DISTINCT, by, **more)


def _share(
    key: str, label: LazyString, meaning: LazyString, of: tuple[str, str], by: frozenset[Breakdown]
) -> FigureDefinition:
    return FigureDefinition(key, label, meaning, FigureUnit.SHARE, Counting.SHARE, by, of)


MONEY = (
    _cents(
        "budget",
        _l("Budget"),
        _l("Wat de financiers tot en met de laatste dag hebben toegezegd, min wat is teruggegeven."),
        MONEY_BY,
        balance=True,
        about_people=False,
    ),
    _cents(
        "received",
        _l("Ontvangen"),
        _l("Wat in de periode bij het budget kwam, min wat in de periode naar de financier terugging."),
        MONEY_BY,
        about_people=False,
    ),
    _cents(
        "committed",
        _l("Gereserveerd"),
        _l("Wat op de laatste dag vaststaat voor vouchers die nog gebruikt kunnen worden."),
        USE_BY,
        balance=True,
    ),
    _cents(
        "expected",
        _l("Verwacht"),
        _l(
            "Wat van het gereserveerde naar verwachting nog wordt besteed: gemiddeld, volgens de nieuwste prognose tot en met de "
            "laatste dag. Een prognose telt hoogstens 35 dagen."
        ),
        frozenset({Breakdown.FUNDING_LINE, Breakdown.FUNDER}),
        balance=True,
        about_people=False,
    ),
    _cents("spent", _l("Besteed"), _l("Wat in de periode is besteed. Ook wat daarvan al betaald is."), USE_BY),
    _cents("paid", _l("Betaald"), _l("Wat in de periode is betaald, min wat terugkwam."), USE_BY),
    _cents(
        "available",
        _l("Vrij"),
        _l("Wat op de laatste dag nog toegekend kan worden."),
        MONEY_BY,
        balance=True,
        about_people=False,
    ),
    _cents(
        "released",
        _l("Vrijgevallen"),
        _l("Wat in de periode van vouchers vrijkwam: verlopen, ingetrokken, verlaagd of niet nodig."),
        VOUCHER_BY,
    ),
    _cents(
        "recovered", _l("Teruggekomen"), _l("Wat in de periode werd terugbetaald van wat al betaald was."), VOUCHER_BY
    ),
    _share(
        "share_spent",
        _l("Deel van het budget dat is besteed"),
        _l("Besteed gedeeld door budget."),
        ("spent", "budget"),
        frozenset({Breakdown.FUNDING_LINE, Breakdown.FUNDER}),
    ),
)
VOUCHERS = (
    _count("vouchers_awarded", _l("Toegekende vouchers"), _l("Vouchers die in de periode zijn toegekend.")),
    _count(
        "vouchers_individual",
        _l("Toegekende vouchers, route van de inwoner"),
        _l("Vouchers die een inwoner zelf aanvroeg."),
    ),
    _count(
        "vouchers_employer",
        _l("Toegekende vouchers, route van de werkgever"),
        _l("Vouchers die een werkgever aanvroeg voor een werknemer."),
    ),
    _cents(
        "awarded_cents",
        _l("Toegekend bedrag"),
        _l("Wat in de periode is toegekend op vouchers, met wat er later bij kwam."),
        VOUCHER_BY,
    ),
    _cents(
        "awarded_by_cost",
        _l("Toegekend bedrag per kostensoort"),
        _l("Wat in besluiten van de periode is toegekend voor elke soort kosten."),
        VOUCHER_BY | {Breakdown.CATEGORY},
    ),
    _count("vouchers_redeemed", _l("Gebruikte vouchers"), _l("Vouchers waarop in de periode iets is besteed.")),
    _cents("redeemed_cents", _l("Gebruikt bedrag"), _l("Wat in de periode op vouchers is besteed."), VOUCHER_BY),
    _count(
        "vouchers_lapsed", _l("Verlopen vouchers"), _l("Vouchers waarvan de laatste dag voorbijging in de periode.")
    ),
    _cents("lapsed_cents", _l("Verlopen bedrag"), _l("Wat vrijkwam doordat vouchers verliepen."), VOUCHER_BY),
    FigureDefinition(
        "mean_award",
        _l("Gemiddeld toegekend"),
        _l("Toegekend bedrag per voucher die in de periode is toegekend."),
        FigureUnit.CENTS,
        Counting.MEAN,
        VOUCHER_BY,
        ("award_sizes",),
    ),
    FigureDefinition(
        "median_award",
        _l("Middelste toegekende bedrag"),
        _l("De helft van de vouchers is hoogstens zo hoog."),
        FigureUnit.CENTS,
        Counting.MEDIAN,
        VOUCHER_BY,
        ("award_sizes",),
    ),
    _count(
        "people",
        _l("Mensen"),
        _l(
            "Verschillende mensen met een voucher uit de periode. In een tabel telt iemand in elke rij met een eigen voucher mee."
        ),
    ),
    _count(
        "employers",
        _l("Werkgevers"),
        _l("Verschillende werkgevers met een voucher uit de periode."),
        VOUCHER_BY | {Breakdown.EMPLOYER_SIZE},
    ),
    _count(
        "vouchers_technology",
        _l("Vouchers voor techniek"),
        _l("Toegekende vouchers voor een opleiding in de sector techniek."),
    ),
    _share(
        "share_technology",
        _l("Deel voor techniek"),
        _l("Vouchers voor techniek gedeeld door alle toegekende vouchers, ook die zonder bekende sector."),
        ("vouchers_technology", "vouchers_awarded"),
        VOUCHER_BY,
    ),
    _count(
        "vouchers_shortage",
        _l("Vouchers voor sectoren met een tekort"),
        _l(
            "Toegekende vouchers voor een sector op de lijst van sectoren met te weinig personeel, op de dag van de aanvraag."
        ),
    ),
    _share(
        "share_shortage",
        _l("Deel voor sectoren met een tekort"),
        _l(
            "Vouchers voor sectoren met een tekort gedeeld door alle toegekende vouchers, ook die zonder bekende sector."
        ),
        ("vouchers_shortage", "vouchers_awarded"),
        VOUCHER_BY,
    ),
)
DESK = (
    _count("questions", _l("Vragen"), _l("Vragen die in de periode zijn gestuurd."), CASE_BY, whole_desk=True),
    _count("talks", _l("Gesprekken"), _l("Gesprekken die in de periode zijn gehouden."), CASE_BY, whole_desk=True),
    _count(
        "referrals",
        _l("Verwijzingen"),
        _l("Vragen die in de periode naar een andere voorziening zijn verwezen."),
        CASE_BY | {Breakdown.REFERRED_TO},
        whole_desk=True,
    ),
    _count(
        "helped_otherwise",
        _l("Geholpen zonder voucher"),
        _l("Vragen met een gesprek of een verwijzing in de periode, en op de laatste dag zonder voucher."),
        CASE_BY,
        whole_desk=True,
    ),
)
_OUTCOME_BY = CASE_BY | {Breakdown.SCHEME, Breakdown.PROVIDER}
OUTCOMES = (
    _count(
        "outcomes_asked",
        _l("Gevraagd hoe het ging"),
        _l("Keren dat in de periode na een opleiding is gevraagd hoe het ging."),
        _OUTCOME_BY,
    ),
    _count(
        "outcomes_answered",
        _l("Antwoorden"),
        _l("Keren dat daarop tot en met de laatste dag is geantwoord."),
        _OUTCOME_BY,
    ),
    _share(
        "response_rate",
        _l("Deel dat antwoordde"),
        _l("Antwoorden gedeeld door het aantal keren dat is gevraagd."),
        ("outcomes_answered", "outcomes_asked"),
        _OUTCOME_BY,
    ),
    _count(
        "outcomes_finished", _l("Opleiding afgemaakt"), _l("Antwoorden waarin de opleiding is afgemaakt."), _OUTCOME_BY
    ),
    _share(
        "share_finished",
        _l("Deel dat de opleiding afmaakte"),
        _l("Afgemaakt gedeeld door alle antwoorden."),
        ("outcomes_finished", "outcomes_answered"),
        _OUTCOME_BY,
    ),
    _count(
        "outcomes_at_work", _l("Aan het werk"), _l("Antwoorden van mensen die na de opleiding werken."), _OUTCOME_BY
    ),
    _share(
        "share_at_work",
        _l("Deel dat werkt"),
        _l("Aan het werk gedeeld door alle antwoorden."),
        ("outcomes_at_work", "outcomes_answered"),
        _OUTCOME_BY,
    ),
    _count(
        "outcomes_looked_before",
        _l("Zocht werk voor de opleiding"),
        _l("Antwoorden van mensen die voor de opleiding werk zochten. Dat vragen wij de eerste keer."),
        _OUTCOME_BY,
    ),
    _count(
        "outcomes_found_work",
        _l("Zocht werk en werkt nu"),
        _l("Antwoorden van mensen die voor de opleiding werk zochten, en nu werken."),
        _OUTCOME_BY,
    ),
    _share(
        "share_found_work",
        _l("Deel van de werkzoekenden dat nu werkt"),
        _l("Zocht werk en werkt nu, gedeeld door alle antwoorden van mensen die werk zochten."),
        ("outcomes_found_work", "outcomes_looked_before"),
        _OUTCOME_BY,
    ),
    _count(
        "outcomes_not_without",
        _l("Niet zonder het geld"),
        _l("Antwoorden waarin de opleiding zonder het geld niet, later of kleiner was."),
        _OUTCOME_BY,
    ),
    _share(
        "share_not_without",
        _l("Deel dat het geld nodig had"),
        _l("Niet zonder het geld gedeeld door alle antwoorden."),
        ("outcomes_not_without", "outcomes_answered"),
        _OUTCOME_BY,
    ),
)


def _days(key: str, label: LazyString, meaning: LazyString) -> FigureDefinition:
    return FigureDefinition(key, label, meaning, FigureUnit.DAYS, Counting.MEDIAN, CASE_BY, whole_desk=True)


LEAD_TIMES = (
    _days(
        "lead_reaction", _l("Dagen tot een reactie"), _l("Middelste aantal dagen van een vraag tot de eerste reactie.")
    ),
    _days("lead_talk", _l("Dagen tot een gesprek"), _l("Middelste aantal dagen van een vraag tot het eerste gesprek.")),
    _days("lead_decision", _l("Dagen tot een besluit"), _l("Middelste aantal dagen van een aanvraag tot het besluit.")),
    _days("lead_whole", _l("Dagen van vraag tot besluit"), _l("Middelste aantal dagen van een vraag tot het besluit.")),
)
FIGURE_GROUPS: Mapping[str, tuple[FigureDefinition, ...]] = {
    "money": MONEY,
    "vouchers": VOUCHERS,
    "desk": DESK,
    "outcomes": OUTCOMES,
    "lead_times": LEAD_TIMES,
}
REGISTRY: Mapping[str, FigureDefinition] = {one.key: one for group in FIGURE_GROUPS.values() for one in group}
"""Every figure there is, by its key. The keys stand in texts of reports: they are not renamed."""
