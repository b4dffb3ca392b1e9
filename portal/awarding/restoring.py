"""Acts that bring a voucher back which a decision took, when the objection against that decision is founded (Awb 7:11).

What was taken comes back in full: from the funding lines of the award, through their guards. When the money went to others
meanwhile it waits, before everybody else, and comes back by itself as soon as there is money: the ceiling holds in objection only
as far as it held at the first decision (Awb 4:25, third paragraph; text per 2026-01-01).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_vouchers import VoucherDraft, decide_on_voucher
from portal.awarding.decisions.requirements import require_authority
from portal.awarding.restorations.models import Restoration, RestorationState
from portal.awarding.restorations.queries import restoration_replacing, waiting_on
from portal.awarding.rounds.keeping import NotDivided, keep_to_division
from portal.awarding.takings.queries import taking_of
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.rights.restricted import restricted_ids
from portal.ledger.actions import BudgetExhausted, CapExhausted
from portal.ledger.queries import released_then
from portal.ledger.restoring import reserve_again
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.changes.actions import ChangeNote, note_change
from portal.spending.vouchers.actions import scheme_of_voucher, staff_with_reason
from portal.spending.vouchers.holding import hold_award
from portal.spending.vouchers.models import ChangeKind, Voucher, VoucherChange, VoucherState
from portal.spending.vouchers.queries import has_other_live, later_day

SYSTEM = Actor.system("restorations")
SHORTEST_USE = timedelta(weeks=6)
"""A voucher that comes back can be used for at least so long."""
REVOKED, EXPIRED = "voucher revoked", "voucher expired"
"""What the books call it when a voucher is revoked, or its last day passed."""


def restore_award(
    session: Session,
    *,
    voucher: Voucher,
    taken_by: Decision,
    reason: str,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> Restoration:
    """A voucher gets back what a decision took of it, by a decision in the place of that one.

    It can be used for as many more days as it was taken away, and for six weeks at least, within the period of the money. Part of
    a decision on an objection, which says who may take it; the mandate is for the whole of the voucher, with a first person
    (`prepared_by`) where the scheme wants two. Raises ``Refusal`` without authority; ``Conflict`` when it was given back before,
    the voucher was settled, or ended by another decision since, another voucher took its place, or its round gave less.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom de voucher terugkomt."))
    hold_award(session, voucher)
    cents = taken_cents(session, voucher=voucher, decision=taken_by)
    _may_come_back(session, voucher, taken_by)
    scheme = scheme_of_voucher(session, voucher=voucher)
    mandate = require_authority(
        session,
        scheme=scheme,
        cents=voucher.amount_cents,
        actor=actor,
        prepared_by=prepared_by,
        on=local_date(now),
    )
    whole = voucher.amount_cents - voucher.released_cents + cents
    draft = VoucherDraft(DecisionKind.RESTORED, scheme, whole, reason)
    decision = decide_on_voucher(
        session, voucher=voucher, draft=draft, mandate=mandate, by=Decider(actor, now, prepared_by)
    )
    row = Restoration(
        voucher_id=voucher.id,
        decision_id=decision.id,
        replaced_decision_id=taken_by.id,
        amount_cents=cents,
        state=RestorationState.WAITING,
        decided_at=now,
        decided_by=actor.reference,
    )
    session.add(row)
    session.flush()
    given = _give(session, row, voucher, actor, now)
    action = "voucher.restored" if given else "voucher.restoration_waits"
    record(session, actor=actor, action=action, object_kind="voucher", object_id=voucher.id, now=now)
    template = "reduction/restored" if given else "reduction/restored_waits"
    _tell(session, row, voucher, template, decision.rationale, now, in_writing=True)
    return row


