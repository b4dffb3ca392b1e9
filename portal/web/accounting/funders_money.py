"""The money of funders: what came in, what was paid from it and what is in hand, per month and per day; and what is to come."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.liquidity import Liquidity, liquidities
from portal.accounting.tranches.models import Tranche
from portal.accounting.tranches.queries import MatchedBy, suggested_lines, tranches
from portal.platform.clock import today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.agreements import back_to, day, euros, name_of, title_of
from portal.web.accounting.asked import asked_day, in_address
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import page
from portal.web.edge.listing import csv_file
from portal.web.edge.policy import current_actor
from portal.web.labels.accounting_words import TRANCHE_STATES, tag


@blueprint.get("/geld-van-geldgevers")
def funders_money() -> ResponseReturnValue:
    """Per funder, and together, what is in hand as of a day, and the tranches that are still to come."""
    form, on = asked_day()
    session, actor = current_session(), current_actor()
    found = liquidities(session, actor=actor, on=on)
    return page(
        "accounting/funders_money.html",
        form=form,
        status=200,
        page_errors=bool(form.errors),
        on=on,
        rows=[_row(one) for one in found],
        each=[
            {"name": _of(one), "rows": [_month(moved.until, moved) for moved in one.months], "short": _short(one)}
            for one in found
        ],
        ahead=[_tranche(one) for one in tranches(session, actor=actor) if one.open_cents > 0],
        files=[
            (_("Per dag (CSV)"), url_for("accounting.liquidity_file", op=in_address(on))),
            (_("Termijnen (CSV)"), url_for("accounting.tranches_file")),
        ],
    )


@blueprint.get("/geld-van-geldgevers.csv")
def liquidity_file() -> Response:
    """Every day on which something came in or was paid, as a file."""
    _form, on = asked_day()
    header = [_("Geldgever"), _("Dag"), _("Ontvangen"), _("Betaald"), _("In kas")]
    rows = [
        [_of(one), moved.until, Euros(moved.received_cents), Euros(moved.paid_cents), Euros(moved.in_hand_cents)]
        for one in liquidities(current_session(), actor=current_actor(), on=on)
        for moved in one.days
    ]
    return csv_file(f"liquiditeit-{on:%Y-%m-%d}.csv", header, rows)


@blueprint.get("/termijnen.csv")
def tranches_file() -> Response:
    """Every tranche as a file."""
    header = [_("Afspraak"), _("Geldgever"), _("Termijn"), _("Bedrag"), _("Verwacht op"), _("Opgevraagd op")]
    header += [_("Ontvangen"), _("Nog te ontvangen"), _("Stand")]
    rows = [
        [
            one.agreement.slug,
            name_of(one.agreement.funder),
            one.number,
            Euros(one.amount_cents),
            one.expected_on,
            one.called_on,
            Euros(one.received_cents()),
            Euros(one.open_cents),
            str(TRANCHE_STATES[one.state][0]),
        ]
        for one in tranches(current_session(), actor=current_actor())
    ]
    return csv_file("termijnen.csv", header, rows)


def _of(one: Liquidity) -> str:
    return name_of(one.funder) if one.funder is not None else _("Alles samen")


def _row(one: Liquidity) -> list[Any]:
    return [
        _of(one),
        euros(one.received_cents),
        euros(one.paid_cents),
        euros(one.in_hand_cents),
        euros(one.overdue_cents),
        tag((_l("te weinig"), "no")) if one.in_hand_cents < 0 else tag((_l("genoeg"), "ok")),
    ]


def _short(one: Liquidity) -> str | None:
    """Since when more was paid than was received."""
    if one.short_since is None:
        return None
    return _(
        "Op %(day)s was voor het eerst meer betaald dan ontvangen.",
        day=format_date(one.short_since),
    )


def _month(first: Any, moved: Any) -> list[Any]:
    return [
        f"{first:%m-%Y}",
        euros(moved.received_cents),
        euros(moved.paid_cents),
        euros(moved.in_hand_cents),
        euros(moved.expected_cents),
        euros(moved.then_cents),
    ]


def _tranche(one: Tranche) -> list[Any]:
    late = one.expected_on < today()
    return [
        {"text": day(one.expected_on), "note": _("te laat") if late else None},
        {
            "text": _("Termijn %(number)s", number=one.number),
            "href": url_for("accounting.tranche", tranche_id=one.public_id),
            "note": _("misschien is het geld binnen") if _maybe_in(one) else None,
        },
        {"text": title_of(one.agreement), "href": back_to(one.agreement)},
        euros(one.open_cents),
        tag(TRANCHE_STATES[one.state]),
    ]


def _maybe_in(one: Tranche) -> bool:
    """For the region: whether money at the bank has the reference or the amount of a tranche."""
    suggested = suggested_lines(current_session(), tranche=one, actor=current_actor())
    return any(each.by is not MatchedBy.OTHER for each in suggested)
