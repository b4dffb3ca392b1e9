"""What explains a mix further, as the screens of every audience show it: how sure it is, other mixes, what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matching.what_if.alternatives import Alternative, Worth
from matching.what_if.insight import Insight
from matching.what_if.interval import Interval
from matching.what_if.levers.levers import WHO, Lever
from portal.platform.i18n import format_euros, format_list
from portal.platform.i18n import gettext as _
from portal.words.names import Names
from portal.words.proof_words import step_name
from portal.words.sentences_mix import WHO as WHO_LABELS
from portal.words.wording_mix import (
    differs_sentences,
    lever_gain,
    lever_sentence,
    point_sentence,
    point_worth,
    used_because_sentence,
)

FOR_ASKERS = ("resident", "employer")
PUBLIC = ("less_public_money", "more_public_money")


@dataclass(frozen=True)
class PointRow:
    """One thing that is not certain, and what it is worth."""

    title: str
    text: str
    worth: str


@dataclass(frozen=True)
class AlternativeRow:
    """Another mix: its schemes, what who asks pays more or less, and what else differs."""

    title: str
    own: str
    differs: str


@dataclass(frozen=True)
class LeverGroup:
    """What one party can change. `near`: who asks, or the employer."""

    who: str
    near: bool
    items: list[dict[str, str]]


@dataclass(frozen=True)
class InsightView:
    """Everything that explains a mix further, in words."""

    range: str
    sure: bool
    points: list[PointRow]
    alternatives: list[AlternativeRow]
    levers: list[LeverGroup]
    because: dict[str, str]
    """Per scheme that pays why it does."""

    @property
    def point_rows(self) -> list[list[str]]:
        """What is not certain as rows of a table."""
        return [[one.title, one.text, one.worth] for one in self.points]

    @property
    def alternative_rows(self) -> list[list[str | None]]:
        """The other mixes as rows of a table."""
        return [[one.title, one.own, one.differs or None] for one in self.alternatives]

    @property
    def near(self) -> list[LeverGroup]:
        """What who asks and the employer can change."""
        return [group for group in self.levers if group.near]

    @property
    def far(self) -> list[LeverGroup]:
        """What only others can change: the advisor, the owner of a scheme, the region."""
        return [group for group in self.levers if not group.near]


@dataclass(frozen=True)
class Reader:
    """Who reads it. `asks`: the person or company itself; else an advisor reads about them."""

    asks: bool
    employer_route: bool
    borrows: bool = False
    hopeful: bool = False
    """There are schemes that may still pay and that are no point of the interval, such as one with a waiting list."""
    otherwise_cents: int | None = None
    """What who asks pays at worst when the employer does not pay after all; None when that makes no difference."""
    to_check: tuple[str, ...] = ()
    """The titles of the schemes that pay and of which not all rules were read in an official source."""


def insight_view(found: Insight, names: Names, reader: Reader) -> InsightView:
    """What was found by solving again, for this reader."""
    return InsightView(
        range=" ".join(range_sentences(found.interval, reader)),
        sure=_settled(found.interval, reader),
        points=[
            PointRow(names.title(point.offer) if point.offer else _("De vraag zelf"), text, point_worth(point))
            for point in found.interval.points
            if (text := point_sentence(point, names))
        ],
        alternatives=[alternative_row(one, names, reader) for one in found.alternatives],
        levers=list(_groups(found.levers, names, reader)),
        because=because_of(found.worths, names),
    )


def because_of(worths: Sequence[Worth], names: Names) -> dict[str, str]:
    """Per scheme that pays why it does."""
    return {one.offer: used_because_sentence(one, names) for one in worths}


# Between worst and best ------------------------------------------------------------------------------------------------


def _settled(found: Interval, reader: Reader) -> bool:
    """Whether nothing at all is open that could change it: no fact, no scheme that may still pay, promise or rule to check."""
    unsure = found.points or reader.hopeful or reader.to_check or reader.otherwise_cents is not None
    return found.certain and not unsure


def range_sentences(found: Interval, reader: Reader) -> Iterator[str]:
    """What who asks pays, between best and worst; that nothing changes it is said only when that is so."""
    best, now, worst = (format_euros(cents) for cents in (found.best_cents, found.now_cents, found.worst_cents))
    figures = {"who": _subject(reader), "best": best, "now": now, "worst": worst}
    unknown = any(point.worth_cents is None for point in found.points)
    lower = bool(found.now_cents) and (unknown or reader.hopeful)
    if _settled(found, reader):
        yield _("%(who)s %(now)s. Niets wat nog open is, verandert dat.", **figures)
    elif found.certain and lower:
        yield _("%(who)s nu %(now)s. Dat kan nog lager worden: misschien betaalt er nog een regeling mee.", **figures)
    elif found.certain and reader.otherwise_cents is not None:
        yield _("%(who)s nu %(now)s.", **figures)
    elif found.certain and found.points:
        yield _("%(who)s %(now)s. Ook als er nog iets verandert, blijft dat zo.", **figures)
    elif found.certain:
        yield _("%(who)s nu %(now)s.", **figures)
    elif found.worst_cents == found.now_cents:
        yield _("%(who)s nu %(now)s. Dat kan nog lager worden: op zijn best %(best)s.", **figures)
    elif found.best_cents == found.now_cents:
        yield _("%(who)s nu %(now)s. Dat kan nog hoger worden: op zijn slechtst %(worst)s.", **figures)
    else:
        yield _("%(who)s nu %(now)s. Dat wordt op zijn best %(best)s en op zijn slechtst %(worst)s.", **figures)
    if reader.otherwise_cents is not None:
        otherwise = format_euros(reader.otherwise_cents)
        yield _(
            "Uw werkgever heeft nog geen ja gezegd. Betaalt uw werkgever niet? Dan is het %(other)s.", other=otherwise
        )
    if reader.to_check:
        yield _("Laat nog nakijken of dit geld geeft: %(names)s.", names=format_list(reader.to_check))
    if unknown:
        yield _("Regelingen waarvan het bedrag niet bekend is, tellen hierin niet mee.")
    if found.status == "not_proven":
        yield _(
            "Deze grenzen zijn niet bewezen: zij kunnen hoogstens %(gap)s lager liggen. Niet bewezen is de stap “%(step)s”.",
            gap=format_euros(found.gap_cents, exact=True),
            step=step_name(found.open_pass or "own_money"),
        )


def _subject(reader: Reader) -> str:
    if reader.asks and reader.employer_route:
        return _("Uw organisatie betaalt")
    if reader.asks:
        return _("U betaalt of leent") if reader.borrows else _("U betaalt")
    if reader.employer_route:
        return _("De werkgever betaalt")
    return _("De inwoner betaalt of leent") if reader.borrows else _("De inwoner betaalt")


# Other mixes -----------------------------------------------------------------------------------------------------------


def alternative_row(one: Alternative, names: Names, reader: Reader) -> AlternativeRow:
    """Another mix in words: which schemes, what who asks pays more or less, and what else differs."""
    told = [
        text
        for code, text in zip(one.differs, differs_sentences(one, names), strict=True)
        if not (reader.asks and code in PUBLIC)
    ]
    return AlternativeRow(format_list(names.title(name) for name in one.offers), own_difference(one), " ".join(told))


def own_difference(one: Alternative) -> str:
    """What who asks pays more or less in another mix."""
    cents = one.own_difference_cents
    if cents > 0:
        return _("%(amount)s meer", amount=format_euros(cents))
    if cents < 0:
        return _("%(amount)s minder", amount=format_euros(-cents))
    return _("evenveel")


# What would change it --------------------------------------------------------------------------------------------------


def _groups(levers: Sequence[Lever], names: Names, reader: Reader) -> Iterator[LeverGroup]:
    for who in WHO:
        items = [{"text": lever_sentence(one, names), "result": lever_gain(one)} for one in levers if one.who == who]
        if items:
            yield LeverGroup(_who(who, reader), who in FOR_ASKERS, items)


def _who(who: str, reader: Reader) -> str:
    if who == "resident" and reader.employer_route:
        return _("De werknemer")
    if reader.asks and who == "resident":
        return _("U zelf")
    if reader.asks and who == "employer":
        return _("Uw organisatie") if reader.employer_route else _("Uw werkgever")
    return str(WHO_LABELS[who])
