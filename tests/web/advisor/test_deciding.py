"""Proposals, the editable mix, and the decision: in one go, or not at all."""

from __future__ import annotations

import re
from typing import Any

import pytest

from matching.proposal import Share
from portal.decisions.models import DecisionKind
from portal.decisions.queries import decision_of, decisions_of
from portal.funding.models import FundingLine
from portal.funding.queries import funding_line_by_slug
from portal.ledger.actions import give_back
from portal.proposals.models import ProposalKind, ProposalRecord
from portal.proposals.queries import proposals_of, stored_proposal
from portal.questions.models import CostInput, DevelopmentQuestion, QuestionState
from portal.vouchers.models import VoucherState
from portal.vouchers.queries import vouchers_of_question
from tests.factories import ADVISOR, NOW, SYSTEM, a_question, an_application
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

CHECKED = {
    "rationale": "Past bij de vraag naar technici.",
    "identity": "y",
    "purpose": "y",
    "costs": "y",
    "nothing_paid_twice": "y",
}
TWO_LINES = (CostInput("tuition", 120_000), CostInput("books", 30_000))


def case(question: DevelopmentQuestion, rest: str = "") -> str:
    return f"/adviseur/vraag/{question.public_id}{rest}"


def proposed(office: Office, question: DevelopmentQuestion) -> Browser:
    """A browser of an advisor who has made a proposal."""
    browser = office.browser("advisor")
    assert browser.post(case(question, "/voorstel")).status_code == 303
    return browser


def records(office: Office, question: DevelopmentQuestion) -> list[ProposalRecord]:
    """The proposals, the newest first."""
    return office.do(lambda s: proposals_of(s, question=question, actor=ADVISOR))


def cells(page: Any) -> dict[str, str]:
    """The amounts in the table as they stand, by name of the field."""
    return {str(box["name"]): str(box["value"]) for box in soup_of(page).select("table.cells input[type=text]")}


def lower(office: Office, slug: str, cents: int) -> None:
    """Take money out of a budget."""

    def work(session: Any) -> None:
        line = funding_line_by_slug(session, slug=slug)
        assert isinstance(line, FundingLine)
        give_back(
            session,
            funding_line_id=line.id,
            amount_cents=cents,
            actor_id=SYSTEM.reference,
            now=NOW,
            note="lager budget",
        )

    office.do(work)


# Proposals -------------------------------------------------------------------------------------------------------------


