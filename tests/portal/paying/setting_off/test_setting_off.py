"""Setting a claim off against a bill of the same debtor: the books, the ground, and who it is refused, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.invariants import verify
from portal.ledger.queries import Figures, figures
from portal.paying.payments.actions import make_batch
from portal.paying.payments.breaks import all_payment_breaks
from portal.paying.payments.queries import payables
from portal.paying.setting_off.actions import SetOffDraft, set_off
from portal.paying.setting_off.models import SetOff, SetOffGround
from portal.paying.setting_off.queries import may_be_set_off, set_offs_of
from portal.paying.settlements.actions import take_credit_note
from portal.paying.settlements.models import Recovery, RecoveryState
from portal.paying.settling_again.queries import settlement_breaks
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.queries import objectable, told_in
from portal.spending.invoices.actions import PaidBill, accept_invoice, submit_paid_bill
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, NOW, REGION, SAM, SECOND, a_provider, a_voucher, somebody
from tests.portal.paying.collecting.owed_late import sent
from tests.portal.paying.settlements.test_settling import used
from tests.portal.spending.invoices.test_invoices import clear, paper
from tests.snapshots import made_once

PRIVATE = SetOffDraft(30_000, SetOffGround.PRIVATE_LAW, "De opleider is akkoord.")
SAME = SetOffDraft(20_000, SetOffGround.SAME_ACTIVITIES, "Zelfde regeling.")


@made_once
def of_a_provider(session: Session) -> tuple[Recovery, Redemption]:
    """€ 300 to come back of a paid invoice, and another invoice of € 500 of that provider that is to be paid."""
    _, (first, second) = used(session, 70_000, 50_000, paid=1)
    claim = take_credit_note(session, redemption=first, amount_cents=30_000, reason="Korter.", actor=ADVISOR, now=NOW)
    assert claim is not None
    session.get_one(Provider, claim.provider_id).iban = "NL39RABO0300065264"
    session.flush()
    return claim, second


def of_a_holder(session: Session, folder: Path, applicant: Any = SAM) -> tuple[Recovery, Redemption]:
    """€ 600 to come back from Sam, and a bill of € 300 that somebody paid from another voucher of the same scheme."""
    claim, other = sent(session), a_voucher(session, applicant=applicant)
    provider, _ = a_provider(session)
    me = Actor(ADVISOR.audience.RESIDENT, question_id=other.question_id)
    vault = Vault.under(folder, "a secret of a desk, for tests only")
    with patch("portal.spending.invoices.actions.pays_the_holder", lambda *_, **__: True):
        bill = submit_paid_bill(
            session,
            voucher=other,
            provider=provider,
            paper=PaidBill(**vars(paper(30_000)), payee_name="S. de Vries", iban="NL39 RABO 0300 0652 64"),
            vault=vault,
            actor=me,
            now=NOW,
        )
        clear(session, bill)
        accept_invoice(session, invoice=bill, note="", actor=SECOND, now=NOW)
    return claim, session.scalars(select(Redemption).where(Redemption.voucher_id == other.id)).one()


def do(session: Session, pair: tuple[Recovery, Redemption], draft: SetOffDraft, actor: Actor = REGION) -> SetOff:
    return set_off(session, recovery=pair[0], redemption=pair[1], draft=draft, actor=actor, now=NOW)


def books(session: Session, voucher_id: int) -> tuple[int, int]:
    """Spent and paid of a voucher; everything agrees."""
    session.flush()
    assert verify(session) == [] and ledger_breaks(session) == [] and settlement_breaks(session) == []
    assert list(all_payment_breaks(session)) == []
    found = figures(session, by=("voucher_id",)).get((voucher_id,), Figures())
    return found.spent_cents, found.paid_cents


def refused(session: Session, pair: tuple[Recovery, Redemption], draft: SetOffDraft, actor: Actor = REGION) -> str:
    with pytest.raises(Refusal) as no:
        do(session, pair, draft, actor)
    assert set_offs_of(session, recovery=pair[0]) == []
    return no.value.code


def test_a_claim_on_a_provider_comes_off_its_invoice_and_the_rest_is_paid(session: Session) -> None:
    claim, bill = of_a_provider(session)
    assert books(session, claim.voucher_id) == (120_000, 70_000)
    done = do(session, (claim, bill), PRIVATE)
    assert (claim.state, claim.received_cents, done.decision_id) == (RecoveryState.CLOSED, 30_000, None)
    assert [(one.redemption, one.amount_cents) for one in payables(session)] == [(bill, 20_000)]
    # Paid were 700 and 300 by setting off, and 300 came back.
    assert books(session, claim.voucher_id) == (90_000, 70_000)
    assert claim.entries[0].reference == done.number
    batch = make_batch(session, actor=REGION, now=NOW)
    assert batch.total_cents == 20_000 and books(session, claim.voucher_id) == (90_000, 70_000)


def test_all_of_a_bill_can_be_set_off_and_then_nothing_of_it_is_paid(session: Session) -> None:
    claim, bill = of_a_provider(session)
    other, who = a_voucher(session, applicant=somebody()), staff_of(session, claim)
    small = redeem_voucher(session, voucher=other, bill=Bill("K", NOW.date(), 10_000), actor=who, now=NOW)
    do(session, (claim, small), SetOffDraft(10_000, SetOffGround.PRIVATE_LAW, "Akkoord."))
    assert [one.redemption for one in payables(session)] == [bill] and claim.open_cents == 20_000
    assert books(session, other.id) == (10_000, 10_000)


def staff_of(session: Session, claim: Recovery) -> Actor:
    provider = session.get_one(Provider, claim.provider_id)
    return Actor(Audience.PROVIDER, account_id=9001, organisation_id=provider.organisation_id, display_name="Pia")


def test_a_claim_on_a_holder_is_set_off_by_a_decision_that_one_may_object_to(session: Session, tmp_path: Path) -> None:
    claim, bill = of_a_holder(session, tmp_path)
    done = do(session, (claim, bill), SAME)
    decision = session.get_one(Decision, done.decision_id)
    assert (decision.kind, decision.outcomes[0].amount_cents) == (DecisionKind.SET_OFF, 20_000)
    assert decision.outcomes[0].deciding_body_nl == "Het college van Proefstad"
    assert told_in(session, decision=decision) == [("recovery/set_off", done.id)]
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "recovery/set_off")).one()
    assert told.object_id == decision.question_id and told.details is not None
    assert (told.details["amount_cents"], told.details["open_cents"]) == (20_000, 40_000)
    question = session.get_one(DevelopmentQuestion, decision.question_id)
    assert decision in objectable(session, question=question, actor=ADVISOR)
    books(session, bill.voucher_id)


def test_nothing_is_set_off_against_a_bill_of_somebody_else(session: Session, tmp_path: Path) -> None:
    pair = of_a_holder(session, tmp_path, somebody())
    assert may_be_set_off(session, recovery=pair[0]) == []
    assert refused(session, pair, SAME) == "nothing_to_set_off"


def test_a_provider_pays_no_claim_of_another_provider(session: Session) -> None:
    claim, _ = of_a_provider(session)
    provider, pia = a_provider(session)
    other = redeem_voucher(
        session,
        voucher=a_voucher(session, applicant=somebody()),
        bill=Bill("X", NOW.date(), 40_000),
        actor=pia,
        now=NOW,
    )
    assert provider.id != claim.provider_id
    assert refused(session, (claim, other), PRIVATE) == "nothing_to_set_off"


def test_the_ground_must_fit_and_be_named(session: Session, tmp_path: Path) -> None:
    pair = of_a_holder(session, tmp_path)
    assert refused(session, pair, SetOffDraft(1_000, SetOffGround.PRIVATE_LAW, "x")) == "ground_does_not_fit"
    assert refused(session, pair, SetOffDraft(1_000, SetOffGround.REGULATION, "x")) == "article_missing"
    assert (
        refused(session, pair, SetOffDraft(1_000, SetOffGround.SAME_ACTIVITIES, "x", "artikel 9")) == "article_missing"
    )
    assert refused(session, pair, SetOffDraft(1_000, SetOffGround.SAME_ACTIVITIES, " ")) == "reason_missing"
    named = SetOffDraft(1_000, SetOffGround.REGULATION, "x", "artikel 9 van de regeling")
    assert do(session, pair, named).article == "artikel 9 van de regeling"


@pytest.mark.parametrize("cents", [0, -1, 30_001])
def test_never_more_than_is_owed_or_is_to_be_paid(session: Session, cents: int) -> None:
    pair = of_a_provider(session)
    assert refused(session, pair, SetOffDraft(cents, SetOffGround.PRIVATE_LAW, "x")) == "amount_out_of_range"


def test_only_the_region_sets_off(session: Session) -> None:
    pair = of_a_provider(session)
    assert refused(session, pair, PRIVATE, ADVISOR) == "not_yours"


def test_what_is_in_a_payment_or_was_set_off_before_is_not_set_off(session: Session) -> None:
    pair = of_a_provider(session)
    make_batch(session, actor=REGION, now=NOW)
    assert refused(session, pair, PRIVATE) == "nothing_to_set_off"


def test_control_a_closed_claim_is_not_set_off_again(session: Session) -> None:
    pair = of_a_provider(session)
    do(session, pair, PRIVATE)
    with pytest.raises(Conflict) as again:
        do(session, pair, PRIVATE)
    assert again.value.code == "recovery_changed"
