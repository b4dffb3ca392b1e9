"""What has to come back and what is to be paid by age, what lapses this quarter, and where each funding line stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.ages import Age, AgedMoney, WaitingMoney, payables, receivables
from portal.accounting.standing import LineStanding, lapsing, line_standings, quarter_of
from portal.framework.catalogue.queries import scheme_titles
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.web.accounting.agreements import day, euros, name_of
from portal.web.accounting.asked import asked_day, in_address
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.words import title_of
from portal.web.edge import found, page
from portal.web.edge.listing import csv_file
from portal.web.edge.policy import current_actor
from portal.web.labels.accounting_words import AGES, WAITS
from portal.words.labels import label


@blueprint.get("/vorderingen-en-schulden")
def waiting_money() -> ResponseReturnValue:
    """As of a day: what has to come back, what is to be paid, what lapses, and the funding lines."""
    form, on = asked_day()
    session, actor = current_session(), current_actor()
    claims = found(receivables(session, actor=actor, on=on))
    bills = found(payables(session, actor=actor, on=on))
    lapses = found(lapsing(session, actor=actor, on=on))
    first, last = quarter_of(on)
    titles = scheme_titles(session, on=on)
    lines = line_standings(session, actor=actor, on=on)
    return page(
        "accounting/waiting_money.html",
        form=form,
        status=200,
        page_errors=bool(form.errors),
        on=on,
        ages=[[str(AGES[age]), euros(claims.of_age(age)), euros(bills.of_age(age))] for age in Age],
        ages_total=[_("Totaal"), euros(claims.cents), euros(bills.cents)],
        claims=_rows(claims, titles),
        claims_total=_total(claims),
        bills=_rows(bills, titles),
        bills_total=_total(bills),
        quarter=_("%(first)s tot en met %(last)s", first=format_date(first), last=format_date(last)),
        lapses=[
            [day(one.last_day), titles.get(one.scheme, one.scheme), one.vouchers, one.blocked, euros(one.open_cents)]
            for one in lapses
        ],
        lapses_total=[
            _("Totaal"),
            "",
            sum(one.vouchers for one in lapses),
            sum(one.blocked for one in lapses),
            euros(sum(one.open_cents for one in lapses)),
        ],
        lines=[
            [{"text": title_of(one.line), "note": name_of(one.line.funder)}, *[euros(cents) for cents in _cents(one)]]
            for one in lines
        ],
        lines_total=[_("Totaal"), *[euros(sum(column)) for column in zip(*map(_cents, lines), strict=True)]],
        files=[
            (_("Rijen (CSV)"), url_for("accounting.waiting_money_file", op=in_address(on))),
            (_("Budgetregels (CSV)"), url_for("accounting.standing_file", op=in_address(on))),
        ],
    )


@blueprint.get("/vorderingen-en-schulden.csv")
def waiting_money_file() -> Response:
    """What has to come back and what is to be paid, in rows."""
    _form, on = asked_day()
    session, actor = current_session(), current_actor()
    titles = scheme_titles(session, on=on)
    header = [_("Wat"), _("Nummer"), _("Opleider"), _("Regeling"), _("Sinds"), _("Dagen"), _("Ouderdom"), _("Bedrag")]
    rows = [
        [
            label(WAITS, row.what),
            row.number,
            row.provider,
            _scheme(row, titles),
            row.since,
            row.days,
            str(AGES[row.age]),
            Euros(row.cents),
        ]
        for aged in (receivables(session, actor=actor, on=on), payables(session, actor=actor, on=on))
        for row in found(aged).rows
    ]
    return csv_file(f"vorderingen-en-schulden-{on:%Y-%m-%d}.csv", header, rows)


@blueprint.get("/budgetregels.csv")
def standing_file() -> Response:
    """Where each funding line stands, as a file."""
    _form, on = asked_day()
    header = [_("Budgetregel"), _("Geldgever"), *_heads()]
    rows = [
        [one.line.slug, name_of(one.line.funder), *[Euros(cents) for cents in _cents(one)]]
        for one in line_standings(current_session(), actor=current_actor(), on=on)
    ]
    return csv_file(f"budgetregels-{on:%Y-%m-%d}.csv", header, rows)


def _heads() -> list[str]:
    return [_("Toegekend"), _("Besteed"), _("Betaald"), _("Teruggevorderd"), _("Afgeschreven")]


def _cents(one: LineStanding) -> tuple[int, ...]:
    return (one.committed_cents, one.spent_cents, one.paid_cents, one.claimed_cents, one.written_off_cents)


def _rows(aged: AgedMoney, titles: Mapping[str, str]) -> list[list[Any]]:
    return [
        [
            {"text": _("%(what)s %(number)s", what=label(WAITS, row.what), number=row.number), "note": _who(row)},
            _scheme(row, titles),
            day(row.since),
            row.days,
            euros(row.cents),
        ]
        for row in aged.rows
    ]


def _scheme(row: WaitingMoney, titles: Mapping[str, str]) -> str | None:
    return None if row.scheme is None else titles.get(row.scheme, row.scheme)


def _who(row: WaitingMoney) -> str:
    return row.provider or _("een aanvrager")


def _total(aged: AgedMoney) -> list[Any]:
    return [_("Totaal"), "", "", "", euros(aged.cents)]
