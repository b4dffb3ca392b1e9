"""A talk that settles everything, on one page.

Who: an advisor with the person at the desk or on the telephone, who knows at the end that all is clear and wants to give the
voucher while the person is still there. At home in the work, wants few clicks; forgets a tick; has a colleague in the same case;
is called away halfway. The person must get what separate steps give: an application with its day, a decision with its reasons.
What goes wrong: somebody else changed the case or the money went; something was not asked yet; the amount is above the limit.
Then nothing may be half done, and nothing typed may be lost. On a telephone: one column, the mix below the form.

That a planned talk is recorded along stands in `test_talk_in_one_go.py`. Left out: a mix by hand, rejecting, and waiting lists.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from bs4 import Tag
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.queries import decision_of
from portal.awarding.proposals.models import ProposalRecord
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question
from portal.cases.contents import save_costs
from portal.cases.owners.queries import owner_of
from portal.cases.questions.models import CostInput, DevelopmentQuestion, QuestionState, Route
from portal.framework.mandates.models import Mandate
from portal.people.accounts.models import Role
from portal.people.audit.queries import events_of
from portal.second_look.preparations.queries import waiting_preparations
from portal.spending.vouchers.queries import vouchers_of_question
from tests.factories import ADVISOR, NOW, SAM, a_question, a_region, an_application
from tests.portal.cases.evidence.wanting import QUOTATION, let_it_want
from tests.web.advisor.hand import Hand
from tests.web.advisor.steps import CHECKED, case, lower
from tests.web.browser import make_account
from tests.web.office import Office, said

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ONE_GO = "In één keer afhandelen: aanvraag, voorstel en besluit"
DO_ALL = "Alles doen en vouchers maken"
LAY_DOWN = "Alles doen en voorleggen aan een collega"
TICKS = ("confirmed", "identity", "purpose", "costs", "nothing_paid_twice")
WHO = {
    "name": "Sam de Vries",
    "birth_date": "17-05-1990",
    "street": "Dorpsstraat",
    "house_number": "12",
    "postcode": "9990 AA",
    "city": "Proefstad",
}


def at_page(office: Office, question: DevelopmentQuestion) -> Hand:
    """An advisor on the page, with everything filled in and ticked."""
    hand = Hand(office.browser("advisor"), case(question, "/in-een-keer"))
    applies = hand.page.select_one('[name="confirmed"]') is not None
    hand.type(rationale=CHECKED["rationale"], **(WHO if applies else {}))
    hand.tick(*(TICKS if applies else TICKS[1:]))
    return hand


def nothing_done(office: Office, question: DevelopmentQuestion) -> None:
    """As if nobody had pressed anything."""

    def look(session: Session) -> None:
        asked = session.get_one(DevelopmentQuestion, question.id)
        assert (asked.state, asked.revision) == (question.state, question.revision)
        assert application_by_question(session, question=asked) is None
        assert owner_of(session, question=asked) is None
        assert session.scalar(select(func.count()).select_from(ProposalRecord)) == 0

    office.do(look)


def kept(hand: Hand) -> None:
    """What was typed and ticked is still there."""
    for name, value in {**WHO, "rationale": CHECKED["rationale"]}.items():
        field = hand.page.select_one(f'main form [name="{name}"]')
        assert isinstance(field, Tag)
        assert (field.text.strip() if field.name == "textarea" else field["value"]) == value, name
    for name in TICKS:
        assert hand.page.select_one(f'main form [name="{name}"][checked]') is not None, name


def change(office: Office, question: DevelopmentQuestion, work: Any) -> None:
    office.do(lambda session: work(session, session.get_one(DevelopmentQuestion, question.id)))


def test_from_taking_a_question_to_a_voucher_in_eight_clicks_and_four_page_loads(office: Office) -> None:
    question = office.made(a_question)
    hand = Hand(office.browser("advisor"), "/adviseur/?filter=alle")
    hand.follow(question.reference_number)
    hand.follow(ONE_GO)
    assert "De vraag oppakken gebeurt nu" in said(hand.answer) and "Kenmerk van deze verdeling" in said(hand.answer)
    hand.type(rationale=CHECKED["rationale"], **WHO)
    hand.tick(*TICKS)
    hand.press(DO_ALL)
    words = said(hand.answer)
    assert "Alles is gedaan" in words and "Het college van Proefstad" in words
    assert hand.clicks <= 8 and hand.loads <= 4, (hand.clicks, hand.loads)
    [voucher] = office.do(lambda s: vouchers_of_question(s, question=question, actor=ADVISOR))
    assert voucher.amount_cents == 120_000
    events = office.do(lambda s: events_of(s, object_kind="question", object_id=question.id))
    acts = [event.action for event in events]
    steps = ["case.claimed", "application.completed", "application.received", "proposal.made", "question.approved"]
    assert [one for one in acts if one in steps] == steps
    decided = office.do(lambda s: decision_of(s, question=question, actor=ADVISOR))
    assert decided is not None and decided.rationale == CHECKED["rationale"]


def test_everything_left_out_or_wrong_is_said_at_its_field_and_nothing_is_done(office: Office) -> None:
    question = office.made(a_question)
    hand = at_page(office, question)
    wrong = {
        "name": "",
        "birth_date": "31-2-1990",
        "street": "",
        "house_number": "x" * 21,
        "postcode": "99",
        "city": "",
    }
    hand.typed = wrong | {"rationale": "", "schemes": ["maanreis"], "ground": "x"}
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422
    for name in (*wrong, "rationale", "schemes", "ground", *TICKS):
        assert hand.page.select_one(f'[id^="{name}"][id$="-error"]') is not None, name
    for name in ("birth_date", "house_number", "postcode"):
        assert hand.page.select_one(f'main form [name="{name}"]')["value"] == wrong[name]  # type: ignore[index]
    nothing_done(office, question)


def test_a_step_that_is_refused_says_which_and_keeps_everything(office: Office) -> None:
    question = office.made(a_question, facts={"birth_year": 1990})
    hand = at_page(office, question)
    hand.typed["birth_date"] = "2-3-1960"
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422
    words = said(hand.answer)
    assert "Er is niets gedaan" in words and "De aanvraag doen" in words.split("bij deze stap:")[1][:30]
    assert hand.page.select_one("#birth_date-error, [id^=birth_date][id$=error]") is not None
    nothing_done(office, question)
    hand.type(birth_date=WHO["birth_date"])
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)


def test_what_changed_meanwhile_is_shown_and_nothing_is_done(office: Office) -> None:
    question = office.made(a_question)
    hand = at_page(office, question)

    def dearer(session: Session, asked: DevelopmentQuestion) -> None:

        save_costs(session, question=asked, costs=[CostInput("tuition", 130_000)], actor=ADVISOR, now=NOW)

    change(office, question, dearer)
    question = office.again(question)
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422
    words = said(hand.answer)
    assert "Veranderd sinds u deze bladzijde opende" in words and "€ 1.300" in words
    assert "Het voorstel maken" in words.split("bij deze stap:")[1][:40]
    kept(hand)
    nothing_done(office, question)
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)


def test_money_that_is_gone_gives_another_mix_to_look_at_first(office: Office) -> None:
    question = office.made(a_question)
    hand = at_page(office, question)
    lower(office, "rijk-leren", 1_000_000)
    lower(office, "provincie-breed", 1_950_000)
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422 and "nu: Leervoucher € 500,00" in said(hand.answer)
    kept(hand)
    nothing_done(office, question)
    hand.press(DO_ALL)
    [voucher] = office.do(lambda s: vouchers_of_question(s, question=question, actor=ADVISOR))
    assert voucher.amount_cents == 50_000


def test_who_may_not_decide_alone_lays_it_before_a_colleague(office: Office) -> None:
    question = office.made(a_question)

    def limit(session: Session) -> None:
        for mandate in session.scalars(select(Mandate)):
            mandate.up_to_cents = 100_000

    office.browser("advisor")
    office.do(limit)
    hand = at_page(office, question)
    words = said(hand.answer)
    assert "Een collega besluit" in words and "Het besluit klaarleggen voor een collega gebeurt nu" in words
    assert DO_ALL not in words
    hand.press(LAY_DOWN)
    assert "Het besluit ligt klaar voor een collega" in said(hand.answer)
    assert office.again(question).state is QuestionState.APPLIED
    [row] = office.do(waiting_preparations)
    colleague = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    checks = {key: value for key, value in CHECKED.items() if key != "rationale"}
    assert colleague.post(f"/adviseur/voorgelegd/{row.public_id}", checks).status_code == 303
    assert office.again(question).state is QuestionState.DECIDED


def test_a_limit_that_came_meanwhile_is_shown_and_nothing_is_done(office: Office) -> None:
    question = office.made(a_question)
    hand = at_page(office, question)

    def limit(session: Session) -> None:
        for mandate in session.scalars(select(Mandate)):
            mandate.up_to_cents = 100_000

    office.do(limit)
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422 and "nu: een collega" in said(hand.answer)
    kept(hand)
    nothing_done(office, question)


def test_the_letter_is_shown_first_and_nothing_is_done_by_that(office: Office) -> None:
    question = office.made(a_question)
    hand = at_page(office, question)
    hand.press("Bekijk eerst de brief")
    assert "Voorbeeld. Deze brief is nog niet verstuurd." in said(hand.answer)
    nothing_done(office, question)
    hand.press("Alles doen en versturen")
    assert "Alles is gedaan" in said(hand.answer)
    assert office.again(question).state is QuestionState.DECIDED


def test_what_was_done_before_is_not_done_again(office: Office) -> None:
    question = office.made(an_application)
    number = office.do(lambda s: s.scalars(select(Application.number)).one())
    hand = at_page(office, question)
    words = said(hand.answer)
    assert (
        "De aanvraag doen al gedaan" in words and "De aanvraag compleet noemen al gedaan" in words and number in words
    )
    assert hand.page.select_one('[name="schemes"], [name="received_on"], [name="evidence_in"]') is None
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)
    assert office.do(lambda s: s.scalars(select(Application.number)).all()) == [number]


def test_an_application_that_is_not_complete_asks_when_everything_was_in(office: Office) -> None:
    question = office.made(an_application)
    office.do(lambda s: setattr(s.scalars(select(Application)).one(), "completed_at", None))
    hand = at_page(office, question)
    assert "De aanvraag compleet noemen gebeurt nu" in said(hand.answer)
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422 and "Kijk of alles binnen is" in said(hand.answer)
    hand.tick("evidence_in")
    hand.type(received_on="1-1-2026", time="9.00")
    hand.press(DO_ALL)
    assert "Kies een moment na de aanvraag" in said(hand.answer)
    assert office.again(question).state is QuestionState.APPLIED
    hand.type(received_on="2-3-2026", time="10.00")
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)


def test_somebody_who_may_be_known_already_is_shown_before_anything_is_done(office: Office) -> None:
    office.made(an_application, applicant=replace(SAM, street="Nieuwstraat", postcode="9991 ZZ"))
    question = office.made(a_question)
    hand = at_page(office, question)
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422
    assert "Deze aanvragen kunnen van dezelfde persoon zijn: AV-2026-0001" in said(hand.answer)
    kept(hand)
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)


def test_a_scheme_that_pays_must_be_applied_for(office: Office) -> None:
    question = office.made(a_question)
    hand = at_page(office, question)
    others = [box["value"] for box in hand.page.select('[name="schemes"]') if not box.has_attr("checked")]
    hand.typed |= {"schemes": others, "ground": "own_facts"}
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422 and "Een regeling betaalt mee waarvoor geen aanvraag is" in said(hand.answer)
    nothing_done(office, question)


def test_without_costs_or_after_a_decision_there_is_nothing_to_settle(office: Office) -> None:
    empty = office.made(a_question, costs=())
    browser = office.browser("advisor")
    page = browser.get(case(empty, "/in-een-keer"))
    assert "Er zijn nog geen kosten bekend" in said(page)
    assert ONE_GO not in said(browser.get(case(empty)))
    question = office.made(a_question)
    hand = at_page(office, question)
    hand.press(DO_ALL)
    assert browser.get(case(question, "/in-een-keer")).status_code == 302


def test_an_employer_is_settled_in_one_go_too(office: Office) -> None:
    question = office.made(a_question, route=Route.EMPLOYER)
    hand = Hand(office.browser("advisor"), case(question, "/in-een-keer"))
    assert hand.page.select_one('[name="kvk_number"]')["value"] == "12345678"  # type: ignore[index]
    hand.type(rationale=CHECKED["rationale"], **{key: value for key, value in WHO.items() if key != "name"})
    hand.tick(*TICKS)
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)
    [application] = office.do(lambda s: s.scalars(select(Application)).all())
    assert (application.kvk_number, application.learner_name) == ("12345678", "Kim Bakker")


def test_what_a_scheme_wants_to_see_is_named_and_ticked_by_itself(office: Office) -> None:
    """Also with that tick it is eight clicks, from the page of the case on."""
    office.do(a_region)
    office.do(lambda s: let_it_want(s, QUOTATION))
    question = office.made(a_question)
    hand = Hand(office.browser("advisor"), case(question))
    hand.follow(ONE_GO)
    assert "Een offerte van de opleider" in said(hand.answer)
    hand.type(rationale=CHECKED["rationale"], **WHO)
    hand.tick(*TICKS)
    unseen = dict(hand.typed)
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422 and hand.page.select_one("#evidence_in-error") is not None
    nothing_done(office, question)
    hand.typed = unseen
    hand.clicks, hand.loads = hand.clicks - 1, hand.loads - 1
    hand.tick("evidence_in")
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)
    assert hand.clicks <= 8 and hand.loads <= 3, (hand.clicks, hand.loads)


# On which facts a refusal rests ----------------------------------------------------------------------------------------


def test_on_which_facts_a_refusal_rests_is_asked_only_when_something_is_refused(office: Office) -> None:
    asked = '[name="ground"]'
    question = office.made(a_question)
    hand = at_page(office, question)
    assert hand.page.select_one(asked) is None
    every = [box["value"] for box in hand.page.select('[name="schemes"]')]
    hand.typed["schemes"] = every
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422 and hand.page.select_one("#ground-error") is not None
    assert "Dit geeft geen geld, al is het aangevraagd" in said(hand.answer)
    kept(hand)
    nothing_done(office, question)
    hand.typed["ground"] = "own_facts"
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)


def test_after_an_application_it_is_known_at_once_what_is_refused(office: Office) -> None:
    paid = at_page(office, office.made(an_application))
    assert paid.page.select_one('[name="ground"]') is None
    question = office.made(an_application, schemes=["leervoucher", "materiaalvoucher"])
    hand = at_page(office, question)
    assert hand.page.select_one('[name="ground"]') is not None
    assert "Dit geeft geen geld, al is het aangevraagd: Materiaalvoucher" in said(hand.answer)


def test_a_birth_date_that_contradicts_the_year_is_refused_at_its_field_with_both(office: Office) -> None:
    question = office.made(a_question, facts={"birth_year": 1991})
    hand = at_page(office, question)
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422
    assert hand.page.select_one("#birth_date-error") is not None
    words = said(hand.answer)
    assert "geboortejaar 1991" in words and "17-05-1990" in words
    nothing_done(office, question)
