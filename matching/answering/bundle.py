"""Several trainings of one employer at once: a bundle file, and the one problem that is made of it. No names, no addresses.

A bundle file (YAML or JSON, `format: ontwikkelloket/bundle/1`) is the class `Bundle`; `loket schema bundle` prints its schema
and `loket match` answers it. What holds for the employer is written once; each training has its own facts and costs. What the
trainings share (budgets, the room for aid, caps of an employer or a person, what may be borrowed) counts for all together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from matching.offers import Prepared
from matching.offers.earlier_awards import had_before
from matching.offers.question import Question, Training, Wish, question_errors
from matching.problem import ExclusionGroup, Problem
from matching.problem.crossrefs import Wrong, raise_all
from matching.problem.parts import HolderCap, Part
from schemes.basics.costs import Cost, HadBefore, Id
from schemes.basics.money import Cents
from schemes.basics.values import Day, Items, Key, Model, value_on
from schemes.conditions import Awards
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Cap
from schemes.definition.resolving import resolve
from schemes.evaluation import evaluate
from schemes.facts import RawFact
from schemes.facts.references import References

FORMAT: Literal["ontwikkelloket/bundle/1"] = "ontwikkelloket/bundle/1"
MOST_TRAININGS = 200
LIMIT_MS = 2_000
"""Budget of the solver for a bundle, in thousandths of deterministic time, unless the region gives less: somebody is waiting."""
LONGEST_NAME = 80


class BundleTraining(Model):
    """One training of one employee: everything of a question that is not the same for the whole employer."""

    id: Id = Field(
        max_length=30, description="Name of this training in the answer, such as employee-1. Never a person's name."
    )
    person: Id | None = Field(
        default=None,
        max_length=30,
        description="The same for two trainings of one employee: caps per person count for both. Absent: somebody else each.",
    )
    wish: Wish = Field(default=Wish(), description="What the employee has to learn.")
    facts: dict[Key, RawFact] = Field(
        default={},
        max_length=500,
        description="What is known of this employee and this training; before the employer's.",
    )
    training: Training | None = Field(default=None, description="Null or absent: not known yet.")
    costs: Items[Cost] = Field(default=(), max_length=20, description="The costs of this training.")
    had_before: Items[HadBefore] = Field(
        default=(),
        max_length=50,
        description=(
            "Awards for this employee before. Each award stands in the bundle once; what somebody else had for this training "
            "stands with every employee who follows it."
        ),
    )

    @property
    def holder(self) -> str:
        """Who the training is for: the person, or the training itself when that is nobody else's."""
        return self.person or self.id


