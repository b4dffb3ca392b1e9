"""Who decides, who approves a provider and who accepts an invoice: above the amount of the scheme these are different people."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.powers import one_person_up_to, scheme_of_version
from portal.people.actor import Actor
from portal.people.second_person import require_none_of
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.invoices.models import Invoice
from portal.spending.providers.models import ApprovalState, ProviderApproval
from portal.spending.vouchers.models import ChangeKind, Voucher, VoucherChange


def require_separate_people(session: Session, *, invoice: Invoice, actor: Actor) -> None:
    """Refuse who accepts an invoice alone in the chain: who decided, who handed the bill in, who alone approved the provider.

    The amount that counts is that of the voucher, however small its invoices are. Raises ``Refusal``.
    """
    voucher = invoice.voucher
    scheme = scheme_of_version(session, slug=voucher.scheme, version=voucher.scheme_version)
    if voucher.amount_cents <= one_person_up_to(scheme):
        return
    decided = deciders_of(session, voucher=voucher)
    message = _l("U besloot zelf over deze voucher. Een collega keurt de factuur goed.")
    require_none_of(actor, earlier=decided, own=Refusal("decided_yourself", message))
    own = Refusal("handed_in_yourself", _l("U diende deze bon zelf in. Een collega keurt hem goed."))
    require_none_of(actor, earlier=(invoice.submitted_by,), own=own)
    approved = approvers_of(session, invoice=invoice)
    if approved <= {actor.reference}:
        message = _l("Alleen u keurde deze opleider goed. Een collega keurt de factuur goed, of ook de opleider.")
        raise Refusal("approved_yourself", message)
    if approved <= decided | {actor.reference}:
        message = _l(
            "Wie over deze voucher besloot, keurde ook de opleider goed. Laat een collega de opleider ook goedkeuren."
        )
        raise Refusal("approved_by_who_decided", message)


def deciders_of(session: Session, *, voucher: Voucher) -> frozenset[str]:
    """Who awarded the voucher or awarded more on it."""
    more = select(VoucherChange.by).where(
        VoucherChange.voucher_id == voucher.id, VoucherChange.kind == ChangeKind.TOPPED_UP
    )
    return frozenset({voucher.issued_by, *session.scalars(more)})


def approvers_of(session: Session, *, invoice: Invoice) -> frozenset[str]:
    """Whose approval of the provider for this scheme is in force."""
    rows = select(ProviderApproval.approved_by).where(
        ProviderApproval.provider_id == invoice.provider_id,
        ProviderApproval.scheme == invoice.voucher.scheme,
        ProviderApproval.state == ApprovalState.APPROVED,
    )
    return frozenset(session.scalars(rows))
