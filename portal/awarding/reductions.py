"""Acts that reduce an award by a decision of its own: with mandate, money, and a letter that says how to object (Awb 3:45).

Each stands on a ground of the law, after the holder was heard (4:8): at once on those of 4:48, after a reasonable term on those
of 4:50. That a training costs less is no ground: see `portal.awarding.takings`. Each locks the voucher and its award before it
looks at them: what the decision and its letter say is left, is what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_vouchers import VoucherDraft, decide_on_voucher
from portal.awarding.decisions.requirements import mandate_for
from portal.awarding.hearing_first.actions import keep_heard, require_heard
from portal.awarding.hearing_first.models import LeftOut, Unheard
from portal.awarding.own_debts.actions import owe_of_own
from portal.awarding.own_debts.models import OwnDebtKind
from portal.awarding.takings.models import AT_ONCE, LATER, WITH_DAMAGE, Taking, TakingGround
from portal.awarding.takings.queries import article_of
from portal.cases.hearings.models import Hearing, IntendedAct
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.platform.guarded import write_guarded
from portal.platform.i18n import format_date
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.changes.actions import ChangeNote, check_move, lower_price, note_change
from portal.spending.invoices.decided_first import require_decided
from portal.spending.vouchers.actions import not_live, revoke_voucher, scheme_of_voucher, staff_with_reason
from portal.spending.vouchers.holding import hold_award
from portal.spending.vouchers.models import LIVE_STATES, ChangeKind, Voucher

SHORTEST_END = timedelta(days=14)
"""A term to end a voucher is never shorter, whatever the region chose."""


@dataclass(frozen=True)
class TakingBasis:
    """On which ground something is taken, and by which exception the holder is not heard; None: the hearing that was held."""

    ground: TakingGround
    left_out: LeftOut | None = None


@dataclass(frozen=True)
class Ending:
    """Until when a voucher can still be used, and what the region makes good of what the holder loses by it."""

    ends_on: date
    damage_cents: int | None = None
    """What is made good (Awb 4:50, second paragraph); 0 when there is no damage. None where that does not apply."""
    damage_reason: str = ""
    moved_on: date | None = None
    """The day on which the holder left the region, when that is why."""


def revoke_award(
    session: Session, *, voucher: Voucher, basis: TakingBasis, reason: str, actor: Actor, now: datetime
) -> Decision:
    """Take back what is still open on a voucher; what was redeemed stays (Awb 4:48).

    Raises ``Refusal`` without a ground, a hearing or a mandate, and as ``revoke_voucher``.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom u de voucher intrekt."))
    hold_award(session, voucher)
    require_decided(session, voucher=voucher)
    heard = _may_take(session, voucher, basis, IntendedAct.REVOKE, allowed=AT_ONCE)
    decision = _decide(session, voucher, DecisionKind.REVOKED, voucher.redeemed_cents, reason, actor, now)
    freed = voucher.open_cents
    _keep(session, voucher, decision, basis, heard, taken=freed)
    revoke_voucher(session, voucher=voucher, reason=reason, actor=actor, now=now, tell=False)
    left = voucher.redeemed_cents
    _tell(session, voucher, decision, "reduction/revoked", basis, now, freed_cents=freed, left_cents=left)
    return decision


def lower_award(
    session: Session, *, voucher: Voucher, by_cents: int, basis: TakingBasis, reason: str, actor: Actor, now: datetime
) -> Decision:
    """So many cents of what is open are released: the holder asked for it, or a ground of Awb 4:48 holds for that part.

    A training that costs less is no such ground: the award stands, and is settled at what was used. Raises ``Refusal`` without a
    ground, a hearing or a mandate, and as ``lower_price``.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom het bedrag lager wordt."))
    hold_award(session, voucher)
    heard = _may_take(session, voucher, basis, IntendedAct.LOWER, allowed=AT_ONCE, cents=by_cents)
    left = voucher.amount_cents - voucher.released_cents - by_cents
    decision = _decide(session, voucher, DecisionKind.LOWERED, left, reason, actor, now)
    lower_price(
        session, voucher=voucher, by_cents=by_cents, reason=reason, actor=actor, now=now, decision_id=decision.id
    )
    _keep(session, voucher, decision, basis, heard, taken=by_cents)
    _tell(session, voucher, decision, "reduction/lowered", basis, now, freed_cents=by_cents, left_cents=left)
    return decision


def end_award(
    session: Session, *, voucher: Voucher, ending: Ending, basis: TakingBasis, reason: str, actor: Actor, now: datetime
) -> Decision:
    """Let a voucher end on a day to come: a mistake of the desk, changed circumstances such as a move, or a rule (Awb 4:50).

    It can be used until then, after which what is open is released as of any voucher whose last day passed. On the first two
    grounds the region says which damage it makes good and why; it owes that of its own money. Raises ``Refusal`` at the field,
    without a hearing or a mandate; ``Conflict`` when the voucher ended.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom de voucher eindigt."))
    hold_award(session, voucher)
    require_decided(session, voucher=voucher)
    _check_ending(voucher, ending, basis, local_date(now))
    if ending.moved_on is not None:
        check_move(voucher, ending.moved_on, now)
    heard = _may_take(session, voucher, basis, IntendedAct.END, allowed=LATER)
    damage, scheme = ending.damage_cents or 0, scheme_of_voucher(session, voucher=voucher)
    mandate_for(session, scheme=scheme, cents=damage, actor=actor, on=local_date(now))
    decision = _decide(session, voucher, DecisionKind.REVOKED, voucher.redeemed_cents, reason, actor, now)
    owe_of_own(session, decision=decision, kind=OwnDebtKind.DAMAGE, cents=damage, now=now)
    before = voucher.valid_until
    _keep(session, voucher, decision, basis, heard, taken=ending)
    still = (Voucher.state.in_(LIVE_STATES), Voucher.valid_until == before)
    write_guarded(session, voucher, *still, otherwise=not_live(), valid_until=ending.ends_on)
    days = {"day_before": before, "day_after": ending.ends_on, "decision_id": decision.id}
    note_change(session, voucher, ChangeNote(ChangeKind.ENDS, reason), actor, now, **days)
    if ending.moved_on is not None:
        moved = {"day_after": ending.moved_on, "decision_id": decision.id}
        note_change(session, voucher, ChangeNote(ChangeKind.MOVED_OUT, reason), actor, now, **moved)
    template = "reduction/moved_ends" if ending.moved_on is not None else "reduction/ends"
    details = {
        "open_cents": voucher.open_cents,
        "left_cents": voucher.redeemed_cents,
        "ends_on": ending.ends_on.isoformat(),
        "damage_cents": ending.damage_cents,
        "damage_reason": ending.damage_reason.strip() or None,
    }
    _tell(session, voucher, decision, template, basis, now, **details)
    return decision


