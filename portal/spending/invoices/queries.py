"""Reads of invoices, and the checks: what is found on an invoice, and which of it must be solved before it is accepted."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import STAFF_OF_CASES, may_see
from portal.framework.catalogue.queries import scheme_version
from portal.people.actor import Actor, Audience
from portal.post.files.models import ScanState, StoredFile
from portal.spending.invoices.models import WAITING, Attendance, EndKind, Invoice, InvoiceKind, InvoiceState
from portal.spending.providers.queries import approved_schemes, provider_of, shares_iban_with
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import of_vouchers_in_sight, of_vouchers_seen_by

SEES_ALL = (*STAFF_OF_CASES, Audience.REGION)


class InvoiceFinding(enum.StrEnum):
    """What a check found. Those in ``STOPS`` must be solved; the others a person looks at and explains."""

    MORE_THAN_OPEN = "more_than_open"
    VOUCHER_ENDED = "voucher_ended"
    OVER_TOTAL = "over_total"
    NOT_APPROVED = "not_approved"
    NOT_STARTED = "not_started"
    NOT_COMPLETED = "not_completed"
    NO_IBAN = "no_iban"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"
    START_UNCONFIRMED = "start_unconfirmed"
    STOPPED = "stopped"
    NAME_DIFFERS = "name_differs"
    BEFORE_ISSUE = "before_issue"
    NUMBER_ELSEWHERE = "number_elsewhere"
    FILE_ELSEWHERE = "file_elsewhere"
    IBAN_SHARED = "iban_shared"
    IBAN_ELSEWHERE = "iban_elsewhere"


STOPS = frozenset(
    {
        InvoiceFinding.MORE_THAN_OPEN,
        InvoiceFinding.VOUCHER_ENDED,
        InvoiceFinding.OVER_TOTAL,
        InvoiceFinding.NOT_APPROVED,
        InvoiceFinding.NOT_STARTED,
    }
    | {InvoiceFinding.NOT_COMPLETED, InvoiceFinding.NO_IBAN, InvoiceFinding.INFECTED}
)

TAKES_TWO = frozenset(InvoiceFinding) - STOPS - {InvoiceFinding.NOT_SCANNED}
"""A check that is passed over takes a second person. That no scanner looked at the file is no check that was passed over."""


def findings_of(session: Session, *, invoice: Invoice, today: date) -> list[InvoiceFinding]:
    """What the checks find on an invoice now, in the order of ``InvoiceFinding``. Nothing is changed."""
    found = {
        *_of_amount(session, invoice),
        *_of_training(session, invoice, today),
        *_of_papers(session, invoice),
        *_of_account(session, invoice),
    }
    return [finding for finding in InvoiceFinding if finding in found]


def _of_amount(session: Session, invoice: Invoice) -> set[InvoiceFinding]:
    voucher, found = invoice.voucher, set()
    others = waiting_cents(session, voucher=voucher, but=invoice.id)
    if not voucher.is_live:
        found.add(InvoiceFinding.VOUCHER_ENDED)
    elif invoice.amount_cents > voucher.open_cents - others:
        found.add(InvoiceFinding.MORE_THAN_OPEN)
    same = _same_number(invoice)
    paid = session.scalar(select(func.coalesce(func.sum(Invoice.amount_cents), 0)).where(*same))
    if int(paid or 0) + invoice.amount_cents > invoice.total_cents:
        found.add(InvoiceFinding.OVER_TOTAL)
    if invoice.voucher.scheme not in approved_schemes(session, provider=invoice.provider):
        found.add(InvoiceFinding.NOT_APPROVED)
    return found


def _of_training(session: Session, invoice: Invoice, today: date) -> set[InvoiceFinding]:
    moment = moment_of_payment(session, voucher=invoice.voucher)
    seen = attendance_of(session, voucher=invoice.voucher)
    started = seen is not None and seen.started_on is not None and seen.started_on <= today
    completed = seen is not None and seen.ended_how is EndKind.COMPLETED
    found = set()
    if not started and moment in ("after_start", "in_parts", "after_completion"):
        found.add(InvoiceFinding.NOT_STARTED)
    elif not started and moment != "before_start":
        found.add(InvoiceFinding.START_UNCONFIRMED)
    if moment == "after_completion" and not completed:
        found.add(InvoiceFinding.NOT_COMPLETED)
    if seen is not None and seen.ended_how is EndKind.STOPPED:
        found.add(InvoiceFinding.STOPPED)
    return found


def _of_papers(session: Session, invoice: Invoice) -> set[InvoiceFinding]:
    found = set()
    if invoice.file.scan_state is ScanState.INFECTED:
        found.add(InvoiceFinding.INFECTED)
    if invoice.file.is_unscanned:
        found.add(InvoiceFinding.NOT_SCANNED)
    if invoice.invoice_date < invoice.voucher.issued_on:
        found.add(InvoiceFinding.BEFORE_ISSUE)
    applied = session.scalar(select(Application).where(Application.question_id == invoice.voucher.question_id))
    if applied is not None and not same_person(invoice.learner_name, applied.learner_name or applied.name):
        found.add(InvoiceFinding.NAME_DIFFERS)
    if session.scalar(select(Invoice.id).where(*_same_number(invoice)).limit(1)) is not None:
        found.add(InvoiceFinding.NUMBER_ELSEWHERE)
    same_file = (
        select(Invoice.id)
        .join(StoredFile, StoredFile.id == Invoice.file_id)
        .where(
            StoredFile.sha256 == invoice.file.sha256,
            Invoice.id != invoice.id,
            Invoice.state != InvoiceState.REFUSED,
            or_(Invoice.number_key != invoice.number_key, Invoice.provider_id != invoice.provider_id),
        )
    )
    if session.scalar(same_file.limit(1)) is not None:
        found.add(InvoiceFinding.FILE_ELSEWHERE)
    return found


def _of_account(session: Session, invoice: Invoice) -> set[InvoiceFinding]:
    if invoice.kind is InvoiceKind.PAID_BILL:
        elsewhere = (
            select(Invoice.id)
            .join(Voucher, Voucher.id == Invoice.voucher_id)
            .where(
                Invoice.payee_iban == invoice.payee_iban,
                Invoice.state != InvoiceState.REFUSED,
                Voucher.beneficiary_key != invoice.voucher.beneficiary_key,
            )
        )
        return {InvoiceFinding.IBAN_ELSEWHERE} if session.scalar(elsewhere.limit(1)) is not None else set()
    if invoice.provider.iban is None:
        return {InvoiceFinding.NO_IBAN}
    shared = shares_iban_with(session, iban=invoice.provider.iban, but=invoice.provider_id)
    return {InvoiceFinding.IBAN_SHARED} if shared else set()


def _same_number(invoice: Invoice) -> tuple[ColumnElement[bool], ...]:
    """The other live invoices with this number of this provider: one invoice may be paid by more than one voucher."""
    return (
        Invoice.provider_id == invoice.provider_id,
        Invoice.number_key == invoice.number_key,
        Invoice.id != invoice.id,
        Invoice.state.not_in((InvoiceState.REFUSED, InvoiceState.CREDITED)),
    )


def same_person(written: str, known: str) -> bool:
    """Whether two spellings can be one person: the same last name, and no initial that contradicts."""
    one, two = _words(written), _words(known)
    if not one or not two or one[-1] != two[-1]:
        return False
    return one[0][0] == two[0][0] or one[0] in two or two[0] in one


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(letter if letter.isalpha() else " " for letter in plain).split()


def moment_of_payment(session: Session, *, voucher: Voucher) -> str:
    """When the scheme of a voucher pays (`schemes.definition.applying.Payment`): ``on_invoice`` when it does not say."""
    scheme = scheme_version(session, slug=voucher.scheme, version=voucher.scheme_version)
    payment = scheme.definition.payment if scheme is not None else None
    return payment.moment if payment is not None else "on_invoice"


def pays_the_holder(session: Session, *, voucher: Voucher) -> bool:
    """Whether the scheme of a voucher pays who asked, against a paid bill, and not the provider."""
    scheme = scheme_version(session, slug=voucher.scheme, version=voucher.scheme_version)
    return scheme is not None and scheme.definition.payee in ("resident", "employer")


def waiting_cents(session: Session, *, voucher: Voucher, but: int | None = None) -> int:
    """What invoices that nobody decided on yet ask of a voucher, in cents."""
    rows = select(func.coalesce(func.sum(Invoice.amount_cents), 0)).where(
        Invoice.voucher_id == voucher.id, Invoice.state.in_(WAITING)
    )
    return int(session.scalar(rows if but is None else rows.where(Invoice.id != but)) or 0)


def waiting_on(session: Session, *, voucher: Voucher) -> list[Invoice]:
    """The invoices and paid bills of a voucher that nobody decided on yet, oldest first."""
    rows = select(Invoice).where(Invoice.voucher_id == voucher.id, Invoice.state.in_(WAITING))
    return list(session.scalars(rows.order_by(Invoice.id)))


def attendance_of(session: Session, *, voucher: Voucher) -> Attendance | None:
    """What the holder said of the training of a voucher."""
    return session.scalar(select(Attendance).where(Attendance.voucher_id == voucher.id))


def invoices(
    session: Session,
    *,
    actor: Actor,
    states: Collection[InvoiceState] = WAITING,
    newest_first: bool = False,
    limit: int = 200,
    offset: int = 0,
) -> list[Invoice]:
    """Invoices in these states, oldest or newest first: all for staff, its own for a provider, none for others."""
    order = (Invoice.submitted_at, Invoice.id)
    rows = select(Invoice).where(*_listed(session, actor, states))
    rows = rows.order_by(*(column.desc() if newest_first else column for column in order))
    return list(session.scalars(rows.limit(limit).offset(offset)))


def invoice_count(session: Session, *, actor: Actor, states: Collection[InvoiceState] = WAITING) -> int:
    """How many invoices there are in these states, of those that `invoices` shows this actor."""
    return session.scalar(select(func.count(Invoice.id)).where(*_listed(session, actor, states))) or 0


def _listed(session: Session, actor: Actor, states: Collection[InvoiceState]) -> tuple[ColumnElement[bool], ...]:
    own = provider_of(session, actor=actor) if actor.audience is Audience.PROVIDER else None
    if own is not None:
        mine = and_(Invoice.provider_id == own.id, Invoice.kind == InvoiceKind.INVOICE)
    else:
        mine = true() if actor.audience in SEES_ALL else false()
    return Invoice.state.in_(list(states)), of_vouchers_in_sight(Invoice.voucher_id, actor), mine


def invoices_by_arrival(session: Session, *, actor: Actor, after: Invoice | None = None, limit: int) -> list[Invoice]:
    """Invoices in any state in the order in which they came, from behind `after` on; those that `invoices` shows this actor."""
    rows = select(Invoice).where(of_vouchers_in_sight(Invoice.voucher_id, actor)).order_by(Invoice.id).limit(limit)
    if actor.audience is Audience.PROVIDER:
        own = provider_of(session, actor=actor)
        if own is None:
            return []
        rows = rows.where(Invoice.provider_id == own.id, Invoice.kind == InvoiceKind.INVOICE)
    elif actor.audience not in SEES_ALL:
        return []
    return list(session.scalars(rows if after is None else rows.where(Invoice.id > after.id)))


def invoices_of_voucher(session: Session, *, voucher: Voucher, actor: Actor) -> list[Invoice]:
    """The invoices and paid bills of a voucher that the actor may see, oldest first."""
    rows = select(Invoice).where(Invoice.voucher_id == voucher.id).order_by(Invoice.id)
    return [row for row in session.scalars(rows) if _may_see(session, row, actor)]


def invoice_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Invoice | None:
    """One invoice; None when there is none or the actor may not see it."""
    return session.scalar(select(Invoice).where(Invoice.public_id == public_id, _seen_by(session, actor)))


def _seen_by(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The condition on invoices that `_may_see` has on one: what is of another is looked up as what is not there."""
    if actor.audience in SEES_ALL and actor.sight is None:
        return true()
    if actor.audience is Audience.PROVIDER:
        own = provider_of(session, actor=actor)
        return false() if own is None else and_(Invoice.provider_id == own.id, Invoice.kind == InvoiceKind.INVOICE)
    return of_vouchers_seen_by(session, Invoice.voucher_id, actor)


def _may_see(session: Session, invoice: Invoice, actor: Actor) -> bool:
    """Staff all; a provider its own invoices; who asked the invoices of the own voucher."""
    if actor.audience in SEES_ALL and actor.sight is None:
        return True
    if actor.audience is Audience.PROVIDER:
        own = provider_of(session, actor=actor)
        return own is not None and own.id == invoice.provider_id and invoice.kind is InvoiceKind.INVOICE
    question = session.get(DevelopmentQuestion, invoice.voucher.question_id)
    return question is not None and may_see(question, actor)
