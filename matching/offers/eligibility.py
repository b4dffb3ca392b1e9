"""Schemes x facts -> verdicts: eligible, not eligible or unknown, each with the first reason and the whole trace."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from schemes.basics.keeping import KeptFew
from schemes.basics.values import Text
from schemes.basics.vocabulary import Route
from schemes.definition import SchemeDefinition
from schemes.definition.resolving import Forms, facts_for_amount, forms_of
from schemes.definition.windows import Availability
from schemes.evaluation.plan import AskedTogether, Conditions, Plan
from schemes.facts.outcome import Facts, Mark, Outcome, Values, of_parts, without_parts
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
    together: Values
    """What all conditions say together, but for the outcomes of each: those are the `parts`."""
    missing_facts: tuple[str, ...]
    reason: Outcome | None
    parts: tuple[Outcome, ...]

    @property
    def outcomes(self) -> Outcome:
        """What all conditions say together, with the whole trace."""
        return of_parts(self.together, self.parts)

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


_Form = tuple[tuple[Any, ...], int | None, tuple[str, ...], _Amounts | None]
"""All of a verdict up to the facts that are missing; which of the parts is the reason; the facts that the conditions miss; and
what else its amounts can miss, None when nobody has to be asked for them."""


class _OnRoute:
    """A definition that stands as it does, on a route: what it said of parts with such marks, or of the very same parts."""

    __slots__ = ("_amounts", "_availability", "_definition", "_fits", "_whole", "forms", "said", "taking")

    def __init__(
        self,
        definition: SchemeDefinition,
        availability: Availability,
        whole: AskedTogether,
        amounts: _Amounts | None,
        *,
        fits: bool,
    ) -> None:
        self._definition, self._availability, self._whole = definition, availability, whole
        self._amounts, self._fits, self.taking = amounts, fits, whole.taking
        self.forms: dict[tuple[Mark, ...], _Form] = {}
        self.said: dict[tuple[int, ...], Verdict] | None = {} if whole.returns and amounts is None else None
        """By the parts, which each verdict holds on to: there where nothing else counts."""

    def form(self, parts: tuple[Outcome, ...], marks: tuple[Mark, ...]) -> _Form:
        """What is the same of the verdict over all parts with these marks."""
        whole, one = self._whole.say(parts), self._definition
        status, together = _STATUS[whole.status], without_parts(whole)
        head = one.scheme, one.version, status, self._availability, self._fits, together
        amounts = self._amounts if status != "not_eligible" else None
        if len(self.forms) >= _MOST_SAID:
            self.forms.clear()
        found = self.forms[marks] = (
            head,
            whole.place_of_reason if status != "eligible" else None,
            whole.missing,
            amounts,
        )
        return found

    def say(self, parts: tuple[Outcome, ...], marks: tuple[Mark, ...]) -> Verdict:
        """The verdict over these very parts, which is kept."""
        head, place, missing, _ = self.form(parts, marks)
        verdict = _made(Verdict, (*head, missing, None if place is None else parts[place].deciding(), parts))
        if self.said is not None:
            if len(self.said) >= _MOST_SAID:
                self.said.clear()
            self.said[tuple(map(id, parts))] = verdict
        return verdict


_Asked = tuple[
    _OnRoute, Callable[[list[Any]], tuple[Any, ...]], dict[tuple[Mark, ...], _Form], dict[Any, Verdict] | None
]
"""A definition on a route, with what is in it at hand."""


class _Stands:
    """A definition for as long as it stands as it does, on each route."""

    __slots__ = ("_amounts", "_availability", "_definition", "_whole", "on_route")

    def __init__(
        self, definition: SchemeDefinition, availability: Availability, whole: AskedTogether, amounts: _Amounts | None
    ) -> None:
        self._definition, self._availability, self._whole, self._amounts = definition, availability, whole, amounts
        self.on_route: dict[Route | None, _Asked] = {}

    def asked(self, route: Route | None) -> _Asked:
        """The definition on a route that was not asked for before."""
        fits = route is None or route in self._definition.routes
        one = _OnRoute(self._definition, self._availability, self._whole, self._amounts, fits=fits)
        made = self.on_route[route] = one, one.taking, one.forms, one.said
        return made


class _AllStand:
    """All definitions for as long as each stands as it does: mostly some days."""

    __slots__ = ("_by_route", "_stands")

    def __init__(self, stands: Iterable[_Stands]) -> None:
        self._stands = tuple(stands)
        self._by_route: dict[Route | None, list[_Asked]] = {}

    def on_route(self, route: Route | None) -> list[_Asked]:
        """Each of them on a route."""
        found = self._by_route.get(route)
        if found is None:
            found = self._by_route[route] = [one.on_route.get(route) or one.asked(route) for one in self._stands]
        return found


@dataclass(frozen=True, slots=True)
class _ReadyForDay:
    """Definitions made ready for a day: their conditions, and with each whether it can be asked for."""

    plan: Plan
    stands: _AllStand

    def verdicts(self, facts: Facts, route: Route | None) -> list[Verdict]:
        """What each definition says about somebody."""
        told, marks = self.plan.told(facts)
        found: list[Verdict] = []
        add, make, kind = found.append, _made, Verdict
        for one, taking, forms, said in self.stands.on_route(route):
            parts = taking(told)
            if said is not None:
                add(said.get(tuple(map(id, parts))) or one.say(parts, taking(marks)))
                continue
            their = taking(marks)
            head, place, missing, amounts = forms.get(their) or one.form(parts, their)
            if amounts is not None:
                missing = amounts.missing(missing, told, marks, facts)
            reason: Outcome | None = None
            if place is not None:
                reason = parts[place]
                if reason.children:
                    reason = reason.deciding()
            add(make(kind, head + (missing, reason, parts)))  # noqa: RUF005  # half the time
        return found


class _Catalogue:
    """Definitions by slug, with their conditions laid out once."""

    def __init__(self, definitions: Sequence[SchemeDefinition], references: References) -> None:
        self.definitions, self.references = tuple(sorted(definitions, key=attrgetter("scheme"))), references
        self._conditions = Conditions(
            [(variant.when, one.scheme) for one in self.definitions for variant in one.variants],
            [(one.conditions, one.scheme) for one in self.definitions],
            references,
        )
        of_variants = iter(self._conditions.places)
        self._amounts = tuple(_amounts(one, tuple(islice(of_variants, len(one.variants)))) for one in self.definitions)
        self._days: KeptFew[date, _ReadyForDay] = KeptFew(_MOST_DAYS)
        self._turning = tuple(one.turning_days for one in self.definitions)
        self._turning_of_any = sorted({day for days in self._turning for day in days})
        self._between: KeptFew[int, _AllStand] = KeptFew(_MOST_DAYS)
        """By how many of these are past."""
        self._stands: dict[tuple[int, int], _Stands] = {}
        """Per definition and number of turning days that are past: whether it can be asked for, and what was said then."""

    def on(self, day: date) -> _ReadyForDay:
        """The definitions made ready for a day."""
        return self._days.get(day) or self._days.keep(day, self._made_ready(day))

    def _made_ready(self, day: date) -> _ReadyForDay:
        between = bisect_right(self._turning_of_any, day)
        stands = self._between.get(between) or self._between.keep(between, _AllStand(self._standing(day)))
        return _ReadyForDay(self._conditions.on(day), stands)

    def _standing(self, day: date) -> Iterator[_Stands]:
        """How each definition stands on a day."""
        for number, turning in enumerate(self._turning):
            key = number, bisect_right(turning, day)
            found = self._stands.get(key)
            if found is None:
                one, whole = self.definitions[number], self._conditions.wholes[number]
                found = self._stands[key] = _Stands(one, one.availability(day), whole, self._amounts[number])
            yield found


def _amounts(definition: SchemeDefinition, variants: tuple[int, ...]) -> _Amounts | None:
    return _Amounts(forms_of(definition), variants) if variants or definition.amount_keys else None


_made = tuple.__new__
_MOST_DAYS, _MOST_CATALOGUES, _MOST_SAID = 2, 256, 1_024
_CATALOGUES: KeptFew[tuple[int, ...], _Catalogue] = KeptFew(_MOST_CATALOGUES)


def _catalogue(definitions: tuple[SchemeDefinition, ...], references: References) -> _Catalogue:
    """Kept by the very objects, which never change. What is kept holds on to them, so that no other takes their identity."""
    key = (id(references), *map(id, definitions))
    return _CATALOGUES.get(key) or _CATALOGUES.keep(key, _Catalogue(definitions, references))
