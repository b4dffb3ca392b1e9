"""What comes in the place of a decision when the objection against it is founded: always something, in one act (Awb 7:11).

The body takes back what was decided and decides anew, as far as needed (Awb 7:11, second paragraph, text per 2026-01-01). So each
kind of decision that one can object to has its remedy here, and "founded" without one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.awarding.deciding_again import decide_again
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.restoring import restore_award, voucher_taken_by
from portal.awarding.setting_aside import take_up_again
from portal.awarding.top_ups import TopUpDraft, top_up
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.paying.collecting.decided import claim_of_decision, decision_of_plan
from portal.paying.collecting.queries import charge_of_decision
from portal.paying.collecting.undoing import undo_interest
from portal.paying.late_interest.actions import determine_own_interest_again
from portal.paying.late_interest.queries import own_interest_of
from portal.paying.own_payments import let_damage_lapse
from portal.paying.recoveries import Term, plan_instalments, write_off
from portal.paying.setting_off.queries import set_off_of_decision
from portal.paying.setting_off.undoing import undo_set_off
from portal.paying.settling_again.actions import HigherDraft, check_again, settle_again
from portal.people.actor import Actor
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.objections.models import Objection, ObjectionOutcome, WaiverReason
from portal.second_look.objections.queries import (
    involved_in,
    settlement_of_decision,
    staff_on,
    voucher_raised_by,
)
from portal.second_look.penalties.actions import settle_penalty_again
from portal.second_look.penalties.queries import notice_of_decision

ABOUT_MIX = (DecisionKind.APPROVED, DecisionKind.PARTLY, DecisionKind.REJECTED)
"""Decisions on an application: when the objection is founded, a new mix comes in their place."""


@dataclass(frozen=True)
class ObjectionDraft:
    """What is to be decided on an objection and why. Only a founded one has something that comes in the place of the decision."""

    outcome: ObjectionOutcome
    rationale: str
    new: Draft | None = None
    """Against a decision about a mix: the new mix."""
    amount_cents: int | None = None
    """Against a settlement: the amount at which the voucher is settled again; against interest of the region: what that is."""
    more: TopUpDraft | None = None
    """Against a supplementary award: what is added to it."""
    days: int | None = None
    """Against what was decided on a penalty: over how many days it is due."""
    terms: tuple[Term, ...] = ()
    """Against putting off payment: the instalments that come in its place."""

    @property
    def replaces(self) -> bool:
        """Whether something new is to come in the place of what was decided."""
        given = (self.new, self.amount_cents, self.more, self.days)
        return bool(self.terms) or any(one is not None for one in given)


@dataclass(frozen=True)
class _Case:
    """A founded objection, against what, what is to be decided, and by whom."""

    objection: Objection
    decision: Decision
    draft: ObjectionDraft
    actor: Actor
    now: datetime
    prepared_by: str | None


def remedy_of(
    session: Session, *, objection: Objection, draft: ObjectionDraft, actor: Actor, now: datetime
) -> int | None:
    """The id of the decision that comes in the place of the one objected to; None when that stands.

    Raises ``Refusal`` when a founded objection would lead to nothing, and as the act that gives the remedy.
    """
    decision = session.get_one(Decision, objection.decision_id)
    if draft.outcome is not ObjectionOutcome.FOUNDED:
        if draft.replaces:
            raise Refusal("new_decision_unwanted", _l("Alleen een gegrond bezwaar geeft een nieuw besluit."))
        return None
    remedy = REMEDIES.get(decision.kind)
    if remedy is None:
        message = _l(
            "Tegen dit besluit is geen herstel. Verklaar het bezwaar niet gegrond, of neem eerst een nieuw besluit."
        )
        raise Refusal("no_remedy", message, field="outcome")
    first = _first_person(session, objection, decision, actor)
    return remedy(session, _Case(objection, decision, draft, actor, now, first))


def _decided_again(session: Session, case: _Case) -> int:
    """Against a decision on an application: a new one, over what is left of it when a voucher was used."""
    if case.draft.new is None:
        raise Refusal(
            "new_decision_missing", _l("Maak eerst een nieuw voorstel. Een gegrond bezwaar geeft een nieuw besluit.")
        )
    return decide_again(
        session,
        question=session.get_one(DevelopmentQuestion, case.objection.question_id),
        draft=case.draft.new,
        actor=case.actor,
        now=case.now,
        prepared_by=case.prepared_by,
    ).id


def _taken_up(session: Session, case: _Case) -> int | None:
    """Against an application that was not taken up: it is again, unless that was done already."""
    question = session.get_one(DevelopmentQuestion, case.objection.question_id)
    if question.state is not QuestionState.SET_ASIDE:
        return None
    return take_up_again(session, question=question, actor=case.actor, now=case.now, reason=case.draft.rationale).id


def _given_back(session: Session, case: _Case) -> int:
    """Against a decision that took (a part of) a voucher: it comes back with what was taken, now or as soon as there is money.
    Damage that was to be made good because it ended lapses, unless it was paid."""
    let_damage_lapse(session, decision=case.decision, actor=case.actor, now=case.now)
    return restore_award(
        session,
        voucher=voucher_taken_by(session, decision=case.decision),
        taken_by=case.decision,
        reason=case.draft.rationale,
        actor=case.actor,
        now=case.now,
        prepared_by=case.prepared_by,
    ).decision_id


def _raised(session: Session, case: _Case) -> int:
    """Against a supplementary award: more is added."""
    if case.draft.more is None:
        message = _l("Vul in hoeveel u meer toekent. Een gegrond bezwaar geeft een nieuw besluit.")
        raise Refusal("amount_missing", message, field="amount")
    voucher = voucher_raised_by(session, decision=case.decision)
    assert voucher is not None
    made = top_up(
        session, voucher=voucher, draft=case.draft.more, actor=case.actor, now=case.now, prepared_by=case.prepared_by
    )
    assert made.decision_id is not None
    return made.decision_id


def _settled_again(session: Session, case: _Case) -> int:
    """Against a settlement: settled higher. Who was not heard because everything is given, gets everything."""
    amount_cents, settlement = case.draft.amount_cents, settlement_of_decision(session, decision=case.decision)
    if settlement is None:
        raise Refusal("no_decision", _l("Bij deze vaststelling hoort geen besluit. Opnieuw vaststellen kan niet."))
    if amount_cents is None:
        message = _l("Vul in op welk bedrag u de voucher nu vaststelt. Een gegrond bezwaar geeft een nieuw besluit.")
        raise Refusal("amount_missing", message, field="amount")
    check_again(session, settlement=settlement, amount_cents=amount_cents)
    if case.objection.waiver is WaiverReason.FULLY_MET and amount_cents < settlement.redeemed_cents:
        message = _l("Er is niet gehoord omdat de persoon alles krijgt. Stel alles vast, of hoor de persoon eerst.")
        raise Refusal("waiver_does_not_fit", message, field="amount")
    return settle_again(
        session,
        settlement=settlement,
        draft=HigherDraft(amount_cents, case.draft.rationale, case.objection.number),
        actor=case.actor,
        now=case.now,
        prepared_by=case.prepared_by,
    ).decision_id


def _interest_lapses(session: Session, case: _Case) -> int:
    """Against interest: what is open of it lapses, and what was paid goes back to the holder."""
    charge = charge_of_decision(session, decision=case.decision)
    if charge is None:
        raise _nothing_found()
    return undo_interest(
        session,
        charge=charge,
        reason=case.draft.rationale,
        actor=case.actor,
        now=case.now,
        prepared_by=case.prepared_by,
    ).decision_id


def _paid_after_all(session: Session, case: _Case) -> int:
    """Against setting off: what was withheld is paid, and is to be paid back again."""
    done = set_off_of_decision(session, decision=case.decision)
    if done is None:
        raise _nothing_found()
    return undo_set_off(
        session, done=done, reason=case.draft.rationale, actor=case.actor, now=case.now, prepared_by=case.prepared_by
    ).decision_id


def _penalty_over_more_days(session: Session, case: _Case) -> int:
    """Against what was decided on a penalty, or that nothing is due: it is due over more days."""
    notice = notice_of_decision(session, decision=case.decision)
    if notice is None:
        raise _nothing_found()
    if case.draft.days is None:
        message = _l("Vul in over hoeveel dagen de dwangsom is. Een gegrond bezwaar geeft een nieuw besluit.")
        raise Refusal("days_missing", message, field="days")
    return settle_penalty_again(
        session,
        notice=notice,
        days=case.draft.days,
        reason=case.draft.rationale,
        actor=case.actor,
        now=case.now,
        prepared_by=case.prepared_by,
    ).decision_id


def _more_own_interest(session: Session, case: _Case) -> int:
    """Against the interest that the region owes: it owes more."""
    made = own_interest_of(session, decision=case.decision)
    if made is None:
        raise _nothing_found()
    if case.draft.amount_cents is None:
        message = _l("Vul in op welk bedrag u de rente nu vaststelt. Een gegrond bezwaar geeft een nieuw besluit.")
        raise Refusal("amount_missing", message, field="amount")
    return determine_own_interest_again(
        session,
        made=made,
        amount_cents=case.draft.amount_cents,
        reason=case.draft.rationale,
        actor=case.actor,
        now=case.now,
        prepared_by=case.prepared_by,
    ).decision_id


def _put_off_otherwise(session: Session, case: _Case) -> int:
    """Against putting off payment, or that it was refused: other instalments come in its place."""
    recovery = claim_of_decision(session, decision=case.decision)
    if recovery is None:
        raise _nothing_found()
    if not case.draft.terms:
        message = _l("Vul in wanneer de persoon nu betaalt. Een gegrond bezwaar geeft een nieuw besluit.")
        raise Refusal("terms_missing", message, field="number")
    made = plan_instalments(
        session,
        recovery=recovery,
        terms=case.draft.terms,
        actor=case.actor,
        now=case.now,
        reason=case.draft.rationale,
    )
    return decision_of_plan(session, recovery=recovery, plan=made[0].plan)


def _more_waived(session: Session, case: _Case) -> int:
    """Against what lapsed of a claim, or that nothing did: more lapses."""
    recovery = claim_of_decision(session, decision=case.decision)
    if recovery is None:
        raise _nothing_found()
    if not case.draft.amount_cents:
        message = _l("Vul in hoeveel er nog vervalt. Een gegrond bezwaar geeft een nieuw besluit.")
        raise Refusal("amount_missing", message, field="amount")
    entry = write_off(
        session,
        recovery=recovery,
        amount_cents=case.draft.amount_cents,
        reason=case.draft.rationale,
        actor=case.actor,
        now=case.now,
        prepared_by=case.prepared_by,
    )
    assert entry.decision_id is not None, "of a holder"
    return entry.decision_id


def _nothing_found() -> Refusal:
    return Refusal("nothing_found", _l("Bij dit besluit is niets gevonden dat terug kan komen."))


REMEDIES: Mapping[DecisionKind, Callable[[Session, _Case], int | None]] = {
    **dict.fromkeys(ABOUT_MIX, _decided_again),
    DecisionKind.SET_ASIDE: _taken_up,
    DecisionKind.TOPPED_UP: _raised,
    DecisionKind.SETTLED: _settled_again,
    DecisionKind.SETTLED_LESS: _settled_again,
    DecisionKind.REVOKED: _given_back,
    DecisionKind.LOWERED: _given_back,
    DecisionKind.INTEREST: _interest_lapses,
    DecisionKind.SET_OFF: _paid_after_all,
    DecisionKind.PUT_OFF: _put_off_otherwise,
    DecisionKind.WAIVED: _more_waived,
    DecisionKind.PENALTY: _penalty_over_more_days,
    DecisionKind.OWN_INTEREST: _more_own_interest,
}
"""What comes in the place of each kind of decision. `NO_OBJECTION` and what came of an objection itself have none."""


def _first_person(session: Session, objection: Objection, decision: Decision, actor: Actor) -> str | None:
    """Where four eyes are needed: the first colleague who worked on the objection prepared it for who decides.

    Never the objector, who can send an objection without anybody of the desk, nor who only wrote down that it came in, nor who
    took part in the decision that is objected to.
    """
    neither = involved_in(session, decision=decision) | {actor.reference}
    return next((one for one in staff_on(session, objection=objection) if one not in neither), None)
