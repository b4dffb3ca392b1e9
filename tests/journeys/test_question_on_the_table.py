"""The talk in a real browser: the advisor changes answers and sees what that does, a colleague is in the case too, the person answers.

On paper. Who: an advisor with somebody on the telephone, a colleague with the same case open, and later the person at home on a
telephone without scripts. What: costs are wrong, a training has another name, an amount is typed with letters, a lever is pressed and
taken back. Mistakes: letters in an amount, and two people at once; nothing typed is lost. Pause: every change is kept when it is made.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from portal.platform.database import unit_of_work
from tests.factories import a_question
from tests.journeys.people import Journey, Person
from tests.journeys.proefland import ADA, STORY, TOM, OpenOffice, app, office, opens_case, still, words
from tests.who_runs_what import BROAD

__all__ = ["app", "office", "still"]
pytestmark = STORY
WAYS = [(1280, True), (360, False)]
"""Wide with scripts; in the broad run narrow and without as well."""


@pytest.mark.parametrize(("width", "script"), WAYS if BROAD else WAYS[:1])
def test_a_talk_changes_the_question_and_the_person_says_whether_it_is_right(
    office: OpenOffice, width: int, script: bool
) -> None:
    journey = office({})
    question = unit_of_work(journey.desk.engine, a_question)
    number = str(question.reference_number)
    ada = journey.employee(ADA, script=script, careful=False, width=width)
    beside = on_the_table(ada, number)
    ada.inspect()
    changes(ada, script, **{"lines-0-amount": "1.500"})
    expect(beside).to_contain_text("1.500,00")
    types_letters_and_mends_it(ada, script)
    presses_a_lever_and_takes_it_back(ada, beside)
    a_colleague_is_there_too(journey, ada, number, script)
    ada.inspect()
    the_person_answers(journey)
    opens_case(ada, number)
    assert "Het is maar € 1.300." in words(ada.page)


def on_the_table(advisor: Person, number: str) -> Locator:
    """From the worklist to the case, and there to the table; what stands beside the form."""
    opens_case(advisor, number)
    page = advisor.follow("Bespreken en wijzigen")
    return page.locator("#beside")


def changes(advisor: Person, script: bool, *, wrong: bool = False, **answers: str) -> None:
    """Type something, and leave the field; without a script press the button."""
    advisor.fill(**answers)
    if script:
        advisor.page.locator(f'[name="{[*answers][-1]}"]').first.blur()
        expect(advisor.page.locator("#talk-status")).to_have_text(
            re.compile("niets opgeslagen" if wrong else "^Opgeslagen")
        )
    else:
        advisor.press("Opslaan", wrong=wrong)


def types_letters_and_mends_it(ada: Person, script: bool) -> None:
    """An amount in letters is told at the field, and stays there to be mended."""
    changes(ada, script, wrong=True, **{"lines-0-amount": "veel"})
    field = ada.page.locator("#lines-0-amount")
    expect(field).to_have_value("veel")
    expect(field).to_have_attribute("aria-invalid", "true")
    changes(ada, script, **{"lines-0-amount": "9.000"})
    expect(ada.page.locator(".error-summary")).to_have_count(0)


def presses_a_lever_and_takes_it_back(ada: Person, beside: Locator) -> None:
    """What would make it cheaper comes by itself, or by a link; a button fills it in, another takes it back."""
    link = ada.page.get_by_role("link", name="Reken uit wat het goedkoper maakt")
    if link.count() and not ada.page.evaluate("() => !!window.htmx"):
        link.click()
    fill = beside.locator("#levers button").first
    expect(fill).to_be_visible()
    fill.click()
    undo = beside.get_by_role("button", name=re.compile("^Terugdraaien Bijdrage"))
    expect(undo).to_be_visible()
    undo.click()
    expect(undo).to_have_count(0)


def a_colleague_is_there_too(journey: Journey, ada: Person, number: str, script: bool) -> None:
    """The colleague changes the training; the advisor is told, and keeps the wish that was typed."""
    tom = journey.employee(TOM, script=False, careful=False)
    on_the_table(tom, number)
    tom.fill(training_name="Lasser")
    tom.press("Opslaan")
    changes(ada, script, wrong=True, wish="Ik wil lasser worden.")
    expect(ada.page.locator(".seen-otherwise")).to_contain_text("Lasser, ROC Proef")
    expect(ada.page.locator("#training_name")).to_have_value("Lasser")
    expect(ada.page.locator("#wish")).to_have_value("Ik wil lasser worden.")
    ada.page.get_by_role("main").get_by_role("button", name="Opslaan").last.click()
    expect(ada.page.locator(".error-summary")).to_have_count(0)


def the_person_answers(journey: Journey) -> None:
    """At home, without a script: one change is right, another is not."""
    sam = journey.visitor(careful=False)
    sam.go(journey.mailed_link("sam@voorbeeld.example"))
    sam.press("Naar uw vraag")
    page = sam.follow("Bekijk wat er is veranderd")
    sam.inspect()
    costs = page.locator(".panel", has_text="Kosten")
    costs.locator("summary").click()
    costs.get_by_label("Wat klopt er niet?").fill("Het is maar € 1.300.")
    costs.get_by_role("button", name=re.compile("^Verstuur")).click()
    sam.look()
    page.locator(".panel", has_text="Wens").get_by_role("button", name=re.compile("^Dit klopt")).click()
    sam.look()
    assert "u bent het er niet mee eens" in words(page)
    assert "klopt" in words(page)
