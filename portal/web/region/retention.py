"""How long everything is kept: terms laid down by two people, what would go, cases that are held, and what was erased."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.oversight.privacy.kinds import LONGEST_YEARS, PROPOSED, Kept, KeptFor, TermUnit
from portal.oversight.privacy.retention import actions
from portal.oversight.privacy.retention.actions import (
    LONGEST,
    WantedTerm,
    confirm_term,
    hold_case,
    lay_down_term,
    take_back_term,
)
from portal.oversight.privacy.retention.models import ErasureBatch, RetentionTerm, TermState
from portal.oversight.privacy.retention.queries import (
    KindStand,
    Preview,
    batches,
    case_to_hold,
    hold_by_public_id,
    holds,
    preview,
    stands,
    term_by_public_id,
)
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import format_date, format_datetime, format_number
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form, TextField, WholeNumberField
from portal.web.region.blueprint import blueprint
from portal.words.labels import label
from portal.words.privacy_labels import COUNTED_FROM, KEPT, UNITS, term_in_words

MOST_DAYS = LONGEST_YEARS * 366


class TermForm(Form):
    """How long a kind of data is kept, and why."""

    number = WholeNumberField(
        _l("Hoe lang bewaart u deze gegevens?"), at_least=1, at_most=MOST_DAYS, missing=_l("Vul een getal in.")
    )
    unit = ChoiceField(_l("In"), choices=list(UNITS.items()), missing=_l("Kies dagen, maanden of jaren."))
    basis = TextField(_l("Op welke grond bewaart u ze?"), maximum=LONGEST, missing=_l("Vul de grond in."))
    source = TextField(_l("Waar staat de termijn?"), maximum=LONGEST, missing=_l("Vul de bron in."))


class HoldForm(Form):
    """Which case stays, why, and until when."""

    number = TextField(_l("Nummer van de vraag"), maximum=20, missing=_l("Vul het nummer van de vraag in."))
    reason = TextField(
        _l("Waarom moet deze zaak blijven?"), maximum=1000, multiline=True, missing=_l("Vul de reden in.")
    )
    until = DutchDateField(_l("Tot en met"), earliest=today)


@blueprint.get("/bewaren")
def retention() -> ResponseReturnValue:
    """Every kind of data with its term; what was erased; and which cases are held."""
    session = current_session()
    return page(
        "region/retention.html",
        rows=[_row(one) for one in stands(session)],
        done=[_done(one) for one in batches(session)],
        held=[
            {
                "number": number,
                "reason": one.reason,
                "until": format_date(one.until) if one.until is not None else _("zonder einde"),
                "end": url_for("region.end_hold", hold_id=one.public_id),
            }
            for one, number in holds(session, today=today())
        ],
    )


@blueprint.route("/bewaren/soort/<kept_kind>", methods=["GET", "POST"])
def retention_kind(kept_kind: str) -> ResponseReturnValue:
    """Lay down how long one kind of data is kept, after seeing what would go by the term that is proposed or in force."""
    session = current_session()
    kind = found(next((one for one in Kept if one.value == kept_kind), None))
    stand = next(one for one in stands(session) if one.kind is kind)
    decide_on(lambda: _stands(stand), *([stand.in_force] if stand.in_force is not None else []))
    term = stand.in_force.term if stand.in_force is not None else stand.proposed
    form = TermForm(data=_data(stand))
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            wanted = WantedTerm(
                kind, KeptFor(form.number.data, TermUnit(form.unit.data)), form.basis.data, form.source.data
            )
            laid = lay_down_term(session, wanted=wanted, actor=current_actor(), now=now())
            flash(_("De termijn wacht op een collega. Tot die tijd wordt er niets gewist."), "ok")
            return redirect(url_for("region.retention_term", term_id=laid.public_id), code=303)
    return page(
        "region/retention_kind.html",
        form=form,
        title=label(KEPT, kind.value),
        counted=label(COUNTED_FROM, kind.value),
        waiting=url_for("region.retention_term", term_id=stand.waiting.public_id)
        if stand.waiting is not None
        else None,
        seen=_seen(preview(session, kind=kind, term=term, today=today()), term),
    )


@blueprint.route("/bewaren/termijn/<term_id>", methods=["GET", "POST"])
def retention_term(term_id: str) -> ResponseReturnValue:
    """A term that one person laid down: what would go tonight, and the button of the second person."""
    session, actor = current_session(), current_actor()
    laid = found(term_by_public_id(session, public_id=term_id))
    decide_on(lambda: [Stand("state", _("Stand"), laid.state.value, str(_STATES[laid.state]))], laid)
    form = Form()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            confirm_term(session, laid=laid, actor=actor, now=now())
            flash(_("De termijn geldt. Wat over de termijn is, wordt de komende nacht gewist."), "ok")
            return redirect(url_for("region.retention"), code=303)
    waits = laid.state is TermState.WAITING
    return page(
        "region/retention_term.html",
        form=form,
        title=label(KEPT, laid.kind.value),
        facts=_facts(laid),
        waits=waits,
        own=laid.laid_down_by == actor.reference,
        take_back=url_for("region.take_back_retention", term_id=laid.public_id),
        seen=_seen(preview(session, kind=laid.kind, term=laid.term, today=today()), laid.term) if waits else None,
    )


@blueprint.post("/bewaren/termijn/<term_id>/terugnemen")
def take_back_retention(term_id: str) -> ResponseReturnValue:
    """Take back a term that waits."""
    laid = found(term_by_public_id(current_session(), public_id=term_id))
    take_back_term(current_session(), laid=laid, actor=current_actor(), now=now())
    flash(_("De termijn is teruggenomen."), "ok")
    return redirect(url_for("region.retention"), code=303)


@blueprint.route("/bewaren/vasthouden", methods=["GET", "POST"])
def hold() -> ResponseReturnValue:
    """Keep one case, by its number."""
    session = current_session()
    form = HoldForm()
    if form.validate_on_submit():
        with form.refusals():
            question = case_to_hold(session, number=form.number.data, actor=current_actor())
            if question is None:
                raise Refusal("unknown_number", _l("Dit nummer kennen wij niet."), field="number")
            hold_case(
                session,
                question=question,
                reason=form.reason.data,
                until=form.until.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De zaak wordt vastgehouden."), "ok")
            return redirect(url_for("region.retention"), code=303)
    return page("region/retention_hold.html", form=form)


@blueprint.post("/bewaren/vasthouden/<hold_id>/beeindigen")
def end_hold(hold_id: str) -> ResponseReturnValue:
    """Let the terms hold for a case again."""
    held = found(hold_by_public_id(current_session(), public_id=hold_id))
    actions.end_hold(current_session(), held=held, actor=current_actor(), now=now())
    flash(_("De zaak wordt niet meer vastgehouden."), "ok")
    return redirect(url_for("region.retention"), code=303)


# In words --------------------------------------------------------------------------------------------------------------

_STATES = {
    TermState.WAITING: _l("wacht op een collega"),
    TermState.IN_FORCE: _l("geldt"),
    TermState.REPLACED: _l("vervangen"),
    TermState.WITHDRAWN: _l("teruggenomen"),
}


def _row(stand: KindStand) -> list[Any]:
    term, held = stand.in_force, stand.waiting
    said: dict[str, Any] = {"text": _("nog niet vastgelegd: er wordt niets gewist"), "tag": "wait"}
    if term is not None:
        said = {"text": term_in_words(term.number, term.unit.value), "note": term.source}
    waits: dict[str, Any] | str = ""
    if held is not None:
        href = url_for("region.retention_term", term_id=held.public_id)
        waits = {"text": term_in_words(held.number, held.unit.value), "href": href}
    return [
        {"text": label(KEPT, stand.kind.value), "href": url_for("region.retention_kind", kept_kind=stand.kind.value)},
        label(COUNTED_FROM, stand.kind.value),
        said,
        waits,
    ]


def _done(batch: ErasureBatch) -> list[Any]:
    rows = sum((batch.counts or {}).values())
    return [
        label(KEPT, batch.kind.value),
        format_date(batch.cut_on, "short"),
        format_number(batch.planned),
        format_number(batch.erased) if batch.erased is not None else "",
        format_number(rows) if batch.done_at is not None else "",
        format_datetime(batch.done_at, "short") if batch.done_at is not None else _("gepland"),
    ]


def _stands(stand: KindStand) -> list[Stand]:
    term = stand.in_force
    said = term_in_words(term.number, term.unit.value) if term is not None else _("nog niet vastgelegd")
    return [Stand("term", _("Termijn die nu geldt"), said, said)]


def _data(stand: KindStand) -> dict[str, Any]:
    known, proposed = stand.in_force, PROPOSED[stand.kind]
    if known is not None:
        return {"number": known.number, "unit": known.unit.value, "basis": known.basis, "source": known.source}
    term = proposed.term
    return {
        "number": term.number,
        "unit": term.unit.value,
        "basis": str(proposed.basis),
        "source": str(proposed.source),
    }


def _facts(laid: RetentionTerm) -> list[tuple[str, str]]:
    facts = [
        (_("Termijn"), term_in_words(laid.number, laid.unit.value)),
        (_("Geteld"), label(COUNTED_FROM, laid.kind.value)),
        (_("Grond"), laid.basis),
        (_("Bron"), laid.source),
        (_("Stand"), str(_STATES[laid.state])),
        (_("Voorgelegd door"), f"{laid.laid_down_by_name}, {format_date(laid.laid_down_at)}"),
    ]
    if laid.confirmed_by_name is not None:
        facts.append((_("Akkoord van"), f"{laid.confirmed_by_name}, {format_date(laid.confirmed_at)}"))
    return facts


def _seen(seen: Preview, term: KeptFor) -> dict[str, Any]:
    return {
        "term": term_in_words(term.number, term.unit.value),
        "day": format_date(seen.cut_on),
        "number": format_number(seen.number),
        "none": seen.number == 0,
        "examples": ", ".join(seen.examples),
    }
