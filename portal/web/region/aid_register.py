"""The central register of de-minimis aid: what has to be entered by when, as a list and as a file, and that it was."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.aid_register.actions import note_entered
from portal.awarding.aid_register.queries import RegisterDuty, RegisteredAward, entries_of, register_of_aid
from portal.framework.catalogue.queries import scheme_version
from portal.platform.clock import now, today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_datetime, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.listing import csv_file
from portal.web.edge.policy import current_actor
from portal.web.forms import Form, TextField
from portal.web.region.blueprint import blueprint
from portal.words.decision_labels import REGISTER_DUTIES
from portal.words.labels import label

HEADER = (
    _l("Begunstigde"),
    _l("KVK-nummer"),
    _l("Bedrag in euro"),
    _l("Dag van toekenning"),
    _l("Instantie die toekende"),
    _l("Steuninstrument"),
    _l("Sector (NACE)"),
    _l("Wat er moet gebeuren"),
    _l("Uiterlijk op"),
    _l("Bedrag in het register"),
    _l("Kenmerk in het register"),
)


class EnteredForm(Form):
    """What the register calls the entry, and the sector of the beneficiary."""

    reference = TextField(_l("Kenmerk in het register"), missing=_l("Vul het kenmerk uit het register in."), maximum=80)
    sector = TextField(
        _l("Sector van de onderneming (NACE-code)"), missing=_l("Vul de NACE-code in, bijvoorbeeld 10.71."), maximum=10
    )


@blueprint.get("/de-minimis")
def aid_register() -> ResponseReturnValue:
    """What has to be entered or corrected, the first term first, and what stands in the register."""
    every = register_of_aid(current_session(), actor=current_actor())
    return page(
        "region/aid_register.html",
        due=[_due_cells(one) for one in every if one.duty is not None],
        entered=[_entered_cells(one) for one in every if one.duty is None and one.entered_cents is not None],
    )


@blueprint.get("/de-minimis/bestand.csv")
def aid_register_file() -> ResponseReturnValue:
    """Every award in the fields of the register."""
    rows = [
        [
            one.beneficiary,
            one.kvk_number,
            Euros(one.amount_cents),
            one.awarded_on.isoformat(),
            one.authority,
            _instrument(one),
            one.sector,
            label(REGISTER_DUTIES, one.duty) if one.duty is not None else "",
            one.due_on.isoformat() if one.duty is not None else "",
            Euros(one.entered_cents) if one.entered_cents is not None else "",
            one.reference,
        ]
        for one in register_of_aid(current_session(), actor=current_actor())
    ]
    return csv_file(f"de-minimis-{today()}.csv", HEADER, rows)


@blueprint.route("/de-minimis/<award_id>", methods=["GET", "POST"])
def registered_award(award_id: str) -> ResponseReturnValue:
    """One award with the fields of the register; that it was entered there ends what is due."""
    session, actor = current_session(), current_actor()
    found(_one(award_id))
    decide_on(lambda: _stands(found(_one(award_id))))
    one = found(_one(award_id))
    form = EnteredForm(data={"sector": one.sector})
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            note_entered(
                session, award=one, reference=form.reference.data, sector=form.sector.data, actor=actor, now=now()
            )
            flash(_("Vastgelegd dat dit in het register staat."), "ok")
            return redirect(url_for("region.aid_register"), code=303)
    return page(
        "region/registered_award.html",
        form=form,
        award=one,
        facts=_facts(one),
        earlier=[
            [
                format_datetime(entry.entered_at, "short"),
                entry.entered_by_name,
                entry.reference,
                format_euros(entry.amount_cents, exact=True),
            ]
            for entry in entries_of(session, award=award_id)
        ],
    )


def _one(award_id: str) -> RegisteredAward | None:
    return next(iter(register_of_aid(current_session(), actor=current_actor(), award=award_id)), None)


def _stands(one: RegisteredAward) -> list[Stand]:
    """What it comes to, and what the register has."""
    entered = format_euros(one.entered_cents, exact=True) if one.entered_cents is not None else _("nog niets")
    return [
        Stand.of_cents("amount", _("Bedrag"), one.amount_cents),
        Stand("entered", _("Bedrag in het register"), one.entered_cents, entered),
    ]


def _instrument(one: RegisteredAward) -> str:
    held = scheme_version(current_session(), slug=one.scheme, version=one.scheme_version)
    return _("subsidie: %(scheme)s", scheme=localized(held.definition.title) if held is not None else one.scheme)


def _facts(one: RegisteredAward) -> list[dict[str, Any]]:
    facts = [
        (_("Begunstigde"), one.beneficiary),
        (_("KVK-nummer"), one.kvk_number),
        (_("Bedrag"), format_euros(one.amount_cents, exact=True)),
        (_("Dag van toekenning"), format_date(one.awarded_on)),
        (_("Instantie die toekende"), one.authority),
        (_("Steuninstrument"), _instrument(one)),
        (_("Sector (NACE)"), one.sector),
    ]
    if one.duty is not None:
        facts.append((_("Uiterlijk op"), format_date(one.due_on)))
    return [{"label": name, "value": value} for name, value in facts]


def _due_cells(one: RegisteredAward) -> list[Any]:
    late = one.due_on < today()
    day = format_date(one.due_on, "short")
    return [
        {
            "text": one.beneficiary,
            "href": url_for("region.registered_award", award_id=one.public_id),
            "note": one.kvk_number,
        },
        {"text": label(REGISTER_DUTIES, one.duty), "tag": "wait" if one.duty is RegisterDuty.ENTER else "info"},
        {"text": _("te laat"), "tag": "no", "note": day} if late else day,
        format_euros(one.amount_cents, exact=True),
    ]


def _entered_cells(one: RegisteredAward) -> list[Any]:
    return [
        {
            "text": one.beneficiary,
            "href": url_for("region.registered_award", award_id=one.public_id),
            "note": one.kvk_number,
        },
        one.reference,
        format_date(one.awarded_on, "short"),
        format_euros(one.amount_cents, exact=True),
    ]
