"""Loading the history into an empty desk, all in one transaction, and the figures of the source beside its books."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.accounting.source_report.queries import ComparedFigure, compared_with_source, has_history
from portal.demo.history.accounts import lay_down_plan
from portal.demo.history.desk import HistoryDesk
from portal.demo.history.plan import OPENED_ON, HistoryPlan
from portal.demo.history.playing import Playing, moment
from portal.demo.history.region import write_region
from portal.demo.staff import add_staff
from portal.framework.catalogue.queries import has_region
from portal.framework.loading import load_region
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.actions import Vault

ACTOR = Actor.system("loket demo history")


def load_history(
    engine: Engine, *, plan: HistoryPlan, vault: Vault, progress: Callable[[str], object] | None = None
) -> int:
    """Load the region of the history and play the plan. Returns how many vouchers there are.

    Raises ``Refusal`` on a desk that has a region already, and what the desk refuses of the plan; then nothing was added.
    """

    def work(session: Session) -> int:
        if has_region(session):
            message = _l("De historie past alleen in een leeg loket. Dit loket heeft al een regio.")
            raise Refusal("desk_not_empty", message)
        opened = moment(OPENED_ON, time(8, 0))
        with tempfile.TemporaryDirectory() as folder:
            load_region(session, folder=write_region(Path(folder), plan), actor=ACTOR, now=opened)
        add_staff(session, now=opened)
        desk = HistoryDesk.opened(session, vault, opened)
        lay_down_plan(desk, plan)
        Playing(desk, plan, progress).play()
        return len(plan.vouchers)

    return unit_of_work(engine, work)


def check_history(engine: Engine, *, on: date) -> tuple[ComparedFigure, ...]:
    """The figures of the source beside the books as they stand on a day. Raises ``Refusal`` on a desk without the history."""

    def work(session: Session) -> tuple[ComparedFigure, ...]:
        if not has_history(session):
            raise Refusal("no_history", _l("Dit loket is niet gevuld met de historie van de bron."))
        return compared_with_source(session, actor=ACTOR, on=on)

    return unit_of_work(engine, work, read_only=True)