def test_a_proposal_is_kept_and_a_later_one_shows_what_changed(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    lower(office, "rijk-leren", 1_000_000)
    lower(office, "provincie-breed", 1_950_000)
    browser.post(case(question, "/voorstel"))
    newest, oldest = records(office, question)
    assert (oldest.kind, newest.kind) == (ProposalKind.COMPUTED, ProposalKind.RENEWED)
    page = browser.get(f"/adviseur/voorstel/{newest.public_id}")
    assert_sound(page)
    words = said(page)
    assert "Leervoucher € 1.200 € 500 − € 700" in words
    assert "inwoner zelf € 0 € 700 + € 700" in words
    assert "Er is een nieuwer voorstel" in said(browser.get(f"/adviseur/voorstel/{oldest.public_id}"))


def test_a_proposal_tells_which_money_pays_and_at_what_price(office: Office) -> None:
    question = office.made(an_application)
    words = said(proposed(office, question).get(case(question)))
    assert "Leren individueel" in words
    assert "€ 10.000" in words, "what was available"
    assert "0,30" in words, "the price of money for one scheme"
    assert "Daarmee zijn deze kosten helemaal betaald" in words


def test_a_changed_question_asks_for_a_new_proposal(office: Office) -> None:
    question = office.made(a_question)
    browser = proposed(office, question)
    assert "De vraag is veranderd" not in said(browser.get(case(question)))
    office.do(lambda s: setattr(s.get(DevelopmentQuestion, question.id), "revision", question.revision + 1))
    assert "De vraag is veranderd" in said(browser.get(case(question)))


# Changing the mix ------------------------------------------------------------------------------------------------------


def test_the_cells_start_with_the_proposal(office: Office) -> None:
    question = office.made(an_application, costs=TWO_LINES)
    page = proposed(office, question).get(case(question, "/verdeling"))
    assert_sound(page)
    assert cells(page) == {"c.k1.leervoucher": "1.200", "c.k2.leervoucher": "300"}


def test_a_poorer_mix_is_allowed_and_says_what_it_costs(office: Office) -> None:
    question = office.made(an_application, costs=TWO_LINES)
    browser = proposed(office, question)
    browser.get(case(question, "/verdeling"))
    answer = browser.submit(
        case(question, "/verdeling"), {"check": "1", "c.k1.leervoucher": "1000", "c.k2.leervoucher": "300"}
    )
    assert answer.status_code == 200
    assert_sound(answer)
    assert "De inwoner betaalt zo € 200. Dat is € 200 meer dan in de beste verdeling." in said(answer)
    same = browser.submit(
        case(question, "/verdeling"), {"check": "1", "c.k1.leervoucher": "1200", "c.k2.leervoucher": "300"}
    )
    assert "evenveel als in de beste verdeling" in said(same)
    assert len(records(office, question)) == 1, "checking writes nothing"


def test_a_broken_rule_stands_at_its_cell_and_the_amounts_stay(office: Office) -> None:
    question = office.made(an_application, costs=TWO_LINES)
    browser = proposed(office, question)
    browser.get(case(question, "/verdeling"))
    typed = {"check": "1", "c.k1.leervoucher": "1.200,00", "c.k2.leervoucher": "300,01"}
    answer = browser.submit(case(question, "/verdeling"), typed)
    assert answer.status_code == 422
    assert_sound(answer)
    page = soup_of(answer)
    wrong = page.find(attrs={"name": "c.k2.leervoucher"})
    assert wrong is not None and wrong["aria-invalid"] == "true" and wrong["value"] == "300,01"
    message = page.find(id=wrong["aria-describedby"])
    assert message is not None and "hoogstens € 300" in message.get_text().replace("\xa0", " ")
    right = page.find(attrs={"name": "c.k1.leervoucher"})
    assert right is not None and not right.has_attr("aria-invalid") and right["value"] == "1.200,00"
    assert "Deze verdeling mag niet" in said(answer)


def test_more_than_the_money_that_is_left_is_found(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    lower(office, "rijk-leren", 1_000_000)
    lower(office, "provincie-breed", 1_950_000)
    answer = browser.post(case(question, "/verdeling"), {"check": "1", "c.k1.leervoucher": "600"})
    assert answer.status_code == 422
    assert "nog € 500 beschikbaar" in said(answer)
    assert browser.post(case(question, "/verdeling"), {"check": "1", "c.k1.leervoucher": "500"}).status_code == 200


def test_two_budgets_pay_one_cell_when_one_is_too_small(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    lower(office, "rijk-leren", 950_000)
    form = {"approve": "1", "c.k1.leervoucher": "1100", **CHECKED}
    assert browser.post(case(question, "/verdeling"), form).status_code == 303
    [voucher] = office.do(lambda s: vouchers_of_question(s, question=question, actor=ADVISOR))
    assert sorted(part.amount_cents for part in voucher.award.parts) == [50_000, 60_000]


def test_a_fixed_amount_is_kept_when_the_rest_is_computed_again(office: Office) -> None:
    question = office.made(an_application, costs=TWO_LINES)
    browser = proposed(office, question)
    browser.get(case(question, "/verdeling"))
    form = {"solve": "1", "c.k1.leervoucher": "900", "c.k2.leervoucher": "", "vast": ["c.k1.leervoucher"]}
    assert browser.submit(case(question, "/verdeling"), form).status_code == 303
    assert_sound(browser.follow())
    newest = records(office, question)[0]
    assert newest.kind is ProposalKind.AMENDED
    paid = {share.line: share.cents for share in stored_proposal(newest).shares}
    assert paid == {"k1": 90_000, "k2": 30_000}


def test_fixed_amounts_that_clash_are_named(office: Office) -> None:
    question = office.made(an_application, costs=(CostInput("tuition", 200_000), CostInput("exam", 100_000)))
    browser = proposed(office, question)
    form = {
        "solve": "1", "c.k1.leervoucher": "2000", "c.k2.leervoucher": "1000",
        "vast": ["c.k1.leervoucher", "c.k2.leervoucher"],
    }  # fmt: skip
    answer = browser.post(case(question, "/verdeling"), form)
    assert answer.status_code == 422
    assert_sound(answer)
    words = said(answer)
    assert "Dit vaste bedrag kan niet" in words
    assert "hoogstens € 2.500" in words
    assert len(soup_of(answer).select("input[name=vast][checked]")) == 2
    assert len(records(office, question)) == 1


def test_solving_again_without_anything_fixed_is_explained(office: Office) -> None:
    question = office.made(an_application)
    answer = proposed(office, question).post(case(question, "/verdeling"), {"solve": "1", "c.k1.leervoucher": "500"})
    assert answer.status_code == 422
    assert "Zet eerst een of meer bedragen vast" in said(answer)


@pytest.mark.parametrize("bad", ["-5", "abc", "12,345", "9" * 60, "1\x002", "€ € 3", "1.00.00"])
@pytest.mark.parametrize("button", ["check", "solve", "approve"])
def test_nonsense_in_a_cell_is_refused_there(office: Office, bad: str, button: str) -> None:
    question = office.made(an_application, costs=TWO_LINES)
    browser = proposed(office, question)
    typed = {button: "1", "c.k1.leervoucher": bad, "c.k2.leervoucher": "250", "vast": ["c.k1.leervoucher"], **CHECKED}
    answer = browser.post(case(question, "/verdeling"), typed)
    assert answer.status_code == 422
    page = soup_of(answer)
    cell, other = page.find(attrs={"name": "c.k1.leervoucher"}), page.find(attrs={"name": "c.k2.leervoucher"})
    assert cell is not None and cell["aria-invalid"] == "true"
    assert other is not None and other["value"] == "250"
    assert CHECKED["rationale"] in page.find(id="rationale").text  # type: ignore[union-attr]
    assert office.again(question).state is QuestionState.APPLIED


def test_cells_that_do_not_exist_are_left_out(office: Office) -> None:
    question = office.made(an_application)
    browser = proposed(office, question)
    answer = browser.post(
        case(question, "/verdeling"),
        {"check": "1", "c.k1.leervoucher": "500", "c.k9.gratis-geld": "999999", "vast": ["weg"]},
    )
    assert answer.status_code == 200


def test_a_mix_of_ones_own_is_approved_as_such(office: Office) -> None:
    question = office.made(an_application, costs=TWO_LINES)
    browser = proposed(office, question)
    form = {"approve": "1", "c.k1.leervoucher": "1000", "c.k2.leervoucher": "", **CHECKED}
    assert browser.post(case(question, "/verdeling"), form).status_code == 303
    decision = office.do(lambda s: decision_of(s, question=question, actor=ADVISOR))
    assert decision is not None and decision.amended
    [voucher] = office.do(lambda s: vouchers_of_question(s, question=question, actor=ADVISOR))
    assert voucher.amount_cents == 100_000


def test_a_mix_of_ones_own_needs_the_checks_too(office: Office) -> None:
    question = office.made(an_application)
    form = {"approve": "1", "c.k1.leervoucher": "1000", **CHECKED, "identity": ""}
    answer = proposed(office, question).post(case(question, "/verdeling"), form)
    assert answer.status_code == 422
    assert "Controleer eerst wie de aanvrager is" in said(answer)
    assert office.again(question).state is QuestionState.APPLIED


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


def test_shares_are_the_amounts_that_were_typed(office: Office) -> None:
    """The control of the budgets: what the screen checks is what the advisor typed, cent for cent."""
    from portal.proposals.queries import fresh_problem
    from portal.web.advisor.cells import shares_of

    question = office.made(an_application, costs=TWO_LINES)
    problem = office.do(lambda s: fresh_problem(s, question=s.merge(question), today=NOW.date()))
    typed = {("k1", "leervoucher"): 100_001, ("k2", "leervoucher"): 29_999}
    shares: tuple[Share, ...] = shares_of(problem, typed)
    assert {(share.line, share.offer): share.cents for share in shares} == typed
    assert {share.funding_line for share in shares} == {"rijk-leren"}
