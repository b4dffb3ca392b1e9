"""What a second person looks at: objections, settlements that are prepared, shares that another body decides on."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import decide_again, propose_again
from portal.awarding.decisions.actions import reject_question
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.reductions import revoke_award
from portal.awarding.shares_elsewhere.actions import OutcomeElsewhere, follow_up, record_outcome
from portal.awarding.shares_elsewhere.models import Sequel, ShareElsewhere, ShareOutcome
from portal.cases.contents import save_borrowing
from portal.cases.questions.actions import close_question
from portal.cases.questions.models import CloseReason, CostInput, DevelopmentQuestion
from portal.paying.payments.actions import make_batch
from portal.paying.recoveries import receive_instalment, write_off
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.models import Recovery, Settlement, SettlementGround
from portal.paying.settling_again.actions import HigherDraft, settle_again
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import OutboxMessage
from portal.post.outages.actions import end_outage, record_outage, withdraw_outage
from portal.post.outages.models import ChannelOutage
from portal.second_look.late_decisions.actions import PenaltyDraft, give_notice, settle_penalty
from portal.second_look.objection_terms import (
    Delay,
    agree_on_delay,
    ask_repair,
    ask_to_be_heard,
    judge_interest,
    note_repair,
    note_wish_to_be_heard,
)
from portal.second_look.objections.actions import (
    ObjectionDraft,
    adjourn_objection,
    decide_objection,
    hold_hearing,
    judge_lateness,
    plan_hearing,
    receive_objection,
    waive_hearing,
    withdraw_objection,
)
from portal.second_look.objections.models import DelayBasis, Objection, ObjectionOutcome, WaiverReason
from portal.second_look.objections.receiving import AnotherPerson, Received, take_in_objection
from portal.second_look.penalties.models import DefaultNotice
from portal.second_look.preparations.actions import decide_prepared, prepare_settlement, send_back, withdraw_preparation
from portal.second_look.preparations.models import Preparation
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.models import Redemption
from tests.factories import (
    ADVISOR,
    ASKED,
    NOW,
    OWN_FACTS,
    REGION,
    SECOND,
    UNHEARD,
    a_mandate,
    a_region,
    an_application,
    approve,
    asker,
)
from tests.portal.paying.settling_again.owing import used_and_paid
from tests.reliability.pairs.acts import OTHERS, REGIONS, THIRD, Found, Scene, by, row, the
from tests.reliability.pairs.scenes.paying import LOWER, two_invoices
from tests.reliability.pairs.scenes.spending import PIA, QUESTION, VOUCHER, bill, last_proposal

DAY = timedelta(days=1)
LATER = NOW + 60 * DAY
JUDGES = by(SECOND, THIRD)
"""Who took no part in the decision."""
OBJECTION = the(Objection)


def _objected(session: Session) -> None:
    a_region(session)
    a_mandate(session, THIRD)
    question = an_application(session)
    decision = reject_question(
        session, question=question, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=NOW
    )
    letter = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "decision/rejected")).one()
    mark_sent(session, message=letter, now=NOW)
    receive_objection(
        session,
        decision=decision,
        received_on=LATER.date(),
        grounds="Ik voldoe wel.",
        committee=False,
        actor=asker(question),
        now=LATER,
    )


about = partial(row, objection=OBJECTION, actor=JUDGES, now=LATER)
OBJECTED = Scene(
    "an objection that came late",
    _objected,
    (
        about(judge_lateness, "excused", excused=True, reason="Ziek."),
        about(judge_lateness, "not excused", excused=False, reason="Geen reden."),
        about(adjourn_objection, reason="Te weinig mensen."),
        about(plan_hearing, at=LATER + 5 * DAY, place="Kamer 2"),
        about(hold_hearing, on=LATER.date(), report="Gehoord."),
        about(ask_repair, missing="De redenen.", answer_by=LATER.date() + 14 * DAY),
        about(
            agree_on_delay,
            delay=Delay(LATER.date() + 100 * DAY, DelayBasis.OBJECTOR_AGREES, "Sam, per brief.", "Stukken."),
        ),
        about(ask_to_be_heard, answer_by=LATER.date() + 14 * DAY),
        about(waive_hearing, reason=WaiverReason.INADMISSIBLE),
        about(withdraw_objection),
        row(propose_again, question=QUESTION, now=LATER),
        row(close_question, question=QUESTION, reason=CloseReason.FINISHED, now=LATER),
    ),
)


def _of_another(session: Session) -> None:
    _objected(session)
    decision = session.scalars(select(Decision)).one()
    person = AnotherPerson("Buur Bos", "Woont ernaast.", "Kade 4", "9990 AA", "Proefstad")
    received = Received(LATER.date(), "", by=person)
    objection = take_in_objection(session, decision=decision, received=received, actor=ADVISOR, now=LATER)
    until = LATER.date() + 14 * DAY
    ask_repair(session, objection=objection, missing="De redenen.", answer_by=until, actor=ADVISOR, now=LATER)
    ask_to_be_heard(session, objection=objection, answer_by=until, actor=ADVISOR, now=LATER)


of_other = partial(row, objection=the(Objection, third_name="Buur Bos"), actor=JUDGES, now=LATER)
OF_ANOTHER = Scene(
    "an objection of another person, without grounds",
    _of_another,
    (
        of_other(judge_interest, "with interest", interested=True, reason="Woont ernaast."),
        of_other(judge_interest, "without", interested=False, reason="Woont er niet."),
        of_other(note_repair, grounds="Te veel.", on=LATER.date()),
        of_other(note_wish_to_be_heard, on=LATER.date()),
        of_other(withdraw_objection),
        row(
            take_in_objection,
            decision=the(Decision),
            received=Received(LATER.date(), "x", by=AnotherPerson("Piet", "Ook.", "Kade 5", "9990 AA", "Proefstad")),
            actor=JUDGES,
            now=LATER,
        ),
    ),
)


def _late(session: Session) -> None:
    _objected(session)


LONG_AFTER = LATER + 120 * DAY
LATE = Scene(
    "a decision on an objection that is late",
    _late,
    (
        row(
            give_notice,
            question=QUESTION,
            objection=OBJECTION,
            received_on=LONG_AFTER.date(),
            actor=JUDGES,
            now=LONG_AFTER,
        ),
        about(withdraw_objection),
    ),
)


def noticed(session: Session) -> None:
    """A decision on an objection that is late, with a notice of default."""
    _late(session)
    objection = session.scalars(select(Objection)).one()
    question = session.scalars(select(DevelopmentQuestion)).one()
    on = LONG_AFTER.date()
    give_notice(session, question=question, objection=objection, received_on=on, actor=ADVISOR, now=LONG_AFTER)


NOTICED = Scene(
    "a penalty that can be decided on",
    noticed,
    (
        row(
            settle_penalty,
            notice=the(DefaultNotice),
            draft=PenaltyDraft("Te laat."),
            actor=JUDGES,
            now=LONG_AFTER + 80 * DAY,
        ),
        about(withdraw_objection),
    ),
)


def _down(session: Session) -> None:
    a_region(session)
    record_outage(session, began_at=NOW - DAY, ended_at=None, what="Niets ging.", actor=REGION, now=NOW)


OUTAGE = the(ChannelOutage)
DOWN = Scene(
    "an outage that lasts",
    _down,
    (
        row(record_outage, began_at=NOW - DAY, ended_at=NOW, what="Versturen.", actor=REGIONS),
        row(end_outage, outage=OUTAGE, ended_at=NOW, actor=REGIONS),
        row(withdraw_outage, outage=OUTAGE, actor=REGIONS),
    ),
)


def _heard(session: Session) -> None:
    _objected(session)
    objection = session.scalars(select(Objection)).one()
    judge_lateness(session, objection=objection, excused=True, reason="Ziek.", actor=ADVISOR, now=LATER)
    hold_hearing(session, objection=objection, on=LATER.date(), report="Gehoord.", actor=SECOND, now=LATER)
    propose_again(session, question=session.scalars(select(DevelopmentQuestion)).one(), actor=ADVISOR, now=LATER)


def founded() -> Found:
    """Founded, with a new mix in its place."""

    def look(session: Session, who: int) -> ObjectionDraft:
        return ObjectionDraft(ObjectionOutcome.FOUNDED, "Opnieuw bekeken.", new=last_proposal().look(session, who))

    return Found(look)


UNFOUNDED = ObjectionDraft(ObjectionOutcome.UNFOUNDED, "Opnieuw bekeken.")
HEARD = Scene(
    "an objection that can be decided",
    _heard,
    (
        about(decide_objection, "founded", draft=founded()),
        about(decide_objection, "unfounded", draft=UNFOUNDED),
        about(withdraw_objection),
        about(adjourn_objection, reason="Te weinig mensen."),
        row(decide_again, question=QUESTION, draft=last_proposal(), now=LATER),
        row(propose_again, question=QUESTION, now=LATER),
    ),
)


def _against_settlement(session: Session) -> None:
    a_region(session)
    a_mandate(session, THIRD)
    voucher = used_and_paid(session)
    settle_voucher(session, voucher=voucher, draft=LOWER, actor=ADVISOR, now=NOW)
    question = session.scalars(select(DevelopmentQuestion)).one()
    decision = session.scalars(select(Decision).where(Decision.kind == DecisionKind.SETTLED)).one()
    objection = receive_objection(
        session,
        decision=decision,
        received_on=NOW.date(),
        grounds="Wel af.",
        committee=False,
        actor=asker(question),
        now=NOW,
    )
    hold_hearing(session, objection=objection, on=NOW.date(), report="Gehoord.", actor=SECOND, now=NOW)


judged = partial(row, objection=OBJECTION, actor=JUDGES)
CLAIM = the(Recovery)
AGAINST = Scene(
    "an objection to a settlement",
    _against_settlement,
    (
        judged(
            decide_objection, "founded", draft=ObjectionDraft(ObjectionOutcome.FOUNDED, "Wel af.", amount_cents=60_000)
        ),
        judged(decide_objection, "unfounded", draft=UNFOUNDED),
        judged(withdraw_objection),
        row(settle_again, settlement=the(Settlement), draft=HigherDraft(60_000, "Wel af.", "BZ"), actor=JUDGES),
        row(
            receive_instalment,
            recovery=CLAIM,
            amount_cents=20_000,
            received_on=NOW.date(),
            reference=Found(lambda _session, who: f"R{who}"),
        ),
        row(write_off, recovery=CLAIM, amount_cents=20_000, reason="Te weinig."),
    ),
)


def _prepared_settlement(session: Session) -> None:
    voucher = two_invoices(session)
    prepare_settlement(session, voucher=voucher, draft=LOWER, actor=ADVISOR, now=NOW)


waiting = partial(row, preparation=the(Preparation), actor=OTHERS)
PREPARED = Scene(
    "a settlement that waits for a second person",
    _prepared_settlement,
    (
        waiting(decide_prepared),
        waiting(send_back, reason="Kijk nog eens."),
        waiting(withdraw_preparation),
        row(
            settle_voucher, voucher=VOUCHER, draft=SettlementDraft(50_000, SettlementGround.NOT_DONE, "Half.", UNHEARD)
        ),
        row(take_credit_note, redemption=the(Redemption), amount_cents=10_000, reason="Creditnota."),
        row(redeem_voucher, voucher=VOUCHER, bill=bill("F-3", 15_000, who_differs=True), actor=PIA),
        row(make_batch, actor=REGIONS),
    ),
)

# Shares elsewhere --------------------------------------------------------------------------------------------------------


def _elsewhere(session: Session) -> None:
    question = an_application(session, costs=(CostInput("tuition", 400_000),))
    save_borrowing(session, question=question, up_to_cents=150_000, actor=ADVISOR, now=NOW)
    approve(session, question)


SHARE = the(ShareElsewhere)


def told(outcome: ShareOutcome, cents: int) -> OutcomeElsewhere:
    """What the other body decided."""
    return OutcomeElsewhere(outcome=outcome, granted_cents=cents, by="DUO", on=NOW.date())


ELSEWHERE = Scene(
    "a decision with a share that another body decides on",
    _elsewhere,
    (
        row(record_outcome, "granted", share=SHARE, told=told(ShareOutcome.GRANTED, 150_000)),
        row(record_outcome, "refused", share=SHARE, told=told(ShareOutcome.REFUSED, 0)),
        row(propose_again, question=QUESTION),
        row(revoke_award, voucher=VOUCHER, basis=ASKED, reason="Gestopt."),
    ),
)


def _refused_elsewhere(session: Session) -> None:
    _elsewhere(session)
    share = session.scalars(select(ShareElsewhere)).one()
    record_outcome(session, share=share, told=told(ShareOutcome.REFUSED, 0), actor=ADVISOR, now=NOW)
    propose_again(session, question=session.scalars(select(DevelopmentQuestion)).one(), actor=ADVISOR, now=NOW)


REFUSED = Scene(
    "a share that another body refused",
    _refused_elsewhere,
    (
        row(follow_up, "kept", share=SHARE, sequel=Sequel.KEPT),
        row(decide_again, question=QUESTION, draft=last_proposal()),
        row(revoke_award, voucher=VOUCHER, basis=ASKED, reason="Gestopt."),
    ),
)

SCENES = (
    OBJECTED,
    OF_ANOTHER,
    LATE,
    NOTICED,
    DOWN,
    HEARD,
    AGAINST,
    PREPARED,
    ELSEWHERE,
    REFUSED,
)
