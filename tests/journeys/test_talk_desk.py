"""The whole job of the talk desk in a real browser: from a wish without a training to a voucher, in one talk.

On paper. Who: somebody who wants "iets met techniek" and knows no training, at home on a telephone without scripts; an advisor at
the desk; an employer who opens a mail. What: a question is sent without a training, a talk is booked, the advisor finds trainings,
lays them beside each other, one is chosen, the employer pays more, papers come in as a photo, and all is settled on one page. Mistakes:
a file that is no picture, and the report left out of the form. Pause: between the question and the talk lie two days. The person is
told what was changed and says of each change whether it is right.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from portal.cases.diaries.actions import WeeklyHours, add_hours
from portal.cases.diaries.models import TalkWay
from portal.framework.trainings.actions import enter_training
from portal.framework.trainings.models import PriceLine
from portal.people.accounts.queries import account_by_email, actor_of_account
from portal.platform import clock
from portal.platform.clock import AMSTERDAM
from portal.platform.database import unit_of_work
from tests.factories import NOW, REGION
from tests.journeys.people import Journey, Person, asked_before
from tests.journeys.proefland import (
    ADA,
    ANSWERS,
    CHECKS,
    DAY,
    RULES,
    STORY,
    OpenOffice,
    app,
    applicant,
    assert_books_balance,
    comes_back,
    contact,
    office,
    opens_case,
    still,
    words,
)
from tests.portal.cases.test_chosen_training import TERMS
from tests.portal.post.files.hostile import jpeg
from tests.who_runs_what import BROAD

__all__ = ["app", "office", "still"]
pytestmark = STORY
WAYS = [(1280, True), (360, False), (1280, False), (360, True)]
"""Wide with scripts; in the broad run narrow and without as well."""
NAME = "Noor Bakker"
WANTS_A_QUOTATION = {
    RULES: {
        "voucher: {": "evidence: [{id: offerte, nl: Een offerte van de opleider, en: A quotation of the provider}]\nvoucher: {"
    }
}
UNDECIDED = {key: value for key, value in ANSWERS.items() if key != "begin"} | {
    "opleiding": {"known": "no"},
    "kosten": {"unknown": "1"},
}
EMPLOYER = {"employer_name": "Staal bv", "employer_email": "baas@staal.example"}
TALK = NOW + 2 * DAY


@pytest.mark.parametrize(("width", "script"), WAYS if BROAD else WAYS[:1])
def test_from_a_wish_without_a_training_to_a_voucher(
    office: OpenOffice, tmp_path: Path, width: int, script: bool
) -> None:
    journey = office(WANTS_A_QUOTATION)
    journey.width = width
    unit_of_work(journey.desk.engine, opens_the_diary_and_the_list)
    noor, number = asked_before(journey, UNDECIDED, contact(NAME))
    books_a_talk(noor)
    with clock.frozen(TALK):
        ada = journey.employee(ADA, script=script, careful=False, width=width)
        opens_case(ada, number)
        finds_a_training(ada)
        says_when_it_starts(ada, script)
        lets_the_employer_pay_more(ada, journey)
        at_home = comes_back(journey, NAME)
        hands_in(at_home, tmp_path)
        says_of_each_change_that_it_is_right(at_home)
        settles_it(ada, number)
        noor = comes_back(journey, NAME)
        assert re.search(r"[A-Z]{4}-[A-Z]{4}-[A-Z]{4}", noor.page.locator("main .code").inner_text())
    [voucher] = journey.vouchers()
    assert voucher.amount_cents == 250_000, "the most that the voucher pays; the employer pays the rest"
    assert_books_balance(journey)


def opens_the_diary_and_the_list(session: Session) -> None:
    """An advisor with hours on every working day, and three trainings in the list of the region."""
    account = account_by_email(session, email=ADA)
    assert account is not None
    ada = actor_of_account(account)
    for day in range(5):
        add_hours(session, hours=WeeklyHours(day, 9 * 60, 12 * 60, 60, (TalkWay.DESK,)), actor=ada, now=NOW)
    for place, cents in enumerate((90_000, 300_000, 400_000)):
        prices = (PriceLine("tuition", cents),)
        terms = replace(TERMS, reference=f"t-{place}", name=f"Techniek {place}", prices=prices)
        enter_training(session, terms=terms, actor=REGION, now=NOW)


def books_a_talk(noor: Person) -> None:
    """The first moment on the day after tomorrow."""
    noor.follow("Moment kiezen")
    noor.page.locator(f'input[name="starts_at"][value="{TALK:%Y-%m-%dT%H:%MZ}"]').check()
    page = noor.press("Dit moment kiezen")
    noor.inspect()
    assert f"{TALK.astimezone(AMSTERDAM):%-d} maart 2026" in words(page)


def finds_a_training(ada: Person) -> None:
    """Two on the list, beside each other with the mix for each; the person chooses the second one."""
    page = ada.follow("Opleidingen zoeken en vergelijken")
    assert "Gezocht met" in words(page)
    for name in ("Techniek 0", "Techniek 1"):
        page.get_by_role("button", name=f"Op de lijst {name}").first.click()
        ada.look()
    expect(page.get_by_role("table", name="Opleidingen naast elkaar")).to_contain_text("3.000")
    ada.inspect()
    page.get_by_role("button", name="Kies Techniek 1").click()
    page = ada.look()
    expect(page.get_by_role("main")).to_contain_text("Techniek 1")


def says_when_it_starts(ada: Person, script: bool) -> None:
    """The start was not known; it is typed on the table, first in words, and the mix follows."""
    on_the_table(ada)
    for typed in ("na de zomer", "01-09-2026"):
        wrong = typed == "na de zomer"
        ada.fill(fact_training_start=typed)
        if script:
            ada.page.locator('[name="fact_training_start"]').first.blur()
            expect(ada.page.locator("#talk-status")).to_have_text(
                re.compile("niets opgeslagen" if wrong else "^Opgeslagen")
            )
        else:
            ada.press("Opslaan", wrong=wrong)
        expect(ada.page.locator('[name="fact_training_start"]')).to_have_value(typed)
    expect(ada.page.locator("#beside")).to_contain_text("2.500,00")


def on_the_table(ada: Person) -> Page:
    """The page on which everything can be changed."""
    if "/bespreken" not in ada.page.url:
        ada.page.get_by_role("main").get_by_role("link", name="Bespreken en wijzigen").first.click()
        ada.look()
    return ada.page


def lets_the_employer_pay_more(ada: Person, journey: Journey) -> None:
    """A lever says what the employer can do; the employer is asked by mail and pledges it."""
    page = on_the_table(ada)
    link = page.get_by_role("link", name="Reken uit wat het goedkoper maakt")
    if link.count() and not page.evaluate("() => !!window.htmx"):
        link.click()
    lever = page.locator("#beside #levers button").first
    expect(lever).to_be_visible()
    lever.click()
    expect(page.locator("#beside").get_by_role("button", name=re.compile("^Terugdraaien Bijdrage"))).to_be_visible()
    case = page.url.split("/bespreken")[0]
    ada.go(case)
    ada.follow("De werkgever vragen mee te betalen")
    ada.fill(**EMPLOYER)
    ada.press("Mail versturen")
    boss = journey.visitor(careful=False)
    boss.go(journey.mailed_link(EMPLOYER["employer_email"]))
    boss.press(re.compile("Naar|Bekijk|Verder"))
    boss.fill(answer="up_to", up_to="500", name="Bea Baas")
    assert "U betaalt hoogstens" in words(boss.press("Antwoord versturen"))
    ada.go(case)


def hands_in(noor: Person, folder: Path) -> None:
    """Not a picture first, and then a photo of the quotation."""
    (folder / "offerte.txt").write_text("geen foto")
    (folder / "offerte.jpg").write_bytes(jpeg((1200, 900)))
    assert "nog 1 stuk" in words(noor.page)
    noor.follow("Inleveren of bekijken")
    noor.follow(re.compile("^Inleveren:"))
    noor.page.set_input_files("input[type=file]", folder / "offerte.txt")
    noor.press("Inleveren", wrong=True)
    noor.page.set_input_files("input[type=file]", folder / "offerte.jpg")
    page = noor.press("Inleveren")
    noor.inspect()
    assert "Alles is binnen." in words(page)
    noor.page.locator("a.back").click()
    noor.look()


def says_of_each_change_that_it_is_right(noor: Person) -> None:
    """Every change has its own button; none is left."""
    page = noor.follow("Bekijk wat er is veranderd")
    noor.inspect()
    right = page.get_by_role("button", name=re.compile("^Dit klopt"))
    changes = right.count()
    assert changes >= 3, "the training, its costs and its start"
    for left in range(changes, 0, -1):
        right.first.click()
        expect(right).to_have_count(left - 1)


def settles_it(ada: Person, number: str) -> None:
    """One page: the talk, the application, the papers, the proposal and the decision."""
    opens_case(ada, number)
    page = ada.follow(re.compile("In één keer afhandelen"))
    ada.inspect()
    assert "Een offerte van de opleider (ingeleverd, nog niet bekeken)" in words(page)
    who = {key: value for key, value in applicant(NAME, 7).items() if key not in ("schemes", "name")}
    ada.fill(rationale="De opleiding past bij de vraag naar technici.", evidence_in="y", **who, **CHECKS)
    page = ada.press("Alles doen en vouchers maken")
    assert page.url.endswith("/besluit"), words(page)[:500]
