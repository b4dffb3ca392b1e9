"""What comes out: the shares, what is left, the proof. Plain frozen data; texts are made elsewhere.

A mix file (`"format": "ontwikkelloket/mix/1"`) is either a whole `Proposal`, as `loket solve` writes it, or a `Mix`: only
the format and the shares. `loket verify` accepts both; of a whole proposal it also checks every sum that is claimed.
"""

import hashlib
import json
from json.encoder import encode_basestring_ascii
from typing import Literal

from pydantic import Field, RootModel

from matching.problem.problem import Problem
from matching.problem.settings import PassName
from schemes.basics.costs import Id
from schemes.basics.money import MAX_CENTS, Cents
from schemes.basics.values import Items, Model

FORMAT: Literal["ontwikkelloket/mix/1"] = "ontwikkelloket/mix/1"
Status = Literal["proven", "not_proven"]
Amount = int
"""Cents that may add up to more than one amount can be."""


class Share(Model):
    """Cents of one cost line that one offer or pledge pays; for an offer administered here: from one funding line."""

    line: Id = Field(description="Cost line.")
    offer: Id = Field(description="Offer or pledge.")
    funding_line: Id | None = Field(
        default=None,
        description="Funding line the money comes from: always written for offers administered here, never for others.",
    )
    cents: int = Field(
        ge=1,
        le=MAX_CENTS,
        description="At least 1. Each combination of line, offer and funding line stands here at most once.",
    )


class Mix(Model):
    """Only the shares: enough to verify."""

    format: Literal["ontwikkelloket/mix/1"] = Field(description="Always ontwikkelloket/mix/1.")
    shares: Items[Share] = Field(max_length=20_000, description="Who pays what. Lines that nobody pays do not appear.")


class Rest(Model):
    """What nobody else pays of a cost line: its bearer does."""

    line: Id = Field(description="Cost line; every line of the problem appears once.")
    bearer: Literal["resident", "employer"] = Field(description="Who owes it.")
    cents: Cents = Field(description="Amount of the line minus its shares.")


class PassResult(Model):
    """One pass of the objective: what was reached, and what cannot be beaten."""

    name: PassName = Field(
        description=(
            "own_money (rest plus repayable shares on the asker's lines, cents), rest (rest on the asker's lines, "
            "cents), priced_money (sum of cents times price, in thousandths of a cent), schemes (different schemes "
            "used, a count; in a bundle per part), canonical (tie-break without a unit; not comparable with another "
            "solver). The asker's lines are those the resident bears in the individual route, and all in the employer route."
        )
    )
    value: int = Field(description="Value of the mix found.")
    bound: int = Field(
        description="Proven lower bound, given the values of the passes before. Equal to the value when proven."
    )
    status: Status = Field(description="not_proven: the deterministic limit was reached before the proof.")

    @property
    def gap(self) -> int:
        """How far the value may be from the best."""
        return self.value - self.bound


class Outlook(Model):
    """What the answer could become if every possible offer of which the amount is known came through."""

    own_money_cents: Amount = Field(description="Value of pass own_money.")
    rest_cents: Amount = Field(description="Rest on the asker's lines in that mix.")
    offers: Items[Id] = Field(description="Offers that would be used.")
    status: Status = Field(description="Whether that value is proven.")


class Proposal(Mix):
    """A mix with its proof."""

    rest: Items[Rest] = Field(description="Per cost line what is left, in the order of the line ids.")
    status: Status = Field(description="proven when every pass is.")
    passes: Items[PassResult] = Field(description="The passes in the order in which they were solved.")
    own_contribution_cents: Amount = Field(description="Rest on the lines that the resident bears.")
    employer_contribution_cents: Amount = Field(
        description="Shares of pledges plus rest on the lines the employer bears."
    )
    repayable_cents: Amount = Field(description="Shares of repayable offers, on all lines.")
    best_if_possible: Outlook | None = Field(
        default=None, description="Null when no possible offer has a known amount, or when it was not computed."
    )
    solver: str = Field(description="Name and version of the solver.")
    parameters: dict[str, int | bool] = Field(description="Parameters of the solver.")
    deterministic_ms: int = Field(ge=0, description="Deterministic time used, in thousandths.")
    problem_hash: str = Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 of the canonical JSON of the problem (order of inputs does not matter).",
    )

    def value_of(self, name: PassName) -> int:
        """Value of a pass by name. Raises KeyError when that pass was not solved."""
        for result in self.passes:
            if result.name == name:
                return result.value
        raise KeyError(name)

    @property
    def own_money_gap_cents(self) -> int:
        """How much less own money a better mix could ask at most; 0 when none can ask less."""
        return next((result.gap for result in self.passes if result.name == "own_money"), 0)


class MixFile(RootModel[Proposal | Mix]):
    """A mix file: a whole proposal, or only the format and the shares."""


ADDED_LATER = ("tiers", "variant", "asks_first", "part", "parts", "holder_caps")
"""Keys that do not count while they are empty, so that problems of before they existed keep their hash."""


def problem_hash(problem: Problem) -> str:
    """SHA-256 of a problem, the same for every order of its lines, offers, pledges, funding lines and groups."""
    values = {name: getattr(problem, name) for name in type(problem).model_fields}
    whole = {name: value for name, value in values.items() if isinstance(value, tuple | Model)}
    texts = {key: _text(value) for key, value in problem.model_dump(mode="json", exclude=set(whole)).items()}
    for name, value in whole.items():
        if value or name not in ADDED_LATER:
            texts[name] = f"[{','.join(sorted(map(_kept, value)))}]" if isinstance(value, tuple) else _kept(value)
    text = "{" + ",".join(f'"{key}":{value}' for key, value in sorted(texts.items())) + "}"
    return hashlib.sha256(text.encode("ascii")).hexdigest()


_MOST_KEPT = 20_000
_TEXTS: dict[int, tuple[Model, str]] = {}


def _kept(part: Model) -> str:
    """The text of a line, an offer or another part, kept by the very object: what is solved again shares most parts.

    What is kept holds on to its object, so that no other object can take the same identity.
    """
    found = _TEXTS.get(id(part))
    if found is None:
        if len(_TEXTS) >= _MOST_KEPT:
            _TEXTS.clear()
        found = _TEXTS[id(part)] = part, _text(part.model_dump(mode="json"))
    return found[1]


def _text(value: object) -> str:
    """Canonical JSON: keys in order, and items of a list in the order of their own text, so that their order is not seen."""
    if isinstance(value, dict):
        kept = [(key, item) for key, item in value.items() if item or key not in ADDED_LATER]
        parts = (
            f'"{key}":{json.dumps(item, separators=(",", ":")) if key == "pass_order" else _text(item)}'
            for key, item in sorted(kept)
        )
        return f"{{{','.join(parts)}}}"
    if isinstance(value, list):
        return f"[{','.join(sorted(map(_text, value)))}]"
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    return json.dumps(value) if value is None or isinstance(value, bool | float) else str(value)
