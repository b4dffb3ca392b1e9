"""The decisions about one voucher, in whose name they were taken, and the letters that made them known."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate
from portal.awarding.decisions.queries import decision_told
from portal.awarding.restorations.models import Restoration
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.mandates.models import Mandate
from portal.paying.settlements.models import Settlement
from portal.paying.settlements.queries import settled_voucher
from portal.paying.settling_again.models import SettlingAgain
from portal.paying.settling_again.queries import voucher_settled_again
from portal.post.letters.models import Letter
from portal.post.letters.queries import posted_on
from portal.post.messages.models import OutboxMessage
from portal.spending.vouchers.models import Voucher, VoucherChange
from portal.spending.vouchers.queries import changed_voucher


def decisions_about(session: Session, *, voucher: Voucher) -> list[dict[str, Any]]:
    """The decision that awarded it and those about the voucher itself that came after, oldest first, as plain data.

    What an advisor wrote as a reason stands in the letter and the receipt, and not here once more.
    """
    known = _decision_ids(session, voucher)
    rows = select(Decision).where(Decision.question_id == voucher.question_id).order_by(Decision.id)
    found = [one for one in session.scalars(rows) if one.id in known or _ended(one, voucher)]
    return [_decision(session, one, voucher) for one in found]


def _decision_ids(session: Session, voucher: Voucher) -> set[int | None]:
    """The decisions that some record of this voucher names."""
    sources = (VoucherChange, Settlement, SettlingAgain)
    named = [session.scalars(select(one.decision_id).where(one.voucher_id == voucher.id)) for one in sources]
    back = select(Restoration.decision_id, Restoration.replaced_decision_id)
    restored = session.execute(back.where(Restoration.voucher_id == voucher.id)).all()
    return {voucher.award.decision_id}.union(*named, *(tuple(row) for row in restored))


def _ended(decision: Decision, voucher: Voucher) -> bool:
    """Whether this is the decision that took back what was open on it: taken at that moment, on its scheme."""
    of_scheme = any(one.scheme == voucher.scheme for one in decision.outcomes)
    return decision.kind is DecisionKind.REVOKED and of_scheme and decision.decided_at == voucher.revoked_at


def _decision(session: Session, decision: Decision, voucher: Voucher) -> dict[str, Any]:
    held = select(DecisionMandate, Mandate).join(Mandate, Mandate.id == DecisionMandate.mandate_id)
    held = held.where(DecisionMandate.decision_id == decision.id, DecisionMandate.scheme == voucher.scheme)
    return {
        "id": decision.id,
        "kind": decision.kind.value,
        "decided_at": decision.decided_at.isoformat(),
        "decided_by": decision.decided_by,
        "amended": decision.amended,
        "checked": [
            name
            for name in ("identity", "purpose", "costs", "nothing_paid_twice")
            if getattr(decision, f"{name}_checked")
        ],
        "outcomes": [
            {
                "scheme": one.scheme,
                "scheme_version": one.scheme_version,
                "outcome": one.outcome.value,
                "amount_cents": one.amount_cents,
                "body": one.deciding_body_nl,
            }
            for one in decision.outcomes
            if one.scheme == voucher.scheme
        ],
        "mandates": [
            {"body": mandate.body, "basis": mandate.basis, "prepared_by": row.prepared_by}
            for row, mandate in session.execute(held.order_by(DecisionMandate.id))
        ],
    }


def letters_about(session: Session, *, voucher: Voucher, decision_ids: Collection[int]) -> list[Letter]:
    """The letters that make known a decision about this voucher, oldest first: no other letter of the case."""
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    rows = select(Letter, OutboxMessage).join(OutboxMessage, OutboxMessage.id == Letter.message_id)
    found = session.execute(rows.where(Letter.question_id == question.id).order_by(Letter.id))
    return [letter for letter, message in found if _makes_known(session, message, question, voucher, decision_ids)]


def _makes_known(
    session: Session,
    message: OutboxMessage,
    question: DevelopmentQuestion,
    voucher: Voucher,
    decision_ids: Collection[int],
) -> bool:
    """Whether a message is about this voucher. Its version is the id of what it makes known."""
    number = message.version
    told: Voucher | None
    if message.template == "settlement/again":
        told = voucher_settled_again(session, question=question, again_id=number)
    elif message.template.startswith("settlement/"):
        told = settled_voucher(session, question=question, settlement_id=number)
    elif message.template == "voucher/topped_up":
        told = changed_voucher(session, question=question, change_id=number)
    elif message.template.startswith("reduction/"):
        return number in decision_ids
    elif message.template.startswith("decision/"):
        decision = decision_told(session, question=question, version=number)
        return decision is not None and decision.id in decision_ids
    else:
        return False
    return told is not None and told.id == voucher.id


def letter_entry(session: Session, *, letter: Letter, name: str) -> dict[str, Any]:
    """A letter as plain data: the file, the hash that was kept when it was made, and the day it was posted."""
    posted = posted_on(session, letter=letter)
    return {
        "file": name,
        "template": letter.template,
        "dated": letter.dated.isoformat(),
        "posted_on": posted.isoformat() if posted is not None else None,
        "sha256": letter.sha256,
    }
