"""The door of one audience that asks: where its pages stand, in which order its questions come, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint

from portal.web.intake.fields import OwnWords
from portal.web.intake.flow import IntakeFlow, draft_of, sent_of
from portal.web.intake.state import Intake


@dataclass(frozen=True)
class AskerDoor:
    """What the pages that residents and employers share have of their own for one of them."""

    blueprint: Blueprint
    draft_address: str
    """Where the pages of a draft stand."""
    sent_address: str
    """Where the pages of a question that was sent stand."""
    flow: IntakeFlow
    words: Callable[[Intake], Mapping[str, OwnWords]]
    """Other words for facts, for this reader."""
    fact_pages: Mapping[str, str]
    """The facts that have a page with an address of its own: its last part -> the fact."""

    @property
    def audience(self) -> str:
        """Who comes in here, as facts name who knows them: ``resident`` or ``employer``."""
        return self.blueprint.name

    def draft(self, question_id: str) -> Intake:
        """A question that is still a draft; after sending, the status page."""
        return draft_of(question_id, f"{self.blueprint.name}.status")

    def sent(self, question_id: str) -> Intake:
        """A question that was sent; before that, the answers."""
        return sent_of(question_id, f"{self.blueprint.name}.check")
