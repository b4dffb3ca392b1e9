"""Acts of winding down: begin it, close a step, say where what is left goes, do that as a second person, and call it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.accounting.scope import only_region
from portal.accounting.winding_down.models import ClosedStep, Leftover, WindDownStep, WindingDown
from portal.accounting.winding_down.open_things import OpenThing, open_in, scope_of_funder
from portal.accounting.winding_down.queries import (
    final_report,
    funders_to_wind_down,
    left_now,
    leftovers_of,
    lines_to_move_to,
    schemes_on,
)
from portal.framework.funding.actions import lower_budget, raise_budget
from portal.framework.funding.models import Funder, FundingLine
from portal.framework.powers import Power, require_power
from portal.ledger.queries import Figures, line_figures
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import real_reason, require_other_person
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l

LONGEST_REASON = 500
STEPS = tuple(WindDownStep)
BY_ONE = STEPS[:4]
"""The steps that one person closes; the last one takes two."""


def begin_winding_down(
    session: Session,
    *,
    funder: Funder,
    schemes: Sequence[str],
    last_day: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> WindingDown:
    """Begin to wind down all money of a funder, and name the schemes that end with it. Nothing stops by this alone.

    Raises ``Refusal`` at ``funder``, ``schemes``, ``last_day`` (in the past) or ``reason``; ``Conflict`` when it runs already.
    """
    only_region(actor)
    today = local_date(now)
    running = Conflict("winding_down_runs", _l("De afbouw van deze geldgever loopt al."))
    if funder.id not in {one.id for one in funders_to_wind_down(session)}:
        raise running
    if not set(schemes) <= set(schemes_on(session, funder=funder, on=today)):
        message = _l("Kies regelingen die uit dit geld worden betaald.")
        raise Refusal("scheme_not_of_funder", message, field="schemes")
    if last_day < today:
        raise Refusal("day_in_past", _l("Kies vandaag of een latere dag."), field="last_day")
    winding = WindingDown(
        funder_id=funder.id,
        schemes=sorted(set(schemes)),
        last_day=last_day,
        reason=_reason(reason),
        step=WindDownStep.STOP,
        begun_at=now,
        begun_by=actor.reference,
        begun_by_name=actor.signature,
    )
    write_new(session, winding, otherwise=running)
    _log(session, winding, "begun", actor, now)
    return winding


def close_step(
    session: Session, *, winding: WindingDown, step: WindDownStep, note: str, actor: Actor, now: datetime
) -> ClosedStep:
    """Close the step that is open, when nothing of it or of the steps before stands open any more.

    What only takes a reason (co-financing that is short) takes it in `note`. The report is made and keeps its hash. Raises
    ``Refusal`` (open_things, or at ``note``), ``Conflict`` when another step is open or a colleague closed it.
    """
    only_region(actor)
    if step not in BY_ONE:
        raise Refusal("takes_two", _l("De laatste stap doen twee mensen."))
    hold(session, winding, WindingDown.step == step, WindingDown.called_off_at.is_(None), otherwise=_other_step())
    today = local_date(now)
    open_now = _open_until(session, winding, step, today)
    if any(thing.blocks for thing in open_now):
        raise _still_open(sum(thing.blocks for thing in open_now))
    kept = real_reason(note, field="note") if open_now else note.strip()
    report = final_report(session, winding=winding, actor=actor, on=today) if step is WindDownStep.REPORT else None
    closed = _close(session, winding, step, actor, now)
    closed.note = kept[:LONGEST_REASON] or None
    if report is not None:
        closed.sha256, closed.report_until = report.sha256, report.period.last
    write_new(session, closed, otherwise=_other_step())
    winding.step = STEPS[STEPS.index(step) + 1]
    session.flush()
    _log(session, winding, f"closed_{step.value}", actor, now)
    return closed


def lay_down_transfer(
    session: Session, *, winding: WindingDown, to: Mapping[int, FundingLine | None], actor: Actor, now: datetime
) -> list[Leftover]:
    """Say for each line with money left where it goes: to a line of another funder, or (None) back to the funder.

    `to` has every line with money, by its id. Raises ``Refusal`` for a line that is missing or cannot take it, or when something
    stands open again; ``Conflict`` when it was laid down before.
    """
    only_region(actor)
    waits = (WindingDown.step == WindDownStep.TRANSFER, WindingDown.laid_down_at.is_(None))
    hold(session, winding, *waits, WindingDown.called_off_at.is_(None), otherwise=_other_step())
    today = local_date(now)
    _require_nothing_open(session, winding, today)
    allowed = {line.id for line in lines_to_move_to(session, winding=winding, on=today)}
    made = []
    for line, cents in left_now(session, winding=winding):
        if line.id not in to:
            raise Refusal("destination_missing", _l("Kies voor elke budgetregel waar het geld heen gaat."))
        target = to[line.id]
        if target is not None and target.id not in allowed:
            message = _l("Kies een budgetregel van een andere geldgever, die nog loopt.")
            raise Refusal("destination_not_allowed", message)
        made.append(
            Leftover(
                winding_down_id=winding.id,
                funding_line_id=line.id,
                to_line_id=target.id if target is not None else None,
                amount_cents=cents,
            )
        )
    session.add_all(made)
    winding.laid_down_at, winding.laid_down_by = now, actor.reference
    winding.laid_down_by_name = actor.signature
    session.flush()
    _log(session, winding, "transfer_laid_down", actor, now)
    return made


def take_back_transfer(session: Session, *, winding: WindingDown, actor: Actor, now: datetime) -> None:
    """Take back where what is left goes, to say it anew. Anyone of the region does. Raises ``Conflict`` when it does not wait."""
    only_region(actor)
    nothing = {"laid_down_at": None, "laid_down_by": None, "laid_down_by_name": None}
    waits = (WindingDown.step == WindDownStep.TRANSFER, WindingDown.laid_down_at.is_not(None))
    write_guarded(session, winding, *waits, otherwise=_not_waiting(), **nothing)
    session.execute(delete(Leftover).where(Leftover.winding_down_id == winding.id))
    _log(session, winding, "transfer_taken_back", actor, now)


def transfer_what_is_left(session: Session, *, winding: WindingDown, actor: Actor, now: datetime) -> WindingDown:
    """Let what is left go where it was said, as the second person: each line is lowered, and a line that takes it over raised.

    Raises ``Refusal`` for who laid it down, or when something stands open again; ``Conflict`` when it does not wait or other
    amounts are left by now. Then nothing is booked.
    """
    only_region(actor)
    waits = (WindingDown.step == WindDownStep.TRANSFER, WindingDown.laid_down_at.is_not(None))
    hold(session, winding, *waits, otherwise=_not_waiting())
    first, today = winding.laid_down_by, local_date(now)
    require_power(session, Power.BUDGET, actor=actor, on=today, prepared_by=first)
    require_other_person(actor, prepared_by=first)
    _require_nothing_open(session, winding, today)
    rows = leftovers_of(session, winding=winding)
    left = {line.id: cents for line, cents in left_now(session, winding=winding)}
    if left != {row.funding_line_id: row.amount_cents for row in rows}:
        message = _l("Er is nu een ander bedrag over dan is voorgelegd. Neem het terug en leg het opnieuw voor.")
        raise Conflict("amounts_changed", message)
    closed = _close(session, winding, WindDownStep.TRANSFER, actor, now)
    for row in rows:
        reason = f"Afbouw: overdracht van {row.line.slug}"[:200]
        lower_budget(
            session,
            line=row.line,
            amount_cents=row.amount_cents,
            reason=reason,
            actor=actor,
            now=now,
            prepared_by=first,
        )
        if row.to_line is not None:
            raise_budget(
                session,
                line=row.to_line,
                amount_cents=row.amount_cents,
                reason=reason,
                actor=actor,
                now=now,
                prepared_by=first,
            )
    write_new(session, closed, otherwise=_other_step())
    winding.step, winding.done_at, winding.done_by = WindDownStep.DONE, now, actor.reference
    winding.done_by_name = actor.signature
    session.flush()
    _log(session, winding, "done", actor, now)
    return winding


def call_off(session: Session, *, winding: WindingDown, reason: str, actor: Actor, now: datetime) -> WindingDown:
    """Call it off: the money goes on. Schemes that were stopped stay so. Raises ``Conflict`` when a transfer waits or is done."""
    only_region(actor)
    running = (
        WindingDown.called_off_at.is_(None),
        WindingDown.laid_down_at.is_(None),
        WindingDown.step != WindDownStep.DONE,
    )
    message = _l("Deze afbouw is klaar, ingetrokken, of wacht op de overdracht. Neem eerst de overdracht terug.")
    write_guarded(
        session,
        winding,
        *running,
        otherwise=Conflict("winding_down_over", message),
        called_off_at=now,
        called_off_by=actor.reference,
        called_off_reason=_reason(reason),
    )
    _log(session, winding, "called_off", actor, now)
    return winding


def _open_until(session: Session, winding: WindingDown, step: WindDownStep, today: date) -> list[OpenThing]:
    """What stands open in a step, and what stops it in the steps before."""
    found = []
    for one in STEPS[: STEPS.index(step) + 1]:
        things = open_in(session, winding=winding, step=one, today=today)
        found += [thing for thing in things if thing.blocks or one is step]
    return found


def _require_nothing_open(session: Session, winding: WindingDown, today: date) -> None:
    """Before money leaves: the books may have moved since the steps were closed. The report is as it was closed."""
    number = sum(thing.blocks for thing in _open_until(session, winding, WindDownStep.SETTLEMENT, today))
    if number:
        raise _still_open(number)


def _close(session: Session, winding: WindingDown, step: WindDownStep, actor: Actor, now: datetime) -> ClosedStep:
    """The step as it is closed, with what the books say."""
    found = line_figures(session, funding_line_ids=scope_of_funder(session, winding).line_ids)
    total = sum(found.values(), Figures())
    return ClosedStep(
        winding_down_id=winding.id,
        step=step,
        figures={
            "funded_cents": total.funded_cents,
            "spent_cents": total.spent_cents,
            "paid_cents": total.paid_cents,
            "available_cents": total.available_cents,
        },
        closed_at=now,
        closed_by=actor.reference,
        closed_by_name=actor.signature,
    )


def _reason(text: str) -> str:
    kept = text.strip()
    if not kept or len(kept) > LONGEST_REASON:
        raise Refusal("reason_missing", _l("Schrijf in hoogstens 500 tekens waarom."), field="reason")
    return kept


def _still_open(number: int) -> Refusal:
    message = _l("Er staat nog iets open. Deze stap kan pas dicht als dat klaar is. Aantal: %(number)s.", number=number)
    return Refusal("open_things", message, params={"number": number})


def _other_step() -> Conflict:
    return Conflict("other_step", _l("Deze stap is niet (meer) aan de beurt. Kijk hoe het nu staat."))


def _not_waiting() -> Conflict:
    return Conflict("transfer_not_waiting", _l("Er wacht geen overdracht. Kijk hoe het nu staat."))


def _log(session: Session, winding: WindingDown, what: str, actor: Actor, now: datetime) -> None:
    record(
        session, actor=actor, action=f"winding_down.{what}", object_kind="winding_down", object_id=winding.id, now=now
    )
