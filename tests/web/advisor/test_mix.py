"""Proposals and the editable mix: checked at the cell, fixed where the advisor says so."""

from __future__ import annotations

import pytest

from matching.offers import offers
from matching.problem.proposal import Share
from portal.awarding.decisions.queries import decision_of
from portal.awarding.proposals.models import ProposalKind
from portal.awarding.proposals.queries import stored_proposal
from portal.cases.questions.models import CostInput, DevelopmentQuestion, QuestionState
from portal.spending.vouchers.queries import vouchers_of_question
from tests.factories import ADVISOR, NOW, a_question, an_application
from tests.web.advisor.steps import CHECKED, TWO_LINES, case, cells, lower, proposed, records
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of


@pytest.fixture
def database() -> str:
    """Once is enough: what these tests touch has neither money nor locks of its own."""
    return "sqlite"


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


def test_what_is_not_proven_says_so_and_how_far_it_may_be_off(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    question = office.made(an_application, costs=TWO_LINES)
    assert "bewezen beste mix" in said(proposed(office, question).get(case(question)))
    real = offers.settings_of
    monkeypatch.setattr(
        offers, "settings_of", lambda *given: real(*given).model_copy(update={"deterministic_limit_ms": 0})
    )
    browser = proposed(office, question)
    words = said(browser.get(case(question)))
    assert "niet bewezen: hoogstens € 1.500 beter" in words
    assert "bewezen beste mix" not in words
    [newest, _] = records(office, question)
    assert_sound(browser.get(f"/adviseur/voorstel/{newest.public_id}"))


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
    words = said(answer)
    assert "De inwoner betaalt zo € 200. De eigen bijdrage is € 200 hoger dan in de beste verdeling." in words
    assert "Er is € 200 minder gedekt." in words and "Er is € 200 minder publiek geld nodig." in words
    same = browser.submit(
        case(question, "/verdeling"), {"check": "1", "c.k1.leervoucher": "1200", "c.k2.leervoucher": "300"}
    )
    assert "even hoog als in de beste verdeling" in said(same)
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
    asked = browser.submit(case(question, "/verdeling"), form)
    assert asked.status_code == 422
    assert_sound(asked)
    words = said(asked)
    assert "Schrijf op waarom u van de beste verdeling afwijkt." in words
    assert "De eigen bijdrage is € 300 hoger" in words and "Er is € 300 minder publiek geld nodig." in words
    assert len(records(office, question)) == 1, "the price is shown before anything is kept"
    assert soup_of(asked).find(attrs={"name": "vast"}).has_attr("checked")  # type: ignore[union-attr]
    assert browser.submit(case(question, "/verdeling"), {**form, "reason": "De rest komt later."}).status_code == 303
    shown = browser.follow()
    assert_sound(shown)
    assert "De rest komt later. De eigen bijdrage is € 300 hoger" in said(shown)
    newest = records(office, question)[0]
    assert newest.kind is ProposalKind.AMENDED
    paid = {share.line: share.cents for share in stored_proposal(newest).shares}
    assert paid == {"k1": 90_000, "k2": 30_000}


def test_fixed_amounts_that_clash_are_named(office: Office) -> None:
    question = office.made(an_application, costs=(CostInput("tuition", 200_000), CostInput("exam", 100_000)))
    browser = proposed(office, question)
    form = {
        "solve": "1",
        "c.k1.leervoucher": "2000",
        "c.k2.leervoucher": "1000",
        "vast": ["c.k1.leervoucher", "c.k2.leervoucher"],
        "reason": "Zo is het besproken.",
    }
    answer = browser.post(case(question, "/verdeling"), form)
    assert answer.status_code == 422
    assert_sound(answer)
    words = said(answer)
    assert "Dit vaste bedrag kan niet" in words
    assert "hoogstens € 2.500" in words
    assert len(soup_of(answer).select("input[name=vast][checked]")) == 2
    assert len(records(office, question)) == 1


def test_a_scheme_that_is_left_out_pays_nothing_and_has_a_price(office: Office) -> None:
    question = office.made(an_application, costs=TWO_LINES)
    browser = proposed(office, question)
    form = {"solve": "1", "c.k1.leervoucher": "1200", "c.k2.leervoucher": "300", "weg": ["leervoucher", "bestaat-niet"]}
    asked = browser.post(case(question, "/verdeling"), form)
    assert asked.status_code == 422 and "De eigen bijdrage is € 1.500 hoger" in said(asked)
    assert soup_of(asked).find(attrs={"name": "weg"}).has_attr("checked")  # type: ignore[union-attr]
    assert browser.post(case(question, "/verdeling"), {**form, "reason": "Kan niet."}).status_code == 303
    newest = records(office, question)[0]
    assert "leervoucher" not in {share.offer for share in stored_proposal(newest).shares}


def test_a_proposal_says_how_sure_it_is_what_else_is_possible_and_what_would_change_it(office: Office) -> None:
    question = office.made(an_application, costs=(CostInput("tuition", 300_000),))
    browser = proposed(office, question)
    page = browser.get(f"/adviseur/voorstel/{records(office, question)[0].public_id}")
    assert_sound(page)
    words = said(page)
    assert "Zonder deze regeling is de eigen bijdrage € 2.500 hoger." in words
    assert "De inwoner betaalt € 500. Niets wat nog open is, verandert dat." in words
    assert "Het maximum van Leervoucher gaat van € 2.500 naar € 3.000." in words
    assert "De eigenaar van de regeling" in words and "De werkgever zegt € 500 toe." in words
    assert "Andere verdelingen" in words


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


def test_shares_are_the_amounts_that_were_typed(office: Office) -> None:
    """The control of the budgets: what the screen checks is what the advisor typed, cent for cent."""
    from portal.awarding.answering import fresh_problem
    from portal.web.advisor.cells import shares_of

    question = office.made(an_application, costs=TWO_LINES)
    problem = office.do(lambda s: fresh_problem(s, question=s.merge(question), today=NOW.date()))
    typed = {("k1", "leervoucher"): 100_001, ("k2", "leervoucher"): 29_999}
    shares: tuple[Share, ...] = shares_of(problem, typed)
    assert {(share.line, share.offer): share.cents for share in shares} == typed
    assert {share.funding_line for share in shares} == {"rijk-leren"}
