"""What came of an objection against a settlement: the new amount, where it goes, and money that the holder gets back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_id
from portal.paying.payments.actions import give_account, note_repaid
from portal.paying.payments.models import Repayment, RepaymentState
from portal.paying.payments.queries import repayment_by_public_id, stands_at, voucher_of_repayment
from portal.paying.settling_again.queries import repayment_of, settling_again_by_decision
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.second_look.objections.models import Objection
from portal.second_look.objections.queries import decision_after
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.advisor.objection_forms import RepaidForm
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms.account_form import BankAccountForm


def settled_again(objection: Objection) -> dict[str, Any]:
    """For the page of an objection: the facts of the new settlement, and what is still owed to the holder."""
    session = current_session()
    decision = decision_after(session, objection=objection)
    made = settling_again_by_decision(session, decision=decision) if decision is not None else None
    if made is None:
        return {"again": [], "owed": None}
    owed = repayment_of(session, settled=made)
    amounts = [
        (_("Eerst vastgesteld"), made.before_cents),
        (_("Nu vastgesteld"), made.settled_cents),
        (_("Hoeft niet meer terug te komen"), made.unclaimed_cents + made.forgiven_cents),
        (_("Terug naar de houder"), made.repaid_cents),
        (_("Weer te betalen aan de opleider"), made.restored_cents),
    ]
    facts = [{"label": name, "value": format_euros(cents, exact=True)} for name, cents in amounts if cents]
    if owed is not None and owed.paid_on is not None:
        facts.append({"label": _("Teruggegeven op"), "value": format_date(owed.paid_on)})
    return {"again": facts, "owed": owed if owed is not None and owed.state is RepaymentState.OPEN else None}


@blueprint.route("/teruggave/<repayment_id>", methods=["GET", "POST"])
def repay(repayment_id: str) -> ResponseReturnValue:
    """Where money for the holder stands; and noting that it went another way, by a colleague of who decided."""
    session, actor, form = current_session(), current_actor(), RepaidForm()
    owed, _question, voucher = _the_repayment(repayment_id)
    back = url_for("advisor.voucher", voucher_id=voucher.public_id)
    if form.validate_on_submit():
        with form.refusals():
            note_repaid(
                session,
                repayment=owed,
                paid_on=form.paid_on.data,
                reference=form.reference.data,
                actor=actor,
                now=now(),
            )
            flash(_("De betaling aan de houder is vastgelegd."), "ok")
            return redirect(back, code=303)
    facts = [{"label": _("Terug naar de houder"), "value": format_euros(owed.amount_cents, exact=True)}]
    if owed.iban is not None:
        facts.append({"label": _("Rekening"), "value": f"{owed.payee_name}, … {owed.iban[-4:]}"})
    if owed.paid_on is not None:
        facts.append({"label": _("Teruggegeven op"), "value": format_date(owed.paid_on)})
    return page(
        "advisor/repay.html",
        form=form,
        facts=facts,
        stands=stands_at(session, repayment=owed),
        back=back,
        back_text=format_code(voucher.code),
        account=url_for("advisor.repay_account", repayment_id=repayment_id),
    )


@blueprint.route("/teruggave/<repayment_id>/rekening", methods=["GET", "POST"])
def repay_account(repayment_id: str) -> ResponseReturnValue:
    """The account of a holder who told it to the desk."""
    _owed, question, _voucher = _the_repayment(repayment_id)
    back, form = url_for("advisor.repay", repayment_id=repayment_id), BankAccountForm()
    if form.validate_on_submit():
        with form.refusals():
            give_account(
                current_session(),
                question=question,
                payee_name=form.payee_name.data,
                iban=form.iban.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De rekening is vastgelegd. Het bedrag gaat mee in de volgende betaling."), "ok")
            return redirect(back, code=303)
    return page(
        "advisor/act.html",
        form=form,
        title=_("Rekening van de houder"),
        submit=_("Leg de rekening vast"),
        kind="primary",
        back=back,
        back_text=_("Geld teruggeven aan de houder"),
        facts=[],
        intro=[_("Vul in wat de houder u zei of schreef. Lees het nummer een keer terug.")],
    )


def _the_repayment(repayment_id: str) -> tuple[Repayment, DevelopmentQuestion, Voucher]:
    """What is owed, its question and its voucher; a 404 for who may not see them."""
    session = current_session()
    owed = found(repayment_by_public_id(session, public_id=repayment_id, actor=current_actor()))
    voucher = voucher_of_repayment(session, repayment=owed)
    question = found(question_by_id(session, question_id=voucher.question_id, actor=current_actor()))
    return owed, the_question(question.public_id), voucher
