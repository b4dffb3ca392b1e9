"""Objecting for who asked: against which decision, until when, and why; and how earlier objections stand."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.decisions.models import Decision
from portal.platform.clock import local_date, now
from portal.platform.errors import Conflict
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.objections.actions import receive_objection
from portal.second_look.objections.models import ObjectionOutcome
from portal.second_look.objections.queries import last_day_against, objectable, objections_of
from portal.web.edge import page
from portal.web.forms import ChoiceField, Form, TextField
from portal.web.intake.state import Intake
from portal.words.decision_labels import OBJECTION_STATES, OBJECTIONABLE
from portal.words.labels import label


class ObjectForm(Form):
    """Against what, and why."""

    against = ChoiceField(_l("Waar bent u het niet mee eens?"), missing=_l("Kies een besluit."))
    grounds = TextField(
        _l("Waarom bent u het er niet mee eens?"),
        missing=_l("Schrijf op waarom u het er niet mee eens bent."),
        maximum=8000,
        multiline=True,
    )


def can_object(intake: Intake) -> bool:
    """Whether there is a decision to which who asked can object, or an objection to follow."""
    session, question, actor = intake.session, intake.question, intake.actor
    return bool(objectable(session, question=question, actor=actor)) or bool(
        objections_of(session, question=question, actor=actor)
    )


OUTCOMES = {
    ObjectionOutcome.FOUNDED: _l("U krijgt gelijk. Uw bezwaar is gegrond."),
    ObjectionOutcome.UNFOUNDED: _l("U krijgt geen gelijk. Uw bezwaar is ongegrond."),
    ObjectionOutcome.INADMISSIBLE: _l("Wij konden uw bezwaar niet behandelen. Het is niet-ontvankelijk."),
}


def objection_page(intake: Intake) -> ResponseReturnValue:
    """Object to a decision or a settlement (Awb 6:4); who comes late may say why (6:11)."""
    session, question, actor = intake.session, intake.question, intake.actor
    back = url_for(f"{intake.audience}.status", question_id=intake.id)
    decisions = {one.public_id: one for one in objectable(session, question=question, actor=actor)}
    made = objections_of(session, question=question, actor=actor)
    if not decisions and not made:
        return redirect(back, code=303)
    form = ObjectForm()
    form.against.choices = [(key, _named(intake, one)) for key, one in decisions.items()]
    only = next(iter(decisions.values())) if len(decisions) == 1 else None
    if only is not None:
        del form.against
    if decisions and form.validate_on_submit():
        with form.refusals():
            same_decision(only)
            objection = receive_objection(
                session,
                decision=only or decisions[form.against.data],
                received_on=intake.today,
                grounds=form.grounds.data,
                committee=False,
                actor=actor,
                now=now(),
            )
            number = objection.number
            flash(_("Wij hebben uw bezwaar. Het nummer is %(number)s. U krijgt een bevestiging.", number=number), "ok")
            return redirect(url_for(f"{intake.audience}.objection", question_id=intake.id), code=303)
    rows = [
        [
            one.number,
            format_date(one.received_on),
            {"text": label(OBJECTION_STATES, one.state), "tag": OBJECTION_STATES[one.state.value][1]},
            format_date(one.decide_by) if one.decided_at is None and one.withdrawn_at is None else None,
        ]
        for one in made
    ]
    return page(
        "intake/objection.html",
        form=form,
        question=question,
        back=back,
        rows=rows,
        outcomes=[(one.number, str(OUTCOMES[one.outcome]), one.rationale) for one in made if one.outcome is not None],
        can_object=bool(decisions),
        only=_named(intake, only) if only is not None else "",
        only_id=only.public_id if only is not None else "",
    )


def same_decision(only: Decision | None) -> None:
    """Refuse a form that was shown when there were more decisions, and names another than the one that is left."""
    if only is not None and request.form.get("against", only.public_id) != only.public_id:
        raise Conflict("objection_open", _l("Tegen dit besluit is al bezwaar gemaakt."))


def _named(intake: Intake, decision: Decision) -> str:
    last: dict[str, Any] = {"day": format_date(last_day_against(intake.session, decision=decision))}
    what = label(OBJECTIONABLE, decision.kind)
    until = _("bezwaar kan tot en met %(day)s", **last)
    return f"{what}, {format_date(local_date(decision.decided_at))} ({until})"
