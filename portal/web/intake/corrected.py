"""What the desk changed in a question, for who asked: right, or not right and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.corrections.actions import confirm_correction, object_to_correction
from portal.cases.corrections.models import CorrectionAnswer
from portal.cases.corrections.queries import NetChange, corrections_of, net_changes
from portal.platform.clock import now
from portal.platform.errors import Conflict
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import page
from portal.web.forms import Form, TextField
from portal.web.intake.state import Intake
from portal.web.labels.corrected import change_note, subject_label, value_text


class NotRightForm(Form):
    """What is not right about a correction."""

    objection = TextField(
        _l("Wat klopt er niet?"), missing=_l("Schrijf op wat er niet klopt."), maximum=2000, multiline=True
    )


@dataclass(frozen=True)
class ChangeView:
    """One thing that the desk changed, as who asked sees it."""

    id: str
    label: str
    was: str
    becomes: str
    note: str
    open: bool
    confirmed: bool
    objection: str
    reply: str


def changes_of(intake: Intake) -> list[ChangeView]:
    """What is different from what was sent, one per thing."""
    rows = corrections_of(intake.session, question=intake.question, actor=intake.actor)
    return [_view(intake, one) for one in net_changes(rows) if not one.same]


def _view(intake: Intake, one: NetChange) -> ChangeView:
    latest, answered, names = one.latest, one.answered, intake.names
    return ChangeView(
        latest.public_id,
        subject_label(one.subject, names),
        value_text(one.subject, one.was, names),
        value_text(one.subject, one.becomes, names),
        change_note(latest),
        answered is None,
        one.confirmed,
        (answered.objection or "") if answered is not None else "",
        (answered.settled_reply or "") if answered is not None else "",
    )


def corrections_page(intake: Intake) -> ResponseReturnValue:
    """Say of each change whether it is right."""
    here = url_for(f"{intake.audience}.corrections", question_id=intake.id)
    form, chosen = NotRightForm(), request.form.get("correction", "")
    if request.method == "POST":
        rows = corrections_of(intake.session, question=intake.question, actor=intake.actor)
        row = next((one for one in rows if one.public_id == chosen), None)
        answer = request.form.get("answer")
        if row is None or answer not in (CorrectionAnswer.CONFIRMED, CorrectionAnswer.OBJECTED):
            raise Conflict("changed_again", _("Deze wijziging is er niet meer. Kijk wat er nu staat."))
        by: dict[str, Any] = {"correction": row, "actor": intake.actor, "now": now()}
        with form.refusals():
            if answer == CorrectionAnswer.CONFIRMED:
                confirm_correction(intake.session, **by)
                flash(_("Bedankt. U hebt gezegd dat dit klopt."), "ok")
                return redirect(here, code=303)
            if form.validate():
                object_to_correction(intake.session, objection=form.objection.data, **by)
                flash(_("Bedankt. De adviseur kijkt ernaar."), "ok")
                return redirect(here, code=303)
    back = url_for(f"{intake.audience}.status", question_id=intake.id)
    return page("intake/corrections.html", form=form, changes=changes_of(intake), chosen=chosen, back=back)
