"""Interest that the region owes because it paid somebody too late: what is to be decided on a case, and the decision."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.own_debts.models import OwnDebt
from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.late_interest.actions import determine_own_interest
from portal.paying.late_interest.queries import LatePaid, late_paid_of
from portal.paying.statutory_interest import NoRate
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.advisor.objecting import act_page
from portal.web.edge import leave_for
from portal.web.edge.policy import current_actor
from portal.web.forms import Form, TextField
from portal.words.decision_labels import OWN_DEBTS


class OwnInterestForm(Form):
    """Why it is owed; how much follows from the law."""

    rationale = TextField(
        _l("Waarom dit besluit?"), missing=_l("Schrijf op waarom u dit besluit neemt."), maximum=4000, multiline=True
    )


@blueprint.route("/vraag/<question_id>/rente", methods=["GET", "POST"])
def own_interest(question_id: str) -> ResponseReturnValue:
    """Decide on the interest over one amount that was paid too late (Awb 4:99)."""
    question, wanted = the_question(question_id), request.args.get("over")
    late = next((one for one in _late_paid(question) if wanted in (None, one.owed.public_id)), None)
    back, form = url_for("advisor.late_decision", question_id=question_id), OwnInterestForm()
    if late is None:
        return leave_for(back, _l("Over deze rente is al besloten, of er is niets meer te laat betaald."), form)
    if form.validate_on_submit():
        with form.refusals():
            determine_own_interest(
                current_session(), owed=late.owed, reason=form.rationale.data, actor=current_actor(), now=now()
            )
            flash(_("Er is besloten over de rente. De persoon krijgt een brief."), "ok")
            return redirect(back, code=303)
    intro = [
        _("%(what)s: %(amount)s", what=_what(late), amount=format_euros(late.owed.amount_cents, exact=True)),
        _(
            "Rente van %(first)s tot en met %(last)s: %(amount)s (Awb 4:98, 4:102). De regio betaalt dit van eigen geld.",
            first=format_date(late.first_on),
            last=format_date(late.last_on),
            amount=format_euros(late.cents, exact=True),
        ),
    ]
    if late.pay_by is None:
        intro.append(
            _("Kwam het door gegevens die de persoon fout of niet gaf? Dan is er geen rente (Awb 4:102 lid 3).")
        )
    return act_page(form, _("Rente vaststellen die de regio betaalt"), _("Stel de rente vast"), back, question, intro)


def interest_rows(question: DevelopmentQuestion) -> list[list[Any]]:
    """What was paid too late on a case, and of which the interest is still to be decided."""
    return [
        [
            {
                "text": _what(one),
                "href": url_for("advisor.own_interest", question_id=question.public_id, over=one.owed.public_id),
            },
            format_euros(one.owed.amount_cents, exact=True),
            format_euros(one.cents, exact=True),
            format_date(one.paid_on, "short"),
        ]
        for one in _late_paid(question)
    ]


def _late_paid(question: DevelopmentQuestion) -> list[LatePaid]:
    try:
        return late_paid_of(current_session(), question=question, actor=current_actor())
    except NoRate:  # the doctor names a missing percentage
        return []


def _what(late: LatePaid) -> str:
    if isinstance(late.owed, OwnDebt):
        return str(OWN_DEBTS[late.owed.kind.value])
    return _("Terug na bezwaar")
