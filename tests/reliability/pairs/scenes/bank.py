"""What the bank says: of payments that were sent, and of money that came in and may be what was claimed."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.models import AccountKind
from portal.paying.account_numbers.actions import decide_iban_change
from portal.paying.by_hand.actions import HandFinding, confirm_outcome, propose_outcome, withdraw_outcome
from portal.paying.by_hand.models import HandOutcome, OutcomeByHand
from portal.paying.payments.actions import export_batch, make_batch
from portal.paying.payments.models import Payment, PaymentBatch
from portal.paying.reassignments.actions import reassign_voucher
from portal.paying.recoveries import receive_instalment, write_off
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.models import SettlementGround
from portal.paying.statements.actions import note_handled, read_statement
from portal.paying.statements.incoming import book_as_receipt
from portal.paying.statements.models import UnmatchedLine
from portal.paying.statements.reports import read_report
from portal.spending.providers.models import IbanChange
from tests.factories import NOW, REGION, UNHEARD
from tests.portal.paying.payments.test_payments import LATER, PAYER, entry, statement
from tests.portal.paying.statements.test_incoming import money_in
from tests.portal.paying.statements.test_reports import about, report
from tests.reliability.pairs.acts import OTHERS, REGIONS, SECOND_REGION, Found, Scene, by, nth, row, the
from tests.reliability.pairs.scenes.paying import (
    BATCH,
    CLAIM,
    DAY,
    LOWER,
    REDEMPTION,
    TODAY,
    claimed,
    late,
    of,
    received,
    released,
    taken_over,
)


def _at_the_bank(session: Session) -> None:
    released(session)
    batch = session.scalars(select(PaymentBatch)).one()
    export_batch(session, batch=batch, actor=REGION, now=LATER)
    found = HandFinding(HandOutcome.CARRIED_OUT, LATER.date(), "Gebeld met de bank.")
    payment = session.scalars(select(Payment).order_by(Payment.id)).first()
    assert payment is not None
    propose_outcome(session, payment=payment, found=found, actor=REGION, now=LATER)
    read_statement(session, content=says(1, "299.00").look(session, 0), actor=REGION, now=LATER)


def says(place: int, euros: str, **more_of_it: object) -> Found:
    """A statement that says what became of a payment."""

    def look(session: Session, who: int) -> bytes:
        return statement(entry(nth(place, Payment).look(session, who).end_to_end_id, euros, **more_of_it))  # type: ignore[arg-type]

    return Found(look)


def reports(place: int, code: str, *, reason: str = "") -> Found:
    """A status report that says this of a payment."""

    def look(session: Session, who: int) -> bytes:
        payment = nth(place, Payment).look(session, who)
        return report(BATCH.look(session, who).number, about(payment.end_to_end_id, code, reason=reason))

    return Found(look)


PROPOSED = the(OutcomeByHand)
CARRIED_OUT = HandFinding(HandOutcome.CARRIED_OUT, LATER.date(), "Gebeld.")
CAME_BACK = HandFinding(HandOutcome.CAME_BACK, LATER.date(), "Gebeld.")
AT_THE_BANK = Scene(
    "payments that are at the bank",
    _at_the_bank,
    (
        late(read_statement, "the first carried out", content=says(0, "700.00")),
        late(read_statement, "the second carried out", content=says(1, "300.00")),
        late(read_report, "the first refused", content=reports(0, "RJCT", reason="AC04")),
        late(read_report, "the second accepted", content=reports(1, "ACSP")),
        late(propose_outcome, "carried out", payment=nth(1, Payment), found=CARRIED_OUT),
        late(propose_outcome, "came back", payment=nth(1, Payment), found=CAME_BACK),
        late(confirm_outcome, proposed=PROPOSED, actor=by(SECOND_REGION)),
        late(withdraw_outcome, proposed=PROPOSED),
        late(export_batch, batch=BATCH),
        late(note_handled, line=the(UnmatchedLine), note="Is van ons."),
        late(make_batch),
        of(settle_voucher, draft=SettlementDraft(105_000, SettlementGround.NOT_DONE, "Niet af.", UNHEARD), now=LATER),
        row(decide_iban_change, change=the(IbanChange), confirm=True, payer=None, actor=OTHERS, now=LATER),
    ),
)


def _carried_out(session: Session) -> None:
    _at_the_bank(session)
    for place, euros in enumerate(("700.00", "300.00")):
        read_statement(session, content=says(place, euros).look(session, 0), actor=REGION, now=LATER)


TOLD = LATER + 3 * DAY
told = partial(row, actor=REGIONS, now=TOLD)
CARRIED = Scene(
    "a payment that was carried out",
    _carried_out,
    (
        told(read_statement, "came back", content=says(0, "700.00", credit=True, reason="AC04")),
        told(
            propose_outcome,
            "came back",
            payment=nth(1, Payment),
            found=HandFinding(HandOutcome.CAME_BACK, TOLD.date(), "Gebeld."),
        ),
        row(take_credit_note, redemption=REDEMPTION, amount_cents=70_000, reason="Creditnota.", now=TOLD),
        of(settle_voucher, draft=LOWER, now=TOLD),
        of(reassign_voucher, takeover=taken_over(10_000, AccountKind.SPENT), reason="Ander.", actor=REGIONS, now=TOLD),
        told(make_batch),
    ),
)


def _read_by_one(session: Session) -> None:
    """The region read that the first payment came back."""
    released(session)
    batch = session.scalars(select(PaymentBatch)).one()
    export_batch(session, batch=batch, actor=REGION, now=LATER)
    for said in (says(0, "700.00"), says(0, "700.00", credit=True, reason="AC04")):
        read_statement(session, content=said.look(session, 0), actor=REGION, now=LATER)


READ_BY_ONE = Scene(
    "a payment of which one person read that it came back",
    _read_by_one,
    (
        told(confirm_outcome, proposed=PROPOSED, actor=by(SECOND_REGION)),
        told(withdraw_outcome, proposed=PROPOSED),
        told(read_statement, "came back", content=says(0, "700.00", credit=True, reason="MS03")),
        told(read_statement, "the other carried out", content=says(1, "300.00")),
        row(take_credit_note, redemption=REDEMPTION, amount_cents=40_000, reason="Creditnota.", now=TOLD),
        told(make_batch),
    ),
)

# Money that came in ------------------------------------------------------------------------------------------------------


BOOKED = NOW + 3 * DAY
came = partial(row, actor=REGIONS, now=BOOKED)


def _money_came_in(session: Session) -> None:
    claimed(session)
    content = statement(money_in("200.00", text="Terugbetaling"))
    read_statement(session, content=content, actor=REGION, now=BOOKED, payer=PAYER)


LINE = the(UnmatchedLine)
CAME_IN = Scene(
    "money that came in and may be what was claimed",
    _money_came_in,
    (
        came(book_as_receipt, line=LINE, recovery=CLAIM),
        came(note_handled, line=LINE, note="Is van iemand anders."),
        row(
            receive_instalment,
            recovery=CLAIM,
            amount_cents=20_000,
            received_on=TODAY,
            reference=received(20_000),
            now=BOOKED,
        ),
        row(write_off, recovery=CLAIM, amount_cents=15_000, reason="Te weinig.", now=BOOKED),
    ),
)

SCENES = (AT_THE_BANK, CARRIED, READ_BY_ONE, CAME_IN)
