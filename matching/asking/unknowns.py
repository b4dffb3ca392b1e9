"""What is not known yet of a question, and the two problems between which the final one must lie.

With every answer given, some schemes that are undecided now will pay and others will fall away. `Unknowns.loose` is a
problem in which nothing is forbidden that any answers would allow: every scheme that could still become firm is, with the
amounts of its most favourable variant, and rules that another answer could lift are left out. `Unknowns.refusals` says
what answers could still forbid a mix that uses certain offers only. A best mix of the loose problem that nothing refuses
is the best mix whatever the answers are. The proof: matching/README.md, "The next question".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from matching.asking.loosening import loosest, most_favourable
from matching.offers import Rules, build_problem, make_ready
from matching.offers.eligibility import Verdict
from matching.offers.question import Question
from matching.offers.state_aid import is_undertaking
from matching.problem import AvailableFundingLine, ExclusionGroup, Offer, OffersCap, Problem
from matching.problem.proposal import Share
from matching.spec import limits
from matching.spec.check import violations
from matching.spec.precedence import asking_only
from schemes.basics.money import floor_share
from schemes.basics.values import value_on
from schemes.definition import SchemeDefinition
from schemes.definition.resolving import resolve
from schemes.evaluation import evaluate
from schemes.facts.outcome import Facts, Outcome

BORN = {"birth_year": "birth_date"}
"""A year of birth that is not known can also follow from the date of birth."""


@dataclass(frozen=True, slots=True)
class SchemeStanding:
    """What answers can still do with one scheme that may be offered now.

    `stays`: it remains offered whatever is answered. `certain`: its offer is firm and no answer changes that. `may_pay`:
    it can become firm. `facts` are those that can be asked and decide about it.
    """

    scheme: str
    stays: bool
    certain: bool
    may_pay: bool
    facts: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether answers can still change its part in a mix."""
        return not self.certain and (self.may_pay or not self.stays)


