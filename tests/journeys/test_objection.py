"""A refusal in a real browser: the resident reads it and objects, is heard, and a colleague decides otherwise.

The resident has no JavaScript, staff has. The figures of the region are those of the books before and after.
"""

from __future__ import annotations

from portal.platform import clock
from tests.factories import NOW
from tests.journeys.books import figures_shown, moved
from tests.journeys.people import Person
from tests.journeys.proefland import (
    ADA,
    CHECKS,
    DAY,
    STORY,
    TOM,
    WHOLE,
    OpenOffice,
    app,
    asks_and_applies,
    assert_books_balance,
    code_of,
    comes_back,
    dutch,
    figures_now,
    office,
    opens_case,
    opens_its_doors,
    still,
    walks,
    words,
)

__all__ = ["app", "office", "still"]
pytestmark = STORY


def test_a_refusal_is_objected_to_heard_and_reversed_by_a_colleague(office: OpenOffice) -> None:
    journey, rik, ada, figures = opens_its_doors(office)
    mia, number = asks_and_applies(journey, "Mia Bakker", 2)
    refuses(ada, number)
    assert figures_shown(journey, rik) == figures and journey.vouchers() == []
    objection = objects(mia)
    plans_a_hearing(walks(journey, TOM), objection)
    with clock.frozen(NOW + 14 * DAY):
        tom = walks(journey, TOM)
        reports_the_hearing(tom, objection)
        may_not_decide(walks(journey, ADA), objection)
        decides_founded(tom, objection)
        assert figures_now(journey) == figures + moved(reserved=WHOLE, available=-WHOLE)
        mia = comes_back(journey, "Mia Bakker")
        mia.inspect()
        [voucher] = journey.vouchers()
        assert code_of(mia).replace("-", "") == voucher.code
        status = mia.page.url
        page = mia.follow("Lees het besluit")
        mia.inspect()
        assert "U krijgt € 1.200." in words(page)
        assert "in beroep gaan bij de rechtbank" in words(page), "after an objection one does not object again"
        mia.go(status)
        page = mia.follow("Niet eens met een besluit? Bezwaar maken of volgen")
        mia.inspect()
        assert objection in words(page)
    assert_books_balance(journey)


def refuses(ada: Person, number: str) -> None:
    """The advisor refuses with the rule and what does not fit."""
    opens_case(ada, number)
    ada.follow("De aanvraag afwijzen")
    ada.inspect()
    ada.fill(rationale="De opleiding past niet bij de regeling (artikel 2).", ground="own_facts")
    page = ada.press("Aanvraag afwijzen")
    ada.inspect()
    assert "afgewezen" in words(page)


def objects(mia: Person) -> str:
    """The resident reads why, and objects on the page. Returns the number of the objection."""
    mia.go(mia.page.url)
    status = mia.page.url
    page = mia.follow("Lees het besluit")
    mia.inspect()
    assert "De opleiding past niet bij de regeling (artikel 2)." in words(page)
    mia.follow("Of maak hier bezwaar, zonder brief")
    mia.inspect()
    mia.press("Verstuur uw bezwaar", wrong=True)
    mia.inspect(wrong=True)
    mia.fill(grounds="De opleiding past wel: ik word technicus.")
    page = mia.press("Verstuur uw bezwaar")
    mia.inspect()
    number = page.locator("main table tbody tr td, main table tbody tr th").first.inner_text()
    mia.go(status)
    return number


def plans_a_hearing(tom: Person, objection: str) -> None:
    """A colleague finds the objection and invites the resident."""
    page = tom.go("/adviseur/bezwaren")
    tom.inspect()
    tom.follow(objection)
    tom.inspect()
    tom.follow("Hoorzitting plannen")
    tom.inspect()
    tom.fill(day=dutch(NOW + 14 * DAY), time="9.30", place="Stadhuis van Proefstad")
    page = tom.press("Nodig uit")
    assert "16 maart 2026" in words(page)


def to_the_objection(advisor: Person, objection: str) -> None:
    """From the list to the objection."""
    advisor.go("/adviseur/bezwaren")
    advisor.follow(objection)


def reports_the_hearing(tom: Person, objection: str) -> None:
    """What was said at the hearing."""
    to_the_objection(tom, objection)
    tom.follow("Verslag van de hoorzitting schrijven")
    tom.inspect()
    tom.fill(heard_on=dutch(clock.now()), report="Mevrouw Bakker liet zien dat technicus het doel is.")
    page = tom.press("Leg vast")
    tom.inspect()
    assert "Mevrouw Bakker liet zien" in words(page)


def may_not_decide(ada: Person, objection: str) -> None:
    """Who took the decision does not decide on the objection."""
    to_the_objection(ada, objection)
    ada.follow("Besluiten op het bezwaar")
    ada.fill(outcome="unfounded", rationale="Ik blijf erbij.")
    ada.press("Besluiten", wrong=True)


def decides_founded(tom: Person, objection: str) -> None:
    """The colleague makes a new proposal and decides in favour."""
    to_the_objection(tom, objection)
    tom.press("Maak een nieuw voorstel")
    tom.inspect()
    tom.fill(outcome="founded", rationale="De opleiding past bij de vraag naar technici.", **CHECKS)
    page = tom.press("Besluiten")
    tom.inspect()
    assert "gegrond" in words(page)
