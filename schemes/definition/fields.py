"""What a definition of a scheme holds, with its sources, and what follows from it on a day."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from schemes.basics.money import Cents
from schemes.basics.values import Dated, Day, Items, Line, Model, Paragraph, Permille, Slug, Text, WebAddress, value_on
from schemes.basics.vocabulary import (
    CHANGES_OF_SUBSTANCE,
    CONFIDENCE_ORDER,
    Administered,
    ChangeOfSubstance,
    Confidence,
    Route,
    SchemeKind,
    SchemeState,
    StateAid,
)
from schemes.conditions import AnyCondition
from schemes.definition.amounts import (
    Cap,
    CoFinancing,
    Coverage,
    Exclusion,
    JointCap,
    Precedence,
    Rate,
    Reduction,
    ShareOfBase,
    Tiers,
)
from schemes.definition.applying import Applicant, Budget, EvidenceItem, HowToApply, MomentOfPayment, VoucherRules
from schemes.definition.variants import Variant
from schemes.definition.windows import Availability, Window, in_windows, last_past


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


class Discretion(Model):
    """Another body weighs each case, so that meeting the conditions is not enough."""

    by: Text
    """Who decides."""
    text: Text
    """What they weigh."""


class SchemeFields(Model):
    """What a definition holds, and what follows from it; whether it fits together is for `SchemeDefinition` to say."""

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
    """State of the scheme. With state open or not_yet_open, `windows` decide on a given day. ceiling_reached: the money of
    this period is gone; a window that opens after `state_since` counts again."""
    state_since: Day | None = None
    """The day from which the ceiling is reached. Only for state ceiling_reached; leave out when it is not known."""
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
    """An amount per unit, as a further limit on what is paid, or as the amount itself."""
    reduction: Reduction | None = None
    """What is paid at most becomes less as an amount, such as the income, is higher."""
    tiers: Tiers | None = None
    """A share that differs by step of the cost, all lines together."""
    share_of_base: ShareOfBase | None = None
    """A share of all eligible costs together."""
    co_financing: CoFinancing | None = None
    """The employer must pay a part too."""
    variants: Items[Variant] = Field(default=(), max_length=100)
    """Other amounts for some people. The first variant whose `when` holds replaces what it names; who fits none gets the
    amounts above."""
    exclusion: Exclusion = Exclusion()
    """With which other money it cannot be combined."""
    joint_caps: Items[JointCap] = Field(default=(), max_length=20)
    """Limits on several schemes together."""
    precedence: Precedence | None = None
    """Schemes that come first."""
    rounding_unit_cents: int = Field(default=1, ge=1, le=1_000_000)
    """An award is a whole number of this unit, rounded down: 100 for whole euros."""
    price_permille: Permille | None = None
    """What a euro of this scheme counts for when money is used sparingly. Leave out for the region's default. Only for a
    scheme administered elsewhere: what is paid here has the price of its funding line."""

    apply: HowToApply
    """How one applies."""
    evidence: Items[EvidenceItem] = Field(default=(), max_length=50)
    """What must be shown. A scheme administered here asks for each piece on the desk."""
    voucher: VoucherRules | None = None
    """Rules of the voucher. Needed, and only allowed, for a voucher administered here."""
    payment: MomentOfPayment | None = None
    """When the money comes. Leave out when it is not known."""
    budget: Budget | None = None
    """The ceiling of the scheme as a whole and how it is divided. Leave out when it is not known."""
    decision_weeks: int | None = Field(default=None, ge=1, le=52)
    """Weeks within which is decided. Leave out for the region's default."""
    four_eyes_above_cents: Cents | None = None
    """An award above this amount is prepared by one person and decided by another. Leave out: one person decides."""
    one_person_up_to_cents: Cents = 50_000
    """Above this amount who decides, who approved the provider and who accepts the invoice are different people, and a second
    person is needed to write off. Leave out: € 500."""
    review_on: Day
    """The day on which the owner must check this definition again."""

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
        """Whether the desk can offer this only as a possibility: discretion, a third party, an unknown amount, or a budget
        that is not divided in order of receipt, so that another decides who gets how much."""
        return self.never_firm or self.in_rounds

    @property
    def never_firm(self) -> bool:
        """Whether it stays a possibility whatever was divided: discretion, a third party, or an unknown amount."""
        return self.discretion is not None or self.applicant.who == "third_party" or not self.amount_known

    @property
    def in_rounds(self) -> bool:
        """Whether its money is divided over everybody at once, and not in the order of receipt."""
        return self.budget is not None and self.budget.distribution != "order_of_receipt"

    @property
    def complete_again_after(self) -> frozenset[ChangeOfSubstance]:
        """Which changes make an application complete again on the day of the change; both when the budget does not say it."""
        return frozenset(CHANGES_OF_SUBSTANCE if self.budget is None else self.budget.complete_again_after)

    def availability(self, on: date, at: time | None = None) -> Availability:
        """Whether the scheme can be asked for on a day, with the window that says so (current, next or last).

        `at` is a clock time in the Netherlands: then the first and last day of a window look at the clock too. Without it
        those days count as open as a whole.
        """
        if self.state == "ended" and (self.ended_on is None or on >= self.ended_on):
            return Availability("ended", "ended", ended_on=self.ended_on, explanation=self.explanation_when_ended)
        if self.state == "unknown":
            return Availability("unknown", "state_unknown")
        if self.state == "closed":
            past = last_past(self.windows, on, at)
            return Availability("closed", "closed") if past is None else Availability("closed", "closed_since", past)
        if self._ceiling_holds(on, at):
            return Availability("ceiling_reached", "ceiling_reached", since=self.state_since)
        if self.windows:
            found = in_windows(self.windows, on, at)
        elif self.state == "not_yet_open":
            return Availability("not_yet_open", "not_yet_open")
        else:
            found = Availability("open", "open_always")
        if found.state == "open" and self.applicant.who == "third_party":
            return Availability("open", "third_party_only", found.window, third_party=self.applicant.third_party)
        return found

    @property
    def turning_days(self) -> tuple[date, ...]:
        """The days from which `availability` may be another one, in their order; from one to the next it stays."""
        days = {day for day in (self.ended_on, self.state_since) if day is not None}
        days |= {window.opens_on for window in self.windows}
        days |= {window.closes_on + timedelta(days=1) for window in self.windows if window.closes_on is not None}
        return tuple(sorted(days))

    def _ceiling_holds(self, on: date, at: time | None) -> bool:
        """Whether the ceiling is reached on a day: from `state_since` until a later window opens."""
        if self.state != "ceiling_reached":
            return False
        since = self.state_since
        if since is None:
            return True
        opened = any(window.opens_on > since and not window.not_yet(on, at) for window in self.windows)
        return on >= since and not opened

    def share_for(self, category: str, on: date) -> Any:
        """The covered share of a cost category on a day as a Fraction; None when not covered or not known that day."""
        for coverage in self.coverage:
            if category in coverage.categories:
                return value_on(coverage.share, on)
        return None

    def walk_conditions(self) -> Iterator[tuple[str, AnyCondition]]:
        """Every condition with its path in the file, parts included, in the order of the file; those of variants last."""
        starts = [(f"conditions[{i}]", condition) for i, condition in enumerate(self.conditions)]
        starts += [(f"variants[{i}].when", variant.when) for i, variant in enumerate(self.variants)]
        pending = starts[::-1]
        while pending:
            path, condition = pending.pop()
            yield path, condition
            pending.extend([(f"{path}.{place}", part) for place, part in condition.placed_parts][::-1])

    def amount_facts(self) -> Iterator[tuple[str, str, str]]:
        """The facts that amounts look at: the path in the file, the fact, and the type it must have."""
        for path, part in self._with_amounts():
            if part.rate is not None:
                for key, counted in (("fact", part.rate.fact), ("times", part.rate.times)):
                    if counted is not None:
                        yield f"{path}rate.{key}", counted, "number"
            if part.reduction is not None:
                yield f"{path}reduction.fact", part.reduction.fact, "money"

    @cached_property
    def amount_keys(self) -> tuple[str, ...]:
        """The facts that amounts look at, each once."""
        return tuple(dict.fromkeys(fact for _, fact, _ in self.amount_facts()))

    def taken_off(self) -> Iterator[tuple[str, str]]:
        """Whose payments are taken off a base: the path in the file, and a slug, "employer" or "sector_funds"."""
        for path, part in self._with_amounts():
            for key, rule in (("share_of_base", part.share_of_base), ("tiers", part.tiers)):
                for i, name in enumerate(rule.less if rule is not None else ()):
                    yield f"{path}{key}.less[{i}]", name

    def categories(self) -> set[str]:
        """The cost categories that it covers, for somebody."""
        coverage = [one for _, part in self._with_amounts() for one in part.coverage or ()]
        return {category for one in coverage for category in one.categories}

    def _with_amounts(self) -> Iterator[tuple[str, "SchemeFields | Variant"]]:
        yield "", self
        for i, variant in enumerate(self.variants):
            yield f"variants[{i}].", variant

    def facts_used(self) -> tuple[str, ...]:
        """The facts that the conditions and the amounts look at, each once, in the order of the file."""
        facts = [fact for _, condition in self.walk_conditions() for fact in condition.facts]
        return tuple(dict.fromkeys((*facts, *self.amount_keys)))
