"""The best mixes that use other schemes, and what each scheme of the best mix is worth.

An alternative leaves out at least one scheme of the best mix and of every alternative before it; among all such mixes it is
the best by the passes of the problem, and it is allowed by every rule. Found by solving again with schemes that pay nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, NamedTuple

from matching.problem import Problem
from matching.problem.proposal import Proposal, Status
from matching.solver.again import own_cents, paid_by_offers, public_cents, schemes_used, solved, without_schemes

MOST_SOLVED = 40
"""How many problems are solved at most; beyond that only the alternatives found so far are given."""
Left = frozenset[str]
"""Schemes that pay nothing."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A mix with other schemes. Differences are those with the best mix: more than 0 is more than in the best mix."""

    proposal: Proposal
    offers: tuple[str, ...]
    own_difference_cents: int
    public_difference_cents: int
    schemes_difference: int
    repayable_difference_cents: int
    employer_difference_cents: int
    status: Status

    @property
    def differs(self) -> tuple[str, ...]:
        """What else differs than what the asker pays, as codes of `codes.DIFFERS`."""
        found = {
            "fewer_applications": self.schemes_difference < 0,
            "more_applications": self.schemes_difference > 0,
            "less_to_repay": self.repayable_difference_cents < 0,
            "more_to_repay": self.repayable_difference_cents > 0,
            "employer_pays_less": self.employer_difference_cents < 0,
            "employer_pays_more": self.employer_difference_cents > 0,
            "less_public_money": self.public_difference_cents < 0,
            "more_public_money": self.public_difference_cents > 0,
        }
        return tuple(code for code, holds in found.items() if holds)

    def params(self, code: str) -> dict[str, Any]:
        """The parameters of a code of `differs`: how much or how many."""
        cents = {
            "less_to_repay": self.repayable_difference_cents,
            "more_to_repay": self.repayable_difference_cents,
            "employer_pays_less": self.employer_difference_cents,
            "employer_pays_more": self.employer_difference_cents,
            "less_public_money": self.public_difference_cents,
            "more_public_money": self.public_difference_cents,
        }
        if code in cents:
            return {"difference_cents": abs(cents[code])}
        return {"number": abs(self.schemes_difference)}

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output and for a stored proposal."""
        plain = {name: getattr(self, name) for name in Alternative.__slots__ if name != "proposal"}
        return {**plain, "offers": list(self.offers), "proposal": self.proposal.model_dump(mode="json")}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Alternative":
        """The alternative that `as_dict` wrote."""
        mix: Proposal = Proposal.model_validate(data["proposal"], strict=False)
        return cls(**{**data, "proposal": mix, "offers": tuple(data["offers"])})


@dataclass(frozen=True, slots=True)
class Worth:
    """Why a scheme is in the best mix: what changes when it pays nothing. A code of `codes.USED_BECAUSE` with its parameters."""

    offer: str
    code: str
    params: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output and for a stored proposal."""
        return {"offer": self.offer, "code": self.code, "params": dict(self.params)}


class _Ranked(NamedTuple):
    """A mix in the order of its values; two mixes with other schemes left out never compare further than those."""

    values: tuple[int, ...]
    used: tuple[str, ...]
    left: Left
    mix: Proposal

    def __lt__(self, other: Any) -> bool:
        return (self.values, self.used, sorted(self.left)) < (other.values, other.used, sorted(other.left))


class Others:
    """A problem solved again with schemes left out; each set of schemes once."""

    def __init__(self, problem: Problem, proposal: Proposal) -> None:
        self.problem, self.best = problem, proposal
        self._found: dict[Left, Proposal | None] = {}

    def without(self, schemes: Left) -> Proposal | None:
        """The best mix in which these schemes pay nothing; None when there is none, or too much was solved already."""
        if schemes not in self._found:
            if len(self._found) >= MOST_SOLVED:
                return None
            changed = without_schemes(self.problem, schemes)
            self._found[schemes] = None if changed is None else solved(changed)
        return self._found[schemes]

    def alternatives(self, most: int) -> Iterator[Alternative]:
        """The best mixes that use other schemes, the best first.

        Leaving out more schemes never makes a mix better, so that the best of the mixes not yet looked into is the next one
        when it contains none of the sets found before; else it is looked into once more without each scheme of such a set.
        """
        avoided: list[Left] = []
        open_ = [self._ranked(frozenset(), self.best)]
        seen: set[Left] = {frozenset()}
        while open_ and len(avoided) <= most:
            _values, used, left, mix = heappop(open_)
            known = next((one for one in avoided if one <= set(used)), None)
            if known is None:
                if avoided:
                    yield self._alternative(mix)
                known = frozenset(used)
                avoided.append(known)
            for more in sorted((left | {scheme} for scheme in known), key=sorted) if len(avoided) <= most else ():
                found = self.without(more) if more not in seen else None
                seen.add(more)
                if found is not None and schemes_used(self.problem, found.shares):
                    heappush(open_, self._ranked(more, found))

    def _ranked(self, left: Left, mix: Proposal) -> "_Ranked":
        values = tuple(mix.value_of(name) for name in self.problem.settings.pass_order)
        return _Ranked(values, tuple(sorted(schemes_used(self.problem, mix.shares))), left, mix)

    def _alternative(self, mix: Proposal) -> Alternative:
        problem, best = self.problem, self.best
        return Alternative(
            proposal=mix,
            offers=tuple(sorted(paid_by_offers(problem, mix.shares))),
            own_difference_cents=own_cents(mix) - own_cents(best),
            public_difference_cents=public_cents(problem, mix.shares) - public_cents(problem, best.shares),
            schemes_difference=mix.value_of("schemes") - best.value_of("schemes"),
            repayable_difference_cents=mix.repayable_cents - best.repayable_cents,
            employer_difference_cents=mix.employer_contribution_cents - best.employer_contribution_cents,
            status="proven" if mix.status == best.status == "proven" else "not_proven",
        )

    def worths(self) -> Iterator[Worth]:
        """Per offer of the best mix what it is worth that its scheme pays."""
        scheme = {offer.id: offer.scheme for offer in self.problem.offers}
        for offer in sorted(paid_by_offers(self.problem, self.best.shares)):
            mix = self.without(frozenset({scheme[offer]}))
            yield Worth(offer, "locked", {}) if mix is None else self._worth(offer, mix)

    def _worth(self, offer: str, mix: Proposal) -> Worth:
        best = self.best
        more = own_cents(mix) - own_cents(best)
        if more > 0:
            return Worth(offer, "saves", {"own_cents": more})
        less_rest = mix.value_of("rest") - best.value_of("rest")
        if less_rest > 0:
            return Worth(offer, "covers", {"rest_cents": less_rest})
        for name in self.problem.settings.pass_order:
            if name == "priced_money" and mix.value_of(name) > best.value_of(name):
                return Worth(
                    offer, "cheaper_money", {"price_cents": (mix.value_of(name) - best.value_of(name)) // 1000}
                )
            if name == "schemes" and mix.value_of(name) > best.value_of(name):
                return Worth(offer, "fewer_schemes", {"number": mix.value_of(name) - best.value_of(name)})
        return Worth(offer, "as_good", {})


def alternatives(problem: Problem, proposal: Proposal, most: int = 3) -> tuple[Alternative, ...]:
    """At most so many mixes that use other schemes, the best first; empty when every other mix uses no scheme at all."""
    return tuple(Others(problem, proposal).alternatives(most))


def worths(problem: Problem, proposal: Proposal) -> tuple[Worth, ...]:
    """Why each scheme is in the best mix, confirmed by solving again without it."""
    return tuple(Others(problem, proposal).worths())
