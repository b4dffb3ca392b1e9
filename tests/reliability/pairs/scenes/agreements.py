"""What was agreed with funders, and the money that comes from them in parts."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from portal.accounting.agreements.actions import (
    AgreementPaper,
    AgreementTerms,
    DutyTerms,
    add_agreement,
    add_document,
    add_duty,
    add_party,
    amend_agreement,
    ask_change,
    change_duty,
    drop_duty,
    fulfil_duty,
    note_signed,
    record_answer,
)
from portal.accounting.agreements.models import AgreementDuty, AgreementParty, DutyKind, PlanApproval, Repeated
from portal.accounting.tranches.actions import (
    HandReceipt,
    add_tranche,
    call_tranche,
    change_tranche,
    confirm_receipt,
    drop_tranche,
    promise_money,
    receive_by_hand,
    receive_from_bank,
    withdraw_receipt,
)
from portal.accounting.tranches.models import Tranche, TrancheReceipt
from portal.framework.funding.models import Agreement, Funder
from portal.paying.statements.actions import note_handled, read_statement
from portal.paying.statements.models import UnmatchedLine
from portal.post.files.actions import Vault
from tests.factories import NOW, REGION, a_region
from tests.portal.paying.payments.test_payments import PAYER, statement
from tests.portal.paying.statements.test_incoming import money_in
from tests.portal.post.files.hostile import pdf
from tests.reliability.pairs.acts import REGIONS, SECOND_REGION, Found, Scene, by, made, row, the

LATER = NOW + timedelta(days=3)
TODAY = NOW.date()
DUE = date(2026, 3, 31)
FOLDER = Path(tempfile.gettempdir()) / "loket-agreement-papers"
AGREEMENT, DUTY, PARTY, APPROVAL = the(Agreement), the(AgreementDuty), the(AgreementParty), the(PlanApproval)
TRANCHE, LINE, RECEIPT = the(Tranche), the(UnmatchedLine), the(TrancheReceipt)
REPORT = DutyTerms(DutyKind.REPORT, "Voortgang melden.", due_on=DUE, repeated=Repeated.QUARTERLY)
acts = partial(row, actor=REGIONS, now=LATER)


def an_agreement(session: Session) -> Agreement:
    """That of the test region with a party that still has to sign, a report every quarter and a change that was asked for."""
    a_region(session)
    agreement: Agreement = AGREEMENT.look(session, 0)
    funder: Funder = the(Funder, slug="provincie").look(session, 0)
    add_party(session, agreement=agreement, name="Provincie", signed_on=None, actor=REGION, now=NOW)
    add_duty(session, agreement=agreement, terms=REPORT, actor=REGION, now=NOW)
    ask_change(
        session, agreement=agreement, what="Meer groepen.", asked_on=TODAY, funders=[funder], actor=REGION, now=NOW
    )
    return agreement


def _vault(_session: Session, _who: int) -> Vault:
    return Vault.under(FOLDER, "a secret of the tests")


def _only(funder: Funder) -> list[Funder]:
    return [funder]


AGREED = Scene(
    "an agreement with a funder",
    an_agreement,
    (
        acts(add_agreement, slug="nieuw", funder=the(Funder), terms=AgreementTerms("Nieuw", "New")),
        acts(amend_agreement, agreement=AGREEMENT, terms=AgreementTerms("Convenant", "Covenant", "P-1", TODAY)),
        acts(add_party, agreement=AGREEMENT, name="Rijk", signed_on=TODAY),
        acts(note_signed, party=PARTY, signed_on=TODAY),
        acts(add_document, agreement=AGREEMENT, paper=AgreementPaper(pdf(), "p.pdf", "Convenant"), vault=Found(_vault)),
        acts(add_duty, agreement=AGREEMENT, terms=REPORT),
        acts(change_duty, duty=DUTY, terms=DutyTerms(DutyKind.REPORT, "Later melden.", due_on=DUE)),
        acts(fulfil_duty, duty=DUTY, done_on=TODAY, note="Verstuurd op 2 maart."),
        acts(drop_duty, duty=DUTY, reason="Hoeft niet meer."),
        acts(ask_change, agreement=AGREEMENT, what="Minder.", asked_on=TODAY, funders=made(_only, the(Funder))),
        acts(record_answer, "approved", approval=APPROVAL, approved=True, on=TODAY, note="Verslag van 2 maart."),
        acts(record_answer, "refused", approval=APPROVAL, approved=False, on=TODAY, note="Verslag van 3 maart."),
    ),
)


def a_tranche(session: Session) -> Tranche:
    """€ 500 of a promise of € 1,000, of which somebody wrote down € 100 by hand; and € 300 came in at the bank."""
    tranche = an_open_tranche(session)
    seen = HandReceipt(10_000, TODAY, "KAS-1")
    receive_by_hand(session, tranche=tranche, seen=seen, actor=REGION, now=NOW)
    return tranche


def an_open_tranche(session: Session) -> Tranche:
    """€ 500 of a promise of € 1,000, of which nothing waits for a second person; and € 300 came in at the bank."""
    agreement = an_agreement(session)
    promise_money(session, agreement=agreement, amount_cents=100_000, on=TODAY, reason="Brief.", actor=REGION, now=NOW)
    tranche = add_tranche(session, agreement=agreement, amount_cents=50_000, expected_on=DUE, actor=REGION, now=NOW)
    read_statement(session, content=statement(money_in("300.00")), actor=REGION, now=LATER, payer=PAYER)
    return tranche


MONEY = Scene(
    "a tranche of which something came in",
    a_tranche,
    (
        acts(promise_money, agreement=AGREEMENT, amount_cents=90_000, on=TODAY, reason="Minder."),
        acts(add_tranche, agreement=AGREEMENT, amount_cents=40_000, expected_on=DUE),
        acts(change_tranche, tranche=TRANCHE, amount_cents=45_000, expected_on=DUE),
        acts(call_tranche, tranche=TRANCHE, called_on=TODAY),
        acts(receive_from_bank, tranche=TRANCHE, line=LINE),
        acts(note_handled, line=LINE, note="Is van iemand anders."),
        acts(receive_by_hand, tranche=TRANCHE, seen=HandReceipt(20_000, TODAY, "KAS-2")),
        acts(confirm_receipt, receipt=RECEIPT, actor=by(SECOND_REGION)),
        acts(withdraw_receipt, receipt=RECEIPT),
    ),
)

TO_COME = Scene(
    "a tranche of which nothing waits for a second person",
    an_open_tranche,
    (
        acts(change_tranche, tranche=TRANCHE, amount_cents=45_000, expected_on=DUE),
        acts(call_tranche, tranche=TRANCHE, called_on=TODAY),
        acts(drop_tranche, tranche=TRANCHE, reason="Komt niet meer."),
        acts(receive_from_bank, tranche=TRANCHE, line=LINE),
        acts(receive_by_hand, tranche=TRANCHE, seen=HandReceipt(20_000, TODAY, "KAS-2")),
    ),
)

SCENES = (AGREED, MONEY, TO_COME)
