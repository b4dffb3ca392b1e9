"""SchemeDefinition: everything the desk knows about one scheme, with its sources. One file per scheme."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemes.amounts import (
    Cap,
    CoFinancing,
    Coverage,
    Exclusion,
    JointCap,
    Precedence,
    Rate,
    ShareOfBase,
)  # fmt: skip
from schemes.conditions import AnyCondition
from schemes.contradictions import contradictions
from schemes.money import Cents
from schemes.values import Dated, Day, Items, Line, Model, Paragraph, Permille, Slug, Text, WebAddress, value_on
from schemes.vocabulary import CONFIDENCE_ORDER, Administered, Confidence, Route, SchemeKind, SchemeState, StateAid


class Source(Model):
    """Where a rule was read, and how sure that is."""

    title: Line
    """Name of the source, such as the regulation with its number."""
    url: WebAddress | None = None
    """Address of the source."""
    reference: Line | None = None
    """Number or place in the source when there is no address: Stcrt. 2025-7276, BWBR0043015."""
    article: Line | None = None
    """Article or page."""
    as_of: Day | None = None
    """The day on which the source was read or published. Leave out when not known."""
    confidence: Confidence
    """verified: read in a primary source. verified_old: primary, but dated. secondary: news, consultant, neighbour.
    general: general knowledge without a source. unknown: searched and not found."""
    note: Paragraph | None = None
    """What a reader should know about this source."""


class Window(Model):
    """A period in which one can apply."""

    opens_on: Day
    """First day."""
    closes_on: Day | None = None
    """Last day. Leave out when it is not known or there is none."""
    note: Text | None = None
    """For example the clock time: until 17:00."""

    @model_validator(mode="after")
    def _in_order(self) -> "Window":
        if self.closes_on is not None and self.closes_on < self.opens_on:
            raise PydanticCustomError("dates_reversed", "The window closes before it opens")
        return self


class Applicant(Model):
    """Who applies."""

    who: Literal["resident", "employer", "third_party"]
    """Who applies. third_party: someone else must do it, so the desk offers this only as a possibility."""
    third_party: Text | None = None
    """Who that is, for third_party: the temp agency, the adviser of UWV."""

    @model_validator(mode="after")
    def _named(self) -> "Applicant":
        if (self.who == "third_party") != (self.third_party is not None):
            raise PydanticCustomError("third_party_named", "third_party names the other party, and only then")
        return self


class Discretion(Model):
    """Another body weighs each case, so that meeting the conditions is not enough."""

    by: Text
    """Who decides."""
    text: Text
    """What they weigh."""


class VoucherRules(Model):
    """How long a voucher is valid and what happens when it is redeemed. For vouchers administered here."""

    valid_days: int = Field(ge=1, le=3660)
    """Days from issue on which the voucher can be redeemed."""
    partial_redemption: bool
    """A voucher may be redeemed in parts."""
    keep_rest: bool
    """What is left after a redemption stays on the voucher. If false it is released at once."""

    @model_validator(mode="after")
    def _consistent(self) -> "VoucherRules":
        if self.keep_rest and not self.partial_redemption:
            raise PydanticCustomError("rest_needs_parts", "keep_rest needs partial_redemption")
        return self


class HowToApply(Model):
    """How one applies."""

    how: Text
    """What to do, in plain words."""
    url: WebAddress | None = None
    """Where to apply or read more."""
    before_start: bool = False
    """One must apply before the training starts. Shown as a warning; add a condition starts_after_reference to test it."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a scheme can be asked for on a day. `code` is a key of `codes.AVAILABILITY`."""

    state: SchemeState
    code: str
    window: Window | None = None
    ended_on: date | None = None
    explanation: Text | None = None
    """Of a scheme that has ended: why it is no longer there and what to do instead."""

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the code."""
        params: dict[str, Any] = {}
        if self.window is not None:
            params = {"opens_on": self.window.opens_on, "closes_on": self.window.closes_on}
        if self.code == "closed_since":
            params.pop("opens_on")
        if self.code == "ended":
            params = {"ended_on": self.ended_on}
        return params


class SchemeDefinition(Model):
    """One version of one scheme: who it is for, what it pays, how it stacks, and where that was read."""

    format: Literal["ontwikkelloket/scheme/1"]
    """Always ontwikkelloket/scheme/1."""
    scheme: Slug
    """Name of the scheme for addresses and references. The file has the same name."""
    version: int = Field(ge=1, le=100_000)
    """Number of this version."""
    title: Text
    """Title."""
    summary: Text
    """What it is, in one or two plain sentences."""
    owner: Slug
    """The organisation that owns the scheme, by its id in region.yaml."""
    deciding_body: Text | None = None
    """The body that decides on an application. Needed for a scheme administered here."""
    administered: Administered
    """here: this desk awards and pays. elsewhere: the desk explains and computes, another body awards."""
    kind: SchemeKind
    """What kind of support it is."""
    repayable: bool = False
    """The money must be paid back. Always true for a loan."""
    public_money: bool
    """The money comes from government."""
    state_aid: StateAid = "none"
    """de_minimis: what is paid counts as de-minimis aid to an undertaking: the employer in the employer route, and in the
    individual route somebody who works for their own account. All such aid together then stays within what the undertaking
    may still receive (`settings.de_minimis` of region.yaml). none: it is no aid to an undertaking."""
    routes: Items[Route] = Field(min_length=1, max_length=2)
    """individual: the resident asks for their own training. employer: the employer asks for an employee."""
    applicant: Applicant
    """Who applies."""
    payee: Literal["resident", "employer", "provider", "third_party"]
    """Who is paid."""

    state: SchemeState
    """State of the scheme. With state open or not_yet_open, `windows` decide on a given day."""
    windows: Items[Window] = Field(default=(), max_length=100)
    """Periods in which one can apply, in order of time. None with state open: always open."""
    ended_on: Day | None = None
    """First day on which the scheme no longer exists. Only for state ended."""
    explanation_when_ended: Text | None = None
    """Why it is no longer there and what to do instead. Needed for state ended."""

    sources: Items[Source] = Field(min_length=1, max_length=50)
    """Where the rules were read. At least one."""
    assumptions: Items[Text] = Field(default=(), max_length=50)
    """What was filled in without a source. Shown as an assumption."""
    also_required: Items[Text] = Field(default=(), max_length=50)
    """Conditions that cannot be tested here. Shown to the person."""
    discretion: Discretion | None = None
    """When another body weighs each case. The desk then offers the scheme only as a possibility."""
    conditions: Items[AnyCondition] = Field(default=(), max_length=100)
    """All of these must hold. Empty: open to everyone on the route."""

    amount_known: bool = True
    """The amount can be computed. If false the scheme is shown, never counted in a mix."""
    coverage: Items[Coverage] = Field(default=(), max_length=10)
    """Which cost categories are covered and for which share. Needed when amount_known."""
    vat: Literal["including", "excluding"] = "including"
    """Whether the covered cost is with or without VAT."""
    caps: Items[Cap] = Field(default=(), max_length=20)
    """The most that is paid. All caps hold together."""
    minimum_cents: Dated[Cents] | None = None
    """Nothing is paid below this amount."""
    fixed_amount_cents: Dated[Cents] | None = None
    """A fixed amount: all of it or nothing."""
    rate: Rate | None = None
    """An amount per unit, as a further limit on what is paid."""
    share_of_base: ShareOfBase | None = None
    """A share of all eligible costs together."""
    co_financing: CoFinancing | None = None
    """The employer must pay a part too."""
    exclusion: Exclusion = Exclusion()
    """With which other money it cannot be combined."""
    joint_caps: Items[JointCap] = Field(default=(), max_length=20)
    """Limits on several schemes together."""
    precedence: Precedence | None = None
    """Schemes that come first."""
    rounding_unit_cents: int = Field(default=1, ge=1, le=1_000_000)
    """An award is a whole number of this unit, rounded down: 100 for whole euros."""
    price_permille: Permille | None = None
    """What a euro of this scheme counts for when money is used sparingly. Leave out for the region's default."""

    apply: HowToApply
    """How one applies."""
    evidence: Items[Text] = Field(default=(), max_length=50)
    """What must be shown."""
    voucher: VoucherRules | None = None
    """Rules of the voucher. Needed, and only allowed, for a voucher administered here."""
    decision_weeks: int | None = Field(default=None, ge=1, le=52)
    """Weeks within which is decided. Leave out for the region's default."""
    review_on: Day
    """The day on which the owner must check this definition again."""

    @model_validator(mode="after")
    def _consistent(self) -> "SchemeDefinition":
        for holds, key, code, message in contradictions(self):
            if holds:
                raise PydanticCustomError(code, message, {"at": key})
        return self

    @property
    def sector_fund(self) -> bool:
        """Whether the money is of a sector fund."""
        return self.kind == "sector_fund"

    @property
    def confidence(self) -> Confidence:
        """The weakest confidence among the sources: what the screen may promise."""
        return max((source.confidence for source in self.sources), key=CONFIDENCE_ORDER.index)

    @property
    def only_possible(self) -> bool:
        """Whether the desk can offer this only as a possibility: discretion, a third party, or an unknown amount."""
        return self.discretion is not None or self.applicant.who == "third_party" or not self.amount_known

    def availability(self, on: date) -> Availability:
        """Whether the scheme can be asked for on a day, with the window that says so (current, next or last)."""
        if self.state == "ended" and (self.ended_on is None or on >= self.ended_on):
            return Availability("ended", "ended", None, self.ended_on, self.explanation_when_ended)
        if self.state == "unknown":
            return Availability("unknown", "state_unknown")
        if self.state == "closed":
            past = [window for window in self.windows if window.closes_on is not None and window.closes_on < on]
            return Availability("closed", "closed_since", past[-1]) if past else Availability("closed", "closed")
        if not self.windows:
            known = self.state != "not_yet_open"
            return Availability("open", "open_always") if known else Availability("not_yet_open", "not_yet_open")
        for window in self.windows:
            if on < window.opens_on:
                return Availability("not_yet_open", "opens_on", window)
            if window.closes_on is None or on <= window.closes_on:
                return Availability("open", "open_until", window)
        return Availability("closed", "closed_since", self.windows[-1])

    def share_for(self, category: str, on: date) -> Any:
        """The covered share of a cost category on a day as a Fraction; None when not covered or not known that day."""
        for coverage in self.coverage:
            if category in coverage.categories:
                return value_on(coverage.share, on)
        return None

    def walk_conditions(self) -> Iterator[tuple[str, AnyCondition]]:
        """Every condition with its path in the file, parts included, in the order of the file."""
        pending = [(f"conditions[{i}]", condition) for i, condition in enumerate(self.conditions)][::-1]
        while pending:
            path, condition = pending.pop()
            yield path, condition
            if condition.type == "not":
                pending.append((f"{path}.condition", condition.condition))
            else:
                pending.extend([(f"{path}.conditions[{i}]", part) for i, part in enumerate(condition.parts)][::-1])

    def facts_used(self) -> tuple[str, ...]:
        """The facts that the conditions and the amount look at, each once, in the order of the file."""
        facts = [fact for _, condition in self.walk_conditions() for fact in condition.facts]
        facts += [self.rate.fact] if self.rate else []
        return tuple(dict.fromkeys(facts))
