"""Money that who asked gets, back after an objection or of the region itself: where it stands, and on which account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.own_debts.models import OwnDebtKind
from portal.awarding.own_debts.queries import own_debts_of
from portal.paying.own_payments import OwnDebtStand, debt_stands_at, give_account_for_debt
from portal.paying.payments.actions import give_account
from portal.paying.payments.queries import OwedState, repayments_of, stands_at
from portal.platform.clock import now
from portal.platform.i18n import LazyString, format_amounts, format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import leave_for, page
from portal.web.forms.account_form import BankAccountForm
from portal.web.intake.proving import ask_proof, must_prove
from portal.web.intake.state import Intake

TO_ANSWER = (OwedState.ASKED, OwedState.RETURNED)
"""Where the holder still has to say on which account."""
FOR: Mapping[OwnDebtKind, LazyString] = {
    OwnDebtKind.PENALTY: _l("Een dwangsom, omdat ons besluit te laat was"),
    OwnDebtKind.DAMAGE: _l("Geld voor uw schade, omdat uw voucher eerder stopt"),
    OwnDebtKind.INTEREST: _l("Rente, omdat wij u te laat betaalden"),
}
"""What the region itself pays for, as who gets it reads it."""


@dataclass(frozen=True)
class OwedView:
    """One amount that the holder gets back, as its holder sees it."""

    voucher_id: int
    amount_cents: int
    stands: OwedState
    ends_with: str
    """The last four characters of the account that was given."""
    paid_on: date | None


@dataclass(frozen=True)
class OwnDebtView:
    """One amount that the region itself pays, as who gets it sees it."""

    kind: OwnDebtKind
    what: str
    amount_cents: int
    stands: OwnDebtStand
    ends_with: str
    says: str
    """How far it is, in a sentence."""

    @property
    def asks_account(self) -> bool:
        """Whether who gets it still has to say on which account."""
        return self.stands in (OwnDebtStand.ASKED, OwnDebtStand.RETURNED)

    @property
    def may_change_account(self) -> bool:
        """Whether another account may still be given: the bank has no order yet."""
        return self.stands is OwnDebtStand.GIVEN


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


def own_debts_seen(intake: Intake) -> list[OwnDebtView]:
    """What who asked gets, or got, of the region itself: penalties and damage."""
    views = []
    for one in own_debts_of(intake.session, question=intake.question, actor=intake.actor):
        stands, ends_with = debt_stands_at(intake.session, owed=one), (one.iban or "")[-4:]
        on = one.paid_on
        says = {
            OwnDebtStand.ASKED: _("Zeg ons op welke rekening u het wilt."),
            OwnDebtStand.RETURNED: _("De bank kon niet betalen. Geef ons een andere rekening."),
            OwnDebtStand.GIVEN: _(
                "Wij betalen uiterlijk op %(day)s, op de rekening die eindigt op %(end)s.",
                day=format_date(one.pay_by),
                end=ends_with,
            ),
            OwnDebtStand.ON_ITS_WAY: _("De bank heeft onze opdracht. U krijgt het geld binnen een paar dagen."),
            OwnDebtStand.PAID: _("De bank betaalde dit op %(day)s.", day=format_date(on)) if on is not None else "",
            OwnDebtStand.LAPSED: _("Dit vervalt: er is een nieuw besluit genomen na uw bezwaar."),
        }
        views.append(OwnDebtView(one.kind, str(FOR[one.kind]), one.amount_cents, stands, ends_with, says[stands]))
    return views


def asks_account(intake: Intake) -> bool:
    """Whether who asked still has to say on which account something is wanted."""
    back = any(one.stands in TO_ANSWER for one in owed_of(intake))
    return back or any(one.asks_account for one in own_debts_seen(intake))


def may_give_account(intake: Intake) -> bool:
    """Whether an account is asked, or another may still be given."""
    back = any(one.stands in (*TO_ANSWER, OwedState.GIVEN) for one in owed_of(intake))
    return back or any(one.asks_account or one.may_change_account for one in own_debts_seen(intake))


def account_page(intake: Intake) -> ResponseReturnValue:
    """Say on which account to pay what is owed, or change it until the bank has it. Without anything owed: the own page."""
    owed = [one for one in owed_of(intake) if one.stands in (*TO_ANSWER, OwedState.GIVEN)]
    debts = [one for one in own_debts_seen(intake) if one.asks_account or one.may_change_account]
    back = url_for(f"{intake.audience}.{'vouchers' if owed else 'status'}", question_id=intake.id)
    form = BankAccountForm(data={"payee_name": _known_name(intake)})
    if not owed and not debts:
        return leave_for(
            back, _l("Er is geen bedrag meer waarvoor wij uw rekening nodig hebben. Bel ons als dat niet klopt."), form
        )
    if form.validate_on_submit():
        if must_prove(intake):
            return ask_proof(intake)
        with form.refusals():
            said = {"payee_name": form.payee_name.data, "iban": form.iban.data, "actor": intake.actor, "now": now()}
            if owed:
                give_account(intake.session, question=intake.question, **said)
            if debts:
                give_account_for_debt(intake.session, question=intake.question, **said)
            flash(_("Wij hebben uw rekening. Op deze pagina ziet u wanneer de bank heeft betaald."), "ok")
            return redirect(back, code=303)
    first = owed[0] if owed else debts[0]
    what = [*(_("Terug na uw bezwaar") for _one in owed), *(one.what for one in debts)]
    each = [*(one.amount_cents for one in owed), *(one.amount_cents for one in debts)]
    parts, cents = [list(one) for one in zip(what, format_amounts(each), strict=True)], sum(each)
    return page(
        "intake/repaid.html",
        form=form,
        back=back,
        owed=owed,
        cents=cents,
        parts=parts,
        stands=first.stands.value,
        ends_with=first.ends_with,
    )


def _known_name(intake: Intake) -> str | None:
    contact = intake.question.contact
    return intake.question.employer_name if intake.employer_route else contact.name if contact is not None else None
