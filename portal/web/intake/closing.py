"""The end of the questions: whether more answers could change the outcome, and what was not asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.web.intake.answers import label_of
from portal.web.intake.flow import TO_CHECK, IntakeFlow
from portal.web.intake.state import Intake


@dataclass(frozen=True)
class Closing:
    """What the check page says about the questions.

    `settled`: it is proven that no answer changes who pays what. `open_question`: where an answer still can. `not_asked`:
    questions that were left out, with a way to answer them after all.
    """

    settled: bool
    open_question: dict[str, str] | None
    not_asked: list[dict[str, str]]


def closing_of(flow: IntakeFlow, intake: Intake, questions: Mapping[str, Any]) -> Closing:
    """Where the questions stand. `questions` has other words per fact for this reader."""

    def link(fact: str) -> dict[str, str]:
        return {"label": label_of(intake, fact, questions), "href": flow.page_of(intake, fact, naar=TO_CHECK)}

    fact = flow.extra_question(intake)
    return Closing(
        settled=intake.next is None and bool(intake.question.cost_lines),
        open_question=None if fact is None else link(fact),
        not_asked=[link(one) for one in intake.not_asked],
    )
