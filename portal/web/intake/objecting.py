"""Objecting for who asked: against which decision, until when, and why; and how earlier objections stand."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.decisions.models import Decision
from portal.platform.clock import local_date, now
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.outages.queries import last_day_to_send
from portal.second_look.objection_terms import note_repair, note_wish_to_be_heard
from portal.second_look.objections.actions import receive_objection
from portal.second_look.objections.models import Objection, ObjectionOutcome, ObjectionState
from portal.second_look.objections.queries import (
    decision_against,
    last_day_against,
    objectable,
    objections_of,
    repair_that_waits,
)
from portal.web.edge import found, leave_for, page
from portal.web.forms import ChoiceField, ConfirmField, Form, TextField
from portal.web.intake.state import Intake
from portal.words.decision_labels import OBJECTION_STATES, OBJECTIONABLE
from portal.words.labels import label


class ObjectForm(Form):
    """Against what, and why."""

    against = ChoiceField(_l("Waar bent u het niet mee eens?"), missing=_l("Kies een besluit."))
    grounds = TextField(_l("Waarom bent u het er niet mee eens?"), optional=True, maximum=8000, multiline=True)
    later = ConfirmField(_l("Ik zeg later waarom"))


class RepairForm(Form):
    """Why, after all."""

    grounds = TextField(
        _l("Waarom bent u het er niet mee eens?"),
        missing=_l("Schrijf op waarom u het er niet mee eens bent."),
        maximum=8000,
        multiline=True,
    )


def _require_grounds(form: ObjectForm) -> None:
    """Refuse an objection without grounds of who did not say that they come later."""
    if not form.grounds.data and not form.later.data:
        message = _l("Schrijf op waarom u het er niet mee eens bent, of kruis aan dat u dat later doet.")
        raise Refusal("grounds_missing", message, field="grounds")


def can_object(intake: Intake) -> bool:
    """Whether there is a decision to which who asked can object, or an objection to follow."""
    session, question, actor = intake.session, intake.question, intake.actor
    return bool(objectable(session, question=question, actor=actor)) or bool(
        objections_of(session, question=question, actor=actor)
    )


NOTHING_LEFT = _l(
    "U kunt hier nu geen bezwaar meer maken. Misschien maakte u al bezwaar, of is er een nieuw besluit. Bel ons gerust."
)
OUTCOMES = {
    ObjectionOutcome.FOUNDED: _l("U krijgt gelijk. Uw bezwaar is gegrond."),
    ObjectionOutcome.UNFOUNDED: _l("U krijgt geen gelijk. Uw bezwaar is ongegrond."),
    ObjectionOutcome.INADMISSIBLE: _l("Wij konden uw bezwaar niet behandelen. Het is niet-ontvankelijk."),
}


def objection_page(intake: Intake) -> ResponseReturnValue:
    """Object to a decision or a settlement (Awb 6:4), the one that one came from; who comes late may say why (6:11)."""
    session, question, actor = intake.session, intake.question, intake.actor
    back = url_for(f"{intake.audience}.status", question_id=intake.id)
    decisions = {one.public_id: one for one in objectable(session, question=question, actor=actor)}
    made = objections_of(session, question=question, actor=actor)
    form = ObjectForm(data={"against": request.args.get("tegen")})
    if not decisions and not made:
        return leave_for(back, NOTHING_LEFT, form)
    form.against.choices = [(key, _named(intake, one)) for key, one in decisions.items()]
    only = next(iter(decisions.values())) if len(decisions) == 1 else None
    if only is not None:
        del form.against
    if form.sent_while(decisions, NOTHING_LEFT):
        with form.refusals():
            same_decision(only)
            _require_grounds(form)
            objection = receive_objection(
                session,
                decision=only or decisions[form.against.data],
                received_on=intake.today,
                grounds=form.grounds.data or "",
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
            _what(decision_against(session, objection=one)),
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
        repairs=[
            (one.number, waiting.missing, last_day_to_send(session, last_day=waiting.answer_by), _url(intake, one))
            for one in made
            if is_open(one) and (waiting := repair_that_waits(session, objection=one, today=intake.today)) is not None
        ],
        hearings=[
            (one.number, last_day_to_send(session, last_day=one.hear_answer_by), one.public_id)
            for one in made
            if is_open(one) and one.hear_answer_by is not None and one.hear_wanted_on is None and one.heard_on is None
        ],
        outcomes=[(one.number, str(OUTCOMES[one.outcome]), one.rationale) for one in made if one.outcome is not None],
        can_object=bool(decisions),
        only=_named(intake, only) if only is not None else "",
        only_id=only.public_id if only is not None else "",
    )


def is_open(objection: Objection) -> bool:
    """Whether nothing was decided on it and it was not taken back."""
    return objection.state is ObjectionState.OPEN


def _url(intake: Intake, objection: Objection) -> str:
    return url_for(f"{intake.audience}.repair_objection", question_id=intake.id, number=objection.number)


def _own_open(intake: Intake, named: Callable[[Objection], bool]) -> Objection:
    made = objections_of(intake.session, question=intake.question, actor=intake.actor)
    return found(next((one for one in made if is_open(one) and named(one)), None))


def repair_page(intake: Intake) -> ResponseReturnValue:
    """Say why, after the desk asked for it (Awb 6:6)."""
    number = request.args.get("number", "")
    objection = _own_open(intake, lambda one: one.number == number)
    back = url_for(f"{intake.audience}.objection", question_id=intake.id)
    waiting = repair_that_waits(intake.session, objection=objection, today=intake.today)
    form = RepairForm()
    if waiting is None:
        return leave_for(
            back, _l("U kunt dit bezwaar hier niet meer aanvullen. Bel ons als u nog iets wilt zeggen."), form
        )
    if form.validate_on_submit():
        with form.refusals():
            note_repair(
                intake.session,
                objection=objection,
                grounds=form.grounds.data,
                on=intake.today,
                actor=intake.actor,
                now=now(),
            )
            flash(_("Wij hebben uw aanvulling."), "ok")
            return redirect(back, code=303)
    day = last_day_to_send(intake.session, last_day=waiting.answer_by)
    return page("intake/repair_objection.html", form=form, objection=objection, waiting=waiting, day=day, back=back)


def hearing_wish_page(intake: Intake) -> ResponseReturnValue:
    """Say to want to be heard about an objection (Awb 7:3 d)."""
    back = url_for(f"{intake.audience}.objection", question_id=intake.id)
    if request.method == "POST":
        objection = _own_open(intake, lambda one: one.public_id == request.form.get("objection"))
        note_wish_to_be_heard(intake.session, objection=objection, on=intake.today, actor=intake.actor, now=now())
        flash(_("Wij weten dat u gehoord wilt worden. U krijgt een uitnodiging."), "ok")
    return redirect(back, code=303)


def same_decision(only: Decision | None) -> None:
    """Refuse a form that was shown when there were more decisions, and names another than the one that is left."""
    if only is not None and request.form.get("against", only.public_id) != only.public_id:
        raise Conflict("objection_open", _l("Tegen dit besluit is al bezwaar gemaakt."))


def _what(decision: Decision) -> str:
    return f"{label(OBJECTIONABLE, decision.kind)}, {format_date(local_date(decision.decided_at))}"


def _named(intake: Intake, decision: Decision) -> str:
    last = last_day_against(intake.session, decision=decision)
    until = (
        _("nog niet verstuurd, u mag al bezwaar maken")
        if last is None
        else _("bezwaar kan tot en met %(day)s", day=format_date(last))
    )
    return f"{_what(decision)} ({until})"
