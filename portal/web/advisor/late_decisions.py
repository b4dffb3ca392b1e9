"""Late decisions: notices of default about a case, how the penalty stands, and the decision on it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.own_debts.queries import own_debt_by_public_id, own_debts_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import question_by_id
from portal.paying.own_payments import OwnDebtStand, debt_stands_at, give_account_for_debt
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.late_decisions.actions import PenaltyDraft, give_notice, settle_penalty
from portal.second_look.late_decisions.queries import late_since, notices_of, objection_of, penalty_of
from portal.second_look.objections.models import Objection
from portal.second_look.objections.queries import objections_of
from portal.second_look.penalties.models import DefaultNotice, NoPenalty
from portal.second_look.penalties.queries import again_of
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.late_interest import interest_rows
from portal.web.advisor.objecting import act_page
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form, TextField
from portal.web.forms.account_form import BankAccountForm
from portal.words.decision_labels import NO_PENALTIES, OWN_DEBT_STANDS, OWN_DEBTS
from portal.words.labels import choices, label, tag

APPLICATION = "application"


class NoticeForm(Form):
    """About which late decision, and when it came in."""

    about = ChoiceField(_l("Welk besluit is te laat?"), missing=_l("Kies welk besluit te laat is."))
    received_on = DutchDateField(
        _l("Op welke dag kwam de ingebrekestelling binnen?"), missing=_l("Vul de dag in."), latest=today
    )


class PenaltyForm(Form):
    """Why, and when nothing is due on which ground."""

    none_because = ChoiceField(
        _l("Krijgt de persoon een dwangsom?"),
        choices=[("", _l("Ja, zoals hierboven is berekend")), *choices(NO_PENALTIES)],
        optional=True,
    )
    rationale = TextField(
        _l("Waarom dit besluit?"), missing=_l("Schrijf op waarom u dit besluit neemt."), maximum=4000, multiline=True
    )


@blueprint.route("/vraag/<question_id>/ingebrekestelling", methods=["GET", "POST"])
def late_decision(question_id: str) -> ResponseReturnValue:
    """The notices about a case with how the penalty stands, and a form to record one."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    late = _late(question)
    form = NoticeForm()
    form.about.choices = [(key, words) for key, (words, _objection) in late.items()]
    if late and form.validate_on_submit():
        with form.refusals():
            give_notice(
                session,
                question=question,
                objection=late[form.about.data][1],
                received_on=form.received_on.data,
                actor=actor,
                now=now(),
            )
            flash(_("De ingebrekestelling is vastgelegd. De persoon krijgt een bevestiging."), "ok")
            return redirect(url_for("advisor.late_decision", question_id=question_id), code=303)
    notices = [_shown(question, one) for one in notices_of(session, question=question, actor=actor)]
    return page(
        "advisor/late_decision.html", form=form if late else None, question=question, notices=notices,
        owed=_owed(question), late_paid=interest_rows(question), back=case_url(question),
    )  # fmt: skip


