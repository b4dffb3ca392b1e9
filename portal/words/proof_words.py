"""How sure it is that a mix is the best, in words: which step was not proven and how many euros it may be off; and its claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from portal.platform.i18n import LazyString, format_euros, format_list
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from matching.problem.proposal import PassResult

PASSES: dict[str, LazyString] = {
    "own_money": _l("zo weinig mogelijk eigen geld"),
    "rest": _l("zo weinig mogelijk dat niemand betaalt"),
    "priced_money": _l("eerst geld dat maar voor één doel mag"),
    "schemes": _l("zo weinig mogelijk regelingen"),
    "canonical": _l("een vaste keuze als het dan nog gelijk is"),
}

_OPEN: dict[str, LazyString] = {
    "own_money": _l("Niet bewezen: %(step)s. Het eigen geld kan misschien nog %(gap)s lager."),
    "rest": _l("Niet bewezen: %(step)s. Dat kan misschien nog %(gap)s minder."),
    "priced_money": _l("Niet bewezen: %(step)s. Geteld naar de prijs van het geld kan het misschien %(gap)s schelen."),
    "schemes": _l(
        "Niet bewezen: %(step)s. Het kan misschien %(gap)s minder zijn. Dat scheelt %(nothing)s aan eigen geld."
    ),
    "canonical": _l("Niet bewezen: %(step)s. Dat scheelt %(nothing)s."),
}

TOTALS: dict[str, LazyString] = {
    "own_contribution_cents": _l("de eigen bijdrage"),
    "employer_contribution_cents": _l("de bijdrage van de werkgever"),
    "repayable_cents": _l("wat iemand moet terugbetalen"),
}


def step_name(name: str) -> str:
    """What a pass is about."""
    return str(PASSES[name])


def in_euros(name: str, value: int) -> str:
    """The value of a pass as people read it: euros, money counted by its price in euros, or a number."""
    if name in ("own_money", "rest"):
        return format_euros(value, exact=True)
    if name == "priced_money":
        return format_euros(-(-value // 1000), exact=True)
    return str(value)


def open_steps(passes: Sequence[PassResult]) -> list[str]:
    """One sentence for each step that was not proven: which, and how much it may be off. Empty when all are."""
    return [
        str(_OPEN[one.name])
        % {"step": step_name(one.name), "gap": in_euros(one.name, one.gap), "nothing": format_euros(0)}
        for one in passes
        if one.status != "proven"
    ]


def claim_words(params: Mapping[str, Any]) -> dict[str, Any]:
    """What a wrong claim names, in words: steps and totals by what they are about, their values in euros."""
    shown = dict(params)
    name = str(params.get("name", ""))
    if name in PASSES:
        shown["name"] = step_name(name)
        for key in ("claimed", "actual"):
            shown[key] = in_euros(name, params[key])
    elif name in TOTALS:
        shown["name"] = str(TOTALS[name])
    for key in ("claimed_passes", "actual_passes"):
        if key in params:
            shown[key] = format_list(step_name(one) for one in params[key]) or _("geen")
    return shown
