"""Pages of the holder of a voucher: the training started, it ended, a paid bill to be paid back, and what became of it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.oversight.outcomes.actions import HolderAnswer, answer_outcome
from portal.oversight.outcomes.models import Moment, TrainingEnd, TrainingOutcome, WithoutFund, Work
from portal.oversight.outcomes.queries import outcomes_of_question
from portal.platform.clock import now, today
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.attendance import confirm_end, confirm_start
from portal.spending.invoices.actions import PaidBill, submit_paid_bill
from portal.spending.invoices.models import EndKind
from portal.spending.invoices.queries import attendance_of, invoices_of_voucher, pays_the_holder
from portal.spending.providers.models import Provider
from portal.spending.providers.queries import approved_providers
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import vouchers_of_question
from portal.web.edge import found, leave_for, page
from portal.web.forms import ChoiceField, DutchDateField, EuroField, Form, IbanField, TextField
from portal.web.forms.uploads import UploadField, vault
from portal.web.intake.state import Intake
from portal.web.intake.training_words import MOMENTS, RESULTS, WITHOUT_FUND, WORK, WORK_BEFORE, WORK_BEFORE_OF_EMPLOYEE
from portal.web.labels.paying_words import INVOICE_STATES

MOST_CENTS = 1_000_000_00


class FirstDayForm(Form):
    """The first day."""

    started_on = DutchDateField(_l("Eerste dag van de opleiding"), missing=_l("Vul de eerste dag in."), nearest="last")


class EndForm(Form):
    """The last day, how it went, and whether the own share was paid."""

    ended_on = DutchDateField(_l("Laatste dag van de opleiding"), missing=_l("Vul de laatste dag in."), nearest="last")
    how = ChoiceField(
        _l("Hoe eindigde de opleiding?"),
        missing=_l("Kies hoe de opleiding eindigde."),
        choices=[("completed", _l("Ik heb de opleiding afgerond")), ("stopped", _l("Ik ben gestopt"))],
    )
    own_share = ChoiceField(
        _l("Is uw eigen deel betaald?"),
        missing=_l("Kies een antwoord."),
        choices=[("yes", _l("Ja")), ("no", _l("Nee")), ("none", _l("Ik hoefde niets te betalen, of ik weet het niet"))],
    )


class EmployerEndForm(EndForm):
    """The same, of an employee."""

    how = ChoiceField(
        _l("Hoe eindigde de opleiding?"),
        missing=_l("Kies hoe de opleiding eindigde."),
        choices=[("completed", _l("De opleiding is afgerond")), ("stopped", _l("Mijn werknemer is gestopt"))],
    )
    own_share = ChoiceField(
        _l("Heeft uw organisatie haar deel betaald?"),
        missing=_l("Kies een antwoord."),
        choices=[
            ("yes", _l("Ja")),
            ("no", _l("Nee")),
            ("none", _l("Wij hoefden niets te betalen, of ik weet het niet")),
        ],
    )


class PaidBillForm(Form):
    """What was paid, to be paid back."""

    provider = ChoiceField(_l("Aan welke opleider betaalde u?"), missing=_l("Kies de opleider."))
    invoice_number = TextField(_l("Nummer van de factuur"), missing=_l("Vul het nummer van de factuur in."), maximum=60)
    invoice_date = DutchDateField(
        _l("Datum van de factuur"), missing=_l("Vul de datum van de factuur in."), latest=today
    )
    learner_name = TextField(
        _l("Naam van de deelnemer"), missing=_l("Vul de naam van de deelnemer in, zoals op de factuur."), maximum=100
    )
    total = EuroField(
        _l("Bedrag van de hele factuur"),
        missing=_l("Vul het bedrag van de hele factuur in."),
        at_least=1,
        at_most=MOST_CENTS,
    )
    amount = EuroField(_l("Bedrag dat u terugvraagt"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS)
    payee_name = TextField(
        _l("Naam van de rekening"), missing=_l("Vul in op welke naam de rekening staat."), maximum=70
    )
    iban = IbanField(_l("Rekeningnummer (IBAN)"), missing=_l("Vul het rekeningnummer in waarop wij betalen."))
    file = UploadField(_l("De factuur en het bewijs van betaling"), missing=_l("Kies het bestand."))


class TrainingOutcomeForm(Form):
    """What became of it."""

    result = ChoiceField(
        _l("Hoe staat het met uw opleiding?"), missing=_l("Kies een antwoord."), choices=list(RESULTS.items())
    )
    work_before = ChoiceField(_l("Wat deed u voor de opleiding?"), optional=True, choices=list(WORK_BEFORE.items()))
    work_after = ChoiceField(_l("Wat doet u nu?"), missing=_l("Kies een antwoord."), choices=list(WORK.items()))
    without_fund = ChoiceField(
        _l("Had u de opleiding ook gedaan zonder deze voucher?"),
        missing=_l("Kies een antwoord."),
        choices=list(WITHOUT_FUND.items()),
    )


class EmployerOutcomeForm(TrainingOutcomeForm):
    """What became of it, for an employee."""

    result = ChoiceField(
        _l("Hoe staat het met de opleiding van uw werknemer?"),
        missing=_l("Kies een antwoord."),
        choices=list(RESULTS.items()),
    )
    work_before = ChoiceField(
        _l("Wat deed uw werknemer voor de opleiding?"), optional=True, choices=list(WORK_BEFORE_OF_EMPLOYEE.items())
    )
    work_after = ChoiceField(
        _l("Wat doet uw werknemer nu?"), missing=_l("Kies een antwoord."), choices=list(WORK.items())
    )
    without_fund = ChoiceField(
        _l("Was de opleiding er ook gekomen zonder deze voucher?"),
        missing=_l("Kies een antwoord."),
        choices=list(WITHOUT_FUND.items()),
    )


def training_page(intake: Intake) -> ResponseReturnValue:
    """Say that the training started, and later how it ended. A 404 for a question without a voucher."""
    voucher = the_voucher(intake)
    seen = attendance_of(intake.session, voucher=voucher)
    started = seen is not None and seen.started_on is not None
    ended = EmployerEndForm if intake.employer_route else EndForm
    form: Any = ended() if started else FirstDayForm()
    if form.validate_on_submit():
        with form.refusals():
            _say(intake, voucher, form, started)
            flash(_("Bedankt. Wij hebben het opgeschreven."), "ok")
            return redirect(_here(intake, "training_progress"), code=303)
    sent = invoices_of_voucher(intake.session, voucher=voucher, actor=intake.actor)
    return page(
        "intake/training_progress.html",
        form=form,
        seen=seen,
        started=started,
        code=format_code(voucher.code),
        back=_here(intake, "status"),
        paid_bill=_here(intake, "training_paid_bill") if pays_the_holder(intake.session, voucher=voucher) else None,
        outcome=_here(intake, "training_outcome") if _asked(intake) is not None else None,
        invoices=[(one, *INVOICE_STATES[one.state.value]) for one in sent],
        intake=intake,
    )


def _say(intake: Intake, voucher: Voucher, form: Any, started: bool) -> None:
    if not started:
        confirm_start(intake.session, voucher=voucher, started_on=form.started_on.data, actor=intake.actor, now=now())
        return
    paid = {"yes": True, "no": False}.get(form.own_share.data)
    confirm_end(
        intake.session,
        voucher=voucher,
        ended_on=form.ended_on.data,
        how=EndKind(form.how.data),
        own_share_paid=paid,
        actor=intake.actor,
        now=now(),
    )


def paid_bill_page(intake: Intake) -> ResponseReturnValue:
    """Hand in what was paid, for a scheme that pays the holder. A 404 for other schemes."""
    voucher = the_voucher(intake)
    found(voucher if pays_the_holder(intake.session, voucher=voucher) else None)
    form = PaidBillForm()
    providers = {one.public_id: one for one in approved_providers(intake.session, scheme=voucher.scheme)}
    form.provider.choices = [(key, one.name) for key, one in providers.items()]
    if form.validate_on_submit():
        with form.refusals():
            _hand_in(intake, voucher, providers[form.provider.data], form)
            flash(_("Wij hebben uw bon. Een medewerker van het loket kijkt haar na."), "ok")
            return redirect(_here(intake, "training_progress"), code=303)
    return page(
        "intake/training_paid_bill.html",
        intake=intake,
        form=form,
        left=voucher.open_cents,
        back=_here(intake, "training_progress"),
    )


def _hand_in(intake: Intake, voucher: Voucher, provider: Provider, form: PaidBillForm) -> None:
    paper = PaidBill(
        number=form.invoice_number.data,
        invoice_date=form.invoice_date.data,
        learner_name=form.learner_name.data,
        total_cents=form.total.data,
        amount_cents=form.amount.data,
        content=form.file.data.content,
        file_name=form.file.data.name,
        payee_name=form.payee_name.data,
        iban=form.iban.data,
    )
    submit_paid_bill(
        intake.session,
        voucher=voucher,
        provider=provider,
        paper=paper,
        vault=vault(),
        actor=intake.actor,
        now=now(),
    )


def outcome_page(intake: Intake) -> ResponseReturnValue:
    """Answer what became of it, once per time that is asked. Without an open question: the page of the training."""
    outcome = _asked(intake)
    form = EmployerOutcomeForm() if intake.employer_route else TrainingOutcomeForm()
    if outcome is None:
        return leave_for(
            _here(intake, "training_progress"), _l("U hebt dit al verteld. Wij vragen het nu niet meer."), form
        )
    if form.validate_on_submit():
        with form.refusals():
            before = Work(form.work_before.data) if form.work_before.data else None
            answer = HolderAnswer(
                TrainingEnd(form.result.data), before, Work(form.work_after.data), WithoutFund(form.without_fund.data)
            )
            answer_outcome(intake.session, outcome=outcome, answer=answer, actor=intake.actor, now=now())
            flash(_("Bedankt voor uw antwoorden."), "ok")
            return redirect(_here(intake, "training_progress"), code=303)
    return page(
        "intake/training_outcome.html",
        form=form,
        moment=MOMENTS[outcome.moment],
        first=outcome.moment is Moment.WEEK,
        back=_here(intake, "training_progress"),
        intake=intake,
    )


def _asked(intake: Intake) -> TrainingOutcome | None:
    every = outcomes_of_question(intake.session, question=intake.question, actor=intake.actor)
    return next((one for one in every if one.answered_at is None), None)


def the_voucher(intake: Intake) -> Voucher:
    """The voucher of the question that the pages are about, or a 404; with several the one in the address, else the first."""
    own = vouchers_of_question(intake.session, question=intake.question, actor=intake.actor)
    asked = request.args.get("voucher")
    return found(next((one for one in own if asked is None or one.public_id == asked), None))


def _here(intake: Intake, name: str) -> str:
    asked = request.args.get("voucher")
    extra: dict[str, Any] = {"voucher": asked} if asked and name.startswith("training") else {}
    return url_for(f"{intake.audience}.{name}", question_id=intake.id, **extra)
