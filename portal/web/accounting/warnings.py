"""Warnings: what asks for attention now, each with the rows behind its figure; leaving one out for a while; the weekly mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.warnings.actions import LONGEST_LEFT_OUT, mark_seen, set_digest, show_again
from portal.accounting.warnings.models import LONGEST_NOTE, WarningKind
from portal.accounting.warnings.queries import notes_on, subscription_of, warning_by_key, warnings_now
from portal.accounting.warnings.sentences import KINDS, SEVERITIES, STEPS, sentence
from portal.accounting.warnings.warning import DeskWarning, WarningRow
from portal.people.actor import Audience
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, format_number, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import DutchDateField, Form, TextField
from portal.words.labels import FIGURES, label


class SeenForm(Form):
    """Leave a warning out until after a day, with a note."""

    note = TextField(
        _l("Wat doet u, of waarom kan het wachten?"),
        maximum=LONGEST_NOTE,
        missing=_l("Schrijf op wat u doet of waarom het kan wachten."),
        multiline=True,
    )
    until = DutchDateField(
        _l("Tot en met welke dag?"),
        earliest=today,
        latest=lambda: today() + LONGEST_LEFT_OUT,
        missing=_l("Vul een dag in."),
    )


class MailForm(Form):
    """Turn the weekly mail on or off; there is nothing to fill in but the button."""

    wanted = TextField(maximum=3)


@blueprint.get("/waarschuwingen")
def warning_list() -> ResponseReturnValue:
    """What is open for this reader, what the reader left out, and whether the mail is on."""
    session, actor = current_session(), current_actor()
    found_now = warnings_now(session, actor=actor, now=now())
    wanted = subscription_of(session, account_id=actor.account_id or 0)
    return page(
        "accounting/warnings.html",
        rows=[_cells(one) for one in found_now.open],
        number=len(found_now.open),
        left_out=[_cells(one) for one in found_now.left_out],
        by_mail=wanted is not None and wanted.is_on,
    )


@blueprint.route("/waarschuwingen/<warning_key>", methods=["GET", "POST"])
def warning(warning_key: str) -> ResponseReturnValue:
    """One warning with the rows that add up to its figure; who has seen it leaves it out for a while."""
    session, actor, moment = current_session(), current_actor(), now()
    one = found(warning_by_key(session, key=warning_key, actor=actor, now=moment))
    decide_on(lambda: [_stand(one)])
    form = SeenForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            mark_seen(session, key=one.key, note=form.note.data, until=form.until.data, actor=actor, now=moment)
            flash(_("De waarschuwing staat niet meer bij de open waarschuwingen."), "ok")
            return redirect(url_for("accounting.warning_list"), code=303)
    notes = notes_on(session, key=one.key, actor=actor, now=moment)
    columns, cells, total = _BEHIND[one.kind](one)
    return page(
        "accounting/warning.html",
        form=form,
        one=one,
        title=label(KINDS, one.kind),
        severity=SEVERITIES[one.severity.value],
        text=sentence(one),
        columns=columns,
        rows=cells,
        total=total,
        more=_more(one),
        notes=[(note, note.account_id == actor.account_id) for note in notes],
        mine=any(note.account_id == actor.account_id for note in notes),
    )


@blueprint.post("/waarschuwingen/<warning_key>/weer-tonen")
def show_warning_again(warning_key: str) -> ResponseReturnValue:
    """End what was noted: the warning counts again."""
    session, actor, moment = current_session(), current_actor(), now()
    one = found(warning_by_key(session, key=warning_key, actor=actor, now=moment))
    show_again(session, key=one.key, actor=actor, now=moment)
    flash(_("De waarschuwing staat weer bij de open waarschuwingen."), "ok")
    return redirect(url_for("accounting.warning", warning_key=one.key), code=303)


@blueprint.post("/waarschuwingen-mail")
def warnings_by_mail() -> ResponseReturnValue:
    """Turn the weekly mail of this account on or off."""
    form = MailForm()
    wanted = bool(form.wanted.data == "ja")
    set_digest(current_session(), wanted=wanted, actor=current_actor(), now=now())
    flash(_("U krijgt elke week een mail.") if wanted else _("U krijgt geen mail meer."), "ok")
    return redirect(url_for("accounting.warning_list"), code=303)


def _stand(one: DeskWarning) -> Stand:
    word = str(SEVERITIES[one.severity.value][0])
    return Stand(one.key, label(KINDS, one.kind), word, word)


def _cells(one: DeskWarning) -> list[Any]:
    word, tag = SEVERITIES[one.severity.value]
    return [
        {
            "text": label(KINDS, one.kind),
            "href": url_for("accounting.warning", warning_key=one.key),
            "note": sentence(one),
        },
        {"text": str(word), "tag": tag},
        format_date(one.since, "short"),
    ]


def _more(one: DeskWarning) -> list[tuple[str, str]]:
    """The pages that show more of it, for who may open them."""
    if one.kind is WarningKind.FEW_QUESTIONS:
        return [(_("Plan en instroom per week"), url_for("accounting.inflow"))]
    if one.kind in (WarningKind.LAPSING, WarningKind.RUNNING_OUT):
        links = [(_("Geld per budgetregel"), url_for("accounting.overview"))]
        if current_actor().audience is Audience.REGION:
            behind = url_for("region.transfers", cijfer="available", budget=one.about)
            links.append((_("Boekingen achter het vrije bedrag"), behind))
        return links
    return []


# The rows behind a figure ----------------------------------------------------------------------------------------------

Shown = tuple[list[dict[str, Any]], list[list[Any]], list[Any] | None]


def _column(text: str, kind: str | None = None) -> dict[str, Any]:
    return {"label": text} | ({"kind": kind} if kind else {})


def _weeks(one: DeskWarning) -> Shown:
    columns = [_column(_("Week")), _column(_("Verstuurd"), "number"), _column(_("Gepland"), "number")]
    cells = [[_days(row), row.number, _about(row.planned)] for row in one.rows]
    return columns, cells, [_("Totaal"), _number(one), _about(sum(row.planned or 0 for row in one.rows))]


def _money(one: DeskWarning) -> Shown:
    columns = [_column(_("Soort")), _column(_("Bedrag"), "number")]
    cells = [[label(FIGURES, row.code or ""), format_euros(row.cents, exact=True)] for row in one.rows]
    return columns, cells, [label(FIGURES, "available"), _cents(one)]


def _vouchers(one: DeskWarning) -> Shown:
    columns = [
        _column(_("Regeling")),
        _column(_("Laatste dag")),
        _column(_("Vouchers"), "number"),
        _column(_("Nog niet gebruikt"), "number"),
    ]
    cells = [
        [localized(row.name), format_date(row.last, "short"), row.number, format_euros(row.cents, exact=True)]
        for row in one.rows
    ]
    return columns, cells, [_("Totaal"), None, _number(one), _cents(one)]


def _terms(one: DeskWarning) -> Shown:
    columns = [_column(_("Laatste dag om te besluiten")), _column(_("Aanvragen"), "number")]
    return columns, [[format_date(row.last), row.number] for row in one.rows], [_("Totaal"), _number(one)]


def _duty(one: DeskWarning) -> Shown:
    columns = [_column(_("Verplichting")), _column(_("Laatste dag"))]
    return columns, [[localized(row.name), format_date(row.last)] for row in one.rows], None


def _claims(one: DeskWarning) -> Shown:
    columns = [_column(_("Laatste dag")), _column(_("Terugvorderingen"), "number"), _column(_("Nog open"), "number")]
    cells: list[list[Any]] = [
        [format_date(row.last), row.number, format_euros(row.cents or 0, exact=True)] for row in one.rows
    ]
    return columns, cells, [_("Totaal"), _number(one), _cents(one)]


def _steps(one: DeskWarning) -> Shown:
    columns = [
        _column(_("Stap")),
        _column(_("Gemeten vragen"), "number"),
        _column(_("9 van de 10 binnen (dagen)"), "number"),
        _column(_("Beloofd (dagen)"), "number"),
    ]
    cells: list[list[Any]] = [[label(STEPS, row.code or ""), row.number, row.days, row.promised] for row in one.rows]
    return columns, cells, None


_BEHIND: Mapping[WarningKind, Callable[[DeskWarning], Shown]] = {
    WarningKind.FEW_QUESTIONS: _weeks,
    WarningKind.LAPSING: _money,
    WarningKind.RUNNING_OUT: _money,
    WarningKind.VOUCHERS_END: _vouchers,
    WarningKind.CLAIMS_END: _claims,
    WarningKind.TERMS_PAST: _terms,
    WarningKind.TERMS_NEAR: _terms,
    WarningKind.DUTY: _duty,
    WarningKind.LEAD_TIME: _steps,
}


def _days(row: WarningRow) -> str:
    return f"{format_date(row.first, 'short')} – {format_date(row.last, 'short')}"


def _number(one: DeskWarning) -> int:
    return sum(row.number or 0 for row in one.rows)


def _cents(one: DeskWarning) -> str:
    return format_euros(sum(row.cents or 0 for row in one.rows), exact=True)


def _about(planned: float | None) -> str:
    return format_number(round(planned or 0))
