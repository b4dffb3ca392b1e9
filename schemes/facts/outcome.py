"""The result of evaluating a condition: met, not met or unknown, with the reason and the trace."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from schemes.basics.values import Text

Status = Literal["met", "not_met", "unknown"]
PAST_AWARDS = "past_awards"
"""The reserved key under which the facts hold what was awarded before. No file defines a fact of this name."""


@dataclass(frozen=True, slots=True)
class PastAward:
    """An award that was had before: what conditions of type awards count."""

    scheme: str
    awarded_on: date
    amount_cents: int


FactValue = bool | int | Decimal | str | date | tuple[str, ...] | tuple[PastAward, ...]
Facts = Mapping[str, FactValue]
"""The known facts by key. A fact that is not there is unknown."""


NOTHING: Mapping[str, Any] = {}
"""No parameters."""


class Outcome(NamedTuple):
    """What one condition says about the facts, and why.

    `code` is a key of `codes.RULES` with its `params`; `unknown_code` a key of `codes.UNKNOWN` when the status is unknown.
    `fact` and `value` are what was looked at; `missing` the facts that are needed to decide. `children` is the trace.
    """

    status: Status
    code: str
    params: Mapping[str, Any] = NOTHING
    fact: str | None = None
    value: FactValue | None = None
    unknown_code: str | None = None
    unknown_params: Mapping[str, Any] = NOTHING
    missing: tuple[str, ...] = ()
    article: str | None = None
    text: Text | None = None
    id: str | None = None
    type: str = ""
    children: tuple["Outcome", ...] = ()

    def deciding(self) -> "Outcome":
        """The outcome to explain to a person: the first part that has this same status, down to a single rule.

        A group that is not met and has a text of its own explains itself; one of its parts would say too little.
        """
        place = self.place_of_reason
        return self if place is None else self.children[place].deciding()

    @property
    def place_of_reason(self) -> int | None:
        """Which of the parts explains this outcome; None when it explains itself."""
        explains_itself = self.status == "not_met" and self.text is not None
        if self.code in ("all_of", "at_least_one_of") and not explains_itself:
            return next((place for place, child in enumerate(self.children) if child.status == self.status), None)
        return None

    def walk(self) -> Iterator["Outcome"]:
        """This outcome and all parts below it, in the order of the definition."""
        yield self
        for child in self.children:
            yield from child.walk()

    def as_dict(self) -> dict[str, Any]:
        """The outcome and its parts as plain data for JSON."""
        plain: dict[str, Any] = {
            "status": self.status,
            "code": self.code,
            "params": _plain(self.params),
            "type": self.type,
        }
        for name in ("fact", "value", "unknown_code", "unknown_params", "missing", "article", "id"):
            value = getattr(self, name)
            if value is not None and value != () and value != {}:
                plain[name] = _plain(value)
        if self.text is not None:
            plain["text"] = {"nl": self.text.nl, "en": self.text.en}
        if self.children:
            plain["children"] = [child.as_dict() for child in self.children]
        return plain


# Thousands of outcomes are made for one person: where its values are at hand in their order, the tuple is made straight away.
_made = tuple.__new__
_VALUE, _CHILDREN = Outcome._fields.index("value"), Outcome._fields.index("children")
Values = tuple[Any, ...]
"""Values of an outcome in the order of the class."""


def filled(*values: Any) -> Outcome:
    """An outcome with all its values, in the order of the class."""
    return _made(Outcome, values)


def around_value(like: Outcome) -> tuple[Values, Values]:
    """What stands before and after the value: for `of_value`."""
    return like[:_VALUE], like[_VALUE + 1 :]


def of_value(around: tuple[Values, Values], value: FactValue | None) -> Outcome:
    """The outcome for a value."""
    before, after = around
    return _made(Outcome, before + (value,) + after)  # noqa: RUF005  # half the time


def without_parts(like: Outcome) -> Values:
    """Everything but the parts: for `of_parts`."""
    return like[:_CHILDREN]


def of_parts(rest: Values, children: tuple[Outcome, ...]) -> Outcome:
    """The outcome over these parts."""
    return _made(Outcome, rest + (children,))  # noqa: RUF005  # half the time


Mark = str | tuple[str, ...]
"""All that a group has to know of a part: "met", "not_met", or of one that is unknown the facts that it misses."""
Marked = tuple[list[Outcome], list[Mark]]
"""Outcomes, and the mark of each."""


def marked(outcomes: list[Outcome]) -> Marked:
    """The outcomes with their marks."""
    return outcomes, [one.missing if one.status == "unknown" else one.status for one in outcomes]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def summary_status(statuses: list[Status]) -> Status:
    """Kleene and: not met when any is not met, else unknown when any is unknown, else met."""
    if "not_met" in statuses:
        return "not_met"
    return "unknown" if "unknown" in statuses else "met"
