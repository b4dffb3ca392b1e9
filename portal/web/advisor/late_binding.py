"""Late binding: let another budget pay what was reserved, used or paid for a voucher, until it is settled."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import AccountKind
from portal.ledger.queries import available_cents
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.paying.reassignments.queries import MovableAmount, lines_that_may_pay, payers_of, reassignments_of
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.errors import Conflict
from portal.platform.i18n import format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.stands import stands_of_voucher
from portal.web.advisor.vouchers import the_voucher
from portal.web.edge import Stand, decide_on, note_refusal, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, EuroField, Form, TextField


class ReassignForm(Form):
    """Which budget pays instead, how much and why."""

    from_line = ChoiceField(_l("Wat moet een ander budget betalen?"), missing=_l("Kies een bedrag."))
    to_line = ChoiceField(_l("Welk budget betaalt voortaan?"), missing=_l("Kies een budget."))
    amount = EuroField(_l("Hoeveel?"), at_most=10**9, missing=_l("Vul een bedrag in."))
    reason = TextField(_l("Waarom?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


def _title(line: FundingLine) -> str:
    return localized({"nl": line.title_nl, "en": line.title_en})


def _key(payer: MovableAmount) -> str:
    return f"{payer.line.slug}:{payer.stands.value}" + (f":{payer.payment_id}" if payer.payment_id is not None else "")


def _standing(payer: MovableAmount) -> str:
    """What a choice says: the budget, how much, and whether it is reserved, used or paid."""
    words = {"title": _title(payer.line), "amount": format_euros(payer.cents, exact=True)}
    if payer.stands is AccountKind.RESERVED:
        return _("%(title)s: %(amount)s gereserveerd", **words)
    if payer.stands is AccountKind.SPENT:
        return _("%(title)s: %(amount)s gebruikt, nog niet betaald", **words)
    return _("%(title)s: %(amount)s betaald (factuur %(number)s)", number=payer.invoice_number or "–", **words)


def _stands_of_payers(payers: dict[str, MovableAmount]) -> list[Stand]:
    return [Stand(f"payer:{key}", _("Betaalt nu"), one.cents, _standing(one)) for key, one in payers.items()]


@blueprint.route("/voucher/<voucher_id>/ander-budget", methods=["GET", "POST"])
def reassign(voucher_id: str) -> ResponseReturnValue:
    """Only budgets whose purpose and period admit the award are offered."""
    session = current_session()
    voucher = the_voucher(voucher_id)
    payers = {_key(one): one for one in payers_of(session, voucher=voucher)}
    admitted = {line.slug: line for line in lines_that_may_pay(session, voucher=voucher)}
    left = available_cents(session, funding_line_ids=[line.id for line in admitted.values()])
    form = ReassignForm()
    form.from_line.choices = [(key, _standing(one)) for key, one in payers.items()]
    form.to_line.choices = [
        (slug, _("%(title)s: %(amount)s vrij", title=_title(line), amount=format_euros(left[line.id], exact=True)))
        for slug, line in admitted.items()
    ]
    decide_on(lambda: [*stands_of_voucher(voucher), *_stands_of_payers(payers)], voucher)
    if form.validate_on_submit():
        payer = payers[form.from_line.data]
        try:
            with form.refusals():
                require_seen()
                reassign_voucher(
                    session,
                    voucher=voucher,
                    takeover=Takeover(
                        from_line=payer.line,
                        to_line=admitted[form.to_line.data],
                        amount_cents=form.amount.data,
                        stands=payer.stands,
                        payment_id=payer.payment_id,
                    ),
                    reason=form.reason.data,
                    actor=current_actor(),
                    now=now(),
                )
                flash(_("Voortaan betaalt het andere budget."), "ok")
                return redirect(url_for("advisor.voucher", voucher_id=voucher_id), code=303)
        except Conflict as conflict:
            note_refusal(conflict)
            form.form_errors.append(conflict.message)
    intro = [
        _("Het bedrag van de voucher verandert niet. U ziet alleen budgetten die deze toekenning mogen betalen."),
        _("Dit kan tot de voucher is vastgesteld. Wat al betaald is, gaat per betaling in zijn geheel over."),
    ]
    if not payers:
        intro.append(_("Er staat nu niets op deze voucher dat een ander budget kan betalen."))
    return page(
        "advisor/act.html",
        form=form,
        title=_("Een ander budget laten betalen"),
        submit=_("Laat dit budget betalen"),
        kind="primary",
        back=url_for("advisor.voucher", voucher_id=voucher_id),
        back_text=format_code(voucher.code),
        intro=intro,
        facts=_earlier(voucher),
        nothing_to_do=not payers,
    )


def _earlier(voucher: Voucher) -> list[dict[str, str]]:
    session = current_session()
    names = {line.id: _title(line) for line in funding_lines(session)}
    return [
        {
            "label": format_date(row.reassigned_at.date()),
            "value": _(
                "%(amount)s van %(first)s naar %(second)s: %(reason)s",
                amount=format_euros(row.amount_cents, exact=True),
                first=names.get(row.from_line_id, ""),
                second=names.get(row.to_line_id, ""),
                reason=row.reason,
            ),
        }
        for row in reassignments_of(session, voucher=voucher)
    ]
