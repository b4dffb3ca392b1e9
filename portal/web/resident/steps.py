"""The questions of a resident, in order, and the words for somebody without an employer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from portal.platform.i18n import lazy_gettext as _l
from portal.web.intake.fields import OwnWords
from portal.web.intake.flow import IntakeFlow, IntakeStep, draft_of, sent_of
from portal.web.intake.state import NO_EMPLOYER, Intake

Condition = Callable[[Intake], bool]

SECTIONS = (
    _l("Uw wens"),
    _l("Over u"),
    _l("De opleiding"),
    _l("De kosten"),
    _l("Laatste vragen"),
    _l("Controleren"),
)


def knows(fact: str) -> Condition:
    """A page for a fact that this region has."""
    return lambda intake: fact in intake.known.facts


def only_when_needed(fact: str) -> Condition:
    """A page for a fact that is only asked when it decides something (or was answered before)."""
    return lambda intake: fact in intake.needed or intake.answered(fact)


def of_training(fact: str) -> Condition:
    """A page about the training: only when there is one."""
    return lambda intake: intake.has_training and fact in intake.known.facts


FLOW = IntakeFlow(
    "resident",
    (
        IntakeStep("wish", 1),
        IntakeStep("postcode", 2, knows("residence_postcode")),
        IntakeStep("municipality", 2, knows("residence_municipality"), "residence_municipality"),
        IntakeStep("birth_year", 2, knows("birth_year"), "birth_year"),
        IntakeStep("birth_date", 2, only_when_needed("birth_date"), "birth_date"),
        IntakeStep("work_situation", 2, knows("work_situation"), "work_situation"),
        IntakeStep("benefit", 2, only_when_needed("benefit"), "benefit"),
        IntakeStep("education_level", 2, knows("education_level"), "education_level"),
        IntakeStep("training", 3),
        IntakeStep("training_path", 3, of_training("training_path"), "training_path"),
        IntakeStep("training_level", 3, of_training("training_level"), "training_level"),
        IntakeStep("training_sector", 3, of_training("training_sector"), "training_sector"),
        IntakeStep("training_start", 3, of_training("training_start"), "training_start"),
        IntakeStep("costs", 4),
        IntakeStep("employer", 4, lambda intake: intake.has_employer),
        IntakeStep("fact", 5),
        IntakeStep("borrow", 5, lambda intake: bool(intake.loans)),
        IntakeStep("check", 6),
    ),
    SECTIONS,
)

WITHOUT_EMPLOYER: Mapping[str, OwnWords] = {
    "employer_sector_fund": OwnWords(
        _l("Bij welk sectorfonds hoorde uw laatste werkgever?"),
        hint=_l('Kijk op een oude loonstrook. Heeft u nooit een werkgever gehad? Kies dan "Geen".'),
    ),
}


def words_for(intake: Intake) -> Mapping[str, OwnWords]:
    """Other words for facts: for who has no employer now."""
    return WITHOUT_EMPLOYER if intake.said("work_situation") in NO_EMPLOYER else {}


def draft(question_id: str) -> Intake:
    """The resident's draft; after sending, the status page."""
    return draft_of(question_id, "resident.status")


def sent(question_id: str) -> Intake:
    """The resident's question that was sent; before that, the answers."""
    return sent_of(question_id, "resident.check")
