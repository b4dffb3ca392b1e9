"""What the region itself pays people by law: penalties for late decisions, and damage. No money of a funder."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.awarding.own_debts.models import OwnDebtState
from portal.awarding.own_debts.queries import own_costs as costs_of
from portal.awarding.own_debts.queries import own_debts
from portal.paying.own_payments import debt_stands_at
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.web.edge import page
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.region.blueprint import blueprint
from portal.words.decision_labels import OWN_DEBT_STANDS, OWN_DEBTS
from portal.words.labels import label, tag


@blueprint.get("/eigen-kosten")
def own_costs() -> ResponseReturnValue:
    """What was decided, paid and is still to be paid per reason, and each amount with the day by which it must be paid."""
    session = current_session()
    totals = [
        [
            label(OWN_DEBTS, one.kind),
            str(one.number),
            format_euros(one.decided_cents, exact=True),
            format_euros(one.paid_cents, exact=True),
            format_euros(one.open_cents, exact=True),
        ]
        for one in costs_of(session)
    ]
    debts = own_debts(session, actor=current_actor(), states=tuple(OwnDebtState))[::-1]
    for question_id in sorted({one.question_id for one in debts if one.payee_name}):
        note_viewing(question_id=question_id)
    rows: list[list[Any]] = [
        [
            label(OWN_DEBTS, one.kind),
            one.payee_name or (_("wie bezwaar maakte") if one.to_another else _("de aanvrager")),
            format_euros(one.amount_cents, exact=True),
            tag(OWN_DEBT_STANDS, debt_stands_at(session, owed=one)),
            {
                "text": format_date(one.paid_on or one.pay_by, "short"),
                "note": _("te laat") if one.state is OwnDebtState.OPEN and one.pay_by < today() else None,
            },
        ]
        for one in debts
    ]
    return page("region/own_costs.html", totals=totals, rows=rows)
