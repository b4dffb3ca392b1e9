"""Collecting what has to come back: reminders, putting off, costs, interest, and setting off."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.actions import pay as pay_spend
from portal.paying.collecting import queries as collecting_queries
from portal.paying.collecting.actions import (
    determine_interest,
    note_acknowledged,
    remind_debtor,
    remind_provider,
)
from portal.paying.collecting.models import CollectionCharge, InterestUndone, StepKind
from portal.paying.collecting.relief import defer_payment, refuse_relief, waive_charges
from portal.paying.collecting.undoing import note_interest_repaid, undo_interest
from portal.paying.payments.actions import make_batch
from portal.paying.recoveries import Term, plan_instalments, receive_instalment
from portal.paying.setting_off.actions import SetOffDraft, set_off
from portal.paying.setting_off.models import SetOff, SetOffGround
from portal.paying.setting_off.undoing import undo_set_off
from portal.paying.settlements.actions import take_credit_note
from portal.paying.settlements.models import Recovery
from portal.paying.settlements.queries import unpaid_spends
from portal.spending.vouchers.models import Redemption
from schemes.region import CollectingSettings
from tests.factories import ADVISOR, NOW, SECOND, SYSTEM, a_mandate
from tests.portal.paying.collecting.owed_late import PAY_BY, pay, sent
from tests.portal.paying.collecting.owed_late import at as late_on
from tests.portal.paying.setting_off.test_setting_off import SAME, do, of_a_holder
from tests.reliability.pairs.acts import OTHERS, REGIONS, THIRD, Scene, nth, row, the
from tests.reliability.pairs.scenes.paying import DAY, TODAY, claim, received, two_invoices

pays = partial(row, actor=REGIONS)
OVERDUE_ON = PAY_BY + 8 * DAY
OVERDUE_AT = late_on(OVERDUE_ON)
WITH_COSTS = CollectingSettings(reminder_cost_cents=800, reminder_cost_high_cents=1900)


def _reminded(session: Session) -> None:
    with patch.object(collecting_queries, "collecting_settings", lambda _session: WITH_COSTS):
        remind_debtor(session, recovery=sent(session), actor=ADVISOR, now=OVERDUE_AT)


overdue = partial(claim, now=OVERDUE_AT)
OVERDUE = Scene(
    "a claim that was not paid in time",
    sent,
    (
        overdue(remind_debtor),
        overdue(defer_payment, until=OVERDUE_ON + 90 * DAY, reason="Ziek."),
        overdue(refuse_relief, refused=StepKind.NOT_DEFERRED, reason="Kan betalen."),
        overdue(note_acknowledged, on=OVERDUE_ON, reason="Gemaild."),
        overdue(plan_instalments, terms=[Term(OVERDUE_ON + 20 * DAY, 60_000)]),
        overdue(receive_instalment, "all", amount_cents=60_000, received_on=OVERDUE_ON, reference=received(60_000)),
    ),
)
REMINDED = Scene(
    "a claim with the costs of a reminder beside it",
    _reminded,
    (
        overdue(waive_charges, reason="Te zwaar."),
        overdue(
            receive_instalment, "costs too", amount_cents=61_900, received_on=OVERDUE_ON, reference=received(61_900)
        ),
        overdue(defer_payment, until=OVERDUE_ON + 90 * DAY, reason="Ziek."),
    ),
)
LONG_AFTER = date(2028, 4, 14)


def _paid_late(session: Session) -> None:
    pay(session, sent(session), 60_000, LONG_AFTER)


PAID_LATE = Scene(
    "a claim that was paid two years too late",
    _paid_late,
    (claim(determine_interest, now=late_on(LONG_AFTER)),),
)


def _to_set_off(session: Session) -> None:
    voucher = two_invoices(session)
    first = session.scalars(select(Redemption).order_by(Redemption.id)).first()
    assert first is not None
    for spend_id, _ in unpaid_spends(session, redemption=first):
        pay_spend(session, spend_id=spend_id, actor_id=SYSTEM.reference, now=NOW)
    take_credit_note(session, redemption=first, amount_cents=20_000, reason="Korter.", actor=ADVISOR, now=NOW)
    assert voucher.is_live


TO_SET_OFF = Scene(
    "a claim on a provider of which another invoice is to be paid",
    _to_set_off,
    (
        claim(
            set_off,
            redemption=nth(1, Redemption),
            draft=SetOffDraft(20_000, SetOffGround.PRIVATE_LAW, "Akkoord."),
            actor=REGIONS,
        ),
        claim(receive_instalment, "of a provider", amount_cents=20_000, received_on=TODAY, reference=received(20_000)),
        claim(remind_provider, now=NOW + 40 * DAY),
        row(take_credit_note, "of the other", redemption=nth(1, Redemption), amount_cents=20_000, reason="Creditnota."),
        pays(make_batch),
    ),
)


def _interest_paid(session: Session) -> None:
    _paid_late(session)
    a_mandate(session, THIRD)
    recovery = session.scalars(select(Recovery)).one()
    determine_interest(session, recovery=recovery, actor=ADVISOR, now=late_on(LONG_AFTER))
    pay(session, recovery, 1_000, LONG_AFTER, "R2")


CHARGE = the(CollectionCharge)
INTEREST_PAID = Scene(
    "interest of which a part was paid, and to which one objected",
    _interest_paid,
    (
        row(undo_interest, charge=CHARGE, reason="Ziek.", actor=OTHERS, now=late_on(LONG_AFTER)),
        claim(waive_charges, reason="Te zwaar.", now=late_on(LONG_AFTER)),
        claim(
            receive_instalment,
            "more interest",
            amount_cents=1_000,
            received_on=LONG_AFTER,
            reference=received(1_000),
            now=late_on(LONG_AFTER),
        ),
    ),
)


def _interest_gone(session: Session) -> None:
    _interest_paid(session)
    charge = session.scalars(select(CollectionCharge)).one()
    undo_interest(session, charge=charge, reason="Ziek.", actor=SECOND, now=late_on(LONG_AFTER))


INTEREST_GONE = Scene(
    "interest that lapsed after it was paid",
    _interest_gone,
    (
        row(
            note_interest_repaid,
            undone=the(InterestUndone),
            paid_on=LONG_AFTER,
            reference=received(1),
            actor=REGIONS,
            now=late_on(LONG_AFTER),
        ),
    ),
)


def _set_off_on_holder(session: Session) -> None:
    with TemporaryDirectory() as folder:
        pair = of_a_holder(session, Path(folder))
        a_mandate(session, THIRD)
    do(session, pair, SAME)


SET_OFF_DONE = Scene(
    "a claim that was set off on its holder, who objected",
    _set_off_on_holder,
    (
        row(undo_set_off, done=the(SetOff), reason="Geen grond.", actor=OTHERS),
        claim(receive_instalment, "beside it", amount_cents=40_000, received_on=TODAY, reference=received(40_000)),
        pays(make_batch),
    ),
)


SCENES = (OVERDUE, REMINDED, PAID_LATE, TO_SET_OFF, INTEREST_PAID, INTEREST_GONE, SET_OFF_DONE)
