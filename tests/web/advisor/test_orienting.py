"""Orientation: a talk with somebody who does not know yet what to learn.

Who: an advisor and a person at one screen; the person has a wish ("iets met techniek") and a life around it: evenings only, not
far, not more than so much. They want to see what there is and what each would cost the person, side by side, and take it home.
Mistakes: a sixth training, one that stopped meanwhile, one without a price, a colleague who changed the question. Paused: the list
stays, also for the person at home. On a telephone the table is a card per training.

Left out: occupations by themselves: a training says whether it leads to one that is short of people.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from portal.cases.contents import save_costs
from portal.cases.corrections.queries import corrections_by_question
from portal.cases.pledges.actions import Contribution, expect_pledge
from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.cases.shortlist.actions import shortlist_training
from portal.cases.shortlist.queries import shortlist_of
from portal.framework.trainings.actions import enter_training, retire_training
from portal.framework.trainings.models import PriceLine, RegionTraining, TeachingForm
from portal.web.intake.comparing import SideBySide, compared
from tests.factories import ADVISOR, NOW, REGION, a_question
from tests.portal.cases.test_chosen_training import TERMS
from tests.web.advisor.hand import Hand
from tests.web.advisor.steps import case
from tests.web.office import Office, figures_of, said
from tests.web.walking import assert_sound, sound_page

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CLASS = TeachingForm.CLASSROOM
TITLE = "Opleidingen zoeken en vergelijken"
PRICES = (PriceLine("tuition", 121_000, 21_000), PriceLine("exam", 18_500))


def trainings(office: Office, number: int = 3, *, priced: bool = True) -> list[RegionTraining]:
    def work(session: Session) -> list[RegionTraining]:
        return [
            enter_training(
                session,
                terms=replace(
                    TERMS,
                    reference=f"t-{place}",
                    name=f"Techniek {place}",
                    evening=place == 1,
                    shortage=place == 2,
                    prices=() if not priced else PRICES if place < 2 else (PriceLine("tuition", 400_000),),
                ),
                actor=REGION,
                now=NOW,
            )
            for place in range(number)
        ]

    return office.do(work)


def undecided(office: Office) -> DevelopmentQuestion:
    """A question of somebody without a training."""
    return office.made(a_question, costs=())


def put_on(office: Office, question: DevelopmentQuestion, some: list[RegionTraining]) -> None:
    def work(session: Session) -> None:
        for one in some:
            shortlist_training(
                session, question=session.merge(question), training=session.merge(one), actor=ADVISOR, now=NOW
            )

    office.do(work)


def test_from_a_wish_to_trainings_beside_each_other_and_one_chosen(office: Office) -> None:
    question, known = undecided(office), trainings(office)
    hand = Hand(office.browser("advisor"), case(question))
    hand.follow(TITLE)
    words = said(hand.answer)
    assert "Past bij de wens" in words and "Gezocht met: technicus." in words
    for one in known[1:]:
        hand.press(f"Op de lijst {one.name}", first=True)
        assert "De opleiding staat op de lijst." in " ".join(hand.page.get_text(" ").split())
    rows = figures_of(hand.answer, "Opleidingen naast elkaar")
    assert [row[0].split(" Vakschool")[0] for row in rows] == ["Techniek 1", "Techniek 2"]
    assert rows[0][1] == "€ 1.395" and "€ 1.395" in rows[0][2:] and rows[0][-1] == "€ 0"
    assert rows[1][1] == "€ 4.000" and rows[1][-1] == "€ 1.500", "the voucher pays at most € 2.500"
    file = hand.browser.get(case(question, "/orientatie.pdf"))
    assert file.data.startswith(b"%PDF-")
    hand.press("Kies Techniek 1")
    assert hand.path == case(question, "/bespreken") and "De opleiding staat in de vraag" in said_all(hand)
    asked = office.again(question)
    assert (asked.training_name, asked.total_cents) == ("Techniek 1", 139_500) and asked.training_id is not None
    changed = office.do(lambda s: {row.subject for row in corrections_by_question(s, question=asked)})
    assert {"training", "costs"} <= changed


def said_all(hand: Hand) -> str:
    return " ".join(hand.page.get_text(" ").replace("\xa0", " ").split())


def test_what_was_looked_for_stands_in_the_address_and_stays_after_a_button(office: Office) -> None:
    question = undecided(office)
    trainings(office)
    hand = Hand(office.browser("advisor"), case(question, "/orientatie?evening=y&up_to=2.000"))
    listed = hand.page.select_one("#zoeken ul.tasks")
    assert listed is not None and "Techniek 1" in listed.text and "Techniek 0" not in listed.text
    button = hand.page.select_one("#zoeken form.post-button button")
    assert button is not None
    hand.press("Op de lijst Techniek 1", first=True)
    assert "evening=y" in hand.answer.request.full_path and "technicus" not in hand.answer.request.full_path
    assert_sound(hand.browser.get(case(question, "/orientatie?up_to=veel&level=99")))


def test_a_sixth_and_one_that_stopped_are_refused_and_said(office: Office) -> None:
    question, known = undecided(office), trainings(office, 6, priced=False)
    put_on(office, question, known[:5])
    browser = office.browser("advisor")
    path = case(question, "/orientatie")
    answer = browser.post(path, {"add": known[5].public_id})
    assert answer.status_code == 422 and "Er staan al 5 opleidingen op de lijst" in said(answer)
    assert_sound(answer)
    assert "De prijs is niet bekend" in said(answer)
    for wrong in ({"add": "bestaat-niet"}, {"drop": known[5].public_id}, {"choose": ""}, {}):
        answer = browser.post(path, wrong)
        assert answer.status_code == 422, wrong
    office.do(lambda s: retire_training(s, training=s.merge(known[0]), actor=REGION, now=NOW))
    answer = browser.post(path, {"choose": known[0].public_id})
    assert answer.status_code == 422 and "Deze opleiding wordt niet meer gegeven" in said(answer)
    assert "Techniek 0 wordt niet meer gegeven" in said(answer)
    assert browser.post(path, {"drop": known[0].public_id}).status_code == 303
    assert len(office.do(lambda s: shortlist_of(s, question=s.merge(question), actor=ADVISOR))) == 4


def test_a_question_that_changed_meanwhile_is_not_filled_in(office: Office) -> None:
    question, known = undecided(office), trainings(office)
    put_on(office, question, known[:1])
    hand = Hand(office.browser("advisor"), case(question, "/orientatie"))

    def dearer(session: Session) -> None:
        asked = session.get_one(DevelopmentQuestion, question.id)
        save_costs(session, question=asked, costs=[CostInput("tuition", 99_900)], actor=ADVISOR, now=NOW)

    office.do(dearer)
    hand.press("Kies Techniek 0")
    assert hand.answer.status_code == 422 and "Veranderd sinds u deze bladzijde opende" in said(hand.answer)
    assert office.again(question).total_cents == 99_900
    hand.press("Kies Techniek 0")
    assert office.again(question).total_cents == 139_500


def test_an_empty_list_has_no_paper(office: Office) -> None:
    question = undecided(office)
    browser = office.browser("advisor")
    page = browser.get(case(question, "/orientatie"))
    assert_sound(page)
    assert "Er staat nog niets op de lijst" in said(page)
    assert browser.get(case(question, "/orientatie.pdf")).status_code == 303


def test_money_that_the_employer_did_not_promise_yet_counts_and_is_said(office: Office) -> None:
    question, known = undecided(office), trainings(office)
    put_on(office, question, known[2:])

    def expect(session: Session) -> None:
        asked = session.get_one(DevelopmentQuestion, question.id)
        expect_pledge(session, question=asked, money=Contribution("fixed", 50_000, None), actor=ADVISOR, now=NOW)

    office.do(expect)
    browser = office.browser("advisor")
    page = browser.get(case(question, "/orientatie"))
    assert figures_of(page, "Opleidingen naast elkaar")[0][-1] == "€ 1.000"
    assert "Geld van de werkgever telt pas als de werkgever het zelf toezegt." in said(page)
    sheet = browser.get(case(question, "/voorbereiding"))
    assert "Voor een besluit telt het pas als de werkgever het zelf toezegt." in said(sheet)
    assert "Dit bedrag telt pas mee" in said(browser.get(case(question, "/in-een-keer")))


def test_how_far_each_is_stands_in_the_list_beside_each_other_and_on_paper(office: Office) -> None:
    """The person lives in Proefstad; Proefdorp lies 18 km away, and of Elders nobody knows where it lies."""
    question = undecided(office)

    def work(session: Session) -> list[RegionTraining]:
        places = {"Techniek ver": "GM9902", "Techniek ergens": "GM9903", "Techniek thuis": "GM9901"}
        made = [
            replace(TERMS, reference=name, name=name, municipality=code, form=CLASS) for name, code in places.items()
        ]
        return [enter_training(session, terms=one, actor=REGION, now=NOW) for one in made]

    known = office.do(work)
    put_on(office, question, known)
    hand = Hand(office.browser("advisor"), case(question, "/orientatie"))
    listed = hand.page.select_one("#zoeken ul.tasks")
    assert listed is not None
    rows = [" ".join(row.get_text(" ").split()) for row in listed.select("li")]
    told = ["Proefstad, in uw gemeente ·", "Proefdorp, ongeveer 18 km (hemelsbreed) ·", "Elders ·"]
    assert [tell in row for tell, row in zip(told, rows, strict=True)] == [True] * 3
    suggested = hand.page.select_one("main ul.tasks")
    assert suggested is not None and "Techniek thuis" in suggested.select("li")[0].text
    words = said(hand.answer)
    assert "Waar Proefdorp, ongeveer 18 km (hemelsbreed)" in words and "Waar Elders Hoe" in words
    near = hand.browser.get(case(question, "/orientatie?within=10"))
    assert "1 opleiding gevonden" in said(near) and "Vanaf Proefstad." in said(near)
    assert hand.browser.get(case(question, "/orientatie.pdf")).data.startswith(b"%PDF-")

    def beside(session: Session) -> SideBySide:
        trainings = [session.merge(one) for one in known]
        return compared(session, question=session.merge(question), trainings=trainings, today=NOW.date())

    comparison = office.do(beside)
    assert [fact["value"] for one in comparison.trainings for fact in one.facts if fact["label"] == "Waar"] == [
        "Proefdorp, ongeveer 18 km (hemelsbreed)", "Elders", "Proefstad, in uw gemeente",
    ]  # fmt: skip


def test_an_employer_counts_from_the_company_and_who_told_nothing_is_asked(office: Office) -> None:
    employer = office.made(a_question, route=Route.EMPLOYER)
    browser = office.browser("advisor")
    assert "Vanaf Proefstad." in said(browser.get(case(employer, "/orientatie")))
    question = office.made(a_question, facts={"residence_municipality": None})
    page = sound_page(browser.get(case(question, "/orientatie?within=10")))
    assert page.select_one("#home-error") is not None
    page = sound_page(browser.get("/adviseur/opleidingen?within=50&home=GM9901"))
    assert page.select_one("#home option[selected]")["value"] == "GM9901"  # type: ignore[index]


def test_all_trainings_come_in_pages_with_the_same_filters_and_turning_one_leads_to_the_list(office: Office) -> None:
    question = undecided(office)
    trainings(office, 27, priced=False)
    browser = office.browser("advisor")
    page = sound_page(browser.get(case(question, "/orientatie?q=techniek&within=50")))
    assert len(page.select("#zoeken ul.tasks > li")) == 25
    [link] = [str(one["href"]) for one in page.select("#zoeken nav.pagination a[rel=next]")]
    assert link.endswith("#zoeken") and all(part in link for part in ("page=2", "q=techniek", "within=50"))
    assert len(sound_page(browser.get(link)).select("#zoeken ul.tasks > li")) == 2
