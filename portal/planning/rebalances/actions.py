"""Acts of rebalancing: work a plan out and lay it down, carry it out as the second person, or drop it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.plan.awards import Move
from matching.plan.rebalance import rebalance as best_rebalance
from portal.framework.funding.models import FundingLine
from portal.framework.powers import Power, require_power
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.region_only import require_region
from portal.people.second_person import real_reason
from portal.planning.rebalances.models import MoveOutcome, MoveReason, Rebalance, RebalanceMove, RebalanceState
from portal.planning.rebalances.queries import OpenBooks, freedom_of, open_books, waiting_rebalance
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.models import Voucher

MOST_MOVES = 500
"""So many re-assignments stand in one plan: two people must be able to look at them. More is worked out in a next plan."""
FARTHEST_YEARS = 10


def lay_down_rebalance(session: Session, *, until: date, reason: str, actor: Actor, now: datetime) -> Rebalance:
    """Work out which budgets should pay what, and lay that before a colleague. Nothing moves yet.

    Budgets that end up to and including `until` lapse. Raises ``Refusal`` at its field for a day that has passed, or without a
    real reason; ``nothing_to_gain`` when the money lies as well as it can; ``Conflict`` when a plan waits already.
    """
    require_region(actor)
    today = local_date(now)
    if not today <= until <= today.replace(year=today.year + FARTHEST_YEARS, day=min(today.day, 28)):
        raise Refusal("day_not_ahead", _l("Kies een dag die nog komt, binnen tien jaar."), field="until")
    said = real_reason(reason, field="reason")
    waits = Conflict("rebalance_waiting", _l("Er wacht al een plan op een tweede persoon. Dat gaat voor."))
    if waiting_rebalance(session) is not None:
        raise waits
    books = open_books(session, until=until, on=today)
    best = best_rebalance(books.portfolio)
    moves = best.moves[:MOST_MOVES]
    saved = _saved(books, moves)
    if not moves:
        message = _l("Er valt niets te winnen: geen enkele herboeking houdt meer geld bruikbaar.")
        raise Refusal("nothing_to_gain", message, field="until")
    plan = Rebalance(
        until=until,
        saved_cents=max(0, saved),
        proven=len(moves) == len(best.moves) and all(one.is_proven for one in best.passes if one.name == "saved"),
        reason=said,
        state=RebalanceState.LAID_DOWN,
        laid_down_at=now,
        laid_down_by=actor.reference,
        laid_down_by_name=actor.signature,
    )
    write_new(session, plan, otherwise=waits)
    session.add_all(_row(plan, books, number, move) for number, move in enumerate(moves, start=1))
    session.flush()
    _log(session, plan, "rebalance.laid_down", actor, now)
    return plan


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
    """Let a plan go: nothing moves. Anyone of the region does that. Raises ``Conflict`` when it does not wait (any more)."""
    require_region(actor)
    write_guarded(
        session,
        rebalance,
        Rebalance.state == RebalanceState.LAID_DOWN,
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


def _row(plan: Rebalance, books: OpenBooks, number: int, move: Move) -> RebalanceMove:
    what = books.movable[move.award]
    giving, taking = books.lines[move.from_line], books.lines[move.to_line]
    return RebalanceMove(
        rebalance_id=plan.id,
        number=number,
        voucher_id=what.voucher.id,
        from_line_id=giving.id,
        to_line_id=taking.id,
        amount_cents=move.cents,
        stands=what.stands,
        payment_id=what.payment_id,
        why=_why(giving, taking, plan.until),
        outcome=MoveOutcome.WAITING,
    )


def _why(giving: FundingLine, taking: FundingLine, until: date) -> MoveReason:
    gives, takes = giving.period_to <= until, taking.period_to <= until
    if takes and not gives:
        return MoveReason.SAVES
    if gives == takes and not takes and freedom_of(taking) < freedom_of(giving):
        return MoveReason.FREES
    return MoveReason.MAKES_ROOM


def _not_waiting() -> Conflict:
    return Conflict("rebalance_ended", _l("Dit plan wacht niet (meer) op een tweede persoon. Kijk hoe het nu staat."))


def _log(session: Session, plan: Rebalance, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="rebalance", object_id=plan.id, now=now)
