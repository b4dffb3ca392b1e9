"""The decision: in one go, or not at all."""

from __future__ import annotations

import re

import pytest

from portal.decisions.models import DecisionKind
from portal.decisions.queries import decision_of, decisions_of
from portal.proposals.models import ProposalKind
from portal.questions.models import QuestionState
from portal.vouchers.models import VoucherState
from portal.vouchers.queries import vouchers_of_question
from tests.factories import ADVISOR, a_question, an_application
from tests.web.advisor.steps import CHECKED, case, lower, proposed, records
from tests.web.office import Office, said
from tests.web.walking import assert_sound

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
    assert "voor of op 13 april 2026" in words, "six weeks, counted from the day after"
    assert re.search(r"code [A-Z]{4}-[A-Z]{4}-[A-Z]{4}", words)
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
    answer = browser.submit(case(question, "/goedkeuren"), CHECKED)
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
    assert browser.post(case(question, "/goedkeuren"), CHECKED).status_code == 303, "the new one fits"
    [voucher] = office.do(lambda s: vouchers_of_question(s, question=question, actor=ADVISOR))
    assert voucher.amount_cents == 50_000


def test_pressing_approve_twice_renews_once(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    lower(office, "rijk-leren", 1_000_000)
    lower(office, "provincie-breed", 1_950_000)
    first = browser.post(case(question, "/goedkeuren"), CHECKED, token="a" * 22)
    second = browser.post(case(question, "/goedkeuren"), CHECKED, token="a" * 22)
    assert first.location == second.location
    assert len(records(office, question)) == 2


def test_pressing_approve_twice_decides_once(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    first = browser.post(case(question, "/goedkeuren"), CHECKED, token="b" * 22)
    second = browser.post(case(question, "/goedkeuren"), CHECKED, token="b" * 22)
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
            case(question, "/afwijzen"), {"rationale": "De opleiding is al begonnen (artikel 3)."}
        ).status_code
        == 303
    )
    assert "afgewezen" in said(browser.follow())
    letter = said(browser.get(case(question, "/besluit/brief")))
    assert "U krijgt geen geld voor uw opleiding" in letter
    assert "De opleiding is al begonnen (artikel 3)." in letter
    assert "U kunt bezwaar maken" in letter


def test_rejecting_without_an_application_is_refused(office: Office) -> None:
    question = office.made(a_question)
    answer = office.browser("advisor").post(case(question, "/afwijzen"), {"rationale": "Nee."})
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
    assert "U kunt bezwaar maken" not in said(browser.get(case(question, "/besluit/brief")))


def test_a_case_without_decision_has_no_decision_page(office: Office) -> None:
    question = office.made(a_question)
    assert office.browser("advisor").get(case(question, "/besluit")).status_code == 302
    assert office.browser("advisor").get(case(question, "/besluit/brief")).status_code == 302
