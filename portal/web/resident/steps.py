"""The questions of a resident, in order, and the words for somebody without an employer."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import lazy_gettext as _l
from portal.web.intake.door import AskerDoor
from portal.web.intake.fields import OwnWords
from portal.web.intake.flow import (
    TRAINING_PAGES,
    TRAINING_STEPS,
    IntakeFlow,
    IntakeStep,
    about_costs,
    knows,
    never,
    only_when_needed,
)
from portal.web.intake.state import NO_EMPLOYER, Intake
from portal.web.resident.blueprint import blueprint

SECTIONS = (
    _l("Uw wens"),
    _l("Over u"),
    _l("De opleiding"),
    _l("De kosten"),
    _l("Laatste vragen"),
    _l("Controleren"),
)


FLOW = IntakeFlow(
    "resident",
    (
        IntakeStep("wish", 1),
        IntakeStep("postcode", 2, knows("residence_postcode")),
        IntakeStep("municipality", 2, knows("residence_municipality"), "residence_municipality"),
        IntakeStep("birth_year", 2, knows("birth_year"), "birth_year"),
        IntakeStep("birth_date", 2, only_when_needed("birth_date"), "birth_date", never),
        IntakeStep("work_situation", 2, knows("work_situation"), "work_situation"),
        IntakeStep("benefit", 2, only_when_needed("benefit"), "benefit", never),
        IntakeStep("education_level", 2, knows("education_level"), "education_level"),
        *TRAINING_STEPS,
        IntakeStep("costs", 4, about_costs),
        IntakeStep(
            "employer",
            4,
            lambda intake: intake.has_employer and about_costs(intake),
            expected=lambda intake: intake.said("work_situation") not in NO_EMPLOYER and about_costs(intake),
        ),
        IntakeStep("fact", 5),
        IntakeStep("borrow", 5, lambda intake: bool(intake.loans), expected=never),
        IntakeStep("check", 6),
    ),
    SECTIONS,
)

WITHOUT_EMPLOYER: Mapping[str, OwnWords] = {
    "employer_sector_fund": OwnWords(
        _l("Bij welk sectorfonds hoorde uw laatste werkgever?"),
        hint=_l('Kijk op een oude loonstrook. Hebt u nooit een werkgever gehad? Kies dan "Geen".'),
    ),
}


WITH_EMPLOYER: Mapping[str, OwnWords] = {
    "employer_municipality": OwnWords(
        _l("In welke gemeente werkt u?"),
        why=_l("Sommige regelingen zijn voor wie in deze regio werkt, ook als u ergens anders woont."),
        hint=_l("Kies de gemeente waar het bedrijf staat waar u werkt."),
    ),
}


def words_for(intake: Intake) -> Mapping[str, OwnWords]:
    """Other words for facts: for who has no employer now, and for who has one."""
    return WITHOUT_EMPLOYER if intake.said("work_situation") in NO_EMPLOYER else WITH_EMPLOYER


DOOR = AskerDoor(
    blueprint,
    "/vraag/<question_id>",
    "/mijn/<question_id>",
    FLOW,
    words_for,
    {
        "geboortejaar": "birth_year",
        "geboortedatum": "birth_date",
        "werk": "work_situation",
        "uitkering": "benefit",
        "diploma": "education_level",
        **TRAINING_PAGES,
    },
)
