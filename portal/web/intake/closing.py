"""The end of the questions: every answer once, whether more could change the outcome, and what was not asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue

from portal.web.edge import page
from portal.web.intake.answers import Row, label_of
from portal.web.intake.door import AskerDoor
from portal.web.intake.flow import TO_CHECK, IntakeFlow
from portal.web.intake.state import Intake


@dataclass(frozen=True)
class Closing:
    """What the check page says about the questions.

    `settled`: it is proven that no answer changes who pays what. `open_question`: where an answer still can. `not_asked`:
    questions that were left out, with a way to answer them after all; they may still say which other schemes are possible.
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


def check_page(door: AskerDoor, intake: Intake, sections: list[tuple[str, list[Row]]]) -> ResponseReturnValue:
    """Every answer once, with a way to change it."""
    return page(
        "intake/check.html",
        sections=sections,
        place=door.flow.place(intake, "check"),
        closing=closing_of(door.flow, intake, door.words(intake)),
        intake=intake,
    )
