"""Between what the asker pays at worst and at best, and what each thing that is not certain is worth.

With every way in which the open facts may be filled in, and whichever possible schemes come through, what the asker pays lies
between `best_cents` and `worst_cents`. That holds with precedence too: where a scheme that comes first could cost the person
money, the worst of the ways is taken.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any

from matching.problem import AvailableFundingLine, ExclusionGroup, Offer, OffersCap, Problem
from matching.problem.proposal import PassResult, Proposal, Status
from matching.problem.settings import PassName
from matching.solver.again import least_own, own_bound, own_cents
from matching.spec import limits
from matching.spec.precedence import asking_only
from matching.what_if.unsure import Unsure, UnsureOffer

MOST_TRIED = 3
"""With more possible offers that come first than this, everybody who asks them first is left out of the worst case."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is not certain. `worth_cents`: how much less the asker pays when it alone comes true.

    Below 0: how much more the asker could pay. None: nobody knows how much. `offer` None: it is about no single offer.
    `certainty_code` is a key of `codes.POINTS`; `why` are all reasons of a possible offer, `facts` what would decide.
    """

    offer: str | None
    certainty_code: str
    worth_cents: int | None
    facts: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output and for a stored proposal."""
        plain = {name: getattr(self, name) for name in Point.__slots__}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Point":
        """The point that `as_dict` wrote."""
        lists = {name: tuple(data[name]) for name in ("facts", "why", "offers")}
        return cls(**{**data, **lists})


