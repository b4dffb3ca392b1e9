"""Acts on vouchers: using them, the invoices on them, what is changed on them, the providers, and what they come to in the end."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from sqlalchemy import select

from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.account_numbers.actions import ask_iban_change, check_iban_change, decide_iban_change
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.models import SettlementGround
from portal.people.actor import Actor, Audience
from portal.post.files.actions import note_scan
from portal.spending.attendance import confirm_end, confirm_start
from portal.spending.changes.actions import (
    block_voucher,
    extend_voucher,
    free_from_provider,
    move_start,
    note_moved_out,
    reserve_at_provider,
    unblock_voucher,
)
from portal.spending.changes.cancelling import Cancellation, charge_cancellation_fee
from portal.spending.changes.putting_back import put_back_extension
from portal.spending.changes.queries import extension_to_put_back
from portal.spending.invoices.actions import (
    PaidBill,
    Paper,
    accept_invoice,
    refuse_invoice,
    submit_invoice,
    submit_paid_bill,
)
from portal.spending.invoices.models import WAITING, Attendance, EndKind, Invoice
from portal.spending.providers.actions import (
    approve_provider,
    withdraw_approval,
)
from portal.spending.providers.models import ApprovalState, IbanChange, IbanChangeState, Provider, ProviderApproval
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import LIVE_STATES, Redemption, Voucher, VoucherState
from tests.factories import SYSTEM, UNHEARD, asker
from tests.portal.post.files.hostile import pdf
from tests.reliability.walks.region import IBANS, NEW_IBANS
from tests.reliability.walks.walk import NothingToDo, Walk, act

LIVE = select(Voucher).where(Voucher.state.in_(LIVE_STATES)).order_by(Voucher.id)
USABLE = LIVE.where(Voucher.blocked_at.is_(None))


def provider(walk: Walk) -> Provider:
    found: Provider = walk.chance.choice(walk.find(select(Provider).order_by(Provider.id)))
    return found


def at(walk: Walk, place: Provider) -> Actor:
    """Somebody who works at a provider."""
    return Actor(
        Audience.PROVIDER, account_id=9000 + place.id, organisation_id=place.organisation_id, display_name="Pia"
    )


@cache
def blank(pages: int) -> bytes:
    """A file that no other has the content of, by its number of pages."""
    return pdf(pages)


def holder(walk: Walk, voucher: Voucher) -> Actor:
    return asker(walk.session.get_one(DevelopmentQuestion, voucher.question_id))


# Using them ------------------------------------------------------------------------------------------------------------


@act(8)
def redeems(walk: Walk) -> None:
    voucher, place = walk.pick(USABLE), provider(walk)
    bill = Bill(walk.next("F"), walk.today, walk.cents(voucher.open_cents, 1_000))
    redeem_voucher(walk.session, voucher=voucher, bill=bill, actor=at(walk, place), now=walk.now)


def papers(walk: Walk, voucher: Voucher) -> dict[str, object]:
    cents = walk.cents(voucher.open_cents, 1_000) if voucher.partial_redemption else voucher.open_cents
    number = walk.next("N")
    return {
        "number": number,
        "invoice_date": walk.today,
        "learner_name": "S. de Vries",
        "total_cents": cents + walk.chance.choice((0, 5_000)),
        "amount_cents": cents,
        "content": blank(walk.number % 40 + 1),
        "file_name": "factuur.pdf",
    }


@act(6)
def hands_in_an_invoice(walk: Walk) -> None:
    voucher, place = walk.pick(USABLE.where(Voucher.scheme != "materiaalvoucher")), provider(walk)
    invoice = submit_invoice(
        walk.session,
        voucher=voucher,
        paper=Paper(**papers(walk, voucher)),  # type: ignore[arg-type]
        vault=walk.vault,
        actor=at(walk, place),
        now=walk.now,
    )
    note_scan(walk.session, file=invoice.file, clean=True, actor=SYSTEM, now=walk.now)


@act(4)
def hands_in_a_paid_bill(walk: Walk) -> None:
    voucher = walk.pick(USABLE.where(Voucher.scheme == "materiaalvoucher"))
    paper = PaidBill(**papers(walk, voucher), payee_name="Sam de Vries", iban=IBANS[2])  # type: ignore[arg-type]
    bill = submit_paid_bill(
        walk.session,
        voucher=voucher,
        provider=provider(walk),
        paper=paper,
        vault=walk.vault,
        actor=holder(walk, voucher),
        now=walk.now,
    )
    note_scan(walk.session, file=bill.file, clean=True, actor=SYSTEM, now=walk.now)


def waiting_invoice(walk: Walk) -> Invoice:
    found: Invoice = walk.pick(select(Invoice).where(Invoice.state.in_(WAITING)).order_by(Invoice.id))
    return found


@act(8)
def accepts_an_invoice(walk: Walk) -> None:
    invoice = waiting_invoice(walk)
    walk.not_by(invoice.voucher.issued_by)
    accept_invoice(walk.session, invoice=invoice, note="De opleiding loopt, zegt de opleider.", **walk.by_two)


@act(1.5)
def refuses_an_invoice(walk: Walk) -> None:
    refuse_invoice(walk.session, invoice=waiting_invoice(walk), reason="Klopt niet.", **walk.by)


@act(2)
def the_training_starts(walk: Walk) -> None:
    voucher = walk.pick(LIVE)
    confirm_start(walk.session, voucher=voucher, started_on=walk.today, actor=holder(walk, voucher), now=walk.now)


@act(1)
def the_training_ends(walk: Walk) -> None:
    started = select(Attendance.voucher_id).where(Attendance.started_on.is_not(None), Attendance.ended_on.is_(None))
    voucher = walk.pick(select(Voucher).where(Voucher.id.in_(started)).order_by(Voucher.id))
    confirm_end(
        walk.session,
        voucher=voucher,
        ended_on=walk.today,
        how=walk.chance.choice((EndKind.COMPLETED, EndKind.COMPLETED, EndKind.STOPPED)),
        own_share_paid=True,
        actor=holder(walk, voucher),
        now=walk.now,
    )


@act(0.7)
def a_fee_is_charged(walk: Walk) -> None:
    voucher = walk.pick(USABLE)
    charge_cancellation_fee(
        walk.session,
        voucher=voucher,
        cancelled=Cancellation(
            provider(walk), Bill(walk.next("A"), walk.today, walk.cents(voucher.open_cents)), "Gaat niet door."
        ),
        **walk.by_two,
    )


@act(3)
def a_credit_note_comes(walk: Walk) -> None:
    """Of an invoice that was accepted often in full."""
    left = select(Redemption).where(Redemption.credited_cents < Redemption.amount_cents).order_by(Redemption.id)
    of_invoices = left.where(Redemption.id.in_(select(Invoice.redemption_id).where(Invoice.redemption_id.is_not(None))))
    whole = walk.happens(0.5) and walk.find(of_invoices) != []
    redemption = walk.pick(of_invoices if whole else left)
    cents = redemption.net_cents if whole else walk.cents(redemption.net_cents)
    take_credit_note(walk.session, redemption=redemption, amount_cents=cents, reason="Te veel.", **walk.by)


# What is changed on them -----------------------------------------------------------------------------------------------


@act(1.2)
def blocks(walk: Walk) -> None:
    block_voucher(walk.session, voucher=walk.pick(USABLE), reason="Even wachten.", **walk.by)


@act(2.5)
def unblocks(walk: Walk) -> None:
    voucher = walk.pick(LIVE.where(Voucher.blocked_at.is_not(None)))
    unblock_voucher(walk.session, voucher=voucher, reason="Weer goed.", **walk.by)


@act(1.5)
def extends(walk: Walk) -> None:
    voucher = walk.pick(LIVE)
    until = max(voucher.valid_until, walk.today) + timedelta(days=walk.chance.choice((10, 60, 300)))
    extend_voucher(walk.session, voucher=voucher, until=until, reason="Later klaar.", **walk.by)


@act(2)
def puts_an_extension_back(walk: Walk) -> None:
    found = [one for one in walk.find(LIVE) if extension_to_put_back(walk.session, voucher=one) is not None]
    put_back_extension(walk.session, voucher=walk.one_of(found), reason="Vergissing.", **walk.by)


@act(0.7)
def the_start_moves(walk: Walk) -> None:
    starts_on = walk.today + timedelta(days=walk.chance.randint(1, 40))
    move_start(walk.session, voucher=walk.pick(LIVE), starts_on=starts_on, reason="Later.", **walk.by)


@act(0.5)
def the_holder_moves(walk: Walk) -> None:
    note_moved_out(walk.session, voucher=walk.pick(LIVE), moved_on=walk.today, reason="Verhuisd.", **walk.by)


@act(0.7)
def is_kept_for_a_provider(walk: Walk) -> None:
    reserve_at_provider(walk.session, voucher=walk.pick(LIVE), provider=provider(walk), reason="Gekozen.", **walk.by)


@act(0.7)
def is_for_every_provider_again(walk: Walk) -> None:
    voucher = walk.pick(LIVE.where(Voucher.reserved_provider_id.is_not(None)))
    free_from_provider(walk.session, voucher=voucher, reason="Toch niet.", **walk.by)


# What they come to -----------------------------------------------------------------------------------------------------


def settling_of(walk: Walk) -> tuple[Voucher, SettlementDraft]:
    """A voucher, and at what it is settled: as it was used, or lower."""
    rows = select(Voucher).where(Voucher.state != VoucherState.SETTLED, Voucher.redeemed_cents > 0)
    voucher: Voucher = walk.pick(rows.order_by(Voucher.id))
    used = voucher.used_cents
    if used and walk.happens(0.7):
        return voucher, SettlementDraft(
            walk.chance.randrange(used), SettlementGround.NOT_DONE, "Half gevolgd.", UNHEARD
        )
    return voucher, SettlementDraft(used, SettlementGround.AS_USED, "Zoals gebruikt.")


@act(3)
def settles(walk: Walk) -> None:
    voucher, draft = settling_of(walk)
    settle_voucher(walk.session, voucher=voucher, draft=draft, **walk.by)


# Providers -------------------------------------------------------------------------------------------------------------


@act(0.8)
def a_provider_asks_another_account(walk: Walk) -> None:
    place = provider(walk)
    ask_iban_change(
        walk.session,
        provider=place,
        iban=walk.chance.choice(NEW_IBANS),
        how="Gebeld.",
        payer=None,
        actor=walk.chance.choice((at(walk, place), walk.advisor)),
        now=walk.now,
    )


def asked(walk: Walk) -> IbanChange:
    found: IbanChange = walk.pick(
        select(IbanChange).where(IbanChange.state == IbanChangeState.WAITING).order_by(IbanChange.id)
    )
    return found


@act(1.5)
def another_account_is_checked(walk: Walk) -> None:
    check_iban_change(walk.session, change=asked(walk), how="Gebeld.", **walk.by)


@act(1.5)
def another_account_is_confirmed(walk: Walk) -> None:
    decide_iban_change(walk.session, change=asked(walk), confirm=True, payer=None, **walk.by)


@act(0.4)
def another_account_is_refused(walk: Walk) -> None:
    decide_iban_change(walk.session, change=asked(walk), confirm=False, payer=None, **walk.by)


@act(0.25)
def a_provider_may_no_longer(walk: Walk) -> None:
    may = walk.pick(
        select(ProviderApproval).where(ProviderApproval.state == ApprovalState.APPROVED).order_by(ProviderApproval.id)
    )
    place = walk.session.get_one(Provider, may.provider_id)
    withdraw_approval(walk.session, provider=place, scheme=may.scheme, reason="Gestopt.", **walk.by)


@act(2)
def a_provider_may_again(walk: Walk) -> None:
    gone = walk.find(
        select(ProviderApproval).where(ProviderApproval.state != ApprovalState.APPROVED).order_by(ProviderApproval.id)
    )
    if not gone:
        raise NothingToDo
    may = walk.chance.choice(gone)
    place = walk.session.get_one(Provider, may.provider_id)
    approve_provider(walk.session, provider=place, scheme=may.scheme, **walk.by)
