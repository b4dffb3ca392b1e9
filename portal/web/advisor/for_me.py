"""Everything that is due for an advisor in one list, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.handovers.queries import who_is_away
from portal.oversight.worklist.due import Due
from portal.oversight.worklist.for_me import DAYS_AHEAD, MOST_OF_A_KIND, due_for
from portal.oversight.worklist.queries import Whose
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.due_cells import rows_of_due
from portal.web.edge import page
from portal.web.edge.listing import paging
from portal.web.edge.policy import current_actor
from portal.words.decision_labels import DUE
from portal.words.labels import WHOSE, label


@blueprint.get("/voor-mij")
def for_me() -> ResponseReturnValue:
    """What has to be done, by when, and where: of the own cases, of nobody's, or of everybody's."""
    whose = next((one for one in Whose if one.value == request.args.get("van")), Whose.MINE)
    kind = next((one for one in Due if one.value == request.args.get("wat")), None)
    further = request.args.get("verder") == "1"
    session, actor = current_session(), current_actor()
    found = due_for(
        session,
        actor=actor,
        now=now(),
        whose=whose,
        days_ahead=None if further else DAYS_AHEAD,
    )
    items = [item for item in found.items if kind in (None, item.what)]
    place = paging(len(items))
    shown = items[place.offset : place.offset + place.size]
    asked: dict[str, Any] = {
        "van": whose.value if whose is not Whose.MINE else None,
        "wat": kind.value if kind is not None else None,
        "verder": "1" if further else None,
    }
    return page(
        "advisor/for_me.html",
        rows=rows_of_due(shown),
        late=sum(1 for item in items if item.overdue),
        total=len(items),
        paging=place,
        asked={name: value for name, value in asked.items() if value},
        owners=[_link(label(WHOSE, one), asked, one is whose, van=_unless_mine(one)) for one in _IN_ORDER],
        kinds=_kinds(Counter(item.what for item in found.items), asked, kind),
        cut=[label(DUE, what) for what in Due if what in found.cut],
        most=MOST_OF_A_KIND,
        days=DAYS_AHEAD,
        further=further,
        away=next((one for one in who_is_away(session) if one.hand_over.from_account_id == actor.account_id), None),
        other=url_for("advisor.for_me", **(asked | {"verder": None if further else "1"})),
    )


_IN_ORDER = (Whose.MINE, Whose.NOBODY, Whose.EVERYBODY)


def _unless_mine(whose: Whose) -> str | None:
    return None if whose is Whose.MINE else whose.value


def _link(text: str, asked: Mapping[str, Any], current: bool, **other: str | None) -> dict[str, Any]:
    return {"text": text, "href": url_for("advisor.for_me", **{**asked, **other}), "current": current}


def _kinds(numbers: Mapping[Due, int], asked: Mapping[str, Any], kind: Due | None) -> list[dict[str, Any]]:
    links = [_link(_("alles"), asked, kind is None, wat=None) | {"count": sum(numbers.values())}]
    for what in Due:
        if numbers.get(what) or what is kind:
            links.append(_link(label(DUE, what), asked, what is kind, wat=what.value) | {"count": numbers.get(what, 0)})
    return links
