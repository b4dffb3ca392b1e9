"""The guards: one counter row per funding line and per cap, checked in the write itself, in sorted order.

``UPDATE … SET reserved = reserved + a WHERE funded - reserved - spent >= a`` either changes one row or refuses. The same SQL
holds on SQLite and on PostgreSQL under READ COMMITTED, and CHECK constraints stand behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from portal.ledger.models import BudgetGuard, CapGuard, CapUse
from portal.platform.among import among
from portal.platform.database import insert_into
from portal.platform.errors import Conflict
from portal.platform.i18n import lazy_gettext

#: A change of a budget guard: (funded, reserved, spent) in cents.
Move = tuple[int, int, int]


@dataclass(frozen=True)
class PeriodCap:
    """A cap with a period: at most ``limit_cents`` for this holder under this scheme (or group) in this period.

    ``holder_key`` names by id (``person:12``, ``employer:3``). The caller takes what was had elsewhere off the limit.
    """

    scheme: str
    holder_key: str
    period_key: str
    limit_cents: int

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.scheme, self.holder_key, self.period_key)


class BudgetExhausted(Conflict):
    """A funding line has less left than was asked. Nothing was booked."""

    def __init__(self, funding_line_id: int, asked_cents: int, available_cents: int) -> None:
        super().__init__(
            "budget_exhausted",
            lazy_gettext("Er is niet genoeg geld meer in deze budgetregel."),
            params={"funding_line_id": funding_line_id, "asked_cents": asked_cents, "available_cents": available_cents},
        )
        self.funding_line_id = funding_line_id
        self.asked_cents = asked_cents
        self.available_cents = available_cents


class CapExhausted(Conflict):
    """The holder of a cap has less room left than was asked. Nothing was booked."""

    def __init__(self, cap: PeriodCap, asked_cents: int, available_cents: int) -> None:
        super().__init__(
            "cap_exhausted",
            lazy_gettext("Het maximum van deze regeling is bereikt."),
            params={"scheme": cap.scheme, "asked_cents": asked_cents, "available_cents": available_cents},
        )
        self.cap = cap
        self.asked_cents = asked_cents
        self.available_cents = available_cents


_GUARD = cast(Table, BudgetGuard.__table__)
_NEW = {
    column: _GUARD.c[column] + bindparam(name, type_=_GUARD.c[column].type)
    for column, name in (("funded_cents", "funded"), ("reserved_cents", "reserved"), ("spent_cents", "spent"))
}
#: Made once: an award does this as its every first step, and putting a statement together costs as much as carrying it out.
_MOVE = update(_GUARD).where(_GUARD.c.funding_line_id == bindparam("line")).values(_NEW)
_MOVE_WITHIN = _MOVE.where(_NEW["funded_cents"] - _NEW["reserved_cents"] - _NEW["spent_cents"] >= 0)


def move_budgets(session: Session, moves: dict[int, Move]) -> None:
    """Change the guards of funding lines by (funded, reserved, spent), in order of id, each checked in the write."""
    for line in sorted(moves):
        funded, reserved, spent = moves[line]
        statement = _MOVE_WITHIN if funded - reserved - spent < 0 else _MOVE
        named = {"line": line, "funded": funded, "reserved": reserved, "spent": spent}
        if getattr(session.execute(statement, named), "rowcount", 0) != 1:
            left = session.execute(
                select(BudgetGuard.funded_cents - BudgetGuard.reserved_cents - BudgetGuard.spent_cents).where(
                    BudgetGuard.funding_line_id == line
                )
            ).scalar_one_or_none()
            if left is None:
                raise LookupError(f"funding line {line} has no accounts")
            raise BudgetExhausted(line, reserved + spent - funded, left)


def hold_caps(session: Session, keys: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], int]:
    """Lock the guards of caps by their key (scheme, holder, period) until the transaction ends, in order; what each counts now.

    A guard that is not there yet is made, with nothing counted, so that two who look for it at once do not both find none. For
    who works out a limit from what was awarded: as long as the guards are held, nothing of that changes.
    """
    counted = {}
    for scheme, holder, period in sorted(set(keys)):
        mine = {"scheme": scheme, "holder_key": holder, "period_key": period}
        session.execute(
            insert_into(session)(CapGuard)
            .values(**mine, limit_cents=0, used_cents=0)
            .on_conflict_do_nothing(index_elements=list(mine))
        )
        used = session.scalars(select(CapGuard.used_cents).filter_by(**mine).with_for_update()).one()
        counted[scheme, holder, period] = int(used)
    return counted


def use_cap(session: Session, cap: PeriodCap, amount_cents: int) -> int:
    """Count an amount towards a cap, checked in the write, and return the id of its guard."""
    session.execute(
        insert_into(session)(CapGuard)
        .values(
            scheme=cap.scheme,
            holder_key=cap.holder_key,
            period_key=cap.period_key,
            limit_cents=max(cap.limit_cents, 0),
            used_cents=0,
        )
        .on_conflict_do_nothing(index_elements=["scheme", "holder_key", "period_key"])
    )
    mine = (CapGuard.scheme == cap.scheme, CapGuard.holder_key == cap.holder_key, CapGuard.period_key == cap.period_key)
    changed = _execute_update(
        session,
        update(CapGuard)
        .where(*mine, CapGuard.used_cents + amount_cents <= cap.limit_cents)
        .values(used_cents=CapGuard.used_cents + amount_cents, limit_cents=cap.limit_cents),
    )
    cap_id, used = session.execute(select(CapGuard.id, CapGuard.used_cents).where(*mine)).one()
    if not changed:
        raise CapExhausted(cap, amount_cents, max(cap.limit_cents - used, 0))
    return int(cap_id)


def give_back_caps(session: Session, freed: Iterable[tuple[int, int]]) -> None:
    """Give the caps of reservations back what is released of them, in order of key."""
    amounts = dict(freed)
    if not amounts:
        return
    rows = session.execute(
        select(CapUse.transfer_id, CapGuard.id)
        .join(CapGuard, CapGuard.id == CapUse.cap_id)
        .where(among(CapUse.transfer_id, amounts))
        .order_by(CapGuard.scheme, CapGuard.holder_key, CapGuard.period_key)
    ).all()
    totals: dict[int, int] = defaultdict(int)
    for transfer_id, cap_id in rows:
        totals[cap_id] += amounts[transfer_id]
    for cap_id, cents in totals.items():
        _execute_update(
            session, update(CapGuard).where(CapGuard.id == cap_id).values(used_cents=CapGuard.used_cents - cents)
        )


def free_caps(session: Session, cap_ids: Sequence[int], amount_cents: int) -> None:
    """Take an amount off the use of these caps, in order of key."""
    ordered = select(CapGuard.id).where(among(CapGuard.id, cap_ids))
    ordered = ordered.order_by(CapGuard.scheme, CapGuard.holder_key, CapGuard.period_key)
    for cap_id in session.scalars(ordered).all() if cap_ids else ():
        less = CapGuard.used_cents - amount_cents
        _execute_update(session, update(CapGuard).where(CapGuard.id == cap_id).values(used_cents=less))


def _execute_update(session: Session, statement: Any) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return int(getattr(result, "rowcount", 0)) == 1


def totals(moves: Iterable[tuple[int, Move]]) -> dict[int, Move]:
    totals: dict[int, Move] = defaultdict(lambda: (0, 0, 0))
    for line, (funded, reserved, spent) in moves:
        before = totals[line]
        totals[line] = (before[0] + funded, before[1] + reserved, before[2] + spent)
    return dict(totals)
