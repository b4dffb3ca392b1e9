"""What residents of the small desk ask of their own data, a term that waits for a second person, and a case that is held."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.rights.actions import ask_right
from portal.cases.rights.models import Right
from portal.oversight.privacy.kinds import Kept, KeptFor, TermUnit
from portal.oversight.privacy.retention.actions import WantedTerm, hold_case, lay_down_term
from portal.people.actor import Actor, Audience
from tests.factories import SYSTEM
from tests.web.asked import NOW


def ask_rights(session: Session, questions: dict[str, Any], ids: dict[str, str]) -> None:
    """Write them down, and keep their ids for the addresses."""
    asked = {
        name: session.get_one(DevelopmentQuestion, questions[f"{name}sent resident"].id) for name in ("", "other ")
    }
    for name, question in asked.items():
        me, today = Actor(Audience.RESIDENT, question_id=question.id), NOW.date()
        one = ask_right(session, question=question, kind=Right.ACCESS, text="", asked_on=today, actor=me, now=NOW)
        ids[f"{name}privacy request"] = one.public_id
    wanted = WantedTerm(Kept.LOGS, KeptFor(1, TermUnit.YEARS), "Taak", "Selectielijst")
    ids["retention term"] = lay_down_term(session, wanted=wanted, actor=SYSTEM, now=NOW).public_id
    why = "Er loopt een zaak bij de rechter."
    held = hold_case(session, question=asked["other "], reason=why, until=None, actor=SYSTEM, now=NOW)
    ids["legal hold"] = held.public_id
