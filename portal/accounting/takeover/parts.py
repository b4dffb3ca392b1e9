"""A large takeover, part by part: each part is kept in a short transaction of its own, so that nobody else waits for the whole.

Who goes on after a pause, or after a process died, finds on the takeover itself how far it is: nothing is written twice. It is
taken over when all parts are there and the sums are those of the trial run. What is there of one that stopped can be undone.
All parts have the instant at which the second person decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.scope import only_region
from portal.accounting.takeover.carrying import carry, carry_some, event_count
from portal.accounting.takeover.columns import SumKind
from portal.accounting.takeover.comparing import compared, hash_of
from portal.accounting.takeover.models import AdministrationState, EarlierAdministration, VoucherTakenOver
from portal.accounting.takeover.moving import (
    hold_in,
    log_of,
    move,
    moved_on,
    require_content,
    require_same,
    require_second,
    require_untouched,
    right_plan,
)
from portal.accounting.takeover.queries import sums_in_books
from portal.accounting.takeover.rows import AdministrationPlan, OldVoucher, Sums
from portal.accounting.takeover.undoing import (
    budgets_of,
    held_vouchers,
    lock_lines,
    money_in_use,
    undo_budgets,
    undo_vouchers,
)
from portal.framework.funding.models import FundingLine
from portal.ledger import actions as ledger
from portal.ledger.booking import booked_for
from portal.ledger.queries import available_cents
from portal.people.actor import Actor
from portal.platform.errors import Conflict
from portal.platform.i18n import lazy_gettext as _l
from schemes.basics.plain import plain

AT_ONCE = 100
"""So many rows are done while the page waits: about three seconds. What has more is long work."""
EVENTS = 20
"""So many events are written in one part: at 1,000 vouchers at most about a second, for which somebody else may have to wait."""
VOUCHERS = 10
"""So many vouchers are tried, or booked back, in one part: about as long."""
OF_ONE_HOLDER = 25
"""The vouchers of one holder are tried together, for their maximum counts over all of them; of more than this in parts too."""
_CARRYING, _UNDOING = AdministrationState.CARRYING, AdministrationState.UNDOING


def is_large(administration: EarlierAdministration) -> bool:
    """Whether trying and taking over is long work."""
    return administration.row_count > AT_ONCE


def is_large_to_undo(session: Session, *, administration: EarlierAdministration) -> bool:
    """Whether undoing it is long work."""
    return undo_count(session, administration=administration) > AT_ONCE


# The trial run -----------------------------------------------------------------------------------------------------------


def trial_parts(plan: AdministrationPlan) -> list[AdministrationPlan]:
    """A plan in parts that are tried one by one: the budgets, then the vouchers, those of one holder together."""
    parts = [replace(plan, budgets=some, vouchers=()) for some in _cut(plan.budgets, EVENTS)]
    holders: dict[str, list[OldVoucher]] = {}
    for one in plan.vouchers:
        holders.setdefault(_holder_of(one), []).append(one)
    together: list[OldVoucher] = []
    for mine in holders.values():
        for some in _cut(mine, OF_ONE_HOLDER):
            if together and len(together) + len(some) > VOUCHERS:
                parts.append(replace(plan, budgets=(), vouchers=tuple(together)))
                together = []
            together += some
    return [*parts, replace(plan, budgets=(), vouchers=tuple(together))] if together else parts


def try_part(
    session: Session,
    *,
    administration: EarlierAdministration,
    plan: AdministrationPlan,
    part: AdministrationPlan,
    actor: Actor,
    now: datetime,
) -> Sums:
    """What one part of a plan comes to in the books, in cents. Everything is booked in a savepoint, and undone at once.

    Vouchers are paid from the budgets of the whole plan, of which the rows were held against each other before. Raises
    ``CannotCarry`` for a row that the books refuse, ``Conflict`` when it is no draft any more.
    """
    only_region(actor)
    hold_in(session, administration, AdministrationState.DRAFT)
    trial = session.begin_nested()
    try:
        if part.vouchers:
            _fund_for_trial(session, administration, plan, actor, now)
        carry(session, administration=administration, plan=part, actor=actor, now=now)
        return sums_in_books(session, administration_id=administration.id)
    finally:
        trial.rollback()
        session.expire_all()


def keep_trial(
    session: Session,
    *,
    administration: EarlierAdministration,
    seen_hash: str,
    plan: AdministrationPlan,
    booked: Sequence[Sums],
    actor: Actor,
    now: datetime,
) -> None:
    """Keep the sums of a trial run that was done in parts. Raises ``Conflict`` when the files or columns are others by now, and
    when the sums differ."""
    only_region(actor)
    hold_in(session, administration, AdministrationState.DRAFT)
    require_same(administration, seen_hash)
    sums = compared(plan.sums, _together(booked))
    content = hash_of(administration.tables, administration.mapping)
    still = EarlierAdministration.state == AdministrationState.DRAFT
    move(session, administration, still, tried_hash=content, tried_sums=sums)
    log_of(session, administration, "tried", actor, now)


# Taking over ------------------------------------------------------------------------------------------------------------


def begin_taking_over(
    session: Session, *, administration: EarlierAdministration, seen_hash: str, actor: Actor, now: datetime
) -> None:
    """The second person decides: it is taken over in parts from here on. Raises what taking over at once raises."""
    hold_in(session, administration, AdministrationState.LAID_DOWN)
    require_second(session, first=administration.laid_down_by, actor=actor, now=now)
    require_same(administration, seen_hash)
    require_content(administration)
    right_plan(session, administration, now)
    move(
        session,
        administration,
        EarlierAdministration.state == AdministrationState.LAID_DOWN,
        state=_CARRYING,
        taken_over_at=now,
        taken_over_by=actor.reference,
        taken_over_by_name=actor.signature,
        carried=0,
    )
    log_of(session, administration, "carrying_begun", actor, now)


def plan_to_carry(session: Session, *, administration: EarlierAdministration) -> tuple[AdministrationPlan, int]:
    """What is (being) taken over, as it was seen, and how many events that has.

    Raises ``Conflict`` when it is not being taken over, ``Refusal`` when something that it names is not there any more.
    """
    if administration.state is not _CARRYING or administration.taken_over_at is None:
        raise moved_on()
    plan = right_plan(session, administration, administration.taken_over_at)
    return plan, event_count(plan)


def carry_part(
    session: Session,
    *,
    administration: EarlierAdministration,
    plan: AdministrationPlan,
    actor: Actor,
    now: datetime,
    most: int = EVENTS,
) -> int:
    """Write the next events of a plan; how many were written in all. With the last it is taken over, if the sums are right.

    Raises ``CannotCarry`` for a row that the books refuse, ``Conflict`` for sums that are not those of the trial run, and when
    something else was done with it. Nothing of this part is written then.
    """
    hold_in(session, administration, _CARRYING)
    at = administration.taken_over_at
    assert at is not None
    require_second(session, first=administration.laid_down_by, actor=actor, now=now)
    require_content(administration)
    done = administration.carried
    written, last = carry_some(
        session, administration=administration, plan=plan, begin=done, most=most, actor=actor, now=at
    )
    move(session, administration, EarlierAdministration.carried == done, carried=done + written)
    if done + written == event_count(plan):
        _whole(session, administration, plan, last, actor, now)
    return done + written


def _whole(
    session: Session, one: EarlierAdministration, plan: AdministrationPlan, last: int, actor: Actor, now: datetime
) -> None:
    booked = sums_in_books(session, administration_id=one.id)
    try:
        same = compared(plan.sums, booked) == one.tried_sums
    except Conflict:
        same = False
    if not same:
        message = _l(
            "De sommen in de boeken zijn niet die van de proef. Maak het overnemen ongedaan en doe een nieuwe proef."
        )
        raise Conflict("sums_differ_after_all", message)
    still = EarlierAdministration.state == _CARRYING
    move(
        session,
        one,
        still,
        state=AdministrationState.TAKEN_OVER,
        tables={},
        mapping={},
        last_transfer_id=last,
    )
    log_of(session, one, "taken_over", actor, now)


# Undoing ----------------------------------------------------------------------------------------------------------------


def undo_count(session: Session, *, administration: EarlierAdministration) -> int:
    """How many vouchers and budgets are booked back when it is undone, those that were before included."""
    mine = select(func.count()).where(VoucherTakenOver.administration_id == administration.id)
    return (session.scalar(mine) or 0) + len(budgets_of(session, administration=administration))


def begin_undoing(session: Session, *, administration: EarlierAdministration, actor: Actor, now: datetime) -> None:
    """The second person decides: it is booked back in parts from here on.

    Raises ``Refusal`` for who laid it down, ``Touched`` when something was done with a voucher of it, ``Conflict`` when money of
    its budgets is in use.
    """
    hold_in(session, administration, AdministrationState.UNDO_LAID_DOWN)
    require_second(session, first=administration.undo_laid_down_by, actor=actor, now=now)
    require_untouched(session, administration)
    _require_room(session, administration)
    move(
        session,
        administration,
        EarlierAdministration.state == AdministrationState.UNDO_LAID_DOWN,
        state=_UNDOING,
        undone_at=now,
        undone_by=actor.reference,
        undone_by_name=actor.signature,
        taken_back=0,
    )
    log_of(session, administration, "undoing_begun", actor, now)


def undo_part(
    session: Session, *, administration: EarlierAdministration, actor: Actor, now: datetime, most: int = VOUCHERS
) -> int:
    """Book the next vouchers back, or the next budgets when no voucher stands; how many were in all. With the last it is undone.

    Raises ``Touched`` when somebody did something with a voucher that stands, ``Conflict`` when money of its budgets is in use by
    now or something else was done with it. Nothing of this part is booked back then.
    """
    hold_in(session, administration, _UNDOING)
    at, done = administration.undone_at, administration.taken_back
    assert at is not None
    require_second(session, first=administration.undo_laid_down_by, actor=actor, now=now)
    total = undo_count(session, administration=administration)
    vouchers = held_vouchers(session, administration=administration, most=most)
    budgets = [*reversed(budgets_of(session, administration=administration))]
    here = [] if vouchers else budgets[done - (total - len(budgets)) :][:most]
    lock_lines(session, budgets=here, vouchers=vouchers)
    require_untouched(session, administration)
    undo_vouchers(session, vouchers=vouchers, actor=actor, now=at)
    undo_budgets(session, budgets=here, actor=actor, now=at)
    back = done + len(vouchers) + len(here)
    move(session, administration, EarlierAdministration.taken_back == done, taken_back=back)
    if back == total:
        still = EarlierAdministration.state == _UNDOING
        move(session, administration, still, state=AdministrationState.UNDONE, tables={}, mapping={})
        log_of(session, administration, "undone", actor, now)
    return back


def _require_room(session: Session, administration: EarlierAdministration) -> None:
    """Its budgets can be given back when its vouchers are freed. Raises ``Conflict``."""
    lines = {line.slug: line.id for line in session.scalars(select(FundingLine))}
    free = available_cents(session, funding_line_ids=list(lines.values()))
    for slug, kinds in sums_in_books(session, administration_id=administration.id).items():
        held = kinds[SumKind.AWARDED] - kinds[SumKind.RELEASED]
        if free[lines[slug]] + held < kinds[SumKind.BUDGET]:
            raise money_in_use()


# What a trial run is made of ----------------------------------------------------------------------------------------------


def _fund_for_trial(
    session: Session, administration: EarlierAdministration, plan: AdministrationPlan, actor: Actor, now: datetime
) -> None:
    """The budgets of the whole plan, one booking per funding line, under keys that the sums do not count."""
    whole: dict[int, int] = {}
    for budget in plan.budgets:
        whole[budget.line.id] = whole.get(budget.line.id, 0) + budget.cents
    first = min((budget.on for budget in plan.budgets), default=now.date())
    for line, cents in sorted(whole.items()):
        key = f"trial:{administration.id}:{line}"
        with booked_for(session, first):
            ledger.fund(session, funding_line_id=line, amount_cents=cents, actor_id=actor.reference, now=now, key=key)


def _holder_of(one: OldVoucher) -> str:
    """Whose maximum a voucher counts towards, as far as the files say: the employer, a person, or nobody else."""
    if "kvk" in one.said:
        return f"employer {one.said['kvk']}"
    if "born" in one.said and "name" in one.said:
        return f"person {plain(one.said['name'])} {one.said['born']}"
    return f"voucher {one.row}"


def _together(parts: Sequence[Mapping[str, Mapping[SumKind, int]]]) -> Sums:
    """Sums added up, per funding line and kind."""
    found: Sums = {}
    for part in parts:
        for slug, kinds in part.items():
            mine = found.setdefault(slug, dict.fromkeys(SumKind, 0))
            for kind, cents in kinds.items():
                mine[kind] += cents
    return dict(sorted(found.items()))


def _cut(rows: Sequence[Any], most: int) -> Iterator[tuple[Any, ...]]:
    for first in range(0, len(rows), most):
        yield tuple(rows[first : first + most])
