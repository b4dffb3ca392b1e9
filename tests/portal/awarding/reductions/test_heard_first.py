"""Awb 4:8: before something of a voucher is taken its holder is heard, or the exception of the law is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.hearing_first.actions import Intent, drop_intent, invite_holder
from portal.awarding.hearing_first.models import LeftOut, Unheard
from portal.awarding.hearing_first.queries import hearing_before, unused_hearings
from portal.awarding.reductions import Ending, TakingBasis, end_award, lower_award, revoke_award
from portal.awarding.takings.models import TakingGround
from portal.awarding.takings.queries import article_of, taking_of
from portal.cases.hearings.actions import give_view, record_view
from portal.cases.hearings.models import Hearing, IntendedAct, ViewWay
from portal.cases.hearings.queries import hearings_to_answer, was_heard
from portal.cases.questions.models import DevelopmentQuestion
from portal.oversight.worklist.due import Due, due_items
from portal.papers.letter_content import letter_content
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.models import SettlementGround
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Refusal
from portal.post.messages.models import OutboxMessage
from portal.second_look.preparations.actions import decide_prepared, prepare_settlement
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, ASKED, MOVED, NOW, SECOND, a_provider, a_voucher, an_application, asker

TODAY = NOW.date()
LATER = NOW + timedelta(days=15)
NOT_DONE = TakingBasis(TakingGround.NOT_DONE)
INTENTS = {
    IntendedAct.REVOKE: None,
    IntendedAct.LOWER: 20_000,
    IntendedAct.END: None,
    IntendedAct.SETTLE_LOWER: 30_000,
}


def used(session: Session) -> Voucher:
    """€ 1,200, of which € 500 was used."""
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill("F1", TODAY, 50_000), actor=pia, now=NOW)
    return voucher


def take(session: Session, voucher: Voucher, act: IntendedAct, cents: int | None = None, **left_out: LeftOut) -> int:
    """Do what was intended; the id of the decision."""
    by = {"voucher": voucher, "reason": "De opleiding stopt.", "actor": ADVISOR, "now": LATER}
    basis = TakingBasis(TakingGround.NOT_DONE, **left_out)
    with session.begin_nested():
        if act is IntendedAct.REVOKE:
            return revoke_award(session, basis=basis, **by).id
        if act is IntendedAct.LOWER:
            return lower_award(session, by_cents=cents or 20_000, basis=basis, **by).id
        if act is IntendedAct.END:
            ending = Ending(LATER.date() + timedelta(days=30), 0, "Geen kosten.")
            return end_award(session, ending=ending, basis=TakingBasis(TakingGround.CHANGED, **left_out), **by).id
        wanted = 30_000 if cents is None else cents
        draft = SettlementDraft(wanted, SettlementGround.NOT_DONE, "Half gevolgd.", **left_out)
        made = settle_voucher(session, voucher=voucher, draft=draft, actor=ADVISOR, now=LATER)
        assert made.decision_id is not None
        return made.decision_id


def refused(work: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as said:
        work()
    return said.value.code, said.value.field


def invited(session: Session, voucher: Voucher, act: IntendedAct) -> Hearing:
    intent = Intent(act, "De opleider meldt dat u bent gestopt.", INTENTS[act])
    answer_by = TODAY + timedelta(days=14)
    return invite_holder(session, voucher=voucher, intent=intent, answer_by=answer_by, actor=ADVISOR, now=NOW)


@pytest.mark.parametrize("act", INTENTS)
def test_nothing_is_taken_before_the_holder_was_heard_and_the_record_says_how(
    session: Session, act: IntendedAct
) -> None:
    voucher = used(session)
    assert refused(lambda: take(session, voucher, act)) == ("not_heard", "left_out")
    hearing = invited(session, voucher, act)
    assert refused(lambda: take(session, voucher, act))[0] == "not_heard", "the holder can still respond"
    record_view(
        session,
        hearing=hearing,
        way=ViewWay.SPOKEN,
        view="Ik was ziek.",
        on=TODAY,
        actor=ADVISOR,
        now=LATER,
    )
    if INTENTS[act] is not None:
        more = 20_001 if act is IntendedAct.LOWER else 29_999
        assert refused(lambda: take(session, voucher, act, more)) == ("not_heard", "left_out"), "more than was said"
    decision_id = take(session, voucher, act)
    kept = hearing_before(session, decision_id=decision_id)
    assert kept is not None and (kept.hearing_id, kept.left_out) == (hearing.id, None)
    assert unused_hearings(session, voucher=voucher, act=act) == [], "once is for one decision"
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    assert not was_heard(session, question=question), "that is about a refusal"


@pytest.mark.parametrize("act", INTENTS)
def test_an_exception_of_the_law_is_chosen_with_its_reason(session: Session, act: IntendedAct) -> None:
    voucher = used(session)
    nothing_said = LeftOut(Unheard.URGENT, " ")
    assert refused(lambda: take(session, voucher, act, left_out=nothing_said)) == (
        "left_out_reason_missing",
        "left_out_reason",
    )
    urgent = LeftOut(Unheard.URGENT, "De opleider int morgen de hele voucher.")
    kept = hearing_before(session, decision_id=take(session, voucher, act, left_out=urgent))
    assert kept is not None and (kept.left_out, kept.left_out_reason) == (urgent.why, urgent.reason)


def test_the_holder_answers_on_the_own_page_and_nobody_else_does(session: Session) -> None:
    voucher = used(session)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    hearing, me = invited(session, voucher, IntendedAct.REVOKE), asker(question)
    other = asker(an_application(session))
    assert hearings_to_answer(session, question=question, actor=me) == [hearing]
    assert hearings_to_answer(session, question=question, actor=other) == []
    for actor, view, code in ((other, "x", "not_yours"), (ADVISOR, "x", "not_yours"), (me, " ", "view_missing")):
        with pytest.raises(Refusal) as said:
            give_view(session, hearing=hearing, view=view, actor=actor, now=NOW)
        assert said.value.code == code
    give_view(session, hearing=hearing, view="Ik ga in mei weer verder.", actor=me, now=NOW)
    assert (hearing.way, hearing.view_on, hearing.recorded_by) == (ViewWay.OWN_PAGE, TODAY, me.reference)
    assert hearings_to_answer(session, question=question, actor=me) == []
    logged = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("hearing."))).all()
    assert set(logged) == {"hearing.invited", "hearing.answered"}
    assert refused(lambda: give_view(session, hearing=hearing, view="x", actor=me, now=NOW))[0] == "view_recorded"
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "hearing/about_voucher")).one()
    letter = letter_content(session, message=message, dated=TODAY, now=NOW)
    assert "in te trekken" in str(letter.blocks) and "16 maart 2026" in str(letter.blocks) and letter.object_by is None


def test_the_desk_can_let_it_go_and_says_so(session: Session) -> None:
    voucher = used(session)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    hearing, me = invited(session, voucher, IntendedAct.REVOKE), asker(question)
    give_view(session, hearing=hearing, view="Ik ga verder.", actor=me, now=NOW)
    due = [one.what for one in due_items(session, actor=ADVISOR, now=NOW)]
    assert due == [Due.GIVEN_VIEW], "somebody has to decide"
    drop_intent(session, hearing=hearing, actor=ADVISOR, now=NOW)
    assert due_items(session, actor=ADVISOR, now=NOW) == []
    assert refused(lambda: take(session, voucher, IntendedAct.REVOKE)) == ("not_heard", "left_out")
    assert refused(lambda: drop_intent(session, hearing=hearing, actor=ADVISOR, now=NOW))[0] == "intent_dropped"
    assert "hearing/dropped" in session.scalars(select(OutboxMessage.template)).all()
    other = invited(session, voucher, IntendedAct.LOWER)
    drop_intent(session, hearing=other, actor=ADVISOR, now=NOW)
    assert refused(lambda: give_view(session, hearing=other, view="x", actor=me, now=NOW))[0] == "intent_dropped"


def test_what_is_invited_for_fits_the_voucher(session: Session) -> None:
    voucher = used(session)
    for intent, days, field in (
        (Intent(IntendedAct.REVOKE, " "), 14, "facts"),
        (Intent(IntendedAct.REFUSE, "x"), 14, "act"),
        (Intent(IntendedAct.LOWER, "x"), 14, "amount"),
        (Intent(IntendedAct.LOWER, "x", 70_000), 14, "amount"),
        (Intent(IntendedAct.SETTLE_LOWER, "x", 50_000), 14, "amount"),
        (Intent(IntendedAct.REVOKE, "x", 1), 14, "amount"),
        (Intent(IntendedAct.REVOKE, "x"), 6, "answer_by"),
    ):
        until = TODAY + timedelta(days=days)
        with pytest.raises(Refusal) as said:
            invite_holder(session, voucher=voucher, intent=intent, answer_by=until, actor=ADVISOR, now=NOW)
        assert said.value.field == field
    invited(session, voucher, IntendedAct.REVOKE)
    assert refused(lambda: invited(session, voucher, IntendedAct.REVOKE))[0] == "hearing_open"
    invited(session, voucher, IntendedAct.LOWER)


def test_each_ground_belongs_to_its_act_and_names_its_article(session: Session) -> None:
    voucher, by = used(session), {"reason": "x", "actor": ADVISOR, "now": NOW}
    wrong = TakingBasis(TakingGround.CHANGED, ASKED.left_out)
    assert refused(lambda: revoke_award(session, voucher=voucher, basis=wrong, **by))[0] == "ground_does_not_fit"
    mixed = TakingBasis(TakingGround.NOT_DONE, ASKED.left_out)
    assert refused(lambda: revoke_award(session, voucher=voucher, basis=mixed, **by))[0] == "asked_is_the_ground"
    asked_alone = TakingBasis(TakingGround.AT_REQUEST)
    assert refused(lambda: revoke_award(session, voucher=voucher, basis=asked_alone, **by))[0] == "asked_is_the_ground"
    assert [article_of(one) for one in TakingGround] == [
        None,
        ("4:48", "a"),
        ("4:48", "b"),
        ("4:48", "c"),
        ("4:48", "d"),
        ("4:48", "e"),
        ("4:50", "a"),
        ("4:50", "b"),
        ("4:50", "c"),
    ]
    basis = TakingBasis(TakingGround.DUTY_NOT_MET, LeftOut(Unheard.HEARD_BEFORE, "In het gesprek van 1 maart."))
    made = revoke_award(session, voucher=voucher, basis=basis, **by)
    taking = taking_of(session, decision_id=made.id)
    assert taking is not None and (taking.ground, taking.amount_cents) == (TakingGround.DUTY_NOT_MET, 70_000)
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "reduction/revoked")).one()
    letter = letter_content(session, message=message, dated=TODAY, now=NOW)
    assert "artikel 4:48, eerste lid, onder b" in str(letter.blocks)


def test_ending_after_a_change_leaves_a_reasonable_term_and_looks_at_the_damage(session: Session) -> None:
    voucher, before = used(session), TODAY + timedelta(days=13)
    by = {"voucher": voucher, "reason": "Verhuisd.", "actor": ADVISOR, "now": NOW}
    soon, fine = before, TODAY + timedelta(days=42)
    rule = TakingBasis(TakingGround.BY_RULE, MOVED.left_out)
    for ending, basis, field in (
        (Ending(soon, 0, "x"), MOVED, "ends_on"),
        (Ending(voucher.valid_until, 0, "x"), MOVED, "ends_on"),
        (Ending(fine), MOVED, "damage"),
        (Ending(fine, 0, " "), MOVED, "damage_reason"),
        (Ending(fine, 100, "x"), rule, "damage"),
        (Ending(fine, 0, "x", TODAY + timedelta(days=1)), MOVED, "moved_on"),
    ):
        assert refused(lambda e=ending, b=basis: end_award(session, ending=e, basis=b, **by))[1] == field
    was = voucher.valid_until
    ending = Ending(fine, 15_000, "Inschrijfgeld dat niet terugkomt.", TODAY)
    made = end_award(session, ending=ending, basis=MOVED, **by)
    taking = taking_of(session, decision_id=made.id)
    assert taking is not None and (taking.ends_on, taking.valid_before, taking.damage_cents) == (fine, was, 15_000)
    assert voucher.is_live and (voucher.valid_until, voucher.open_cents) == (fine, 70_000)
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "reduction/moved_ends")).one()
    words = str(letter_content(session, message=message, dated=date(2026, 3, 2), now=NOW).blocks)
    assert "13 april 2026" in words and "150" in words and "Inschrijfgeld" in words
    assert "artikel 4:50, eerste lid, onder b" in words


def test_a_prepared_lower_settlement_keeps_how_the_holder_was_heard(session: Session) -> None:
    voucher = used(session)
    lower = SettlementDraft(30_000, SettlementGround.NOT_DONE, "Half gevolgd.")
    laid = {"voucher": voucher, "actor": ADVISOR, "now": NOW}
    assert refused(lambda: prepare_settlement(session, draft=lower, **laid))[0] == "not_heard"
    exception = LeftOut(Unheard.OWN_FACTS, "De houder meldde het zelf.")
    lower = SettlementDraft(30_000, SettlementGround.NOT_DONE, "Half gevolgd.", exception)
    prepared = prepare_settlement(session, draft=lower, **laid)
    made = decide_prepared(session, preparation=prepared, actor=SECOND, now=LATER)
    kept = hearing_before(session, decision_id=made.id)
    assert kept is not None and (kept.left_out, kept.left_out_reason) == (exception.why, exception.reason)
