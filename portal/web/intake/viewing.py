"""Giving a view for who asked, before the desk decides something that takes (Awb 4:7 to 4:9)."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.hearings.actions import give_view
from portal.cases.hearings.models import Hearing, IntendedAct
from portal.cases.hearings.queries import hearings_of, hearings_to_answer
from portal.platform.clock import now
from portal.platform.errors import Conflict
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import leave_for, page
from portal.web.forms import ChoiceField, Form, TextField
from portal.web.intake.state import Intake


class OwnViewForm(Form):
    """On what, and what the person thinks of it."""

    about = ChoiceField(_l("Waarop reageert u?"), missing=_l("Kies waarop u reageert."))
    view = TextField(
        _l("Wat vindt u ervan?"), missing=_l("Schrijf op wat u ervan vindt."), maximum=4000, multiline=True
    )


NOTHING_ASKED = _l("U kunt hier niet meer op reageren. Bel ons als u nog iets wilt zeggen.")


def view_page(intake: Intake) -> ResponseReturnValue:
    """What the desk thinks of doing and why, and the view of who asked on it."""
    session, question, actor = intake.session, intake.question, intake.actor
    status = url_for(f"{intake.audience}.status", question_id=intake.id)
    waiting = {one.public_id: one for one in hearings_to_answer(session, question=question, actor=actor)}
    given = [one for one in hearings_of(session, question=question) if one.view]
    form = OwnViewForm()
    if not waiting and not given:
        return leave_for(status, NOTHING_ASKED, form)
    form.about.choices = [(key, intended(one)) for key, one in waiting.items()]
    only = next(iter(waiting)) if len(waiting) == 1 else None
    if only is not None:
        del form.about
    if form.sent_while(waiting, NOTHING_ASKED):
        with form.refusals():
            if only is not None and request.form.get("about", only) != only:
                raise Conflict("view_recorded", _l("De reactie is al vastgelegd."))
            give_view(session, hearing=waiting[only or form.about.data], view=form.view.data, actor=actor, now=now())
            flash(_("Bedankt. Wij lezen uw reactie voordat wij besluiten."), "ok")
            return redirect(url_for(f"{intake.audience}.own_view", question_id=intake.id), code=303)
    return page(
        "intake/own_view.html",
        form=form,
        question=question,
        back=status,
        only=only,
        waiting=[(intended(one), one.facts, format_date(one.answer_by)) for one in waiting.values()],
        given=[(intended(one), one.view, format_date(one.view_on)) for one in given],
    )


def intended(hearing: Hearing) -> str:
    """What the desk thinks of doing, to who asked; and that money may have to come back."""
    amount = format_euros(hearing.amount_cents or 0)
    said = {
        IntendedAct.REFUSE: _("Wij denken erover om (een deel van) uw aanvraag af te wijzen."),
        IntendedAct.REVOKE: _("Wij denken erover om uw voucher in te trekken."),
        IntendedAct.LOWER: _("Wij denken erover om uw voucher %(amount)s lager te maken.", amount=amount),
        IntendedAct.END: _("Wij denken erover om uw voucher eerder te laten eindigen."),
        IntendedAct.SETTLE_LOWER: _(
            "Wij denken erover om uw voucher vast te stellen op %(amount)s. Dat is minder dan wat is gebruikt.",
            amount=amount,
        ),
        IntendedAct.LOWER_SETTLED: _(
            "Wij denken erover om de vaststelling van uw voucher te verlagen naar %(amount)s.", amount=amount
        ),
    }[hearing.act]
    may_owe = hearing.act in (IntendedAct.SETTLE_LOWER, IntendedAct.LOWER_SETTLED)
    back = _("Dan moet u misschien geld terugbetalen.")
    return f"{said} {back}" if may_owe else said
