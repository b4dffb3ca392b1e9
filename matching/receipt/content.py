"""A decision receipt: everything a mix rests on, in one file that anybody can compute again without this desk.

The file (`"format": "ontwikkelloket/receipt/1"`) holds the facts with their sources, the definitions and lists that were used,
the problem, the mix with its proof, the reasons, and what a person decided. No names and no addresses. `content_hash` is SHA-256
over the canonical text of `content`: JSON with its keys in alphabetical order, no spaces, UTF-8. `matching.receipt.making` makes
one, `matching.receipt.check` computes it again.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from matching.problem.settings import MixSettings
from matching.spec.check import CONSTRAINTS
from schemes.basics.values import Day, Items, Key, Line, Model, Slug, Text
from schemes.files.canonical import canonical
from schemes.files.parsing import load_text

RECEIPT_FORMAT: Literal["ontwikkelloket/receipt/1"] = "ontwikkelloket/receipt/1"
Source = Literal["resident", "employer", "advisor", "looked_up", "derived"]
"""Who said so: the resident, the employer or an advisor; looked up in a register or in the books; or worked out."""
Hash = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


def plain(value: Any) -> Any:
    """A value as JSON holds it: lists for tuples, days as YYYY-MM-DD, exact numbers as numbers."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


Plain = Annotated[Any, BeforeValidator(plain), WithJsonSchema({"description": "Plain JSON, kept word for word."})]
Document = Annotated[
    dict[str, Any],
    BeforeValidator(plain),
    WithJsonSchema({"type": "object", "description": "A document, word for word."}),
]


class RegionUsed(Model):
    """The region whose desk answered, with the settings that a mix depends on."""

    region: Slug
    """Its name in addresses."""
    name: Text
    """Its name for people."""
    desk: Text | None = None
    """The name of its desk."""
    settings: Document
    """Its settings, all of them written out."""


class ModelUsed(Model):
    """The way of computing: the software, the constraints, the passes and the solver."""

    version: Line | None = None
    """Version of the software. Absent: not kept."""
    solver: Line | None = None
    """Name and version of the solver."""
    parameters: Document = {}
    """Parameters of the solver."""
    constraints: Items[Key]
    """The constraints of the specification, by name."""
    passes: Items[Key]
    """The passes of the objective, in order."""
    model_hash: Hash
    """SHA-256 over all of these but the version, with the settings of the problem."""


class FactUsed(Model):
    """One fact that the rules look at, who said so and when."""

    key: Key
    """The fact."""
    value: Plain
    """Its value, as in a question file."""
    source: Source
    """Where it comes from."""
    known_on: Day | None = None
    """Day on which it was given or worked out. Absent: not kept."""


class Embedded(Model):
    """A definition or list as it was, with the hash that it is published under."""

    name: Line
    """Slug of the scheme, key of the fact or name of the list."""
    version: int | None = None
    """Number of the version of a scheme."""
    content_hash: Hash
    """SHA-256 over the canonical text of the content."""
    content: Document
    """The definition or list."""


class Override(Model):
    """What an advisor wanted otherwise than the best mix."""

    kind: Literal["locked", "forbidden", "own_mix"]
    """locked: an amount was fixed before computing; forbidden: an offer was left out; own_mix: decided otherwise."""
    offer: Line
    """The offer or pledge."""
    line: Line | None = None
    """The cost line, when it is about one."""
    funding_line: Line | None = None
    """The funding line, when it is about one."""
    cents: int = 0
    """What was fixed or decided, in cents."""
    proposed_cents: int | None = None
    """What was proposed, for own_mix."""
    reason: str | None = Field(default=None, max_length=20_000)
    """Why."""


class OutcomeUsed(Model):
    """What was decided on one scheme that was applied for."""

    scheme: Slug
    """The scheme."""
    version: int
    """Its version."""
    outcome: Literal["awarded", "rejected"]
    """What was decided."""
    amount_cents: int = Field(ge=0)
    """What was awarded, in cents."""
    reason: str | None = Field(default=None, max_length=20_000)
    """Why it was rejected."""
    body: Text | None = None
    """The body that decided."""


