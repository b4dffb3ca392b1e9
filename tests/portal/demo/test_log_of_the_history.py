"""A whole history of acts with money: the log says every value that they decided, and the books and the log are sound."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.models import Transfer, TransferKind
from portal.oversight.books import log_breaks, look_at_books
from portal.people.audit.models import AuditEvent, AuditLink
from tests.portal.demo.conftest import FilledDesk
from tests.portal.people.audit.replayed import MONEY, replayed, unsaid


def test_the_log_says_every_value_before_and_after_of_all_acts_with_money(desk: FilledDesk) -> None:
    known, wrong = desk.read(replayed)
    assert wrong == [], "what one act leaves is what the next one finds"
    assert desk.read(unsaid) == []
    tables = {key.partition(":")[0] for key in known}
    assert {*MONEY} - tables <= {"repayment", "resettlement"}, "a history in which nearly everything happens"


def said_transfers(session: Session) -> dict[str, set[str]]:
    """Per act the kinds of transfers that its events say."""
    rows = select(AuditEvent.action, AuditLink.decided).join(AuditLink, AuditLink.event_id == AuditEvent.id)
    found: dict[str, set[str]] = {}
    for action, decided in session.execute(rows):
        for key, fields in decided.items():
            if key.startswith("transfer:"):
                found.setdefault(action, set()).add(fields["kind"][1])
    return found


def test_every_kind_of_transfer_stands_beside_the_act_that_booked_it(desk: FilledDesk) -> None:
    by_act = desk.read(said_transfers)
    booked = set(desk.read(lambda session: session.scalars(select(Transfer.kind).distinct()).all()))
    assert {kind for kinds in by_act.values() for kind in kinds} == {kind.value for kind in booked}
    assert {TransferKind.RESERVE, TransferKind.SPEND, TransferKind.PAY, TransferKind.RELEASE} <= booked
    assert "reserve" in by_act["question.approved"] and "spend" in by_act["voucher.redeemed"]
    assert "pay" in by_act["payment.executed"] and "reassign" in by_act["voucher.reassigned"]


def test_the_books_and_the_log_of_the_history_are_sound(desk: FilledDesk) -> None:
    looked = desk.read(look_at_books)
    assert looked.breaks == [] and looked.transfers > 100 and looked.events > 500
    assert desk.read(lambda session: list(log_breaks(session, anchors=()))) == []
