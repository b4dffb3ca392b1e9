"""What the page of one list of trainings shows: where it stands, what it would change row by row, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request, url_for

from portal.framework.training_files.actions import is_long, plan_of_import
from portal.framework.training_files.models import OPEN, ImportState, TrainingImport
from portal.framework.training_files.plan import ImportPlan, PlannedRow, RowKind
from portal.oversight.long_work.models import OPEN as NOT_OVER
from portal.oversight.long_work.models import LongWork, WorkKind
from portal.oversight.long_work.queries import last_work
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import LazyString
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge.listing import paging
from portal.web.edge.sight import Stand
from portal.words.labels import tag

KINDS: Mapping[RowKind, LazyString] = {
    RowKind.WRONG: _l("fout"),
    RowKind.NEW: _l("nieuw"),
    RowKind.CHANGED: _l("anders"),
    RowKind.UNCHANGED: _l("hetzelfde"),
}
GOES_ON = "goes_on"
STATES: Mapping[str, tuple[LazyString, str]] = {
    ImportState.WAITING.value: (_l("nog niet ingelezen"), "wait"),
    GOES_ON: (_l("wordt ingelezen"), "wait"),
    ImportState.TAKING_IN.value: (_l("inlezen gestopt"), "no"),
    ImportState.TAKEN_IN.value: (_l("ingelezen"), "ok"),
    ImportState.DROPPED.value: (_l("weggegooid"), "neutral"),
}
_PER_PAGE = 50


@dataclass(frozen=True)
class ListLook:
    """A list as it stands, with the work on it that was asked for last."""

    kept: TrainingImport
    work: LongWork | None

    @cached_property
    def plan(self) -> ImportPlan | None:
        """What taking it in does; None when it was settled, or a process of the desk was taking it in."""
        if self.kept.state not in OPEN or self.goes_on:
            return None
        return plan_of_import(current_session(), kept=self.kept, now=now())

    @property
    def goes_on(self) -> bool:
        """Whether it is taken in by work that is not over."""
        return self.work is not None and self.work.state in NOT_OVER and self.kept.state is ImportState.TAKING_IN

    @property
    def state(self) -> dict[str, Any]:
        """Where it stands, as a tag."""
        return tag(STATES, GOES_ON if self.goes_on else self.kept.state.value)

    @property
    def stands(self) -> list[Stand]:
        """Where it stands, how many rows there are of each kind, and the whole plan, so that any difference is seen."""
        state = Stand("state", _("Stand"), GOES_ON if self.goes_on else self.kept.state.value, str(self.state["text"]))
        if self.plan is None:
            return [state]
        counts = [Stand(kind.value, str(name), (n := self.plan.counts[kind]), str(n)) for kind, name in KINDS.items()]
        return [state, *counts, Stand("plan", _("Wat er verandert"), self.plan.digest, _("zie de rijen hieronder"))]


def look_at(kept: TrainingImport) -> ListLook:
    """A list as it stands now."""
    return ListLook(kept, last_work(current_session(), kinds=[WorkKind.TRAININGS], about=kept.public_id))


def list_page(look: ListLook) -> dict[str, Any]:
    """Everything that the page shows."""
    shown = {"kept": look.kept, "state": look.state, "came": _came(look), "work": _work(look), "plan": look.plan}
    return shown | (_rows(look.kept, look.plan) if look.plan is not None else {})


def taken_in_words(kept: TrainingImport) -> str:
    """What was done with a list."""
    done = {"new": kept.entered, "changed": kept.corrected, "wrong": kept.refused}
    return _("Ingelezen: %(new)s nieuw, %(changed)s anders. Overgeslagen: %(wrong)s.", **done)


def dropped_words(kept: TrainingImport) -> str:
    """What throwing a list away did."""
    if not kept.written:
        return _("De lijst is weggegooid. Er is niets veranderd.")
    done = {"new": kept.entered, "changed": kept.corrected}
    return _("De lijst is weggegooid. Wat al was ingelezen, blijft: %(new)s nieuw, %(changed)s anders.", **done)


def _came(look: ListLook) -> str:
    """What was done already; empty when nothing was."""
    kept = look.kept
    if kept.state is ImportState.TAKEN_IN:
        return taken_in_words(kept)
    if kept.state is ImportState.DROPPED:
        return dropped_words(kept)
    if kept.state is not ImportState.TAKING_IN:
        return ""
    so_far = _("Tot nu toe ingelezen: %(new)s nieuw, %(changed)s anders.", new=kept.entered, changed=kept.corrected)
    return so_far if look.goes_on else so_far + " " + _("Kijk hieronder wat er nog te doen is en lees de rest in.")


def _work(look: ListLook) -> dict[str, Any] | None:
    """The work on a list that is not settled."""
    if look.work is None or look.kept.state is not ImportState.TAKING_IN:
        return None
    href = url_for("access.long_work", work_id=look.work.public_id)
    return {"href": href, "open": look.goes_on, "failed": look.work.trouble is not None}


def _rows(kept: TrainingImport, plan: ImportPlan) -> dict[str, Any]:
    chosen = next((kind for kind in RowKind if kind.value == request.args.get("soort")), None)
    rows = plan.of_kind(chosen)
    place = paging(len(rows), _PER_PAGE)
    return {
        "rows": [_shown(one) for one in rows[place.offset : place.offset + place.size]],
        "kinds": _links(plan, kept.public_id, chosen),
        "any_wrong": bool(plan.counts[RowKind.WRONG]),
        "any_work": bool(plan.work),
        "is_long": is_long(plan),
        "paging": place,
        "args": {"import_id": kept.public_id, **({"soort": chosen.value} if chosen is not None else {})},
    }


def _links(plan: ImportPlan, import_id: str, chosen: RowKind | None) -> list[dict[str, Any]]:
    href = url_for("region.training_plan", import_id=import_id)
    links = [{"text": _("alle"), "href": href, "count": len(plan.rows), "current": chosen is None}]
    for kind, name in KINDS.items():
        href = url_for("region.training_plan", import_id=import_id, soort=kind.value)
        links.append({"text": name, "href": href, "count": plan.counts[kind], "current": chosen is kind})
    return links


def _shown(one: PlannedRow) -> dict[str, Any]:
    """One row as the page shows it."""
    headings = one.row.headings()
    return {
        "number": one.row.number,
        "name": one.row.shown("name"),
        "provider": one.row.shown("provider"),
        "kind": KINDS[one.kind],
        "wrong": one.kind is RowKind.WRONG,
        "errors": [(headings.get(key, key), one.row.shown(key), text) for key, text in one.row.errors.items()],
        "differences": one.differences,
    }
