"""Revision 0014 keeps what is owed to holders both ways, and refuses to go back over payments that it would lose."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.migrations import current_revision, downgrade, upgrade
from portal.paying.payments.models import Payment, Repayment, RepaymentState
from portal.paying.payments.queries import OwedState, stands_at
from portal.platform.database import unit_of_work
from tests.portal.paying.settling_again.owing import owed_to_the_holder
from tests.portal.paying.settling_again.test_paying_back import IBAN, bank_says, books, give, sent


def test_what_is_owed_is_asked_for_again_after_going_back_and_a_payment_is_never_lost(migrated: Engine) -> None:
    owed_id = unit_of_work(migrated, lambda session: give(session, owed_to_the_holder(session))[0].id)
    downgrade(migrated, revision="0013")
    upgrade(migrated)
    with Session(migrated) as session:
        owed = session.get_one(Repayment, owed_id)
        assert (owed.state, stands_at(session, repayment=owed)) == (RepaymentState.OPEN, OwedState.ASKED)
    unit_of_work(migrated, lambda session: (give(session, session.get_one(Repayment, owed_id)), sent(session)))
    before = current_revision(migrated)
    with pytest.raises(RuntimeError, match="1 payments to holders would be lost"):
        downgrade(migrated, revision="0013")
    assert current_revision(migrated) == before
    with Session(migrated) as session:
        payment = session.scalars(select(Payment)).one()
        assert payment.iban == IBAN
        bank_says(session, payment)
        assert session.get_one(Repayment, owed_id).state is RepaymentState.PAID
        books(session, session.get_one(Repayment, owed_id))