class Bundle(Model):
    """The trainings of one employer."""

    format: Literal["ontwikkelloket/bundle/1"] = Field(description="Always ontwikkelloket/bundle/1.")
    reference_date: Day | None = Field(
        default=None, description="Peildatum: the day on which all rules are read. Absent: today, or the option --on."
    )
    facts: dict[Key, RawFact] = Field(
        default={}, max_length=500, description="What is the same for all trainings, such as employer_size."
    )
    borrow_up_to_cents: Cents = Field(default=0, description="The most the employer wants to borrow, for all together.")
    had_before: Items[HadBefore] = Field(
        default=(),
        max_length=500,
        description="Awards of the employer before, of schemes with a cap or a number of awards per employer.",
    )
    trainings: Items[BundleTraining] = Field(
        min_length=1, max_length=MOST_TRAININGS, description="The trainings, one of one employee each."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        raise_all("Bundle", _errors(self))
        return self

    def question(self, training: BundleTraining, awards: Sequence[HadBefore] = ()) -> Question:
        """One training as a question of its own, with what was had before that counts for it."""
        return Question.model_construct(
            format="ontwikkelloket/question/1",
            route="employer",
            reference_date=self.reference_date,
            wish=training.wish,
            facts={**self.facts, **training.facts},
            training=training.training,
            costs=training.costs,
            pledge=None,
            borrow_up_to_cents=self.borrow_up_to_cents,
            had_before=tuple(awards),
        )


def _errors(bundle: Bundle) -> Iterator[Wrong]:
    seen: set[str] = set()
    for n, training in enumerate(bundle.trainings):
        if training.id in seen:
            yield ("trainings", n, "id"), "duplicate_id", "The id {value} is used twice", {"value": training.id}
        seen.add(training.id)
        for place, code, message, params in question_errors(bundle.question(training, training.had_before)):
            yield ("trainings", n, *place), code, message, params
    yield from question_errors(bundle.question(BundleTraining(id="all"), bundle.had_before))


@dataclass(frozen=True)
class PreparedPart:
    """One training made ready by itself: its own problem, with everything still available. `names`: id there -> in common."""

    training: BundleTraining
    question: Question
    prepared: Prepared
    names: Mapping[str, str]


@dataclass(frozen=True)
class PreparedBundle:
    """A bundle made ready: every training by itself, and the problem of all that have costs. `problem` None: none has."""

    bundle: Bundle
    on: date
    parts: tuple[PreparedPart, ...]
    problem: Problem | None

    @cached_property
    def by_id(self) -> Mapping[str, PreparedPart]:
        """The trainings by their ids."""
        return {part.training.id: part for part in self.parts}


def of_employer(definition: SchemeDefinition) -> bool:
    """Whether awards of this scheme count in the name of the employer: a cap or a condition says so."""
    caps = [*definition.caps, *(cap for variant in definition.variants for cap in variant.caps or ())]
    conditions = (condition for _, condition in definition.walk_conditions())
    counted = any(isinstance(one, Awards) and one.per == "employer" for one in conditions)
    return counted or any(cap.per == "employer" for cap in caps)


def prepare_bundle(
    bundle: Bundle,
    make: Callable[[Question], Prepared],
    definitions: Iterable[SchemeDefinition],
    references: References,
    *,
    on: date,
) -> PreparedBundle:
    """Make every training ready with `make` and put them together. What `make` raises is raised."""
    by_slug = {definition.scheme: definition for definition in definitions}
    parts = []
    for training in bundle.trainings:
        question = bundle.question(training, _awards(bundle, training, by_slug))
        prepared = make(question)
        parts.append(PreparedPart(training, question, prepared, _names(training.id, prepared.problem)))
    costly = [part for part in parts if part.prepared.problem.lines]
    problem = None
    if costly:
        caps = _holder_caps(costly, by_slug, references, on)
        problem = _together(costly, caps, _numbers(costly, by_slug, references, on))
    return PreparedBundle(bundle, on, tuple(parts), problem)


def _awards(bundle: Bundle, training: BundleTraining, definitions: Mapping[str, SchemeDefinition]) -> list[HadBefore]:
    """What was had before that counts for one training: all of a scheme of the employer, else the person's own.

    What somebody else had for a training counts for that one only.
    """
    own = [entry for one in bundle.trainings if one.holder == training.holder for entry in _of_holder(one)]
    every = [*bundle.had_before, *(entry for one in bundle.trainings for entry in _of_holder(one))]
    shared = {slug for slug, definition in definitions.items() if of_employer(definition)}
    counted = [entry for entry in every if entry.scheme in shared]
    others = [entry for entry in training.had_before if entry.counts_for == "training"]
    return counted + [entry for entry in own if entry.scheme not in shared] + others


def _of_holder(training: BundleTraining) -> list[HadBefore]:
    return [entry for entry in training.had_before if entry.counts_for != "training"]


def _names(part: str, problem: Problem) -> dict[str, str]:
    """The names of lines, offers, groups and caps of one training -> unique ones in the common problem."""
    ids = [line.id for line in problem.lines] + [offer.id for offer in problem.offers]
    ids += [group.id for group in problem.exclusion_groups] + [cap.id for cap in problem.joint_caps]
    return {name: common_name(part, name) for name in ids}


def common_name(part: str, name: str) -> str:
    """A name that is unique over all trainings; a long one is shortened, the same way each time."""
    whole = f"{part}:{name}"
    return whole if len(whole) <= LONGEST_NAME else f"{part}:{sha256(name.encode()).hexdigest()[:24]}"


def _together(
    parts: Sequence[PreparedPart], caps: tuple[HolderCap, ...], numbers: tuple[ExclusionGroup, ...]
) -> Problem:
    """The one problem of all trainings: their own things renamed, what they share once."""
    first = parts[0].prepared.problem
    lines, offers, groups, joint, made = [], [], [*numbers], [], []
    for part in parts:
        problem, names, name = part.prepared.problem, part.names, part.training.id
        case = problem.circumstances
        made.append(Part(id=name, municipality=case.municipality, province=case.province, sector=case.sector))
        lines += [line.model_copy(update={"id": names[line.id], "part": name}) for line in problem.lines]
        offers += [_renamed(offer, names, name) for offer in problem.offers]
        groups += [_members(group, names) for group in problem.exclusion_groups]
        joint += [_members(cap, names) for cap in problem.joint_caps]
    rooms = [
        p.prepared.problem.de_minimis_room_cents for p in parts if p.prepared.problem.de_minimis_room_cents is not None
    ]
    return Problem(
        format=first.format,
        reference_date=first.reference_date,
        circumstances=first.circumstances.model_copy(update={"sector": None}),
        parts=tuple(made),
        lines=tuple(lines),
        offers=tuple(offers),
        funding_lines=first.funding_lines,
        exclusion_groups=tuple(groups),
        joint_caps=tuple(joint),
        holder_caps=caps,
        borrow_up_to_cents=first.borrow_up_to_cents,
        de_minimis_room_cents=min(rooms, default=None),
        settings=first.settings.model_copy(
            update={"deterministic_limit_ms": min(LIMIT_MS, first.settings.deterministic_limit_ms)}
        ),
    )


def _renamed(offer: Any, names: Mapping[str, str], part: str) -> Any:
    changed: dict[str, Any] = {
        "id": names[offer.id],
        "part": part,
        "asks_first": tuple(names[one] for one in offer.asks_first),
    }
    for key in ("share_of_base", "tiers"):
        rule = getattr(offer, key)
        if rule is not None and rule.less:
            changed[key] = rule.model_copy(update={"less": tuple(names[one] for one in rule.less)})
    return offer.model_copy(update=changed)


def _members(thing: Any, names: Mapping[str, str]) -> Any:
    offers = tuple(names[one] for one in thing.offers)
    return thing.model_copy(update={"id": names[thing.id], "offers": offers})


def _holder_caps(
    parts: Sequence[PreparedPart], definitions: Mapping[str, SchemeDefinition], references: References, on: date
) -> tuple[HolderCap, ...]:
    """Caps of an employer over all rows, of a person over those of one employee, and of a training over those in which it is
    followed. Of several the strictest holds."""
    found: dict[str, HolderCap] = {}
    for part in parts:
        for offer in part.prepared.problem.offers:
            definition = definitions[offer.scheme]
            caps = resolve(definition, part.prepared.facts, on, references).definition.caps
            awards = [entry for entry in part.question.had_before if entry.scheme == offer.scheme]
            for cap in caps:
                amount = value_on(cap.amount_cents, on)
                holder = _holder(cap, part.training)
                if amount is None or holder is None:
                    continue
                name = common_name(holder, f"{offer.scheme}.{cap.per}.{cap.period}")
                made = HolderCap(
                    id=name,
                    offers=(part.names[offer.id],),
                    amount_cents=amount,
                    had_before_cents=had_before(cap, awards, on),
                )
                found[name] = _both(found[name], made) if name in found else made
    return tuple(cap for _, cap in sorted(found.items()) if len(cap.offers) > 1)


def _holder(cap: Cap, training: BundleTraining) -> str | None:
    """Whose cap it is; None for a cap of one award, and for a training that nobody named."""
    if cap.per == "training":
        key = training.training.key if training.training is not None else None
        return None if key is None else f"training.{sha256(key.encode()).hexdigest()[:16]}"
    return {"employer": "employer", "person": training.holder}.get(cap.per)


def _both(earlier: HolderCap, other: HolderCap) -> HolderCap:
    strict = min(earlier, other, key=lambda cap: (cap.amount_cents - cap.had_before_cents, cap.amount_cents))
    offers = tuple(dict.fromkeys((*earlier.offers, *other.offers)))
    return strict.model_copy(update={"offers": offers})


def _numbers(
    parts: Sequence[PreparedPart], definitions: Mapping[str, SchemeDefinition], references: References, on: date
) -> tuple[ExclusionGroup, ...]:
    """Awards of this bundle that count for each other: "one per calendar year" is one of all trainings of the holder.

    Only for conditions of the scheme that stand by themselves and count a number; sums of amounts are not counted ahead.
    """
    found: dict[str, ExclusionGroup] = {}
    for part in parts:
        for offer in part.prepared.problem.offers:
            for n, condition in enumerate(definitions[offer.scheme].conditions):
                if not isinstance(condition, Awards) or condition.of != "number" or not _own(condition, offer.scheme):
                    continue
                most = None if condition.at_most is None else value_on(condition.at_most, on)
                outcome = evaluate(condition, part.prepared.facts, on, references, offer.scheme)
                if most is None or outcome.status != "met":
                    continue
                holder = "employer" if condition.per == "employer" else part.training.holder
                left = most + 1 - int(outcome.params.get("count") or 0)
                name = common_name(holder, f"{offer.scheme}.awards{n}")
                earlier = found.get(name, ExclusionGroup(id=name, offers=(), at_most=left))
                members = (*earlier.offers, part.names[offer.id])
                at_most = min(left, earlier.at_most)
                found[name] = earlier.model_copy(update={"offers": members, "at_most": at_most})
    return tuple(group for _, group in sorted(found.items()) if len(group.offers) > group.at_most)


def _own(condition: Awards, scheme: str) -> bool:
    return not condition.schemes or scheme in condition.schemes