def give_back_restored(session: Session, *, now: datetime, actor: Actor | None = None) -> int:
    """Give money that came free to vouchers that wait to come back, the first decided first; returns how many came back.

    Before anything of it is offered to a waiting list. Doing it twice changes nothing. One whose voucher was settled or revoked
    by another decision meanwhile waits no longer; whose data are restricted waits on.
    """
    who, given, still = actor or SYSTEM, 0, restricted_ids(session)
    rows = select(Restoration.id).where(Restoration.state == RestorationState.WAITING)
    for number in session.scalars(rows.order_by(Restoration.decided_at, Restoration.id)).all():
        row = session.get_one(Restoration, number)
        voucher = session.get_one(Voucher, row.voucher_id)
        if voucher.question_id in still:
            continue
        hold_award(session, voucher)
        if not hold(session, row, Restoration.state == RestorationState.WAITING):
            continue
        taken_by = session.get_one(Decision, row.replaced_decision_id)
        if _ended_otherwise(voucher, taken_by) or has_other_live(session, voucher=voucher):
            row.state, row.ended_at = RestorationState.ENDED, now
            session.flush()
            record(
                session,
                actor=who,
                action="voucher.restoration_ended",
                object_kind="voucher",
                object_id=voucher.id,
                now=now,
            )
        elif _given_from_what_came_free(session, row, voucher, who, now):
            given += 1
            record(session, actor=who, action="voucher.restored", object_kind="voucher", object_id=voucher.id, now=now)
            reason = session.get_one(Decision, row.decision_id).rationale
            _tell(session, row, voucher, "voucher/restored", reason, now, in_writing=False)
    return given


def voucher_taken_by(session: Session, *, decision: Decision) -> Voucher:
    """The voucher that a decision to revoke or lower is about."""
    taking = taking_of(session, decision_id=decision.id)
    if taking is not None:
        return session.get_one(Voucher, taking.voucher_id)
    change = select(VoucherChange.voucher_id).where(VoucherChange.decision_id == decision.id)
    scheme = decision.outcomes[0].scheme
    mine = (Voucher.question_id == decision.question_id, Voucher.scheme == scheme)
    ended = or_(Voucher.id.in_(change), Voucher.revoked_at == decision.decided_at)
    found = session.scalar(select(Voucher).where(*mine, ended).order_by(Voucher.id.desc()).limit(1))
    if found is None:
        raise Refusal("voucher_unknown", _l("Bij dit besluit is geen voucher gevonden. Er kan niets terugkomen."))
    return found


def taken_cents(session: Session, *, voucher: Voucher, decision: Decision) -> int:
    """What a decision took of a voucher, in cents: as was kept with the decision, else as the books say.

    0 when it lets the voucher end on a day that did not come yet, or the voucher was used up before. Raises ``Refusal`` when it
    took nothing.
    """
    taking = taking_of(session, decision_id=decision.id)
    if taking is not None and taking.ends_on is not None:
        if voucher.expired_at is None or voucher.state is not VoucherState.EXPIRED:
            return 0
        return released_then(session, voucher_id=voucher.id, at=voucher.expired_at, note=EXPIRED)
    if taking is not None:
        return taking.amount_cents
    kept = select(VoucherChange.amount_cents).where(VoucherChange.decision_id == decision.id)
    cents = session.scalar(kept.where(VoucherChange.voucher_id == voucher.id).limit(1))
    if cents is None:
        cents = released_then(session, voucher_id=voucher.id, at=decision.decided_at, note=REVOKED)
    if not cents:
        raise Refusal("nothing_taken", _l("Dit besluit nam niets van de voucher af. Er kan niets terugkomen."))
    return cents


def _may_come_back(session: Session, voucher: Voucher, taken_by: Decision) -> None:
    if restoration_replacing(session, decision_id=taken_by.id) is not None:
        raise Conflict("restored_before", _l("Deze voucher is na bezwaar al teruggegeven."))
    if waiting_on(session, voucher=voucher) is not None:
        raise Conflict("restoration_waits", _l("Op deze voucher wacht al een bedrag dat terugkomt."))
    if voucher.state is VoucherState.SETTLED:
        message = _l(
            "Deze voucher is intussen vastgesteld. Geef het geld terug met een bezwaar tegen de vaststelling, of ken opnieuw toe."
        )
        raise Conflict("voucher_settled", message)
    if _ended_otherwise(voucher, taken_by):
        message = _l("De voucher is daarna nog eens ingetrokken. Beslis eerst over een bezwaar tegen dat besluit.")
        raise Conflict("revoked_later", message)
    if has_other_live(session, voucher=voucher):
        message = _l("Er is al een andere voucher van deze regeling voor deze vraag. Twee tegelijk kan niet.")
        raise Conflict("other_voucher_live", message)


