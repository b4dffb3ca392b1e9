"""The order of the questions: which page comes after which, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import abort, redirect, request, url_for

from portal.cases.contents import VAT_FACT
from portal.cases.linked.queries import group_of_question
from portal.cases.questions.queries import question_by_public_id
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import found, leave_for
from portal.web.edge.policy import current_actor
from portal.web.intake.state import Intake

TO_CHECK = "controle"
TO_BUNDLE = "samen"
EXTRA = "fact"
"""Name of the page that asks any fact without a page of its own."""
ELSEWHERE_ASKED = ("residence_postcode", VAT_FACT)
"""Facts that are asked together with something else, on its page."""


Condition = Callable[[Intake], bool]


def always(_intake: Intake) -> bool:
    """A page that everybody gets."""
    return True


def knows(fact: str) -> Condition:
    """A page for a fact that this region has."""
    return lambda intake: fact in intake.known.facts


def never(_intake: Intake) -> bool:
    """A page that is not counted on: it is rare, and to find out takes a look at every scheme."""
    return False


def only_when_needed(fact: str) -> Condition:
    """A page for a fact that is only asked when it decides something (or was answered before)."""
    return lambda intake: intake.answered(fact) or fact in intake.needed


def about_aid(intake: Intake) -> bool:
    """A page about the group of an employer: only when it was asked what aid the employer had."""
    return intake.answered(intake.known.region.settings.de_minimis.used_fact)


def about_costs(intake: Intake) -> bool:
    """A page about what it costs, or who pays that: only when there is a training, or costs were filled in before."""
    return intake.has_training or bool(intake.question.cost_lines)


def of_training(fact: str) -> Condition:
    """A page about the training: only when there is one."""
    return lambda intake: intake.has_training and fact in intake.known.facts


@dataclass(frozen=True)
class IntakeStep:
    """One page of the intake: its endpoint, its section, when it applies, and the fact it asks (if it asks one)."""

    name: str
    section: int
    applies: Condition = always
    fact: str | None = None
    expected: Condition | None = None
    """Whether it is counted as one to come, as long as nobody was there; without it: when it applies."""

    def is_expected(self, intake: Intake) -> bool:
        """Whether it is counted as one to come."""
        return (self.expected or self.applies)(intake)


def _about_training(fact: str) -> IntakeStep:
    def expected(intake: Intake) -> bool:
        told_none = not intake.has_training and bool(intake.question.cost_lines)
        return fact in intake.known.facts and not told_none

    return IntakeStep(fact, 3, of_training(fact), fact, expected)


TRAINING_STEPS = (
    IntakeStep("training", 3),
    *map(_about_training, ("training_path", "training_level", "training_sector", "training_start")),
)
"""The pages about the training: the third section for everybody."""
TRAINING_PAGES = {
    "vorm": "training_path",
    "niveau": "training_level",
    "sector": "training_sector",
    "begin": "training_start",
}
"""The facts about the training by the last part of the address of their page."""


@dataclass(frozen=True)
class IntakePlace:
    """Where in the intake a page is: which of the pages that this person gets, as far as is known now."""

    number: int
    total: int
    section: LazyString
    back: str
    save: str


@dataclass(frozen=True)
class IntakeFlow:
    """The intake of one audience. The steps stand in order; ``fact`` stands for all pages with extra questions."""

    blueprint: str
    steps: Sequence[IntakeStep]
    sections: Sequence[LazyString]

    def url(self, intake: Intake, name: str, **values: str) -> str:
        """The address of a page of this intake."""
        return url_for(f"{self.blueprint}.{name}", **{"question_id": intake.id, **values})  # type: ignore[arg-type]

    def page_of(self, intake: Intake, fact: str, **values: str) -> str:
        """The address of the page that asks a fact."""
        own = next((step for step in self.steps if step.fact == fact), None)
        if own is not None:
            return self.url(intake, own.name, **values)
        return self.url(intake, EXTRA, fact=fact, **values)

    def extra_facts(self, intake: Intake) -> list[str]:
        """The facts that were answered on a page for extra questions, in the order in which they were."""
        own = {step.fact for step in self.steps}
        known = intake.known.facts
        return [
            fact for fact in intake.question.facts if fact not in own and fact in known and fact not in ELSEWHERE_ASKED
        ]

    def following(self, intake: Intake, name: str) -> str:
        """The page after this one. Who came to change one answer goes back to the check, by way of what is newly needed.

        The extra questions stand in the order in which they can change the outcome; they end when none can any more. An
        answer that comes later, such as a wish to borrow, may raise new ones.
        """
        intake = intake.again()
        if request.args.get("naar") == TO_BUNDLE and self.blueprint == "employer":
            return self.url(intake, "bundle")
        if request.args.get("naar") == TO_CHECK:
            fact = self.extra_question(intake)
            return self.page_of(intake, fact, naar=TO_CHECK) if fact is not None else self.url(intake, "check")
        names = [step.name for step in self.steps]
        for step in self.steps[names.index(name) + (0 if name == EXTRA else 1) :]:
            if step.name in (EXTRA, "check"):
                fact = self.extra_question(intake)
                if fact is not None:
                    return self.page_of(intake, fact)
            elif step.applies(intake) and not (name == EXTRA and has_answer(intake, step)):
                return self.url(intake, step.name)
        return self.url(intake, "check")

    def extra_question(self, intake: Intake) -> str | None:
        """The fact to ask now that the pages of everybody are done; None when no answer changes the outcome any more."""
        asked = intake.next.facts if intake.next is not None else ()
        return next((fact for fact in asked if self._reachable(intake, fact)), None)

    def _reachable(self, intake: Intake, fact: str) -> bool:
        step = next((step for step in self.steps if step.fact == fact), None)
        return step is None or step.applies(intake)

    def back(self, intake: Intake, name: str, fact: str | None = None) -> str:
        """The page before this one."""
        if request.args.get("naar") == TO_BUNDLE and self.blueprint == "employer":
            return self.url(intake, "bundle")
        if request.args.get("naar") == TO_CHECK:
            return self.url(intake, "check")
        answered = self.extra_facts(intake)
        if name == EXTRA:
            before = answered[: answered.index(fact)] if fact in answered else answered
            if before:
                return self.url(intake, EXTRA, fact=before[-1])
        names = [*(step.name for step in self.steps), "check"]
        for step in reversed(self.steps[: names.index(name)]):
            if step.name == EXTRA and answered:
                return self.url(intake, EXTRA, fact=answered[-1])
            if step.name != EXTRA and self._was_there(intake, step):
                return self.url(intake, step.name)
        return url_for(f"{self.blueprint}.start")

    def place(self, intake: Intake, name: str, fact: str | None = None) -> IntakePlace:
        """Where this page is: for the line "step 2 of 14" and the link back."""
        section = next((step.section for step in self.steps if step.name == name), len(self.sections))
        before, after = self._pages_around(intake, name, fact)
        return IntakePlace(
            before + 1,
            before + 1 + after,
            self.sections[section - 1],
            self.back(intake, name, fact),
            self.url(intake, "save"),
        )

    def _pages_around(self, intake: Intake, name: str, fact: str | None) -> tuple[int, int]:
        """How many pages this person had before this one, and how many are still to come as far as is known.

        Rare pages and extra questions count once somebody was there: before that nobody knows whether they come.
        """
        extra = self.extra_facts(intake)
        names = [step.name for step in self.steps]
        here = names.index(name)
        before = sum(self._was_there(intake, step) for step in self.steps[:here] if step.name != EXTRA)
        after = sum(
            step.is_expected(intake) or (step.expected is never and has_answer(intake, step))
            for step in self.steps[here + 1 :]
            if step.name != EXTRA
        )
        if name == EXTRA:
            done = extra.index(fact) if fact in extra else len(extra)
            return before + done, after + max(len(extra) - done - 1, 0)
        return (before + len(extra), after) if here > names.index(EXTRA) else (before, after + len(extra))

    def _was_there(self, intake: Intake, step: IntakeStep) -> bool:
        """Whether somebody came by this page. Who did not answer what is rarely asked was not."""
        return has_answer(intake, step) if step.expected is never else step.applies(intake)

    def resume(self, intake: Intake) -> str:
        """Where to go on with a draft: after the last page that was answered."""
        last = None
        for step in self.steps:
            if step.applies(intake) and has_answer(intake, step):
                last = step.name
        return self.following(intake, last) if last else self.url(intake, self.steps[0].name)


def has_answer(intake: Intake, step: IntakeStep) -> bool:
    """Whether something was filled in on a page."""
    question = intake.question
    if step.name == "group":
        return group_of_question(intake.session, question=question) is not None
    if step.name in question.left_open:
        return True
    own = {
        "wish": question.wish or question.goals,
        "postcode": intake.answered("residence_postcode"),
        "training": question.training_name,
        "company": question.employer_kvk,
        "costs": question.cost_lines,
        "borrow": question.borrow_up_to_cents,
    }
    return bool(own[step.name]) if step.name in own else step.fact is not None and intake.answered(step.fact)


def seen(question_id: str) -> Intake:
    """The question of the address, for who asked it; 404 for everybody else."""
    session, actor = current_session(), current_actor()
    question = found(question_by_public_id(session, public_id=question_id, actor=actor))
    return Intake(session, question, actor, today())


def draft_of(question_id: str, status: str) -> Intake:
    """A question that is still a draft. Who comes back to a page after sending goes to the status page.

    Raises ``ChangedMeanwhile`` for who sends such a page then.
    """
    intake = seen(question_id)
    if not intake.question.is_draft:
        gone = _l("Deze vraag is al verstuurd. Bel ons als u nog iets wilt veranderen.")
        abort(leave_for(url_for(status, question_id=question_id), gone))
    return intake


def sent_of(question_id: str, check: str) -> Intake:
    """A question that was sent. Before that there is nothing to follow yet: back to the answers."""
    intake = seen(question_id)
    if intake.question.is_draft:
        abort(redirect(url_for(check, question_id=question_id), code=303))
    return intake
