"""How fast the desk is, who waits for money, and what stands out: numbers for the region and its controller, nobody's name."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.awarding.waiting_list.queries import WaitingCount, waiting_counts
from portal.framework.catalogue.queries import scheme_titles
from portal.oversight.flags.queries import FlagCount, flag_counts
from portal.oversight.lead_times import MEASURED_OVER, SHOWN_FROM, LeadTime, lead_times
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, ngettext
from portal.platform.i18n import gettext as _
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import page
from portal.web.edge.policy import current_actor
from portal.web.labels.paying_words import FLAG_KINDS
from portal.words.labels import STEPS, label


@blueprint.get("/doorlooptijden")
def pace_page() -> ResponseReturnValue:
    """Days per step over the last thirteen weeks, the waiting lists per scheme, and the signals per kind."""
    session, actor, last = current_session(), current_actor(), today()
    first = last - MEASURED_OVER
    titles = scheme_titles(session, on=last)
    return page(
        "accounting/pace.html",
        first=first,
        last=last,
        shown_from=SHOWN_FROM,
        steps=[_step(one) for one in lead_times(session, actor=actor, first=first, last=last)],
        waiting=[_waiting(one, titles) for one in waiting_counts(session, actor=actor)],
        signals=[_signal(one) for one in flag_counts(session, actor=actor)],
    )


def _step(one: LeadTime) -> list[Any]:
    return [label(STEPS, one.step), one.n, _days(one.p50_days), _days(one.p90_days)]


def _days(number: int | None) -> str:
    return _("te weinig") if number is None else ngettext("%(num)s dag", "%(num)s dagen", number)


def _waiting(one: WaitingCount, titles: dict[str, str]) -> list[Any]:
    wanted = format_euros(one.wanted_cents)
    return [titles.get(one.scheme, one.scheme), one.waiting, one.offered, wanted, format_date(one.since, "short")]


def _signal(one: FlagCount) -> list[Any]:
    since = format_date(one.open_since, "short") if one.open_since is not None else None
    return [str(FLAG_KINDS[one.kind.value]), one.open, one.closed, since]