def _ended_otherwise(voucher: Voucher, taken_by: Decision) -> bool:
    """Whether the voucher was settled, or revoked by another decision than the one that is replaced."""
    if voucher.state is VoucherState.SETTLED:
        return True
    return voucher.state is VoucherState.REVOKED and voucher.revoked_at != taken_by.decided_at


def _give(session: Session, row: Restoration, voucher: Voucher, actor: Actor, now: datetime) -> bool:
    """Reserve what comes back and open the voucher for it; False when the money, or the room under a maximum, is not there."""
    if row.amount_cents and not _reserved(session, row, voucher, actor, now):
        return False
    before, until = voucher.valid_until, _last_day(session, voucher, row, now)
    values: dict[str, object] = {"valid_until": until}
    if voucher.open_cents + row.amount_cents:
        values |= {
            "state": VoucherState.PARTLY_REDEEMED if voucher.redeemed_cents else VoucherState.ISSUED,
            "released_cents": Voucher.released_cents - row.amount_cents,
            **dict.fromkeys(("revoked_at", "revoked_by", "revoke_reason", "expired_at")),
        }
    write_guarded(
        session,
        voucher,
        Voucher.state == voucher.state,
        Voucher.redeemed_cents == voucher.redeemed_cents,
        Voucher.released_cents == voucher.released_cents,
        otherwise=Conflict("voucher_changed", _l("De voucher is intussen veranderd. Kijk opnieuw.")),
        **values,
    )
    row.state, row.given_at, row.valid_until = RestorationState.GIVEN, now, until
    session.flush()
    days = {"day_before": before, "day_after": until} if until != before else {}
    note = ChangeNote(ChangeKind.RESTORED, session.get_one(Decision, row.decision_id).rationale)
    note_change(session, voucher, note, actor, now, amount_cents=row.amount_cents, decision_id=row.decision_id, **days)
    return True


def _given_from_what_came_free(
    session: Session, row: Restoration, voucher: Voucher, actor: Actor, now: datetime
) -> bool:
    """As `_give`; what its round did not divide waits on, and keeps nobody else waiting."""
    try:
        return _give(session, row, voucher, actor, now)
    except NotDivided:
        return False


def _reserved(session: Session, row: Restoration, voucher: Voucher, actor: Actor, now: datetime) -> bool:
    awarded: dict[int, int] = {}
    for part in voucher.award.parts:
        awarded[part.funding_line_id] = awarded.get(part.funding_line_id, 0) + part.amount_cents
    keep_to_division(session, voucher=voucher, cents=row.amount_cents)
    try:
        with session.begin_nested():
            reserve_again(
                session,
                voucher_id=voucher.id,
                amount_cents=row.amount_cents,
                awarded=awarded,
                decision_id=row.decision_id,
                actor_id=actor.reference,
                now=now,
            )
    except (BudgetExhausted, CapExhausted):
        return False
    return True


def _last_day(session: Session, voucher: Voucher, row: Restoration, now: datetime) -> date:
    """The last day of a voucher that comes back: later by the days that it was away, within the period of its money.

    When that period is over, the region names other money (`portal.paying.reassignments`): the day of the holder stands.
    """
    today, taking = local_date(now), taking_of(session, decision_id=row.replaced_decision_id)
    gone_on = local_date(session.get_one(Decision, row.replaced_decision_id).decided_at)
    before = voucher.valid_until
    if taking is not None:
        gone_on, before = taking.ends_on or gone_on, max(before, taking.valid_before)
    lost = timedelta() if voucher.is_live else max(timedelta(), today - gone_on)
    wanted = max(before + lost, today + SHORTEST_USE)
    within = later_day(session, voucher=voucher, day=wanted)
    return within if within >= today else wanted


def _tell(
    session: Session, row: Restoration, voucher: Voucher, template: str, reason: str, now: datetime, *, in_writing: bool
) -> None:
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    details = {
        "back_cents": row.amount_cents,
        "open_cents": voucher.open_cents,
        "until": row.valid_until.isoformat() if row.valid_until is not None else None,
        "reason": reason,
    }
    tell_asker(
        session,
        question=question,
        template=template,
        now=now,
        version=row.decision_id,
        in_writing=in_writing,
        details=details,
    )
