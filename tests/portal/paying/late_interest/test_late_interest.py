"""Interest that the region owes a person whom it paid too late: from when, how much, decided, objected to, and owed of its own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate
from portal.awarding.own_debts.models import OwnDebt, OwnDebtKind
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.invariants import verify
from portal.papers.letter_content import LetterContent, letter_content
from portal.paying.late_interest.actions import determine_own_interest, determine_own_interest_again
from portal.paying.late_interest.models import OwnInterest
from portal.paying.late_interest.queries import late_paid, late_paid_of
from portal.paying.own_payments import book_debt_paid, give_account_for_debt
from portal.paying.payments.actions import note_repaid
from portal.paying.payments.models import Repayment
from portal.paying.settlements.models import RecoveryEntry
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.queries import objectable, told_in
from tests.factories import ADVISOR, BODY, NOBODY, NOW, SECOND, SYSTEM, asker
from tests.portal.paying.collecting.owed_late import at
from tests.portal.paying.late_interest.paid_late import CENTS, PAID_ON, determined, paid_back
from tests.portal.paying.settling_again.owing import SETTLED_AGAIN, owed_to_the_holder
from tests.portal.second_look.late_decisions.test_penalties_paid import IBAN, settled, the_debt

DAY = timedelta(days=1)


def question_of(session: Session, made: OwnInterest) -> DevelopmentQuestion:
    return session.get_one(DevelopmentQuestion, made.question_id)


def letter(session: Session, template: str) -> LetterContent:
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).one()
    return letter_content(session, message=message, dated=PAID_ON, now=at(PAID_ON))


def refused(session: Session, **act: Any) -> str:
    with pytest.raises((Refusal, Conflict)) as found, session.begin_nested():
        determine_own_interest(session, **{"reason": "Te laat.", "actor": ADVISOR, "now": at(PAID_ON)} | act)
    return found.value.code


def test_what_goes_back_after_an_objection_bears_interest_from_each_payment_on(session: Session) -> None:
    made = determined(session)
    owed = session.get_one(Repayment, made.repayment_id)
    late = late_paid(session, owed=owed)
    assert late is not None
    assert (late.first_on, late.last_on, late.cents) == (date(2026, 3, 3), PAID_ON - DAY, CENTS)
    decision = session.get_one(Decision, made.decision_id)
    outcome = decision.outcomes[0]
    assert (decision.kind, outcome.amount_cents, outcome.deciding_body_nl) == (DecisionKind.OWN_INTEREST, CENTS, BODY)
    assert session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == decision.id)).one().mandate_id
    debt = session.scalars(select(OwnDebt)).one()
    assert (debt.kind, debt.amount_cents, debt.decision_id) == (OwnDebtKind.INTEREST, CENTS, decision.id)
    assert verify(session) == [], "no money of a budget"
    question = question_of(session, made)
    assert decision in objectable(session, question=question, actor=asker(question))
    assert told_in(session, decision=decision) == [("late/interest", made.id)]
    content = letter(session, "late/interest")
    words, english = str(content.blocks).replace("\\xa0", " "), str(content.english)
    for said in ("€ 27,92", "2 maart 2027", "€ 700", "3 maart 2026", "4:98, 4:99 en 4:102", "bezwaar"):
        assert said in words, said
    assert content.object_by is not None and "object" in english
    assert late_paid_of(session, question=question, actor=ADVISOR) == [] and refused(session, owed=owed) == (
        "interest_decided"
    )


def test_each_payment_of_the_holder_counts_from_its_own_day_the_last_ones_first(session: Session) -> None:
    owed = paid_back(session)
    before = late_paid(session, owed=owed)
    first = session.scalars(select(RecoveryEntry)).one()
    values = {one.key: getattr(first, one.key) for one in RecoveryEntry.__mapper__.column_attrs if one.key != "id"}
    half = {"amount_cents": owed.amount_cents // 2, "reference": "R2", "on": first.on + 181 * DAY}
    session.add(RecoveryEntry(**values | half))
    session.flush()
    late = late_paid(session, owed=owed)
    assert before is not None and late is not None and late.first_on == before.first_on
    assert late.cents == 2098, "350 over 364 days, and 350 over 183"


def test_what_the_region_itself_owed_bears_interest_after_its_last_day_and_when_an_account_was_known(
    session: Session,
) -> None:
    settled(session)
    owed = the_debt(session)
    question = session.get_one(DevelopmentQuestion, owed.question_id)

    def paid(given: date, on: date) -> Any:
        with session.begin_nested() as trial:
            told = {"payee_name": "S. de Vries", "iban": IBAN, "actor": asker(question), "now": at(given)}
            give_account_for_debt(session, question=question, **told)
            book_debt_paid(session, owed=owed, paid_on=on, reference="B1", actor=SYSTEM, now=at(on))
            found = late_paid(session, owed=owed)
            if found is not None:
                assert late_paid_of(session, question=question, actor=ADVISOR) == [found]
                assert late_paid_of(session, question=question, actor=NOBODY) == []
                determine_own_interest(session, owed=owed, reason="Te laat.", actor=ADVISOR, now=at(on))
                assert "uiterlijk op 15 juli 2026" in str(letter(session, "late/interest").blocks).replace("\\xa0", " ")
            trial.rollback()
        session.expire_all()
        return (found.first_on, found.cents) if found is not None else None

    soon, later = date(2026, 6, 10), date(2026, 10, 1)
    assert paid(soon, owed.pay_by) is None, "in time"
    assert paid(soon, date(2026, 9, 1)) is None, "less than € 10"
    assert paid(soon, date(2027, 7, 16)) == (date(2026, 7, 16), 14_28)
    assert paid(later, date(2027, 7, 16)) == (date(2026, 10, 2), 11_22)


def test_what_is_not_owed_or_not_paid_is_refused(session: Session) -> None:
    owed = owed_to_the_holder(session)
    assert refused(session, owed=owed) == "no_interest_owed"
    note_repaid(session, repayment=owed, paid_on=SETTLED_AGAIN.date(), reference="B7", actor=ADVISOR, now=SETTLED_AGAIN)
    assert refused(session, owed=owed) == "no_interest_owed", "a month over € 700 is less than € 10"


def test_it_needs_a_reason_and_a_mandate(session: Session) -> None:
    owed = paid_back(session)
    assert refused(session, owed=owed, reason=" ") == "rationale_missing"
    assert refused(session, owed=owed, actor=SYSTEM) != "interest_decided"
    assert session.scalars(select(OwnInterest)).all() == []


def test_a_founded_objection_gives_the_difference_and_is_told_with_the_way_to_the_court(session: Session) -> None:
    made = determined(session)
    by = {"made": made, "reason": "Er kwam meer bij.", "actor": SECOND, "now": at(PAID_ON)}
    for cents in (CENTS, made.over_cents + 1):
        with pytest.raises(Refusal) as found, session.begin_nested():
            determine_own_interest_again(session, amount_cents=cents, **by)
        assert found.value.code == "amount_out_of_range"
    with pytest.raises(Refusal), session.begin_nested():
        determine_own_interest_again(session, amount_cents=30_00, prepared_by=SECOND.reference, **by)
    again = determine_own_interest_again(session, amount_cents=30_00, **by)
    assert (again.before_cents, again.more_cents) == (CENTS, 30_00 - CENTS)
    assert [one.amount_cents for one in session.scalars(select(OwnDebt).order_by(OwnDebt.id))] == [CENTS, 2_08]
    words = str(letter(session, "late/interest_again").blocks)
    assert "2,08" in words and "rechtbank" in words
    for one in (made, again):
        with pytest.raises(Conflict), session.begin_nested():
            determine_own_interest_again(session, amount_cents=40_00, **by | {"made": one})


def test_the_database_holds_what_a_decision_on_interest_must_have(session: Session) -> None:
    made = determined(session)
    values = {one.key: getattr(made, one.key) for one in OwnInterest.__table__.columns if one.key != "id"}
    debt = session.scalars(select(OwnDebt)).one()
    right = {"number": 1, "before_cents": CENTS, "amount_cents": CENTS + 1, "decision_id": _another(session)}
    for wrong in (
        {"number": 0, "before_cents": 0},
        {"number": 2},
        {"before_cents": 0},
        {"amount_cents": CENTS},
        {"own_debt_id": debt.id},
        {"repayment_id": None},
        {"pay_by": NOW.date()},
        {"last_on": PAID_ON},
        {"reason": ""},
        {"decision_id": made.decision_id},
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(OwnInterest(**values | {"public_id": "other"} | right | wrong))
            session.flush()
    session.add(OwnInterest(**values | {"public_id": "other"} | right))
    session.flush()


def _another(session: Session) -> int:
    """A decision without interest."""
    rows = select(Decision.id).where(Decision.kind == DecisionKind.SETTLED).order_by(Decision.id)
    return session.scalars(rows).first() or 0
