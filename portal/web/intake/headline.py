"""The headline of an answer. It counts only what is certain; what depends on something open is said with both amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.awarding.answering import QuestionAnswer
from portal.platform.i18n import format_euros
from portal.platform.i18n import gettext as _
from portal.web.intake.schemes import SchemeRow
from portal.web.intake.state import is_about_training


@dataclass(frozen=True)
class HeadlineFigures:
    """What the headline is made of, in cents: what who asks pays or borrows, of what it costs."""

    total: int
    """What it costs, without the VAT that who asks reclaims."""
    now: int
    """With everything as it was filled in, loans included."""
    worst: int
    """The same, if what is open turns out badly."""
    borrowed: int = 0
    promised: int = 0
    """What an employer pays in this mix that did not say yes itself yet; 0 when it did."""
    otherwise: int = 0
    """What who asks pays at worst when that employer does not pay after all."""
    vat: int = 0
    """The VAT that who asks reclaims: it stands on the invoice, and nobody of these pays it."""
    otherwise_open: bool = False
    """Whether that could still turn out lower."""

    @property
    def depends(self) -> bool:
        """Whether it makes a difference what the employer says."""
        return bool(self.promised) and self.otherwise != self.now


def headline_of(figures: HeadlineFigures, *, employer_route: bool, hopeful: bool) -> str:
    """What it costs and what who asks pays. `hopeful`: there are schemes that may still come through."""
    shown = _shown(figures)
    reclaimed = vat_reclaimed(figures.vat)
    if employer_route:
        costs = [_("De opleiding kost %(total)s.", **shown), reclaimed, _of_employer(figures, hopeful, shown)]
    else:
        costs = [_("Uw opleiding kost %(total)s.", **shown), reclaimed, _of_resident(figures, hopeful, shown)]
    return " ".join(filter(None, costs))


def vat_reclaimed(cents: int) -> str:
    """Why less has to be paid than it costs: the VAT that who asks reclaims. Empty without it."""
    return _("Daarvan is %(vat)s btw, en die vraagt u terug.", vat=format_euros(cents)) if cents else ""


def _shown(figures: HeadlineFigures) -> dict[str, str]:
    return {
        "total": format_euros(figures.total + figures.vat),
        "own": format_euros(figures.now - figures.borrowed),
        "loan": format_euros(figures.borrowed),
        "now": format_euros(figures.now) if figures.now or figures.worst > figures.now else _("niets"),
        "worst": format_euros(figures.worst),
        "pledge": format_euros(figures.promised),
        "other": format_euros(figures.otherwise) if figures.otherwise else _("niets"),
    }


def _of_employer(figures: HeadlineFigures, hopeful: bool, shown: Mapping[str, str]) -> str:
    if figures.worst > figures.now:
        return _("Uw organisatie betaalt %(now)s tot %(worst)s zelf.", **shown)
    if figures.now == figures.total:
        return _nobody_pays(hopeful)
    return _("Uw organisatie betaalt waarschijnlijk %(own)s zelf.", **shown)


def _of_resident(figures: HeadlineFigures, hopeful: bool, shown: Mapping[str, str]) -> str:
    if figures.depends:
        return _depending(figures, shown)
    if figures.worst > figures.now:
        if figures.borrowed:
            return _("U betaalt of leent samen %(now)s tot %(worst)s.", **shown)
        return _("U betaalt %(now)s tot %(worst)s zelf.", **shown)
    if figures.now == figures.total and not figures.borrowed:
        return _nobody_pays(hopeful)
    if figures.borrowed and figures.now > figures.borrowed:
        return _("U betaalt waarschijnlijk %(own)s zelf en u leent %(loan)s.", **shown)
    if figures.borrowed:
        return _("U leent waarschijnlijk %(loan)s en betaalt verder niets.", **shown)
    if not figures.now:
        return _("U betaalt waarschijnlijk niets zelf.")
    return _("U betaalt waarschijnlijk %(own)s zelf.", **shown)


def _nobody_pays(hopeful: bool) -> str:
    if hopeful:
        return _("Nog geen regeling betaalt zeker mee.")
    return _("Wij vonden geen regeling die meebetaalt.")


def _depending(figures: HeadlineFigures, shown: Mapping[str, str]) -> str:
    """Both amounts: with the money that the employer did not promise itself yet, and without."""
    if figures.worst > figures.now:
        first = _("U betaalt %(now)s tot %(worst)s als uw werkgever %(pledge)s betaalt", **shown)
    elif figures.borrowed:
        first = _("U betaalt of leent samen %(now)s als uw werkgever %(pledge)s betaalt", **shown)
    else:
        first = _("U betaalt %(now)s als uw werkgever %(pledge)s betaalt", **shown)
    if figures.otherwise_open:
        return _("%(first)s, anders hoogstens %(other)s.", first=first, **shown)
    return _("%(first)s, anders %(other)s.", first=first, **shown)


# Without costs -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CouldBe:
    """The most that one scheme could pay. `training_only`: all that is open is about the training."""

    title: str
    cents: int
    training_only: bool


def could_be(answer: QuestionAnswer, rows: Sequence[SchemeRow]) -> CouldBe | None:
    """The scheme that could pay most: of those first that depend on the training alone. None when nobody knows an amount.

    Never more than there is left of the money of this desk that is for the scheme. A loan is no money that one gets.
    """
    found = []
    for row in rows:
        if row.group == "possible" and row.cents:
            cents = _within_budget(answer, row)
            found.append(CouldBe(row.title, cents, _depends_on_training(answer, row.scheme)))
    paying = [one for one in found if one.cents]
    return min(paying, key=lambda one: (not one.training_only, -one.cents, one.title), default=None)


def _within_budget(answer: QuestionAnswer, row: SchemeRow) -> int:
    """What a scheme could pay, in cents, of the money that is left here for it; elsewhere nobody here knows what is left."""
    most = row.cents or 0
    offer = next((one for one in answer.problem.offers if one.scheme == row.scheme), None)
    if offer is None or offer.administered == "elsewhere":
        return most
    for_it = [
        one for one in answer.problem.funding_lines if not one.earmark.schemes or row.scheme in one.earmark.schemes
    ]
    return min(most, sum(one.available_cents for one in for_it))


def _depends_on_training(answer: QuestionAnswer, scheme: str) -> bool:
    verdict, definition = answer.verdict(scheme), answer.schemes[scheme].definition
    if verdict is None or definition.only_possible or verdict.availability.state != "open":
        return False
    known = answer.known.facts
    return all(
        is_about_training(fact, known[fact].who_knows if fact in known else ()) for fact in verdict.missing_facts
    )


def headline_without_costs(answer: QuestionAnswer, rows: Sequence[SchemeRow], *, employer_route: bool) -> str:
    """What could be, and on what it depends; never as if it were certain."""
    best = could_be(answer, rows)
    if best is not None:
        said = {"amount": format_euros(best.cents), "title": best.title}
        if employer_route and best.training_only:
            return _("Uw organisatie kan tot %(amount)s krijgen, als de opleiding past bij: %(title)s.", **said)
        if employer_route:
            return _("Misschien kan uw organisatie tot %(amount)s krijgen, als zij past bij: %(title)s.", **said)
        if best.training_only:
            return _("U kunt tot %(amount)s krijgen, als uw opleiding past bij: %(title)s.", **said)
        return _("Misschien kunt u tot %(amount)s krijgen, als u past bij: %(title)s.", **said)
    possible = [row for row in rows if row.group == "possible"]
    maybe = [row.title for row in possible if row.cents is None]
    if maybe:
        return _maybe(maybe, employer_route)
    if possible:
        return _("Het geld van de regelingen die misschien passen, is nu op. Een adviseur denkt met u mee.")
    if any(row.group == "loan" for row in rows):
        return _("Wij vonden nog geen regeling die meebetaalt. Lenen kan misschien wel.")
    return _("Wij vonden nog geen regeling voor u. Een adviseur denkt met u mee.")


def _maybe(titles: Sequence[str], employer_route: bool) -> str:
    """What could be when nobody knows how much: by name, and on what it depends."""
    said = {"title": titles[0]}
    if len(titles) == 1 and employer_route:
        return _("Misschien betaalt er één regeling mee, als uw organisatie past bij: %(title)s.", **said)
    if len(titles) == 1:
        return _("Misschien betaalt er één regeling mee, als u past bij: %(title)s.", **said)
    said["number"] = str(len(titles))
    if employer_route:
        return _(
            "Misschien betalen %(number)s regelingen mee, als uw organisatie erbij past. Bijvoorbeeld: %(title)s.",
            **said,
        )
    return _("Misschien betalen %(number)s regelingen mee, als u erbij past. Bijvoorbeeld: %(title)s.", **said)
