"""Acts on accounting periods: add one, lay its closing down, take that back, and close it as a second person."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.accounting.period_statement import statement_of
from portal.accounting.periods.models import AccountingPeriod, PeriodLength, PeriodState
from portal.accounting.periods.queries import (
    day_after,
    last_day_of,
    last_period,
    open_period_before,
    statement_as_laid_down,
)
from portal.accounting.scope import only_region
from portal.accounting.takeover.queries import in_the_middle
from portal.framework.powers import Power, require_power
from portal.ledger.closing import close_books
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import require_other_person
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l

EARLIEST, LATEST = date(2000, 1, 1), date(2999, 1, 1)
_QUARTERS = (1, 4, 7, 10)


def add_period(
    session: Session, *, length: PeriodLength, first_day: date, actor: Actor, now: datetime
) -> AccountingPeriod:
    """Add the next month or quarter. The first one may begin on the first day of any month (of a quarter).

    Raises ``Refusal`` at ``first_day`` for a day that leaves a gap, overlaps or does not begin a month or quarter; ``Conflict``
    when a colleague added one at the same moment.
    """
    only_region(actor)
    before = last_period(session)
    if before is not None and first_day != day_after(before):
        message = _l("Een periode begint op de dag na de vorige. Zo ontstaat er geen gat en geen overlap.")
        raise Refusal("does_not_follow", message, field="first_day")
    if first_day.day != 1 or not EARLIEST <= first_day < LATEST:
        message = _l("Een periode begint op de eerste dag van een maand.")
        raise Refusal("not_first_of_month", message, field="first_day")
    if length is PeriodLength.QUARTER and first_day.month not in _QUARTERS:
        message = _l("Een kwartaal begint op 1 januari, 1 april, 1 juli of 1 oktober. Voeg eerst losse maanden toe.")
        raise Refusal("not_first_of_quarter", message, field="length")
    period = AccountingPeriod(
        number=before.number + 1 if before is not None else 1,
        first_day=first_day,
        last_day=last_day_of(first_day, length),
        state=PeriodState.OPEN,
        added_at=now,
        added_by=actor.reference,
    )
    taken = Conflict("period_added", _l("Een collega heeft net een periode toegevoegd. Bekijk de lijst opnieuw."))
    write_new(session, period, otherwise=taken)
    _log(session, period, "period.added", actor, now)
    return period


def lay_down_closing(session: Session, *, period: AccountingPeriod, actor: Actor, now: datetime) -> AccountingPeriod:
    """Lay the figures of a period that is over before a colleague, who closes it with the same figures.

    Raises ``Refusal`` when it is not over, ``Conflict`` when it was laid down or closed before, or an earlier one is open.
    """
    only_region(actor)
    hold(session, period, AccountingPeriod.state == PeriodState.OPEN, otherwise=_not_open())
    _require_turn(session, period, now)
    statement = statement_of(session, first_day=period.first_day, last_day=period.last_day)
    period.state = PeriodState.LAID_DOWN
    period.laid_down_at, period.laid_down_by = now, actor.reference
    period.laid_down_by_name = actor.signature
    period.sha256 = statement.sha256
    session.flush()
    _log(session, period, "period.laid_down", actor, now)
    return period


def take_back_closing(session: Session, *, period: AccountingPeriod, actor: Actor, now: datetime) -> AccountingPeriod:
    """Take back that a closing was laid down: the figures are looked at again. Anyone of the region does that.

    Raises ``Conflict`` when it does not wait (any more).
    """
    only_region(actor)
    waits = AccountingPeriod.state == PeriodState.LAID_DOWN
    nothing = {"laid_down_at": None, "laid_down_by": None, "laid_down_by_name": None, "sha256": None}
    write_guarded(session, period, waits, otherwise=_not_waiting(), state=PeriodState.OPEN, **nothing)
    _log(session, period, "period.taken_back", actor, now)
    return period


def close_period(session: Session, *, period: AccountingPeriod, actor: Actor, now: datetime) -> AccountingPeriod:
    """Close a period as the second person. Nothing is booked in it from now on, and its statement is kept.

    Whoever books at this moment is waited for; after that the books are closed and the figures are made once more. When they are
    not those that were laid down nothing is done. Raises ``Refusal`` for who laid it down, ``Conflict`` when it does not wait
    (any more) or the figures changed.
    """
    only_region(actor)
    hold(session, period, AccountingPeriod.state == PeriodState.LAID_DOWN, otherwise=_not_waiting())
    require_power(session, Power.CLOSE_BOOKS, actor=actor, on=local_date(now), prepared_by=period.laid_down_by)
    require_other_person(actor, prepared_by=period.laid_down_by)
    _require_turn(session, period, now)
    close_books(session, until=period.last_day, actor_id=actor.reference, now=now)
    statement = statement_as_laid_down(session, period=period)
    if statement is None:
        message = _l("De cijfers zijn veranderd nadat ze zijn voorgelegd. Neem het terug en leg ze opnieuw voor.")
        raise Conflict("figures_changed", message)
    period.state = PeriodState.CLOSED
    period.closed_at, period.closed_by = now, actor.reference
    period.closed_by_name = actor.signature
    period.statement = statement.text
    session.flush()
    _log(session, period, "period.closed", actor, now)
    return period


def _require_turn(session: Session, period: AccountingPeriod, now: datetime) -> None:
    if local_date(now) <= period.last_day:
        raise Refusal("period_not_over", _l("Deze periode is nog niet voorbij. Sluiten kan vanaf de dag erna."))
    if open_period_before(session, period=period) is not None:
        raise Conflict("earlier_open", _l("Een eerdere periode is nog niet gesloten. Die gaat voor."))
    if (halfway := in_the_middle(session)) is not None:
        message = _l(
            "De administratie %(name)s wordt nog overgenomen of teruggedraaid. Maak dat eerst af.", name=halfway.name
        )
        raise Conflict("takeover_halfway", message)


def _not_open() -> Conflict:
    return Conflict("period_not_open", _l("Deze periode is al voorgelegd of gesloten."))


def _not_waiting() -> Conflict:
    return Conflict("period_not_waiting", _l("Deze periode wacht niet (meer) op sluiten. Kijk hoe het nu staat."))


def _log(session: Session, period: AccountingPeriod, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="accounting_period", object_id=period.id, now=now)
