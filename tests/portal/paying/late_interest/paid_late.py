"""What went back to a holder a year late, and the interest that was decided on it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from portal.paying.late_interest.actions import determine_own_interest
from portal.paying.late_interest.models import OwnInterest
from portal.paying.payments.actions import note_repaid
from portal.paying.payments.models import Repayment
from tests.factories import ADVISOR
from tests.portal.paying.collecting.owed_late import at
from tests.portal.paying.settling_again.owing import owed_to_the_holder
from tests.snapshots import made_once

PAID_ON = date(2027, 3, 2)
"""A year after the holder paid € 700: 364 days at 4 % between the two."""
CENTS = 27_92


@made_once
def paid_back(session: Session) -> Repayment:
    """€ 700 that came back on 2 March 2026, and went to the holder again a year later."""
    owed, on = owed_to_the_holder(session), at(PAID_ON)
    return note_repaid(session, repayment=owed, paid_on=PAID_ON, reference="B7", actor=ADVISOR, now=on)


@made_once
def determined(session: Session) -> OwnInterest:
    """The interest on it, that `ADVISOR` decided on."""
    return determine_own_interest(session, owed=paid_back(session), reason="Te laat.", actor=ADVISOR, now=at(PAID_ON))
