"""What evaluating any condition takes: what it asks on a day (`Rule`), and the outcomes it can give (`Told`).

An evaluator is made ready once per condition and day (`PreparedCondition`): limits, lists and rules are looked up then, so that
each
person after that costs little.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from schemes.basics.values import Text, value_on
from schemes.conditions import AnyCondition
from schemes.facts.outcome import NOTHING, Facts, FactValue, Outcome, Status, filled
from schemes.facts.references import References

Params = Mapping[str, Any]
Test = Callable[[Facts], Outcome]


@dataclass(frozen=True, slots=True)
class Situation:
    """The day, the lists and the scheme whose conditions are asked."""

    on: date
    references: References
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a condition asks on a day, without looking at facts: a code of `codes.RULES` with its parameters."""

    code: str
    params: Params = field(default_factory=dict)
    fact: str | None = None
    article: str | None = None
    children: tuple["Rule", ...] = ()
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class PreparedCondition:
    """A condition made ready for a day: what it asks, and what it says about the facts of somebody."""

    asks: Callable[[], Rule]
    """Who evaluates for many does not ask it."""
    test: Test

    @property
    def rule(self) -> Rule:
        """What it asks, for a sentence that needs no facts."""
        return self.asks()


class Told:
    """Makes the outcomes of one condition, with its article, text and name."""

    __slots__ = ("article", "id", "text", "type")

    def __init__(self, condition: AnyCondition) -> None:
        self.article, self.text, self.id, self.type = condition.article, condition.text, condition.id, condition.type

    def rule(self, code: str, params: Params, fact: str | None, children: tuple[Rule, ...] = ()) -> Rule:
        """What the condition asks."""
        return Rule(code, params, fact, self.article, children, self.text)

    def decided(
        self,
        holds: bool,
        code: str,
        params: Params,
        fact: str | None,
        value: FactValue | None,
        children: tuple[Outcome, ...] = (),
    ) -> Outcome:
        """Met or not met."""
        return filled(
            "met" if holds else "not_met",
            code,
            params,
            fact,
            value,
            None,
            NOTHING,
            (),
            self.article,
            self.text,
            self.id,
            self.type,
            children,
        )

    def unknown(
        self,
        why: str,
        why_params: Params,
        code: str,
        params: Params,
        fact: str | None,
        value: FactValue | None = None,
        missing: tuple[str, ...] = (),
        children: tuple[Outcome, ...] = (),
    ) -> Outcome:
        """Unknown, with a code of `codes.UNKNOWN` that says why."""
        return filled(
            "unknown",
            code,
            params,
            fact,
            value,
            why,
            why_params,
            missing,
            self.article,
            self.text,
            self.id,
            self.type,
            children,
        )

    def missing(
        self, facts: tuple[str, ...], code: str, params: Params, fact: str | None, value: FactValue | None = None
    ) -> Outcome:
        """Unknown because facts are missing."""
        return self.unknown("fact_missing", {"facts": facts}, code, params, fact, value, facts)


# -- conditions that look at one fact and only at its value --------------------------------------------------------------------


def of_values(
    condition: AnyCondition, fact: str, code: str, params: Params, holds: Callable[[Any], bool]
) -> PreparedCondition:
    """A condition on one fact of which each value by itself decides."""
    told = Told(condition)
    missing = told.missing((fact,), code, params, fact)

    def test(facts: Facts) -> Outcome:
        value = facts.get(fact)
        return missing if value is None else told.decided(holds(value), code, params, fact, value)

    return PreparedCondition(lambda: told.rule(code, params, fact), test)


# -- bounds --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """One bound on a day. `value` is None when no value holds on that day."""

    code: str
    name: str
    value: Any
    holds: Callable[[Any, Any], bool]
    params: Params


BOUNDS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("at_least", "minimum", operator.ge),
    ("more_than", "minimum", operator.gt),
    ("at_most", "maximum", operator.le),
    ("less_than", "maximum", operator.lt),
)


def limits_of(bounded: Any, kind: str, on: date, **params: Any) -> tuple[Limit, ...]:
    """The bounds at_least, more_than, at_most and less_than on a day, with codes such as number_at_least."""
    return tuple(
        limit(f"{kind}_{name}", shown, value_on(dated, on), holds, **params)
        for name, shown, holds in _bounds_of(type(bounded))
        if (dated := getattr(bounded, name)) is not None
    )


_Bound = tuple[str, str, Callable[[Any, Any], bool]]
_OF_KIND: dict[Any, tuple[_Bound, ...]] = {}


def _bounds_of(kind: Any) -> tuple[_Bound, ...]:
    """The bounds that a kind of condition can have: to ask it for another takes long."""
    if kind not in _OF_KIND:
        _OF_KIND[kind] = tuple(bound for bound in BOUNDS if bound[0] in kind.model_fields)
    return _OF_KIND[kind]


def limit(code: str, name: str, value: Any, holds: Callable[[Any, Any], bool], **params: Any) -> Limit:
    """A bound with the parameters of its code."""
    return Limit(code, name, value, holds, {name: value, **params})


def together(limits: Sequence[Limit], kind: str) -> tuple[str, Params]:
    """Code and parameters of all bounds together."""
    if len(limits) == 1:
        return limits[0].code, limits[0].params
    low, high = limits
    included = {"minimum_included": low.code.endswith("at_least"), "maximum_included": high.code.endswith("at_most")}
    return f"{kind}_between", {**low.params, **high.params, **included}


class Within:
    """Whether a value lies within the bounds of a condition; the bound that decides gives the reason."""

    __slots__ = ("_all", "_fact", "_limits", "_told")

    def __init__(self, told: Told, limits: Sequence[Limit], whole: tuple[str, Params], fact: str | None) -> None:
        self._told, self._limits, self._all, self._fact = told, limits, whole, fact

    def missing(self, facts: tuple[str, ...], on: date, params: Params = NOTHING) -> Outcome:
        """The outcome when facts are missing."""
        first = self._limits[0]
        if first.value is None:
            return self._no_value(first, None, on, params)
        return self._told.missing(facts, first.code, {**first.params, **params}, self._fact)

    def outcome(self, compared: Any, value: FactValue | None, on: date, params: Params = NOTHING) -> Outcome:
        """The outcome for a value; `compared` is what is held against the bounds, `params` goes into every reason."""
        undated: Limit | None = None
        for one in self._limits:
            if one.value is None:
                undated = undated or one
            elif not one.holds(compared, one.value):
                shown = {**one.params, **params} if params else one.params
                return self._told.decided(False, one.code, shown, self._fact, value)
        if undated is not None:
            return self._no_value(undated, value, on, params)
        code, whole = self._all
        return self._told.decided(True, code, {**whole, **params} if params else whole, self._fact, value)

    def _no_value(self, one: Limit, value: FactValue | None, on: date, params: Params) -> Outcome:
        return self._told.unknown("no_value_on_date", {"on": on}, one.code, {**one.params, **params}, self._fact, value)


def opposite(status: Status) -> Status:
    """Of met not met, of not met met; unknown stays."""
    return "not_met" if status == "met" else "met" if status == "not_met" else "unknown"
