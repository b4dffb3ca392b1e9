"""Interest that nobody decided on yet stands on the worklist: what the region owes, and what a holder owes, on both databases.

An advisor who is not told does not look. The law says that interest is owed without anybody asking, and lets less than € 10 (owed
by the body) and less than € 20 (owed to it) go: so the list must have what the screens have, and nothing that they have not.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.own_debts.models import OwnDebt
from portal.cases.questions.models import DevelopmentQuestion
from portal.commands.due import desk_jobs
from portal.oversight.worklist.due import Due, DueItem, due_items
from portal.oversight.worklist.for_me import due_for
from portal.oversight.worklist.queries import Whose
from portal.paying.collecting.actions import determine_interest
from portal.paying.collecting.queries import interest_when_paid
from portal.paying.interest_due import note_interest_due
from portal.paying.late_interest.actions import determine_own_interest
from portal.paying.late_interest.queries import LEAST_CENTS, late_paid, late_paid_of
from portal.paying.own_payments import book_debt_paid, give_account_for_debt
from portal.paying.payments.actions import note_repaid, owe_again
from portal.paying.payments.models import Repayment
from portal.paying.settlements.models import Recovery
from portal.paying.statutory_interest import LEAST_CENTS as LEAST_OF_HOLDER
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOBODY, REGION, SYSTEM, asker
from tests.portal.paying.collecting.owed_late import DAY, PAY_BY, at, pay, sent
from tests.portal.paying.late_interest.paid_late import PAID_ON, paid_back
from tests.portal.paying.settling_again.owing import owed_to_the_holder
from tests.portal.second_look.late_decisions.test_penalties_paid import IBAN, settled, the_debt

INTEREST = (Due.OWN_INTEREST, Due.CLAIM_INTEREST)

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def told(session: Session, day: date) -> list[DueItem]:
    """What both worklists say of interest, after the night before a day."""
    note_interest_due(session, now=at(day))
    session.expire_all()
    one = due_items(session, actor=ADVISOR, now=at(day))
    two = due_for(session, actor=ADVISOR, now=at(day), whose=Whose.EVERYBODY).items
    rows = [[row for row in rows if row.what in INTEREST] for rows in (one, two)]
    assert [row.about for row in rows[0]] == [row.about for row in rows[1]]
    return rows[0]


def about(session: Session, day: date) -> list[tuple[Due, str]]:
    return [(row.what, row.about) for row in told(session, day)]


def of_the_screen(session: Session, owed: Repayment | OwnDebt) -> list[str]:
    """What the page of the case offers to decide on."""
    question_id = (
        owed.question_id if isinstance(owed, OwnDebt) else session.get_one(Voucher, owed.voucher_id).question_id
    )
    question = session.get_one(DevelopmentQuestion, question_id)
    return [one.owed.public_id for one in late_paid_of(session, question=question, actor=ADVISOR)]


def paid_on(session: Session, day: date) -> Repayment:
    owed = owed_to_the_holder(session)
    return note_repaid(session, repayment=owed, paid_on=day, reference="B7", actor=ADVISOR, now=at(day))


def first_day_that_is_owed(session: Session) -> date:
    """The first day on which paying € 700 back costs the region € 10 of interest: worked out by the law, 4 % in 2026.

    700 x 4 % / 365 is 7.6712 cents a day: after 130 days 997.26 cents, after 131 days 1004.93. The first is 3 March 2026."""
    return date(2026, 3, 3) + 131 * DAY


@BOTH
def test_interest_of_the_region_is_due_from_ten_euros_on_and_not_a_cent_before(session: Session) -> None:
    day = first_day_that_is_owed(session)
    with session.begin_nested() as trial:
        owed = paid_on(session, day - DAY)
        assert late_paid(session, owed=owed) is None
        assert about(session, day) == [] == of_the_screen(session, owed), "a day less is less than € 10"
        trial.rollback()
    session.expire_all()
    owed = paid_on(session, day)
    late = late_paid(session, owed=owed)
    assert late is not None and late.cents == 1004 >= LEAST_CENTS
    assert about(session, day) == [(Due.OWN_INTEREST, owed.public_id)]
    assert of_the_screen(session, owed) == [owed.public_id], "the screen it leads to has the same"


def test_it_is_gone_when_decided_and_when_the_bank_sent_the_money_back(session: Session) -> None:
    owed, day = paid_back(session), PAID_ON
    [row] = told(session, day)
    assert (row.due_on, row.overdue, row.since) == (None, False, at(day)), "the law sets no last day"
    assert note_interest_due(session, now=at(day + DAY)) == 0, "the next night changes nothing"
    with session.begin_nested() as trial:
        owe_again(session, repayment=owed, actor=SYSTEM, now=at(day))
        assert [one for one in due_items(session, actor=ADVISOR, now=at(day)) if one.what in INTEREST] == []
        trial.rollback()
    session.expire_all()
    determine_own_interest(session, owed=owed, reason="Te laat.", actor=ADVISOR, now=at(day))
    assert [one for one in due_items(session, actor=ADVISOR, now=at(day)) if one.what in INTEREST] == []
    assert about(session, day + DAY) == []
    assert session.get_one(Repayment, owed.id).interest_due_at is None, "the night takes the note away"


def test_what_the_region_itself_owed_and_paid_too_late_is_due_too(session: Session) -> None:
    settled(session)
    owed = the_debt(session)
    question = session.get_one(DevelopmentQuestion, owed.question_id)
    given, paid = at(date(2026, 6, 10)), date(2027, 7, 16)
    give_account_for_debt(
        session, question=question, payee_name="S. de Vries", iban=IBAN, actor=asker(question), now=given
    )
    assert about(session, paid) == [], "it was not paid"
    book_debt_paid(session, owed=owed, paid_on=paid, reference="B1", actor=SYSTEM, now=at(paid))
    assert about(session, paid) == [(Due.OWN_INTEREST, owed.public_id)]
    assert of_the_screen(session, owed) == [owed.public_id]


def paid_by_holder(session: Session, day: date) -> Recovery:
    claim = sent(session)
    pay(session, claim, 60_000, day)
    return claim


@BOTH
def test_interest_of_a_holder_is_due_from_twenty_euros_on_and_not_a_cent_before(session: Session) -> None:
    # € 600 at 4 % is 6.5753 cents a day: after 304 days 1998.90 cents, after 305 days 2005.48
    enough = PAY_BY + DAY + timedelta(days=305)
    with session.begin_nested() as trial:
        claim = paid_by_holder(session, enough - DAY)
        found = interest_when_paid(session, recovery=claim)
        assert found is not None and found.cents == 1998 < LEAST_OF_HOLDER
        assert about(session, enough) == []
        trial.rollback()
    session.expire_all()
    claim = sent(session)
    assert about(session, enough) == [] and interest_when_paid(session, recovery=claim) is None, "while it is open"
    pay(session, claim, 60_000, enough)
    assert about(session, enough) == [(Due.CLAIM_INTEREST, claim.public_id)]
    charge = determine_interest(session, recovery=claim, actor=ADVISOR, now=at(enough))
    assert charge.amount_cents == 2005
    assert [one for one in due_items(session, actor=ADVISOR, now=at(enough)) if one.what in INTEREST] == []
    assert about(session, enough + DAY) == []


def test_what_was_paid_in_time_and_what_prescribed_is_not_due(session: Session) -> None:
    with session.begin_nested() as trial:
        paid_by_holder(session, PAY_BY)
        assert about(session, PAY_BY + DAY) == []
        trial.rollback()
    session.expire_all()
    paid = date(2030, 12, 2)
    paid_by_holder(session, paid)
    assert [what for what, _ in about(session, paid)] == [Due.CLAIM_INTEREST]
    assert about(session, date(2031, 4, 15)) == [], "five years after 13 April 2026 it can be collected no more"


def test_nobody_but_advisors_sees_it_and_the_night_looks_once_a_day(session: Session) -> None:
    paid_back(session)
    job = next(one for one in desk_jobs() if one.name == "interest_due")
    assert job.due(session, at(PAID_ON)) == [PAID_ON.isoformat()]
    assert job.act(session, PAID_ON.isoformat(), at(PAID_ON)) == 1
    for actor in (REGION, NOBODY):
        assert due_items(session, actor=actor, now=at(PAID_ON)) == []
    assert session.scalars(select(Repayment.interest_due_at)).one() is not None
