"""Another training, another start, another moment: the answers about the training that could be different."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, islice
from typing import Any

from matching.offers.eligibility import Verdict, assess
from matching.what_if.levers.base import ChangedQuestion, Found, Lever, Who, plain, smallest
from schemes.basics.values import LATEST
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.facts.outcome import FactValue
from schemes.proof.borders import border_values

SECTOR = "training_sector"
MOST_PER_FACT = 3
MOST_COMBINED = 400
MOST_PAIRS = 24
STEPS = (1, 7, 14, 31, 62, 92, 183, 366, 731)
Change = tuple[tuple[str, FactValue], ...]
"""Facts with the values that they would have."""


def training_levers(desk: ChangedQuestion) -> Iterator[Lever]:
    """Levers that are another answer about the training: one fact, or two where one alone helps no scheme."""
    reached = list(_reachable(desk))
    facts = {fact for definition, _ in reached for fact in _open_facts(desk, definition)}
    if SECTOR in desk.prepared.facts and any(line.earmark.sectors for line in desk.funding_lines):
        facts.add(SECTOR)
    for fact in sorted(facts):
        known = desk.region.facts[fact]
        if _is_over(desk, fact):
            continue
        concerned = [(definition, verdict) for definition, verdict in reached if fact in definition.facts_used()]
        values = _values(desk, known, [definition for definition, _ in concerned])
        earmarked = fact == SECTOR and any(line.earmark.sectors for line in desk.funding_lines)
        tried = [((fact, value),) for value in values if earmarked or _helps(desk, concerned, {fact: value})]
        yield from _levers(desk, _answered(desk, tried), known)
    for definition, verdict in reached:
        answered = _answered(desk, _pairs(desk, definition, verdict))
        paying = [(change, found) for change, found in answered if found.paid.get(definition.scheme)]
        yield from _levers(desk, paying, None)


def _reachable(desk: ChangedQuestion) -> Iterator[tuple[SchemeDefinition, Verdict]]:
    """The schemes that could pay for certain if they were for this training: open, and nobody else decides."""
    for verdict in desk.prepared.verdicts:
        definition = desk.region.schemes[verdict.scheme]
        here = verdict.route_fits and verdict.availability.state == "open" and not definition.only_possible
        if here and (verdict.status != "eligible" or definition.variants):
            yield definition, verdict


def _open_facts(desk: ChangedQuestion, definition: SchemeDefinition) -> list[str]:
    """The known facts about the training that this scheme looks at."""
    known, facts = desk.region.facts, desk.prepared.facts
    return [fact for fact in definition.facts_used() if fact in facts and fact in known and changeable(known[fact])]


def changeable(fact: FactDefinition) -> bool:
    """Whether another training can have another answer: what a training provider knows, or what is about the training."""
    asked = fact.derived is None and not fact.sensitive
    return asked and (fact.key.startswith("training_") or "provider" in fact.who_knows)


def _values(desk: ChangedQuestion, fact: FactDefinition, definitions: Sequence[SchemeDefinition]) -> list[FactValue]:
    """The other values that stand for every way in which these schemes could judge the fact."""
    now = desk.prepared.facts[fact.key]
    if fact.type == "yes_no":
        return [not now]
    if fact.type == "choice":
        return [option.key for option in fact.values if option.key != now]
    found: dict[FactValue, None] = {}
    for definition in definitions:
        for _path, condition in definition.walk_conditions():
            found |= dict.fromkeys(border_values(condition, fact, desk.on, desk.region.references))
    if fact.type == "date" and isinstance(now, date):
        last = LATEST - timedelta(days=STEPS[-1])
        for days in STEPS if now <= last else ():
            found |= dict.fromkeys((now - timedelta(days=days), now + timedelta(days=days)))
            if desk.on <= last:
                found[desk.on + timedelta(days=days)] = None
        found = {day: None for day in found if not isinstance(day, date) or day >= desk.on}
    found.pop(now, None)
    return list(found)


def _helps(
    desk: ChangedQuestion, concerned: Iterable[tuple[SchemeDefinition, Verdict]], change: Mapping[str, FactValue]
) -> bool:
    """Whether a scheme that did not fit then fits, or a scheme could pay another amount."""
    facts = desk.facts_with(change)
    for definition, before in concerned:
        [after] = assess(facts, [definition], desk.on, desk.region.references, route=desk.question.route)
        if after.status == "eligible" and (before.status != "eligible" or definition.variants):
            return True
    return False


def _pairs(desk: ChangedQuestion, definition: SchemeDefinition, verdict: Verdict) -> list[Change]:
    """Two facts that together make a scheme fit, when neither does alone."""
    if verdict.status != "not_eligible":
        return []
    facts = [fact for fact in _open_facts(desk, definition) if not _is_over(desk, fact)]
    values = {fact: _values(desk, desk.region.facts[fact], [definition]) for fact in facts}
    one = [(definition, verdict)]
    if any(_helps(desk, one, {fact: value}) for fact in facts for value in values[fact]):
        return []
    found: list[Change] = []
    for first, second in combinations(facts, 2):
        if len(values[first]) * len(values[second]) > MOST_COMBINED:
            continue
        if _is_day(desk, first):
            first, second = second, first
        for value in values[first]:
            both = [((first, value), (second, other)) for other in _nearest_first(desk, second, values[second])]
            helping = (pair for pair in both if _helps(desk, one, dict(pair)))
            found += islice(helping, 1) if _is_day(desk, second) else helping
    return found[:MOST_PAIRS]


def _is_day(desk: ChangedQuestion, fact: str) -> bool:
    return desk.region.facts[fact].type == "date"


def _is_over(desk: ChangedQuestion, fact: str) -> bool:
    """Whether it is a day that has passed: what has begun cannot begin on another day."""
    now = desk.prepared.facts[fact]
    return isinstance(now, date) and now < desk.on


def _nearest_first(desk: ChangedQuestion, fact: str, values: Sequence[Any]) -> list[Any]:
    """Days from near to far; other values in their order."""
    now: Any = desk.prepared.facts[fact]
    return sorted(values, key=lambda day: (abs((day - now).days), day)) if _is_day(desk, fact) else list(values)


def _answered(desk: ChangedQuestion, changes: Iterable[Change]) -> Iterator[tuple[Change, Found]]:
    """The changes that make the asker pay less, confirmed."""
    for change in changes:
        found = desk.better(desk.ready(desk.with_facts(dict(change))))
        if found is not None:
            yield change, found


def _levers(
    desk: ChangedQuestion, answered: Iterable[tuple[Change, Found]], fact: FactDefinition | None
) -> Iterator[Lever]:
    """Per set of schemes that pay more the change with most gain; of equal ones the smallest, or all values together."""
    groups: dict[tuple[str, ...], list[tuple[Change, Found]]] = {}
    for change, found in answered:
        groups.setdefault(desk.more(found.paid), []).append((change, found))
    best = [(min(one.own_cents for _, one in members), offers, members) for offers, members in groups.items()]
    for own, offers, members in sorted(best, key=lambda one: (one[0], one[1]))[:MOST_PER_FACT]:
        equal = [change for change, found in members if found.own_cents == own]
        if fact is not None and fact.type == "date":
            yield _moved(desk, fact.key, [change[0][1] for change in equal], own, offers)
        elif fact is not None and fact.type in ("number", "money", "year"):
            yield _counted(desk, fact, [change[0][1] for change in equal], desk.own - own, offers)
        else:
            yield _another(desk, equal, desk.own - own, offers)


def _moved(desk: ChangedQuestion, fact: str, days: Sequence[Any], own: int, offers: tuple[str, ...]) -> Lever:
    """The training on the nearest day that gains as much."""
    now: Any = desk.prepared.facts[fact]
    day = min(days, key=lambda one: (abs((one - now).days), one))
    sign = 1 if day > now else -1

    def enough(number: int) -> bool:
        moved = now + timedelta(days=sign * number)
        found = desk.ready(desk.with_facts({fact: moved}))
        return found is not None and bool(found.problem.lines) and desk.own - desk.gain(found.problem) <= own

    near = now + timedelta(days=sign * smallest(0, abs((day - now).days), enough))
    kind = "start_earlier" if near < now else "apply_before_start" if now <= desk.on else "start_later"
    return Lever(kind, desk.asker, {"fact": fact, "day": plain(near), "offers": offers}, desk.own - own)


def _counted(
    desk: ChangedQuestion, fact: FactDefinition, numbers: Sequence[Any], gain: int, offers: tuple[str, ...]
) -> Lever:
    now: Any = desk.prepared.facts[fact.key]
    nearest = min(numbers, key=lambda one: (abs(one - now), one))
    params = {"fact": fact.key, "value": nearest, "offers": offers}
    return Lever("more_hours" if nearest > now else "fewer_hours", _who(desk, [fact.key]), params, gain)


def _another(desk: ChangedQuestion, changes: Sequence[Change], gain: int, offers: tuple[str, ...]) -> Lever:
    """A training with other answers. Of several facts the first pair; of one fact all values that gain as much."""
    facts = [fact for fact, _ in changes[0]]
    if len(facts) > 1:
        told = tuple((fact, (plain(value),)) for fact, value in changes[0])
        return Lever("other_training", _who(desk, facts), {"changes": told, "offers": offers}, gain)
    values = tuple(plain(change[0][1]) for change in changes)
    kind = "listed_training" if facts == ["training_sector"] else "other_training"
    if _who(desk, facts) == "employer" and desk.asker == "resident":
        kind = "employer_fact"
    elif desk.region.facts[facts[0]].type == "yes_no":
        kind = "provider"
    return Lever(kind, _who(desk, facts), {"changes": ((facts[0], values),), "offers": offers}, gain)


def _who(desk: ChangedQuestion, facts: Iterable[str]) -> Who:
    """Who can change it: who asks, unless only the employer can know."""
    known = desk.region.facts
    return desk.asker if all("resident" in known[fact].who_knows for fact in facts) else "employer"


# Another moment --------------------------------------------------------------------------------------------------------


def moment_levers(desk: ChangedQuestion) -> Iterator[Lever]:
    """Asking on the day that a scheme opens which is not open yet; not when the training has begun by then and had to wait."""
    start = desk.prepared.facts.get("training_start")
    days: dict[date, list[str]] = {}
    for verdict in desk.prepared.verdicts:
        day = verdict.availability.params.get("opens_on")
        fits = verdict.route_fits and verdict.status == "eligible"
        if fits and verdict.availability.state == "not_yet_open" and isinstance(day, date):
            days.setdefault(day, []).append(verdict.scheme)
    for day in sorted(days):
        found = desk.better(desk.ready(desk.question.model_copy(update={"reference_date": day}), on=day))
        if found is not None:
            offers = desk.more(found.paid)
            begun = isinstance(start, date) and start <= day
            if begun and any(_in_advance(desk, name) for name in offers):
                continue
            yield Lever("apply_later", desk.asker, {"day": plain(day), "offers": offers}, desk.own - found.own_cents)


def _in_advance(desk: ChangedQuestion, offer: str) -> bool:
    """Whether a scheme must be asked for before the training begins."""
    definition = desk.region.schemes.get(offer)
    return definition is not None and definition.apply.before_start
