"""The decision: in one go, or not at all."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.awarding.decisions.models import DecisionKind
from portal.awarding.decisions.queries import decision_of, decisions_of
from portal.awarding.proposals.models import ProposalKind
from portal.cases.applications.completeness import lose_place
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion, QuestionState
from portal.post.letters.models import Letter, LetterPosting
from portal.second_look.preparations.queries import waiting_preparations
from portal.spending.vouchers.models import VoucherState
from portal.spending.vouchers.queries import vouchers_of_question
from tests.factories import ADVISOR, NOW, a_question, an_application
from tests.web.advisor.steps import CHECKED, case, lower, proposed, records
from tests.web.browser import make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

# Deciding --------------------------------------------------------------------------------------------------------------


def test_approving_makes_decision_voucher_and_letter(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    page = browser.get(case(question, "/goedkeuren"))
    assert_sound(page)
    assert browser.submit(case(question, "/goedkeuren"), CHECKED).status_code == 303
    page = browser.follow()
    assert_sound(page)
    assert "goedgekeurd" in said(page)
    assert "Het college van Proefstad" in said(page)
    decision = office.do(lambda s: decision_of(s, question=question, actor=ADVISOR))
    assert decision is not None and decision.kind is DecisionKind.APPROVED and not decision.amended
    [voucher] = office.do(lambda s: vouchers_of_question(s, question=question, actor=ADVISOR))
    assert voucher.state is VoucherState.ISSUED and voucher.amount_cents == 120_000
    letter = browser.get(case(question, "/besluit/brief"))
    assert_sound(letter)
    words = said(letter)
    assert "U krijgt € 1.200." in words
    assert "tot en met 13 april 2026" in words, "six weeks, counted from the day after"
    assert re.search(r"[A-Z]{4}-[A-Z]{4}-[A-Z]{4}", words)
    assert CHECKED["rationale"] in words


@pytest.mark.parametrize("left_out", ["rationale", "identity", "purpose", "costs", "nothing_paid_twice"])
def test_without_reason_or_check_nothing_is_decided(office: Office, left_out: str) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    browser.get(case(question, "/goedkeuren"))
    answer = browser.submit(
        case(question, "/goedkeuren"), {key: value for key, value in CHECKED.items() if key != left_out}
    )
    assert answer.status_code == 422
    assert f'id="{left_out}-error"' in answer.text
    assert office.again(question).state is QuestionState.APPLIED
    if left_out != "rationale":
        assert CHECKED["rationale"] in answer.text


def test_without_an_application_there_is_nothing_to_approve(office: Office) -> None:
    question = office.made(a_question)
    browser = proposed(office, question)
    assert "Er is nog geen aanvraag" in said(browser.get(case(question, "/goedkeuren"))).replace(
        "Voor deze regelingen is", "Er is"
    )
    answer = browser.submit(case(question, "/goedkeuren"), CHECKED)
    assert answer.status_code == 422
    assert office.again(question).state is QuestionState.SUBMITTED


def test_a_mix_that_no_longer_fits_leaves_nothing_but_a_new_proposal(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    browser.get(case(question, "/goedkeuren"))
    lower(office, "rijk-leren", 1_000_000)
    lower(office, "provincie-breed", 1_950_000)
    answer = browser.submit(case(question, "/goedkeuren"), CHECKED, headers={"Origin": "http://localhost"})
    assert answer.status_code == 303
    assert office.again(question).state is QuestionState.APPLIED
    assert office.do(lambda s: decisions_of(s, question=question, actor=ADVISOR)) == []
    assert office.do(lambda s: vouchers_of_question(s, question=question, actor=ADVISOR)) == []
    newest, _first = records(office, question)
    assert newest.kind is ProposalKind.RENEWED
    page = browser.follow()
    assert_sound(page)
    words = said(page)
    assert "De verdeling past niet meer. Er is niets vastgelegd." in words
    assert "Waarom de vorige verdeling niet meer past" in words
    assert "beschikbaar" in words
    assert "Leervoucher € 1.200 € 500 − € 700" in words
    again = browser.get(case(question, "/goedkeuren"))
    assert CHECKED["rationale"] in again.text and "Wat u invulde staat er nog." in said(again)
    assert browser.post(case(question, "/goedkeuren"), CHECKED).status_code == 303, "the new one fits"
    assert CHECKED["rationale"] not in browser.get(case(question, "/goedkeuren")).text
    [voucher] = office.do(lambda s: vouchers_of_question(s, question=question, actor=ADVISOR))
    assert voucher.amount_cents == 50_000


def test_pressing_approve_twice_renews_once(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    lower(office, "rijk-leren", 1_000_000)
    lower(office, "provincie-breed", 1_950_000)
    filled = CHECKED | browser.look(case(question, "/goedkeuren"))
    first = browser.post(case(question, "/goedkeuren"), filled, token="a" * 22)
    second = browser.post(case(question, "/goedkeuren"), filled, token="a" * 22)
    assert first.location == second.location
    assert len(records(office, question)) == 2


def test_pressing_approve_twice_decides_once(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    filled = CHECKED | browser.look(case(question, "/goedkeuren"))
    first = browser.post(case(question, "/goedkeuren"), filled, token="b" * 22)
    second = browser.post(case(question, "/goedkeuren"), filled, token="b" * 22)
    assert first.status_code == second.status_code == 303
    assert len(office.do(lambda s: decisions_of(s, question=question, actor=ADVISOR))) == 1
    third = browser.post(case(question, "/goedkeuren"), CHECKED)
    assert third.status_code == 422
    assert "intussen veranderd" in said(third)


def test_a_rejection_is_explained_in_the_letter(office: Office) -> None:
    question = office.made(an_application)
    browser = office.browser("advisor")
    browser.get(case(question, "/afwijzen"))
    assert (
        browser.submit(
            case(question, "/afwijzen"),
            {"rationale": "De opleiding is al begonnen (artikel 3).", "ground": "own_facts"},
        ).status_code
        == 303
    )
    assert "afgewezen" in said(browser.follow())
    letter = said(browser.get(case(question, "/besluit/brief")))
    assert "U krijgt geen geld voor uw opleiding" in letter
    assert "De opleiding is al begonnen (artikel 3)." in letter
    assert "Dan kunt u bezwaar maken" in letter


def test_rejecting_without_an_application_is_refused(office: Office) -> None:
    question = office.made(a_question)
    answer = office.browser("advisor").post(case(question, "/afwijzen"), {"rationale": "Nee.", "ground": "own_facts"})
    assert answer.status_code == 422
    assert "Er is nog geen aanvraag" in said(answer)


def test_referring_says_where_to_go(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    browser.get(case(question, "/doorverwijzen"))
    form = {"referred_to": "UWV Proefstad", "explanation": "U krijgt een WW-uitkering."}
    assert browser.submit(case(question, "/doorverwijzen"), form).status_code == 303
    assert office.again(question).state is QuestionState.REFERRED
    assert "UWV Proefstad" in said(browser.get(case(question, "/besluit")))
    assert "bezwaar maken" not in said(browser.get(case(question, "/besluit/brief")))


def test_a_case_without_decision_has_no_decision_page(office: Office) -> None:
    question = office.made(a_question)
    assert office.browser("advisor").get(case(question, "/besluit")).status_code == 302
    assert office.browser("advisor").get(case(question, "/besluit/brief")).status_code == 404


# The letter first ------------------------------------------------------------------------------------------------------


def test_the_letter_is_shown_before_anything_is_decided_and_then_sent_as_shown(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    browser.get(case(question, "/goedkeuren"))
    shown = browser.submit(case(question, "/goedkeuren"), CHECKED | {"act": "preview"})
    assert shown.status_code == 200
    assert_sound(shown)
    words = said(shown)
    assert "Voorbeeld. Deze brief is nog niet verstuurd." in words and "U krijgt € 1.200." in words
    assert not re.search(r"[A-Z]{4}-[A-Z]{4}-[A-Z]{4}", words), "the code is only made with the decision"
    assert office.again(question).state is QuestionState.APPLIED
    assert office.do(lambda s: decisions_of(s, question=question, actor=ADVISOR)) == []
    changed = browser.submit(case(question, "/goedkeuren"), CHECKED | {"act": "edit"})
    assert changed.status_code == 200 and CHECKED["rationale"] in changed.text
    assert office.again(question).state is QuestionState.APPLIED
    assert browser.submit(case(question, "/goedkeuren"), CHECKED | {"act": "decide"}).status_code == 303
    assert office.again(question).state is QuestionState.DECIDED


def test_a_decision_is_laid_before_a_colleague_who_decides_it(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    browser.get(case(question, "/goedkeuren"))
    assert browser.submit(case(question, "/goedkeuren"), CHECKED | {"act": "prepare"}).status_code == 303
    assert office.again(question).state is QuestionState.APPLIED
    [row] = office.do(waiting_preparations)
    own = browser.get(f"/adviseur/voorgelegd/{row.public_id}")
    assert_sound(own)
    assert "Een collega met mandaat besluit" in said(own)
    colleague = office.browser("advisor", make_account(office.engine, "advisor"))
    listed = colleague.get("/adviseur/voorgelegd")
    assert_sound(listed)
    assert question.reference_number in said(listed)
    address = f"/adviseur/voorgelegd/{row.public_id}"
    assert_sound(colleague.get(address))
    checks = {key: value for key, value in CHECKED.items() if key != "rationale"}
    shown = colleague.submit(address, checks | {"act": "preview"})
    assert shown.status_code == 200 and "Voorbeeld. Deze brief is nog niet verstuurd." in said(shown)
    assert office.again(question).state is QuestionState.APPLIED
    colleague.get(address)
    assert colleague.submit(address, checks).status_code == 303
    assert office.again(question).state is QuestionState.DECIDED


def test_a_prepared_decision_that_no_longer_fits_gets_a_new_proposal(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    browser.get(case(question, "/goedkeuren"))
    assert browser.submit(case(question, "/goedkeuren"), CHECKED | {"act": "prepare"}).status_code == 303
    [row] = office.do(waiting_preparations)

    def change(session: Session) -> None:
        session.get_one(DevelopmentQuestion, question.id).revision += 1

    office.do(change)
    colleague = office.browser("advisor", make_account(office.engine, "advisor"))
    answer = colleague.post(f"/adviseur/voorgelegd/{row.public_id}", CHECKED)
    assert answer.status_code == 303 and "vervallen=1" in str(answer.location)
    assert "De verdeling past niet meer" in said(colleague.get(str(answer.location)))
    assert office.again(question).state is QuestionState.APPLIED


def test_letters_are_printed_in_a_pile_and_the_posted_day_is_kept(office: Office) -> None:
    by_post = ContactDetails(
        way=ContactWay.POST, name="Sam", street="Kade", house_number="3", postcode="9990 AA", city="Proefstad"
    )
    question = office.made(an_application, contact=by_post)
    browser = proposed(office, question)
    browser.get(case(question, "/afwijzen"))
    assert (
        browser.submit(case(question, "/afwijzen"), {"rationale": "Past niet.", "ground": "own_facts"}).status_code
        == 303
    )
    queue = browser.get("/adviseur/post")
    assert_sound(queue)
    assert "Besluit: afgewezen" in said(queue)
    made = browser.post("/adviseur/post/stapel")
    assert made.status_code == 303
    address = str(made.location)
    assert_sound(browser.get(address))
    file = browser.get(f"{address}/brieven.pdf")
    assert file.data.startswith(b"%PDF-")
    browser.get(address)
    assert browser.submit(address, {"posted_on": "01-01-2020"}).status_code == 422
    day = office.do(lambda s: s.scalars(select(Letter.dated)).first())
    assert day is not None
    browser.get(address)
    assert browser.submit(address, {"posted_on": f"{day:%d-%m-%Y}"}).status_code == 303
    assert office.do(lambda s: len(s.scalars(select(LetterPosting)).all())) >= 2


def test_an_own_mix_is_previewed_laid_before_a_colleague_who_sees_it_and_decides_it(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    page, place = browser.get(case(question, "/verdeling")), case(question, "/verdeling")
    assert_sound(page)
    own = CHECKED | {"c.k1.leervoucher": "900"}
    shown = browser.submit(place, own | {"act": "preview"})
    assert shown.status_code == 200 and "U krijgt € 900." in said(shown)
    assert_sound(shown)
    assert office.again(question).state is QuestionState.APPLIED
    browser.get(place)
    assert browser.submit(place, own | {"act": "prepare", "rationale": ""}).status_code == 422
    assert office.do(waiting_preparations) == []
    browser.get(place)
    assert browser.submit(place, own | {"act": "prepare"}).status_code == 303
    [row] = office.do(waiting_preparations)
    colleague = office.browser("advisor", make_account(office.engine, "advisor"))
    look = colleague.get(f"/adviseur/voorgelegd/{row.public_id}")
    assert_sound(look)
    words = said(look)
    assert words.index("De verdeling waarover u besluit") < words.index("€ 900") < words.index("Het voorstel waar")
    checks = {key: value for key, value in CHECKED.items() if key != "rationale"}
    assert colleague.submit(f"/adviseur/voorgelegd/{row.public_id}", checks).status_code == 303
    [voucher] = office.do(lambda s: vouchers_of_question(s, question=question, actor=ADVISOR))
    assert voucher.amount_cents == 90_000


def test_the_letter_of_an_own_mix_is_sent_as_it_was_shown(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    browser.get(case(question, "/verdeling"))
    own = CHECKED | {"c.k1.leervoucher": "900"}
    browser.submit(case(question, "/verdeling"), own | {"act": "preview"})
    kept = hidden_fields(browser.last)
    changed = browser.submit(case(question, "/verdeling"), kept | {"act": "edit"})
    assert changed.status_code == 200 and CHECKED["rationale"] in changed.text and 'value="900' in changed.text
    assert office.again(question).state is QuestionState.APPLIED, "only shown again, as it was typed"
    assert browser.submit(case(question, "/verdeling"), kept | {"act": "decide"}).status_code == 303
    [voucher] = office.do(lambda s: vouchers_of_question(s, question=question, actor=ADVISOR))
    assert voucher.amount_cents == 90_000


def hidden_fields(page: TestResponse | None) -> dict[str, str]:
    """What the form of a preview sends on."""
    assert page is not None
    found = soup_of(page).select("main form input[type=hidden]")
    return {
        str(one["name"]): str(one["value"]) for one in found if one["name"] not in ("csrf_token", "submission_token")
    }


def test_rejecting_wants_its_ground_chosen_and_none_is_chosen_beforehand(office: Office) -> None:
    question = office.made(an_application)
    browser, here = office.browser("advisor"), case(question, "/afwijzen")
    shown = browser.get(here)
    assert (
        len(soup_of(shown).select('[name="ground"]')) == 4 and soup_of(shown).select('[name="ground"][checked]') == []
    )
    without = browser.submit(here, {"rationale": "Woont elders."})
    assert without.status_code == 422 and 'id="ground-error"' in without.text and "Woont elders." in without.text
    assert_sound(without)
    assert office.again(question).state is QuestionState.APPLIED
    assert browser.submit(here, {"rationale": "Woont elders.", "ground": "own_facts"}).status_code == 303


def test_approving_a_part_wants_the_ground_for_the_rest(office: Office) -> None:
    question = office.made(an_application, schemes=["leervoucher", "materiaalvoucher"])
    browser = proposed(office, question)
    here = case(question, "/goedkeuren")
    shown = browser.get(here)
    assert soup_of(shown).select('[name="ground"][checked]') == []
    without = browser.submit(here, CHECKED)
    assert without.status_code == 422 and 'id="ground-error"' in without.text
    assert_sound(without)
    assert browser.submit(here, CHECKED | {"ground": "own_facts"}).status_code == 303


def test_an_incomplete_application_is_completed_before_it_is_approved(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    office.do(lambda s: _incomplete(s, question.id))
    here = case(question, "/goedkeuren")
    shown = browser.get(here)
    assert_sound(shown)
    assert "Deze aanvraag is nog niet compleet" in said(shown)
    assert case(question, "/compleet") in shown.text
    refused = browser.submit(here, CHECKED)
    assert refused.status_code == 422 and "noem de aanvraag daarna eerst compleet" in said(refused)
    assert office.again(question).state is QuestionState.APPLIED
    form = browser.get(case(question, "/compleet"))
    typed = {name: soup_of(form).select_one(f'[name="{name}"]')["value"] for name in ("received_on", "time")}
    assert browser.submit(case(question, "/compleet"), typed).status_code == 303
    assert browser.post(here, CHECKED).status_code == 303


def _incomplete(session: Session, question_id: int) -> None:
    question = session.get_one(DevelopmentQuestion, question_id)
    application = application_by_question(session, question=question)
    assert application is not None
    lose_place(session, question=question, application=application, actor=ADVISOR, now=NOW)
