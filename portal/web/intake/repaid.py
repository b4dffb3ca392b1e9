"""Money that the holder of a voucher gets back after an objection: where it stands, and on which account it is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.paying.payments.actions import give_account
from portal.paying.payments.queries import OwedState, repayments_of, stands_at
from portal.platform.clock import now
from portal.platform.i18n import gettext as _
from portal.web.edge import page
from portal.web.forms.account_form import BankAccountForm
from portal.web.intake.state import Intake

TO_ANSWER = (OwedState.ASKED, OwedState.RETURNED)
"""Where the holder still has to say on which account."""


@dataclass(frozen=True)
class OwedView:
    """One amount that the holder gets back, as its holder sees it."""

    voucher_id: int
    amount_cents: int
    stands: OwedState
    ends_with: str
    """The last four characters of the account that was given."""
    paid_on: date | None


def owed_of(intake: Intake) -> list[OwedView]:
    """What the holder of the vouchers of this question gets, or got, back."""
    return [
        OwedView(
            one.voucher_id,
            one.amount_cents,
            stands_at(intake.session, repayment=one),
            (one.iban or "")[-4:],
            one.paid_on,
        )
        for one in repayments_of(intake.session, question=intake.question, actor=intake.actor)
    ]


def account_page(intake: Intake) -> ResponseReturnValue:
    """Say on which account to pay what is owed, or change it until the bank has it. Without anything owed: the vouchers."""
    back = url_for(f"{intake.audience}.vouchers", question_id=intake.id)
    owed = [one for one in owed_of(intake) if one.stands in (*TO_ANSWER, OwedState.GIVEN)]
    if not owed:
        return redirect(back, code=303)
    form = BankAccountForm(data={"payee_name": _known_name(intake)})
    if form.validate_on_submit():
        with form.refusals():
            give_account(
                intake.session,
                question=intake.question,
                payee_name=form.payee_name.data,
                iban=form.iban.data,
                actor=intake.actor,
                now=now(),
            )
            flash(_("Wij hebben uw rekening. Op deze pagina ziet u wanneer de bank heeft betaald."), "ok")
            return redirect(back, code=303)
    return page("intake/repaid.html", form=form, back=back, cents=sum(one.amount_cents for one in owed), owed=owed[0])


def _known_name(intake: Intake) -> str | None:
    contact = intake.question.contact
    return intake.question.employer_name if intake.employer_route else contact.name if contact is not None else None
