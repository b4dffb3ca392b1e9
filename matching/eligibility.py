"""Schemes x facts -> verdicts: eligible, not eligible or unknown, each with the first reason and the whole trace."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from schemes.definition import SchemeDefinition
from schemes.evaluation import evaluate_all
from schemes.outcome import Facts, Outcome
from schemes.references import References
from schemes.values import Text
from schemes.variants import facts_for_amount, resolve
from schemes.vocabulary import Route
from schemes.windows import Availability

VerdictStatus = Literal["eligible", "not_eligible", "unknown"]
_STATUS: dict[str, VerdictStatus] = {"met": "eligible", "not_met": "not_eligible", "unknown": "unknown"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one scheme version says about one person on one day.

    `status` is about the conditions only; `availability` about the scheme itself; `route_fits` about the way of asking.
    `reason` is the single rule that decided when the status is not eligible or unknown. `missing_facts` are those that
    would decide, and unless the status is not eligible also those that the amount depends on.
    """

    scheme: str
    version: int
    status: VerdictStatus
    availability: Availability
    route_fits: bool
    reason: Outcome | None
    outcomes: Outcome
    missing_facts: tuple[str, ...]

    @property
    def can_be_offered(self) -> bool:
        """Whether the scheme can play a part: the route fits, it may be open, and no condition fails."""
        return self.route_fits and self.availability.state in ("open", "unknown") and self.status != "not_eligible"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output."""
        state = self.availability
        window = {key: _plain(value) for key, value in state.params.items()}
        explained = None if state.explanation is None else state.explanation.model_dump(mode="json")
        return {
            "scheme": self.scheme,
            "version": self.version,
            "status": self.status,
            "route_fits": self.route_fits,
            "availability": {"state": state.state, "code": state.code, "params": window, "explanation": explained},
            "reason": None if self.reason is None else self.reason.as_dict(),
            "missing_facts": list(self.missing_facts),
            "outcomes": self.outcomes.as_dict(),
        }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.model_dump(mode="json") if isinstance(value, Text) else value


def assess(
    facts: Facts,
    definitions: Iterable[SchemeDefinition],
    on: date,
    references: References,
    *,
    route: Route | None = None,
) -> list[Verdict]:
    """A verdict per scheme, by slug. `facts` are complete (`schemes.facts.complete_facts`); without a route every route fits."""
    return [
        _verdict(facts, definition, on, references, route)
        for definition in sorted(definitions, key=lambda definition: definition.scheme)
    ]


def _verdict(
    facts: Facts, definition: SchemeDefinition, on: date, references: References, route: Route | None
) -> Verdict:
    outcome = evaluate_all(definition.conditions, facts, on, references, definition.scheme)
    missing = outcome.missing
    if outcome.status != "not_met" and (definition.variants or definition.amount_keys):
        amounts = resolve(definition, facts, on, references)
        missing = tuple(dict.fromkeys((*missing, *amounts.missing, *facts_for_amount(amounts, facts))))
    return Verdict(
        scheme=definition.scheme,
        version=definition.version,
        status=_STATUS[outcome.status],
        availability=definition.availability(on),
        route_fits=route is None or route in definition.routes,
        reason=None if outcome.status == "met" else outcome.deciding(),
        outcomes=outcome,
        missing_facts=missing,
    )
