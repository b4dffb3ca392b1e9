"""What has to be done under agreements: the calendar, each duty until it is done, and changes of plan and budget."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.agreements.actions import (
    LARGEST_AMOUNT_CENTS,
    LAST_YEAR,
    DutyTerms,
    add_duty,
    ask_change,
    fulfil_duty,
    record_answer,
)
from portal.accounting.agreements.actions import change_duty as change
from portal.accounting.agreements.actions import drop_duty as drop
from portal.accounting.agreements.models import AgreementDuty, DutyKind, Repeated
from portal.accounting.agreements.queries import (
    DutyDue,
    agreements,
    approval_by_public_id,
    changes_of,
    duties_due,
    duties_of,
    duty_by_public_id,
    funder_by_slug,
)
from portal.framework.funding.queries import funders
from portal.platform.clock import now, today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.acting import LONGEST, ActPage, do_on, done, how_many
from portal.web.accounting.agreements import back_to, day, euros, name_of, the_agreement, title_of, writes
from portal.web.accounting.asked import asked_until, in_address
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import Stand, found, page
from portal.web.edge.listing import csv_file
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, ChoicesField, DutchDateField, EuroField, Form, TextField
from portal.web.labels.accounting_words import DUTY_KINDS, ONCE, REPEATED, tag
from portal.words.labels import label

AHEAD = timedelta(days=365)
"""So far ahead the calendar looks when nothing else is asked."""


class AgreementDutyForm(Form):
    """What has to be done."""

    kind = ChoiceField(_l("Wat voor verplichting?"), choices=DUTY_KINDS.items(), missing=_l("Kies een soort."))
    text = TextField(
        _l("Wat moet er gebeuren?"), multiline=True, maximum=LONGEST, missing=_l("Schrijf op wat er moet gebeuren.")
    )
    amount = EuroField(_l("Bedrag in euro's"), at_most=LARGEST_AMOUNT_CENTS, optional=True)
    due_on = DutchDateField(_l("Uiterlijk op"), latest=date(LAST_YEAR, 12, 31), optional=True)
    repeated = ChoiceField(_l("Hoe vaak?"), choices=REPEATED.items(), missing=_l("Kies hoe vaak."))

    @property
    def terms(self) -> DutyTerms:
        """What was filled in."""
        again = Repeated(self.repeated.data) if self.repeated.data != ONCE else None
        return DutyTerms(DutyKind(self.kind.data), self.text.data or "", self.amount.data, self.due_on.data, again)


class DoneForm(Form):
    """When it was done, and by what that can be seen."""

    done_on = DutchDateField(_l("Gedaan op"), latest=today, missing=_l("Vul de dag in."))
    note = TextField(
        _l("Waaruit blijkt dat?"),
        multiline=True,
        maximum=LONGEST,
        missing=_l("Schrijf op waaruit blijkt dat dit is gedaan."),
    )


class DroppedForm(Form):
    """Why it no longer has to be done."""

    reason = TextField(
        _l("Waarom hoeft dit niet meer?"),
        multiline=True,
        maximum=LONGEST,
        missing=_l("Schrijf op waarom dit niet meer hoeft."),
    )


class ChangeForm(Form):
    """A change of plan or budget, and who has to agree beside the steering group."""

    what = TextField(
        _l("Wat verandert er?"), multiline=True, maximum=LONGEST, missing=_l("Schrijf op wat er verandert.")
    )
    asked_on = DutchDateField(_l("Gevraagd op"), latest=today, missing=_l("Vul de dag in."))
    funders = ChoicesField(_l("Welke geldgevers moeten akkoord geven?"), missing=_l("Kies minstens één geldgever."))


class PlanAnswerForm(Form):
    """What was answered, when, and where that stands."""

    answer = ChoiceField(
        _l("Wat is het antwoord?"),
        choices=[("approved", _l("Akkoord")), ("refused", _l("Niet akkoord"))],
        missing=_l("Kies het antwoord."),
    )
    on = DutchDateField(_l("Op welke dag?"), latest=today, missing=_l("Vul de dag in."))
    note = TextField(
        _l("Waar staat dit, en met welke voorwaarden?"),
        multiline=True,
        maximum=LONGEST,
        missing=_l("Schrijf op waar dit antwoord staat."),
    )


@blueprint.get("/agenda")
def duty_calendar() -> ResponseReturnValue:
    """What has to be done, the earliest first, with what is overdue."""
    form, until = asked_until(today() + AHEAD)
    due = _due(until)
    return page(
        "accounting/duties.html",
        form=form,
        status=200,
        page_errors=bool(form.errors),
        until=until,
        overdue=sum(one.overdue for one in due),
        file=url_for("accounting.duties_file", tot=in_address(until)),
        rows=[
            [
                {"text": format_date(one.due_on, "short")},
                {"text": one.duty.text, "href": _href(one), "note": label(DUTY_KINDS, one.duty.kind)},
                {"text": title_of(one.duty.agreement), "href": back_to(one.duty.agreement)},
                euros(one.duty.amount_cents),
                _state(one),
            ]
            for one in due
        ],
    )


@blueprint.get("/agenda.csv")
def duties_file() -> Response:
    """The same as a file."""
    _form, until = asked_until(today() + AHEAD)
    header = [_("Dag"), _("Afspraak"), _("Soort"), _("Verplichting"), _("Bedrag"), _("Stand")]
    return csv_file(
        "agenda-verplichtingen.csv",
        header,
        [
            [
                one.due_on,
                one.duty.agreement.slug,
                label(DUTY_KINDS, one.duty.kind),
                one.duty.text,
                Euros(one.duty.amount_cents) if one.duty.amount_cents is not None else None,
                _state(one)["text"],
            ]
            for one in _due(until)
        ],
    )


def _due(until: date) -> list[DutyDue]:
    session = current_session()
    seen = [one.id for one in agreements(session, actor=current_actor())]
    return duties_due(session, until=until, on=today(), agreement_ids=seen)


def _href(one: DutyDue) -> str | None:
    return url_for("accounting.duty", duty_id=one.duty.public_id) if writes() and not one.ahead else None


def _state(one: DutyDue) -> dict[str, str]:
    if one.overdue:
        return tag((_l("te laat"), "no"))
    return tag((_l("komt terug"), "neutral") if one.ahead else (_l("open"), "info"))


# What the region does ------------------------------------------------------------------------------------------------


@blueprint.route("/afspraken/<agreement_id>/verplichting", methods=["GET", "POST"])
def new_duty(agreement_id: str) -> ResponseReturnValue:
    """Write down what has to be done under an agreement."""
    session, one, form = current_session(), the_agreement(agreement_id), AgreementDutyForm(data={"repeated": ONCE})

    def act() -> None:
        add_duty(session, agreement=one, terms=form.terms, actor=current_actor(), now=now())

    shown = ActPage(
        _("Verplichting toevoegen"),
        _("Verplichting vastleggen"),
        back_to(one),
        lambda: how_many("duties", _("Aantal verplichtingen"), len(duties_of(session, agreement=one))),
        (one,),
    )
    return do_on(shown, form, act, done)


def _the_duty(duty_id: str) -> AgreementDuty:
    return found(duty_by_public_id(current_session(), public_id=duty_id, actor=current_actor()))


def _stands(one: AgreementDuty) -> list[Stand]:
    """What has to be done and by when, and whether it still has to be."""
    is_open = _("ja") if one.is_open else _("nee")
    return [
        Stand("text", _("Verplichting"), one.text, one.text),
        Stand("amount", _("Bedrag"), one.amount_cents, euros(one.amount_cents) or "–"),
        Stand.of_day("due_on", _("Uiterlijk op"), one.due_on),
        Stand("open", _("Nog te doen"), str(one.is_open), is_open),
    ]


@blueprint.route("/verplichtingen/<duty_id>", methods=["GET", "POST"])
def duty(duty_id: str) -> ResponseReturnValue:
    """Write down that a duty was done."""
    one, form = _the_duty(duty_id), DoneForm()
    text = one.text if one.due_on is None else _("%(text)s Uiterlijk op %(day)s.", text=one.text, day=day(one.due_on))

    def act() -> None:
        said = {"done_on": form.done_on.data, "note": form.note.data}
        fulfil_duty(current_session(), duty=one, **said, actor=current_actor(), now=now())

    shown = ActPage(
        _("Verplichting is gedaan"),
        _("Vastleggen dat dit is gedaan"),
        back_to(one.agreement),
        lambda: _stands(one),
        (one,),
        why=text,
        others=(
            (_("Verplichting wijzigen"), url_for("accounting.change_duty", duty_id=duty_id)),
            (_("Dit hoeft niet meer"), url_for("accounting.drop_duty", duty_id=duty_id)),
        ),
    )
    return do_on(shown, form, act, done)


@blueprint.route("/verplichtingen/<duty_id>/wijzigen", methods=["GET", "POST"])
def change_duty(duty_id: str) -> ResponseReturnValue:
    """Change what has to be done, its amount or its day."""
    one = _the_duty(duty_id)
    said: dict[str, Any] = {"kind": one.kind.value, "text": one.text, "amount": one.amount_cents, "due_on": one.due_on}
    form = AgreementDutyForm(data=said | {"repeated": one.repeated.value if one.repeated is not None else ONCE})

    def act() -> None:
        change(current_session(), duty=one, terms=form.terms, actor=current_actor(), now=now())

    shown = ActPage(
        _("Verplichting wijzigen"), _("Wijziging opslaan"), back_to(one.agreement), lambda: _stands(one), (one,)
    )
    return do_on(shown, form, act, done)


@blueprint.route("/verplichtingen/<duty_id>/vervallen", methods=["GET", "POST"])
def drop_duty(duty_id: str) -> ResponseReturnValue:
    """A duty no longer has to be done."""
    one, form = _the_duty(duty_id), DroppedForm()

    def act() -> None:
        drop(current_session(), duty=one, reason=form.reason.data, actor=current_actor(), now=now())

    shown = ActPage(
        _("Dit hoeft niet meer"),
        _("Verplichting laten vervallen"),
        back_to(one.agreement),
        lambda: _stands(one),
        (one,),
        why=one.text,
    )
    return do_on(shown, form, act, done)


@blueprint.route("/afspraken/<agreement_id>/wijziging", methods=["GET", "POST"])
def new_change(agreement_id: str) -> ResponseReturnValue:
    """Write down that a change of plan or budget was asked of the steering group and of funders."""
    session, one = current_session(), the_agreement(agreement_id)
    form = ChangeForm(data={"funders": [one.funder.slug]})
    form.funders.choices = [(row.slug, name_of(row)) for row in funders(session)]

    def act() -> None:
        asked = [found(funder_by_slug(session, slug=slug)) for slug in form.funders.data]
        said = {"what": form.what.data, "asked_on": form.asked_on.data, "funders": asked}
        ask_change(session, agreement=one, **said, actor=current_actor(), now=now())

    shown = ActPage(
        _("Wijziging van plan of begroting"),
        _("Wijziging vastleggen"),
        back_to(one),
        lambda: how_many("changes", _("Aantal wijzigingen"), len(changes_of(session, agreement=one))),
        (one,),
        why=_("De stuurgroep wordt altijd gevraagd. Leg hier vast wat u vroeg en aan welke geldgevers."),
    )
    return do_on(shown, form, act, done)


@blueprint.route("/akkoord/<approval_id>", methods=["GET", "POST"])
def plan_answer(approval_id: str) -> ResponseReturnValue:
    """Write down what the steering group or a funder answered to a change."""
    one, form = (
        found(approval_by_public_id(current_session(), public_id=approval_id, actor=current_actor())),
        PlanAnswerForm(),
    )
    who = name_of(one.funder) if one.funder is not None else _("Stuurgroep")

    def act() -> None:
        said = {"approved": form.answer.data == "approved", "on": form.on.data, "note": form.note.data}
        record_answer(current_session(), approval=one, **said, actor=current_actor(), now=now())

    shown = ActPage(
        _("Antwoord van %(name)s", name=who),
        _("Antwoord vastleggen"),
        back_to(one.change.agreement),
        lambda: [Stand("answer", _("Antwoord"), one.state.value, one.state.value)],
        (one,),
        why=one.change.what,
    )
    return do_on(shown, form, act, done)
