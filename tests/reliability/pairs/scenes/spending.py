"""Vouchers from the award to the last invoice: changed, blocked, invoiced and ended; and the providers who take them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import decide_again, propose_again
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.reductions import Ending, end_award, lower_award, revoke_award
from portal.awarding.top_ups import TopUpDraft, top_up
from portal.cases.questions.actions import close_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion
from portal.framework.funding.actions import lower_budget, raise_budget
from portal.framework.funding.models import FundingLine
from portal.framework.mandates.actions import end_mandate
from portal.framework.mandates.models import Mandate
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.paying.settlements.actions import take_credit_note
from portal.people.actor import Actor, Audience
from portal.post.files.actions import Vault, note_scan
from portal.post.files.models import StoredFile
from portal.second_look.objections.actions import receive_objection
from portal.second_look.preparations.actions import prepare_deciding_again, prepare_top_up
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
from portal.spending.invoices.actions import (
    accept_invoice,
    check_invoice,
    hold_vouchers,
    note_credits,
    refuse_invoice,
    submit_invoice,
)
from portal.spending.invoices.models import EndKind, Invoice
from portal.spending.providers.actions import withdraw_approval, withdraw_provider
from portal.spending.providers.models import Provider
from portal.spending.reminders.actions import remind_holder
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption, Voucher
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    ASKED,
    MOVED,
    NOW,
    SECOND,
    SYSTEM,
    a_mandate,
    a_provider,
    a_region,
    a_voucher,
)
from tests.portal.awarding.test_top_ups import dearer
from tests.portal.spending.invoices.handing_in import paper
from tests.reliability.pairs.acts import (
    FIRST,
    FIRST_OF_REGION,
    NO,
    OTHERS,
    PROGRAM,
    REGIONS,
    THIRD,
    Found,
    Scene,
    by,
    made,
    provider_staff,
    row,
    the,
)

DAY = timedelta(days=1)
TODAY = NOW.date()
VOUCHER = the(Voucher)
PROVIDER = the(Provider)
QUESTION = the(DevelopmentQuestion)
PIA = provider_staff()
HOLDER = made(lambda voucher: Actor(Audience.RESIDENT, question_id=voucher.question_id), VOUCHER)
IBAN = "NL91ABNA0417164300"
EXTENDED = TODAY + 240 * DAY
FOLDER = Path(tempfile.mkdtemp(prefix="desk-pairs-"))
FILES = Vault.under(FOLDER, "a secret of a desk, for tests only")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
of = partial(row, voucher=VOUCHER)


def bill(number: str, cents: int, who_differs: bool = False) -> Found:
    """A bill of today; of two people each has another number, when it says so."""
    return Found(lambda _session, who: Bill(f"{number}-{who}" if who_differs else number, TODAY, cents))


def more(cents: int) -> Found:
    """So much more on the first part of the award."""

    def write(voucher: Voucher, session: Session) -> TopUpDraft:
        part = voucher.award.parts[0]
        return TopUpDraft(part.line_key, session.get_one(FundingLine, part.funding_line_id), cents, "Duurder.")

    return Found(lambda session, who: write(VOUCHER.look(session, who), session))


def last_proposal() -> Found:
    """What was written down to decide on the last proposal."""

    def write(session: Session, _who: int) -> Draft:
        proposal = session.scalars(select(ProposalRecord).order_by(ProposalRecord.id.desc())).first()
        return Draft(proposal, "De lening is geweigerd.", ALL_CHECKED)  # type: ignore[arg-type]

    return Found(write)


def the_line(slug: str) -> Found:
    """A funding line."""
    return the(FundingLine, slug=slug)


def takeover(cents: int) -> Found:
    """Another line pays so much of what is reserved."""
    return made(Takeover, the_line("rijk-leren"), the_line("provincie-breed"), cents)


def with_provider(session: Session) -> tuple[Voucher, Actor]:
    """A voucher of € 1,200, a third person with mandate, and a provider with an account number."""
    a_region(session)
    a_mandate(session, THIRD)
    voucher = a_voucher(session)
    provider, pia = a_provider(session)
    provider.iban = IBAN
    session.flush()
    return voucher, pia


# Live --------------------------------------------------------------------------------------------------------------------


def _live(session: Session) -> None:
    voucher, _ = with_provider(session)
    dearer(session, voucher, 60_000)


changing = (
    of(revoke_award, basis=ASKED, reason="Gestopt."),
    of(lower_award, by_cents=50_000, basis=ASKED, reason="Korting."),
    of(end_award, ending=Ending(TODAY + timedelta(days=21), 0, "Geen kosten.", TODAY), basis=MOVED, reason="Verhuisd."),
    of(top_up, draft=more(40_000)),
    of(reassign_voucher, takeover=takeover(70_000), reason="Ander geld.", actor=REGIONS),
)
CHANGED = Scene(
    "a voucher of which the amount changes",
    _live,
    (
        *changing,
        of(prepare_top_up, draft=more(40_000)),
        row(propose_again, question=QUESTION),
        of(redeem_voucher, bill=bill("F-1", 70_000, who_differs=True), actor=PIA),
        of(
            charge_cancellation_fee,
            cancelled=made(Cancellation, PROVIDER, bill("K-1", 10_000), "Gaat niet door."),
            prepared_by=FIRST,
        ),
        of(submit_invoice, paper=paper(30_000), vault=FILES, actor=PIA),
        row(receive_objection, decision=the(Decision), received_on=TODAY, grounds="Te weinig.", committee=False),
        row(close_question, question=QUESTION, reason=CloseReason.FINISHED),
        row(
            lower_budget,
            line=the_line("rijk-leren"),
            amount_cents=1_000,
            reason="Minder.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
        ),
        row(
            raise_budget,
            line=the_line("rijk-leren"),
            amount_cents=1_000,
            reason="Meer.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
        ),
        row(end_mandate, mandate=the(Mandate, account_id=ADVISOR.account_id), actor=REGIONS),
    ),
)


def _decided_again(session: Session) -> None:
    voucher, _ = with_provider(session)
    dearer(session, voucher, 60_000)
    propose_again(session, question=session.scalars(select(DevelopmentQuestion)).one(), actor=ADVISOR, now=NOW)


AGAIN = Scene(
    "a decision with a new proposal",
    _decided_again,
    (
        row(decide_again, question=QUESTION, draft=last_proposal()),
        row(prepare_deciding_again, question=QUESTION, draft=last_proposal()),
        row(propose_again, question=QUESTION),
        *changing,
        of(prepare_top_up, draft=more(40_000)),
        of(redeem_voucher, bill=bill("F-1", 70_000), actor=PIA),
        of(submit_invoice, paper=paper(30_000), vault=FILES, actor=PIA),
        of(block_voucher, reason="Onderzoek."),
    ),
)

DAYS = Scene(
    "a voucher of which the days change",
    _live,
    (
        of(block_voucher, reason="Onderzoek."),
        of(extend_voucher, until=EXTENDED, reason="Later."),
        of(move_start, starts_on=TODAY + 70 * DAY, reason="Uitgesteld."),
        of(note_moved_out, moved_on=TODAY, reason="Verhuisd."),
        of(reserve_at_provider, provider=PROVIDER, reason="Gekozen."),
        of(confirm_start, started_on=TODAY, actor=HOLDER),
        of(redeem_voucher, bill=bill("F-1", 70_000), actor=PIA),
        of(submit_invoice, paper=paper(30_000), vault=FILES, actor=PIA),
        of(revoke_award, basis=ASKED, reason="Gestopt."),
        row(withdraw_provider, provider=PROVIDER),
        row(withdraw_approval, provider=PROVIDER, scheme="leervoucher", reason="Klachten."),
    ),
)


def _stopped(session: Session) -> None:
    voucher, _ = with_provider(session)
    until = voucher.valid_until + 30 * DAY
    extend_voucher(session, voucher=voucher, until=until, reason="Later.", actor=ADVISOR, now=NOW)
    provider = session.scalars(select(Provider)).one()
    reserve_at_provider(session, voucher=voucher, provider=provider, reason="Gekozen.", actor=ADVISOR, now=NOW)
    block_voucher(session, voucher=voucher, reason="Onderzoek.", actor=ADVISOR, now=NOW)


SOON = NOW + 5 * DAY
stopped = partial(row, voucher=VOUCHER, now=SOON)
STOPPED = Scene(
    "a voucher that is blocked, extended and kept for a provider",
    _stopped,
    (
        stopped(unblock_voucher, reason="In orde."),
        stopped(put_back_extension, reason="Vergissing."),
        stopped(free_from_provider, reason="Ander."),
        stopped(extend_voucher, until=EXTENDED + 60 * DAY, reason="Later."),
        stopped(revoke_award, basis=ASKED, reason="Gestopt."),
        stopped(lower_award, by_cents=50_000, basis=ASKED, reason="Korting."),
        stopped(move_start, starts_on=TODAY + 70 * DAY, reason="Uitgesteld."),
    ),
)

# The last days -----------------------------------------------------------------------------------------------------------


def _nearly_over(session: Session) -> None:
    voucher, _ = with_provider(session)
    voucher.valid_until = TODAY + 20 * DAY
    session.flush()


OVER = NOW + 21 * DAY
END = Scene(
    "a voucher whose last day has passed",
    _nearly_over,
    (
        of(expire_voucher, today=OVER.date(), actor=PROGRAM, now=OVER),
        of(extend_voucher, until=TODAY + 60 * DAY, reason="Later.", now=OVER),
        of(revoke_award, basis=ASKED, reason="Gestopt.", now=OVER),
        of(lower_award, by_cents=50_000, basis=ASKED, reason="Korting.", now=NOW + 20 * DAY),
        of(redeem_voucher, bill=bill("F-1", 70_000), actor=PIA, now=NOW + 20 * DAY),
        of(remind_holder, actor=PROGRAM, now=NOW + 1 * DAY),
        of(
            charge_cancellation_fee,
            cancelled=made(Cancellation, PROVIDER, bill("K-1", 10_000), "Niet."),
            prepared_by=FIRST,
            now=NOW + 20 * DAY,
        ),
        of(submit_invoice, paper=paper(30_000), vault=FILES, actor=PIA, now=NOW + 20 * DAY),
        of(block_voucher, reason="Onderzoek.", now=NOW + 20 * DAY),
    ),
)

# Invoices ----------------------------------------------------------------------------------------------------------------


def invoiced(session: Session) -> None:
    voucher, pia = with_provider(session)
    dearer(session, voucher, 60_000)
    voucher.valid_until = TODAY + 50 * DAY
    session.flush()
    submit_invoice(session, voucher=voucher, paper=paper(70_000), vault=FILES, actor=pia, now=NOW)


invoice = partial(row, invoice=the(Invoice))
INVOICED = Scene(
    "a voucher with an invoice that waits",
    invoiced,
    (
        invoice(check_invoice, actor=NO),
        invoice(
            accept_invoice,
            note="De opleiding loopt, zegt de opleider.",
            actor=OTHERS,
            prepared_by=by(ADVISOR.reference),
        ),
        invoice(refuse_invoice, reason="Niet van hier."),
        of(submit_invoice, paper=paper(40_000, "F-2", pages=2), vault=FILES, actor=PIA),
        row(note_scan, file=the(StoredFile), clean=True, actor=PROGRAM),
        of(confirm_start, started_on=TODAY, actor=HOLDER),
        of(redeem_voucher, bill=bill("F-3", 40_000), actor=PIA),
        of(block_voucher, reason="Onderzoek."),
        of(extend_voucher, until=TODAY + 70 * DAY, reason="Later."),
        of(reserve_at_provider, provider=PROVIDER, reason="Gekozen."),
        of(top_up, draft=more(40_000)),
        of(reassign_voucher, takeover=takeover(70_000), reason="Ander geld.", actor=REGIONS),
        row(hold_vouchers, actor=NO, now=NOW + 49 * DAY),
        row(withdraw_provider, provider=PROVIDER),
    ),
)


def _started(session: Session) -> None:
    invoiced(session)
    voucher = session.scalars(select(Voucher)).one()
    holder = Actor(Audience.RESIDENT, question_id=voucher.question_id)
    confirm_start(session, voucher=voucher, started_on=TODAY, actor=holder, now=NOW)
    note_scan(session, file=session.scalars(select(StoredFile)).one(), clean=True, actor=SYSTEM, now=NOW)


STARTED = Scene(
    "a training that started, with an invoice that can be paid",
    _started,
    (
        of(confirm_start, started_on=TODAY - DAY, actor=HOLDER),
        of(confirm_end, ended_on=TODAY, how=EndKind.COMPLETED, own_share_paid=True, actor=HOLDER),
        invoice(accept_invoice, note="", actor=OTHERS),
        invoice(refuse_invoice, reason="Niet van hier."),
        invoice(check_invoice, actor=NO),
        of(redeem_voucher, bill=bill("F-3", 40_000), actor=PIA),
    ),
)


def _credited(session: Session) -> None:
    _started(session)
    invoice = session.scalars(select(Invoice)).one()
    accept_invoice(session, invoice=invoice, note="", actor=SECOND, now=NOW)
    used = session.scalars(select(Redemption)).one()
    take_credit_note(session, redemption=used, amount_cents=70_000, reason="Creditnota.", actor=ADVISOR, now=NOW)


CREDITED = Scene(
    "an invoice that was credited in full",
    _credited,
    (
        row(note_credits, actor=NO),
        of(redeem_voucher, bill=bill("F-3", 40_000), actor=PIA),
        of(revoke_award, basis=ASKED, reason="Gestopt."),
    ),
)

SCENES = (CHANGED, AGAIN, DAYS, STOPPED, END, INVOICED, STARTED, CREDITED)
