"""What every lever is made with: a lever, and the desk that answers a changed question again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from matching.answering.answer import prepare
from matching.offers import Prepared
from matching.offers.question import Question
from matching.problem import AvailableFundingLine, Locks, Problem
from matching.problem.proposal import Proposal
from matching.solver.again import least_own, own_at_least, own_cents, paid_by_offers, solved
from schemes.basics.findings import BadFile
from schemes.facts import complete_facts
from schemes.facts.outcome import FactValue
from schemes.region.loading import LoadedRegion

Who = Literal["resident", "employer", "advisor", "scheme_owner", "region"]
WHO: tuple[Who, ...] = ("resident", "employer", "advisor", "scheme_owner", "region")
NO_EMPLOYER = ("job_seeker", "self_employed")
"""Values of `work_situation` of somebody without an employer."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One change that makes the asker pay less. Only what was confirmed by solving again is a lever.

    `kind` is a key of `codes.LEVERS` with its `params`, plain data with days as YYYY-MM-DD. `gain_cents`: how much less the
    asker pays or borrows; for kind other_route how much less the asker and the employer pay together.
    """

    kind: str
    who: Who
    params: Mapping[str, Any]
    gain_cents: int
    confirmed: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output and for a stored proposal."""
        return {name: _lists(getattr(self, name)) for name in Lever.__slots__}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Lever":
        """The lever that `as_dict` wrote."""
        return cls(**{**data, "params": {key: _tuples(value) for key, value in data["params"].items()}})


def _lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _lists(item) for key, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, tuple) else value


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def plain(value: FactValue) -> Any:
    """A fact as a question file writes it."""
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class Found:
    """A changed question answered."""

    prepared: Prepared
    proposal: Proposal
    own_cents: int

    @property
    def paid(self) -> dict[str, int]:
        """What each offer pays."""
        return paid_by_offers(self.prepared.problem, self.proposal.shares)


@dataclass(frozen=True)
class ChangedQuestion:
    """The question as it is, and the same question asked in another way."""

    question: Question
    region: LoadedRegion
    prepared: Prepared
    proposal: Proposal
    funding_lines: tuple[AvailableFundingLine, ...]
    on: date

    @property
    def problem(self) -> Problem:
        """The problem as it is."""
        return self.prepared.problem

    @cached_property
    def given(self) -> dict[str, FactValue]:
        """The facts that do not follow from others."""
        known = self.region.facts
        return {
            key: value for key, value in self.prepared.facts.items() if key not in known or known[key].derived is None
        }

    @cached_property
    def _standing(self) -> dict[str, FactValue]:
        region = self.region
        return complete_facts(self.given, region.facts, region.references, self.on)

    @cached_property
    def _leading(self) -> frozenset[str]:
        """Facts from which others follow, and those others."""
        derived = {key: one.derived for key, one in self.region.facts.items() if one.derived is not None}
        return frozenset(derived) | {one.from_ for one in derived.values()}

    def facts_with(self, change: Mapping[str, FactValue]) -> dict[str, FactValue]:
        """All facts when these are other ones. What follows from the others stays what it is."""
        if self._leading.isdisjoint(change):
            return {**self._standing, **change}
        return complete_facts({**self.given, **change}, self.region.facts, self.region.references, self.on)

    @property
    def own(self) -> int:
        """What the asker pays or borrows now."""
        return own_cents(self.proposal)

    @property
    def paid(self) -> dict[str, int]:
        """What each offer pays now."""
        return paid_by_offers(self.problem, self.proposal.shares)

    @property
    def asker(self) -> Who:
        """Who asks."""
        return "employer" if self.question.route == "employer" else "resident"

    @property
    def has_employer(self) -> bool:
        """Whether there is an employer, as far as is known."""
        return self.question.route == "employer" or self.prepared.facts.get("work_situation") not in NO_EMPLOYER

    def with_facts(self, facts: Mapping[str, FactValue]) -> Question:
        """The question with other facts."""
        changed = {**self.question.facts, **{key: plain(value) for key, value in facts.items()}}
        return self.question.model_copy(update={"facts": changed})

    def ready(
        self,
        question: Question,
        *,
        on: date | None = None,
        region: LoadedRegion | None = None,
        funding_lines: Sequence[AvailableFundingLine] | None = None,
    ) -> Prepared | None:
        """A changed question made ready, with the locks as far as they still fit; None when it cannot be read."""
        lines = self.funding_lines if funding_lines is None else funding_lines
        try:
            made = prepare(question, region or self.region, on=on or self.on, funding_lines=lines)
        except BadFile:
            return None
        return replace(made, problem=_locked(made.problem, self.problem.locks))

    def answered(self, made: Prepared | None) -> Found | None:
        """A changed question solved; None when there is no mix, or what the asker pays is not proven."""
        mix = None if made is None or not made.problem.lines else self.solved(made.problem)
        return None if made is None or mix is None else Found(made, mix, own_cents(mix))

    def asked(self, question: Question, **changed: Any) -> Found | None:
        """A changed question made ready and solved."""
        return self.answered(self.ready(question, **changed))

    def solved(self, problem: Problem) -> Proposal | None:
        """A changed problem solved; None when what the asker pays is not proven."""
        mix = solved(problem, hashed=False)
        return mix if mix is not None and mix.passes[0].status == "proven" else None

    def better(self, made: Prepared | None) -> Found | None:
        """A changed question solved, when the asker pays less than now; most changes are found out by their first pass."""
        if made is None or not made.problem.lines or self.gain(made.problem) <= 0:
            return None
        return self.answered(made)

    def gain(self, problem: Problem) -> int:
        """How much less than now the asker pays in a changed problem; 0 when that is not less, or not proven."""
        if own_at_least(problem) >= self.own:
            return 0
        found = least_own(problem)
        return 0 if found is None or found.status != "proven" else self.own - found.value

    def more(self, paid: Mapping[str, int]) -> tuple[str, ...]:
        """The offers that pay more than now."""
        now = self.paid
        return tuple(sorted(name for name, cents in paid.items() if cents > now.get(name, 0)))


def _locked(problem: Problem, locks: Locks) -> Problem:
    """The problem with the locks that name things it has."""
    if not locks.shares and not locks.forbidden:
        return problem
    payers = {offer.id for offer in problem.offers} | {pledge.id for pledge in problem.pledges}
    lines, funding = {line.id for line in problem.lines}, {money.id for money in problem.funding_lines}
    shares = tuple(
        lock
        for lock in locks.shares
        if lock.offer in payers and lock.line in lines and (lock.funding_line is None or lock.funding_line in funding)
    )
    forbidden = tuple(name for name in locks.forbidden if name in payers)
    return problem.model_copy(update={"locks": Locks(shares=shares, forbidden=forbidden)})


def smallest(low: int, high: int, enough: Any) -> int:
    """The smallest whole number above `low` and at most `high` for which `enough` holds; it holds for `high`."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def best_first(levers: Iterable[Lever]) -> tuple[Lever, ...]:
    """By who can change it, then by gain."""
    return tuple(sorted(levers, key=lambda one: (WHO.index(one.who), -one.gain_cents, one.kind, str(one.params))))
