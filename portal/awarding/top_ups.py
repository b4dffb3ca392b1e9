"""Top up a voucher: a supplementary award on the same case, guarded by the budget and the caps, with its own decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_
from sqlalchemy.orm import Session

from matching.spec.limits import refusal_of
from portal.awarding.caps import caps_of_award
from portal.awarding.decisions.drafts import CaseToDecide, Decider
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_vouchers import VoucherDraft, decide_on_voucher
from portal.awarding.decisions.requirements import application_to_decide, require_authority
from portal.awarding.decisions.standing_mix import StandingMix, standing_mix
from portal.awarding.order_of_receipt.actions import keep_order_of_receipt, lock_money
from portal.awarding.rounds.keeping import keep_to_division
from portal.awarding.state_aid import ALL_AID, aid_caps
from portal.cases.identifying.actions import require_identified
from portal.cases.pledges.queries import pledge_by_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import SchemeInForce, schemes_in_force
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import lines_for_scheme
from portal.ledger.actions import BudgetExhausted, CapExhausted, Reservation, reserve
from portal.ledger.closing import first_open_day
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import format_euros
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.changes.actions import ChangeNote, note_change
from portal.spending.vouchers.actions import not_live, staff_with_reason
from portal.spending.vouchers.holding import hold_award
from portal.spending.vouchers.models import (
    LIVE_STATES,
    Award,
    AwardPart,
    ChangeKind,
    Voucher,
    VoucherChange,
    VoucherState,
)
from portal.spending.vouchers.queries import has_other_live
from portal.words.names import Names
from portal.words.sentences import VIOLATIONS
from portal.words.wording import filled
from schemes.basics.values import value_on


@dataclass(frozen=True)
class TopUpDraft:
    """What is to be awarded more: for which cost line, from which funding line, how much, and why."""

    line_key: str
    funding_line: FundingLine
    amount_cents: int
    reason: str


def top_up(
    session: Session,
    *,
    voucher: Voucher,
    draft: TopUpDraft,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> VoucherChange:
    """Award more on a voucher that is live or was used up in time: decision, money, award and voucher together, or nothing.

    The award with the addition stays within what the scheme pays per award, what its cost line costs, every rule that the whole
    mix of the question must keep, the caps of the person or employer, and the budget. Question, voucher and award are locked and
    read again before anything is looked at. The actor needs a mandate for the whole award as it becomes, and a first person who
    prepared it (`prepared_by`) where the scheme wants two above that amount. Raises ``Refusal`` at the field that is wrong, or
    without a mandate or second person; ``Conflict`` when money or room is gone.
    """
    staff_with_reason(actor, draft.reason, _l("Schrijf op waarom u meer toekent."))
    _hold(session, voucher)
    case, by = check_top_up(session, voucher=voucher, draft=draft, now=now), Decider(actor, now, prepared_by)
    decision = _decide(session, voucher, case.schemes[voucher.scheme], draft, by)
    _raise_voucher(session, voucher, draft.amount_cents, now)
    _add_part(session, voucher.award, draft, now)
    _reserve(session, case, voucher, draft, decision, by)
    return note_change(
        session,
        voucher,
        ChangeNote(ChangeKind.TOPPED_UP, draft.reason, "voucher/topped_up"),
        actor,
        now,
        amount_cents=draft.amount_cents,
        decision_id=decision.id,
    )


def check_top_up(session: Session, *, voucher: Voucher, draft: TopUpDraft, now: datetime) -> CaseToDecide:
    """The case in which so much more can be awarded now. Raises ``Refusal`` at the field that is wrong."""
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    application = application_to_decide(session, question)
    scheme = _scheme(session, voucher, question)
    if draft.amount_cents <= 0:
        raise Refusal("amount_not_positive", _l("Vul een bedrag in dat hoger is dan € 0."), field="amount")
    require_identified(session, question=question, schemes=[voucher.scheme])
    _within_line(voucher.award, question, draft.line_key, draft.amount_cents)
    _within_award(scheme, voucher.award, draft.amount_cents)
    mix = standing_mix(session, question=question, award=voucher.award, today=local_date(now))
    _admitted(session, voucher, draft, mix, now)
    _within_the_mix(session, mix, draft, question)
    return CaseToDecide(question, application, {voucher.scheme: scheme})


def _hold(session: Session, voucher: Voucher) -> None:
    """Lock the question, the voucher and its award, in this order, and read them anew with what an employer promised.

    The question is locked by writing what it has: so whoever only refers to it need not wait.
    """
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    write_guarded(session, question, otherwise=None, revision=DevelopmentQuestion.revision)
    hold_award(session, voucher)
    pledge = pledge_by_question(session, question=question)
    if pledge is not None:
        hold(session, pledge)


def _decide(session: Session, voucher: Voucher, scheme: SchemeInForce, draft: TopUpDraft, by: Decider) -> Decision:
    """The decision that adds, by a mandate for the whole award as it becomes."""
    mandate = require_authority(
        session,
        scheme=scheme,
        cents=voucher.award.amount_cents + draft.amount_cents,
        actor=by.actor,
        prepared_by=by.prepared_by,
        on=by.today,
    )
    what = VoucherDraft(DecisionKind.TOPPED_UP, scheme, draft.amount_cents, draft.reason)
    return decide_on_voucher(session, voucher=voucher, draft=what, mandate=mandate, by=by)


def _reserve(
    session: Session, case: CaseToDecide, voucher: Voucher, draft: TopUpDraft, decision: Decision, by: Decider
) -> None:
    """Reserve the addition in the order of receipt; the guards of budget and caps have the last word."""
    scheme, line_id, cents = case.schemes[voucher.scheme], draft.funding_line.id, draft.amount_cents
    keep_order_of_receipt(session, application=case.application, cents_by_funding_line={line_id: cents}, now=by.now)
    lock_money(session, funding_line_ids=[line_id])
    keep_to_division(session, voucher=voucher, cents=cents)
    question, application, award = case.question, case.application, voucher.award
    caps = caps_of_award(session, scheme, application, question, award)
    caps += aid_caps(session, question=question, application=application, award=award, today=by.today)
    key = f"supplement:{decision.id}:{line_id}"
    wanted = Reservation(line_id, cents, voucher.id, scheme.version_id, caps, key)
    try:
        reserve(session, reservations=[wanted], decision_id=decision.id, actor_id=by.actor.reference, now=by.now)
    except BudgetExhausted as gone:
        message = _l("Er is niet genoeg geld meer in deze budgetregel.")
        raise Conflict("budget_exhausted", message, field="funding_line", params=dict(gone.params)) from gone
    except CapExhausted as gone:
        message = _l("Het maximum van deze regeling is bereikt.")
        if gone.cap.scheme == ALL_AID:
            left = format_euros(gone.available_cents)
            message = _l("Het bedrijf mag nog hoogstens %(amount)s aan staatssteun (de-minimis) krijgen.", amount=left)
        raise Conflict("cap_exhausted", message, field="amount", params=dict(gone.params)) from gone


def _scheme(session: Session, voucher: Voucher, question: DevelopmentQuestion) -> SchemeInForce:
    held = schemes_in_force(session, on=voucher.award.counted_on, known_at=question.submitted_at)
    found = next((scheme for scheme in held if scheme.slug == voucher.scheme), None)
    if found is None:
        raise Refusal("scheme_ended", _l("Deze regeling geldt niet meer."))
    return found


def _within_line(award: Award, question: DevelopmentQuestion, line_key: str, amount_cents: int) -> None:
    line = next((line for line in question.cost_lines if line.line_key == line_key), None)
    if line is None:
        raise Refusal("line_unknown", _l("Kies de kostenpost waar het geld voor is."), field="line")
    paid = sum(part.amount_cents for part in award.parts if part.line_key == line_key)
    if paid + amount_cents > line.amount_cents:
        message = _l("Dan betaalt de voucher meer dan deze kosten. Pas eerst de kosten van de vraag aan.")
        raise Refusal("above_cost", message, field="amount", params={"at_most_cents": line.amount_cents - paid})


def _within_award(scheme: SchemeInForce, award: Award, amount_cents: int) -> None:
    for cap in scheme.definition.caps:
        limit = value_on(cap.amount_cents, award.counted_on)
        if cap.per == "award" and limit is not None and award.amount_cents + amount_cents > limit:
            message = _l("Dan komt de toekenning boven het maximum van deze regeling.")
            left = max(0, limit - award.amount_cents)
            raise Refusal("above_award_cap", message, field="amount", params={"at_most_cents": left})


def lines_for_top_up(session: Session, *, voucher: Voucher, today: date) -> list[FundingLine]:
    """The funding lines from which more can be awarded on a voucher, by earmark and period; also those without money left."""
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    mix = standing_mix(session, question=question, award=voucher.award, today=today)
    costs = [line.line_key for line in question.cost_lines]
    return [
        line
        for line in lines_for_scheme(session, scheme=voucher.scheme)
        if _in_period(voucher, line, today) and any(_refused_by(mix, line, key) is None for key in costs)
    ]


def _in_period(voucher: Voucher, line: FundingLine, today: date) -> bool:
    fits = line.period_from <= today <= line.period_to
    return fits and (line.period_binds == "award_date" or voucher.valid_until <= line.period_to)


def _refused_by(mix: StandingMix, line: FundingLine, line_key: str) -> str | None:
    """Why the earmark or period of a funding line refuses a cost line of the mix, as a code; None when it does not."""
    money = next((one for one in mix.problem.funding_lines if one.id == line.slug), None)
    cost = next((one for one in mix.problem.lines if one.id == line_key), None)
    return refusal_of(mix.problem, money, mix.offer, cost) if money is not None and mix.offer is not None else None


def _admitted(session: Session, voucher: Voucher, draft: TopUpDraft, mix: StandingMix, now: datetime) -> None:
    """The funding line is for this scheme, for this person or employer, for these costs, and for these days."""
    line = draft.funding_line
    if line not in lines_for_scheme(session, scheme=voucher.scheme) or not _in_period(voucher, line, local_date(now)):
        message = _l("Dit geld is niet voor deze regeling, of niet voor deze periode.")
        raise Refusal("line_does_not_fit", message, field="funding_line")
    refused = _refused_by(mix, line, draft.line_key)
    if refused is not None:
        message = _l("%(why)s Kies een andere budgetregel.", why=VIOLATIONS[refused])
        raise Refusal("line_does_not_fit", message, field="funding_line", params={"code": refused})


def _within_the_mix(session: Session, mix: StandingMix, draft: TopUpDraft, question: DevelopmentQuestion) -> None:
    """The mix of the question as it becomes keeps every rule that a mix must keep when it is awarded."""
    broken = mix.broken_by(draft.line_key, draft.funding_line.slug, draft.amount_cents)
    if not broken:
        return
    most = mix.most_that_fits(draft.line_key, draft.funding_line.slug, draft.amount_cents)
    first = broken[0]
    held = schemes_in_force(session, on=mix.problem.reference_date, known_at=question.submitted_at)
    names = Names({scheme.slug: scheme.definition.title for scheme in held})
    rule = filled(VIOLATIONS[first.code], first.params, names)
    message = (
        _l("%(rule)s U kunt nu hoogstens %(amount)s meer toekennen.", rule=rule, amount=format_euros(most))
        if most
        else _l("%(rule)s U kunt nu niets meer toekennen.", rule=rule)
    )
    codes = [one.code for one in broken]
    raise Refusal(first.code, message, field="amount", params={"at_most_cents": most, "codes": codes})


def _raise_voucher(session: Session, voucher: Voucher, amount_cents: int, now: datetime) -> None:
    """More on the voucher, guarded in the write; one that was used up can be used again."""
    if has_other_live(session, voucher=voucher):
        raise not_live()
    used = voucher.redeemed_cents > 0
    write_guarded(
        session,
        voucher,
        or_(Voucher.state.in_(LIVE_STATES), Voucher.state == VoucherState.REDEEMED),
        Voucher.valid_until >= local_date(now),
        Voucher.redeemed_cents == voucher.redeemed_cents,
        otherwise=not_live(),
        amount_cents=Voucher.amount_cents + amount_cents,
        state=VoucherState.PARTLY_REDEEMED if used else VoucherState.ISSUED,
    )


def _add_part(session: Session, award: Award, draft: TopUpDraft, now: datetime) -> None:
    """What is added is a part of its own, on its own day: what was awarded until an earlier day stays what it was."""
    award.amount_cents += draft.amount_cents
    key = (draft.line_key, draft.funding_line.id, first_open_day(session, on=local_date(now)))
    known = next((one for one in award.parts if (one.line_key, one.funding_line_id, one.awarded_on) == key), None)
    if known is not None:
        known.amount_cents += draft.amount_cents
    else:
        line_key, line_id, on = key
        question = session.get_one(DevelopmentQuestion, award.question_id)
        kind = next((one.category for one in question.cost_lines if one.line_key == line_key), None)
        paid = {"line_key": line_key, "funding_line_id": line_id, "amount_cents": draft.amount_cents}
        award.parts.append(AwardPart(**paid, awarded_on=on, category=kind))
    session.flush()
