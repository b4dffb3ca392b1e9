"""The questions of an employer, in order, and the words for asking about an employee instead of oneself."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import lazy_gettext as _l
from portal.web.employer.blueprint import blueprint
from portal.web.intake.door import AskerDoor
from portal.web.intake.fields import OwnWords
from portal.web.intake.flow import (
    TRAINING_PAGES,
    TRAINING_STEPS,
    IntakeFlow,
    IntakeStep,
    about_aid,
    about_costs,
    knows,
)

SECTIONS = (
    _l("De wens"),
    _l("Uw organisatie"),
    _l("De opleiding"),
    _l("De kosten"),
    _l("Laatste vragen"),
    _l("Controleren"),
)


FLOW = IntakeFlow(
    "employer",
    (
        IntakeStep("wish", 1),
        IntakeStep("company", 2),
        IntakeStep("employer_municipality", 2, knows("employer_municipality"), "employer_municipality"),
        IntakeStep("employer_size", 2, knows("employer_size"), "employer_size"),
        IntakeStep("employer_sector_fund", 2, knows("employer_sector_fund"), "employer_sector_fund"),
        *TRAINING_STEPS,
        IntakeStep("costs", 4, about_costs),
        IntakeStep("fact", 5),
        IntakeStep("group", 5, about_aid),
        IntakeStep("check", 6),
    ),
    SECTIONS,
)

WORDS: Mapping[str, OwnWords] = {
    "birth_year": OwnWords(_l("In welk jaar is uw werknemer geboren?"), hint=_l("Bijvoorbeeld 1985.")),
    "birth_date": OwnWords(
        _l("Wat is de geboortedatum van uw werknemer?"),
        why=_l("Het geboortejaar ligt op de grens van een regeling. Daarom hebben wij de hele datum nodig."),
    ),
    "work_situation": OwnWords(
        _l("Welk contract heeft uw werknemer?"),
        hint=_l("Past er meer dan één? Kies wat het meest klopt."),
        options={
            "employee_permanent": _l("Een vast contract"),
            "employee_temporary": _l("Een tijdelijk contract"),
            "temp_agency": _l("Werkt via een uitzendbureau"),
            "self_employed": _l("Werkt als zzp'er"),
            "job_seeker": _l("Zoekt nog werk"),
            "dismissal_threatened": _l("Heeft werk, maar raakt het misschien kwijt"),
            "other": _l("Iets anders"),
        },
    ),
    "education_level": OwnWords(
        _l("Wat is het hoogste diploma van uw werknemer?"), hint=_l("Kies de hoogste opleiding die is afgemaakt.")
    ),
    "employer_sector_fund": OwnWords(
        _l("Bij welk sectorfonds hoort uw organisatie?"),
        hint=_l('Kijk in de cao of op een loonstrook. Hoort uw organisatie bij geen fonds? Kies dan "Geen".'),
    ),
    "contract_hours": OwnWords(_l("Hoeveel uur per week staat er in het contract van uw werknemer?")),
    "goals": OwnWords(
        _l("Wat wilt u met de opleiding bereiken?"),
        hint=_l("U mag meer dan één antwoord kiezen."),
        options={
            "keep_current_job": _l("Dat mijn werknemer goed blijft in het werk"),
            "other_job": _l("Dat mijn werknemer ander werk gaat doen"),
            "own_business": _l("Dat mijn werknemer een eigen bedrijf begint"),
            "find_work": _l("Dat mijn werknemer werk vindt bij een ander"),
            "basic_skills": _l("Beter lezen, schrijven, rekenen of met de computer werken"),
            "certificate": _l("Een diploma of certificaat"),
        },
    ),
    "colland_five_years": OwnWords(
        _l("Werkte uw werknemer 5 jaar lang minstens 26 weken per jaar in de groene sector?")
    ),
    "qualified_teacher": OwnWords(_l("Mag uw werknemer lesgeven als leraar?")),
    "mandatory_for_job": OwnWords(_l("Is de opleiding verplicht voor het werk dat uw werknemer nu doet?")),
}

DOOR = AskerDoor(
    blueprint,
    "/werkgever/vraag/<question_id>",
    "/werkgever/vraag/<question_id>",
    FLOW,
    lambda _intake: WORDS,
    {
        "vestiging": "employer_municipality",
        "omvang": "employer_size",
        "sectorfonds": "employer_sector_fund",
        **TRAINING_PAGES,
    },
)