def _check_ending(voucher: Voucher, ending: Ending, basis: TakingBasis, today: date) -> None:
    if not voucher.is_live:
        raise not_live()
    soonest = today + SHORTEST_END
    if ending.ends_on < soonest:
        message = _l(
            "Geef de houder een redelijke termijn: op zijn vroegst tot en met %(day)s.", day=format_date(soonest)
        )
        raise Refusal("term_too_short", message, field="ends_on")
    if ending.ends_on >= voucher.valid_until:
        message = _l(
            "De voucher verloopt al eerder, na %(day)s. Laten eindigen is dan niet nodig.",
            day=format_date(voucher.valid_until),
        )
        raise Refusal("ends_before", message, field="ends_on")
    if basis.ground not in WITH_DAMAGE:
        if ending.damage_cents is not None:
            message = _l("Bij deze grond vergoedt de regio geen schade. Laat het bedrag leeg.")
            raise Refusal("damage_unwanted", message, field="damage")
        return
    if ending.damage_cents is None or ending.damage_cents < 0:
        message = _l("Vul in welke schade de regio vergoedt. Is er geen schade? Vul dan 0 in.")
        raise Refusal("damage_missing", message, field="damage")
    if not ending.damage_reason.strip():
        message = _l("Schrijf op hoe u de schade hebt bepaald, of waarom er geen is.")
        raise Refusal("damage_reason_missing", message, field="damage_reason")


def _may_take(
    session: Session,
    voucher: Voucher,
    basis: TakingBasis,
    act: IntendedAct,
    *,
    allowed: tuple[TakingGround, ...],
    cents: int | None = None,
) -> Hearing | None:
    """The hearing that goes before it. Raises ``Refusal`` without a ground that allows it, or without hearing the holder."""
    if basis.ground not in allowed:
        message = _l("Deze grond past hier niet. Kies een grond die de wet voor dit besluit geeft.")
        raise Refusal("ground_does_not_fit", message, field="ground")
    asked = basis.left_out is not None and basis.left_out.why is Unheard.ASKED
    if asked != (basis.ground is TakingGround.AT_REQUEST):
        message = _l("Vroeg de houder er zelf om? Kies dat dan als grond, en als reden om niet te horen.")
        raise Refusal("asked_is_the_ground", message, field="left_out")
    return require_heard(session, voucher=voucher, act=act, cents=cents, left_out=basis.left_out)


def _keep(
    session: Session,
    voucher: Voucher,
    decision: Decision,
    basis: TakingBasis,
    heard: Hearing | None,
    *,
    taken: int | Ending,
) -> None:
    """Keep with the decision its ground, what it takes (cents at once, or its end), and how the holder was heard.

    Before the voucher itself is changed.
    """
    taking = Taking(
        decision_id=decision.id,
        voucher_id=voucher.id,
        ground=basis.ground,
        amount_cents=taken if isinstance(taken, int) else 0,
        valid_before=voucher.valid_until,
    )
    if isinstance(taken, Ending):
        taking.ends_on, taking.damage_cents = taken.ends_on, taken.damage_cents
        taking.damage_reason = taken.damage_reason.strip() if taken.damage_cents is not None else None
    session.add(taking)
    session.flush()
    keep_heard(session, decision_id=decision.id, hearing=heard, left_out=basis.left_out)


def _decide(
    session: Session, voucher: Voucher, kind: DecisionKind, left_cents: int, reason: str, actor: Actor, now: datetime
) -> Decision:
    """The decision about what the award comes to from now on, by the mandate for the whole of the voucher. One person is enough.

    The whole and not the difference, so that nobody lowers it in slices that stay under the limit.
    """
    scheme = scheme_of_voucher(session, voucher=voucher)
    mandate = mandate_for(session, scheme=scheme, cents=voucher.amount_cents, actor=actor, on=local_date(now))
    draft = VoucherDraft(kind, scheme, max(left_cents, 0), reason)
    return decide_on_voucher(session, voucher=voucher, draft=draft, mandate=mandate, by=Decider(actor, now))


def _tell(
    session: Session,
    voucher: Voucher,
    decision: Decision,
    template: str,
    basis: TakingBasis,
    now: datetime,
    **said: Any,
) -> None:
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    article = article_of(basis.ground)
    details = {
        **said,
        "reason": decision.rationale,
        "ground": basis.ground.value,
        "article": article[0] if article is not None else None,
        "part": article[1] if article is not None else None,
    }
    tell_asker(
        session, question=question, template=template, now=now, version=decision.id, in_writing=True, details=details
    )
