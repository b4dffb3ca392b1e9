"""Agreements with funders: the list, one with everything that goes with it, and its parties and papers."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.agreements.actions import (
    AgreementPaper,
    AgreementTerms,
    add_agreement,
    add_document,
    add_party,
    note_signed,
)
from portal.accounting.agreements.actions import amend_agreement as amend
from portal.accounting.agreements.models import AgreementDocument, AgreementDuty, PlanChange
from portal.accounting.agreements.queries import (
    agreement_by_slug,
    agreements,
    changes_of,
    document_file,
    documents_of,
    duties_due,
    duties_of,
    funder_by_slug,
    may_open,
    parties_of,
    party_by_public_id,
)
from portal.accounting.tranches.queries import promised_cents, tranches_of
from portal.framework.funding.models import Agreement, Funder
from portal.framework.funding.queries import funders
from portal.people.actor import Audience
from portal.platform.clock import now, today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.acting import ActPage, do_on, done, how_many
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.words import title_of
from portal.web.edge import Stand, found, page
from portal.web.edge.listing import csv_file
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form, TextField
from portal.web.forms.uploads import UploadField, attachment, takes_file, vault
from portal.web.labels.accounting_words import ANSWERS, DUTY_KINDS, REPEATED, TRANCHE_STATES, tag
from portal.words.labels import label


class AgreementForm(Form):
    """How an agreement is called, and when it was signed."""

    title_nl = TextField(_l("Titel in het Nederlands"), maximum=300, missing=_l("Vul de titel in."))
    title_en = TextField(_l("Titel in het Engels"), maximum=300, missing=_l("Vul de titel in het Engels in."))
    reference = TextField(_l("Kenmerk van de geldgever"), maximum=300, optional=True)
    signed_on = DutchDateField(_l("Dag van ondertekening"), latest=today, optional=True)

    @property
    def terms(self) -> AgreementTerms:
        """What was filled in."""
        return AgreementTerms(
            self.title_nl.data or "", self.title_en.data or "", self.reference.data, self.signed_on.data
        )


class NewAgreementForm(AgreementForm):
    """A new agreement with a known funder."""

    slug = TextField(_l("Korte naam"), maximum=80, missing=_l("Vul een korte naam in."))
    funder = ChoiceField(_l("Met welke geldgever?"), missing=_l("Kies een geldgever."))


class PartyForm(Form):
    """Who makes the agreement."""

    name = TextField(_l("Naam van de partij"), maximum=200, missing=_l("Vul de naam van de partij in."))
    signed_on = DutchDateField(_l("Dag van de handtekening"), latest=today, optional=True)


class SignedForm(Form):
    """On which day a party signed."""

    signed_on = DutchDateField(_l("Dag van de handtekening"), latest=today, missing=_l("Vul de dag in."))


class PaperForm(Form):
    """A paper of an agreement."""

    title = TextField(_l("Welk stuk is dit?"), maximum=200, missing=_l("Schrijf op welk stuk dit is."))
    file = UploadField(_l("Bestand"), missing=_l("Kies een bestand."))


def writes() -> bool:
    """Whether who is here may write: the region."""
    return current_actor().audience is Audience.REGION


def the_agreement(agreement_id: str) -> Agreement:
    """The agreement of the address, when the actor may see it. A 404 otherwise."""
    return found(agreement_by_slug(current_session(), slug=agreement_id, actor=current_actor()))


def name_of(funder: Funder) -> str:
    """The name of a funder in the language of the moment."""
    return localized({"nl": funder.name_nl, "en": funder.name_en})


def back_to(agreement: Agreement) -> str:
    """The address of an agreement."""
    return url_for("accounting.agreement", agreement_id=agreement.slug)


def euros(cents: int | None) -> str | None:
    """An amount to the cent; nothing when there is none."""
    return None if cents is None else format_euros(cents, exact=True)


def day(on: Any) -> str | None:
    """A day in short; nothing when there is none."""
    return None if on is None else format_date(on, "short")


@blueprint.get("/afspraken")
def agreement_list() -> ResponseReturnValue:
    """The agreements that somebody may see, with what was promised, came in and is overdue."""
    rows = [
        [
            {"text": title_of(one), "href": back_to(one), "note": one.reference},
            name_of(one.funder),
            day(one.signed_on),
            *[euros(cents) for cents in _money(one)],
            tag((_l("te laat"), "no")) if late else tag((_l("op tijd"), "ok")),
        ]
        for one, late in _listed()
    ]
    return page("accounting/agreements.html", rows=rows, writes=writes())


@blueprint.get("/afspraken.csv")
def agreements_file() -> Response:
    """The same as a file."""
    header = [_("Afspraak"), _("Titel"), _("Geldgever"), _("Kenmerk"), _("Ondertekend")]
    header += [_("Toegezegd"), _("Ontvangen"), _("Te laat")]
    rows = []
    for one, late in _listed():
        promised, received = _money(one)
        money = [Euros(promised) if promised is not None else None, Euros(received)]
        rows.append([one.slug, title_of(one), name_of(one.funder), one.reference, one.signed_on, *money, late])
    return csv_file("afspraken.csv", header, rows)


def _listed() -> list[tuple[Agreement, int]]:
    """The agreements, each with how many duties are overdue."""
    session = current_session()
    seen = agreements(session, actor=current_actor())
    due = duties_due(session, until=today(), on=today(), agreement_ids=[one.id for one in seen])
    late = [one.duty.agreement_id for one in due if one.overdue]
    return [(one, late.count(one.id)) for one in seen]


def _money(agreement: Agreement) -> tuple[int | None, int]:
    session = current_session()
    received = sum(one.received_cents() for one in tranches_of(session, agreement=agreement))
    return promised_cents(session, agreement=agreement), received


@blueprint.get("/afspraken/<agreement_id>")
def agreement(agreement_id: str) -> ResponseReturnValue:
    """One agreement: who signed, what has to be done, the papers, the changes and the money."""
    session, one = current_session(), the_agreement(agreement_id)
    papers, (promised, received) = documents_of(session, agreement=one), _money(one)
    facts = [
        (_("Geldgever"), name_of(one.funder)),
        (_("Kenmerk"), one.reference),
        (_("Ondertekend"), day(one.signed_on)),
        (_("Toegezegd"), euros(promised)),
        (_("Ontvangen"), euros(received)),
    ]
    return page(
        "accounting/agreement.html",
        agreement=one,
        title=title_of(one),
        writes=writes(),
        facts=[{"label": name, "value": value} for name, value in facts],
        parties=[[party.name, _signature(one, party)] for party in parties_of(session, agreement=one)],
        duties=[_duty_row(duty) for duty in duties_of(session, agreement=one)],
        papers=[_paper_row(paper) for paper in papers],
        files=[paper.file for paper in papers],
        shut=not all(may_open(paper, current_actor()) for paper in papers),
        changes=[row for change in changes_of(session, agreement=one) for row in _answer_rows(change)],
        tranches=[
            [
                {
                    "text": _("Termijn %(number)s", number=part.number),
                    "href": url_for("accounting.tranche", tranche_id=part.public_id),
                },
                euros(part.amount_cents),
                day(part.expected_on),
                day(part.called_on),
                euros(part.received_cents()),
                tag(TRANCHE_STATES[part.state]),
            ]
            for part in tranches_of(session, agreement=one)
        ],
    )


def _signature(agreement: Agreement, party: Any) -> Any:
    if party.signed_on is not None:
        return day(party.signed_on)
    if not writes():
        return _("nog niet")
    href = url_for("accounting.sign_party", agreement_id=agreement.slug, party_id=party.public_id)
    return {"text": _("Handtekening vastleggen"), "href": href, "note": _("nog niet ondertekend")}


def _duty_row(duty: AgreementDuty) -> list[Any]:
    text: Any = {"text": duty.text, "note": label(DUTY_KINDS, duty.kind)}
    if duty.is_open and writes():
        text["href"] = url_for("accounting.duty", duty_id=duty.public_id)
    again = None if duty.repeated is None else label(REPEATED, duty.repeated)
    return [text, euros(duty.amount_cents), {"text": day(duty.due_on) or "–", "note": again}, _duty_state(duty)]


def _duty_state(duty: AgreementDuty) -> Any:
    if duty.done_on is not None:
        return {"text": _("gedaan op %(day)s", day=day(duty.done_on)), "note": duty.done_note}
    if duty.dropped_at is not None:
        return {"text": _("vervallen"), "note": duty.drop_reason}
    if duty.due_on is not None and duty.due_on < today():
        return tag((_l("te laat"), "no"))
    return tag((_l("open"), "info"))


def _paper_row(paper: AgreementDocument) -> list[Any]:
    name = {"text": paper.title}
    if may_open(paper, current_actor()):
        name["href"] = url_for("accounting.agreement_document", document_id=paper.public_id)
    return [name, day(paper.added_at.date())]


def _answer_rows(change: PlanChange) -> list[list[Any]]:
    """A row for each who was asked."""
    rows = []
    for one in change.approvals:
        who = name_of(one.funder) if one.funder is not None else _("Stuurgroep")
        answer: Any = tag(ANSWERS[one.state])
        if one.recorded_at is None and writes():
            href = url_for("accounting.plan_answer", approval_id=one.public_id)
            answer = {"text": _("Antwoord vastleggen"), "href": href, "note": _("wacht op antwoord")}
        when = one.approved_on or one.refused_on
        what = {"text": change.what, "note": _("gevraagd op %(day)s", day=day(change.asked_on))}
        rows.append([what, who, answer, {"text": day(when) or "–", "note": one.note}])
    return rows


@blueprint.get("/stukken/<document_id>")
def agreement_document(document_id: str) -> ResponseReturnValue:
    """A paper of an agreement, to save."""
    file = document_file(current_session(), public_id=document_id, actor=current_actor())
    return attachment(file, name="stuk-bij-afspraak")


# What the region does ------------------------------------------------------------------------------------------------


@blueprint.route("/nieuwe-afspraak", methods=["GET", "POST"])
def new_agreement() -> ResponseReturnValue:
    """Lay down an agreement with a known funder."""
    session, actor, form = current_session(), current_actor(), NewAgreementForm()
    form.funder.choices = [(one.slug, name_of(one)) for one in funders(session)]

    def act() -> None:
        funder = found(funder_by_slug(session, slug=form.funder.data))
        add_agreement(session, slug=form.slug.data, funder=funder, terms=form.terms, actor=actor, now=now())

    number = len(agreements(session, actor=actor))
    shown = ActPage(
        _("Nieuwe afspraak"),
        _("Afspraak vastleggen"),
        url_for("accounting.agreement_list"),
        lambda: how_many("agreements", _("Aantal afspraken"), number),
        hints={"slug": _("Kleine letters, cijfers en streepjes, zoals regiodeal-2027.")},
    )
    return do_on(shown, form, act, done)


@blueprint.route("/afspraken/<agreement_id>/gegevens", methods=["GET", "POST"])
def amend_agreement(agreement_id: str) -> ResponseReturnValue:
    """Correct how an agreement is called, or when it was signed."""
    session, one = current_session(), the_agreement(agreement_id)
    said = {name: getattr(one, name) for name in ("title_nl", "title_en", "reference", "signed_on")}
    form = AgreementForm(data=said)

    def act() -> None:
        amend(session, agreement=one, terms=form.terms, actor=current_actor(), now=now())

    def stands() -> list[Stand]:
        return [
            Stand("title", _("Titel"), f"{one.title_nl}/{one.title_en}", title_of(one)),
            Stand("reference", _("Kenmerk"), one.reference, one.reference or "–"),
            Stand.of_day("signed_on", _("Ondertekend"), one.signed_on),
        ]

    shown = ActPage(_("Gegevens van de afspraak"), _("Gegevens opslaan"), back_to(one), stands, (one,))
    return do_on(shown, form, act, done)


@blueprint.route("/afspraken/<agreement_id>/partij", methods=["GET", "POST"])
def new_party(agreement_id: str) -> ResponseReturnValue:
    """Who makes the agreement."""
    session, one, form = current_session(), the_agreement(agreement_id), PartyForm()

    def act() -> None:
        name, signed_on = form.name.data, form.signed_on.data
        add_party(session, agreement=one, name=name, signed_on=signed_on, actor=current_actor(), now=now())

    shown = ActPage(
        _("Partij toevoegen"),
        _("Partij toevoegen"),
        back_to(one),
        lambda: how_many("parties", _("Aantal partijen"), len(parties_of(session, agreement=one))),
        (one,),
    )
    return do_on(shown, form, act, done)


@blueprint.route("/afspraken/<agreement_id>/partij/<party_id>", methods=["GET", "POST"])
def sign_party(agreement_id: str, party_id: str) -> ResponseReturnValue:
    """Write down on which day a party signed."""
    session, one, form = current_session(), the_agreement(agreement_id), SignedForm()
    party = found(party_by_public_id(session, public_id=party_id, agreement=one))

    def act() -> None:
        note_signed(session, party=party, signed_on=form.signed_on.data, actor=current_actor(), now=now())

    shown = ActPage(
        _("Handtekening van %(name)s", name=party.name),
        _("Handtekening vastleggen"),
        back_to(one),
        lambda: [Stand.of_day("signed", _("Handtekening"), party.signed_on)],
        (party,),
    )
    return do_on(shown, form, act, done)


@blueprint.route("/afspraken/<agreement_id>/stuk", methods=["GET", "POST"])
@takes_file
def new_document(agreement_id: str) -> ResponseReturnValue:
    """Keep a paper of an agreement."""
    session, one, form = current_session(), the_agreement(agreement_id), PaperForm()

    def act() -> None:
        paper = AgreementPaper(form.file.data.content, form.file.data.name, form.title.data)
        add_document(session, agreement=one, paper=paper, vault=vault(), actor=current_actor(), now=now())

    shown = ActPage(
        _("Stuk toevoegen"),
        _("Stuk bewaren"),
        back_to(one),
        lambda: how_many("papers", _("Aantal stukken"), len(documents_of(session, agreement=one))),
        (one,),
        hints={"file": _("Een PDF, JPG of PNG van hoogstens 12 MB, zonder wachtwoord.")},
    )
    return do_on(shown, form, act, done)
