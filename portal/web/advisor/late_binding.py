"""Late binding: let another budget pay what is still reserved for a voucher."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.access import current_actor
from portal.clock import now
from portal.database import current_session
from portal.errors import Conflict
from portal.funding.models import FundingLine
from portal.i18n import format_date, format_euros, localized
from portal.i18n import gettext as _
from portal.i18n import lazy_gettext as _l
from portal.ledger.queries import available_cents
from portal.reassignments.actions import reassign_voucher
from portal.reassignments.queries import lines_that_may_pay, payers_of, reassignments_of
from portal.vouchers.queries import format_code
from portal.web.advisor import blueprint
from portal.web.advisor.vouchers import the_voucher
from portal.web.edge import page
from portal.web.forms import ChoiceField, EuroField, Form, TextField


class ReassignForm(Form):
    """Which budget pays instead, how much and why."""

    from_line = ChoiceField(_l("Uit welk budget nu?"), missing=_l("Kies een budget."))
    to_line = ChoiceField(_l("Welk budget betaalt voortaan?"), missing=_l("Kies een budget."))
    amount = EuroField(_l("Hoeveel?"), at_most=10**9, missing=_l("Vul een bedrag in."))
    reason = TextField(_l("Waarom?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


def _title(line: FundingLine) -> str:
    return localized({"nl": line.title_nl, "en": line.title_en})


@blueprint.route("/voucher/<voucher_id>/ander-budget", methods=["GET", "POST"])
def reassign(voucher_id: str) -> ResponseReturnValue:
    """Only budgets whose purpose and period admit the award are offered."""
    session = current_session()
    voucher = the_voucher(voucher_id)
    holding, admitted = payers_of(session, voucher=voucher), lines_that_may_pay(session, voucher=voucher)
    left = available_cents(session, funding_line_ids=[line.id for line in admitted])
    form = ReassignForm()
    form.from_line.choices = [
        (one.line.slug, _("%(title)s: %(amount)s gereserveerd", title=_title(one.line), amount=format_euros(one.reserved_cents)))
        for one in holding
    ]  # fmt: skip
    form.to_line.choices = [
        (line.slug, _("%(title)s: %(amount)s vrij", title=_title(line), amount=format_euros(left[line.id]))) for line in admitted
    ]  # fmt: skip
    if form.validate_on_submit():
        lines = {line.slug: line for line in (*admitted, *(one.line for one in holding))}
        try:
            with form.refusals():
                reassign_voucher(
                    session, voucher=voucher, from_line=lines[form.from_line.data], to_line=lines[form.to_line.data],
                    amount_cents=form.amount.data, reason=form.reason.data, actor=current_actor(), now=now(),
                )  # fmt: skip
                flash(_("Voortaan betaalt het andere budget."), "ok")
                return redirect(url_for("advisor.voucher", voucher_id=voucher_id), code=303)
        except Conflict as conflict:
            form.form_errors.append(conflict.message)
    names = {line.id: _title(line) for line in (*admitted, *(one.line for one in holding))}
    facts = [
        {
            "label": format_date(row.reassigned_at.date()),
            "value": _(
                "%(amount)s van %(first)s naar %(second)s: %(reason)s", amount=format_euros(row.amount_cents),
                first=names.get(row.from_line_id, ""), second=names.get(row.to_line_id, ""), reason=row.reason,
            ),
        }
        for row in reassignments_of(session, voucher=voucher)
    ]  # fmt: skip
    return page(
        "advisor/act.html", form=form, title=_("Een ander budget laten betalen"), submit=_("Laat dit budget betalen"),
        kind="primary", back=url_for("advisor.voucher", voucher_id=voucher_id), back_text=format_code(voucher.code),
        intro=[_("Het bedrag van de voucher verandert niet. U ziet alleen budgetten die deze toekenning mogen betalen.")],
        facts=facts,
    )  # fmt: skip
