"""Acts of rebalancing: ask for a plan, work it out apart, keep it, carry it out as the second person, or drop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.plan.awards import Move
from matching.plan.rebalance import rebalance as best_rebalance
from portal.framework.funding.models import FundingLine
from portal.framework.powers import Power, require_power
from portal.ledger.models import AccountKind
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import LongWork, WorkKind
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.region_only import require_region
from portal.people.second_person import real_reason
from portal.planning.rebalances.models import OPEN, MoveOutcome, MoveReason, Rebalance, RebalanceMove, RebalanceState
from portal.planning.rebalances.queries import OpenBooks, freedom_of, waiting_rebalance
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.models import Voucher

MOST_MOVES = 500
"""So many re-assignments stand in one plan: two people must be able to look at them. More is worked out in a next plan."""
FARTHEST_YEARS = 10


@dataclass(frozen=True)
class PlannedMove:
    """One re-assignment as it was worked out: ids and cents, so that it says the same after the books were closed."""

    voucher_id: int
    from_line_id: int
    to_line_id: int
    cents: int
    stands: AccountKind
    payment_id: int | None
    why: MoveReason


@dataclass(frozen=True)
class WorkedRebalance:
    """What a plan came to. `fewest_moves`: with fewer the same cannot be had; None where that is not known."""

    on: date
    books_print: str
    moves: tuple[PlannedMove, ...]
    saved_cents: int
    proven: bool
    fewest_moves: int | None


def ask_rebalance(session: Session, *, until: date, reason: str, actor: Actor, now: datetime) -> LongWork:
    """Ask which budgets should pay what, and say why. It is worked out apart from the page; nothing moves.

    Budgets that end up to and including `until` lapse. Raises ``Refusal`` at its field for a day that has passed, or without a
    real reason; ``Conflict`` when a plan is being worked out or waits already.
    """
    require_region(actor)
    _may_lie_ahead(until, local_date(now))
    said = real_reason(reason, field="reason")
    if waiting_rebalance(session) is not None:
        raise _waits_already()
    plan = Rebalance(
        until=until,
        saved_cents=0,
        proven=False,
        reason=said,
        state=RebalanceState.ASKED,
        laid_down_at=now,
        laid_down_by=actor.reference,
        laid_down_by_name=actor.signature,
    )
    write_new(session, plan, otherwise=_waits_already())
    _log(session, plan, "rebalance.asked", actor, now)
    return begin_work(session, kind=WorkKind.REBALANCE, about=plan.public_id, actor=actor, now=now)


def ask_rebalance_anew(session: Session, *, rebalance: Rebalance, actor: Actor, now: datetime) -> LongWork:
    """Ask for a plan anew, over the books as they are now, with the same day and reason.

    A plan that was not worked out yet is taken up again. One that waits for a second person is dropped, and a new one comes
    in its place, of who asks now: somebody else carries it out. Raises ``Conflict`` when it does not wait (any more), and
    ``Refusal`` when its day has passed.
    """
    require_region(actor)
    hold(session, rebalance, Rebalance.state.in_(OPEN), otherwise=_not_waiting())
    if rebalance.state is RebalanceState.ASKED:
        _may_lie_ahead(rebalance.until, local_date(now))
        return begin_work(session, kind=WorkKind.REBALANCE, about=rebalance.public_id, actor=actor, now=now)
    drop_rebalance(session, rebalance=rebalance, actor=actor, now=now)
    return ask_rebalance(session, until=rebalance.until, reason=rebalance.reason, actor=actor, now=now)


def work_out_rebalance(books: OpenBooks, *, told: Callable[[], None] = lambda: None) -> WorkedRebalance:
    """Which budget should pay what, from books that were read before: no transaction is open. `told` is called `STEPS` times."""
    best = best_rebalance(books.portfolio, told=told)
    moves = best.moves[:MOST_MOVES]
    whole = len(moves) == len(best.moves)
    fewest = next(one.bound for one in best.passes if one.name == "moves")
    return WorkedRebalance(
        on=books.on,
        books_print=books.books_print,
        moves=tuple(_planned(books, move) for move in moves),
        saved_cents=max(0, _saved(books, moves)),
        proven=whole and all(one.is_proven for one in best.passes if one.name == "saved"),
        fewest_moves=fewest if whole and fewest > 0 else None,
    )


def keep_rebalance(
    session: Session, *, rebalance: Rebalance, worked_out: WorkedRebalance, actor: Actor, now: datetime
) -> Rebalance:
    """Keep what a plan came to, and lay it before a second person. Nothing is computed here, so that nobody waits for it.

    Where nothing can be gained that is kept instead, and the plan is over. Raises ``Conflict`` when it was dropped or worked out
    meanwhile, or when another plan waits, ``Refusal`` when its day has passed.
    """
    require_region(actor)
    hold(session, rebalance, Rebalance.state == RebalanceState.ASKED, otherwise=_moved_on())
    _may_lie_ahead(rebalance.until, local_date(now))
    if session.scalar(select(Rebalance.id).where(Rebalance.state == RebalanceState.LAID_DOWN)) is not None:
        raise _waits_already()
    rebalance.saved_cents, rebalance.proven = worked_out.saved_cents, worked_out.proven
    rebalance.fewest_moves, rebalance.of_day = worked_out.fewest_moves, worked_out.on
    rebalance.books_print = worked_out.books_print
    rebalance.worked_out_at, rebalance.worked_out_by = now, actor.reference
    rebalance.worked_out_by_name = actor.signature
    if worked_out.moves:
        rebalance.state = RebalanceState.LAID_DOWN
        session.add_all(_row(rebalance, number, move) for number, move in enumerate(worked_out.moves, start=1))
    else:
        rebalance.state = RebalanceState.NOTHING
        rebalance.ended_at, rebalance.ended_by, rebalance.ended_by_name = now, actor.reference, actor.signature
    session.flush()
    session.expire(rebalance, ["moves"])
    _log(session, rebalance, "rebalance.laid_down" if worked_out.moves else "rebalance.nothing", actor, now)
    return rebalance


def carry_out_rebalance(session: Session, *, rebalance: Rebalance, actor: Actor, now: datetime) -> Rebalance:
    """Carry a plan out as the second person: every re-assignment by the act that does one, each guarded by the books.

    What no longer fits (used, settled, in a payment, somebody else's turn) is skipped, with the reason; the others are done.
    Raises ``Refusal`` for who laid it down, ``Conflict`` when it does not wait (any more), or when nothing of it fits.
    """
    require_region(actor)
    hold(session, rebalance, Rebalance.state == RebalanceState.LAID_DOWN, otherwise=_not_waiting())
    require_power(session, Power.REBALANCE, actor=actor, on=local_date(now), prepared_by=rebalance.laid_down_by)
    vouchers = sorted({move.voucher_id for move in rebalance.moves})
    session.execute(select(Voucher.id).where(among(Voucher.id, vouchers)).order_by(Voucher.id).with_for_update()).all()
    for move in rebalance.moves:
        _carry_out(session, move, rebalance, actor, now)
    if all(move.outcome is MoveOutcome.SKIPPED for move in rebalance.moves):
        message = _l("Geen enkele herboeking past nog. Laat dit plan vervallen en maak een nieuw.")
        raise Conflict("nothing_fits", message)
    rebalance.state = RebalanceState.CARRIED_OUT
    rebalance.ended_at, rebalance.ended_by = now, actor.reference
    rebalance.ended_by_name = actor.signature
    session.flush()
    _log(session, rebalance, "rebalance.carried_out", actor, now)
    return rebalance


def drop_rebalance(session: Session, *, rebalance: Rebalance, actor: Actor, now: datetime) -> Rebalance:
    """Let a plan go: nothing moves. Anyone of the region does that, also before it is worked out.

    Raises ``Conflict`` when it does not wait (any more).
    """
    require_region(actor)
    write_guarded(
        session,
        rebalance,
        Rebalance.state.in_(OPEN),
        otherwise=_not_waiting(),
        state=RebalanceState.DROPPED,
        ended_at=now,
        ended_by=actor.reference,
        ended_by_name=actor.signature,
    )
    _log(session, rebalance, "rebalance.dropped", actor, now)
    return rebalance


def _carry_out(session: Session, move: RebalanceMove, plan: Rebalance, actor: Actor, now: datetime) -> None:
    """One re-assignment in a step of its own: when it is refused nothing of it stays."""
    takeover = Takeover(move.from_line, move.to_line, move.amount_cents, move.stands, move.payment_id)
    try:
        with session.begin_nested():
            done = reassign_voucher(
                session, voucher=move.voucher, takeover=takeover, reason=plan.reason, actor=actor, now=now
            )
    except Refusal as refused:
        move.outcome, move.skipped_code = MoveOutcome.SKIPPED, refused.code[:60]
    else:
        move.outcome, move.reassignment_id = MoveOutcome.DONE, done.id


def _saved(books: OpenBooks, moves: tuple[Move, ...]) -> int:
    lapses = {line.id for line in books.portfolio.lines if line.lapses}
    return sum(move.cents * ((move.to_line in lapses) - (move.from_line in lapses)) for move in moves)


def _planned(books: OpenBooks, move: Move) -> PlannedMove:
    what = books.movable[move.award]
    giving, taking = books.lines[move.from_line], books.lines[move.to_line]
    why = _why(giving, taking, books.until)
    return PlannedMove(what.voucher.id, giving.id, taking.id, move.cents, what.stands, what.payment_id, why)


def _row(plan: Rebalance, number: int, move: PlannedMove) -> RebalanceMove:
    return RebalanceMove(
        rebalance_id=plan.id,
        number=number,
        voucher_id=move.voucher_id,
        from_line_id=move.from_line_id,
        to_line_id=move.to_line_id,
        amount_cents=move.cents,
        stands=move.stands,
        payment_id=move.payment_id,
        why=move.why,
        outcome=MoveOutcome.WAITING,
    )


def _why(giving: FundingLine, taking: FundingLine, until: date) -> MoveReason:
    gives, takes = giving.period_to <= until, taking.period_to <= until
    if takes and not gives:
        return MoveReason.SAVES
    if gives == takes and not takes and freedom_of(taking) < freedom_of(giving):
        return MoveReason.FREES
    return MoveReason.MAKES_ROOM


def _may_lie_ahead(until: date, today: date) -> None:
    if not today <= until <= today.replace(year=today.year + FARTHEST_YEARS, day=min(today.day, 28)):
        raise Refusal("day_not_ahead", _l("Kies een dag die nog komt, binnen tien jaar."), field="until")


def _waits_already() -> Conflict:
    return Conflict("rebalance_waiting", _l("Er wacht al een plan op een tweede persoon. Dat gaat voor."))


def _moved_on() -> Conflict:
    message = _l("Dit plan is intussen vervallen of al uitgerekend. Open het plan en kijk hoe het nu staat.")
    return Conflict("rebalance_moved_on", message)


def _not_waiting() -> Conflict:
    return Conflict("rebalance_ended", _l("Dit plan wacht niet (meer) op een tweede persoon. Kijk hoe het nu staat."))


def _log(session: Session, plan: Rebalance, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="rebalance", object_id=plan.id, now=now)
