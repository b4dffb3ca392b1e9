"""Co-financing on the screen: how far it is against the duty, the register, and one entry to prove or refuse."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.cofinancing.actions import (
    LARGEST_CENTS,
    MOST_RATE_CENTS,
    CofinancingTerms,
    EvidenceFile,
    add_cofinancing_evidence,
    claim_cofinancing,
    prove_cofinancing,
    refuse_cofinancing,
    set_duty,
)
from portal.accounting.cofinancing.models import Cofinancing, CofinancingForm, CofinancingSector, CofinancingState
from portal.accounting.cofinancing.queries import (
    DutyStand,
    agreements_in,
    cofinancing_against_duty,
    cofinancing_by_public_id,
    cofinancing_entries,
    duty_of,
)
from portal.framework.funding.models import Agreement
from portal.people.actor import Audience
from portal.platform.clock import now, today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.words import COFINANCING_FORMS, COFINANCING_STATES, SECTORS, period_text, title_of
from portal.web.accounting.work_packages import the_scope
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.listing import csv_file, paging
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, EuroField, Form, OwnField, TextField, YesNoField
from portal.web.forms.uploads import UploadField, attachment, takes_file, vault
from portal.words.labels import label

HEADER = (
    _l("Afspraak"),
    _l("Wie draagt bij"),
    _l("Waarvoor"),
    _l("Publiek of privaat"),
    _l("Geld of uren"),
    _l("Uren"),
    _l("Tarief"),
    _l("Bedrag"),
    _l("Eerste dag"),
    _l("Laatste dag"),
    _l("Stand"),
)
_HOURS = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?")


class HoursField(OwnField):
    """Hours with at most two decimals; the value is in hundredths of an hour."""

    def read(self, text: str) -> int:
        """Raises ``ValueError`` for anything else."""
        fits = _HOURS.fullmatch(text.strip())
        if fits is None:
            raise ValueError(_l("Vul een aantal uren in, zoals 12 of 12,5."))
        return int(fits[1]) * 100 + int((fits[2] or "0").ljust(2, "0"))


class DutyForm(Form):
    """What has to be reached, and before which day."""

    amount = EuroField(_l("Hoeveel moet er komen?"), at_most=LARGEST_CENTS, missing=_l("Vul een bedrag in."))
    before_on = DutchDateField(_l("Voor welke dag?"), missing=_l("Vul een dag in."))


class CofinancingEntryForm(Form):
    """What somebody says to bring: money, or hours at a rate."""

    agreement = ChoiceField(_l("Onder welke afspraak?"), missing=_l("Kies een afspraak."))
    contributor = TextField(_l("Wie draagt bij?"), maximum=200, missing=_l("Vul in wie dit bijdraagt."))
    description = TextField(_l("Waarvoor is het?"), maximum=500, missing=_l("Schrijf waarvoor het is."))
    sector = ChoiceField(_l("Publiek of privaat?"), choices=list(SECTORS.items()), missing=_l("Kies een van de twee."))
    own_share = YesNoField(_l("Is dit het eigen deel van een werkgever?"), missing=_l("Kies ja of nee."))
    kind = ChoiceField(
        _l("Geld of uren?"), choices=list(COFINANCING_FORMS.items()), missing=_l("Kies een van de twee.")
    )
    amount = EuroField(_l("Bedrag, als het geld is"), at_most=LARGEST_CENTS, optional=True)
    hours = HoursField(_l("Aantal uren"), optional=True)
    rate = EuroField(_l("Tarief per uur"), at_most=MOST_RATE_CENTS, optional=True)
    period_from = DutchDateField(_l("Eerste dag"), missing=_l("Vul de eerste dag in."))
    period_to = DutchDateField(_l("Laatste dag"), missing=_l("Vul de laatste dag in."))


class EvidenceOfEntryForm(Form):
    """The evidence; of an own share the invoice and the proof of payment."""

    evidence = UploadField(_l("Bewijs"), optional=True)
    payment = UploadField(_l("Bewijs van betaling"), optional=True)


class ProveForm(Form):
    """The second person finds it proven; there is nothing to fill in."""


class RefuseEntryForm(Form):
    """Why it does not count."""

    reason = TextField(_l("Waarom telt dit niet mee?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


@blueprint.get("/cofinanciering")
def cofinancing_list() -> ResponseReturnValue:
    """Per agreement how far it is against the duty, and every entry, the newest first."""
    session, scope = current_session(), the_scope()
    own = cofinancing_entries(session, scope=scope)
    place = paging(len(own))
    writes = current_actor().audience is Audience.REGION
    return page(
        "accounting/cofinancing.html",
        writes=writes,
        stands=[_stand_cells(one) for one in cofinancing_against_duty(session, scope=scope, on=today())],
        agreements=agreements_in(session, scope=scope) if writes else [],
        title_of=title_of,
        rows=[_cells(one) for one in own[place.offset : place.offset + place.size]],
        paging=place,
    )


@blueprint.get("/cofinanciering.csv")
def cofinancing_file() -> ResponseReturnValue:
    """The register as a file."""
    rows = (
        (
            title_of(one.agreement),
            one.contributor,
            one.description,
            label(SECTORS, one.sector),
            label(COFINANCING_FORMS, one.form),
            None if one.hours_hundredths is None else Euros(one.hours_hundredths),
            None if one.rate_cents is None else Euros(one.rate_cents),
            Euros(one.amount_cents),
            one.period_from,
            one.period_to,
            label(COFINANCING_STATES, one.state),
        )
        for one in cofinancing_entries(current_session(), scope=the_scope())
    )
    return csv_file("cofinanciering.csv", HEADER, rows)


@blueprint.route("/cofinanciering/plicht/<agreement_id>", methods=["GET", "POST"])
def cofinancing_duty(agreement_id: str) -> ResponseReturnValue:
    """Lay down or change what has to be reached under an agreement."""
    session = current_session()
    agreements = {one.slug: one for one in agreements_in(session, scope=the_scope())}
    agreement = found(agreements.get(agreement_id))
    decide_on(lambda: _duty_stands(agreement), agreement)
    duty = duty_of(session, agreement=agreement)
    known = {} if duty is None else {"amount": duty.amount_cents, "before_on": duty.before_on}
    form = DutyForm(data=known)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            set_duty(
                session,
                agreement=agreement,
                amount_cents=form.amount.data,
                before_on=form.before_on.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De plicht is vastgelegd."), "ok")
            return redirect(url_for("accounting.cofinancing_list"), code=303)
    return page("accounting/duty.html", form=form, title=title_of(agreement))


@blueprint.route("/cofinanciering/nieuw", methods=["GET", "POST"])
def new_cofinancing() -> ResponseReturnValue:
    """Write down what somebody says to bring."""
    session, form = current_session(), CofinancingEntryForm()
    agreements = {one.slug: one for one in agreements_in(session, scope=the_scope())}
    form.agreement.choices = [(key, title_of(one)) for key, one in agreements.items()]
    if form.validate_on_submit():
        with form.refusals():
            made = claim_cofinancing(
                session,
                agreement=agreements[form.agreement.data],
                contribution=_contribution(form),
                actor=current_actor(),
                now=now(),
            )
            flash(_("De bijdrage staat in het register. Voeg nu het bewijs toe."), "ok")
            return redirect(url_for("accounting.cofinancing", entry_id=made.public_id), code=303)
    return page("accounting/new_cofinancing.html", form=form, any_agreement=bool(agreements))


@blueprint.get("/cofinanciering/<entry_id>")
def cofinancing(entry_id: str) -> ResponseReturnValue:
    """One entry: what it is, its evidence, and for the region what can be done with it."""
    one = _the_entry(entry_id)
    decide_on(lambda: _stands(one), one)
    return _entry_page(one, ProveForm())


@blueprint.post("/cofinanciering/<entry_id>/bewijs")
@takes_file
def add_evidence(entry_id: str) -> ResponseReturnValue:
    """Add or replace the evidence."""
    one, form = _the_entry(entry_id), EvidenceOfEntryForm()
    decide_on(lambda: _stands(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            add_cofinancing_evidence(
                current_session(),
                entry=one,
                evidence=_sent(form.evidence),
                payment=_sent(form.payment),
                vault=vault(),
                actor=current_actor(),
                now=now(),
            )
            flash(_("Het bewijs is toegevoegd."), "ok")
            return redirect(url_for("accounting.cofinancing", entry_id=entry_id), code=303)
    return _entry_page(one, form)


@blueprint.post("/cofinanciering/<entry_id>/bewezen")
def prove_entry(entry_id: str) -> ResponseReturnValue:
    """The second person finds it proven."""
    one, form = _the_entry(entry_id), ProveForm()
    decide_on(lambda: _stands(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            prove_cofinancing(current_session(), entry=one, actor=current_actor(), now=now())
            flash(_("De bijdrage telt mee."), "ok")
            return redirect(url_for("accounting.cofinancing", entry_id=entry_id), code=303)
    return _entry_page(one, form)


@blueprint.post("/cofinanciering/<entry_id>/afwijzen")
def refuse_entry(entry_id: str) -> ResponseReturnValue:
    """It does not count, with a reason."""
    one, form = _the_entry(entry_id), RefuseEntryForm()
    decide_on(lambda: _stands(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            why = form.reason.data
            refuse_cofinancing(current_session(), entry=one, reason=why, actor=current_actor(), now=now())
            flash(_("De bijdrage telt niet mee."), "ok")
            return redirect(url_for("accounting.cofinancing", entry_id=entry_id), code=303)
    return _entry_page(one, form)


@blueprint.get("/cofinanciering/<entry_id>/bewijs")
def evidence_file(entry_id: str) -> ResponseReturnValue:
    """The evidence, made harmless. A funder has no files."""
    return attachment(_the_entry(entry_id).evidence_file, name="bewijs")


@blueprint.get("/cofinanciering/<entry_id>/betaling")
def payment_evidence_file(entry_id: str) -> ResponseReturnValue:
    """The proof of payment of an own share, made harmless."""
    return attachment(_the_entry(entry_id).payment_file, name="betaling")


def _the_entry(entry_id: str) -> Cofinancing:
    return found(cofinancing_by_public_id(current_session(), public_id=entry_id, scope=the_scope()))


def _sent(field: UploadField) -> EvidenceFile | None:
    return None if field.data is None else EvidenceFile(field.data.content, field.data.name)


def _contribution(form: CofinancingEntryForm) -> CofinancingTerms:
    in_kind = form.kind.data == CofinancingForm.IN_KIND.value
    return CofinancingTerms(
        contributor=form.contributor.data,
        description=form.description.data,
        sector=CofinancingSector(form.sector.data),
        period_from=form.period_from.data,
        period_to=form.period_to.data,
        own_share=form.own_share.data == "yes",
        cash_cents=None if in_kind else form.amount.data or 0,
        hours_hundredths=form.hours.data if in_kind else None,
        rate_cents=form.rate.data if in_kind else None,
    )


def _stand_cells(one: DutyStand) -> list[Any]:
    duty, per_month = one.duty, one.needed_per_month_cents
    return [
        title_of(one.agreement),
        format_euros(duty.amount_cents, exact=True) if duty else None,
        format_date(duty.before_on, "short") if duty else None,
        format_euros(one.proven_cents, exact=True),
        format_euros(one.claimed_cents, exact=True),
        format_euros(one.needed_cents, exact=True) if duty else None,
        format_euros(per_month, exact=True) if per_month is not None else None,
    ]


def _cells(one: Cofinancing) -> list[Any]:
    text, kind = COFINANCING_STATES[one.state.value]
    return [
        {
            "text": one.contributor,
            "href": url_for("accounting.cofinancing", entry_id=one.public_id),
            "note": one.description,
        },
        title_of(one.agreement),
        f"{label(SECTORS, one.sector)}, {label(COFINANCING_FORMS, one.form).lower()}",
        period_text(one.period_from, one.period_to),
        {"text": str(text), "tag": kind},
        format_euros(one.amount_cents, exact=True),
    ]


def _stands(one: Cofinancing) -> list[Stand]:
    return [
        Stand("state", _("Stand"), one.state.value, label(COFINANCING_STATES, one.state)),
        Stand.of_cents("amount", _("Bedrag"), one.amount_cents),
        Stand("evidence", _("Bewijs"), one.evidence_file_id, _("toegevoegd") if one.evidence_file_id else _("geen")),
        Stand(
            "payment",
            _("Bewijs van betaling"),
            one.payment_file_id,
            _("toegevoegd") if one.payment_file_id else _("geen"),
        ),
    ]


def _duty_stands(agreement: Agreement) -> list[Stand]:
    duty = duty_of(current_session(), agreement=agreement)
    return [
        Stand.of_cents("amount", _("Plicht"), duty.amount_cents if duty else 0),
        Stand.of_day("before_on", _("Voor de dag"), duty.before_on if duty else None),
    ]


def _entry_page(one: Cofinancing, form: Form) -> ResponseReturnValue:
    actor = current_actor()
    return page(
        "accounting/cofinancing_entry.html",
        form=form,
        files=form if isinstance(form, EvidenceOfEntryForm) else EvidenceOfEntryForm(formdata=None),
        refusal=form if isinstance(form, RefuseEntryForm) else RefuseEntryForm(formdata=None),
        entry=one,
        state=COFINANCING_STATES[one.state.value],
        agreement=title_of(one.agreement),
        sector=label(SECTORS, one.sector),
        hours=None if one.hours_hundredths is None else str(Euros(one.hours_hundredths)),
        period=period_text(one.period_from, one.period_to),
        own=one.claimed_by == actor.reference,
        decides=actor.audience is Audience.REGION and one.state is CofinancingState.CLAIMED,
        inside=actor.audience is not Audience.FUNDER,
    )
