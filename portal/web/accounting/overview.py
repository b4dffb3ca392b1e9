"""The first page of the accounts: the money that somebody may see, per funding line, and where everything else is."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.accounting.scope import Scope, scope_of
from portal.accounting.warnings.queries import MAILED, desk_warnings, left_open
from portal.awarding.own_debts.queries import own_costs
from portal.ledger.queries import Figures, line_figures
from portal.people.actor import Actor
from portal.planning.expected_use.queries import exposures
from portal.platform.clock import local_date, now
from portal.platform.database import current_session
from portal.platform.i18n import current_locale, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.kept import kept
from portal.web.accounting.words import title_of
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.words.labels import FIGURES, label

SHOWN = ("funded", "reserved", "spent", "paid", "available")


@blueprint.get("/")
def overview() -> ResponseReturnValue:
    """Per funding line and in total: budget, reserved, spent, paid and available."""
    session, actor = current_session(), current_actor()
    of = ("overview", actor.audience, actor.organisation_id, current_locale())
    shown = found(kept(session, of, lambda: _shown(session, actor)))
    return page(
        "accounting/overview.html",
        warnings=_warnings(session, actor) if actor.audience in MAILED else None,
        **shown,
    )


def _shown(session: Session, actor: Actor) -> dict[str, Any] | None:
    """All that the page says that is the same for everybody of one organisation; None for who sees no accounts."""
    scope = scope_of(session, actor=actor)
    if scope is None:
        return None
    lines = tuple(scope.line_ids)
    by_line = kept(session, ("figures", lines), lambda: line_figures(session, funding_line_ids=lines))
    return {
        "funder": localized({"nl": scope.funder.name_nl, "en": scope.funder.name_en}) if scope.funder else None,
        "columns": [{"label": _("Budgetregel")}, *({"label": label(FIGURES, one), "kind": "number"} for one in SHOWN)],
        "rows": _rows(scope, by_line),
        "beside": _beside(session) if scope.funder is None else "",
        "exposed": _exposed(session, actor) if scope.funder is None else [],
        "total": [_("Totaal"), *_cells(sum(by_line.values(), Figures()))],
    }


def _beside(session: Session) -> str:
    """What the region paid of its own money, and owes: it counts in no figure here. Empty when there is nothing."""
    costs = own_costs(session)
    if not costs:
        return ""
    return _(
        "Hier telt niet mee wat de regio van eigen geld betaalt, aan dwangsommen en schade: %(decided)s, waarvan %(paid)s "
        "betaald.",
        decided=format_euros(sum(one.decided_cents for one in costs), exact=True),
        paid=format_euros(sum(one.paid_cents for one in costs), exact=True),
    )


def _exposed(session: Session, actor: Actor) -> list[list[Any]]:
    """What is promised beyond budgets because not all of it will be used, and who vouches for that; by budget."""
    return [
        [
            {"text": title_of(one.line), "href": url_for("accounting.surety", surety_id=one.public_id)},
            _of_funder(one.guarantor),
            format_euros(exposed, exact=True),
            format_euros(one.most_cents, exact=True),
        ]
        for one, exposed in exposures(session, actor=actor)
    ]


def _warnings(session: Session, actor: Actor) -> int:
    """How many are open for this reader: what stands out is the same for all who may see it, who has seen it is not."""
    at = now()
    on = local_date(at)
    standing = kept(session, ("warnings", on), lambda: desk_warnings(session, actor=actor, now=at))
    return kept(
        session,
        ("open warnings", on, actor.account_id),
        lambda: len(left_open(session, standing, account_id=actor.account_id, today=on).open),
    )


def _rows(scope: Scope, by_line: dict[int, Figures]) -> list[list[Any]]:
    return [
        [
            {
                "text": localized({"nl": line.title_nl, "en": line.title_en}),
                "note": None if scope.funder else _of(line),
            },
            *_cells(by_line[line.id]),
        ]
        for line in scope.lines
    ]


def _of(line: Any) -> str:
    return _of_funder(line.funder)


def _of_funder(funder: Any) -> str:
    return localized({"nl": funder.name_nl, "en": funder.name_en})


def _cells(figures: Figures) -> list[str]:
    return [format_euros(getattr(figures, f"{one}_cents"), exact=True) for one in SHOWN]
