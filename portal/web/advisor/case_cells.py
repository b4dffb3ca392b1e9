"""How a case stands in the worklist: per column a cell for the page, and a value for the file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from flask import url_for

from portal.oversight.worklist.queries import WorklistRow
from portal.platform.clock import local_date
from portal.platform.csv_text import Euros
from portal.platform.i18n import format_date, format_datetime, format_euros, ngettext
from portal.platform.i18n import gettext as _
from portal.web.edge.policy import note_viewing
from portal.words.labels import ROUTES, STANDINGS, label, tag
from portal.words.names import Names
from portal.words.worklist_labels import CASE_COLUMNS

FIGURES = frozenset({"costs", "age"})


ORDERS = {
    "name": "name",
    "training": "training",
    "owner": "owner",
    "age": "oldest",
    "sent": "newest",
    "until": "deadline",
}
"""Per column the order that its head asks for."""


def columns_of(
    chosen: Sequence[str], order: str | None = None, address: Callable[[str], str] | None = None
) -> list[dict[str, Any]]:
    """The heads of the table: number and name, and what was chosen; with an address one can put the cases in order there."""
    return [_head(name, order, address) for name in ("name", *chosen)]


def _head(name: str, order: str | None, address: Callable[[str], str] | None) -> dict[str, Any]:
    head: dict[str, Any] = {"label": label(CASE_COLUMNS, name) if name != "name" else _("Nummer en naam")}
    if name in FIGURES:
        head["kind"] = "number"
    asks = ORDERS.get(name)
    if address is not None and asks is not None:
        head["href"] = address(asks)
        if asks == order:
            head["sort"] = "descending" if name in ("age", "sent") else "ascending"
    return head


def cells_of(row: WorklistRow, names: Names, chosen: Sequence[str], *, pick: bool = False) -> list[Any]:
    """The cells of a case, which is logged as looked at; with `pick` it can be chosen for an act on several."""
    note_viewing(question_id=row.id)
    first = {
        "text": row.reference_number,
        "href": url_for("advisor.question", question_id=row.public_id),
        "note": row.asker_name,
    }
    cells = {
        "training": _training(row, names, beside="route" not in chosen),
        "owner": row.owner_name or _("niemand"),
        "costs": format_euros(row.total_cents) if row.total_cents else None,
        "standing": _standing(row, beside="talk" not in chosen),
        "age": ngettext("%(num)s dag", "%(num)s dagen", row.age_days),
        "until": _deadline(row),
        "route": label(ROUTES, row.route),
        "place": _place(row, names),
        "sent": format_date(local_date(row.submitted_at), "short"),
        "talk": format_datetime(row.next_talk, "short") if row.next_talk is not None else None,
    }
    return [first | ({"pick": row.public_id} if pick else {}), *(cells[name] for name in chosen)]


def header_of(chosen: Sequence[str]) -> list[str]:
    """The first line of the file."""
    return [_("Nummer"), _("Naam"), *(label(CASE_COLUMNS, name) for name in chosen)]


def line_of(row: WorklistRow, names: Names, chosen: Sequence[str], restricted: Collection[int]) -> list[Any]:
    """A case as a line of the file: days as days, amounts and numbers of days as figures. No name of who is `restricted`."""
    values = {
        "training": row.training_name,
        "owner": row.owner_name,
        "costs": Euros(row.total_cents),
        "standing": label(STANDINGS, row.standing),
        "age": row.age_days,
        "until": row.due_on,
        "route": label(ROUTES, row.route),
        "place": _place(row, names),
        "sent": local_date(row.submitted_at),
        "talk": row.next_talk,
    }
    name = _("gegevens beperkt") if row.id in restricted else row.asker_name
    return [row.reference_number, name, *(values[name] for name in chosen)]


def _place(row: WorklistRow, names: Names) -> str | None:
    return names.answer("residence_municipality", row.municipality) if row.municipality else None


def _training(row: WorklistRow, names: Names, *, beside: bool) -> dict[str, Any]:
    note = ", ".join(filter(None, (label(ROUTES, row.route), _place(row, names)))) if beside else None
    return {"text": row.training_name or _("nog geen opleiding"), "note": note}


def _standing(row: WorklistRow, *, beside: bool) -> dict[str, Any]:
    state: dict[str, Any] = dict(tag(STANDINGS, row.standing))
    if row.next_talk is not None and beside:
        state["note"] = _("gesprek %(when)s", when=format_datetime(row.next_talk, "short"))
    return state


def _deadline(row: WorklistRow) -> Any:
    if row.due_on is None:
        return None
    what = _("antwoord") if row.answer_by else _("besluit") if row.decide_by is not None else _("reactie")
    if row.overdue:
        return {"text": _("te laat"), "tag": "no", "note": f"{what} {format_date(row.due_on, 'short')}"}
    return {"text": format_date(row.due_on, "short"), "note": what}
