"""Acts of expected use: lay a surety down, let it begin as the second person, keep the room that was worked out, end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.funding.actions import add_funding_line, fund_line
from portal.framework.funding.models import Funder, FundingLine
from portal.framework.funding.queries import funding_line_by_slug
from portal.framework.powers import Power, require_power
from portal.ledger.actions import give_back
from portal.ledger.models import AccountKind, BudgetGuard
from portal.ledger.queries import figures, line_figures
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import LongWork, WorkKind
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.region_only import require_region
from portal.people.second_person import real_reason
from portal.planning.expected_use.models import Surety, SuretyRoom, SuretyState
from portal.planning.expected_use.queries import (
    SETS,
    JudgedRoom,
    RoomInput,
    judged,
    print_of_both,
    room_input,
    sureties_in_force,
    surety_of,
)
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.jobs.actions import Job
from portal.spending.vouchers.models import LIVE_STATES, Voucher
from schemes.region.funding import FundingLineDefinition

LARGEST_LIMIT, SMALLEST_LIMIT, USUAL_LIMIT = 100, 1, 10
"""The chance of overspending, in permille."""
LAST_PRICE = 2000
"""What vouches for a budget is taken last."""
BOOKED_MEANWHILE = "surety_books_moved"
"""The code of what is said when something was booked between the reading and the keeping."""
MOVED_BACK = "Er kwam geld vrij in het budget waarvoor garant is gestaan."


@dataclass(frozen=True)
class SuretyTerms:
    """Who vouches, with which chance of overspending (in permille), and for how many cents at most."""

    guarantor: Funder
    limit_permille: int
    most_cents: int


def lay_down_surety(
    session: Session,
    *,
    line: FundingLine,
    terms: SuretyTerms,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Surety:
    """Lay down who vouches for what is promised beyond a budget. Nothing is promised by it before a second person lets it begin.

    Raises ``Refusal`` at its field for a limit, amount or reason that is none, or a budget that is over or vouches itself;
    ``Conflict`` when there is a surety for this budget already.
    """
    require_region(actor)
    if not SMALLEST_LIMIT <= terms.limit_permille <= LARGEST_LIMIT:
        message = _l("Kies een kans van 0,1% tot en met 10%.")
        raise Refusal("limit_out_of_range", message, field="limit")
    vouches = session.scalar(select(Surety.id).where(Surety.vouching_line_id == line.id))
    if line.period_to <= local_date(now) or vouches is not None:
        raise Refusal("line_does_not_fit", _l("Voor dit budget kan niemand garant staan."), field="line")
    money = line_figures(session, funding_line_ids=[line.id])[line.id].funded_cents
    if not 0 < terms.most_cents <= money:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in tot en met het budget zelf."), field="most")
    there = Conflict("surety_there", _l("Voor dit budget staat al iemand garant, of dat wacht op een collega."))
    if surety_of(session, line=line) is not None:
        raise there
    surety = Surety(
        line_id=line.id,
        guarantor_id=terms.guarantor.id,
        limit_permille=terms.limit_permille,
        most_cents=terms.most_cents,
        reason=real_reason(reason, field="reason"),
        state=SuretyState.LAID_DOWN,
        laid_down_at=now,
        laid_down_by=actor.reference,
        laid_down_by_name=actor.signature,
    )
    write_new(session, surety, otherwise=there)
    _log(session, surety, "surety.laid_down", actor, now)
    return surety


def begin_surety(session: Session, *, surety: Surety, actor: Actor, now: datetime) -> Surety:
    """Let it begin, as the second person: a budget of the guarantor, empty, for the same and taken last.

    Nothing is promised by it before its room is worked out (`ask_surety_room`).

    Raises ``Refusal`` for who laid it down, ``Conflict`` when it does not wait (any more).
    """
    require_region(actor)
    hold(session, surety, Surety.state == SuretyState.LAID_DOWN, otherwise=_otherwise())
    require_power(session, Power.BUDGET, actor=actor, on=local_date(now), prepared_by=surety.laid_down_by)
    definition = _definition(session, surety)
    made = add_funding_line(session, definition=definition, actor=actor, now=now, prepared_by=surety.laid_down_by)
    surety.vouching_line_id, surety.state = made.id, SuretyState.IN_FORCE
    surety.begun_at, surety.begun_by, surety.begun_by_name = now, actor.reference, actor.signature
    session.flush()
    session.refresh(surety)
    _log(session, surety, "surety.begun", actor, now)
    return surety


def ask_surety_room(session: Session, *, surety: Surety, actor: Actor, now: datetime) -> LongWork:
    """Ask how much may be promised beyond the budget now; it is worked out apart from the page.

    Raises ``Conflict`` when it is not in force.
    """
    require_region(actor)
    hold(session, surety, Surety.state == SuretyState.IN_FORCE, otherwise=_otherwise())
    return begin_work(session, kind=WorkKind.ROOM, about=surety.public_id, actor=actor, now=now)


def keep_surety_room(
    session: Session, *, surety: Surety, judged: JudgedRoom, actor: Actor, now: datetime
) -> SuretyRoom:
    """Set how much may be promised beyond the budget from now on, by what was worked out: more, less, or nothing (the brake).

    What came free in the budget itself first pays what was promised beyond it. Raises ``Conflict`` when the surety is not in
    force, when something was booked on either budget since the books were read (`BOOKED_MEANWHILE`: read them again), or when a
    room of a later day was set.
    """
    require_region(actor)
    hold(session, surety, Surety.state == SuretyState.IN_FORCE, otherwise=_otherwise())
    last = session.scalars(
        select(SuretyRoom).where(SuretyRoom.surety_id == surety.id).order_by(SuretyRoom.id.desc()).limit(1)
    ).first()
    if last is not None and last.of_day is not None and last.of_day > judged.on:
        raise Conflict("surety_room_older", _l("De ruimte is intussen al van een latere dag."))
    return _set_room(session, surety, judged, actor, now)


def end_surety(session: Session, *, surety: Surety, actor: Actor, now: datetime) -> Surety:
    """End it: nothing more is promised by it, and what was promised stays covered. One that waits is dropped.

    Anyone of the region does that. Raises ``Conflict`` when it has ended already.
    """
    require_region(actor)
    standing = Surety.state.in_((SuretyState.LAID_DOWN, SuretyState.IN_FORCE))
    hold(session, surety, standing, otherwise=_otherwise())
    begun = surety.state is SuretyState.IN_FORCE
    if begun:
        assert surety.vouching_line is not None
        _fund_to(session, surety.vouching_line, _held(session, surety.vouching_line), actor, now)
    surety.state = SuretyState.ENDED if begun else SuretyState.DROPPED
    surety.ended_at, surety.ended_by, surety.ended_by_name = now, actor.reference, actor.signature
    session.flush()
    _log(session, surety, "surety.ended", actor, now)
    return surety


def surety_job(actor: Actor) -> Job:
    """The job that sets the room of every surety once a day: the brake holds by itself.

    What it is worked out from is read in a snapshot, and worked out with no transaction open: nobody waits for it. When something
    is booked meanwhile, it is done again a little later.
    """
    given: dict[str, RoomInput] = {}
    ready: dict[str, JudgedRoom] = {}

    def its(session: Session, item: str) -> Surety | None:
        surety = session.get(Surety, int(item.partition(":")[0]))
        return surety if surety is not None and surety.state is SuretyState.IN_FORCE else None

    def look(session: Session, item: str, at: datetime) -> None:
        given.pop(item, None)
        surety = its(session, item)
        if surety is not None:
            given[item] = room_input(session, surety=surety, on=local_date(at))

    def between(item: str) -> None:
        ready.pop(item, None)
        known = given.pop(item, None)
        if known is not None:
            ready[item] = judged(known)

    def due(session: Session, at: datetime) -> list[str]:
        return [f"{one.id}:{local_date(at)}" for one in sureties_in_force(session)]

    def act(session: Session, item: str, at: datetime) -> bool:
        surety = its(session, item)
        if surety is None or item not in ready:
            return False
        keep_surety_room(session, surety=surety, judged=ready[item], actor=actor, now=at)
        return True

    return Job("surety_room", due, act, first=look, between=between)


def _set_room(session: Session, surety: Surety, judged: JudgedRoom, actor: Actor, now: datetime) -> SuretyRoom:
    """Under the lock of the surety: what can go back goes back, then the money that vouches is set to what may be promised."""
    vouching = surety.vouching_line
    assert vouching is not None
    lines = sorted((surety.line_id, vouching.id))
    guards = select(BudgetGuard.funding_line_id).where(BudgetGuard.funding_line_id.in_(lines))
    moved = _move_back(session, surety, vouching, actor, now)
    session.execute(guards.order_by(BudgetGuard.funding_line_id).with_for_update()).all()
    if print_of_both(session, surety=surety) != judged.books_print:
        message = _l("Er is intussen geboekt op dit budget. Reken de ruimte over een paar minuten nog een keer uit.")
        raise Conflict(BOOKED_MEANWHILE, message)
    found = judged.found
    own = line_figures(session, funding_line_ids=[surety.line_id])[surety.line_id]
    held = _held(session, vouching)
    room = 0
    if found is not None and not found.braked:
        together = max(0, found.free_cents) + found.beyond_cents
        room = max(0, min(together - own.available_cents, surety.most_cents - held))
    _fund_to(session, vouching, held + room, actor, now)
    row = SuretyRoom(
        surety_id=surety.id,
        room_cents=room,
        exposure_cents=held,
        chance_ppm=min(1_000_000, round(found.chance_permille * 1000)) if found is not None else 0,
        braked=found is not None and found.braked,
        moved_back_cents=moved,
        of_day=judged.on,
        seed=judged.seed,
        sets=SETS if found is not None else 0,
        learned_from=judged.learned_from,
        open_vouchers=judged.open_vouchers,
        books_print=judged.books_print,
        set_at=now,
        set_by=actor.reference,
    )
    session.add(row)
    session.flush()
    _log(session, surety, "surety.room_set", actor, now)
    return row


def _move_back(session: Session, surety: Surety, vouching: FundingLine, actor: Actor, now: datetime) -> int:
    """What is reserved beyond the budget goes to it, as far as it has room, the oldest voucher first."""
    sums = figures(session, by=("voucher_id",), funding_line_ids=[vouching.id])
    held = {key[0]: one.reserved_cents for key, one in sums.items() if key[0] is not None and one.reserved_cents > 0}
    rows = select(Voucher).where(among(Voucher.id, held), Voucher.state.in_(LIVE_STATES)).order_by(Voucher.id)
    locks = select(Voucher.id).where(among(Voucher.id, held)).order_by(Voucher.id).with_for_update()
    session.execute(locks).all()
    left = line_figures(session, funding_line_ids=[surety.line_id])[surety.line_id].available_cents
    moved = 0
    for voucher in session.scalars(rows).all():
        cents = held[voucher.id]
        if cents > left - moved:
            continue
        takeover = Takeover(vouching, surety.line, cents, AccountKind.RESERVED)
        try:
            with session.begin_nested():
                reassign_voucher(session, voucher=voucher, takeover=takeover, reason=MOVED_BACK, actor=actor, now=now)
        except (Refusal, Conflict):
            continue
        moved += cents
    return moved


def _fund_to(session: Session, line: FundingLine, cents: int, actor: Actor, now: datetime) -> None:
    """Let a budget that vouches hold exactly so much. It is never less than what was promised from it."""
    more = cents - line_figures(session, funding_line_ids=[line.id])[line.id].funded_cents
    if more > 0:
        fund_line(session, line=line, amount_cents=more, reason="Ruimte van de garantie.", actor=actor, now=now)
    elif more < 0:
        note = "Ruimte van de garantie."
        give_back(session, funding_line_id=line.id, amount_cents=-more, actor_id=actor.reference, now=now, note=note)


def _held(session: Session, line: FundingLine) -> int:
    found = line_figures(session, funding_line_ids=[line.id])[line.id]
    return found.reserved_cents + found.spent_cents


def _definition(session: Session, surety: Surety) -> FundingLineDefinition:
    """The budget of the guarantor: for the same, in the same period, without money, and the last to be taken."""
    line, number, slug = surety.line, 1, f"{surety.line.slug}-garantie"
    while funding_line_by_slug(session, slug=slug) is not None:
        number += 1
        slug = f"{surety.line.slug}-garantie-{number}"
    period: dict[str, date] = {"from": line.period_from, "to": line.period_to}
    return FundingLineDefinition.model_validate(
        {
            "id": slug,
            "funder": surety.guarantor.slug,
            "title": {"nl": f"Garantie bij {line.title_nl}", "en": f"Surety for {line.title_en}"},
            "amount_cents": 0,
            "earmark": line.earmark,
            "period": period,
            "period_binds": line.period_binds,
            "price_permille": LAST_PRICE,
        }
    )


def _otherwise() -> Conflict:
    return Conflict("surety_moved_on", _l("Dit is intussen veranderd. Kijk hoe het nu staat."))


def _log(session: Session, surety: Surety, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="surety", object_id=surety.id, now=now)
