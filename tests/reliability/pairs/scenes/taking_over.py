"""An administration from before the desk: a draft, one that waits for a second person, and one that stands or is to be undone."""

from __future__ import annotations

from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.takeover.actions import (
    add_tables,
    choose_columns,
    drop_administration,
    keep_administration,
    lay_down_administration,
    lay_down_undo,
    return_administration,
    take_over_administration,
    try_administration,
    undo_administration,
    use_choice,
)
from portal.accounting.takeover.columns import TableKind
from portal.accounting.takeover.models import AdministrationState, ColumnChoice, EarlierAdministration
from portal.accounting.takeover.moving import right_plan
from portal.accounting.takeover.parts import (
    begin_taking_over,
    begin_undoing,
    carry_part,
    keep_trial,
    plan_to_carry,
    try_part,
    undo_part,
)
from portal.accounting.takeover.reading import ReadTables, read_administration
from portal.accounting.takeover.rows import AdministrationPlan
from portal.accounting.takeover.template_book import template_workbook
from portal.framework.funding.actions import lower_budget
from portal.framework.funding.models import FundingLine
from portal.spending.vouchers.actions import expire_voucher
from portal.spending.vouchers.models import Voucher
from tests.factories import NOW, REGION
from tests.portal.accounting.takeover.administrations import (
    BUDGETS,
    INVOICES,
    PAYMENTS,
    VOUCHERS,
    budget,
    empty_desk,
    invoice,
    payment,
    voucher,
)
from tests.reliability.pairs.acts import FIRST_OF_REGION, PROGRAM, REGIONS, SECOND_REGION, Found, Scene, by, row, the
from tests.reliability.pairs.scenes.two_people import THIRD_REGION

ONE, CHOICE, OTHERS = the(EarlierAdministration), the(ColumnChoice), by(SECOND_REGION, THIRD_REGION)
WHY = "Het was het bestand van vorig jaar."


def _tables() -> ReadTables:
    return read_administration(template_workbook({TableKind.VOUCHERS: [voucher("Z-1", "100")]}), None)


FIRST = select(EarlierAdministration.content_hash).order_by(EarlierAdministration.id).limit(1)
SEEN = Found(lambda session, _who: session.scalar(FIRST))


def _plan(session: Session, _who: object) -> AdministrationPlan:
    """What is tried or written, as a process of the desk reads it before its first part."""
    one = session.scalars(select(EarlierAdministration).order_by(EarlierAdministration.id).limit(1)).one()
    if one.state is AdministrationState.CARRYING:
        return plan_to_carry(session, administration=one)[0]
    return right_plan(session, one, NOW)


PLAN = Found(_plan)
SUMS = Found(lambda session, who: [_plan(session, who).sums])


def _sent(session: Session) -> None:
    bill = invoice("A-1", "400") | {"provider": empty_desk(session)}
    filled = {
        BUDGETS: [budget()],
        VOUCHERS: [voucher("A-1", "500")],
        INVOICES: [bill],
        PAYMENTS: [payment("A-1", "400")],
    }
    read = read_administration(template_workbook(filled), None)
    one = keep_administration(session, name="fonds.xlsx", read=read, actor=REGION, now=NOW)
    choose_columns(session, administration=one, chosen={}, keep_as="Ons fonds", actor=REGION, now=NOW)
    try_administration(session, administration=one, actor=REGION, now=NOW)


def _laid_down(session: Session) -> EarlierAdministration:
    _sent(session)
    one = session.scalars(select(EarlierAdministration)).one()
    lay_down_administration(session, administration=one, seen_hash=one.content_hash, actor=REGION, now=NOW)
    return one


def _stands(session: Session) -> EarlierAdministration:
    one = _laid_down(session)
    seen = one.content_hash
    take_over_administration(session, administration=one, seen_hash=seen, actor=SECOND_REGION, now=NOW)
    return one


def _to_be_undone(session: Session) -> None:
    lay_down_undo(session, administration=_stands(session), reason=WHY, actor=REGION, now=NOW)


def _half(session: Session) -> None:
    one = _laid_down(session)
    begin_taking_over(session, administration=one, seen_hash=one.content_hash, actor=SECOND_REGION, now=NOW)
    plan = _plan(session, None)
    carry_part(session, administration=one, plan=plan, actor=SECOND_REGION, now=NOW, most=2)


def _half_undone(session: Session) -> None:
    _to_be_undone(session)
    one = session.scalars(select(EarlierAdministration)).one()
    begin_undoing(session, administration=one, actor=SECOND_REGION, now=NOW)


GIVEN_BACK = row(return_administration, administration=ONE, actor=REGIONS)
LINE = the(FundingLine, slug="provincie-breed")
lowered = partial(row, lower_budget, line=LINE, reason="Minder.", actor=REGIONS, prepared_by=FIRST_OF_REGION)
LOWERED = lowered(amount_cents=2_400_000)
"""So much that undoing what was taken over and this do not go together."""
LOWERED_BEFORE = lowered(amount_cents=1_990_000)
"""Nearly all that there is before anything is taken over."""
LAPSED = row(expire_voucher, voucher=the(Voucher), today=date(2027, 1, 1), actor=PROGRAM)

DRAFT = Scene(
    "an administration that was tried",
    _sent,
    (
        row(add_tables, administration=ONE, read=_tables(), actor=REGIONS),
        row(choose_columns, administration=ONE, chosen={}, keep_as="Ons fonds", actor=REGIONS),
        row(use_choice, administration=ONE, choice=CHOICE, actor=REGIONS),
        row(try_administration, administration=ONE, actor=REGIONS),
        row(try_part, administration=ONE, plan=PLAN, part=PLAN, actor=REGIONS),
        row(keep_trial, administration=ONE, seen_hash=SEEN, plan=PLAN, booked=SUMS, actor=REGIONS),
        row(lay_down_administration, administration=ONE, seen_hash=SEEN, actor=REGIONS),
        row(drop_administration, administration=ONE, actor=REGIONS),
        row(keep_administration, name="ander.xlsx", read=_tables(), actor=REGIONS),
    ),
)
WAITS = Scene(
    "an administration that waits for a second person",
    _laid_down,
    (
        row(take_over_administration, administration=ONE, seen_hash=SEEN, actor=OTHERS),
        row(begin_taking_over, administration=ONE, seen_hash=SEEN, actor=OTHERS),
        GIVEN_BACK,
        LOWERED_BEFORE,
    ),
)
HALF = Scene(
    "an administration of which one part was taken over",
    _half,
    (
        row(carry_part, administration=ONE, plan=PLAN, actor=by(SECOND_REGION)),
        row(lay_down_undo, administration=ONE, reason=WHY, actor=REGIONS),
        LAPSED,
        LOWERED_BEFORE,
    ),
)
STANDS = Scene(
    "an administration that was taken over",
    _stands,
    (row(lay_down_undo, administration=ONE, reason=WHY, actor=REGIONS), LAPSED),
)
UNDONE = Scene(
    "an administration that is to be undone",
    _to_be_undone,
    (
        row(undo_administration, administration=ONE, actor=OTHERS),
        row(begin_undoing, administration=ONE, actor=OTHERS),
        GIVEN_BACK,
        LAPSED,
        LOWERED,
    ),
)
HALF_UNDONE = Scene(
    "an administration that is being undone",
    _half_undone,
    (row(undo_part, administration=ONE, most=1, actor=by(SECOND_REGION)), LAPSED, LOWERED),
)

SCENES = (DRAFT, WAITS, HALF, STANDS, UNDONE, HALF_UNDONE)
