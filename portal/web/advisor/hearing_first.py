"""Hearing the applicant before a refusal on facts they did not supply: invite, and write down the view."""

from __future__ import annotations

from datetime import date, timedelta

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.hearing_first.actions import drop_intent
from portal.awarding.hearing_first.queries import decided_upon, voucher_heard_about
from portal.cases.hearings.actions import SHORTEST_TERM, invite_view, record_view
from portal.cases.hearings.models import Hearing, ViewWay
from portal.cases.hearings.queries import hearing_by_public_id
from portal.cases.questions.queries import question_by_id
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.codes import format_code
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form, TextField
from portal.words.decision_labels import INTENDED_ACTS, VIEW_WAYS
from portal.words.labels import choices, label


def _soonest() -> date:
    return today() + SHORTEST_TERM


def _next_year() -> date:
    return today() + timedelta(days=366)


class InviteForm(Form):
    """What the desk thinks of refusing on, and until when one may respond."""

    facts = TextField(
        _l("Op welke gegevens rust de afwijzing?"),
        missing=_l("Schrijf op om welke gegevens het gaat."),
        maximum=4000,
        multiline=True,
    )
    answer_by = DutchDateField(
        _l("Tot en met welke dag kan de aanvrager reageren?"),
        missing=_l("Vul de laatste dag in."),
        earliest=_soonest,
        latest=_next_year,
    )


class ViewForm(Form):
    """What the applicant said."""

    way = ChoiceField(
        _l("Hoe reageerde de aanvrager?"),
        choices=[(key, text) for key, text in choices(VIEW_WAYS) if key != ViewWay.OWN_PAGE],
        missing=_l("Kies hoe."),
    )
    view = TextField(_l("Wat zei de aanvrager?"), maximum=4000, multiline=True)
    view_on = DutchDateField(_l("Op welke dag?"), missing=_l("Vul de dag in."), latest=today)


@blueprint.route("/vraag/<question_id>/reactie-vragen", methods=["GET", "POST"])
def invite(question_id: str) -> ResponseReturnValue:
    """Ask the applicant for a view on facts they did not supply."""
    question = the_question(question_id)
    form = InviteForm()
    if form.validate_on_submit():
        with form.refusals():
            made = invite_view(
                current_session(),
                question=question,
                facts=form.facts.data,
                answer_by=form.answer_by.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De aanvrager krijgt een brief of bericht en kan reageren."), "ok")
            return redirect(url_for("advisor.view", hearing_id=made.public_id), code=303)
    return page(
        "advisor/act.html",
        form=form,
        title=_("Reactie vragen"),
        submit=_("Vraag om een reactie"),
        kind="primary",
        back=case_url(question),
        back_text=question.reference_number,
        facts=[],
        intro=[
            _("Wilt u afwijzen op gegevens die de aanvrager niet zelf gaf? Dan hoort u de aanvrager eerst (Awb 4:7).")
        ],
    )


@blueprint.route("/reactie/<hearing_id>", methods=["GET", "POST"])
def view(hearing_id: str) -> ResponseReturnValue:
    """The invitation, and the view when it came."""
    session = current_session()
    hearing = found(hearing_by_public_id(session, public_id=hearing_id, actor=current_actor()))
    question = the_question(
        found(question_by_id(session, question_id=hearing.question_id, actor=current_actor())).public_id
    )
    form = ViewForm()
    if form.validate_on_submit():
        with form.refusals():
            record_view(
                session,
                hearing=hearing,
                way=ViewWay(form.way.data),
                view=form.view.data,
                on=form.view_on.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De reactie is vastgelegd."), "ok")
            return redirect(case_url(question), code=303)
    facts = [
        *_about_voucher(hearing),
        {"label": _("Gegevens"), "value": hearing.facts},
        {"label": _("Reageren tot en met"), "value": format_date(hearing.answer_by)},
        {"label": _("Reactie"), "value": hearing.view},
    ]
    return page(
        "advisor/act.html",
        form=form,
        title=_("Reactie van de aanvrager"),
        submit=_("Leg vast"),
        kind="primary",
        back=case_url(question),
        back_text=question.reference_number,
        intro=[],
        facts=facts,
        nothing_to_do=hearing.way is not None or hearing.dropped_at is not None,
        drop=url_for("advisor.drop", hearing_id=hearing_id) if _can_be_dropped(hearing) else None,
    )


def _about_voucher(hearing: Hearing) -> list[dict[str, object]]:
    """What the desk thinks of doing with a voucher; nothing of a refusal."""
    voucher = voucher_heard_about(current_session(), hearing=hearing)
    if voucher is None:
        return []
    amount = format_euros(hearing.amount_cents, exact=True) if hearing.amount_cents is not None else None
    dropped = format_date(hearing.dropped_at) if hearing.dropped_at is not None else None
    return [
        {"label": _("Voucher"), "value": format_code(voucher.code)},
        {"label": _("Wat wij van plan zijn"), "value": label(INTENDED_ACTS, hearing.act)},
        {"label": _("Bedrag"), "value": amount},
        {"label": _("Gaat niet door, verteld op"), "value": dropped},
    ]


def _can_be_dropped(hearing: Hearing) -> bool:
    open_still = hearing.voucher_id is not None and hearing.dropped_at is None
    return open_still and not decided_upon(current_session(), hearing=hearing)


@blueprint.post("/reactie/<hearing_id>/laten")
def drop(hearing_id: str) -> ResponseReturnValue:
    """Leave the voucher as it is after all."""
    session = current_session()
    hearing = found(hearing_by_public_id(session, public_id=hearing_id, actor=current_actor()))
    the_question(found(question_by_id(session, question_id=hearing.question_id, actor=current_actor())).public_id)
    drop_intent(session, hearing=hearing, actor=current_actor(), now=now())
    flash(_("De houder krijgt bericht dat de voucher blijft zoals hij is."), "ok")
    return redirect(url_for("advisor.view", hearing_id=hearing_id), code=303)
