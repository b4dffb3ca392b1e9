"""What every condition shares: its base class, and the check that its bounds make sense together."""

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import PydanticCustomError

from schemes.basics.values import Key, Line, Model, Text

Years = Annotated[int, Field(ge=0, le=120, description="An age in whole years.")]
Days = Annotated[
    int, Field(ge=-36500, le=36500, description="A number of days; negative is before the reference date.")
]


class Condition(Model):
    """What every condition may carry."""

    id: Key | None = None
    """Name of this condition within the scheme, for cases and messages."""
    article: Line | None = None
    """The article of the source that asks this."""
    text: Text | None = None
    """The condition in words, when the generated sentence says too little."""

    @property
    def parts(self) -> tuple[Any, ...]:
        """The conditions inside this one: none, but for groups."""
        return ()

    @property
    def placed_parts(self) -> tuple[tuple[str, Any], ...]:
        """The conditions inside this one, each with its path below this one, such as conditions[0]."""
        return tuple((f"conditions[{i}]", part) for i, part in enumerate(self.parts))

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts this condition looks at, without those of its parts."""
        fact = getattr(self, "fact", None)
        return (fact,) if fact else ()


def one_lower_one_upper(model: Any, lower: tuple[str, ...], upper: tuple[str, ...]) -> None:
    """At least one bound, at most one of each side, and a value that can satisfy both. Raises PydanticCustomError."""
    low, high = ([name for name in names if _given(getattr(model, name))] for names in (lower, upper))
    if not low and not high:
        raise PydanticCustomError(
            "no_bound", "The condition has no bound; give one of {names}", {"names": ", ".join(lower + upper)}
        )
    for given in (low, high):
        if len(given) > 1:
            raise PydanticCustomError(
                "two_bounds", "The bounds {names} cannot stand together; keep one", {"names": " and ".join(given)}
            )
    if low and high:
        bottom, top = getattr(model, low[0]), getattr(model, high[0])
        plain = not isinstance(bottom, bool | tuple) and not isinstance(top, bool | tuple)
        strict = low[0] in ("more_than", "after") or high[0] in ("less_than", "below", "before")
        if plain and (bottom > top or (strict and bottom >= top)):
            raise PydanticCustomError("never_true", "No value can satisfy both bounds")


def _given(bound: Any) -> bool:
    """Whether a bound is written. The number 0 is one; False (of below_state_pension) is none."""
    return bound is not None and bound is not False


def once_each(values: tuple[Any, ...]) -> None:
    """No value twice. Raises PydanticCustomError."""
    if len(set(values)) != len(values):
        raise PydanticCustomError("duplicate_value", "A value stands twice in this list")
