"""What the region accounts for: expenses outside vouchers, their work packages, and co-financing."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.cofinancing.actions import (
    add_cofinancing_evidence,
    claim_cofinancing,
    prove_cofinancing,
    refuse_cofinancing,
    set_duty,
)
from portal.accounting.cofinancing.models import Cofinancing
from portal.accounting.expenses.actions import (
    approve_expense,
    lay_down_expense,
    lay_down_reversal,
    send_expense_back,
)
from portal.accounting.expenses.models import Expense
from portal.accounting.work_packages.actions import add_work_package, change_work_package
from portal.accounting.work_packages.models import WorkPackage
from portal.framework.funding.actions import lower_budget
from portal.framework.funding.models import Agreement, FundingLine
from portal.ledger.queries import line_figures
from tests.factories import NOW, REGION
from tests.portal.accounting.accounts_of import (
    SECOND_OF_REGION,
    a_line,
    a_package,
    bill,
    booked,
    evidence,
    laid,
    money,
    terms,
)
from tests.reliability.pairs.acts import FIRST_OF_REGION, REGIONS, SECOND_REGION, Scene, by, nth, row, the
from tests.reliability.pairs.scenes.spending import FILES
from tests.reliability.pairs.scenes.two_people import THIRD_REGION

OTHERS_OF_REGION = by(SECOND_REGION, THIRD_REGION)
EXPENSE, PACKAGE, LINE = the(Expense), the(WorkPackage), the(FundingLine)
LATER = date(2028, 2, 1)
ANEW = row(lay_down_expense, paper=bill(number="2026-9"), package=PACKAGE, line=LINE, vault=FILES, actor=REGIONS)


def _waits(session: Session) -> None:
    """The last money of a line, waiting to be spent."""
    package = a_package(session)
    line = a_line(session)
    free = line_figures(session, funding_line_ids=[line.id])[line.id].available_cents
    laid(session, FILES, package, net=free, vat=0)


WAITS = Scene(
    "an expense that waits for a second person",
    _waits,
    (
        row(approve_expense, expense=EXPENSE, actor=OTHERS_OF_REGION),
        row(send_expense_back, expense=EXPENSE, reason="Verkeerd pakket.", actor=REGIONS),
        ANEW,
        row(lower_budget, line=LINE, amount_cents=10_000, reason="Minder.", actor=REGIONS, prepared_by=FIRST_OF_REGION),
        row(add_work_package, terms=terms("WP2"), actor=REGIONS),
        row(change_work_package, package=PACKAGE, terms=terms(title_nl="Anders"), actor=REGIONS),
    ),
)


def _to_be_reversed(session: Session) -> None:
    expense = booked(session, FILES, a_package(session))
    lay_down_reversal(session, expense=expense, reason="Btw vergeten.", actor=REGION, now=NOW)


REVERSAL = nth(1, Expense)
REVERSED = Scene(
    "an expense that is to be reversed",
    _to_be_reversed,
    (
        row(approve_expense, expense=REVERSAL, actor=OTHERS_OF_REGION),
        row(send_expense_back, expense=REVERSAL, reason="Het klopte.", actor=REGIONS),
        ANEW,
    ),
)


def _approved(session: Session) -> None:
    booked(session, FILES, a_package(session))


APPROVED = Scene(
    "an expense that was approved",
    _approved,
    (row(lay_down_reversal, expense=EXPENSE, reason="Btw vergeten.", actor=REGIONS), ANEW),
)


def _brought(session: Session) -> None:
    a_package(session)
    agreement = session.scalars(select(Agreement)).first()
    if agreement is None:
        funder = a_line(session).funder_id
        agreement = Agreement(slug="cofinanciering", funder_id=funder, title_nl="A", title_en="A", created_at=NOW)
        session.add(agreement)
        session.flush()
    entry = claim_cofinancing(session, agreement=agreement, contribution=money(own_share=True), actor=REGION, now=NOW)
    add_cofinancing_evidence(
        session, entry=entry, evidence=evidence(), payment=evidence(), vault=FILES, actor=SECOND_OF_REGION, now=NOW
    )


ENTRY, AGREEMENT = the(Cofinancing), the(Agreement)
BROUGHT = Scene(
    "co-financing that is to be proven",
    _brought,
    (
        row(prove_cofinancing, entry=ENTRY, actor=OTHERS_OF_REGION),
        row(refuse_cofinancing, entry=ENTRY, reason="Dubbel.", actor=REGIONS),
        row(add_cofinancing_evidence, entry=ENTRY, evidence=evidence(), vault=FILES, actor=REGIONS),
        row(claim_cofinancing, agreement=AGREEMENT, contribution=money(), actor=REGIONS),
        row(set_duty, agreement=AGREEMENT, amount_cents=57_500_000, before_on=LATER, actor=REGIONS),
    ),
)

SCENES = (WAITS, REVERSED, APPROVED, BROUGHT)
