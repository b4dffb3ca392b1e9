"""Who asked objects on the screen: to the decision, or to a settlement; sees until when, and how it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import DecisionKind
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.models import SettlementGround
from portal.people.actor import Audience
from portal.platform import clock
from portal.second_look.objections.actions import ObjectionDraft, decide_objection, waive_hearing
from portal.second_look.objections.models import ObjectionOutcome, WaiverReason
from portal.second_look.objections.queries import objectable, objections_of, settlement_of_decision
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import (
    ADVISOR,
    NOW,
    SECOND,
    a_decision,
    a_provider,
    a_question,
    a_voucher,
)
from tests.portal.second_look.objections.test_appeal import reversed_decision
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.stands import send_all
from tests.web.walking import assert_sound, soup_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def settled(session: Session) -> DevelopmentQuestion:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill("F1", NOW.date(), 100_000), actor=pia, now=NOW)
    settle_voucher(
        session,
        voucher=voucher,
        draft=SettlementDraft(40_000, SettlementGround.NOT_DONE, "Niet af."),
        actor=ADVISOR,
        now=NOW,
    )
    send_all(session)
    return session.get_one(DevelopmentQuestion, voucher.question_id)


def test_a_resident_chooses_the_settlement_and_follows_the_objection(office: Office) -> None:
    question = office.do(settled)
    place = f"/mijn/{question.public_id}"
    me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    assert f"{place}/bezwaar" in me.get(place).text
    page = me.get(f"{place}/bezwaar")
    assert_sound(page)
    assert "Vaststelling van een voucher, 2 maart 2026 (bezwaar kan tot en met 13 april 2026)" in said(page)
    empty = me.submit(f"{place}/bezwaar", {"grounds": "Ik heb het wel afgemaakt."})
    assert empty.status_code == 422 and "Ik heb het wel afgemaakt." in empty.text, "nothing typed is lost"
    decision = office.do(lambda s: objectable_settlement(s, question))
    good = {"against": decision, "grounds": "Ik heb het wel afgemaakt."}
    assert me.submit(f"{place}/bezwaar", good).status_code == 303
    words = said(me.follow())
    assert "BZ-2026-0001" in words and "in behandeling" in words and "26 mei 2026" in words
    [objection] = office.do(lambda s: objections_of(s, question=s.merge(question), actor=ADVISOR))
    advisor = said(office.browser("advisor").get(f"/adviseur/bezwaar/{objection.public_id}"))
    assert "Vaststelling van een voucher, 2 maart 2026: € 400" in advisor
    assert "Maak een nieuw voorstel" not in advisor
    assert me.post(f"{place}/bezwaar", good).status_code == 422, "the same twice"


def test_a_resident_reads_what_was_decided_on_the_objection(office: Office) -> None:
    question, _ = office.made(a_decision)
    place = f"/mijn/{question.public_id}/bezwaar"
    me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    me.get(place)
    assert me.submit(place, {"grounds": "Het is te weinig."}).status_code == 303
    assert "Het besluit op bezwaar" not in said(me.get(place))

    def decided(session: Session) -> None:
        [objection] = objections_of(session, question=session.merge(question), actor=ADVISOR)
        waive_hearing(session, objection=objection, reason=WaiverReason.UNFOUNDED, actor=SECOND, now=NOW)
        decide_objection(
            session,
            objection=objection,
            draft=ObjectionDraft(outcome=ObjectionOutcome.UNFOUNDED, rationale="De regels staan het niet toe."),
            actor=SECOND,
            now=NOW,
        )

    office.do(decided)
    page = me.get(place)
    assert_sound(page)
    assert "U krijgt geen gelijk. Uw bezwaar is ongegrond. De regels staan het niet toe." in said(page)


def objectable_settlement(session: Session, question: DevelopmentQuestion) -> str:
    found = objectable(session, question=session.merge(question), actor=ADVISOR)
    settlement = next(one for one in found if one.kind is DecisionKind.SETTLED)
    assert settlement_of_decision(session, decision=settlement) is not None
    return settlement.public_id


def test_an_employer_objects_to_the_one_decision_without_choosing_and_late_is_said(office: Office) -> None:
    question, _ = office.do(lambda s: a_decision(s, route=Route.EMPLOYER))
    place = f"/werkgever/vraag/{question.public_id}"
    office.do(send_all)
    with clock.frozen(NOW + timedelta(days=60)):
        me = Browser(office.app).enter(question_id=question.id, audience=Audience.EMPLOYER)
        page = me.get(f"{place}/bezwaar")
        assert_sound(page)
        assert "Tegen: Besluit op de aanvraag, 2 maart 2026" in said(page)
        assert me.submit(f"{place}/bezwaar", {"grounds": "Ik was ziek."}).status_code == 303
        [objection] = office.do(lambda s: objections_of(s, question=s.merge(question), actor=ADVISOR))
        assert objection.late
        assert "Verstuur uw bezwaar" not in said(me.follow())


def test_without_a_decision_there_is_nothing_to_object_to(office: Office) -> None:
    question = office.made(a_question)
    me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    assert me.get(f"/mijn/{question.public_id}/bezwaar").status_code == 303
    assert "bezwaar" not in me.get(f"/mijn/{question.public_id}").text


def reversed_by_a_colleague(session: Session) -> DevelopmentQuestion:
    """A refusal that was reversed after an objection."""
    question_id = reversed_decision(session, now=NOW)[1].question_id
    send_all(session)
    return session.get_one(DevelopmentQuestion, question_id)


def test_the_page_of_a_decision_upon_objection_is_a_letter_that_names_the_appeal(office: Office) -> None:
    question = office.do(reversed_by_a_colleague)
    page = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    answer = page.get(f"/mijn/{question.public_id}/besluit")
    assert_sound(answer)
    words = said(answer)
    assert "U kunt nu in beroep gaan bij de rechtbank. Dat kan tot en met 13 april 2026." in words
    assert "bezwaar maken" not in words and f"/mijn/{question.public_id}/bezwaar" not in answer.text
    order = [words.index(part) for part in ("Goedendag,", "In het kort", "Het besluit", "Waarom dit besluit?")]
    assert order == sorted(order) and words.index("Past wel.") > order[-1]
    # The control: an ordinary decision names the objection and no court.
    plain, _decision = office.made(a_decision)
    office.do(send_all)
    me = Browser(office.app).enter(question_id=plain.id, audience=Audience.RESIDENT)
    words = said(me.get(f"/mijn/{plain.public_id}/besluit"))
    assert "Dan kunt u bezwaar maken" in words and "rechtbank" not in words


def test_a_letter_on_the_screen_of_staff_greets_first_and_gives_the_reasons_as_plain_text(office: Office) -> None:
    question, _decision = office.made(a_decision)
    answer = office.browser("advisor").get(f"/adviseur/vraag/{question.public_id}/besluit/brief")
    assert_sound(answer)
    words = said(answer)
    assert words.count("Goedendag,") == 1 and words.index("Goedendag,") < words.index("In het kort")
    assert "De opleiding past bij de vraag naar technici." in words
    assert soup_of(answer).select(".letter .said") == [], "what somebody wrote is no bubble of a chat"
