"""Acts that one person laid down and a second one does: a budget that is to be raised, an invoice that a check found something on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.funding.actions import lower_budget
from portal.framework.funding.models import FundingLine
from portal.second_look.two_person_acts.actions import (
    ActToLayDown,
    do_laid_down,
    lay_down,
    send_act_back,
    take_act_back,
)
from portal.second_look.two_person_acts.models import TwoPersonAct, TwoPersonKind
from portal.spending.invoices.actions import accept_invoice, refuse_invoice
from portal.spending.invoices.models import Invoice
from portal.spending.providers.actions import withdraw_approval
from tests.factories import ADVISOR, NOW, REGION, SECOND, a_region
from tests.reliability.pairs.acts import (
    FIRST_OF_REGION,
    REGIONS,
    SECOND_REGION,
    THIRD,
    Found,
    Scene,
    by,
    made,
    row,
    the,
)
from tests.reliability.pairs.scenes.spending import PROVIDER, invoiced

LAID = the(TwoPersonAct)
REASON = "De opleiding loopt, zegt de opleider."
THIRD_REGION = SECOND_REGION.__class__(REGION.audience, account_id=913, display_name="Derde Persoon")


def changing(kind: TwoPersonKind, cents: int) -> Found:
    """Laying down that the first budget changes."""
    return made(lambda line: ActToLayDown(kind, f"funding_line:{line.id}", "Tweede tranche.", cents), the(FundingLine))


def _budget_waits(session: Session) -> None:
    a_region(session)
    act = changing(TwoPersonKind.RAISE_BUDGET, 50_000).look(session, 0)
    lay_down(session, act=act, actor=REGION, now=NOW)


BUDGET = Scene(
    "a budget that waits to be raised",
    _budget_waits,
    (
        row(do_laid_down, laid=LAID, actor=by(SECOND_REGION, THIRD_REGION)),
        row(send_act_back, laid=LAID, reason="Te veel.", actor=by(SECOND_REGION, THIRD_REGION)),
        row(take_act_back, laid=LAID, actor=REGIONS),
        row(
            lower_budget,
            line=the(FundingLine),
            amount_cents=10_000,
            reason="Minder.",
            actor=REGIONS,
            prepared_by=FIRST_OF_REGION,
        ),
    ),
)


FREE = Scene(
    "a budget about which nothing waits",
    a_region,
    (
        row(lay_down, "a raise", act=changing(TwoPersonKind.RAISE_BUDGET, 50_000), actor=REGIONS),
        row(lay_down, "a lowering", act=changing(TwoPersonKind.LOWER_BUDGET, 10_000), actor=REGIONS),
    ),
)


def _invoice_waits(session: Session) -> None:
    invoiced(session)
    invoice = session.scalars(select(Invoice)).one()
    act = ActToLayDown(TwoPersonKind.OVERRIDE_INVOICE, f"invoice:{invoice.id}", REASON, invoice.amount_cents)
    lay_down(session, act=act, actor=SECOND, now=NOW)


INVOICE = Scene(
    "an invoice that waits for a second person",
    _invoice_waits,
    (
        row(do_laid_down, laid=LAID, actor=by(THIRD)),
        row(send_act_back, laid=LAID, reason="Bel eerst.", actor=by(THIRD)),
        row(take_act_back, laid=LAID, actor=by(SECOND)),
        row(accept_invoice, invoice=the(Invoice), note=REASON, actor=by(THIRD), prepared_by=by(SECOND.reference)),
        row(refuse_invoice, invoice=the(Invoice), reason="Niet van hier."),
        row(withdraw_approval, provider=PROVIDER, scheme="leervoucher", reason="Klachten.", actor=by(ADVISOR)),
    ),
)


SCENES = (BUDGET, FREE, INVOICE)
