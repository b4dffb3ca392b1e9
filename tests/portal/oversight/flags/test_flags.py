"""Tripwires: what stands out is flagged once, closed with a reason, and never refuses anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.framework.trainings.actions import correct_training, enter_training
from portal.framework.trainings.models import PriceLine, RegionTraining, TeachingForm, TrainingTerms, terms_of
from portal.oversight.flags import queries
from portal.oversight.flags.actions import close_flag, raise_flags
from portal.oversight.flags.models import Flag, FlagKind
from portal.oversight.flags.queries import flag_by_public_id, flags, training_key
from portal.paying.payments.actions import give_account
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault
from portal.spending.attendance import confirm_end, confirm_start
from portal.spending.invoices.actions import Paper, accept_invoice, submit_invoice
from portal.spending.invoices.models import EndKind, Invoice
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, REGION, SECOND, a_provider, a_question, a_region, a_voucher
from tests.portal.paying.settling_again.owing import SETTLED_AGAIN, owed_to_the_holder, question_of
from tests.portal.post.files.hostile import pdf

REASON = "De opleiding loopt, zegt de opleider."
IBAN = "NL91ABNA0417164300"


def hand_in(session: Session, folder: Path, voucher: Voucher, pia: Actor, number: str, total: int = 1_000) -> Invoice:
    paper = Paper(number, NOW.date(), "S. de Vries", total, 1_000, pdf() + f"%{number}".encode(), "f.pdf")
    vault = Vault.under(folder, "a secret of a desk, for tests only")
    return submit_invoice(session, voucher=voucher, paper=paper, vault=vault, actor=pia, now=NOW)


def kinds(session: Session) -> list[FlagKind]:
    return [one.kind for one in session.scalars(select(Flag).order_by(Flag.id))]


def test_many_invoices_in_a_week_are_flagged_once_and_refused_never(session: Session, tmp_path: Path) -> None:
    voucher, (provider, pia) = a_voucher(session), a_provider(session)
    for number in range(9):
        hand_in(session, tmp_path, voucher, pia, f"F{number}")
    assert raise_flags(session, now=NOW) == 0
    hand_in(session, tmp_path, voucher, pia, "F9")
    assert (raise_flags(session, now=NOW), raise_flags(session, now=NOW)) == (1, 0)
    flag = session.scalars(select(Flag)).one()
    assert (flag.kind, flag.number, flag.provider_id, flag.period) == (
        FlagKind.PROVIDER_BURST,
        10,
        provider.id,
        "2026-W10",
    )
    hand_in(session, tmp_path, voucher, pia, "F10")


def test_many_vouchers_for_one_training_are_flagged_however_it_is_typed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "BURST_TRAINING", 3)
    monkeypatch.setattr(queries, "CEILING_TRAINING", 4)
    assert training_key("Monteur  A", "ROC Proef") == training_key("monteur a", "roc proef")
    a_voucher(session), a_voucher(session)
    assert raise_flags(session, now=NOW) == 0
    a_voucher(session)
    assert raise_flags(session, now=NOW) == 1
    a_voucher(session)
    assert raise_flags(session, now=NOW + timedelta(days=30)) == 1, "the week has passed, the year counts on"
    assert kinds(session) == [FlagKind.TRAINING_BURST, FlagKind.TRAINING_CEILING]


def test_a_training_of_the_region_is_one_however_it_was_asked_for(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "BURST_TRAINING", 2)
    priced(session, 120_000)
    known = session.scalars(select(RegionTraining)).one()
    a_voucher(session)
    correct_training(session, training=known, terms=replace(terms_of(known), name="Monteur mbo"), actor=REGION, now=NOW)
    second = session.get_one(DevelopmentQuestion, a_voucher(session).question_id)
    assert second.training_id is None and raise_flags(session, now=NOW) == 0, "the control: Monteur is in no catalogue"
    second.training_id = known.id
    session.flush()
    assert raise_flags(session, now=NOW) == 1
    assert session.scalars(select(Flag)).one().subject == training_key("Monteur mbo", "ROC Proef")


def priced(session: Session, cents: int, name: str = "Monteur") -> None:
    a_region(session)
    terms = TrainingTerms(
        f"{name}-{cents}",
        name,
        "ROC Proef",
        "Folder",
        NOW.date(),
        TeachingForm.ONLINE,
        prices=(PriceLine("tuition", cents),),
    )
    enter_training(session, terms=terms, actor=REGION, now=NOW)


def test_a_price_that_is_not_that_of_the_region_is_flagged_once_and_stops_nothing(session: Session) -> None:
    priced(session, 120_000)
    a_question(session, costs=(CostInput("tuition", 138_000), CostInput("travel", 90_000)))
    assert raise_flags(session, now=NOW) == 0, "15% more, and travel is no price of a provider"
    a_question(session, costs=(CostInput("tuition", 138_001),))
    assert (raise_flags(session, now=NOW), raise_flags(session, now=NOW)) == (1, 0)
    flag = session.scalars(select(Flag)).one()
    assert (flag.kind, flag.number, flag.threshold) == (FlagKind.TRAINING_PRICE, 18_001, 18_000)
    assert flag.subject == training_key("Monteur", "ROC Proef")


def test_with_two_trainings_of_one_name_the_nearest_price_counts(session: Session) -> None:
    priced(session, 120_000)
    priced(session, 200_000)
    a_question(session, costs=(CostInput("tuition", 199_000),))
    assert raise_flags(session, now=NOW) == 0


def test_a_price_that_is_not_that_of_earlier_invoices_is_flagged(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voucher, (provider, pia) = a_voucher(session), a_provider(session)
    provider.iban = IBAN
    session.flush()
    for number in range(3):
        invoice = hand_in(session, tmp_path, voucher, pia, f"F{number}", total=50_000)
        accept_invoice(session, invoice=invoice, note=REASON, actor=SECOND, now=NOW, prepared_by=ADVISOR.reference)
    with monkeypatch.context() as changed:
        changed.setattr(queries, "PRICE_INVOICES", 4)
        assert raise_flags(session, now=NOW) == 0, "control: too few invoices say nothing"
    assert raise_flags(session, now=NOW) == 1
    assert kinds(session) == [FlagKind.TRAINING_PRICE]


def test_one_account_number_of_two_providers_is_flagged_without_the_number(session: Session) -> None:
    for provider in (a_provider(session)[0], a_provider(session)[0]):
        provider.iban = IBAN
    session.flush()
    assert raise_flags(session, now=NOW) == 1
    assert IBAN not in session.scalars(select(Flag.subject)).one()


def test_one_account_number_for_three_holders_is_flagged(session: Session, tmp_path: Path) -> None:
    provider, pia = a_provider(session)
    for number in range(3):
        made = hand_in(session, tmp_path, a_voucher(session), pia, f"F{number}")
        made.kind, made.payee_iban, made.payee_name = made.kind.PAID_BILL, IBAN, "S. de Vries"
        session.flush()
        assert raise_flags(session, now=NOW) == (1 if number == 2 else 0)
    assert kinds(session) == [FlagKind.IBAN_BURST] and provider.iban is None


def test_one_account_number_for_money_back_of_three_holders_is_flagged(session: Session) -> None:
    for number in range(3):
        owed = owed_to_the_holder(session)
        give_account(
            session, question=question_of(session, owed), payee_name="S.", iban=IBAN, actor=ADVISOR, now=SETTLED_AGAIN
        )
        raised = raise_flags(session, now=SETTLED_AGAIN)
        assert (raised, FlagKind.IBAN_BURST in kinds(session)) == ((1, True) if number == 2 else (0, False))


@pytest.mark.parametrize(("paid", "flagged"), [(True, 0), (False, 1), (None, 1)])
def test_an_own_share_that_nobody_saw_paid_is_flagged_after_a_month(
    session: Session, tmp_path: Path, paid: bool | None, flagged: int
) -> None:
    voucher, (provider, pia) = a_voucher(session), a_provider(session)
    provider.iban = IBAN
    session.flush()
    invoice = hand_in(session, tmp_path, voucher, pia, "F1", total=3_000)
    accept_invoice(session, invoice=invoice, note=REASON, actor=SECOND, now=NOW, prepared_by=ADVISOR.reference)
    me = Actor(Audience.RESIDENT, question_id=voucher.question_id)
    confirm_start(session, voucher=voucher, started_on=NOW.date(), actor=me, now=NOW)
    confirm_end(
        session, voucher=voucher, ended_on=NOW.date(), how=EndKind.COMPLETED, own_share_paid=paid, actor=me, now=NOW
    )
    assert raise_flags(session, now=NOW + timedelta(days=29)) == 0
    assert raise_flags(session, now=NOW + timedelta(days=32)) == flagged
    assert [one.number for one in session.scalars(select(Flag))] == [2_000] * flagged


def test_a_flag_is_closed_once_with_a_reason(session: Session) -> None:
    for provider in (a_provider(session)[0], a_provider(session)[0]):
        provider.iban = IBAN
    session.flush()
    raise_flags(session, now=NOW)
    flag = flags(session, actor=REGION)[0]
    pia = a_provider(session)[1]
    assert flag_by_public_id(session, public_id=flag.public_id, actor=pia) is None and flags(session, actor=pia) == []
    for actor, reason in ((ADVISOR, " "), (pia, "Niets aan de hand")):
        with pytest.raises(Refusal):
            close_flag(session, flag=flag, reason=reason, actor=actor, now=NOW)
    close_flag(session, flag=flag, reason="Zelfde stichting, gebeld.", actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        close_flag(session, flag=flag, reason="Nog eens", actor=REGION, now=NOW)
    assert flags(session, actor=ADVISOR) == [] and flags(session, actor=ADVISOR, closed=True) == [flag]
    assert raise_flags(session, now=NOW) == 0
