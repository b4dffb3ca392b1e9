"""Where warnings come from: functions that read, each for some kinds. What another subject adds stands in one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.accounting.agreements.queries import duties_due
from portal.accounting.warnings.inflow import lagging_routes
from portal.accounting.warnings.models import WarningKind, WarningSeverity
from portal.accounting.warnings.money import money_warnings
from portal.accounting.warnings.terms import ending_claims_back, ending_vouchers, late_steps, legal_terms
from portal.accounting.warnings.warning import DeskWarning, WarningRow

Source = Callable[[Session, date], Iterator[DeskWarning]]
DUE_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class OpenDuty:
    """A report or another duty that is open, and its last day. `about` is its public id, without personal data.

    One that comes back is another one for each of its days: who has left out the one still gets the next.
    """

    about: str
    title_nl: str
    title_en: str
    due_on: date


def _of_agreements(session: Session, until: date) -> list[OpenDuty]:
    """What was agreed with funders. Of a duty that comes back only its next day: the later ones begin when that is done."""
    return [
        OpenDuty(one.duty.public_id, one.duty.text[:200], one.duty.text[:200], one.due_on)
        for one in duties_due(session, until=until, on=until)
        if not one.ahead
    ]


DUTIES: list[Callable[[Session, date], list[OpenDuty]]] = [_of_agreements]
"""Who knows of duties that are open, asked with the last day that matters."""


def duties(session: Session, today: date) -> Iterator[DeskWarning]:
    """Duties that are due within thirty days, or were."""
    for ask in DUTIES:
        for duty in ask(session, today + DUE_WITHIN):
            if duty.due_on > today + DUE_WITHIN:
                continue
            title = {"nl": duty.title_nl, "en": duty.title_en}
            late = duty.due_on < today
            yield DeskWarning(
                kind=WarningKind.DUTY,
                about=f"{duty.about}.{duty.due_on:%Y%m%d}",
                severity=WarningSeverity.URGENT if late else WarningSeverity.NOTICE,
                since=duty.due_on - DUE_WITHIN,
                figures={"title": title, "due_on": duty.due_on, "is_late": late},
                rows=(WarningRow(name=title, last=duty.due_on, number=1),),
            )


SOURCES: tuple[Source, ...] = (
    legal_terms,
    money_warnings,
    duties,
    lagging_routes,
    late_steps,
    ending_vouchers,
    ending_claims_back,
)
"""In the order in which they stand on the page, the urgent ones first."""
