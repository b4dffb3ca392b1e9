"""The result of evaluating a condition: met, not met or unknown, with the reason and the trace."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one condition says about the facts, and why.

    `code` is a key of `codes.RULES` with its `params`; `unknown_code` a key of `codes.UNKNOWN` when the status is unknown.
    `fact` and `value` are what was looked at; `missing` the facts that are needed to decide. `children` is the trace.
    """

    status: Status
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    fact: str | None = None
    value: FactValue | None = None
    unknown_code: str | None = None
    unknown_params: Mapping[str, Any] = field(default_factory=dict)
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
        explains_itself = self.status == "not_met" and self.text is not None
        if self.code in ("all_of", "at_least_one_of") and not explains_itself:
            for child in self.children:
                if child.status == self.status:
                    return child.deciding()
        return self

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


class _Filling:
    """An outcome that is being filled. See `filled`."""

    __slots__ = Outcome.__slots__

    def __init__(
        self,
        status: Status,
        code: str,
        params: Mapping[str, Any],
        fact: str | None,
        value: FactValue | None,
        unknown_code: str | None,
        unknown_params: Mapping[str, Any],
        missing: tuple[str, ...],
        article: str | None,
        text: Text | None,
        name: str | None,
        kind: str,
        children: tuple[Outcome, ...],
    ) -> None:
        self.status, self.code, self.params, self.fact, self.value = status, code, params, fact, value
        self.unknown_code, self.unknown_params, self.missing = unknown_code, unknown_params, missing
        self.article, self.text, self.id, self.type, self.children = article, text, name, kind, children


def filled(*values: Any) -> Outcome:
    """An outcome with all its values, in the order of the class. For the evaluation, that makes thousands for one person.

    A frozen dataclass sets each value past its own guard, which takes four times as long as filling an open object and
    closing it: that is what happens here.
    """
    outcome: Any = _Filling(*values)
    outcome.__class__ = Outcome
    return outcome  # type: ignore[no-any-return]  # it is one now


_empty = object.__new__


def of_value(like: Outcome, value: FactValue | None) -> Outcome:
    """The same outcome for another value: `replace(like, value=value)`, as fast as Python can."""
    made: Any = _empty(_Filling)
    made.status = like.status
    made.code = like.code
    made.params = like.params
    made.fact = like.fact
    made.value = value
    made.unknown_code = like.unknown_code
    made.unknown_params = like.unknown_params
    made.missing = like.missing
    made.article = like.article
    made.text = like.text
    made.id = like.id
    made.type = like.type
    made.children = like.children
    made.__class__ = Outcome
    return made  # type: ignore[no-any-return]  # it is one now


def of_parts(like: Outcome, children: tuple[Outcome, ...]) -> Outcome:
    """The same outcome over other parts: `replace(like, children=children)`, as fast as Python can."""
    made: Any = _empty(_Filling)
    made.status = like.status
    made.code = like.code
    made.params = like.params
    made.fact = like.fact
    made.value = like.value
    made.unknown_code = like.unknown_code
    made.unknown_params = like.unknown_params
    made.missing = like.missing
    made.article = like.article
    made.text = like.text
    made.id = like.id
    made.type = like.type
    made.children = children
    made.__class__ = Outcome
    return made  # type: ignore[no-any-return]  # it is one now


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
