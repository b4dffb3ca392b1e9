"""What is taken by the desk on the screens: the holder is asked first, answers on the own page, objects and is put right."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.hearing_first.queries import hearing_before
from portal.cases.hearings.queries import hearings_on_voucher
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.people.accounts.models import Role
from portal.people.actor import Audience
from portal.platform import clock
from portal.second_look.objections.queries import objections_of
from portal.spending.vouchers.models import Voucher, VoucherState
from tests.factories import ADVISOR, UNHEARD, a_voucher
from tests.portal.awarding.test_setting_aside import PASSED, incomplete
from tests.portal.paying.collecting.owed_late import at
from tests.web.advisor.steps import case
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.stands import send_all, settled
from tests.web.walking import assert_sound

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def again(office: Office, voucher: Voucher) -> Voucher:
    return office.do(lambda s: s.get_one(Voucher, voucher.id))


def test_heard_on_the_own_page_revoked_objected_to_and_given_back(office: Office) -> None:
    voucher, ada = office.made(a_voucher), office.browser("advisor")
    page = f"/adviseur/voucher/{voucher.public_id}"
    takes = {"ground": "not_done", "left_out": "heard", "reason": "De opleiding stopt."}
    first = ada.get(f"{page}/intrekken")
    assert_sound(first)
    assert "nog niet gehoord" in said(first)
    refused = ada.submit(f"{page}/intrekken", takes)
    assert refused.status_code == 422 and "Vraag de houder eerst om een reactie" in said(refused)
    ada.get(f"{page}/reactie-vragen?act=revoke")
    asks = {"act": "revoke", "facts": "De opleider meldt dat u stopte.", "answer_by": "16-03-2026"}
    wrong = ada.submit(f"{page}/reactie-vragen?act=revoke", asks | {"answer_by": "03-03-2026"})
    assert wrong.status_code == 422
    assert_sound(wrong)
    assert ada.submit(f"{page}/reactie-vragen?act=revoke", asks).status_code == 303
    assert_sound(ada.get(page))
    question = office.do(lambda s: s.get_one(DevelopmentQuestion, voucher.question_id))
    mine = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    status = mine.get(f"/mijn/{question.public_id}")
    assert_sound(status)
    assert "Wij denken erover om uw voucher in te trekken." in said(status)
    own = f"/mijn/{question.public_id}/reactie"
    shown = mine.get(own)
    assert_sound(shown)
    assert "De opleider meldt dat u stopte." in said(shown)
    assert mine.submit(own, {"view": ""}).status_code == 422
    assert mine.submit(own, {"view": "Ik begin in mei weer."}).status_code == 303
    assert "Ik begin in mei weer." in said(mine.get(own))
    [hearing] = office.do(lambda s: hearings_on_voucher(s, voucher_id=voucher.id))
    assert "Ik begin in mei weer." in said(ada.get(f"/adviseur/reactie/{hearing.public_id}"))
    ada.get(f"{page}/intrekken")
    assert ada.submit(f"{page}/intrekken", takes).status_code == 303
    assert again(office, voucher).state is VoucherState.REVOKED
    mine.get(f"/mijn/{question.public_id}/bezwaar")
    revoked = office.do(lambda s: hearing_before(s, decision_id=newest(s)))
    assert revoked is not None and revoked.hearing_id == hearing.id
    ada.get(case(question, "/bezwaar"))
    against = (
        ada.get(case(question, "/bezwaar")).text.split('name="against"', 1)[1].split('value="', 1)[1].split('"')[0]
    )
    objects = {"against": against, "received_on": "02-03-2026", "grounds": "Ik ga verder."}
    assert ada.submit(case(question, "/bezwaar"), objects).status_code == 303
    assert "komt de voucher terug" in put_right(office, question, "02-03-2026")
    assert again(office, voucher).state is VoucherState.ISSUED
    assert_sound(mine.get(f"/mijn/{question.public_id}"))


def newest(session: Session) -> int:
    return session.scalars(select(func.max(Decision.id))).one()


def put_right(office: Office, question: DevelopmentQuestion, day: str) -> str:
    """A colleague hears who objected and finds the objection founded; what the screen said that would happen."""
    [objection] = office.do(
        lambda s: objections_of(s, question=s.get_one(DevelopmentQuestion, question.id), actor=ADVISOR)
    )
    tom = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    path = f"/adviseur/bezwaar/{objection.public_id}"
    tom.get(f"{path}/gehoord")
    assert tom.submit(f"{path}/gehoord", {"heard_on": day, "report": "Gehoord."}).status_code == 303
    decides = tom.get(f"{path}/besluiten")
    assert_sound(decides)
    assert tom.submit(f"{path}/besluiten", {"outcome": "founded", "rationale": "U gaat verder."}).status_code == 303
    return said(decides)


def test_not_taken_up_objected_to_on_the_own_page_and_taken_up_when_that_is_founded(office: Office) -> None:
    question = office.made(incomplete)
    with clock.frozen(PASSED):
        ada = office.browser("advisor")
        ada.get(case(question, "/niet-in-behandeling"))
        assert (
            ada.submit(case(question, "/niet-in-behandeling"), {"reason": "De offerte ontbreekt."}).status_code == 303
        )
        office.do(send_all)
        mine, own = (
            Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT),
            f"/mijn/{question.public_id}",
        )
        assert "Besluit om de aanvraag niet te behandelen" in said(mine.get(f"{own}/bezwaar"))
        assert mine.submit(f"{own}/bezwaar", {"grounds": "Ik stuurde hem wel."}).status_code == 303
        put_right(office, question, "17-03-2026")
        assert office.again(question).state is QuestionState.APPLIED
        assert_sound(mine.get(own))


def test_a_settlement_is_lowered_on_the_last_day_of_its_five_years_and_not_a_day_later(office: Office) -> None:
    voucher = office.do(settled)
    page, last = f"/adviseur/voucher/{voucher.public_id}/vaststelling-verlagen", date(2031, 3, 2)
    lowers = {
        "amount": "700",
        "ground": "new_facts",
        "reason": "De opleider meldde later dat u niet kwam.",
        "left_out": UNHEARD.why.value,
        "left_out_reason": UNHEARD.reason,
    }
    with clock.frozen(at(last + timedelta(days=1))):
        ada = office.browser("advisor")
        ada.get(page)
        late = ada.submit(page, lowers)
        assert late.status_code in (409, 422) and "Het kon tot en met 2 maart 2031" in said(late)
    with clock.frozen(at(last)):
        ada = office.browser("advisor")
        shown = ada.get(page)
        assert_sound(shown)
        assert "Dit kan tot en met 2 maart 2031" in said(shown)
        short = ada.submit(page, lowers | {"amount": "900"})
        assert short.status_code == 422 and "minder dan € 900" in said(short)
        assert ada.submit(page, lowers).status_code == 303
        assert_sound(ada.get(f"/adviseur/voucher/{voucher.public_id}"))
    assert again(office, voucher).settled_cents == 70_000
    assert office.do(lambda s: s.get_one(Decision, newest(s)).kind) is DecisionKind.SETTLED_LESS
