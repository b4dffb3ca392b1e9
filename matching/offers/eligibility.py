"""Schemes x facts -> verdicts: eligible, not eligible or unknown, each with the first reason and the whole trace."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from schemes.basics.keeping import KeptFew
from schemes.basics.values import Text
from schemes.basics.vocabulary import Route
from schemes.conditions import AnyCondition
from schemes.definition import SchemeDefinition
from schemes.definition.resolving import Forms, facts_for_amount, forms_of
from schemes.definition.windows import Availability
from schemes.evaluation.plan import Conditions, Plan
from schemes.facts.outcome import Facts, Mark, Outcome
from schemes.facts.references import References

VerdictStatus = Literal["eligible", "not_eligible", "unknown"]
_STATUS: dict[str, VerdictStatus] = {"met": "eligible", "not_met": "not_eligible", "unknown": "unknown"}


class Verdict(NamedTuple):
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
    return _catalogue(tuple(definitions), references).on(on).verdicts(facts, route)


class _SchemeLaidOut(NamedTuple):
    """What is the same of a definition on every day, and where its outcomes stand."""

    scheme: str
    version: int
    routes: frozenset[str]
    place: int
    group: int
    """Which of the groups all its conditions together are."""
    amounts: "_Amounts | None"
    """What its amounts can come to; None when nobody has to be asked for them."""


class _Amounts:
    """The facts that the amounts of a definition depend on, kept for as long as as much is known of them."""

    __slots__ = ("_forms", "_keys", "_known", "_variants")

    def __init__(self, forms: Forms, variants: tuple[int, ...]) -> None:
        self._forms, self._variants = forms, variants
        self._keys = tuple(dict.fromkeys(fact for one in forms.candidates for fact in one.facts))
        self._known: dict[Any, tuple[str, ...]] = {}

    def missing(
        self, missing: tuple[str, ...], told: Sequence[Outcome], marks: Sequence[Mark], facts: Facts
    ) -> tuple[str, ...]:
        """The facts that a scheme misses, with those that its amounts depend on."""
        key = missing, *[fact in facts for fact in self._keys], *[marks[place] for place in self._variants]
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_SAID:
                self._known.clear()
            candidates, undecided = self._forms.that_may_hold([told[place] for place in self._variants])
            names = (*missing, *undecided, *facts_for_amount(candidates, facts))
            found = self._known[key] = tuple(dict.fromkeys(names))
        return found


_Said = dict[tuple[int, Route | None], Verdict]
"""The verdict of each outcome, which it holds on to, and of the route."""


@dataclass(frozen=True, slots=True)
class _ReadyForDay:
    """Definitions made ready for a day: with each whether it can be asked for.

    `said` is there for a definition of which the very same outcome returns, and for which nothing else counts.
    """

    plan: Plan
    asked: tuple[tuple[_SchemeLaidOut, Availability, _Said | None], ...]

    def verdicts(self, facts: Facts, route: Route | None) -> list[Verdict]:
        """What each definition says about somebody."""
        told, marks, explained = self.plan.told(facts)
        found: list[Verdict] = []
        for (scheme, version, routes, place, group, amounts), availability, said in self.asked:
            outcome = told[place]
            if said is not None:
                known = said.get((id(outcome), route))
                if known is not None:
                    found.append(known)
                    continue
            mark = marks[place]
            status, missing = (mark, _NOTHING_MISSING) if isinstance(mark, str) else ("unknown", mark)
            if amounts is not None and status != "not_met":
                missing = amounts.missing(missing, told, marks, facts)
            explains = None if status == "met" else explained[group]
            if explains is not None:
                part = told[explains]
                reason: Outcome | None = part.deciding() if part.children else part
            else:
                reason = None if status == "met" else outcome
            fits = route is None or route in routes
            verdict = _made(Verdict, (scheme, version, _STATUS[status], availability, fits, reason, outcome, missing))
            if said is not None:
                if len(said) >= _MOST_SAID:
                    said.clear()
                said[id(outcome), route] = verdict
            found.append(verdict)
        return found


class _Catalogue:
    """Definitions by slug, with their conditions laid out once."""

    def __init__(self, definitions: Sequence[SchemeDefinition], references: References) -> None:
        self.definitions, self.references = tuple(sorted(definitions, key=attrgetter("scheme"))), references
        wholes: list[tuple[AnyCondition | tuple[AnyCondition, ...], str]] = [
            (one.conditions, one.scheme) for one in self.definitions
        ]
        wholes += [(variant.when, one.scheme) for one in self.definitions for variant in one.variants]
        self._conditions = Conditions(wholes, references)
        places = self._conditions.places
        of_variants = iter(places[len(self.definitions) :])
        self._asked = tuple(
            _SchemeLaidOut(
                one.scheme,
                one.version,
                frozenset(one.routes),
                place,
                place - self._conditions.leaves,
                _amounts(one, tuple(islice(of_variants, len(one.variants)))),
            )
            for one, place in zip(self.definitions, places, strict=False)
        )
        self._days: KeptFew[date, _ReadyForDay] = KeptFew(_MOST_DAYS)
        self._turning = tuple(one.turning_days for one in self.definitions)
        self._stands: dict[tuple[int, int], tuple[Availability, _Said]] = {}
        """Per definition and number of turning days that are past: whether it can be asked for, and what was said then."""

    def on(self, day: date) -> _ReadyForDay:
        """The definitions made ready for a day."""
        return self._days.get(day) or self._days.keep(day, self._made_ready(day))

    def _made_ready(self, day: date) -> _ReadyForDay:
        asked: list[tuple[_SchemeLaidOut, Availability, _Said | None]] = []
        for number, (one, returns) in enumerate(zip(self._asked, self._conditions.returning, strict=False)):
            key = number, bisect_right(self._turning[number], day)
            found = self._stands.get(key)
            if found is None:
                found = self._stands[key] = self.definitions[number].availability(day), {}
            asked.append((one, found[0], found[1] if returns and one.amounts is None else None))
        return _ReadyForDay(self._conditions.on(day), tuple(asked))


def _amounts(definition: SchemeDefinition, variants: tuple[int, ...]) -> _Amounts | None:
    return _Amounts(forms_of(definition), variants) if variants or definition.amount_keys else None


_made = tuple.__new__
_NOTHING_MISSING: tuple[str, ...] = ()
_MOST_DAYS, _MOST_CATALOGUES, _MOST_SAID = 2, 256, 1_024
_CATALOGUES: KeptFew[tuple[int, ...], _Catalogue] = KeptFew(_MOST_CATALOGUES)


def _catalogue(definitions: tuple[SchemeDefinition, ...], references: References) -> _Catalogue:
    """Kept by the very objects, which never change. What is kept holds on to them, so that no other takes their identity."""
    key = (id(references), *map(id, definitions))
    return _CATALOGUES.get(key) or _CATALOGUES.keep(key, _Catalogue(definitions, references))
