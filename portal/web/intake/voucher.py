"""The vouchers of who asked: what is on each, what happened to it, what must be paid back; and the paper with the QR."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.papers.voucher_paper import voucher_file
from portal.paying.settlements.models import Debtor
from portal.paying.settlements.queries import recoveries_of
from portal.paying.settling_again.queries import settlement_in_force
from portal.platform.clock import now
from portal.platform.i18n import format_date, format_euros
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import changes_of, redemptions_of, vouchers_of_question
from portal.web.edge import found, page
from portal.web.intake.case import VOUCHERS, title_of
from portal.web.intake.repaid import owed_of
from portal.web.intake.sent import status_url
from portal.web.intake.state import Intake
from portal.words.labels import label, tag
from portal.words.voucher_labels import INSTALMENT_STATES, VOUCHER_CHANGES


def vouchers_page(intake: Intake) -> ResponseReturnValue:
    """Every voucher of this question with its history. Without a voucher: the status."""
    held = vouchers_of_question(intake.session, question=intake.question, actor=intake.actor)
    if not held:
        return redirect(status_url(intake), code=303)
    return page("intake/vouchers.html", vouchers=[_view(intake, one) for one in held], back=status_url(intake))


def voucher_paper(intake: Intake, scheme: str) -> ResponseReturnValue:
    """The voucher of a scheme as a PDF. Without a voucher that can be used: the status."""
    found(intake.definitions.get(scheme))
    held = vouchers_of_question(intake.session, question=intake.question, actor=intake.actor)
    usable = [one for one in held if one.scheme == scheme and one.is_live]
    return voucher_file(usable[-1], made_at=now()) if usable else redirect(status_url(intake), code=303)


def _view(intake: Intake, voucher: Voucher) -> dict[str, Any]:
    text, kind = VOUCHERS[voucher.state]
    settled = settlement_in_force(intake.session, voucher=voucher)
    return {
        "voucher": voucher,
        "title": title_of(intake, voucher.scheme, voucher.scheme_version),
        "code": format_code(voucher.code),
        "state": str(text),
        "kind": kind,
        "paper": url_for(f"{intake.audience}.voucher_paper", question_id=intake.id, scheme=voucher.scheme),
        "settled": settled,
        "used": [
            [format_date(one.invoice_date, "short"), one.invoice_number, format_euros(one.net_cents, exact=True)]
            for one in redemptions_of(intake.session, voucher=voucher, actor=intake.actor)
        ],
        "changes": [
            [format_date(one.at, "short"), label(VOUCHER_CHANGES, one.kind), one.reason]
            for one in changes_of(intake.session, voucher=voucher)
        ],
        "owed": [one for one in owed_of(intake) if one.voucher_id == voucher.id],
        "account": url_for(f"{intake.audience}.repayment_account", question_id=intake.id),
        "back": [_claim(one) for one in recoveries_of(intake.session, voucher=voucher) if one.debtor is Debtor.HOLDER],
    }


def _claim(recovery: Any) -> dict[str, Any]:
    return {
        "open": recovery.open_cents,
        "amount": recovery.amount_cents,
        "instalments": [
            [
                format_date(one.due_on, "short"),
                format_euros(one.amount_cents, exact=True),
                format_euros(one.received_cents, exact=True),
                tag(INSTALMENT_STATES, one.state),
            ]
            for one in recovery.instalments
            if one.plan == recovery.plan
        ],
    }
