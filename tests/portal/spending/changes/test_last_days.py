"""The last day of a voucher: never moved past what the money allows, never without a row that says so, and put back after a mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from portal.framework.funding.models import FundingLine
from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault, note_scan
from portal.post.messages.models import OutboxMessage
from portal.spending.changes.actions import block_voucher, extend_voucher, move_start, unblock_voucher
from portal.spending.changes.putting_back import put_back_extension
from portal.spending.changes.queries import extension_to_put_back
from portal.spending.expiry import expiry_job
from portal.spending.invoices.actions import accept_invoice, refuse_invoice
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import ChangeKind, Voucher
from portal.spending.vouchers.queries import changes_of
from tests.factories import ADVISOR, NOW, SECOND, SYSTEM, a_provider, a_voucher
from tests.portal.at_once import Act, at_once
from tests.portal.spending.invoices.handing_in import books_are_right, hand_in
from tests.snapshots import made_once

LAST_DAY = date(2026, 8, 29)
A_DAY = timedelta(days=1)
BY: dict[str, Any] = {"actor": ADVISOR, "now": NOW}


@pytest.fixture
@made_once
def case(session: Session) -> Any:
    """A voucher, and a provider with an account number who may hand in invoices for it."""
    voucher, (provider, pia) = a_voucher(session), a_provider(session)
    provider.iban = "NL91ABNA0417164300"
    session.flush()
    return voucher, provider, pia


@pytest.fixture
def vault(tmp_path: Any) -> Vault:
    return Vault.under(tmp_path, "a secret of a desk, for tests only")


def money_until(session: Session, day: date, binds: str = "award_and_due_date") -> None:
    """The money may be used up to and including a day."""
    session.execute(update(FundingLine).values(period_to=day, period_binds=binds))
    session.expire_all()


def at(day: date) -> datetime:
    return NOW + (day - NOW.date())


def blocked_for(session: Session, voucher: Voucher, days: int) -> Any:
    block_voucher(session, voucher=voucher, reason="Wacht.", actor=ADVISOR, now=NOW)
    return unblock_voucher(session, voucher=voucher, reason="Weer goed.", actor=ADVISOR, now=NOW + days * A_DAY)


@pytest.mark.parametrize(
    ("until", "binds", "after"),
    [
        (LAST_DAY + 10 * A_DAY, "award_and_due_date", LAST_DAY + 10 * A_DAY),
        (LAST_DAY + 40 * A_DAY, "award_and_due_date", LAST_DAY + 30 * A_DAY),
        (LAST_DAY - 10 * A_DAY, "award_and_due_date", LAST_DAY),
        (LAST_DAY + 10 * A_DAY, "award_date", LAST_DAY + 30 * A_DAY),
    ],
    ids=["up to the money", "control: all days fit", "never back", "control: only the award is bound"],
)
def test_a_block_of_thirty_days_moves_the_last_day_as_far_as_the_money_allows(
    session: Session, until: date, binds: str, after: date
) -> None:
    voucher = a_voucher(session)
    money_until(session, until, binds)
    change = blocked_for(session, voucher, 30)
    assert (change.day_before, change.day_after, voucher.valid_until) == (LAST_DAY, after, after)


def waited(
    session: Session, case: Any, vault: Vault, decided_on: date, *, accept: bool = False, number: str = "F1"
) -> None:
    """An invoice that came in on the last day, and was decided on this day."""
    voucher = case[0]
    invoice = hand_in(session, case, vault, 10_000, number, now=at(voucher.valid_until), pages=int(number[1:]))
    note_scan(session, file=invoice.file, clean=True, actor=SYSTEM, now=at(decided_on))
    if accept:
        accept_invoice(
            session,
            invoice=invoice,
            note="De opleiding loopt, zegt de opleider.",
            actor=SECOND,
            prepared_by=ADVISOR.reference,
            now=at(decided_on),
        )
    else:
        refuse_invoice(session, invoice=invoice, reason="Dit is een offerte.", actor=ADVISOR, now=at(decided_on))


def test_three_refused_invoices_give_time_back_within_the_period_and_each_is_kept(
    session: Session, case: Any, vault: Vault
) -> None:
    voucher, ends = case[0], LAST_DAY + 25 * A_DAY
    money_until(session, ends)
    for number in (1, 2, 3):
        waited(session, case, vault, LAST_DAY + number * 10 * A_DAY, number=f"F{number}")
    assert voucher.valid_until == ends and not voucher.is_blocked
    moved = [(one.day_before, one.day_after) for one in changes_of(session, voucher=voucher)]
    tenth, twentieth = LAST_DAY + 10 * A_DAY, LAST_DAY + 20 * A_DAY
    assert moved == [(LAST_DAY, tenth), (tenth, twentieth), (twentieth, ends)]
    let_go = select(AuditEvent).where(AuditEvent.action == "voucher.let_go")
    assert len(session.scalars(let_go).all()) == 3


def test_an_invoice_that_came_in_time_is_paid_after_the_period_of_the_money_too(
    session: Session, case: Any, vault: Vault
) -> None:
    voucher = case[0]
    money_until(session, LAST_DAY)
    late = LAST_DAY + 10 * A_DAY
    waited(session, case, vault, late, accept=True)
    assert (voucher.redeemed_cents, voucher.valid_until, voucher.is_blocked) == (10_000, LAST_DAY, False)
    assert expire_voucher(session, voucher=voucher, today=late, actor=SYSTEM, now=at(late)) == 110_000
    assert books_are_right(session)


def test_control_an_invoice_decided_in_time_moves_nothing_and_keeps_no_row(
    session: Session, case: Any, vault: Vault
) -> None:
    voucher = case[0]
    waited(session, case, vault, LAST_DAY)
    assert voucher.valid_until == LAST_DAY and changes_of(session, voucher=voucher) == []


def test_after_a_block_an_invoice_that_waits_keeps_the_voucher_from_expiring(
    session: Session, case: Any, vault: Vault
) -> None:
    voucher = case[0]
    money_until(session, LAST_DAY)
    early = LAST_DAY - 60 * A_DAY
    invoice = hand_in(session, case, vault, 10_000, now=at(early))
    block_voucher(session, voucher=voucher, reason="Wacht.", actor=ADVISOR, now=at(early))
    after = at(LAST_DAY + 5 * A_DAY)
    unblock_voucher(session, voucher=voucher, reason="Weer goed.", actor=ADVISOR, now=after)
    job = expiry_job(SYSTEM)
    [item] = job.due(session, after)
    assert job.act(session, item, after) is False and voucher.is_live
    refuse_invoice(session, invoice=invoice, reason="Dit is een offerte.", actor=ADVISOR, now=after)
    assert job.act(session, item, after) == 120_000


# Extending and putting back -----------------------------------------------------------------------------------------------


def extended(session: Session, days: int = 100) -> Voucher:
    voucher = a_voucher(session)
    extend_voucher(session, voucher=voucher, until=LAST_DAY + days * A_DAY, reason="Ziek.", **BY)
    return voucher


def put_back(session: Session, voucher: Voucher, now: datetime = NOW) -> Any:
    return put_back_extension(session, voucher=voucher, reason="Verkeerde voucher.", actor=SECOND, now=now)


def test_a_voucher_is_not_extended_past_the_period_of_its_money(session: Session) -> None:
    voucher = a_voucher(session)
    money_until(session, LAST_DAY + 10 * A_DAY)
    with pytest.raises(Refusal) as refused:
        extend_voucher(session, voucher=voucher, until=LAST_DAY + 11 * A_DAY, reason="Ziek.", **BY)
    assert (refused.value.code, refused.value.field) == ("outside_period", "until")
    extend_voucher(session, voucher=voucher, until=LAST_DAY + 10 * A_DAY, reason="Ziek.", **BY)
    assert voucher.valid_until == LAST_DAY + 10 * A_DAY


def test_an_extension_by_mistake_is_put_back_kept_and_told(session: Session) -> None:
    voucher = extended(session)
    change = put_back(session, voucher)
    assert (change.kind, change.day_before, change.day_after) == (ChangeKind.PUT_BACK, LAST_DAY + 100 * A_DAY, LAST_DAY)
    assert (voucher.valid_until, change.reason) == (LAST_DAY, "Verkeerde voucher.")
    assert session.scalar(select(OutboxMessage.id).where(OutboxMessage.template == "voucher/put_back")) is not None
    assert session.scalar(select(AuditEvent.id).where(AuditEvent.action == "voucher.put_back")) is not None
    with pytest.raises(Conflict):
        put_back(session, voucher)
    extend_voucher(session, voucher=voucher, until=LAST_DAY + A_DAY, reason="Toch.", **BY)
    assert extension_to_put_back(session, voucher=voucher) is not None, "a new extension is another one"


def test_a_day_that_passed_meanwhile_becomes_today_and_never_lies_in_the_past(session: Session) -> None:
    voucher = extended(session)
    today = LAST_DAY + 20 * A_DAY
    assert put_back(session, voucher, at(today)).day_after == today


def test_on_the_extended_last_day_itself_nothing_is_put_back(session: Session) -> None:
    voucher = extended(session)
    with pytest.raises(Conflict):
        put_back(session, voucher, at(LAST_DAY + 100 * A_DAY))


def _never_extended(session: Session, voucher: Voucher) -> None:
    put_back(session, voucher)


def _moved_since(session: Session, voucher: Voucher) -> None:
    block_voucher(session, voucher=voucher, reason="Wacht.", **BY)
    unblock_voucher(session, voucher=voucher, reason="Weer goed.", actor=ADVISOR, now=NOW + 5 * A_DAY)


def _start_moved(session: Session, voucher: Voucher) -> None:
    move_start(session, voucher=voucher, starts_on=LAST_DAY + 50 * A_DAY, reason="Later.", **BY)


def _used_up(session: Session, voucher: Voucher) -> None:
    bill = Bill("F1", NOW.date(), 120_000)
    redeem_voucher(session, voucher=voucher, bill=bill, actor=a_provider(session)[1], now=NOW)


@pytest.mark.parametrize(
    ("since", "code"),
    [
        (_never_extended, "nothing_to_put_back"),
        (_moved_since, "nothing_to_put_back"),
        (_start_moved, "starts_after_last_day"),
        (_used_up, "voucher_not_live"),
    ],
)
def test_what_happened_since_stands_in_the_way_of_putting_back(
    session: Session, since: Callable[[Session, Voucher], None], code: str
) -> None:
    voucher = extended(session)
    since(session, voucher)
    with pytest.raises(Refusal) as refused:
        put_back(session, voucher)
    assert refused.value.code == code


def test_an_extension_needs_a_reason_and_a_member_of_staff_to_be_put_back(session: Session) -> None:
    voucher, (_, pia) = extended(session), a_provider(session)
    for actor, reason in ((ADVISOR, " "), (pia, "Toch.")):
        with pytest.raises(Refusal):
            put_back_extension(session, voucher=voucher, reason=reason, actor=actor, now=NOW)


def test_of_two_who_put_back_one_extension_one_is_told(engine: Engine) -> None:
    voucher_id = unit_of_work(engine, lambda session: extended(session).id)

    def again() -> Act:
        def read(session: Session) -> Callable[[], object]:
            voucher = session.get_one(Voucher, voucher_id)
            return lambda: put_back(session, voucher)

        return read

    assert sorted(at_once(engine, again(), again())) == ["done", "nothing_to_put_back"]
