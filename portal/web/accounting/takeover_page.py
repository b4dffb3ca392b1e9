"""What the page of one takeover shows: its tables, every row with what is wrong in it, the sums, and its vouchers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request, url_for

from portal.accounting.takeover.columns import COLUMNS, SUM_KINDS, TABLES, SumKind, TableKind
from portal.accounting.takeover.mapping import missing_fields
from portal.accounting.takeover.models import AdministrationState, EarlierAdministration
from portal.accounting.takeover.queries import plan_of, vouchers_taken_over
from portal.accounting.takeover.rows import AdministrationPlan, CellFault
from portal.framework.funding.queries import funding_lines
from portal.ledger.closing import closed_until
from portal.oversight.long_work.models import OPEN, WorkKind, WorkState
from portal.oversight.long_work.queries import last_work
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.words import title_of
from portal.web.edge import Stand
from portal.web.edge.listing import paging
from portal.web.edge.policy import current_actor
from portal.web.forms import Form
from portal.words.labels import VOUCHER_STATES, label, tag

ADMINISTRATION_STATES: Mapping[str, tuple[LazyString, str]] = {
    "draft": (_l("nog niet voorgelegd"), "info"),
    "laid_down": (_l("wacht op een tweede persoon"), "wait"),
    "carrying": (_l("wordt overgenomen"), "wait"),
    "taken_over": (_l("overgenomen"), "ok"),
    "undo_laid_down": (_l("ongedaan maken wacht op een tweede persoon"), "wait"),
    "undoing": (_l("wordt ongedaan gemaakt"), "wait"),
    "undone": (_l("ongedaan gemaakt"), "no"),
    "dropped": (_l("weggegooid"), "neutral"),
}
OF_STATE: Mapping[AdministrationState, tuple[WorkKind, ...]] = {
    AdministrationState.DRAFT: (WorkKind.TAKEOVER_TRIAL,),
    AdministrationState.CARRYING: (WorkKind.TAKEOVER,),
    AdministrationState.UNDOING: (WorkKind.TAKEOVER_UNDO,),
}
"""Which long work goes on with it, by where it stands."""
_WAITING = (AdministrationState.DRAFT, AdministrationState.LAID_DOWN)
_PER_PAGE = 50


def stands_of(one: EarlierAdministration) -> list[Stand]:
    """How far it is, and exactly which rows and columns: they are what is taken over."""
    return [
        Stand("state", _("Stand"), one.state.value, label(ADMINISTRATION_STATES, one.state)),
        Stand("content", _("Controlegetal (SHA-256)"), one.content_hash, one.content_hash),
    ]


def administration_page(one: EarlierAdministration, form: Form) -> dict[str, Any]:
    """Everything that the page shows."""
    actor, waits = current_actor(), one.state in _WAITING
    shown: dict[str, Any] = {
        "form": form,
        "one": one,
        "state": tag(ADMINISTRATION_STATES, one.state),
        "sums": _sums(one),
        "own": one.laid_down_by == actor.reference,
        "own_undo": one.undo_laid_down_by == actor.reference,
        "work": _work(one),
    }
    return shown | (_while_it_waits(one) if waits else _in_the_books(one))


def _work(one: EarlierAdministration) -> dict[str, Any] | None:
    """The long work about it that was asked for last, as far as it says something about where it stands."""
    kinds = OF_STATE.get(one.state)
    work = last_work(current_session(), kinds=kinds, about=one.public_id) if kinds else None
    if work is None or (one.is_draft and (one.was_tried or work.state is WorkState.DONE)):
        return None
    open_ = work.state in OPEN
    return {
        "href": url_for("access.long_work", work_id=work.public_id),
        "open": open_,
        "failed": work.trouble is not None,
    }


def _while_it_waits(one: EarlierAdministration) -> dict[str, Any]:
    session = current_session()
    plan = plan_of(session, administration=one, today=today())
    kinds = [kind for kind in TableKind if kind in one.tables]
    asked = next((kind for kind in kinds if kind.value == request.args.get("blad")), kinds[0] if kinds else None)
    place = paging(plan.counts.get(asked, 0) if asked is not None else 0, _PER_PAGE)
    faults = _faults(plan.faults)
    return {
        "plan": plan,
        "tables": [_table(one, kind, plan) for kind in kinds],
        "missing": any(missing_fields(kind, one.mapping.get(kind, {})) for kind in kinds),
        "faults": faults[:_PER_PAGE],
        "more_faults": max(0, len(faults) - _PER_PAGE),
        "kinds": [_link(one, kind, asked) for kind in kinds],
        "asked": asked,
        "preview": _preview(one, asked, plan, place.offset) if asked is not None else None,
        "paging": place,
        "args": {"administration_id": one.public_id, **({"blad": asked.value} if asked is not None else {})},
        "closed": closed_until(session),
    }


def _table(one: EarlierAdministration, kind: TableKind, plan: AdministrationPlan) -> list[Any]:
    """How many rows, which fields have no column yet, and which columns are not used."""
    chosen, headings = one.mapping.get(kind, {}), one.tables[kind]["headings"]
    names = {column.key: str(column.heading) for column in COLUMNS[kind]}
    unused = [text for place, text in enumerate(headings) if text and place not in chosen.values()]
    wrong = len({fault.row for fault in plan.faults if fault.kind is kind})
    missing = [names[key] for key in missing_fields(kind, chosen)]
    return [str(TABLES[kind]), plan.counts[kind], wrong, ", ".join(missing), ", ".join(unused)]


def _faults(faults: Sequence[CellFault]) -> list[list[Any]]:
    names = {(kind, column.key): str(column.heading) for kind, columns in COLUMNS.items() for column in columns}
    return [
        [
            str(TABLES[one.kind]),
            one.row,
            names.get((one.kind, one.field or ""), ""),
            one.written[:60],
            str(one.message),
        ]
        for one in faults
    ]


def _link(one: EarlierAdministration, kind: TableKind, asked: TableKind | None) -> dict[str, Any]:
    href = url_for("accounting.administration", administration_id=one.public_id, blad=kind.value)
    return {"text": str(TABLES[kind]), "href": href, "current": kind is asked}


def _preview(one: EarlierAdministration, kind: TableKind, plan: AdministrationPlan, offset: int) -> dict[str, Any]:
    """The rows of a table as they are read, with what is wrong in each."""
    chosen = one.mapping.get(kind, {})
    used = [column for column in COLUMNS[kind] if column.key in chosen]
    said: dict[int, list[str]] = {}
    for fault in plan.faults:
        if fault.kind is kind:
            said.setdefault(fault.row, []).append(str(fault.message))
    rows = [
        [
            number,
            *(cells[place][:60] if (place := chosen[column.key]) < len(cells) else "" for column in used),
            " ".join(said.get(number, [])) or _("goed"),
        ]
        for number, cells in one.tables[kind]["rows"][offset : offset + _PER_PAGE]
    ]
    headings = [
        {"label": _("Rij")},
        *({"label": str(column.heading)} for column in used),
        {"label": _("Wat er mis is")},
    ]
    return {"columns": headings, "rows": rows}


def _sums(one: EarlierAdministration) -> list[list[Any]]:
    """Per funding line and kind the sum of the files and that of the books; of what was tried, and still is so."""
    if one.tried_sums is None or (one.state in _WAITING and not one.was_tried):
        return []
    titles = {line.slug: title_of(line) for line in funding_lines(current_session())}
    return [
        [
            titles.get(slug, slug),
            str(SUM_KINDS[kind]),
            format_euros(one.tried_sums[slug].get(kind.value, [0, 0])[0], exact=True),
            format_euros(one.tried_sums[slug].get(kind.value, [0, 0])[1], exact=True),
        ]
        for slug in sorted(one.tried_sums)
        for kind in SumKind
    ]


def _in_the_books(one: EarlierAdministration) -> dict[str, Any]:
    taken = vouchers_taken_over(current_session(), administration=one)
    place = paging(len(taken), _PER_PAGE)
    rows = [
        [
            each.reference,
            f"V-{each.voucher.id:06d}",
            tag(VOUCHER_STATES, each.voucher.state),
            format_euros(each.voucher.amount_cents, exact=True),
        ]
        for each in taken[place.offset : place.offset + place.size]
    ]
    return {"vouchers": rows, "paging": place, "args": {"administration_id": one.public_id}}