@dataclass(frozen=True, slots=True)
class Interval:
    """What the asker pays: now, at best and at worst, in cents; and the points that make the difference, largest first."""

    best_cents: int
    worst_cents: int
    now_cents: int
    points: tuple[Point, ...]
    status: Status = "proven"
    gap_cents: int = 0
    """Of what is not proven: how much lower the ends may lie at most."""
    open_pass: PassName | None = None
    """The first pass that was not proven; none when nothing is open."""

    @property
    def certain(self) -> bool:
        """Whether nothing that is open can change what the asker pays."""
        return self.best_cents == self.worst_cents

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output and for a stored proposal."""
        plain = {name: getattr(self, name) for name in Interval.__slots__}
        return {**plain, "points": [point.as_dict() for point in self.points]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Interval":
        """The interval that `as_dict` wrote."""
        return cls(**{**data, "points": tuple(Point.from_dict(one) for one in data["points"])})


def interval(problem: Problem, proposal: Proposal, unsure: Unsure | None = None) -> Interval:
    """The interval around the best mix of a problem. Without `unsure` only what the problem itself says is possible counts."""
    ways = _Ways(problem, unsure or Unsure())
    now = own_cents(proposal)
    hopeful = least_own(ways.hopeful())
    best = own_bound(proposal) if hopeful is None else min(own_bound(proposal), hopeful.bound)
    found = [one for one in ways.feared() if one is not None]
    worst = max([now, *(one.value for one in found)])
    points = sorted(
        ways.points(now), key=lambda one: (one.worth_cents is None, -abs(one.worth_cents or 0), str(one.offer))
    )
    others = [one for one in (hopeful, *found) if one is not None]
    unproven = [result.name for result in (*proposal.passes, *others) if result.status != "proven"]
    gap = max(best if hopeful is None else 0, proposal.own_money_gap_cents, *(one.gap for one in others))
    if hopeful is None:
        unproven.append("own_money")
    status: Status = "not_proven" if unproven else "proven"
    return Interval(best, worst, now, tuple(points), status, gap, unproven[0] if unproven else None)


class _Ways:
    """A problem as it could turn out to be."""

    def __init__(self, problem: Problem, unsure: Unsure) -> None:
        self.problem, self.unsure = problem, unsure
        self.candidates = {one.id: self._candidates(one) for one in problem.offers if one.certainty == "possible"}
        self.first = {name for offer in problem.offers for name in offer.asks_first}

    def _candidates(self, offer: Offer) -> tuple[UnsureOffer, ...]:
        found = self.unsure.candidates.get(offer.id)
        if found is None:
            return (UnsureOffer(_firm(offer), True),) if offer.amount_known else ()
        return found

    # -- at best -----------------------------------------------------------------------------------------------------------

    def hopeful(self, only: Iterable[str] | None = None, *, places: bool = True) -> Problem:
        """Everything that is open turns out well; with `only` just these offers. Never more is asked than in any such way."""
        chosen = self.candidates if only is None else {name: self.candidates[name] for name in only}
        offers: list[Offer] = []
        named: dict[str, tuple[str, ...]] = {}
        for offer in self.problem.offers:
            found = chosen.get(offer.id, ())
            if not found:
                offers.append(self._with_precedence(offer))
                continue
            made = [one.offer.model_copy(update={"id": _name(offer.id, n)}) for n, one in enumerate(found)]
            named[offer.id] = tuple(one.id for one in made)
            offers += made
        changed = {"offers": tuple(offers), **self._together(named)}
        if places and self.unsure.places:
            changed["funding_lines"] = tuple(self._anywhere(line) for line in self.problem.funding_lines)
        return self.problem.model_copy(update=changed)

    def _with_precedence(self, offer: Offer) -> Offer:
        """An offer that asks first only those that certainly come first."""
        return asking_only(offer, [name for name in offer.asks_first if not self._shaky(name)], self.problem.offers)

    def _shaky(self, name: str) -> bool:
        """Whether it is open if, or up to what, an offer that comes first pays."""
        offer = next(one for one in self.problem.offers if one.id == name)
        moved = bool(self.unsure.places) and offer.administered == "here"
        return offer.certainty == "possible" or moved or name in self.unsure.aid

    def _together(self, named: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
        """Groups and joint caps with every form of an offer; of several forms at most one is used."""
        several = {name: forms for name, forms in named.items() if len(forms) > 1}
        if not several:
            return {}

        def forms(names: Sequence[str]) -> tuple[str, ...]:
            return tuple(form for name in names for form in several.get(name, (name,)))

        groups = [
            group.model_copy(update={"offers": forms(group.offers)}) for group in self.problem.exclusion_groups
        ] + [ExclusionGroup(id=f"forms.{name}", offers=each, at_most=1) for name, each in several.items()]
        caps: list[OffersCap] = [
            cap.model_copy(update={"offers": forms(cap.offers)}) for cap in self.problem.joint_caps
        ]
        held = [cap.model_copy(update={"offers": forms(cap.offers)}) for cap in self.problem.holder_caps]
        return {"exclusion_groups": tuple(groups), "joint_caps": tuple(caps), "holder_caps": tuple(held)}

    def _anywhere(self, line: AvailableFundingLine) -> AvailableFundingLine:
        """A funding line without what it asks of a place or sector that is not known."""
        keys = {"municipality": "municipalities", "province": "provinces", "sector": "sectors"}
        free: dict[str, Any] = {keys[name]: () for name in self.unsure.places if getattr(line.earmark, keys[name])}
        return line.model_copy(update={"earmark": line.earmark.model_copy(update=free)}) if free else line

    # -- at worst ----------------------------------------------------------------------------------------------------------

    def feared(self) -> Iterator[PassResult | None]:
        """The ways in which it could turn out worse: no room for aid, and schemes that come first and then do not pay."""
        least = self._least_aid(self.problem)
        shaky = sorted(name for name in self.first if self._shaky(name))
        if not shaky:
            if least is not self.problem:
                yield least_own(least)
            return
        possible = [name for name in shaky if name in self.candidates]
        exact = all(
            len(forms) <= 1 and all(one.exact for one in forms) for forms in map(self.candidates.get, possible) if forms
        )
        if possible == shaky and exact and len(possible) <= MOST_TRIED:
            for coming in chain.from_iterable(combinations(possible, n) for n in range(len(possible) + 1)):
                firm = {name: self.candidates[name][0].offer for name in coming if self.candidates[name]}
                offers = tuple(self._first_comes(one, firm) for one in least.offers)
                yield least_own(least.model_copy(update={"offers": offers}))
            return
        yield least_own(self._without_later(least, set(shaky)))

    def _first_comes(self, offer: Offer, firm: Mapping[str, Offer]) -> Offer:
        if offer.id not in firm:
            return offer
        return firm[offer.id].model_copy(update={"asks_first": offer.asks_first, "de_minimis": offer.de_minimis})

    def _without_later(self, problem: Problem, first: set[str]) -> Problem:
        """Nobody pays who asks one of these first, or asks first who then does not pay."""
        later: set[str] = set()
        while True:
            more = {one.id for one in problem.offers if (first | later).intersection(one.asks_first)} - later
            if not more:
                break
            later |= more
        locks = problem.locks
        kept = tuple(lock for lock in locks.shares if lock.offer not in later)
        changed = locks.model_copy(update={"shares": kept, "forbidden": tuple(sorted({*locks.forbidden, *later}))})
        return problem.model_copy(update={"locks": changed})

    def _least_aid(self, problem: Problem) -> Problem:
        """The problem with the least room for aid that there may turn out to be."""
        aid = self.unsure.aid
        if not aid:
            return problem
        offers = tuple(one.model_copy(update={"de_minimis": True}) if one.id in aid else one for one in problem.offers)
        return problem.model_copy(update={"offers": offers, "de_minimis_room_cents": self.unsure.aid_room_cents})

    # -- what each thing is worth ------------------------------------------------------------------------------------------

    def points(self, now: int) -> Iterator[Point]:
        """Each thing that is open, alone."""
        for offer in self.problem.offers:
            if offer.certainty == "possible" and self._could_pay(offer):
                yield self._point(offer, now)
        if self.unsure.places:
            moved = least_own(self.hopeful((), places=True)) if now else None
            worth = 0 if moved is None else now - moved.value
            if worth:
                yield Point(None, "place_unknown", worth, tuple(dict.fromkeys(self.unsure.places.values())))
        if self.unsure.aid:
            paid = least_own(self._least_aid(self.problem))
            worth = 0 if paid is None else now - paid.value
            if worth:
                yield Point(None, "aid_undeclared", worth, self.unsure.aid_facts, offers=tuple(sorted(self.unsure.aid)))

    def _could_pay(self, offer: Offer) -> bool:
        forms = self.candidates[offer.id]
        if not forms:
            return not offer.coverage or any(limits.covers(offer, line) for line in self.problem.lines)
        return any(limits.worth(self.problem, one.offer) for one in forms)

    def _point(self, offer: Offer, now: int) -> Point:
        why = self.unsure.why.get(offer.id, ())
        code = why[0] if why else "possible"
        facts = self.unsure.facts.get(offer.id, ())
        if not self.candidates[offer.id]:
            return Point(offer.id, "amount_unknown", None, facts, why)
        comes = least_own(self.hopeful((offer.id,), places=False)) if now else None
        return Point(offer.id, code, 0 if comes is None else now - comes.value, facts, why)


def _name(offer: str, n: int) -> str:
    """The id of the nth form of an offer. A slug has no dot, and a form of a bundle has its own word."""
    return offer if n == 0 else f"{offer}.form{n + 1}"


def _firm(offer: Offer) -> Offer:
    return offer.model_copy(update={"certainty": "firm", "asks_first": ()})
