"""The chapters of the report, in the order that funders know: what is asked, and which figures and tables stand there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.accounting.figures.definitions import Breakdown
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class TableOfChapter:
    """A table: figures as columns, the values of a breakdown as rows. With `books` it is the money alone: nothing is hidden."""

    key: str
    title: LazyString
    by: Breakdown
    figures: tuple[str, ...]
    books: bool = False
    only_whole: bool = False
    """Only in the report about all money."""
    note: LazyString | None = None
    """What a reader has to know of it."""


@dataclass(frozen=True)
class Chapter:
    """One chapter: its questions (key and title of each text that the region writes), its figures and its tables."""

    number: int
    title: LazyString
    questions: tuple[tuple[str, LazyString], ...]
    figures: tuple[str, ...] = ()
    tables: tuple[TableOfChapter, ...] = ()


MONEY_CHAPTER = 3
_MONEY = ("budget", "received", "committed", "expected", "spent", "paid", "available")
_OF_VOUCHERS = ("committed", "spent", "paid")
_USE = ("vouchers_awarded", "awarded_cents", "vouchers_redeemed", "redeemed_cents", "people")


def _money(by: Breakdown, title: LazyString, **more: Any) -> TableOfChapter:
    return TableOfChapter(f"money_per_{by.value}", title, by, _OF_VOUCHERS, **more)


def _monitor(by: Breakdown, title: LazyString) -> TableOfChapter:
    return TableOfChapter(f"per_{by.value}", title, by, _USE)


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        1,
        _l("Doel van het project"),
        (
            ("goal_line", _l("Onder welke actielijn valt het project?")),
            ("goal_aim", _l("Wat is de doelstelling van het project?")),
            ("goal_what", _l("Wat houdt het project in?")),
            ("goal_reached", _l("In hoeverre is de doelstelling bereikt?")),
        ),
    ),
    Chapter(
        2,
        _l("Samenwerking"),
        (
            ("together_who", _l("Welke partijen waren betrokken bij het project?")),
            ("together_dilemmas", _l("Tegen welke dilemma's liep u aan bij de samenwerking?")),
            ("together_region", _l("Hoe verliep de samenwerking met de regio?")),
        ),
    ),
    Chapter(
        MONEY_CHAPTER,
        _l("Financiën"),
        (
            ("money_received", _l("Hoeveel geld is er ontvangen?")),
            ("money_budget", _l("Hoe zag de begroting eruit?")),
            ("money_spent", _l("Hoeveel geld is er uitgegeven?")),
        ),
        (*_MONEY, "share_spent", "released", "recovered", "awarded_cents", "redeemed_cents"),
        (
            TableOfChapter(
                "per_funder",
                _l("Geld per financier"),
                Breakdown.FUNDER,
                (*_MONEY, "share_spent"),
                books=True,
                only_whole=True,
            ),
            TableOfChapter(
                "per_funding_line",
                _l("Geld per budgetregel"),
                Breakdown.FUNDING_LINE,
                (*_MONEY, "share_spent"),
                books=True,
            ),
            TableOfChapter(
                "per_year", _l("Geld per jaar"), Breakdown.YEAR, ("received", "spent", "paid", "released"), books=True
            ),
            TableOfChapter("money_per_route", _l("Geld per route"), Breakdown.ROUTE, (*_OF_VOUCHERS, "released")),
            _money(Breakdown.SCHEME, _l("Geld per regeling")),
            _money(Breakdown.MUNICIPALITY, _l("Geld per gemeente")),
            _money(Breakdown.SECTOR, _l("Geld per sector")),
            _money(Breakdown.PROVIDER, _l("Geld per opleider")),
            _money(
                Breakdown.CATEGORY,
                _l("Geld per kostensoort"),
                note=_l(
                    "Is een voucher voor meer soorten kosten? Dan verdelen wij het geld zoals het voor elke soort is toegekend."
                ),
            ),
            _money(
                Breakdown.WORK_PACKAGE,
                _l("Besteed per werkpakket"),
                books=True,
                note=_l(
                    "Uitgaven buiten vouchers zijn betaald zodra ze zijn goedgekeurd. Daarvoor wordt niets gereserveerd."
                ),
            ),
        ),
    ),
    Chapter(
        4,
        _l("Resultaten en impact"),
        (
            ("results_yield", _l("Wat is de opbrengst van het project?")),
            ("results_concrete", _l("Welke concrete resultaten heeft het project opgeleverd?")),
            ("results_impact", _l("Welke impact heeft het project voor de doelgroep?")),
            ("results_lasting", _l("Houdt het project op de langere termijn effect?")),
        ),
        (
            "vouchers_awarded",
            "awarded_cents",
            "vouchers_redeemed",
            "redeemed_cents",
            "vouchers_lapsed",
            "lapsed_cents",
            "mean_award",
            "median_award",
            "people",
            "employers",
            "vouchers_technology",
            "share_technology",
            "vouchers_shortage",
            "share_shortage",
            "questions",
            "talks",
            "referrals",
            "helped_otherwise",
            "outcomes_asked",
            "outcomes_answered",
            "response_rate",
            "outcomes_finished",
            "share_finished",
            "outcomes_at_work",
            "share_at_work",
            "outcomes_looked_before",
            "outcomes_found_work",
            "share_found_work",
            "outcomes_not_without",
            "share_not_without",
        ),
        (_monitor(Breakdown.ROUTE, _l("Vouchers per route")),),
    ),
    Chapter(
        5,
        _l("Geleerde lessen"),
        (
            ("lessons_success", _l("Wat zijn succesfactoren?")),
            ("lessons_advice", _l("Wat zijn aanbevelingen voor een volgende keer?")),
        ),
        ("lead_reaction", "lead_talk", "lead_decision", "lead_whole"),
    ),
    Chapter(
        6,
        _l("Kennisdeling"),
        (
            ("sharing_how", _l("Hoe delen we de kennis het beste met anderen?")),
            ("sharing_experience", _l("Hoe hebt u de kennisdeling ervaren?")),
        ),
    ),
    Chapter(
        7,
        _l("Consolidatie"),
        (
            ("future_alone", _l("Kan het project zelfstandig verder?")),
            ("future_ambitions", _l("Wat zijn de ambities voor de komende 3 tot 5 jaar?")),
        ),
    ),
    Chapter(8, _l("Communicatie"), (("communication", _l("Hoe is er over het project gecommuniceerd?")),)),
    Chapter(
        9,
        _l("Monitoringsinformatie"),
        (("monitor", _l("Wat valt op in deze cijfers?")),),
        (),
        (
            _monitor(Breakdown.SCHEME, _l("Vouchers per regeling")),
            _monitor(Breakdown.SECTOR, _l("Vouchers per sector")),
            _monitor(Breakdown.MUNICIPALITY, _l("Vouchers per gemeente")),
            _monitor(Breakdown.PROVIDER, _l("Vouchers per opleider")),
            TableOfChapter("per_category", _l("Toegekend per kostensoort"), Breakdown.CATEGORY, ("awarded_by_cost",)),
            TableOfChapter("per_employer_size", _l("Werkgevers naar grootte"), Breakdown.EMPLOYER_SIZE, ("employers",)),
            TableOfChapter(
                "desk_per_municipality",
                _l("Vragen, gesprekken en verwijzingen per gemeente"),
                Breakdown.MUNICIPALITY,
                ("questions", "talks", "referrals", "helped_otherwise"),
            ),
            TableOfChapter(
                "per_referred_to", _l("Verwijzingen per voorziening"), Breakdown.REFERRED_TO, ("referrals",)
            ),
            TableOfChapter(
                "outcomes_per_scheme",
                _l("Hoe het ging per regeling"),
                Breakdown.SCHEME,
                ("outcomes_asked", "outcomes_answered"),
            ),
            TableOfChapter(
                "work_per_scheme",
                _l("Werk voor en na de opleiding"),
                Breakdown.SCHEME,
                ("outcomes_looked_before", "outcomes_found_work", "outcomes_at_work"),
            ),
        ),
    ),
)
TEXTS: Mapping[str, LazyString] = {key: title for chapter in CHAPTERS for key, title in chapter.questions}
"""Every text that the region writes, by key."""
