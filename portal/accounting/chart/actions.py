"""Acts on the chart of accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.chart.models import LONGEST_NAME, LONGEST_NUMBER, ChartAccount
from portal.accounting.chart.queries import ChartRow, chart, default_name, default_number
from portal.accounting.scope import only_region
from portal.framework.funding.models import FundingLine
from portal.ledger.models import AccountKind
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z./-]*")
_OWN_NUMBERS = re.compile(r"\d{4}\.\d{3,}")
"""How accounts are numbered by themselves: the region gives no other account such a number."""


@dataclass(frozen=True)
class AccountName:
    """Under which number and name an account stands in the books of the region."""

    number: str
    name: str


def lay_down_chart(
    session: Session, *, line: FundingLine, names: Mapping[AccountKind, AccountName], actor: Actor, now: datetime
) -> list[ChartRow]:
    """Give the accounts of a funding line their numbers and names; returns what changed, as it was before.

    Raises ``Refusal`` at ``number_<kind>`` or ``name_<kind>`` for what is empty or cannot be a number, ``Conflict`` at the number
    when another account has it.
    """
    only_region(actor)
    hold(session, line)
    known = chart(session)
    taken = {row.number: row.account_id for row in known}
    mine = {row.kind: row for row in known if row.line.id == line.id}
    wanted = {kind: _checked(line, kind, names[kind]) for kind in mine if kind in names}
    changed = [mine[kind] for kind, name in wanted.items() if name != AccountName(mine[kind].number, mine[kind].name)]
    freed = {row.number for row in changed}
    used: set[str] = set()
    for kind, name in wanted.items():
        holder = taken.get(name.number, mine[kind].account_id)
        if name.number in used or (holder != mine[kind].account_id and name.number not in freed):
            raise _taken(kind)
        used.add(name.number)
    for row in changed:  # first all out of the way: two accounts of a line may change numbers
        if (own := _own(session, row)) is not None:
            session.delete(own)
    session.flush()
    for row in changed:
        _write(session, line, row, wanted[row.kind], actor, now)
    if changed:
        act, fields = "chart.laid_down", sorted(row.kind.value for row in changed)
        record(
            session, actor=actor, action=act, object_kind="funding_line", object_id=line.slug, now=now, fields=fields
        )
    return changed


def _checked(line: FundingLine, kind: AccountKind, given: AccountName) -> AccountName:
    name = AccountName(given.number.strip(), " ".join(given.name.split()))
    if len(name.number) > LONGEST_NUMBER or not _NUMBER.fullmatch(name.number):
        message = _l("Gebruik voor een nummer alleen cijfers, letters, punten, streepjes en schuine strepen.")
        raise Refusal("not_a_number", message, field=f"number_{kind.value}")
    if _OWN_NUMBERS.fullmatch(name.number) and name.number != default_number(line.id, kind):
        message = _l("Zo nummert het loket zelf. Kies een ander nummer, zonder punt met drie cijfers erachter.")
        raise Refusal("own_numbering", message, field=f"number_{kind.value}")
    if not name.name or len(name.name) > LONGEST_NAME:
        raise Refusal("no_name", _l("Vul een naam in."), field=f"name_{kind.value}")
    return name


def _write(session: Session, line: FundingLine, row: ChartRow, name: AccountName, actor: Actor, now: datetime) -> None:
    if name == AccountName(default_number(line.id, row.kind), default_name(line, row.kind)):
        return
    own = ChartAccount(
        ledger_account_id=row.account_id, number=name.number, name=name.name, set_at=now, set_by=actor.reference
    )
    write_new(session, own, otherwise=_taken(row.kind))


def _own(session: Session, row: ChartRow) -> ChartAccount | None:
    return session.scalar(select(ChartAccount).where(ChartAccount.ledger_account_id == row.account_id))


def _taken(kind: AccountKind) -> Conflict:
    message = _l("Een andere rekening heeft dit nummer al. Elke rekening heeft een eigen nummer.")
    return Conflict("number_taken", message, field=f"number_{kind.value}")
