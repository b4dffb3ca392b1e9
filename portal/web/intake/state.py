"""What is known of one development question, and what the schemes still need to know."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Literal

from sqlalchemy.orm import Session

import matching
from matching.asking.next_question import Next, next_question
from matching.offers import Assessed, Rules, assessed
from matching.offers.state_aid import fact_to_ask
from portal.awarding.answering import hashes_of, question_for_matching
from portal.awarding.earlier_awards import earlier_awards
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.catalogue.queries import Catalogue, SchemeInForce, catalogue, schemes_in_force
from portal.framework.funding.queries import funding_lines, matching_funding_lines
from portal.people.actor import Actor
from portal.platform.brake import once
from portal.platform.idempotency import fingerprint
from portal.words.names import Names
from schemes.definition import SchemeDefinition
from schemes.facts.outcome import FactValue

UNKNOWN = "unknown"
FRESH_LINK = "fresh_link"
"""Where the browser's session holds a new link until it was shown, once."""
HALF_AN_ANSWER = 2
"""What every scheme says takes the room of so many parts of answers that are kept."""
NO_EMPLOYER = ("job_seeker", "self_employed")
ABOUT_TRAINING = ("mandatory_for_job", "student_finance", "qualified_teacher")


class Intake:
    """One question in the making: its facts, the verdicts on them, and the facts that would still decide something."""

    def __init__(self, session: Session, question: DevelopmentQuestion, actor: Actor, today: date) -> None:
        self.session = session
        self.question = question
        self.actor = actor
        self.today = today
        self.on = question.reference_date or today

    def again(self) -> Intake:
        """The same question, read anew: after an answer was saved."""
        return Intake(self.session, self.question, self.actor, self.today)

    @property
    def id(self) -> str:
        """The id of the question in addresses."""
        return self.question.public_id

    @property
    def audience(self) -> str:
        """Who asks, as their screens are called: ``resident`` or ``employer``."""
        return "employer" if self.employer_route else "resident"

    @property
    def employer_route(self) -> bool:
        """Whether an employer asks, for one employee."""
        return self.question.route is Route.EMPLOYER

    @cached_property
    def known(self) -> Catalogue:
        """The region with its facts and lists."""
        return catalogue(self.session)

    @cached_property
    def names(self) -> Names:
        """How facts, lists and schemes are called."""
        titles = {slug: definition.title for slug, definition in self.definitions.items()}
        return Names(titles, self.known.facts, self.known.references)

    @cached_property
    def money_names(self) -> Names:
        """How all of that is called, and the money that schemes are paid from: for who reads where money comes from."""
        money = {line.slug: {"nl": line.title_nl, "en": line.title_en} for line in funding_lines(self.session)}
        return Names({**money, **self.names.titles}, self.names.facts, self.names.lists)

    @cached_property
    def _held(self) -> list[SchemeInForce]:
        return schemes_in_force(self.session, on=self.on, known_at=self.question.submitted_at)

    @cached_property
    def definitions(self) -> Mapping[str, SchemeDefinition]:
        """The schemes in force on the reference date, by slug; of a question that was sent those it was sent with."""
        return {scheme.slug: scheme.definition for scheme in self._held}

    @cached_property
    def _rules_hashed(self) -> tuple[str, ...]:
        return (self.on.isoformat(), *hashes_of(self.known, self._held))

    @cached_property
    def rules(self) -> Rules:
        """What the question is read with."""
        return Rules(self.on, self.known, tuple(self.definitions.values()))

    @cached_property
    def _assessed(self) -> Assessed:
        goals = {"goals": list(self.question.goals)} if self.question.goals else {}
        had_before = earlier_awards(self.session, question=self.question, on=self.on)
        raw = {**goals, **self.question.facts}
        route: Literal["individual", "employer"] = self.question.route.value

        def inputs() -> str:
            had = (one.model_dump_json() for one in had_before)
            return fingerprint("assessed", route, json.dumps(raw, sort_keys=True), *had, *self._rules_hashed)

        return once(inputs, lambda: assessed(raw, self.rules, route=route, had_before=had_before), size=HALF_AN_ANSWER)

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """The known facts, typed, with those that follow from them and what was awarded before."""
        return self._assessed.facts

    @property
    def verdicts(self) -> tuple[matching.Verdict, ...]:
        """What each scheme says about the facts."""
        return self._assessed.verdicts

    def answered(self, fact: str) -> bool:
        """Whether the person gave an answer; "I don't know" is one."""
        return fact in self.question.facts or (fact == "goals" and bool(self.question.goals))

    def said(self, fact: str) -> object:
        """The answer as it was stored: a value, ``"unknown"``, or None when it was not asked."""
        return self.question.facts.get(fact)

    @property
    def has_training(self) -> bool:
        """Whether the training is known."""
        return self.question.training_name is not None

    @property
    def has_employer(self) -> bool:
        """Whether there is, as far as we know, an employer who could pay a part."""
        return self.employer_route or self.said("work_situation") not in (None, *NO_EMPLOYER)

    @cached_property
    def needed(self) -> list[str]:
        """The facts that would still decide an undecided scheme and that this person can know, the most useful first."""
        wanted: Counter[str] = Counter()
        for verdict in self.verdicts:
            if verdict.can_be_offered:
                wanted.update({self._source(fact) for fact in self._missing(verdict)})
        order = list(self.known.facts)
        found = [fact for fact in wanted if self._can_ask(fact)]
        return sorted(
            found, key=lambda fact: (self.known.facts[fact].asked_in != "core", -wanted[fact], order.index(fact))
        )

    @cached_property
    def next(self) -> Next | None:
        """The question to ask now; None when no answer that this person can give changes who pays what.

        Without costs: when none changes which schemes may pay.
        """
        asked = question_for_matching(self.session, question=self.question, on=self.on, confirmed_only=False)
        lines = matching_funding_lines(self.session, on=self.on)
        askable = [fact for fact in self.known.facts if self._can_ask(fact)]

        def inputs() -> str:
            told = (
                repr(sorted(self.facts.items())),
                asked.model_dump_json(),
                *(one.model_dump_json() for one in lines),
            )
            return fingerprint("next", *told, *askable, *self._rules_hashed)

        return once(inputs, lambda: next_question(self.facts, asked, self.rules, funding_lines=lines, askable=askable))

    @property
    def not_asked(self) -> list[str]:
        """The facts that nobody needs for who pays what, but that say which other schemes may be possible."""
        asked = self.next.facts if self.next is not None else ()
        return [fact for fact in self.needed if fact not in asked]

    def _missing(self, verdict: matching.Verdict) -> list[str]:
        definition = self.definitions[verdict.scheme]
        aid = fact_to_ask(definition, self.known.region.settings.de_minimis, self.question.route.value, self.facts)
        return [*verdict.missing_facts, *([aid] if aid is not None else [])]

    def _source(self, fact: str) -> str:
        definition = self.known.facts.get(fact)
        return definition.derived.from_ if definition is not None and definition.derived is not None else fact

    def _can_ask(self, fact: str) -> bool:
        definition = self.known.facts.get(fact)
        if definition is None or self.answered(fact):
            return False
        if self.audience not in definition.who_knows or definition.derived is not None:
            return False
        if fact == "birth_date" and self.said("birth_year") == UNKNOWN:
            return False
        return self.has_training or not is_about_training(fact, definition.who_knows)

    @cached_property
    def loans(self) -> list[SchemeDefinition]:
        """The loans that could matter: this person may get one, and there are costs."""
        if not self.question.cost_lines:
            return []
        offered = [verdict.scheme for verdict in self.verdicts if verdict.can_be_offered]
        return [self.definitions[slug] for slug in offered if self.definitions[slug].repayable]


def is_about_training(fact: str, who_knows: tuple[str, ...] | list[str]) -> bool:
    """Whether a fact says something about the training, so that it makes no sense before there is one."""
    return fact.startswith("training_") or fact in ABOUT_TRAINING or "provider" in who_knows
