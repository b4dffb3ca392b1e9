"""Objections, hearings, shares elsewhere and late binding on the screens: the whole way, and every wrong step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.awarding.shares_elsewhere.models import ShareOutcome
from portal.awarding.shares_elsewhere.queries import shares_elsewhere
from portal.cases.contents import save_borrowing
from portal.cases.hearings.queries import hearings_of
from portal.cases.questions.models import CostInput, DevelopmentQuestion, QuestionState
from portal.ledger.actions import pay
from portal.ledger.invariants import verify
from portal.paying.payments.models import Repayment
from portal.paying.reassignments.queries import payers_of
from portal.paying.recoveries import receive_instalment
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.models import Settlement, SettlementGround
from portal.paying.settlements.queries import recoveries_of, unpaid_spends
from portal.paying.settling_again.queries import settlement_breaks
from portal.people.accounts.models import Role
from portal.people.actor import Audience
from portal.platform import clock
from portal.second_look.objections.models import ObjectionOutcome
from portal.second_look.objections.queries import objections_of
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, UNHEARD, a_provider, a_voucher, an_application, approve
from tests.web.advisor.steps import CHECKED, case
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.stands import not_taken_up
from tests.web.walking import assert_sound


def fill(browser: Browser, path: str, data: dict[str, Any], status: int = 303) -> None:
    page = browser.get(path)
    assert page.status_code == 200, path
    assert_sound(page)
    answer = browser.submit(path, data)
    assert answer.status_code == status, answer.text[:3000]
    if status == 422:
        assert_sound(answer)


def test_refused_heard_and_reversed_by_a_colleague(office: Office) -> None:
    question = office.made(an_application)
    first = office.browser("advisor")
    fill(first, case(question, "/afwijzen"), {"rationale": "Past niet.", "ground": "own_facts"})
    fill(first, case(question, "/bezwaar"), {"received_on": "", "grounds": ""}, 422)
    fill(first, case(question, "/bezwaar"), {"received_on": "02-03-2026", "grounds": "Ik voldoe wel."})
    [objection] = office.do(lambda s: objections_of(s, question=question, actor=ADVISOR))
    path = f"/adviseur/bezwaar/{objection.public_id}"
    assert_sound(first.get("/adviseur/bezwaren"))
    assert objection.number in said(first.get("/adviseur/bezwaren"))
    assert_sound(first.get(path))
    fill(first, f"{path}/niet-horen", {"reason": "fully_met"})
    fill(first, f"{path}/besluiten", {"outcome": "unfounded", "rationale": "Nee."}, 422)
    second = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    fill(second, f"{path}/besluiten", {"outcome": "founded", "rationale": "Ja."}, 422)
    second.get(path)
    assert second.post(f"{path}/voorstel").status_code == 303
    fill(second, f"{path}/besluiten", CHECKED | {"outcome": "founded"})
    assert "gegrond" in said(second.get(path))
    [after] = office.do(lambda s: objections_of(s, question=question, actor=ADVISOR))
    assert after.outcome is ObjectionOutcome.FOUNDED and after.new_decision_id is not None
    assert office.again(question).state is QuestionState.DECIDED and office.do(verify) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_founded_objection_to_not_taking_up_takes_the_application_up_on_the_screen(office: Office) -> None:
    question = office.do(not_taken_up)
    with clock.frozen(NOW + timedelta(days=10)):
        first = office.browser("advisor")
        fill(first, case(question, "/bezwaar"), {"received_on": "12-03-2026", "grounds": "Ik stuurde de offerte."})
        [objection] = office.do(lambda s: objections_of(s, question=question, actor=ADVISOR))
        path = f"/adviseur/bezwaar/{objection.public_id}"
        assert "Besluit om de aanvraag niet te behandelen, 11 maart 2026" in said(first.get(path))
        fill(first, f"{path}/niet-horen", {"reason": "not_wanted"})
        page = said(first.get(f"{path}/besluiten"))
        assert "dan is de aanvraag meteen weer in behandeling" in page and "heb ik dit gecontroleerd" not in page
        fill(first, f"{path}/besluiten", {"outcome": "founded", "rationale": "De offerte was er."})
        assert office.again(question).state is QuestionState.APPLIED
        me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        page = me.get(f"/mijn/{question.public_id}")
        assert_sound(page)
        assert "Wij namen uw aanvraag toch in behandeling" in said(page) and "Bezwaar maken of volgen" in said(page)


def test_a_hearing_is_planned_held_and_the_term_is_put_off(office: Office) -> None:
    question = office.made(an_application)
    first = office.browser("advisor")
    fill(first, case(question, "/afwijzen"), {"rationale": "Past niet.", "ground": "own_facts"})
    fill(first, case(question, "/bezwaar"), {"received_on": "02-03-2026", "grounds": "Toch.", "committee": "y"})
    [objection] = office.do(lambda s: objections_of(s, question=question, actor=ADVISOR))
    path = f"/adviseur/bezwaar/{objection.public_id}"
    second = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    fill(second, f"{path}/hoorzitting", {"day": "01-01-2020", "time": "10.00", "place": "Stadhuis"}, 422)
    fill(second, f"{path}/hoorzitting", {"day": "10-03-2026", "time": "10.00", "place": "Stadhuis"})
    fill(second, f"{path}/verdagen", {"reason": ""}, 422)
    fill(second, f"{path}/verdagen", {"reason": "Stukken."})
    fill(second, f"{path}/gehoord", {"heard_on": "03-03-2026", "report": "x"}, 422)
    fill(second, f"{path}/gehoord", {"heard_on": "02-03-2026", "report": "Alles besproken."})
    fill(second, f"{path}/te-laat", {"excused": "yes", "reason": "x"}, 422)
    page = second.get(path)
    assert "Alles besproken." in said(page)
    assert second.post(f"{path}/ingetrokken").status_code == 303


def test_the_applicant_is_heard_before_a_refusal_on_other_facts(office: Office) -> None:
    question = office.made(an_application)
    browser = office.browser("advisor")
    refused = {"rationale": "Woont elders.", "ground": "other_facts"}
    fill(browser, case(question, "/afwijzen"), refused, 422)
    fill(browser, case(question, "/reactie-vragen"), {"facts": "", "answer_by": "03-03-2026"}, 422)
    fill(browser, case(question, "/reactie-vragen"), {"facts": "Woont elders.", "answer_by": "16-03-2026"})
    [hearing] = office.do(lambda s: hearings_of(s, question=question))
    fill(browser, f"/adviseur/reactie/{hearing.public_id}", {"way": "spoken", "view": "", "view_on": "02-03-2026"}, 422)
    said_so = {"way": "spoken", "view": "Ik verhuis terug.", "view_on": "02-03-2026"}
    fill(browser, f"/adviseur/reactie/{hearing.public_id}", said_so)
    fill(browser, case(question, "/afwijzen"), refused)
    assert office.again(question).state is QuestionState.DECIDED


def test_a_refused_share_elsewhere_leads_to_another_decision(office: Office) -> None:
    def made(session: Any) -> DevelopmentQuestion:
        question = an_application(session, costs=(CostInput("tuition", 400_000),))
        save_borrowing(session, question=question, up_to_cents=150_000, actor=ADVISOR, now=NOW)
        approve(session, question)
        return question

    question = office.do(made)
    [share] = office.do(lambda s: shares_elsewhere(s, question=question))
    browser, path = office.browser("advisor"), f"/adviseur/ander-deel/{share.public_id}"
    assert_sound(browser.get(case(question, "/besluit")))
    wrong = {"outcome": "granted", "granted": "1", "by": "DUO", "on": "02-03-2026"}
    fill(browser, path, wrong, 422)
    fill(browser, path, {"outcome": "refused", "granted": "0", "by": "DUO", "on": "02-03-2026"})
    assert office.do(lambda s: shares_elsewhere(s, question=question))[0].outcome is ShareOutcome.REFUSED
    browser.get(path)
    assert browser.post(case(question, "/opnieuw-voorstellen")).status_code == 303
    fill(browser, case(question, "/opnieuw-besluiten"), CHECKED)
    assert office.do(verify) == []


def test_another_budget_pays_and_only_one_that_may(office: Office) -> None:
    voucher = office.made(a_voucher)
    browser, path = office.browser("advisor"), f"/adviseur/voucher/{voucher.public_id}/ander-budget"
    moved = {
        "from_line": "rijk-leren:reserved",
        "to_line": "provincie-breed",
        "amount": "500",
        "reason": "Eind van het jaar.",
    }
    fill(browser, path, moved | {"amount": "99.999"}, 422)
    fill(browser, path, moved | {"to_line": "bestaat-niet"}, 422)
    fill(browser, path, moved | {"reason": ""}, 422)
    fill(browser, path, moved)
    found = office.do(lambda s: {one.line.slug: one.cents for one in payers_of(s, voucher=voucher)})
    assert found == {"rijk-leren": 70_000, "provincie-breed": 50_000} and office.do(verify) == []


def test_another_budget_pays_what_was_used_and_paid_until_the_voucher_is_settled(office: Office) -> None:
    voucher = office.made(partly_used)
    browser, path = office.browser("advisor"), f"/adviseur/voucher/{voucher.public_id}/ander-budget"
    held = office.do(lambda s: payers_of(s, voucher=voucher))
    paid = next(one.payment_id for one in held if one.payment_id is not None)
    shown = said(browser.get(path))
    for words in ("€ 500,00 gereserveerd", "€ 300,00 gebruikt, nog niet betaald", "€ 400,00 betaald (factuur F1)"):
        assert words in shown
    goal = {"to_line": "provincie-breed", "reason": "Het andere project stopt."}
    whole = goal | {"from_line": f"rijk-leren:paid:{paid}"}
    refused = browser.submit(path, whole | {"amount": "399,99"})
    assert refused.status_code == 422 and "gaat in zijn geheel over" in said(refused) and "399,99" in refused.text
    fill(browser, path, whole | {"amount": "400"})
    fill(browser, path, goal | {"from_line": "rijk-leren:spent", "amount": "100,50"})
    found = office.do(lambda s: {(one.line.slug, one.stands.value): one.cents for one in payers_of(s, voucher=voucher)})
    assert found == {
        ("rijk-leren", "reserved"): 50_000,
        ("rijk-leren", "spent"): 19_950,
        ("provincie-breed", "spent"): 10_050,
        ("provincie-breed", "paid"): 40_000,
    }
    assert office.do(verify) == [] and "100,50" in said(browser.get(path))
    office.do(lambda s: use_the_rest(s, s.get_one(Voucher, voucher.id)))
    of_voucher = browser.get(f"/adviseur/voucher/{voucher.public_id}")
    assert path in of_voucher.text, "also when it is used up"
    office.do(lambda s: settle_as_used(s, s.get_one(Voucher, voucher.id)))
    closed = browser.get(path)
    assert "Er staat nu niets op deze voucher" in said(closed) and 'name="amount"' not in closed.text
    assert path not in browser.get(f"/adviseur/voucher/{voucher.public_id}").text


def partly_used(session: Session) -> Voucher:
    """€ 400 was used and paid, € 300 used and not paid, of € 1,200."""
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    for number, cents in (("F1", 40_000), ("F2", 30_000)):
        done = redeem_voucher(session, voucher=voucher, bill=Bill(number, NOW.date(), cents), actor=pia, now=NOW)
        for spend_id, _cents in unpaid_spends(session, redemption=done) if number == "F1" else ():
            pay(session, spend_id=spend_id, actor_id=ADVISOR.reference, now=NOW)
    return voucher


def use_the_rest(session: Session, voucher: Voucher) -> None:
    _, pia = a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill("F9", NOW.date(), voucher.open_cents), actor=pia, now=NOW)


def settle_as_used(session: Session, voucher: Voucher) -> Settlement:
    return settle_voucher(
        session,
        voucher=voucher,
        draft=SettlementDraft(voucher.used_cents, SettlementGround.AS_USED, "Klaar."),
        actor=ADVISOR,
        now=NOW,
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_founded_objection_against_a_settlement_settles_again_on_the_screen(office: Office) -> None:
    voucher, settlement = office.do(settled_and_paid_back)
    question = office.do(lambda s: s.get_one(DevelopmentQuestion, voucher.question_id))
    first = office.browser("advisor")
    against = office.do(lambda s: s.get_one(Decision, settlement.decision_id)).public_id
    fill(first, case(question, "/bezwaar"), {"against": against, "received_on": "02-03-2026", "grounds": "Wel af."})
    [objection] = office.do(lambda s: objections_of(s, question=question, actor=ADVISOR))
    path = f"/adviseur/bezwaar/{objection.public_id}"
    second = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    fill(second, f"{path}/niet-horen", {"reason": "not_wanted"})
    why = {"outcome": "founded", "rationale": "De opleiding is wel gevolgd."}
    assert "Meer dan € 400 en hoogstens € 1.000" in said(second.get(f"{path}/besluiten"))
    for wrong in ({}, {"amount": "400"}, {"amount": "1001"}):
        fill(second, f"{path}/besluiten", why | wrong, 422)
    fill(second, f"{path}/besluiten", why | {"amount": "900"})
    shown = second.get(path)
    assert_sound(shown)
    assert "Nu vastgesteld € 900" in said(shown) and "Terug naar de houder € 100" in said(shown)
    of_voucher = said(second.get(f"/adviseur/voucher/{voucher.public_id}"))
    assert "€ 900. De opleiding is wel gevolgd." in of_voucher and "Niet af." not in of_voucher
    owed = office.do(lambda s: s.scalars(select(Repayment)).one())
    repay = f"/adviseur/teruggave/{owed.public_id}"
    assert repay in shown.text and repay in first.get("/adviseur/").text, "on the worklist until it is paid"
    paid = {"paid_on": "02-03-2026", "reference": "B7"}
    fill(second, repay, paid, 422)
    fill(first, repay, paid | {"reference": ""}, 422)
    fill(first, repay, paid)
    assert repay not in second.get(path).text and repay not in first.get("/adviseur/").text
    assert office.do(verify) == [] and office.do(settlement_breaks) == []


def settled_and_paid_back(session: Session) -> tuple[Voucher, Settlement]:
    """€ 1,000 was paid, settled at € 400, and € 200 came back."""
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    done = redeem_voucher(session, voucher=voucher, bill=Bill("F1", NOW.date(), 100_000), actor=pia, now=NOW)
    for spend_id, _cents in unpaid_spends(session, redemption=done):
        pay(session, spend_id=spend_id, actor_id=ADVISOR.reference, now=NOW)
    made = settle_voucher(
        session,
        voucher=voucher,
        draft=SettlementDraft(40_000, SettlementGround.NOT_DONE, "Niet af.", UNHEARD),
        actor=ADVISOR,
        now=NOW,
    )
    [claim] = recoveries_of(session, voucher=voucher)
    receive_instalment(
        session, recovery=claim, amount_cents=20_000, received_on=NOW.date(), reference="R1", actor=ADVISOR, now=NOW
    )
    return voucher, made