class DecisionUsed(Model):
    """The act of a person that this computation was for."""

    kind: Literal["approved", "partly", "rejected", "referred"]
    """What was decided."""
    decided_on: Day
    """When."""
    outcomes: Items[OutcomeUsed] = ()
    """Per scheme that was applied for."""
    rationale: str = Field(max_length=20_000)
    """Why, in words, without names."""
    checked: Items[Key] = ()
    """What a person has checked."""
    amended: bool = False
    """Whether the mix is another than the one proposed."""
    shares: Items[Document] = ()
    """The mix that was decided."""
    problem: Document | None = None
    """The problem as it was at that moment; absent when nothing was awarded."""
    problem_hash: str | None = None
    """Its hash."""


class ReceiptContent(Model):
    """What the hash is over."""

    made_at: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")]
    """When the mix was computed, or decided on, in UTC."""
    region: RegionUsed
    """Whose desk."""
    question_number: Line | None = None
    """The number of the question. The only thing that leads to a person, and only for the desk."""
    reference_date: Day
    """The day on which all rules are read."""
    model: ModelUsed
    """How was computed."""
    facts: Items[FactUsed]
    """The facts, by key."""
    question: Document
    """What was asked (ontwikkelloket/question/1), without the facts and without words of the person."""
    looked_up: Items[Slug] = ()
    """Schemes of which earlier awards were looked up in the books; of others they were declared."""
    schemes: Items[Embedded] = Field(max_length=500)
    """Every definition that was assessed."""
    fact_definitions: Items[Embedded] = Field(max_length=500)
    """The facts that they look at."""
    lists: Items[Embedded] = Field(max_length=200)
    """The reference lists."""
    funding_titles: dict[str, Text] = {}
    """What funding lines are called."""
    verdicts: Items[Document] = Field(max_length=500)
    """What every definition says about these facts, rule by rule."""
    problem: Document
    """The problem (ontwikkelloket/problem/1)."""
    proposal: Document
    """The best mix with its proof (ontwikkelloket/mix/1)."""
    reasons: Document
    """Why, as codes."""
    alternatives: Items[Document] = Field(default=(), max_length=20)
    """The best mixes that use other schemes."""
    overrides: Items[Override] = Field(default=(), max_length=2000)
    """What an advisor wanted otherwise, and why."""
    decision: DecisionUsed | None = None
    """What a person decided. Absent: nothing yet."""


class Receipt(Model):
    """A receipt file."""

    format: Literal["ontwikkelloket/receipt/1"]
    """Always ontwikkelloket/receipt/1."""
    content: ReceiptContent
    """What was computed and decided."""
    content_hash: Hash
    """SHA-256 over the canonical text of `content`."""


# Hashes ----------------------------------------------------------------------------------------------------------------


def hash_of(data: Any) -> str:
    """SHA-256 over plain data in canonical form, as `sha256:` and 64 hexadecimal digits."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def sealed(content: ReceiptContent) -> Receipt:
    """The receipt of a content, with its hash."""
    return Receipt(format=RECEIPT_FORMAT, content=content, content_hash=hash_of(canonical(content)))


def constraint_names() -> tuple[str, ...]:
    """The constraints that this software checks, by name, in the order of the specification."""
    return tuple(constraint.__name__.strip("_") for constraint in CONSTRAINTS)


def model_used(settings: MixSettings, solver: str | None, parameters: Mapping[str, Any]) -> ModelUsed:
    """The way of computing of this software, for the settings of a problem and the solver that answered it."""
    made = ModelUsed(
        version=software_version(),
        solver=solver,
        parameters=dict(parameters),
        constraints=constraint_names(),
        passes=settings.passes,
        model_hash="sha256:" + "0" * 64,
    )
    return made.model_copy(update={"model_hash": model_hash(made, settings.model_dump(mode="json"))})


def model_hash(model: ModelUsed, settings: Mapping[str, Any]) -> str:
    """The hash of a way of computing, from what it says itself and the settings of the problem."""
    return hash_of(
        {
            "constraints": list(model.constraints),
            "passes": list(model.passes),
            "solver": model.solver,
            "parameters": model.parameters,
            "settings": settings,
        }
    )


def software_version() -> str | None:
    """The version of this software; None when it is not installed."""
    try:
        return version("ontwikkelloket")
    except PackageNotFoundError:
        return None


# Files -----------------------------------------------------------------------------------------------------------------


def receipt_text(receipt: Receipt) -> str:
    """The receipt as a file: readable JSON that loads back to the same value."""
    return json.dumps(canonical(receipt), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_receipt(text: str, file: str = "") -> Receipt:
    """A receipt from its file, read strictly; whether it is right is for `verify` to say. Raises BadFile."""
    return load_text(Receipt, text, file, as_json=True)
