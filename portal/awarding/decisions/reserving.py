"""Reserving the money of awards: in the order of receipt, guarded by the budgets and the caps in the write itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from portal.awarding.caps import caps_of_award
from portal.awarding.decisions.drafts import CaseToDecide, Decider
from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.requirements import Misfit, MixNoLongerFits
from portal.awarding.order_of_receipt.actions import keep_order_of_receipt, lock_money
from portal.awarding.rounds.keeping import keep_to_division
from portal.awarding.state_aid import ALL_AID, aid_caps
from portal.framework.funding.queries import funding_lines
from portal.ledger.actions import BudgetExhausted, CapExhausted, Reservation, reserve
from portal.spending.vouchers.models import Award


def reserve_awards(
    session: Session, case: CaseToDecide, awards: Sequence[Award], decision: Decision, by: Decider
) -> None:
    """Reserve the money of all awards of a decision at once; the guards in the write have the last word.

    Raises ``MixNoLongerFits`` when a budget or a cap has too little left, ``EarlierApplicationFirst``, ``NotDivided``.
    """
    at_stake: dict[int, int] = {}
    for part in (part for award in awards for part in award.parts):
        at_stake[part.funding_line_id] = at_stake.get(part.funding_line_id, 0) + part.amount_cents
    keep_order_of_receipt(session, application=case.application, cents_by_funding_line=at_stake, now=by.now)
    lock_money(session, funding_line_ids=at_stake)
    for award in awards:
        assert award.voucher is not None
        keep_to_division(session, voucher=award.voucher, cents=award.amount_cents)
    reservations = [wanted for award in awards for wanted in _wanted(session, case, award, by.today)]
    try:
        reserve(session, reservations=reservations, decision_id=decision.id, actor_id=by.actor.reference, now=by.now)
    except BudgetExhausted as gone:
        slugs = {line.id: line.slug for line in funding_lines(session)}
        short = gone.asked_cents - gone.available_cents
        misfit = Misfit("above_available", funding_line=slugs.get(gone.funding_line_id), cents=short)
        raise MixNoLongerFits([misfit]) from gone
    except CapExhausted as gone:
        short = gone.asked_cents - gone.available_cents
        if gone.cap.scheme == ALL_AID:
            params = {"room_cents": gone.available_cents, "offers": [award.scheme for award in awards]}
            raise MixNoLongerFits([Misfit("above_de_minimis_room", cents=short, params=params)]) from gone
        raise MixNoLongerFits([Misfit("above_cap", gone.cap.scheme, cents=short)]) from gone


def _wanted(session: Session, case: CaseToDecide, award: Award, today: date) -> list[Reservation]:
    """What one award takes from every funding line, with the caps that it counts towards."""
    assert award.voucher is not None
    scheme = case.schemes[award.scheme]
    caps = caps_of_award(session, scheme, case.application, case.question, award)
    caps += aid_caps(session, question=case.question, application=case.application, award=award, today=today)
    by_line: dict[int, int] = {}
    for part in award.parts:
        by_line[part.funding_line_id] = by_line.get(part.funding_line_id, 0) + part.amount_cents
    return [
        Reservation(line_id, cents, award.voucher.id, scheme.version_id, caps, f"award:{award.id}:{line_id}")
        for line_id, cents in sorted(by_line.items())
    ]
