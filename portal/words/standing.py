"""How a scheme stands for somebody: how sure its rules are, why it cannot be, and what it could still pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from schemes.basics.vocabulary import CONFIDENCE_ORDER

if TYPE_CHECKING:
    from matching.problem import Problem
    from matching.reasons.unused import Unused
    from schemes.definition import SchemeDefinition, Source

HOPEFUL = ("possible", "amount_unknown")
"""Reason codes of schemes that pay nothing yet but may come through."""
CONFIDENCE: Mapping[str, LazyString] = {
    "verified": _l("Wij hebben deze regels nagelezen in een officiële bron."),
    "verified_old": _l("De officiële bron is al wat ouder. Mogelijk, laat het nakijken."),
    "secondary": _l("Niet alle regels staan in een officiële bron. Mogelijk, laat het nakijken."),
    "general": _l("Voor een deel van de regels hebben wij geen bron gelezen. Mogelijk, laat het nakijken."),
    "unknown": _l("Wij weten niet zeker of deze regels kloppen. Mogelijk, laat het nakijken."),
}
WHY: Mapping[str, LazyString] = {
    "not_needed": _l("Niet nodig, of niet samen met een andere"),
    "money": _l("Er is geen geld meer"),
    "later": _l("Nog niet open"),
    "costs": _l("Betaalt deze kosten niet"),
    "else": _l("Om een andere reden"),
    "condition": _l("Een voorwaarde past niet"),
    "closed": _l("Gesloten"),
    "ended": _l("Bestaat niet meer"),
}
"""Why a scheme cannot be, in the order in which a page shows them: what could still be first."""
OTHER_ROUTE = _l("Voor een andere aanvrager")
WHY_OF: Mapping[str, str] = {
    **dict.fromkeys(("nothing_left", "excluded_by", "comes_after"), "not_needed"),
    **dict.fromkeys(("ceiling_reached", "no_budget", "cap_used_up", "holder_cap_full"), "money"),
    **dict.fromkeys(("joint_cap_full", "round_part_full", "de_minimis_room"), "money"),
    **dict.fromkeys(("no_cost_covered", "below_minimum"), "costs"),
    "not_yet_open": "later",
    "not_eligible": "condition",
    "closed": "closed",
    "ended": "ended",
}
"""The reason codes of matching as these kinds of reason; any other is `else`."""


def kind_of(unused: Unused) -> str:
    """How a scheme that pays nothing stands: hopeful, loan, other_route, or a key of `WHY`."""
    if unused.code == "needs_request_to_borrow":
        return "loan" if worth_of(unused) else "costs"
    if unused.code in HOPEFUL:
        return "costs" if worth_of(unused) == 0 else "hopeful"
    return "other_route" if unused.code == "other_route" else WHY_OF.get(unused.code, "else")


def worth_of(unused: Unused) -> int | None:
    """What a scheme that pays nothing could pay at most, in cents; None when nobody knows."""
    worth: int | None = unused.params.get("worth_cents") if unused.at_most is None else unused.at_most.cents
    return worth


def other_costs(problem: Problem, scheme: str) -> list[str]:
    """Which kinds of cost a scheme pays, when none of the costs that were filled in is one; else nothing."""
    from matching.spec import limits

    offer = next((one for one in problem.offers if one.scheme == scheme), None)
    if offer is None or any(limits.covers(offer, line) for line in problem.lines):
        return []
    return sorted(name for name, share in offer.coverage.items() if share)


def best_source(definition: SchemeDefinition) -> Source:
    """The source to name: the surest one, the newest of those that are equally sure."""
    return min(
        definition.sources,
        key=lambda source: (
            CONFIDENCE_ORDER.index(source.confidence),
            -(source.as_of.toordinal() if source.as_of else 0),
        ),
    )