@blueprint.route("/vraag/<question_id>/dwangsom", methods=["GET", "POST"])
def penalty(question_id: str) -> ResponseReturnValue:
    """Decide on the penalty of one notice (Awb 4:18)."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    wanted = request.args.get("notice")
    known = [one for one in notices_of(session, question=question, actor=actor) if one.settled_at is None]
    notice = found(next((one for one in known if wanted in (None, one.public_id)), None))
    back, form = url_for("advisor.late_decision", question_id=question_id), PenaltyForm()
    if form.validate_on_submit():
        with form.refusals():
            because = NoPenalty(form.none_because.data) if form.none_because.data else None
            draft = PenaltyDraft(form.rationale.data, because)
            settle_penalty(session, notice=notice, draft=draft, actor=actor, now=now())
            flash(_("Er is besloten over de dwangsom. De persoon krijgt een brief."), "ok")
            return redirect(back, code=303)
    shown = _shown(question, notice)
    intro = [f"{one['label']}: {one['value']}" for one in shown["facts"] if one["value"]]
    return act_page(form, _("Besluiten over de dwangsom"), _("Besluiten"), back, question, intro)


def _late(question: DevelopmentQuestion) -> dict[str, tuple[str, Objection | None]]:
    """What is late now and has no notice yet: the application, and objections."""
    session, actor = current_session(), current_actor()
    noticed = {one.objection_id for one in notices_of(session, question=question, actor=actor)}
    about: list[Objection | None] = [None, *objections_of(session, question=question, actor=actor)]
    return {
        APPLICATION if one is None else one.public_id: (_about(one), one)
        for one in about
        if (one.id if one is not None else None) not in noticed
        and late_since(session, question=question, objection=one, today=today()) is not None
    }


def _about(objection: Objection | None) -> str:
    if objection is None:
        return _("Het besluit op de aanvraag")
    return _("Het besluit op bezwaar %(number)s", number=objection.number)


def _shown(question: DevelopmentQuestion, notice: DefaultNotice) -> dict[str, Any]:
    session = current_session()
    stand = penalty_of(session, notice=notice, today=today())
    rows = [
        (_("Te laat"), _about(objection_of(session, notice=notice))),
        (_("Besluiten had gemoeten op"), format_date(notice.due_on)),
        (_("Ingebreke gesteld op"), format_date(notice.received_on)),
        (_("Zonder dwangsom besluiten tot en met"), format_date(notice.free_until)),
        (_("Besluit verstuurd op"), format_date(stand.sent_on) if stand.sent_on is not None else None),
        (
            _("Dwangsom nu"),
            _("%(amount)s over %(days)s dagen", amount=format_euros(stand.cents), days=stand.days),
        ),
        (
            _("Over de dwangsom besluiten uiterlijk"),
            format_date(stand.settle_by) if stand.settle_by is not None and notice.settled_at is None else None,
        ),
    ]
    if stand.bodies > 1:
        rows.append((_("Besturen die te laat zijn"), str(stand.bodies)))
    if notice.settled_at is not None:
        none = label(NO_PENALTIES, notice.none_because) if notice.none_because is not None else None
        rows += [
            (_("Vastgesteld op"), format_euros(notice.amount_cents or 0)),
            (_("Geen dwangsom omdat"), none),
            (_("Besloten door"), f"{notice.settled_by_name}, {notice.body_nl}"),
        ]
        again = again_of(session, notice=notice)
        if again is not None:
            said = f"{format_euros(again.amount_cents)}, {again.decided_by_name}"
            rows.append((_("Na bezwaar opnieuw vastgesteld op"), said))
    return {
        "facts": [{"label": name, "value": value} for name, value in rows],
        "settle": url_for("advisor.penalty", question_id=question.public_id, notice=notice.public_id)
        if notice.settled_at is None and stand.is_over
        else None,
        "settled": notice.settled_at is not None,
    }


def _owed(question: DevelopmentQuestion) -> list[list[Any]]:
    """What the region itself owes on this question, and how far it is."""
    session, rows = current_session(), []
    for one in own_debts_of(session, question=question, actor=current_actor()):
        stands = debt_stands_at(session, owed=one)
        may = stands in (OwnDebtStand.ASKED, OwnDebtStand.RETURNED, OwnDebtStand.GIVEN)
        href = url_for("advisor.own_debt_account", own_debt_id=one.public_id) if may else None
        what = str(OWN_DEBTS[one.kind.value])
        rows.append(
            [
                {"text": what, "href": href} if href is not None else what,
                format_euros(one.amount_cents, exact=True),
                tag(OWN_DEBT_STANDS, stands),
                format_date(one.paid_on or one.pay_by, "short"),
            ]
        )
    return rows


@blueprint.route("/eigen-schuld/<own_debt_id>/rekening", methods=["GET", "POST"])
def own_debt_account(own_debt_id: str) -> ResponseReturnValue:
    """The account of somebody who gets money of the region itself, and told it to the desk."""
    session, form = current_session(), BankAccountForm()
    owed = found(own_debt_by_public_id(session, public_id=own_debt_id, actor=current_actor()))
    asked = found(question_by_id(session, question_id=owed.question_id, actor=current_actor()))
    question = the_question(asked.public_id)
    back = url_for("advisor.late_decision", question_id=question.public_id)
    if form.validate_on_submit():
        with form.refusals():
            give_account_for_debt(
                session,
                question=question,
                to_another=owed.to_another,
                payee_name=form.payee_name.data,
                iban=form.iban.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De rekening is vastgelegd. Het bedrag gaat mee in de volgende betaling."), "ok")
            return redirect(back, code=303)
    whom = _("wie bezwaar maakte") if owed.to_another else _("de aanvrager")
    intro = [
        f"{OWN_DEBTS[owed.kind.value]}: {format_euros(owed.amount_cents, exact=True)}",
        _("Vul in wat %(whom)s u zei of schreef. Lees het nummer een keer terug.", whom=whom),
    ]
    return act_page(form, _("Rekening voor de betaling"), _("Leg de rekening vast"), back, question, intro)
