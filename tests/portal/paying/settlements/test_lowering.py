"""A settlement that is revoked or lowered later (Awb 4:49): heard, decided, claimed, objected to, and every cent in the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate
from portal.awarding.hearing_first.actions import Intent, invite_holder
from portal.awarding.hearing_first.queries import hearing_before
from portal.cases.hearings.actions import record_view
from portal.cases.hearings.models import Hearing, IntendedAct, ViewWay
from portal.papers.letter_content import letter_content
from portal.paying.collecting.of_providers import ending_claims
from portal.paying.collecting.queries import ClaimStanding, standing_of
from portal.paying.recoveries import receive_instalment
from portal.paying.settlements.lowering import LoweringDraft, lower_settlement
from portal.paying.settlements.models import Recovery, Settlement, SettlementGround
from portal.paying.settlements.queries import settlements_of
from portal.paying.settling_again.queries import repayment_of, settlement_breaks, settling_acts
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import MessageState, OutboxMessage
from portal.second_look.objections.models import WaiverReason
from portal.second_look.objections.queries import known_on
from portal.second_look.preparations.actions import decide_prepared, prepare_lowering
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, SECOND, UNHEARD
from tests.portal.paying.collecting.owed_late import at
from tests.portal.paying.settlements.test_settling import books, settle, used
from tests.portal.paying.settling_again.test_settling_again import founded, objected
from tests.snapshots import made_once

TODAY = NOW.date()
LATER = NOW + timedelta(days=14)
NEW_FACTS = LoweringDraft(
    60_000, SettlementGround.NEW_FACTS, "De opleider meldde later dat u niet kwam.", None, UNHEARD
)
LAST = date(2031, 3, 2)
"""Five years after the settlement of 2 March 2026."""


@made_once
def settled(session: Session, *cents: int, paid: int = 1, at_cents: int = 100_000) -> Voucher:
    """€ 1,000 was used in these parts, of which the first `paid` were paid, and settled."""
    voucher, _ = used(session, *(cents or (100_000,)), paid=paid)
    ground = SettlementGround.AS_USED if at_cents == 100_000 else SettlementGround.NOT_DONE
    settle(session, voucher, at_cents, ground)
    return voucher


def lower(session: Session, voucher: Voucher, draft: LoweringDraft = NEW_FACTS, **more: Any) -> Settlement:
    return lower_settlement(session, **{"voucher": voucher, "draft": draft, "actor": ADVISOR, "now": LATER} | more)


def refused(session: Session, voucher: Voucher, draft: LoweringDraft, **more: Any) -> tuple[str, str | None]:
    before = books(session, voucher)
    with pytest.raises((Refusal, Conflict)) as found, session.begin_nested():
        lower(session, voucher, draft, **more)
    session.expire_all()
    assert books(session, voucher) == before and voucher.settled_cents is not None
    return found.value.code, found.value.field


def claims(session: Session) -> list[Recovery]:
    return list(session.scalars(select(Recovery).order_by(Recovery.id)))


def receive(session: Session, claim: Recovery, cents: int, now: datetime = LATER) -> None:
    receive_instalment(
        session,
        recovery=claim,
        amount_cents=cents,
        received_on=now.date(),
        reference=f"R{claim.id}-{cents}",
        actor=ADVISOR,
        now=now,
    )


def plain(blocks: object) -> str:
    return str(blocks).replace("\\xa0", " ")


def standing(session: Session, claim: Recovery, on: date) -> ClaimStanding:
    found = standing_of(session, recovery=claim, today=on)
    assert found is not None
    return found


def test_the_whole_way_from_new_facts_to_the_money_back_and_a_founded_objection(session: Session) -> None:
    voucher = settled(session)
    made = lower(session, voucher)
    assert (made.number, made.redeemed_cents, made.settled_cents, made.claimed_cents) == (1, 100_000, 60_000, 40_000)
    decision = session.get_one(Decision, made.decision_id)
    assert (decision.kind, decision.outcomes[0].amount_cents) == (DecisionKind.SETTLED_LESS, 60_000)
    assert session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == decision.id)).one().mandate_id
    (claim,) = claims(session)
    assert (claim.settlement_id, claim.amount_cents, voucher.settled_cents) == (made.id, 40_000, 60_000)
    assert books(session, voucher) == (0, 100_000, 100_000), "nothing moved yet"
    receive(session, claim, 15_000)
    assert books(session, voucher) == (0, 85_000, 85_000)
    again = founded(session, objected(session, made), 90_000)
    assert (again.unclaimed_cents, again.repaid_cents, again.restored_cents) == (25_000, 5_000, 0)
    assert (voucher.settled_cents, voucher.used_cents) == (90_000, 90_000)
    assert books(session, voucher) == (0, 90_000, 85_000)
    assert settling_acts(session, voucher=voucher)[-1] is again


def test_the_letter_says_from_what_to_what_on_which_ground_and_until_when_one_can_object(session: Session) -> None:
    voucher = settled(session)
    day = LATER.date() - timedelta(days=3)
    made = lower(session, voucher, replace(NEW_FACTS, ground=SettlementGround.DUTY_AFTER, breached_on=day))
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "settlement/lowered")).one()
    content = letter_content(session, message=message, dated=LATER.date(), now=LATER)
    words, english = plain(content.blocks), plain(content.english)
    for said in ("Eerst was vastgesteld € 1.000", "€ 600", "€ 400 terugbetalen", "13 maart 2026", "4:49, 4:57 en 4:87"):
        assert said in words, said
    assert "bezwaar" in words and content.object_by is not None and "€1,000" in english and "object" in english
    decision = session.get_one(Decision, made.decision_id)
    assert known_on(session, decision=decision) is None, "it was not sent yet"
    message.state, message.sent_at = MessageState.SENT, LATER
    session.flush()
    assert known_on(session, decision=decision) == LATER.date()
    found = standing(session, claims(session)[0], LATER.date())
    assert (found.known_on, found.pay_by) == (LATER.date(), date(2026, 4, 28)), "27 April is a holiday"


def test_the_holder_is_heard_first_about_no_smaller_change(session: Session) -> None:
    voucher = settled(session)
    unheard = replace(NEW_FACTS, left_out=None)
    assert refused(session, voucher, unheard) == ("not_heard", "left_out")
    intent = Intent(IntendedAct.LOWER_SETTLED, "De opleider meldde later dat u niet kwam.", 60_000)
    for wrong, code in ((None, "amount_missing"), (100_000, "amount_out_of_range")):
        with pytest.raises(Refusal) as found, session.begin_nested():
            invited(session, voucher, replace(intent, amount_cents=wrong))
        assert found.value.code == code
    hearing = invited(session, voucher, intent)
    assert refused(session, voucher, unheard)[0] == "not_heard"
    record_view(session, hearing=hearing, way=ViewWay.SPOKEN, view="Ik was ziek.", on=TODAY, actor=ADVISOR, now=NOW)
    assert refused(session, voucher, replace(unheard, amount_cents=59_999))[0] == "not_heard"
    made = lower(session, voucher, replace(unheard, amount_cents=70_000))
    kept = hearing_before(session, decision_id=made.decision_id or 0)
    assert kept is not None and kept.hearing_id == hearing.id


def invited(session: Session, voucher: Voucher, intent: Intent) -> Hearing:
    return invite_holder(
        session, voucher=voucher, intent=intent, answer_by=TODAY + timedelta(days=7), actor=ADVISOR, now=NOW
    )


def test_what_is_no_ground_amount_or_day_is_refused_at_its_field(session: Session) -> None:
    voucher, other = settled(session), used(session, 50_000)[0]
    on_duty = replace(NEW_FACTS, ground=SettlementGround.DUTY_AFTER)
    for draft, wanted in (
        (replace(NEW_FACTS, amount_cents=100_000), ("settled_out_of_range", "amount")),
        (replace(NEW_FACTS, amount_cents=-1), ("settled_out_of_range", "amount")),
        (replace(NEW_FACTS, ground=SettlementGround.NOT_DONE), ("ground_does_not_fit", "ground")),
        (replace(NEW_FACTS, reason=" "), ("reason_missing", "reason")),
        (replace(NEW_FACTS, breached_on=TODAY), ("day_missing", "breached_on")),
        (on_duty, ("day_missing", "breached_on")),
        (replace(on_duty, breached_on=TODAY - timedelta(days=1)), ("day_out_of_range", "breached_on")),
        (replace(on_duty, breached_on=LATER.date() + timedelta(days=1)), ("day_out_of_range", "breached_on")),
    ):
        assert refused(session, voucher, draft) == wanted, draft
    with pytest.raises(Refusal) as found, session.begin_nested():
        settle(session, other, 20_000, SettlementGround.NEW_FACTS)
    assert found.value.code == "ground_does_not_fit", "of a first settlement the grounds are those of 4:46"
    with pytest.raises(Conflict) as early, session.begin_nested():
        lower(session, other)
    assert early.value.code == "not_settled"
    lower(session, voucher, replace(NEW_FACTS, amount_cents=0))
    assert refused(session, voucher, replace(NEW_FACTS, amount_cents=0))[0] == "nothing_settled"


def test_five_years_are_counted_from_the_settlement_or_from_the_duty_that_was_not_met(session: Session) -> None:
    voucher = settled(session)
    assert refused(session, voucher, NEW_FACTS, now=at(LAST + timedelta(days=1)))[0] == "lowering_barred"
    known = replace(NEW_FACTS, ground=SettlementGround.KNOWN_WRONG)
    assert refused(session, voucher, known, now=at(LAST + timedelta(days=1)))[0] == "lowering_barred"
    breached = date(2028, 6, 1)
    late = replace(NEW_FACTS, ground=SettlementGround.DUTY_AFTER, breached_on=breached)
    assert refused(session, voucher, late, now=at(date(2033, 6, 2)))[0] == "lowering_barred"
    with session.begin_nested() as trial:
        made = lower(session, voucher, late, now=at(date(2033, 6, 1)))
        assert standing(session, claims(session)[0], date(2033, 6, 1)).claim_until == date(2033, 6, 1)
        assert made.breached_on == breached
        trial.rollback()
    session.expire_all()
    lower(session, voucher, now=at(LAST))
    found = standing(session, claims(session)[0], LAST)
    assert (found.claim_until, found.is_barred) == (LAST, False)
    assert standing(session, claims(session)[0], LAST + timedelta(days=1)).is_barred, "its letter was not sent"
    assert [one for one, _ in ending_claims(session, today=LAST)] == claims(session), "though claimed that very day"


def test_an_invoice_that_was_not_paid_is_lowered_before_anything_is_claimed(session: Session) -> None:
    voucher = settled(session, 70_000, 30_000)
    made = lower(session, voucher, replace(NEW_FACTS, amount_cents=50_000))
    assert (made.corrected_cents, made.claimed_cents) == (30_000, 20_000)
    assert books(session, voucher) == (0, 70_000, 70_000)
    again = founded(session, objected(session, made), 100_000)
    assert (again.unclaimed_cents, again.restored_cents) == (20_000, 30_000)
    assert books(session, voucher) == (0, 100_000, 70_000), "the invoice is to be paid again"


def test_it_is_lowered_more_than_once_beside_an_earlier_claim_and_an_objection_to_the_first(session: Session) -> None:
    voucher = settled(session, at_cents=80_000)
    first = settlements_of(session, voucher=voucher)[0]
    receive(session, claims(session)[0], 20_000)
    second = lower(session, voucher)
    third = lower(session, voucher, replace(NEW_FACTS, amount_cents=50_000, reason="Nog iets."), now=LATER)
    assert [one.claimed_cents for one in (first, second, third)] == [20_000, 20_000, 10_000]
    assert (second.redeemed_cents, third.redeemed_cents, voucher.settled_cents) == (80_000, 60_000, 50_000)
    assert books(session, voucher) == (0, 80_000, 80_000)
    again = founded(session, objected(session, first), 100_000)
    assert (again.repaid_cents, voucher.settled_cents) == (20_000, 70_000), "what was decided later stands"
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "settlement/again")).one()
    words = plain(letter_content(session, message=message, dated=LATER.date(), now=LATER).blocks)
    assert "Samen komt het bedrag van uw voucher op € 700" in words
    assert books(session, voucher) == (0, 100_000, 80_000)
    owed = repayment_of(session, settled=again)
    assert owed is not None and refused(session, voucher, replace(NEW_FACTS, amount_cents=1))[0] == "repayment_open"
    founded(session, objected(session, second, WaiverReason.NOT_WANTED), 80_000)
    assert voucher.settled_cents == 90_000 and books(session, voucher) == (0, 100_000, 80_000)


def test_above_the_amount_of_the_scheme_it_takes_a_second_person(session: Session) -> None:
    voucher = settled(session)
    row = prepare_lowering(session, voucher=voucher, draft=NEW_FACTS, actor=SECOND, now=LATER)
    assert voucher.settled_cents == 100_000, "nothing was decided"
    with pytest.raises(Refusal):
        decide_prepared(session, preparation=row, actor=SECOND, now=LATER)
    decision = decide_prepared(session, preparation=row, actor=ADVISOR, now=LATER)
    (_, made) = settlements_of(session, voucher=voucher)
    assert (made.decision_id, made.ground, made.settled_cents) == (decision.id, NEW_FACTS.ground, 60_000)
    assert books(session, voucher) == (0, 100_000, 100_000)


@pytest.mark.parametrize(
    "lie",
    [
        lambda voucher, claim: setattr(voucher, "settled_cents", 70_000),
        lambda voucher, claim: setattr(voucher, "settled_cents", 100_000),
        lambda voucher, claim: setattr(claim, "amount_cents", 39_999),
    ],
    ids=["another amount", "as if it stood", "another claim"],
)
def test_control_a_lie_about_a_lowered_settlement_is_found_by_the_check(session: Session, lie: Any) -> None:
    voucher = settled(session)
    lower(session, voucher)
    session.flush()
    assert settlement_breaks(session) == []
    lie(voucher, claims(session)[0])
    session.flush()
    assert {found.invariant for found in settlement_breaks(session)} == {"I4"}


def test_the_database_holds_what_a_later_settlement_must_have(session: Session) -> None:
    voucher = settled(session)
    made = lower(session, voucher)
    values = {column.key: getattr(made, column.key) for column in Settlement.__table__.columns if column.key != "id"}
    for wrong in (
        {"number": 1},
        {"number": 2, "ground": SettlementGround.NOT_DONE},
        {"number": 2, "decision_id": None},
        {"number": 2, "ground": SettlementGround.DUTY_AFTER},
        {"number": 2, "breached_on": TODAY},
        {"number": 0},
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Settlement(**values | {"public_id": f"x{wrong}"[:40]} | wrong))
            session.flush()
