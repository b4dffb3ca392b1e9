"""Schemes x facts -> verdicts: eligible, not eligible or unknown, each with the first reason and the whole trace."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Literal

from schemes.basics.values import Text
from schemes.basics.vocabulary import Route
from schemes.definition import SchemeDefinition
from schemes.definition.resolving import facts_for_amount, resolve
from schemes.definition.windows import Availability
from schemes.evaluation import made_ready
from schemes.evaluation.base import Test
from schemes.facts.outcome import Facts, Outcome
from schemes.facts.references import References

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
        _verdict(facts, _ready(definition, on, references), route)
        for definition in sorted(definitions, key=attrgetter("scheme"))
    ]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A definition made ready for a day: everything about it that is the same for everybody."""

    definition: SchemeDefinition
    on: date
    references: References
    test: Test
    availability: Availability
    asks_for_amount: bool


_MOST = 20_000
_READY: dict[tuple[int, date, int], _Ready] = {}


def _ready(definition: SchemeDefinition, on: date, references: References) -> _Ready:
    """Kept by the very objects, which never change. What is kept holds on to them, so that no other takes their identity."""
    key = (id(definition), on, id(references))
    found = _READY.get(key)
    if found is None:
        if len(_READY) >= _MOST:
            _READY.clear()
        test = made_ready(definition.conditions, on, references, definition.scheme)
        asks = bool(definition.variants or definition.amount_keys)
        found = _READY[key] = _Ready(definition, on, references, test, definition.availability(on), asks)
    return found


def _verdict(facts: Facts, ready: _Ready, route: Route | None) -> Verdict:
    definition, outcome = ready.definition, ready.test(facts)
    missing, status = outcome.missing, outcome.status
    if ready.asks_for_amount and status != "not_met":
        amounts = resolve(definition, facts, ready.on, ready.references)
        missing = tuple(dict.fromkeys((*missing, *amounts.missing, *facts_for_amount(amounts, facts))))
    verdict: Any = _OpenVerdict()
    verdict.scheme, verdict.version = definition.scheme, definition.version
    verdict.status, verdict.availability = _STATUS[status], ready.availability
    verdict.route_fits = route is None or route in definition.routes
    verdict.reason = None if status == "met" else outcome.deciding()
    verdict.outcomes, verdict.missing_facts = outcome, missing
    verdict.__class__ = Verdict
    return verdict  # type: ignore[no-any-return]  # it is one now


class _OpenVerdict:
    """A verdict that is being filled: an open object that is closed afterwards, as `schemes.facts.outcome.filled` does."""

    __slots__ = Verdict.__slots__