class Unknowns:
    """One question with the facts known so far, and what is still open.

    `facts` are complete (`schemes.facts.complete_facts`); `askable` are the facts that may still be asked: those that are
    not known and, for instance, that this person can know. Facts that are neither known nor askable stay unknown.
    """

    def __init__(
        self,
        facts: Facts,
        question: Question,
        rules: Rules,
        *,
        funding_lines: Iterable[AvailableFundingLine],
        askable: Iterable[str] | None = None,
    ) -> None:
        self.facts, self.question, self.rules = facts, question, rules
        self.region, self.on, self.by_slug = rules.region, rules.on, rules.by_slug
        self.funding = tuple(funding_lines)
        region, on = self.region, self.on
        allowed = region.facts if askable is None else askable
        self.askable = {key for key in allowed if key not in facts and region.facts[key].derived is None}
        ready = make_ready(question, rules, self.funding, facts=facts)
        self.problem = ready.problem
        self.verdicts = {verdict.scheme: verdict for verdict in ready.verdicts}
        offers = {offer.id: offer for offer in self.problem.offers}
        self.standings = {name: self._standing(self.verdicts[name], offer) for name, offer in offers.items()}
        aid_rules = region.region.settings.de_minimis
        aid = [name for name in offers if self.by_slug[name].state_aid == "de_minimis"]
        individual = question.route == "individual" and bool(aid_rules.undertaking_values)
        self.undertaking = self.ask(aid_rules.undertaking_fact) if aid and individual else None
        limited = value_on(aid_rules.ceiling_cents, on) is not None and is_undertaking(aid_rules, question.route, facts)
        self.room = self.ask(aid_rules.used_fact) if aid and limited else None

    # -- what can be asked -------------------------------------------------------------------------------------------------

    def ask(self, fact: str) -> str | None:
        """The fact to ask for a fact that is missing: itself or what it follows from; None when that cannot be asked."""
        definition = self.region.facts.get(fact)
        if definition is not None and definition.derived is not None:
            fact = definition.derived.from_
        known_by = (fact, BORN[fact]) if fact in BORN else (fact,)
        return next((one for one in known_by if one in self.askable), None)

    def _asked(self, missing: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(found for fact in missing if (found := self.ask(fact)) is not None))

    def _can_be_met(self, outcome: Outcome) -> bool:
        """Whether answers can still make a condition true."""
        if outcome.status != "unknown":
            return outcome.status == "met"
        if outcome.type == "all":
            return all(self._can_be_met(part) for part in outcome.children)
        if outcome.type == "any":
            return any(self._can_be_met(part) for part in outcome.children)
        return bool(self._asked(outcome.missing))

    def _standing(self, verdict: Verdict, offer: Offer) -> SchemeStanding:
        definition = self.by_slug[verdict.scheme]
        certain = offer.certainty == "firm" and offer.amount_known
        stays = verdict.status == "eligible" or not self._asked(verdict.outcomes.missing)
        may_pay = certain or (
            verdict.availability.state == "open"
            and not definition.only_possible
            and self._can_be_met(verdict.outcomes)
            and self._variant_can_be_known(definition)
            and bool(self._candidates(definition))
        )
        facts = self._asked(verdict.missing_facts)
        return SchemeStanding(verdict.scheme, stays, certain, may_pay, () if certain else facts)

    def _variant_can_be_known(self, definition: SchemeDefinition) -> bool:
        for variant in definition.variants:
            outcome = evaluate(variant.when, self.facts, self.on, self.region.references, definition.scheme)
            if outcome.status == "met":
                return True
            if outcome.status == "unknown" and not self._asked(outcome.missing):
                return False
        return True

    def _candidates(self, definition: SchemeDefinition) -> list[SchemeDefinition]:
        """The definition with each variant that may hold, and with amounts no lower than any answers give."""
        resolved = resolve(definition, self.facts, self.on, self.region.references)
        found = []
        for one in resolved.candidates:
            unknown = [fact for _, fact, _ in one.definition.amount_facts() if fact not in self.facts]
            if all(self.ask(fact) is not None for fact in unknown):
                found.append(most_favourable(one.definition, unknown, self.region.facts))
        return found

    @property
    def circumstances(self) -> dict[str, str]:
        """The facts about place and sector that can still be asked and that the earmark of some money looks at."""
        place = "employer_municipality" if self.question.route == "employer" else "residence_municipality"
        asked = {"municipalities": place, "provinces": place, "sectors": "training_sector"}
        marks = [line.earmark for line in self.funding]
        used = {key: fact for key, fact in asked.items() if any(getattr(mark, key) for mark in marks)}
        return {key: fact for key, fact in used.items() if fact in self.askable}

    @property
    def structural(self) -> tuple[str, ...]:
        """The facts that can still be asked about the asker and not about one scheme: state aid, place, sector."""
        found = [self.undertaking, self.room, *self.circumstances.values()]
        return tuple(dict.fromkeys(fact for fact in found if fact is not None))

    # -- nothing is forbidden that answers could allow ---------------------------------------------------------------------

    def _build(self, definitions: Mapping[str, SchemeDefinition], verdicts: Mapping[str, Verdict]) -> Problem:
        rules = replace(self.rules, definitions=tuple(definitions.values()))
        return build_problem(self.question, list(verdicts.values()), rules, self.funding, facts=self.facts)

    def loose(self, *, every_turn: bool = False) -> Problem:
        """The problem in which all that could still become firm is. `every_turn`: with every rule about who pays first.

        Those rules forbid more as more schemes can pay, so that without `every_turn` only those are left in whose first
        payer no answer can touch.
        """
        hopeful = [name for name, standing in self.standings.items() if standing.may_pay and not standing.certain]
        candidates = {name: self._candidates(self.by_slug[name]) for name in hopeful}
        verdicts = self.verdicts | {name: self.verdicts[name]._replace(status="eligible") for name in hopeful}
        made: dict[str, list[Offer]] = {}
        problem = self.problem
        for turn in range(max((len(found) for found in candidates.values()), default=1)):
            chosen = {name: found[min(turn, len(found) - 1)] for name, found in candidates.items()}
            problem = self._build(self.by_slug | chosen, verdicts)
            for offer in problem.offers:
                made.setdefault(offer.id, []).append(offer)
        offers = [loosest(found) for found in made.values()]
        if not every_turn:
            offers = [self._with_precedence_that_holds(offer, offers) for offer in offers]
        return problem.model_copy(
            update={
                "offers": tuple(offers),
                "exclusion_groups": tuple(self._loose_groups()),
                "joint_caps": tuple(self._loose_caps()),
                "funding_lines": tuple(self._opened(line) for line in problem.funding_lines),
            }
        )

    def _with_precedence_that_holds(self, offer: Offer, offers: Sequence[Offer]) -> Offer:
        return asking_only(offer, [name for name in offer.asks_first if self._always_comes_first(name)], offers)

    def _always_comes_first(self, name: str) -> bool:
        """Whether no answer can change when this offer must pay before others."""
        definition = self.by_slug[name]
        if not self.standings[name].certain:
            return False
        aid_open = self.undertaking is not None or self.room is not None
        if definition.state_aid == "de_minimis" and aid_open:
            return False
        groups = {(rule.group, rule.scope) for rule in definition.exclusion.groups}
        if any(groups & {(rule.group, rule.scope) for rule in one.exclusion.groups} for one in self._leaving()):
            return False
        marks = [line.earmark for line in self.funding if not line.earmark.schemes or name in line.earmark.schemes]
        open_marks = any(getattr(mark, key) for mark in marks for key in self.circumstances)
        return definition.administered == "elsewhere" or not open_marks

    def _leaving(self) -> list[SchemeDefinition]:
        """The schemes that an answer can still take away, with the rules they bring."""
        return [self.by_slug[name] for name, standing in self.standings.items() if not standing.stays]

    def _loose_groups(self) -> Iterator[ExclusionGroup]:
        """Groups with the number that holds even when every scheme that may fall away does."""
        found: dict[str, list[tuple[str, int, bool]]] = {}
        scopes = {}
        for name, standing in self.standings.items():
            for rule in self.by_slug[name].exclusion.groups:
                key = f"{rule.group}.{rule.scope}"
                scopes[key] = rule.scope
                found.setdefault(key, []).append((name, rule.at_most, standing.stays))
        for key, members in sorted(found.items()):
            staying = [number for _, number, stays in members if stays]
            at_most = min(staying) if staying else max(number for _, number, _ in members)
            if len(members) > at_most:
                offers = tuple(sorted(name for name, _, _ in members))
                yield ExclusionGroup(id=key, offers=offers, at_most=at_most, scope=scopes[key])

    def _loose_caps(self) -> Iterator[OffersCap]:
        """Joint caps that no answer can lift."""
        for cap in self.problem.joint_caps:
            if all(self.standings[name].stays for name in cap.offers):
                fixed = all(self._covers_the_same(name) for name in cap.offers)
                if cap.share is None or fixed:
                    yield cap

    def _covers_the_same(self, name: str) -> bool:
        return self.standings[name].certain or not self.by_slug[name].variants

    def _opened(self, line: AvailableFundingLine) -> AvailableFundingLine:
        """The funding line without the earmarks that an answer could meet."""
        held = [key for key in self.circumstances if getattr(line.earmark, key)]
        if not held:
            return line
        return line.model_copy(update={"earmark": line.earmark.model_copy(update=dict.fromkeys(held, ()))})

    # -- what answers could still forbid -------------------------------------------------------------------------------------

    def refusals(self, shares: Sequence[Share]) -> dict[str, set[str]] | None:
        """Whether answers could forbid a mix of certain offers: the facts that decide, with the schemes they are about.

        None: no answer can. Empty: something can, but which fact decides is not clear.
        """
        broken = violations(self.tight(), shares)
        if any(offer.asks_first for offer in self.problem.offers):
            broken += [one for one in violations(self.loose(every_turn=True), shares) if one.constraint == 12]
        found: dict[str, set[str]] = {}
        for one in broken:
            if one.constraint == 4:
                self._add(found, [self.room, self.undertaking], ())
            elif one.constraint == 14:
                self._add(found, self.circumstances.values(), ())
            elif one.constraint == 12:
                self._add_schemes(found, one.params["offers"])
            else:
                self._add_schemes(found, self._tied(one.params))
        return found if broken else None

    def tight(self) -> Problem:
        """The problem as it is now, with every rule that answers could bring, and the least money that they could leave."""
        certain = {name for name, standing in self.standings.items() if standing.certain}
        problem, room = self.problem, self.problem.de_minimis_room_cents
        offers = [offer.model_copy(update={"asks_first": ()}) for offer in problem.offers]
        if self.undertaking is not None:
            aid = {offer.id for offer in offers if self.by_slug[offer.id].state_aid == "de_minimis"}
            offers = [one.model_copy(update={"de_minimis": one.de_minimis or one.id in aid}) for one in offers]
        if self.room is not None or self.undertaking is not None:
            room = 0
        caps = [self._tight_cap(cap, certain) for cap in problem.joint_caps]
        return problem.model_copy(
            update={"offers": tuple(offers), "joint_caps": tuple(caps), "de_minimis_room_cents": room}
        )

    def _tight_cap(self, cap: OffersCap, certain: set[str]) -> OffersCap:
        """A share counted over the lines that offers cover that are certain to stay."""
        if cap.share is None:
            return cap
        offers = [offer for offer in self.problem.offers if offer.id in cap.offers and offer.id in certain]
        covered = [line for line in self.problem.lines if any(limits.covers(offer, line) for offer in offers)]
        limit = floor_share(cap.share, sum(line.amount_cents for line in covered))
        return cap.model_copy(update={"share": None, "amount_cents": limit})

    def _tied(self, params: Mapping[str, object]) -> list[str]:
        """The schemes of the group or joint cap of a violation."""
        names = {params.get("group"), params.get("cap")}
        groups = [group.offers for group in self.problem.exclusion_groups if group.id in names]
        caps = [cap.offers for cap in self.problem.joint_caps if cap.id in names]
        return [name for offers in [*groups, *caps] for name in offers]

    def _add_schemes(self, found: dict[str, set[str]], names: Iterable[str]) -> None:
        for name in names:
            self._add(found, self.standings[name].facts, [name])

    @staticmethod
    def _add(found: dict[str, set[str]], facts: Iterable[str | None], schemes: Iterable[str]) -> None:
        for fact in facts:
            if fact is not None:
                found.setdefault(fact, set()).update(schemes)
