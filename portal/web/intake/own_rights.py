"""What who asked can ask of the own data, and what was asked before, with our answer (AVG 15 to 21)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.rights.actions import LONGEST, ask_right, lift_restriction, withdraw_right
from portal.cases.rights.models import PrivacyRequest, Right
from portal.cases.rights.queries import own_request, requests_about
from portal.platform.clock import now
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import READING, found, page
from portal.web.forms import ChoiceField, Form, TextField
from portal.web.intake.state import Intake
from portal.words.labels import label, tag
from portal.words.privacy_labels import REQUEST_STATES, RIGHTS


class OwnRightForm(Form):
    """What is asked, and in own words what is wanted."""

    kind = ChoiceField(_l("Wat wilt u?"), choices=list(RIGHTS.items()), missing=_l("Kies wat u wilt."))
    text = TextField(_l("Wat moet er anders?"), maximum=LONGEST, multiline=True)


def own_rights_page(intake: Intake) -> ResponseReturnValue:
    """What was asked before, and a form to ask."""
    session, question, actor = intake.session, intake.question, intake.actor
    form = OwnRightForm()
    if form.validate_on_submit():
        with form.refusals():
            wanted, said = Right(form.kind.data), form.text.data or ""
            ask_right(session, question=question, kind=wanted, text=said, asked_on=intake.today, actor=actor, now=now())
            flash(_("Wij weten wat u wilt. Wij antwoorden binnen een maand."), "ok")
            return redirect(url_for(f"{intake.audience}.own_rights", question_id=intake.id), code=303)
    return page(
        "intake/own_rights.html",
        form=form,
        asked=[_told(intake, one) for one in requests_about(session, question=question, actor=actor)],
        back=url_for(f"{intake.audience}.status", question_id=intake.id),
        own_data=url_for(f"{intake.audience}.own_data", question_id=intake.id),
    )


def _told(intake: Intake, one: PrivacyRequest) -> dict[str, Any]:
    take_back = f"{intake.audience}.withdraw_own_right"
    return {
        "what": label(RIGHTS, one.kind.value),
        "state": tag(REQUEST_STATES, one.state.value),
        "asked": format_date(one.asked_on),
        "until": format_date(one.answer_by) if one.is_open else "",
        "longer": one.extend_reason or "",
        "answer": one.answer or "",
        "restricts": one.restricts,
        "lift": one.lift_reason or "",
        "lifted": format_date(one.lifted_at) if one.lifted_at is not None else "",
        "take_back": url_for(take_back, question_id=intake.id, asked_id=one.public_id)
        if one.is_open or one.restricts
        else None,
    }


def withdraw_own_right_page(intake: Intake, asked_id: str) -> ResponseReturnValue:
    """Take back what was asked; of a restriction that holds: let the desk go on."""
    mine = own_request(intake.session, public_id=asked_id, question=intake.question, actor=intake.actor)
    asked = found(mine)
    if request.method not in READING and asked.restricts:
        lift_restriction(intake.session, request=asked, actor=intake.actor, now=now())
        flash(_("Wij gaan verder met uw zaak."), "ok")
    elif request.method not in READING:
        withdraw_right(intake.session, request=asked, actor=intake.actor, now=now())
        flash(_("Wat u vroeg, is ingetrokken."), "ok")
    return redirect(url_for(f"{intake.audience}.own_rights", question_id=intake.id), code=303)
